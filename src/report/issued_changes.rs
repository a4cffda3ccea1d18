//! What changed since a report was issued: its figures as issued beside those that would be counted today.

use super::call::FigureCall;
use super::displayed::DisplayedFigure;
use super::evidence::EvidenceItem;
use super::issued::{AcceptedChange, IssuedCells, IssuedFigure, IssuedItem, IssuedPost, IssuedReport};
use super::known_posts::fields_digest;
use super::reports::Reports;
use crate::fingerprint::hash_bytes;
use crate::metrics::{Dimension, Evidence, ExclusionReason, Metric, Period, PostId};
use crate::schema::{FieldType, RosterRow};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The changes of one figure since its issue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FigureChanges<'a> {
    /// The figure as issued.
    pub former: Option<Decimal>,
    /// The figure as counted today.
    pub now: Option<Decimal>,
    /// The bases, parts and cells that differ.
    pub numbers: Vec<NumberChange>,
    /// The posts and rows that differ.
    pub posts: Vec<PostChange<'a>>,
    /// The digest of the whole figure as counted today; empty when nothing changed.
    pub check: String,
    /// The entry that accepts exactly these changes.
    pub accepted: Option<&'a AcceptedChange>,
}

/// A base, part or cell that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberChange {
    /// `before`, `year_earlier`, or the dimension; of a cell both, `month / theme`.
    pub dimension: String,
    /// The part's key; of a cell both; empty for a base.
    pub key: String,
    /// The part's name, when it is known.
    pub label: Option<String>,
    /// The number as issued.
    pub former: Option<Decimal>,
    /// The number today.
    pub now: Option<Decimal>,
}

/// A post or row that differs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PostChange<'a> {
    /// It counts today and did not count then.
    Added {
        /// The post.
        post: PostId,
        /// The day that decides its period.
        day: Date,
        /// What it adds.
        amount: Decimal,
    },
    /// It counted then and does not count today.
    Removed {
        /// The item as issued.
        item: &'a IssuedItem,
        /// The post as it was. `None` in the former format.
        post: Option<&'a IssuedPost>,
        /// The post today, published or not. `None` when it was deleted.
        now: Option<PostId>,
        /// The post that counts in its place.
        instead: Option<PostId>,
    },
    /// It adds another amount, or counts on another day.
    Changed {
        /// The item as issued.
        item: &'a IssuedItem,
        /// The post as it was. `None` in the former format.
        post: Option<&'a IssuedPost>,
        /// The post today.
        now: PostId,
        /// The amount today.
        amount: Decimal,
        /// The day as issued. `None` in the former format.
        former_day: Option<Date>,
        /// The day today.
        day: Date,
    },
    /// It counts as then, but another village, theme … is written in it.
    Edited {
        /// The item as issued.
        item: &'a IssuedItem,
        /// The post as it was.
        post: &'a IssuedPost,
        /// The post today.
        now: PostId,
    },
    /// A roster's row that counts today and did not count then.
    AddedRow(&'a RosterRow),
    /// A roster's row that counted then and does not count today.
    RemovedRow(&'a IssuedItem),
}

impl NumberChange {
    /// The change of a number; `None` when it is the same.
    pub(crate) fn new(dimension: &str, key: &str, former: Option<Decimal>, now: Option<Decimal>) -> Option<Self> {
        (former != now).then(|| Self {
            dimension: dimension.to_owned(),
            key: key.to_owned(),
            label: None,
            former,
            now,
        })
    }

    pub(super) fn labelled(self, label: Option<String>) -> Self {
        Self { label, ..self }
    }
}

impl FigureChanges<'_> {
    /// Whether nothing that the report shows of the figure changed.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.former == self.now && self.numbers.is_empty() && self.posts.is_empty()
    }
}

