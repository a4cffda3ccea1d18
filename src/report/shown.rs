//! A figure as a report shows it: as issued where the report was, else as counted now.

use super::Reports;
use super::frozen::{FrozenFigure, behind_key};
use crate::metrics::{Aside, Change, Dimension, Entry, Evidence, Figure, Item, Metric, Period, Reason};
use crate::schema::Row;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A figure, its comparisons and its evidence.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// What was counted.
    pub metric: &'a Metric,
    /// Over which days.
    pub period: Period,
    /// The number.
    pub value: Decimal,
    /// Against the period before (环比).
    pub before: Change,
    /// Against the same period a year earlier (同比).
    pub year_earlier: Change,
    /// What was counted, in order of day, or of the roster.
    pub behind: Vec<Behind<'a>>,
    /// The day on which it was issued, if it was.
    pub issued: Option<Date>,
    frozen: Option<&'a FrozenFigure>,
    live: Figure<'a>,
}

/// Something that a figure counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Behind<'a> {
    /// A post.
    Post {
        /// Which.
        item: Item,
        /// The day that put it in the period.
        day: Date,
        /// What it added.
        amount: Decimal,
    },
    /// A post, or a roster's row, that the issued figure counted and that is there no more.
    Gone {
        /// Where it was; a row's id.
        path: String,
        /// What it added.
        amount: Decimal,
    },
    /// A roster's row.
    Row(&'a Row),
}

impl<'a> Shown<'a> {
    /// The figure with what it shows as its evidence: of an issued one, what was counted then and is still there.
    fn counted(&self) -> Cow<'_, Figure<'a>> {
        if self.frozen.is_none() {
            return Cow::Borrowed(&self.live);
        }
        let entry = |behind: &Behind<'a>| match *behind {
            Behind::Post { item, day, amount } => Some(Entry {
                day,
                item,
                amount,
                counted_on: None,
            }),
            Behind::Gone { .. } | Behind::Row(_) => None,
        };
        let row = |behind: &Behind<'a>| match *behind {
            Behind::Row(row) => Some(row),
            Behind::Gone { .. } | Behind::Post { .. } => None,
        };
        let evidence = if self.metric.is_stock() {
            Evidence::Rows(self.behind.iter().filter_map(row).collect())
        } else {
            Evidence::Posts(self.behind.iter().filter_map(entry).collect())
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
    pub fn is_compared_once(&self) -> bool {
        self.period.before() == self.period.year_earlier()
    }
}

impl Behind<'_> {
    /// What it added to the figure.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        match self {
            Self::Post { amount, .. } | Self::Gone { amount, .. } => *amount,
            Self::Row(_) => Decimal::ONE,
        }
    }
}

/// A post that a figure did not count, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// By the rules of counting.
    Aside(Aside),
    /// It came after the report was issued.
    AfterIssue(Item),
}

