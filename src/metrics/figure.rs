//! A metric's figure in one period, with the posts or rows behind it.

use super::definition::passes;
use super::metric::{Aggregate, Metric, Metrics, Source};
use super::period::Period;
use super::pool::{Item, Order, Pool, column, value};
use super::tally::{Aside, Entry, Reason, Tally, deciding_day, key, tallies};
use crate::catalog::Catalog;
use crate::schema::{FieldValue, Row};
use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Days around a period within which posts that just missed it are named.
const NEAR: i64 = 31;

/// All metrics of a site, counted.
#[derive(Debug)]
pub struct Counts<'a> {
    /// The site's records and rosters.
    pub catalog: &'a Catalog,
    /// The metrics.
    pub metrics: &'a Metrics,
    /// The posts.
    pub pool: Pool<'a>,
    tallies: Arc<Vec<Tally>>,
}

/// What counting came to, without the posts that were counted.
#[derive(Debug, Clone)]
pub struct Counted {
    order: Arc<Order>,
    tallies: Arc<Vec<Tally>>,
}

/// A number with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure<'a> {
    /// What was counted.
    pub metric: &'a Metric,
    /// Over which days.
    pub period: Period,
    /// The number; 0 when nothing was counted.
    pub value: Decimal,
    /// What was counted.
    pub evidence: Evidence<'a>,
}

/// What a figure was counted from.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence<'a> {
    /// Posts, by day; for a count, as many as the figure says.
    Posts(Vec<Entry>),
    /// Rows of a roster, in its order.
    Rows(Vec<&'a Row>),
}

impl Evidence<'_> {
    /// How many posts or rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Posts(entries) => entries.len(),
            Self::Rows(rows) => rows.len(),
        }
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The posts; none for rows.
    #[must_use]
    pub fn posts(&self) -> &[Entry] {
        match self {
            Self::Posts(entries) => entries,
            Self::Rows(_) => &[],
        }
    }
}

impl<'a> Counts<'a> {
    /// Counts all `metrics` over the posts of `catalog`. Posts after `today` never count.
    #[must_use]
    pub fn new(catalog: &'a Catalog, metrics: &'a Metrics, today: Date) -> Self {
        let pool = Pool::new(catalog, today);
        let tallies = Arc::new(tallies(&pool, metrics.iter(), |kind| catalog.kinds.get(kind)));
        Self {
            catalog,
            metrics,
            pool,
            tallies,
        }
    }

    /// The same with what was counted in a catalog that differs from `catalog` in no field that a metric asks for.
    #[must_use]
    pub fn again(catalog: &'a Catalog, metrics: &'a Metrics, counted: &Counted) -> Self {
        Self {
            catalog,
            metrics,
            pool: Pool::in_order(catalog, Arc::clone(&counted.order)),
            tallies: Arc::clone(&counted.tallies),
        }
    }

    /// What was counted, for [`Counts::again`].
    #[must_use]
    pub fn counted(&self) -> Counted {
        Counted {
            order: Arc::clone(&self.pool.order),
            tallies: Arc::clone(&self.tallies),
        }
    }

    /// The figure of a metric in a period.
    #[must_use]
    pub fn figure(&self, metric: &'a Metric, period: Period) -> Figure<'a> {
        let evidence = match &metric.of {
            Source::Kind(_) => Evidence::Posts(self.entries(metric, period)),
            Source::Roster(roster) => Evidence::Rows(self.rows(metric, roster, period.last())),
        };
        let value = match &evidence {
            Evidence::Posts(entries) => self.aggregate(metric, entries),
            Evidence::Rows(rows) => over_rows(metric, rows),
        };
        Figure {
            metric,
            period,
            value,
            evidence,
        }
    }

    /// The tally of a metric of posts.
    fn tally(&self, metric: &Metric) -> Option<&Tally> {
        self.tallies.get(self.metrics.position(&metric.id)?)
    }

    fn entries(&self, metric: &Metric, period: Period) -> Vec<Entry> {
        let Some(tally) = self.tally(metric) else {
            return Vec::new();
        };
        let (first, last) = (period.first(), period.last());
        let from = tally.entries.partition_point(|entry| entry.day < first);
        let to = tally.entries.partition_point(|entry| entry.day <= last);
        if let Aggregate::Latest(_) = metric.aggregate {
            return tally.entries[..to]
                .iter()
                .rev()
                .find(|entry| in_time(entry, last))
                .copied()
                .into_iter()
                .collect();
        }
        tally.entries[from..to]
            .iter()
            .filter(|entry| in_time(entry, last))
            .copied()
            .collect()
    }

    /// Rows that fulfil the conditions and are in force on `day`.
    fn rows(&self, metric: &Metric, roster: &str, day: Date) -> Vec<&'a Row> {
        let rows = self.catalog.rosters.get(roster).map_or(&[][..], |roster| roster.rows());
        let fulfils = |row: &Row| {
            metric
                .conditions
                .iter()
                .all(|condition| passes(&condition.test, column(row, &condition.field).as_ref()) != condition.negated)
        };
        rows.iter().filter(|row| row.in_force(day) && fulfils(row)).collect()
    }

    /// The number that some of a metric's entries make.
    #[must_use]
    pub fn aggregate(&self, metric: &Metric, entries: &[Entry]) -> Decimal {
        let amounts = || entries.iter().map(|entry| entry.amount);
        let value = match &metric.aggregate {
            Aggregate::Count => Decimal::from(entries.len()),
            Aggregate::Sum(_) => amounts().fold(Decimal::ZERO, |sum, amount| sum.saturating_add(amount)),
            Aggregate::Distinct(field) => {
                let found: BTreeSet<String> = entries
                    .iter()
                    .filter_map(|entry| value(self.pool.post(entry.item).record, field))
                    .flat_map(|value| keys(&value))
                    .collect();
                Decimal::from(found.len())
            }
            Aggregate::Average(_) => mean(entries.len(), amounts()),
            Aggregate::Max(_) => amounts().max().unwrap_or_default(),
            Aggregate::Latest(_) => entries.last().map(|entry| entry.amount).unwrap_or_default(),
        };
        value.normalize()
    }

