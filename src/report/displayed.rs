//! Figures as displayed: as issued when the period's report was issued, else as counted now.

use super::issued::IssuedFigure;
use super::labels::value_label;
use super::reports::Reports;
use crate::metrics::{
    Aggregate, Change, CountedPost, Dimension, Evidence, ExcludedPost, ExclusionReason, Figure, Metric, Period, PostId,
    overlaps, row_texts,
};
use crate::schema::RosterRow;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A figure, its comparisons and its evidence.
#[derive(Debug, Clone)]
pub struct DisplayedFigure<'a> {
    /// The metric.
    pub metric: &'a Metric,
    /// The period.
    pub period: Period,
    /// The number. `None` for a mean, a maximum or a latest value of nothing.
    pub value: Option<Decimal>,
    /// The last day that was counted, when the period is not over.
    pub until: Option<Date>,
    /// The change against the preceding period (环比); while the period is running, against the same days of it.
    pub previous: Change,
    /// The change against the same period a year earlier (同比), likewise.
    pub year_earlier: Change,
    /// The posts or rows that were counted, in order of day, or of the roster.
    pub evidence: Vec<EvidenceItem<'a>>,
    /// The day on which it was issued. `None` when it was not issued.
    pub issued_on: Option<Date>,
    issued_figure: Option<&'a IssuedFigure>,
    current: Figure<'a>,
}

/// A post or row that a figure counted.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceItem<'a> {
    /// A post.
    Post {
        /// The post's id.
        post: PostId,
        /// The day that decided its period.
        day: Date,
        /// What it added.
        amount: Decimal,
    },
    /// A post or roster's row that the issued figure counted and that no longer exists.
    Removed {
        /// A post's former path, or a row's id.
        path: String,
        /// What it added.
        amount: Decimal,
    },
    /// A roster's row.
    Row(&'a RosterRow),
}

impl<'a> DisplayedFigure<'a> {
    /// The figure with the displayed evidence. For an issued figure, this is what was counted then and still exists.
    fn to_figure(&self) -> Cow<'_, Figure<'a>> {
        if self.issued_figure.is_none() {
            return Cow::Borrowed(&self.current);
        }
        let entry = |item: &EvidenceItem<'a>| match *item {
            EvidenceItem::Post { post, day, amount } => Some(CountedPost::alone(post, day, amount)),
            EvidenceItem::Removed { .. } | EvidenceItem::Row(_) => None,
        };
        let row = |item: &EvidenceItem<'a>| match *item {
            EvidenceItem::Row(row) => Some(row),
            EvidenceItem::Removed { .. } | EvidenceItem::Post { .. } => None,
        };
        let evidence = if self.metric.is_stock() {
            Evidence::Rows(self.evidence.iter().filter_map(row).collect())
        } else {
            Evidence::Posts(self.evidence.iter().filter_map(entry).collect())
        };
        Cow::Owned(Figure {
            metric: self.metric,
            period: self.period,
            value: self.value,
            evidence,
        })
    }

    /// Whether its `parts` add up to more than the figure, because something is in several of them.
    #[must_use]
    pub fn overlaps(&self, parts: &[FigurePart]) -> bool {
        overlaps(self.metric, self.value, parts.iter().map(|part| part.value))
    }

    /// Whether the preceding period is the period a year earlier, as for a year.
    #[must_use]
    pub fn has_single_comparison(&self) -> bool {
        self.period.previous() == self.period.year_earlier()
    }
}

impl EvidenceItem<'_> {
    /// A post's path, or a row's id.
    pub(super) fn key(&self, reports: &Reports<'_>) -> String {
        match self {
            Self::Post { post, .. } => reports.counts.posts.post(*post).record.path.to_string(),
            Self::Removed { path, .. } => path.clone(),
            Self::Row(row) => row.id.clone(),
        }
    }

    /// What it added to the figure.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        match self {
            Self::Post { amount, .. } | Self::Removed { amount, .. } => *amount,
            Self::Row(_) => Decimal::ONE,
        }
    }
}

/// The posts or rows behind one value of a count of different values: a village with its teams.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceGroup<'a> {
    /// The value: an id, or a text.
    pub key: String,
    /// The value in words.
    pub label: String,
    /// The posts or rows that give it.
    pub items: Vec<EvidenceItem<'a>>,
}

/// A post that a figure did not count, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    /// It is excluded by the rules of counting.
    ByRule(ExcludedPost),
    /// It was added after the report was issued.
    AfterIssue(PostId),
}

/// A part of a figure: by month, theme …
#[derive(Debug, Clone, PartialEq)]
pub struct FigurePart {
    /// The month (`2022-05`), or the value's id; empty for posts that do not give the field.
    pub key: String,
    /// Its name in words; empty for posts that do not give the field.
    pub label: String,
    /// Its number. `None` for a mean of nothing.
    pub value: Option<Decimal>,
}

