//! Figures narrowed by `where`: the parts of displayed figures that have some values.

use super::call::figure_key;
use super::displayed::DisplayedFigure;
use super::evidence::EvidenceItem;
use super::labels::{key_label, part_label};
use super::reports::Reports;
use crate::messages::raw_report_text;
use crate::metrics::{Change, Dimension, Evidence, FigureFilter, Metric, Period, PostId};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

impl<'a> Reports<'a> {
    /// The figure of what has the values of `filter`, for its evidence.
    #[must_use]
    pub fn narrowed_figure(&self, metric: &'a Metric, period: Period, filter: &[FigureFilter]) -> DisplayedFigure<'a> {
        let kept = self.narrowed_as_issued(Some(period), metric, period, filter);
        kept.unwrap_or_else(|| self.narrowed(self.displayed_figure(metric, period), metric, filter))
    }

    /// The narrowed figure that the issued report on `own` keeps. `None` when it keeps none.
    pub(super) fn narrowed_as_issued(
        &self,
        own: Option<Period>,
        metric: &'a Metric,
        period: Period,
        filter: &[FigureFilter],
    ) -> Option<DisplayedFigure<'a>> {
        let report = self.issued(own?)?;
        let figure = report.narrowed.get(&figure_key(own, metric, period, filter))?;
        let live = self.narrowed(self.current_figure(metric, period), metric, filter);
        Some(DisplayedFigure {
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
        })
    }

    /// What the values of `filter` are, in words: `石桥村，环境整治、普法宣传`.
    #[must_use]
    pub fn filter_text(&self, metric: &'a Metric, filter: &[FigureFilter]) -> String {
        let label = |by: &Dimension, key: &str| {
            let label = key_label(&self.counts, metric, by, key, self.lang);
            part_label(&self.counts, metric, by, key, &label, self.lang)
        };
        let values = |one: &FigureFilter| {
            let labels: Vec<String> = one.keys.iter().map(|key| label(&one.by, key)).collect();
            labels.join(raw_report_text(self.lang, "filter-or"))
        };
        let all: Vec<String> = filter.iter().map(values).collect();
        all.join(raw_report_text(self.lang, "filter-and"))
    }

    /// What has the values of `filter` among what `whole` counted: its number, its changes and its evidence. Of an issued
    /// figure, the number is as issued where the report keeps that part of it; else it is counted among the posts that were
    /// counted then.
    pub(super) fn narrowed(
        &self,
        whole: DisplayedFigure<'a>,
        metric: &'a Metric,
        filter: &[FigureFilter],
    ) -> DisplayedFigure<'a> {
        let narrowed = self.counts.narrowed(&whole.to_figure(), filter);
        let kept = kept_value(&whole, filter);
        let value = kept.unwrap_or(narrowed.value);
        let base = |period: Period| {
            let whole = self.displayed_figure(metric, period);
            kept_value(&whole, filter).unwrap_or_else(|| self.counts.narrowed(&whole.to_figure(), filter).value)
        };
        let (previous, year_earlier) = whole.period.comparisons(self.today);
        let posts: BTreeSet<PostId> = match &narrowed.evidence {
            Evidence::Posts(posts) => posts.iter().map(|entry| entry.post).collect(),
            Evidence::Rows(_) | Evidence::Quotient(_) => BTreeSet::new(),
        };
        let rows: BTreeSet<&str> = match &narrowed.evidence {
            Evidence::Rows(rows) => rows.iter().map(|row| row.id.as_str()).collect(),
            Evidence::Posts(_) | Evidence::Quotient(_) => BTreeSet::new(),
        };
        let is_kept = |item: &EvidenceItem<'a>| match item {
            EvidenceItem::Post { post, .. } => posts.contains(post),
            EvidenceItem::Row(row) => rows.contains(row.id.as_str()),
            EvidenceItem::Issued(issued) => match issued.row {
                Some(_) => rows.contains(issued.key),
                None => issued.now.is_some_and(|post| posts.contains(&post)),
            },
        };
        let hidden = match whole.issued.is_some() {
            true => 0,
            false => posts
                .iter()
                .filter(|post| self.counts.posts.post(**post).is_hidden())
                .count(),
        };
        let was_issued = whole.issued.is_some();
        DisplayedFigure {
            value,
            previous: Change::new(base(previous), value),
            year_earlier: Change::new(base(year_earlier), value),
            evidence: whole.evidence.into_iter().filter(is_kept).collect(),
            hidden,
            is_missing_in_issue: whole.is_missing_in_issue || (was_issued && kept.is_none()),
            is_part_of_issued: was_issued,
            issued: None,
            current: narrowed,
            ..whole
        }
    }
}

/// The number that an issued report keeps for one value of a field, or for one value of each of two. `None` when it keeps
/// none, or when the figure was not issued.
fn kept_value(whole: &DisplayedFigure<'_>, filter: &[FigureFilter]) -> Option<Option<Decimal>> {
    match filter {
        [one] => {
            let [key] = one.keys.as_slice() else { return None };
            let parts = whole.issued_parts(&one.by)?;
            let part = parts.into_iter().find(|part| part.key == *key);
            Some(part.map_or_else(|| whole.metric.value_of_nothing(), |part| part.value))
        }
        [one, other] => {
            let ([row], [column]) = (one.keys.as_slice(), other.keys.as_slice()) else {
                return None;
            };
            let cells = whole.issued_cells(&one.by, &other.by)?;
            let cell = cells.get(row).and_then(|row| row.get(column));
            Some(cell.copied().unwrap_or_else(|| whole.metric.value_of_nothing()))
        }
        _ => None,
    }
}
