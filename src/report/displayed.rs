//! A figure as a report shows it: as issued where the report was, else as counted now.

use super::issued::IssuedFigure;
use super::reports::Reports;
use crate::metrics::{
    Change, CountedPost, Dimension, Evidence, ExcludedPost, ExclusionReason, Figure, Metric, Period, PostId,
};
use crate::schema::RosterRow;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A figure, its comparisons and its evidence.
#[derive(Debug, Clone)]
pub struct DisplayedFigure<'a> {
    /// What was counted.
    pub metric: &'a Metric,
    /// Over which days.
    pub period: Period,
    /// The number.
    pub value: Decimal,
    /// Against the period before (环比).
    pub previous: Change,
    /// Against the same period a year earlier (同比).
    pub year_earlier: Change,
    /// What was counted, in order of day, or of the roster.
    pub evidence: Vec<EvidenceItem<'a>>,
    /// The day on which it was issued, if it was.
    pub issued_on: Option<Date>,
    issued_figure: Option<&'a IssuedFigure>,
    current: Figure<'a>,
}

/// Something that a figure counted.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceItem<'a> {
    /// A post.
    Post {
        /// Which.
        post: PostId,
        /// The day that put it in the period.
        day: Date,
        /// What it added.
        amount: Decimal,
    },
    /// A post, or a roster's row, that the issued figure counted and that is there no more.
    Removed {
        /// Where it was; a row's id.
        path: String,
        /// What it added.
        amount: Decimal,
    },
    /// A roster's row.
    Row(&'a RosterRow),
}

impl<'a> DisplayedFigure<'a> {
    /// The figure with what it shows as its evidence: of an issued one, what was counted then and is still there.
    fn to_figure(&self) -> Cow<'_, Figure<'a>> {
        if self.issued_figure.is_none() {
            return Cow::Borrowed(&self.current);
        }
        let entry = |behind: &EvidenceItem<'a>| match *behind {
            EvidenceItem::Post {
                post: item,
                day,
                amount,
            } => Some(CountedPost {
                day,
                post: item,
                amount,
                counted_on: None,
            }),
            EvidenceItem::Removed { .. } | EvidenceItem::Row(_) => None,
        };
        let row = |behind: &EvidenceItem<'a>| match *behind {
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

    /// Whether the period before is the same as a year earlier, as it is for a year.
    #[must_use]
    pub fn has_single_comparison(&self) -> bool {
        self.period.previous() == self.period.year_earlier()
    }
}