/// A figure's parts by one dimension, each broken down by another.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossBreakdown {
    /// The parts by the second dimension.
    pub columns: Vec<FigurePart>,
    /// The parts by the first dimension, each with one number for each column.
    pub rows: Vec<(FigurePart, Vec<Option<Decimal>>)>,
}

impl<'a> Reports<'a> {
    /// The figure of a metric in a period, as issued when that period's report was issued.
    #[must_use]
    pub fn displayed_figure(&self, metric: &'a Metric, period: Period) -> DisplayedFigure<'a> {
        let live = self.current_figure(metric, period);
        let Some(issued) = self.issued(period) else { return live };
        let Some(figure) = issued.figures.get(&metric.id) else {
            return live;
        };
        DisplayedFigure {
            value: figure.value,
            previous: Change::new(figure.previous, figure.value),
            year_earlier: Change::new(figure.year_earlier, figure.value),
            evidence: self.issued_evidence(&live, figure),
            until: None,
            issued_on: Some(issued.issued_on),
            issued_figure: Some(figure),
            ..live
        }
    }

    /// The figure as counted now. It is compared with earlier figures as issued, so that printed reports agree; while the
    /// period is running, with the same days of earlier periods.
    #[must_use]
    pub fn current_figure(&self, metric: &'a Metric, period: Period) -> DisplayedFigure<'a> {
        let live = self.counts.figure(metric, period);
        let value = |period| match self.issued(period).and_then(|report| report.figures.get(&metric.id)) {
            Some(issued) => issued.value,
            None => self.counts.figure(metric, period).value,
        };
        let (previous, year_earlier) = period.comparisons(self.today);
        DisplayedFigure {
            metric,
            period,
            value: live.value,
            until: period.is_running(self.today).then_some(self.today),
            previous: Change::new(value(previous), live.value),
            year_earlier: Change::new(value(year_earlier), live.value),
            evidence: evidence_items(&live),
            issued_on: None,
            issued_figure: None,
            current: live,
        }
    }

    /// The evidence of an issued figure: posts and rows that still exist, in order of day, then those that do not.
    fn issued_evidence(&self, live: &DisplayedFigure<'a>, figure: &IssuedFigure) -> Vec<EvidenceItem<'a>> {
        let mut found: Vec<EvidenceItem<'a>> = Vec::new();
        let mut gone: Vec<EvidenceItem<'a>> = Vec::new();
        // A post that became a draft again counts as removed: no page names a draft.
        let find = |path: &str| {
            self.counts
                .posts
                .find_by_path(path)
                .filter(|(item, _)| !self.counts.posts.post(*item).withheld)
        };
        for (path, &amount) in &figure.posts {
            let row = match &live.metric.source {
                crate::metrics::Source::Roster(roster) => self
                    .counts
                    .catalog
                    .rosters
                    .get(roster)
                    .and_then(|roster| roster.by_id(path)),
                crate::metrics::Source::Kinds(_) => None,
            };
            match (row, find(path)) {
                (Some(row), _) => found.push(EvidenceItem::Row(row)),
                (None, Some((item, day))) => {
                    let day = self.counts.deciding_day(live.metric, item).unwrap_or(day);
                    found.push(EvidenceItem::Post {
                        post: item,
                        day,
                        amount,
                    });
                }
                (None, None) => gone.push(EvidenceItem::Removed {
                    path: path.clone(),
                    amount,
                }),
            }
        }
        found.sort_by_key(|item| match item {
            EvidenceItem::Post { post, day, .. } => (Some(*day), *post),
            _ => (None, 0),
        });
        found.append(&mut gone);
        found
    }

    /// The evidence of a count of different values by value, so that there are as many groups as the figure says. `None`
    /// for other figures, and for issued ones, whose posts may give other values today.
    #[must_use]
    pub fn evidence_groups(&self, figure: &DisplayedFigure<'a>) -> Option<Vec<EvidenceGroup<'a>>> {
        let Aggregate::Distinct(field) = &figure.metric.aggregate else {
            return None;
        };
        if figure.issued_figure.is_some() {
            return None;
        }
        let mut groups: Vec<EvidenceGroup<'a>> = Vec::new();
        let mut index_of: BTreeMap<String, usize> = BTreeMap::new();
        for item in &figure.evidence {
            let values = match item {
                EvidenceItem::Post { post, .. } => self.counts.texts_of(*post, field),
                EvidenceItem::Row(row) => row_texts(row, field),
                EvidenceItem::Removed { .. } => Vec::new(),
            };
            for key in values {
                let index = *index_of.entry(key.clone()).or_insert(groups.len());
                if index == groups.len() {
                    let label = value_label(&self.counts, figure.metric, field, &key, self.lang);
                    let items = Vec::new();
                    groups.push(EvidenceGroup { key, label, items });
                }
                groups[index].items.push(item.clone());
            }
        }
        Some(groups)
    }

    /// A figure's parts, in their order. The parts are as issued when the issued report keeps them.
    #[must_use]
    pub fn parts(&self, figure: &DisplayedFigure<'a>, by: &Dimension) -> Vec<FigurePart> {
        let groups = self.counts.breakdown(&figure.to_figure(), by, self.lang);
        let parts = groups.into_iter().map(|group| FigurePart {
            key: group.key,
            label: group.label,
            value: group.value,
        });
        let mut parts: Vec<FigurePart> = parts.collect();
        let Some(issued) = figure.issued_figure.and_then(|issued| issued.breakdowns.get(by.name())) else {
            return parts;
        };
        for part in &mut parts {
            part.value = figure.metric.value_of_nothing();
        }
        for (key, value) in issued {
            match parts.iter_mut().find(|part| part.key == *key) {
                Some(part) => part.value = Some(*value),
                None => parts.push(FigurePart {
                    key: key.clone(),
                    label: key.clone(),
                    value: Some(*value),
                }),
            }
        }
        parts
    }

    /// A figure's parts by one dimension, each broken down by another, for stacked charts. Rows follow `by`, columns
    /// `split`.
    #[must_use]
    pub fn cross_breakdown(&self, figure: &DisplayedFigure<'a>, by: &Dimension, split: &Dimension) -> CrossBreakdown {
        let columns = self.parts(figure, split);
        let rows = self
            .counts
            .breakdown(&figure.to_figure(), by, self.lang)
            .into_iter()
            .map(|group| {
                let (metric, period) = (figure.metric, figure.period);
                let parts = self.counts.parts(metric, period, &group.evidence, split, self.lang);
                let of = |column: &FigurePart| {
                    parts
                        .iter()
                        .find(|part| part.key == column.key)
                        .map_or(figure.metric.value_of_nothing(), |part| part.value)
                };
                let values = columns.iter().map(of).collect();
                let row = FigurePart {
                    key: group.key,
                    label: group.label,
                    value: group.value,
                };
                (row, values)
            });
        CrossBreakdown {
            rows: rows.collect(),
            columns,
        }
    }

    /// The posts that a figure did not count, with reasons, in order of day.
    #[must_use]
    pub fn exclusions(&self, figure: &DisplayedFigure<'a>) -> Vec<Exclusion> {
        let mut found: Vec<Exclusion> = self
            .counts
            .excluded_posts(&figure.current)
            .into_iter()
            .map(Exclusion::ByRule)
            .collect();
        if figure.issued_figure.is_some() {
            let counted: BTreeSet<PostId> = figure.evidence.iter().filter_map(evidence_post).collect();
            found.retain(|exclusion| !counted.contains(&exclusion.post()));
            let after = figure
                .current
                .evidence
                .posts()
                .iter()
                .filter(|entry| !counted.contains(&entry.post));
            found.extend(after.map(|entry| Exclusion::AfterIssue(entry.post)));
            found.sort_by_key(Exclusion::post);
        }
        found
    }

    /// The differences of an issued figure from today's: the paths of posts that were added, were removed or have
    /// another amount. Empty for a figure that was not issued.
    pub(super) fn changed_posts(&self, figure: &DisplayedFigure<'a>) -> Vec<String> {
        let Some(issued) = figure.issued_figure else {
            return Vec::new();
        };
        let live = evidence_items(&figure.current);
        let now: Vec<(String, Decimal)> = live.iter().map(|item| (item.key(self), item.amount())).collect();
        let changed = now
            .iter()
            .filter(|(path, amount)| issued.posts.get(path) != Some(amount));
        let lost = issued
            .posts
            .keys()
            .filter(|path| now.iter().all(|(known, _)| known != *path));
        changed.map(|(path, _)| path.clone()).chain(lost.cloned()).collect()
    }

    /// The value that an issued figure would have today.
    pub(super) fn current_value(&self, figure: &DisplayedFigure<'a>) -> Option<Decimal> {
        figure.current.value
    }
}

impl Exclusion {
    /// The post.
    #[must_use]
    pub const fn post(&self) -> PostId {
        match self {
            Self::ByRule(excluded) => excluded.post,
            Self::AfterIssue(post) => *post,
        }
    }

    /// The reason. `None` for a post that was added after the report was issued.
    #[must_use]
    pub const fn reason(&self) -> Option<ExclusionReason> {
        match self {
            Self::ByRule(excluded) => Some(excluded.reason),
            Self::AfterIssue(_) => None,
        }
    }
}

fn evidence_post(item: &EvidenceItem<'_>) -> Option<PostId> {
    match item {
        EvidenceItem::Post { post, .. } => Some(*post),
        EvidenceItem::Removed { .. } | EvidenceItem::Row(_) => None,
    }
}

fn evidence_items<'a>(figure: &Figure<'a>) -> Vec<EvidenceItem<'a>> {
    let post = |entry: &CountedPost| EvidenceItem::Post {
        post: entry.post,
        day: entry.day,
        amount: entry.amount,
    };
    match &figure.evidence {
        Evidence::Posts(entries) => entries.iter().map(post).collect(),
        Evidence::Rows(rows) => rows.iter().map(|row| EvidenceItem::Row(row)).collect(),
    }
}