impl<'a> Reports<'a> {
    /// What changed since the issue of a displayed figure. `None` when it was not issued.
    #[must_use]
    pub(crate) fn changes_since_issue(&self, figure: &DisplayedFigure<'a>) -> Option<FigureChanges<'a>> {
        // The changes of a part are those of the whole figure.
        let (report, issued) = figure.issued.filter(|_| figure.filter().is_empty())?;
        let metric = self
            .counts
            .metrics
            .iter()
            .find(|metric| metric.id == figure.metric.id)?;
        Some(self.figure_changes(report, metric, figure.period, issued))
    }

    pub(super) fn figure_changes(
        &self,
        report: &'a IssuedReport,
        metric: &'a Metric,
        period: Period,
        issued: &'a IssuedFigure,
    ) -> FigureChanges<'a> {
        let live = self.current_figure(metric, period);
        let known = issued.items.iter();
        let known = known.filter_map(|item| Some((self.known_post(report.period, &item.key)?, item)));
        let today = FigureToday {
            reports: self,
            report,
            issued,
            live: &live,
            known: known.collect(),
        };
        let mut changes = FigureChanges {
            former: issued.value,
            now: live.value,
            numbers: today.changed_numbers(),
            posts: today.changed_posts(),
            accepted: None,
            check: String::new(),
        };
        if !changes.numbers.is_empty() {
            changes.posts.extend(today.edited_posts());
        }
        if !changes.is_empty() {
            changes.check = today.check();
            let accepted = report.accepted.get(&report.figure_key(&metric.id, period));
            changes.accepted = accepted.filter(|accepted| accepted.check == changes.check);
        }
        changes
    }
}

/// An issued figure, and the same figure as counted today.
struct FigureToday<'t, 'a> {
    reports: &'t Reports<'a>,
    report: &'a IssuedReport,
    issued: &'a IssuedFigure,
    live: &'t DisplayedFigure<'a>,
    /// The items as issued whose post exists today.
    known: BTreeMap<PostId, &'a IssuedItem>,
}