impl EvidenceItem<'_> {
    /// A post's path, or a row's id.
    pub(super) fn key(&self, reports: &Reports<'_>) -> String {
        match self {
            Self::Post { post: item, .. } => reports.counts.posts.post(*item).record.path.to_string(),
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

/// A post that a figure did not count, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    /// By the rules of counting.
    ByRule(ExcludedPost),
    /// It came after the report was issued.
    AfterIssue(PostId),
}

/// A part of a figure: by month, theme …
#[derive(Debug, Clone, PartialEq)]
pub struct FigurePart {
    /// The month (`2022-05`), or the value's id; empty for posts that do not give the field.
    pub key: String,
    /// In words; empty for posts that do not give the field.
    pub label: String,
    /// Its number.
    pub value: Decimal,
}

impl<'a> Reports<'a> {
    /// The figure of a metric in a period, as issued if that period's report was.
    #[must_use]
    pub fn displayed_figure(&self, metric: &'a Metric, period: Period) -> DisplayedFigure<'a> {
        let live = self.current_figure(metric, period);
        let Some(frozen) = self.issued(period) else { return live };
        let Some(figure) = frozen.figures.get(&metric.id) else {
            return live;
        };
        DisplayedFigure {
            value: figure.value,
            previous: Change::new(figure.previous, figure.value),
            year_earlier: Change::new(figure.year_earlier, figure.value),
            evidence: self.issued_evidence(&live, figure),
            issued_on: Some(frozen.issued_on),
            issued_figure: Some(figure),
            ..live
        }
    }

    /// The figure as it is counted now, against earlier ones as they were issued, so that two printed reports agree.
    #[must_use]
    pub fn current_figure(&self, metric: &'a Metric, period: Period) -> DisplayedFigure<'a> {
        let live = self.counts.figure(metric, period);
        let value = |period| match self.issued(period).and_then(|frozen| frozen.figures.get(&metric.id)) {
            Some(issued) => issued.value,
            None => self.counts.figure(metric, period).value,
        };
        DisplayedFigure {
            metric,
            period,
            value: live.value,
            previous: Change::new(value(period.previous()), live.value),
            year_earlier: Change::new(value(period.year_earlier()), live.value),
            evidence: evidence_items(&live),
            issued_on: None,
            issued_figure: None,
            current: live,
        }
    }

    /// What an issued figure counted: what is still there in order of day, then what is not.
    fn issued_evidence(&self, live: &DisplayedFigure<'a>, figure: &IssuedFigure) -> Vec<EvidenceItem<'a>> {
        let mut found: Vec<EvidenceItem<'a>> = Vec::new();
        let mut gone: Vec<EvidenceItem<'a>> = Vec::new();
        // A post that was taken back into a draft is as good as gone: no page names a draft.
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
                crate::metrics::Source::Kind(_) => None,
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
        found.sort_by_key(|behind| match behind {
            EvidenceItem::Post { post: item, day, .. } => (Some(*day), *item),
            _ => (None, 0),
        });
        found.append(&mut gone);
        found
    }

    /// A figure's parts, in their order; as issued where those were kept.
    #[must_use]
    pub fn parts(&self, shown: &DisplayedFigure<'a>, by: &Dimension) -> Vec<FigurePart> {
        let groups = self.counts.breakdown(&shown.to_figure(), by, self.lang);
        let parts = groups.into_iter().map(|group| FigurePart {
            key: group.key,
            label: group.label,
            value: group.value,
        });
        let mut parts: Vec<FigurePart> = parts.collect();
        let Some(issued) = shown.issued_figure.and_then(|frozen| frozen.breakdowns.get(by.name())) else {
            return parts;
        };
        for part in &mut parts {
            part.value = Decimal::ZERO;
        }
        for (key, value) in issued {
            match parts.iter_mut().find(|part| part.key == *key) {
                Some(part) => part.value = *value,
                None => parts.push(FigurePart {
                    key: key.clone(),
                    label: key.clone(),
                    value: *value,
                }),
            }
        }
        parts
    }

    /// A figure's parts by one dimension, each by another: for stacked charts. Rows follow `by`, columns `split`.
    #[must_use]
    pub fn cross_breakdown(
        &self,
        shown: &DisplayedFigure<'a>,
        by: &Dimension,
        split: &Dimension,
    ) -> (Vec<FigurePart>, Vec<(FigurePart, Vec<Decimal>)>) {
        let columns = self.parts(shown, split);
        let rows = self
            .counts
            .breakdown(&shown.to_figure(), by, self.lang)
            .into_iter()
            .map(|group| {
                let inner = Figure {
                    evidence: group.evidence,
                    ..shown.current
                };
                let parts = self.counts.breakdown(&inner, split, self.lang);
                let of = |column: &FigurePart| {
                    parts
                        .iter()
                        .find(|part| part.key == column.key)
                        .map_or(Decimal::ZERO, |part| part.value)
                };
                let values = columns.iter().map(of).collect();
                let row = FigurePart {
                    key: group.key,
                    label: group.label,
                    value: group.value,
                };
                (row, values)
            });
        let rows = rows.collect();
        (columns, rows)
    }

    /// What a figure did not count, and why, in order of day.
    #[must_use]
    pub fn exclusions(&self, shown: &DisplayedFigure<'a>) -> Vec<Exclusion> {
        let mut found: Vec<Exclusion> = self
            .counts
            .excluded_posts(&shown.current)
            .into_iter()
            .map(Exclusion::ByRule)
            .collect();
        if shown.issued_figure.is_some() {
            let counted: BTreeSet<PostId> = shown.evidence.iter().filter_map(evidence_post).collect();
            found.retain(|left| !counted.contains(&left.post()));
            let after = shown
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

    /// How an issued figure differs from the one of today: posts, by path, that it did not count, counts no more, or
    /// counts otherwise.
    pub(super) fn changed_posts(&self, shown: &DisplayedFigure<'a>) -> Vec<String> {
        let Some(frozen) = shown.issued_figure else {
            return Vec::new();
        };
        let live = evidence_items(&shown.current);
        let now: Vec<(String, Decimal)> = live.iter().map(|behind| (behind.key(self), behind.amount())).collect();
        let changed = now
            .iter()
            .filter(|(path, amount)| frozen.posts.get(path) != Some(amount));
        let lost = frozen
            .posts
            .keys()
            .filter(|path| now.iter().all(|(known, _)| known != *path));
        changed.map(|(path, _)| path.clone()).chain(lost.cloned()).collect()
    }

    /// The value that an issued figure would have today.
    pub(super) fn current_value(&self, shown: &DisplayedFigure<'a>) -> Decimal {
        shown.current.value
    }
}

impl Exclusion {
    /// The post.
    #[must_use]
    pub const fn post(&self) -> PostId {
        match self {
            Self::ByRule(aside) => aside.post,
            Self::AfterIssue(item) => *item,
        }
    }

    /// Why, where a rule of counting says so.
    #[must_use]
    pub const fn reason(&self) -> Option<ExclusionReason> {
        match self {
            Self::ByRule(aside) => Some(aside.reason),
            Self::AfterIssue(_) => None,
        }
    }
}

fn evidence_post(behind: &EvidenceItem<'_>) -> Option<PostId> {
    match behind {
        EvidenceItem::Post { post: item, .. } => Some(*item),
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