/// A part of a figure: by month, theme …
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
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
    pub fn shown(&self, metric: &'a Metric, period: Period) -> Shown<'a> {
        let live = self.live(metric, period);
        let Some(frozen) = self.issued(period) else { return live };
        let Some(figure) = frozen.figures.get(&metric.id) else {
            return live;
        };
        Shown {
            value: figure.value,
            before: Change::new(figure.before, figure.value),
            year_earlier: Change::new(figure.year_earlier, figure.value),
            behind: self.behind_frozen(&live, figure),
            issued: Some(frozen.issued),
            frozen: Some(figure),
            ..live
        }
    }

    /// The figure as it is counted now, against earlier ones as they were issued, so that two printed reports agree.
    #[must_use]
    pub fn live(&self, metric: &'a Metric, period: Period) -> Shown<'a> {
        let live = self.counts.figure(metric, period);
        let value = |period| match self.issued(period).and_then(|frozen| frozen.figures.get(&metric.id)) {
            Some(issued) => issued.value,
            None => self.counts.figure(metric, period).value,
        };
        Shown {
            metric,
            period,
            value: live.value,
            before: Change::new(value(period.before()), live.value),
            year_earlier: Change::new(value(period.year_earlier()), live.value),
            behind: behind(&live),
            issued: None,
            frozen: None,
            live,
        }
    }

    /// What an issued figure counted: what is still there in order of day, then what is not.
    fn behind_frozen(&self, live: &Shown<'a>, figure: &FrozenFigure) -> Vec<Behind<'a>> {
        let mut found: Vec<Behind<'a>> = Vec::new();
        let mut gone: Vec<Behind<'a>> = Vec::new();
        // A post that was taken back into a draft is as good as gone: no page names a draft.
        let find = |path: &str| {
            self.counts
                .pool
                .find(path)
                .filter(|(item, _)| !self.counts.pool.post(*item).withheld)
        };
        for (path, &amount) in &figure.posts {
            let row = match &live.metric.of {
                crate::metrics::Source::Roster(roster) => self
                    .counts
                    .catalog
                    .rosters
                    .get(roster)
                    .and_then(|roster| roster.by_id(path)),
                crate::metrics::Source::Kind(_) => None,
            };
            match (row, find(path)) {
                (Some(row), _) => found.push(Behind::Row(row)),
                (None, Some((item, day))) => {
                    let day = self.counts.day(live.metric, item).unwrap_or(day);
                    found.push(Behind::Post { item, day, amount });
                }
                (None, None) => gone.push(Behind::Gone {
                    path: path.clone(),
                    amount,
                }),
            }
        }
        found.sort_by_key(|behind| match behind {
            Behind::Post { item, day, .. } => (Some(*day), *item),
            _ => (None, 0),
        });
        found.append(&mut gone);
        found
    }

    /// A figure's parts, in their order; as issued where those were kept.
    #[must_use]
    pub fn parts(&self, shown: &Shown<'a>, by: &Dimension) -> Vec<Part> {
        let groups = self.counts.breakdown(&shown.counted(), by, self.lang);
        let parts = groups.into_iter().map(|group| Part {
            key: group.key,
            label: group.label,
            value: group.value,
        });
        let mut parts: Vec<Part> = parts.collect();
        let Some(issued) = shown.frozen.and_then(|frozen| frozen.by.get(by.name())) else {
            return parts;
        };
        for part in &mut parts {
            part.value = Decimal::ZERO;
        }
        for (key, value) in issued {
            match parts.iter_mut().find(|part| part.key == *key) {
                Some(part) => part.value = *value,
                None => parts.push(Part {
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
    pub fn cross(
        &self,
        shown: &Shown<'a>,
        by: &Dimension,
        split: &Dimension,
    ) -> (Vec<Part>, Vec<(Part, Vec<Decimal>)>) {
        let columns = self.parts(shown, split);
        let rows = self
            .counts
            .breakdown(&shown.counted(), by, self.lang)
            .into_iter()
            .map(|group| {
                let inner = Figure {
                    evidence: group.evidence,
                    ..shown.live
                };
                let parts = self.counts.breakdown(&inner, split, self.lang);
                let of = |column: &Part| {
                    parts
                        .iter()
                        .find(|part| part.key == column.key)
                        .map_or(Decimal::ZERO, |part| part.value)
                };
                let values = columns.iter().map(of).collect();
                let row = Part {
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
    pub fn left_out(&self, shown: &Shown<'a>) -> Vec<LeftOut> {
        let mut found: Vec<LeftOut> = self
            .counts
            .left_out(&shown.live)
            .into_iter()
            .map(LeftOut::Aside)
            .collect();
        if shown.frozen.is_some() {
            let counted: BTreeSet<Item> = shown.behind.iter().filter_map(item).collect();
            found.retain(|left| !counted.contains(&left.item()));
            let after = shown
                .live
                .evidence
                .posts()
                .iter()
                .filter(|entry| !counted.contains(&entry.item));
            found.extend(after.map(|entry| LeftOut::AfterIssue(entry.item)));
            found.sort_by_key(LeftOut::item);
        }
        found
    }

    /// How an issued figure differs from the one of today: posts, by path, that it did not count, counts no more, or
    /// counts otherwise.
    pub(super) fn difference(&self, shown: &Shown<'a>) -> Vec<String> {
        let Some(frozen) = shown.frozen else { return Vec::new() };
        let live = behind(&shown.live);
        let now: Vec<(String, Decimal)> = live
            .iter()
            .map(|behind| (behind_key(self, behind), behind.amount()))
            .collect();
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
    pub(super) fn today_value(&self, shown: &Shown<'a>) -> Decimal {
        shown.live.value
    }
}

impl LeftOut {
    /// The post.
    #[must_use]
    pub const fn item(&self) -> Item {
        match self {
            Self::Aside(aside) => aside.item,
            Self::AfterIssue(item) => *item,
        }
    }

    /// Why, where a rule of counting says so.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Aside(aside) => Some(aside.reason),
            Self::AfterIssue(_) => None,
        }
    }
}

fn item(behind: &Behind<'_>) -> Option<Item> {
    match behind {
        Behind::Post { item, .. } => Some(*item),
        Behind::Gone { .. } | Behind::Row(_) => None,
    }
}

fn behind<'a>(figure: &Figure<'a>) -> Vec<Behind<'a>> {
    let post = |entry: &Entry| Behind::Post {
        item: entry.item,
        day: entry.day,
        amount: entry.amount,
    };
    match &figure.evidence {
        Evidence::Posts(entries) => entries.iter().map(post).collect(),
        Evidence::Rows(rows) => rows.iter().map(|row| Behind::Row(row)).collect(),
    }
}