    /// Posts that fulfil a figure's conditions and are not in it: those of its period, and those that missed it by at
    /// most 31 days.
    #[must_use]
    pub fn left_out(&self, figure: &Figure<'_>) -> Vec<Aside> {
        let Some(tally) = self.tally(figure.metric).filter(|_| !figure.metric.is_stock()) else {
            return Vec::new();
        };
        let (first, last) = (figure.period.first(), figure.period.last());
        let near = (first.saturating_sub(NEAR.days()), last.saturating_add(NEAR.days()));
        let day = |item: Item| self.day(figure.metric, item);
        let in_reach = |aside: &&Aside| day(aside.item).is_none_or(|day| first <= day && day <= last);
        // Of a stock only the last value stands, which may be from before the period.
        let standing = match figure.metric.aggregate {
            Aggregate::Latest(_) => figure.evidence.posts().first().map(|entry| entry.item),
            _ => None,
        };
        let mut asides: Vec<Aside> = tally.asides.iter().filter(in_reach).copied().collect();
        for entry in tally
            .entries
            .iter()
            .filter(|entry| near.0 <= entry.day && entry.day <= near.1)
        {
            let reason = match entry.counted_on {
                _ if standing == Some(entry.item) => continue,
                _ if !figure.period.contains(entry.day) => Reason::Outside(entry.day),
                Some(counted) if counted > last => Reason::CountedLater(counted),
                _ => match standing {
                    Some(later) => Reason::Superseded(later),
                    None => continue,
                },
            };
            asides.push(Aside {
                item: entry.item,
                reason,
            });
        }
        asides.sort_by_key(|aside| aside.item);
        asides
    }

    /// The day that decides a post's period for a metric; the post's own when it does not give that one.
    #[must_use]
    pub fn day(&self, metric: &Metric, item: Item) -> Option<Date> {
        let post = self.pool.post(item);
        deciding_day(post, metric).or(post.day())
    }

    /// What `equals` of a metric adds up to, where it has one.
    #[must_use]
    pub fn expected(&self, metric: &Metric, period: Period) -> Option<Decimal> {
        let parts = metric.equals.iter().filter_map(|(plus, id)| {
            let value = self.figure(self.metrics.get(id)?, period).value;
            Some(if *plus { value } else { -value })
        });
        (!metric.equals.is_empty()).then(|| parts.fold(Decimal::ZERO, Decimal::saturating_add))
    }
}

/// Whether a post's count had been taken by the period's end.
fn in_time(entry: &Entry, last: Date) -> bool {
    entry.counted_on.is_none_or(|counted| counted <= last)
}

/// The number that some of a metric's rows make.
pub(super) fn over_rows(metric: &Metric, rows: &[&Row]) -> Decimal {
    let number = |row: &&Row, field: &str| row.text(field).and_then(|text| text.trim().parse::<Decimal>().ok());
    let amounts = |measure: &super::Measure| -> Vec<Decimal> {
        match measure {
            super::Measure::Field(field) => rows.iter().filter_map(|row| number(row, field)).collect(),
            // Rows have no typed dates but `since` and `until`.
            super::Measure::Days(..) => Vec::new(),
        }
    };
    let value = match &metric.aggregate {
        Aggregate::Count => Decimal::from(rows.len()),
        Aggregate::Distinct(field) => {
            let found: BTreeSet<String> = rows
                .iter()
                .filter_map(|row| column(row, field))
                .flat_map(|v| keys(&v))
                .collect();
            Decimal::from(found.len())
        }
        Aggregate::Sum(measure) => amounts(measure)
            .into_iter()
            .fold(Decimal::ZERO, Decimal::saturating_add),
        Aggregate::Average(measure) => {
            let amounts = amounts(measure);
            mean(amounts.len(), amounts.into_iter())
        }
        Aggregate::Max(measure) => amounts(measure).into_iter().max().unwrap_or_default(),
        Aggregate::Latest(measure) => amounts(measure).pop().unwrap_or_default(),
    };
    value.normalize()
}

/// Rounded to one decimal, halves away from zero (四舍五入); 0 of nothing.
fn mean(count: usize, amounts: impl Iterator<Item = Decimal>) -> Decimal {
    let sum = amounts.fold(Decimal::ZERO, Decimal::saturating_add);
    sum.checked_div(Decimal::from(count)).map_or(Decimal::ZERO, |mean| {
        mean.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
    })
}

/// A value's texts: one, or a list's.
pub(super) fn keys(value: &FieldValue) -> Vec<String> {
    match value {
        FieldValue::List(items) => items.iter().map(key).collect(),
        single => vec![key(single)],
    }
}

/// How a figure compares with another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The earlier figure.
    pub base: Decimal,
    /// How much more it is now.
    pub difference: Decimal,
    /// The same in per cent of the base's size, rounded to one decimal; none where the base is 0.
    pub percent: Option<Decimal>,
}

impl Change {
    /// From `base` to `now`.
    #[must_use]
    pub fn new(base: Decimal, now: Decimal) -> Self {
        let difference = now.checked_sub(base).unwrap_or_default();
        let percent = difference
            .checked_mul(Decimal::ONE_HUNDRED)
            .and_then(|part| part.checked_div(base.abs()))
            .map(|percent| {
                percent
                    .round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
                    .normalize()
            });
        Self {
            base,
            difference,
            percent,
        }
    }
}