impl<'a> FigureToday<'_, 'a> {
    fn changed_posts(&self) -> Vec<PostChange<'a>> {
        match &self.live.current.evidence {
            Evidence::Posts(_) => self.changed_counted_posts(),
            Evidence::Rows(rows) => self.changed_rows(rows),
            // The figures that it divides say which of their posts changed.
            Evidence::Quotient(_) => Vec::new(),
        }
    }

    fn changed_counted_posts(&self) -> Vec<PostChange<'a>> {
        let mut counted: BTreeMap<PostId, (Date, Decimal)> = BTreeMap::new();
        for entry in &self.live.evidence {
            if let EvidenceItem::Post { post, day, amount } = entry {
                counted.insert(*post, (*day, *amount));
            }
        }
        let excluded = self.reports.counts.excluded_posts(&self.live.current);
        let instead = |now: PostId| {
            let excluded = excluded.iter().find(|excluded| excluded.post == now)?;
            match excluded.reason {
                ExclusionReason::Duplicate(other)
                | ExclusionReason::SamePiece(other)
                | ExclusionReason::Superseded(other) => Some(other),
                ExclusionReason::OutsidePeriod { dated_by, .. } => (dated_by != now).then_some(dated_by),
                _ => None,
            }
        };
        let mut changes = Vec::new();
        for item in &self.issued.items {
            let post = self.report.posts.get(&item.key);
            let now = self.reports.known_post(self.report.period, &item.key);
            let former_day = item.day.or(post.and_then(|post| post.date));
            match now.and_then(|now| Some((now, counted.remove(&now)?))) {
                None => changes.push(PostChange::Removed {
                    item,
                    post,
                    now,
                    instead: now.and_then(instead),
                }),
                Some((now, (day, amount))) => {
                    if amount != item.amount || former_day.is_some_and(|former| former != day) {
                        changes.push(PostChange::Changed {
                            item,
                            post,
                            now,
                            amount,
                            former_day,
                            day,
                        });
                    }
                }
            }
        }
        let added = counted.into_iter();
        changes.extend(added.map(|(post, (day, amount))| PostChange::Added { post, day, amount }));
        changes
    }

    /// The posts that count as they did and in which a field was changed.
    fn edited_posts(&self) -> Vec<PostChange<'a>> {
        let edited = |item: &'a IssuedItem| {
            let post = self.report.posts.get(&item.key)?;
            let now = self.reports.known_post(self.report.period, &item.key)?;
            let counted = self.live.evidence.iter().find(|counted| counted.post() == Some(now))?;
            let former_day = item.day.or(post.date);
            let is_same = counted.amount() == item.amount && counted.day() == former_day;
            let is_edited = fields_digest(self.reports.counts.posts.post(now).record) != post.fields;
            (is_same && is_edited).then_some(PostChange::Edited { item, post, now })
        };
        self.issued.items.iter().filter_map(edited).collect()
    }

    fn changed_rows(&self, rows: &[&'a RosterRow]) -> Vec<PostChange<'a>> {
        let items = &self.issued.items;
        let removed = items.iter().filter(|item| rows.iter().all(|row| row.id != item.key));
        let added = rows.iter().filter(|row| items.iter().all(|item| item.key != row.id));
        let added = added.map(|row| PostChange::AddedRow(row));
        removed.map(PostChange::RemovedRow).chain(added).collect()
    }

    fn changed_numbers(&self) -> Vec<NumberChange> {
        let mut changes = Vec::new();
        // The former format has bases that people may have left out.
        if !self.report.is_former_format {
            let (before, year) = (self.live.previous.base, self.live.year_earlier.base);
            changes.extend(NumberChange::new("before", "", self.issued.previous, before));
            changes.extend(NumberChange::new("year_earlier", "", self.issued.year_earlier, year));
        }
        let nothing = self.live.metric.value_of_nothing();
        for by in self.compared_dimensions() {
            let parts = self.parts_today(&by);
            let issued = &self.issued.breakdowns[by.name()];
            let keys = issued.iter().map(|part| &part.key).chain(parts.keys());
            let mut seen = BTreeSet::new();
            for key in keys.filter(|key| seen.insert(key.as_str())) {
                let former = self.issued.part(by.name(), key);
                let now = parts.get(key).copied().unwrap_or(nothing);
                let label = issued.iter().find(|part| part.key == *key);
                let label = label.and_then(|part| part.label.clone());
                let change = NumberChange::new(by.name(), key, former, now);
                changes.extend(change.map(|change| change.labelled(label)));
            }
        }
        for (both, cells) in &self.issued.cells {
            changes.extend(self.changed_cells(both, cells));
        }
        changes
    }

    fn changed_cells(&self, (by, split): &(String, String), cells: &IssuedCells) -> Vec<NumberChange> {
        let today = self.cells_today(by, split);
        let none = BTreeMap::new();
        let nothing = self.live.metric.value_of_nothing();
        let mut changes = Vec::new();
        let rows: BTreeSet<&String> = cells.keys().chain(today.keys()).collect();
        for row in rows {
            let (former, now) = (cells.get(row).unwrap_or(&none), today.get(row).unwrap_or(&none));
            let columns: BTreeSet<&String> = former.keys().chain(now.keys()).collect();
            for column in columns {
                let value = |cells: &BTreeMap<String, Option<Decimal>>| {
                    let value = cells.get(column).copied();
                    value.unwrap_or(nothing)
                };
                let (dimension, key) = (format!("{by} / {split}"), format!("{row} / {column}"));
                changes.extend(NumberChange::new(&dimension, &key, value(former), value(now)));
            }
        }
        changes
    }

    /// The dimensions whose parts are compared: months, values that are known beforehand, and those that the report's
    /// text shows. Parts by free text that no page shows are kept but not compared.
    fn compared_dimensions(&self) -> Vec<Dimension> {
        let counts = &self.reports.counts;
        let metric = self.live.metric;
        let shown = self.shown_dimensions();
        let names = self.issued.breakdowns.keys();
        let dimensions = names.filter_map(|name| Dimension::parse(name, metric, counts).ok());
        let is_compared = |by: &Dimension| match by {
            Dimension::Month | Dimension::Kind => true,
            Dimension::Field(name) if shown.contains(name) => true,
            Dimension::Field(name) => match counts.field_of(metric, name).map(|field| &field.ty) {
                Some(ty) => matches!(ty, FieldType::Enum(_) | FieldType::Roster(_) | FieldType::Boolean),
                None => false,
            },
        };
        dimensions.filter(is_compared).collect()
    }

    /// The names of the dimensions by which the report's text shows the figure.
    fn shown_dimensions(&self) -> BTreeSet<String> {
        let period = self.report.period;
        let Some(report) = self.reports.get(period) else {
            return BTreeSet::new();
        };
        let calls = self.reports.calls_of(report).into_iter();
        let is_of = |metric: &Metric| metric.id == self.live.metric.id;
        let calls = calls.filter(|call| call.period == self.live.period && call.metrics().into_iter().any(is_of));
        let names = |call: FigureCall<'_>| -> Vec<String> {
            call.dimensions().into_iter().map(|by| by.name().to_owned()).collect()
        };
        calls.flat_map(names).collect()
    }

    fn parts_today(&self, by: &Dimension) -> BTreeMap<String, Option<Decimal>> {
        let parts = self.reports.parts(self.live, by).into_iter();
        parts.map(|part| (part.key, part.value)).collect()
    }

    /// The cells of a split chart that are not 0.
    fn cells_today(&self, by: &str, split: &str) -> IssuedCells {
        let parse = |name: &str| Dimension::parse(name, self.live.metric, &self.reports.counts).ok();
        match (parse(by), parse(split)) {
            (Some(by), Some(split)) => self.reports.cells(self.live, &by, &split),
            _ => IssuedCells::new(),
        }
    }

    /// The digest of the whole figure as counted today. Posts of the issued report are in it by their path at the issue,
    /// so that moving one is no change.
    fn check(&self) -> String {
        let mut text = format!(
            "{} {:?} {:?} {:?}\n",
            self.live.metric.id, self.live.value, self.live.previous.base, self.live.year_earlier.base
        );
        let mut items: Vec<String> = self.live.evidence.iter().map(|item| self.item_line(item)).collect();
        items.sort_unstable();
        text += &items.concat();
        for by in self.compared_dimensions() {
            for (key, value) in self.parts_today(&by) {
                if value != self.live.metric.value_of_nothing() {
                    // Writing to a string cannot fail.
                    let _ = writeln!(text, "{} {key} {value:?}", by.name());
                }
            }
        }
        for (by, split) in self.issued.cells.keys() {
            for (row, values) in self.cells_today(by, split) {
                let _ = writeln!(text, "{by} {split} {row} {values:?}");
            }
        }
        format!("{:016x}", hash_bytes(text.as_bytes()))[..8].to_owned()
    }

    fn item_line(&self, item: &EvidenceItem<'a>) -> String {
        match item {
            EvidenceItem::Post { post, day, amount } => {
                let title = &self.reports.counts.posts.post(*post).record.meta.title;
                let name = self.known.get(post).map_or(title, |issued| &issued.key);
                format!("{name} {day} {amount}\n")
            }
            EvidenceItem::Row(row) => format!("{}\n", row.id),
            EvidenceItem::Issued(issued) => format!("{}\n", issued.key),
        }
    }
}

impl<'a> Reports<'a> {
    /// The cells of a split chart that are not 0, by the keys of row and column.
    #[must_use]
    pub(crate) fn cells(&self, figure: &DisplayedFigure<'a>, by: &Dimension, split: &Dimension) -> IssuedCells {
        let crossed = self.cross_breakdown(figure, by, split);
        let mut cells = IssuedCells::new();
        for (row, values) in crossed.rows {
            let values = crossed.columns.iter().zip(values);
            let values = values.map(|(column, value)| (column.key.clone(), value));
            let nothing = figure.metric.value_of_nothing();
            let values: BTreeMap<_, _> = values.filter(|(_, value)| *value != nothing).collect();
            if !values.is_empty() {
                cells.insert(row.key, values);
            }
        }
        cells
    }
}
