//! Figures as displayed: as issued when the period's report was issued, else as counted now.

use super::call::FigureCall;
use super::evidence::{EvidenceItem, evidence_items};
use super::issued::{IssuedFigure, IssuedReport};
use super::reports::Reports;
use crate::messages::report_text;
use crate::metrics::{
    Change, CountedPost, Dimension, Evidence, Figure, FigureFilter, Metric, Period, PostId, Source, overlaps,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A figure, its comparisons and its evidence.
#[derive(Debug, Clone)]
pub struct DisplayedFigure<'a> {
    /// The metric, with the name and the unit as issued.
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
    /// How many posts it counted that the site does not show.
    pub hidden: usize,
    /// The day on which it was issued. `None` when it was not issued.
    pub issued_on: Option<Date>,
    /// Whether the period's report was issued without this figure, which is therefore counted today.
    pub is_missing_in_issue: bool,
    /// Whether it is narrowed to some values of an issued figure. The report does not keep the parts of such a figure.
    pub is_part_of_issued: bool,
    pub(super) issued: Option<(&'a IssuedReport, &'a IssuedFigure)>,
    pub(super) current: Figure<'a>,
}

impl<'a> DisplayedFigure<'a> {
    /// Whether nothing was counted for it. A quotient has the evidence of the figures that it divides.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        match self.metric.operands() {
            Some(_) => self.value.is_none(),
            None => self.evidence.is_empty() && self.hidden == 0,
        }
    }

    /// The figure with the displayed evidence, for breakdowns that the issued report does not keep: what was counted then
    /// and still exists. The parts of a quotient are counted today.
    pub(super) fn to_figure(&self) -> Cow<'_, Figure<'a>> {
        if self.issued.is_none() || self.metric.operands().is_some() {
            return Cow::Borrowed(&self.current);
        }
        let counted_today = |id: PostId| self.current.evidence.posts().iter().find(|entry| entry.post == id);
        let entry = |item: &EvidenceItem<'a>| {
            let (post, day, amount) = match item {
                EvidenceItem::Post { post, day, amount } => (*post, *day, *amount),
                EvidenceItem::Issued(issued) => (issued.now?, issued.day?, issued.amount),
                EvidenceItem::Row(_) => return None,
            };
            let counted = counted_today(post).filter(|entry| entry.amount == amount);
            Some(counted.map_or_else(|| CountedPost::alone(post, day, amount), Clone::clone))
        };
        let row = |item: &EvidenceItem<'a>| match (item, &self.current.evidence) {
            (EvidenceItem::Row(row), _) => Some(*row),
            (EvidenceItem::Issued(issued), Evidence::Rows(rows)) => {
                rows.iter().find(|row| row.id == issued.key).copied()
            }
            _ => None,
        };
        let evidence = if self.metric.is_stock() {
            Evidence::Rows(self.evidence.iter().filter_map(row).collect())
        } else {
            Evidence::Posts(self.evidence.iter().filter_map(entry).collect())
        };
        Cow::Owned(Figure {
            evidence,
            ..self.current.clone()
        })
    }

    /// The values that it is narrowed to; empty for a whole figure.
    #[must_use]
    pub fn filter(&self) -> &[FigureFilter] {
        &self.current.filter
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

    /// Whether the report was issued and does not keep these parts, which are therefore counted today.
    #[must_use]
    pub fn is_missing_breakdown(&self, by: &Dimension, split: Option<&Dimension>) -> bool {
        let is_kept = |figure: &IssuedFigure| match split {
            None => figure.breakdowns.contains_key(by.name()),
            Some(split) => figure
                .cells
                .contains_key(&(by.name().to_owned(), split.name().to_owned())),
        };
        let is_whole_missing = self.is_missing_in_issue || self.is_part_of_issued;
        is_whole_missing || self.issued.is_some_and(|(_, figure)| !is_kept(figure))
    }

    /// Whether the report was issued and does not keep the amounts by day.
    #[must_use]
    pub fn is_missing_days(&self) -> bool {
        let is_whole_missing = self.is_missing_in_issue || self.is_part_of_issued;
        is_whole_missing || self.issued.is_some_and(|(_, figure)| figure.days.is_none())
    }

    /// Whether the report was issued in the former format, which keeps neither titles nor what was left out.
    #[must_use]
    pub fn is_former_format(&self) -> bool {
        self.issued.is_some_and(|(report, _)| report.is_former_format)
    }

    /// How it was counted, in words, as issued. `None` when it was not issued.
    #[must_use]
    pub fn issued_method(&self) -> Option<&'a str> {
        let (_, figure) = self.issued?;
        (!figure.method.is_empty()).then_some(figure.method.as_str())
    }

    /// The number of drafts that it left out when it was issued. `None` when that is not kept.
    #[must_use]
    pub fn issued_drafts(&self) -> Option<usize> {
        let (report, figure) = self.issued?;
        (!report.is_former_format).then_some(figure.drafts)
    }

    /// The figure in the twelve months up to the period's end, as issued. `None` when that is not kept.
    #[must_use]
    pub fn issued_trend(&self) -> Option<&'a [Option<Decimal>]> {
        let (_, figure) = self.issued?;
        (!figure.trend.is_empty()).then_some(figure.trend.as_slice())
    }

    /// Its parts as issued, of a report in today's format.
    pub(super) fn issued_parts(&self, by: &Dimension) -> Option<Vec<FigurePart>> {
        let (_, figure) = self.issued.filter(|(report, _)| !report.is_former_format)?;
        let parts = figure.breakdowns.get(by.name())?.iter();
        let part = |part: &super::issued::IssuedPart| FigurePart {
            key: part.key.clone(),
            label: part.label.clone().unwrap_or_default(),
            value: part.value,
        };
        Some(parts.map(part).collect())
    }

    pub(super) fn issued_cells(&self, by: &Dimension, split: &Dimension) -> Option<&'a super::issued::IssuedCells> {
        let (_, figure) = self.issued?;
        figure.cells.get(&(by.name().to_owned(), split.name().to_owned()))
    }
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
        self.displayed_figure_in(None, metric, period)
    }

    /// The figure of a metric in a period, as the report on `own` shows it. An issued report keeps the figures of other
    /// periods that its text calls for.
    #[must_use]
    pub fn displayed_figure_in(&self, own: Option<Period>, metric: &'a Metric, period: Period) -> DisplayedFigure<'a> {
        let live = self.current_figure(metric, period);
        let kept_by = |report: &'a IssuedReport| Some((report, report.figure(&metric.id, period)?));
        let own = own.and_then(|own| self.issued(own));
        let of_period = self.issued(period);
        let Some((report, figure)) = own.and_then(kept_by).or_else(|| of_period.and_then(kept_by)) else {
            return DisplayedFigure {
                is_missing_in_issue: own.or(of_period).is_some(),
                ..live
            };
        };
        DisplayedFigure {
            metric: figure.metric.as_ref().unwrap_or(metric),
            value: figure.value,
            previous: Change::new(figure.previous, figure.value),
            year_earlier: Change::new(figure.year_earlier, figure.value),
            evidence: self.issued_evidence(&live, report, figure),
            hidden: 0,
            until: None,
            issued_on: Some(report.issued_on),
            issued: Some((report, figure)),
            ..live
        }
    }

    /// The figure of a call, as the text that contains it shows it.
    #[must_use]
    pub fn figure_of_call(&self, call: &FigureCall<'a>) -> DisplayedFigure<'a> {
        self.called_figure(call, call.metric)
    }

    /// The figure of one of the metrics of a call, narrowed to what its `where` asks for.
    #[must_use]
    pub fn called_figure(&self, call: &FigureCall<'a>, metric: &'a Metric) -> DisplayedFigure<'a> {
        let whole = self.displayed_figure_in(call.own, metric, call.period);
        if call.filter.is_empty() {
            return whole;
        }
        let kept = self.narrowed_as_issued(call.own, metric, call.period, &call.filter);
        kept.unwrap_or_else(|| self.narrowed(whole, metric, &call.filter))
    }

    /// The figure of one of the metrics of a call in the report on `own`, as that report would show it if it were issued
    /// now: its own figure is counted, one of another period that was issued is as issued there.
    #[must_use]
    pub fn called_figure_today(&self, call: &FigureCall<'a>, metric: &'a Metric, own: Period) -> DisplayedFigure<'a> {
        let whole = match call.period == own {
            true => self.current_figure(metric, call.period),
            false => self.displayed_figure(metric, call.period),
        };
        match call.filter.as_slice() {
            [] => whole,
            filter => self.narrowed(whole, metric, filter),
        }
    }

    /// The figure as counted now. It is compared with earlier figures as issued, so that printed reports agree; while the
    /// period is running, with the same days of earlier periods.
    #[must_use]
    pub fn current_figure(&self, metric: &'a Metric, period: Period) -> DisplayedFigure<'a> {
        let live = self.counts.figure(metric, period);
        let value = |period| match self.issued(period).and_then(|report| report.figures.get(&metric.id)) {
            Some(issued) => issued.value,
            None => self.counts.value(metric, period),
        };
        let (previous, year_earlier) = period.comparisons(self.today);
        DisplayedFigure {
            metric,
            period,
            value: live.value,
            until: period.is_running(self.today).then_some(self.today),
            previous: Change::new(value(previous), live.value),
            year_earlier: Change::new(value(year_earlier), live.value),
            evidence: self.shown_items(&live),
            hidden: self.hidden_items(&live),
            issued_on: None,
            is_missing_in_issue: false,
            is_part_of_issued: false,
            issued: None,
            current: live,
        }
    }

    /// The posts or rows that a figure counted, without those that the site does not show.
    fn shown_items(&self, figure: &Figure<'a>) -> Vec<EvidenceItem<'a>> {
        let mut items = evidence_items(figure);
        items.retain(|item| item.post().is_none_or(|post| !self.counts.posts.post(post).is_hidden()));
        items
    }

    /// How many posts a figure counted that the site does not show. A quotient counts none itself.
    fn hidden_items(&self, figure: &Figure<'a>) -> usize {
        let posts = figure.evidence.posts().iter();
        posts
            .filter(|entry| self.counts.posts.post(entry.post).is_hidden())
            .count()
    }

    /// Whether the site does not show how a metric is counted: by kinds, fields or other metrics that are internal.
    #[must_use]
    pub fn hides_method(&self, metric: &Metric) -> bool {
        let kinds = &self.counts.catalog.kinds;
        let is_hidden_kind = |kind: &String| {
            let fields = metric.required_fields();
            kinds.hides_kind(kind) || fields.into_iter().any(|field| kinds.hides_field(kind, field))
        };
        let operands = self.counts.operands(metric).into_iter().flatten();
        let of_operands = operands
            .into_iter()
            .any(|operand| self.counts.metrics.hides(operand) || self.hides_method(operand));
        let of_roster = match &metric.source {
            Source::Roster(roster) => {
                let rosters = &self.counts.catalog.rosters;
                let columns = metric.required_fields();
                columns.into_iter().any(|column| rosters.hides_column(roster, column))
            }
            Source::Kinds(_) | Source::Metrics(_) => false,
        };
        metric.kinds().iter().any(is_hidden_kind) || of_roster || of_operands
    }

    /// What is said of posts that a figure counted and the site does not show. `None` when it shows all.
    #[must_use]
    pub fn hidden_note(&self, figure: &DisplayedFigure<'a>) -> Option<String> {
        let amount = figure.hidden.to_string();
        if figure.hidden > 0 && !figure.evidence.is_empty() {
            return Some(report_text(self.lang, "evidence-partly-hidden", &[("n", &amount)]));
        }
        let is_hidden = figure.hidden > 0 || self.hides_method(figure.metric);
        is_hidden.then(|| report_text(self.lang, "evidence-hidden", &[]))
    }

    /// A figure's parts, in their order. The parts are as issued when the issued report keeps them.
    #[must_use]
    pub fn parts(&self, figure: &DisplayedFigure<'a>, by: &Dimension) -> Vec<FigurePart> {
        if let Some(parts) = figure.issued_parts(by) {
            return parts;
        }
        let groups = self.counts.breakdown(&figure.to_figure(), by, self.lang);
        let parts = groups.into_iter().map(|group| FigurePart {
            key: group.key,
            label: group.label,
            value: group.value,
        });
        let mut parts: Vec<FigurePart> = parts.collect();
        // The former format keeps numbers without names, and only those that are not 0.
        let Some(issued) = figure.issued.and_then(|(_, issued)| issued.breakdowns.get(by.name())) else {
            return parts;
        };
        for part in &mut parts {
            part.value = figure.metric.value_of_nothing();
        }
        for former in issued {
            let value = former.value;
            match parts.iter_mut().find(|part| part.key == former.key) {
                Some(part) => part.value = value,
                None => parts.push(FigurePart {
                    key: former.key.clone(),
                    label: former.key.clone(),
                    value,
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
        let nothing = figure.metric.value_of_nothing();
        if let Some(cells) = figure.issued_cells(by, split) {
            let cell = |row: &FigurePart, column: &FigurePart| {
                let value = cells.get(&row.key).and_then(|row| row.get(&column.key));
                value.copied().unwrap_or(nothing)
            };
            let rows = self.parts(figure, by).into_iter();
            let rows = rows.map(|row| {
                let values = columns.iter().map(|column| cell(&row, column)).collect();
                (row, values)
            });
            return CrossBreakdown {
                rows: rows.collect(),
                columns,
            };
        }
        let shown = figure.to_figure();
        if *split == Dimension::Month && figure.metric.is_at_end() {
            return self.months_across(figure, by, columns);
        }
        let rows = self.counts.breakdown(&shown, by, self.lang);
        let rows = rows.into_iter().map(|group| {
            let (metric, period) = (figure.metric, figure.period);
            let parts = self.counts.parts(metric, period, &group.evidence, split, self.lang);
            let of = |column: &FigurePart| {
                let part = parts.iter().find(|part| part.key == column.key);
                part.map_or(nothing, |part| part.value)
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

    /// The parts of what holds at the end of each month, the months across. Each month has posts of its own, so they are
    /// broken down, not the parts of the whole.
    fn months_across(&self, figure: &DisplayedFigure<'a>, by: &Dimension, columns: Vec<FigurePart>) -> CrossBreakdown {
        let months = self.counts.breakdown(&figure.to_figure(), &Dimension::Month, self.lang);
        let months: Vec<_> = months
            .iter()
            .map(|month| {
                let has_begun = month.value.is_some() || figure.metric.value_of_nothing().is_none();
                let parts = self
                    .counts
                    .parts(figure.metric, figure.period, &month.evidence, by, self.lang);
                (month.key.as_str(), has_begun, parts)
            })
            .collect();
        let cell = |row: &FigurePart, column: &FigurePart| {
            let (_, has_begun, parts) = months.iter().find(|(key, ..)| *key == column.key)?;
            let part = parts.iter().find(|part| part.key == row.key);
            let nothing = figure.metric.value_of_nothing().filter(|_| *has_begun);
            part.filter(|_| *has_begun).map_or(nothing, |part| part.value)
        };
        let rows = self.parts(figure, by).into_iter();
        let rows = rows.map(|row| {
            let values = columns.iter().map(|column| cell(&row, column)).collect();
            (row, values)
        });
        CrossBreakdown {
            rows: rows.collect(),
            columns,
        }
    }

    /// The figure of each day with posts, for calendars.
    #[must_use]
    pub fn values_by_day(&self, figure: &DisplayedFigure<'a>) -> Vec<(Date, Option<Decimal>)> {
        if let Some(days) = figure.issued.and_then(|(_, issued)| issued.days.as_ref()) {
            return days.clone();
        }
        let mut of_day: BTreeMap<Date, Vec<CountedPost>> = BTreeMap::new();
        let mut add = |post: PostId, day: Date, amount: Decimal| {
            of_day
                .entry(day)
                .or_default()
                .push(CountedPost::alone(post, day, amount));
        };
        if figure.issued.is_none() {
            let entries = figure.current.evidence.posts();
            entries
                .iter()
                .for_each(|entry| add(entry.post, entry.day, entry.amount));
        } else {
            for item in &figure.evidence {
                if let Some((post, day)) = item.post().zip(item.day()) {
                    add(post, day, item.amount());
                }
            }
        }
        let value = |(day, entries): (Date, Vec<CountedPost>)| (day, self.counts.aggregate(figure.metric, &entries));
        of_day.into_iter().map(value).collect()
    }
}
