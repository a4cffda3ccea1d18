//! The posts that one metric counts, whatever the period: conditions tried, what counts only once settled.
//!
//! Which post stands for an event or a piece is settled over all time, so that each counts in exactly one period and
//! the parts of a span add up to the whole. A period's figure is then a stretch of a sorted list.

use super::definition::passes;
use super::metric::{Aggregate, Condition, Measure, Metric, Once, Source};
use super::pool::{Item, Pool, Post, Status, value};
use super::table::{Column, LEVEL, PIECE, Table};
use crate::schema::{FieldValue, Kind};
use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Posts handed to one thread at a time.
const CHUNK: usize = 2048;

/// One post that a metric counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The day that decides its period.
    pub day: Date,
    /// The post.
    pub item: Item,
    /// What it adds: 1 in a count.
    pub amount: Decimal,
    /// The day up to which its count was taken, for metrics that ask.
    pub counted_on: Option<Date>,
}

/// Why a post that fulfils a metric's conditions is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is a draft.
    Draft,
    /// It is dated after today.
    Future,
    /// This post stands for the same event, or whatever counts once.
    Same(Item),
    /// This post stands for the same piece.
    SamePiece(Item),
    /// It lies outside the period.
    Outside(Date),
    /// It does not give the number that is added up.
    NoValue,
    /// It has no date of the sort that decides the period.
    NoDate,
    /// Its count was taken after the period's end.
    CountedLater(Date),
    /// This later post gives the value of the stock.
    Superseded(Item),
}

/// A post that is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aside {
    /// The post.
    pub item: Item,
    /// Why.
    pub reason: Reason,
}

/// All posts that fulfil a metric's conditions.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Those that count, by day, then in the pool's order.
    pub entries: Vec<Entry>,
    /// Those that never do.
    pub asides: Vec<Aside>,
}

/// The tallies of all `metrics`, in their order; empty for metrics of rosters. Looks at each post once.
#[must_use]
pub(super) fn tallies<'m>(
    pool: &Pool<'_>,
    metrics: impl Iterator<Item = &'m Metric>,
    kind_of: impl Fn(&str) -> Option<&'m Kind> + Sync,
) -> Vec<Tally> {
    let metrics: Vec<&Metric> = metrics.collect();
    let mut tallies = vec![Tally::default(); metrics.len()];
    let of_kinds: Vec<Vec<(usize, Tally)>> = pool
        .order
        .of_kind
        .par_iter()
        .map(|(kind, items)| of_kind(pool, items, &metrics, kind, kind_of(kind).map_or(&[], levels)))
        .collect();
    for (at, tally) in of_kinds.into_iter().flatten() {
        tallies[at] = tally;
    }
    tallies
}

/// The tallies of the metrics of one kind, with their places among all.
fn of_kind(
    pool: &Pool<'_>,
    items: &[Item],
    metrics: &[&Metric],
    kind: &str,
    levels: &[(String, crate::schema::Labels)],
) -> Vec<(usize, Tally)> {
    let is_of_kind = |metric: &Metric| matches!(&metric.of, Source::Kind(of) if of == kind);
    let chosen: Vec<usize> = (0..metrics.len()).filter(|&at| is_of_kind(metrics[at])).collect();
    let of_kind: Vec<&Metric> = chosen.iter().map(|&at| metrics[at]).collect();
    let table = Table::new(pool, items, &of_kind);
    let counters = of_kind.iter().map(|metric| Counter::new(&table, metric, levels));
    let counters: Vec<Counter<'_, '_>> = counters.collect();
    let matched = matching(items, &counters);
    let settled: Vec<Tally> = counters
        .par_iter()
        .zip(matched)
        .map(|(counter, items)| counter.settle(items))
        .collect();
    chosen.into_iter().zip(settled).collect()
}

/// For each metric, the posts that fulfil its conditions.
fn matching(items: &[Item], counters: &[Counter<'_, '_>]) -> Vec<Vec<Item>> {
    let chunks: Vec<Vec<Vec<Item>>> = items
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut found = vec![Vec::new(); counters.len()];
            for &item in chunk {
                for (counter, found) in counters.iter().zip(&mut found) {
                    if counter
                        .conditions
                        .iter()
                        .all(|condition| counter.holds(item, condition))
                    {
                        found.push(item);
                    }
                }
            }
            found
        })
        .collect();
    let mut all = vec![Vec::new(); counters.len()];
    for chunk in chunks {
        for (all, mut found) in all.iter_mut().zip(chunk) {
            all.append(&mut found);
        }
    }
    all
}

/// The ids of the kind's levels, highest first.
fn levels(kind: &Kind) -> &[(String, crate::schema::Labels)] {
    match kind
        .fields
        .iter()
        .find(|field| field.name == LEVEL)
        .map(|field| &field.ty)
    {
        Some(crate::schema::FieldType::Enum(levels)) => levels,
        _ => &[],
    }
}

/// One metric over the table of its kind, with its fields looked up.
struct Counter<'c, 'a> {
    table: &'c Table<'c, 'a>,
    metric: &'c Metric,
    conditions: Vec<(Column, &'c Condition)>,
    /// Conditions on a piece's level, judged when its reprints are settled: a higher one may take the piece away.
    at_level: Vec<(Column, &'c Condition)>,
    levels: &'c [(String, crate::schema::Labels)],
    dated: Option<Column>,
    as_of: Option<Column>,
    amount: Amount,
    once: Vec<Column>,
}

/// What a post adds.
enum Amount {
    One,
    /// One, if it gives the field.
    Given(Column),
    Number(Column),
    Days(Column, Column),
}

impl<'c, 'a> Counter<'c, 'a> {
    fn new(table: &'c Table<'c, 'a>, metric: &'c Metric, levels: &'c [(String, crate::schema::Labels)]) -> Self {
        let column = |field: &String| table.column(field);
        let placed = metric
            .conditions
            .iter()
            .map(|condition| (table.column(&condition.field), condition));
        let (at_level, conditions) =
            placed.partition(|(_, condition)| metric.once == Once::Piece && condition.field == LEVEL);
        Self {
            table,
            metric,
            conditions,
            at_level,
            levels,
            dated: metric.dated.as_ref().map(column),
            as_of: metric.as_of.as_ref().map(column),
            amount: match &metric.aggregate {
                Aggregate::Count => Amount::One,
                Aggregate::Distinct(field) => Amount::Given(table.column(field)),
                Aggregate::Sum(of) | Aggregate::Average(of) | Aggregate::Max(of) | Aggregate::Latest(of) => match of {
                    Measure::Field(field) => Amount::Number(table.column(field)),
                    Measure::Days(from, to) => Amount::Days(table.column(from), table.column(to)),
                },
            },
            once: match &metric.once {
                Once::Post => Vec::new(),
                Once::Same(fields) => fields.iter().map(column).collect(),
                Once::Piece | Once::PieceAndLevel => vec![table.column(PIECE), table.column(LEVEL)],
            },
        }
    }

    fn holds(&self, item: Item, (column, condition): &(Column, &Condition)) -> bool {
        let found = self.table.value(item, *column);
        passes(&condition.test, found.as_deref()) != condition.negated
    }

    /// Settles which of the matching posts count.
    fn settle(&self, items: Vec<Item>) -> Tally {
        let mut tally = Tally::default();
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            match self.entry(item) {
                Ok(entry) => entries.push(entry),
                Err(reason) => tally.asides.push(Aside { item, reason }),
            }
        }
        entries.sort_by_key(|entry| (entry.day, entry.item));
        let stands = match self.metric.aggregate {
            Aggregate::Count => Stands::First,
            _ => Stands::Largest,
        };
        tally.entries = match &self.metric.once {
            Once::Post => entries,
            Once::Same(_) => once(entries, &mut tally.asides, Reason::Same, stands, |entry| {
                let (first, rest) = self.once.split_first()?;
                let rest: Vec<_> = rest.iter().map(|column| self.table.text(entry.item, *column)).collect();
                Some((self.table.text(entry.item, *first)?, rest))
            }),
            Once::PieceAndLevel => once(entries, &mut tally.asides, Reason::SamePiece, Stands::First, |entry| {
                Some((self.piece(entry)?, self.rank(entry)))
            }),
            Once::Piece => {
                // The highest level first, so that the first of each piece is the one that counts.
                entries.sort_by_cached_key(|entry| (self.rank(entry), entry.day, entry.item));
                once(entries, &mut tally.asides, Reason::SamePiece, Stands::First, |entry| {
                    self.piece(entry)
                })
            }
        };
        let at_level = |item: Item| self.at_level.iter().all(|condition| self.holds(item, condition));
        tally.entries.retain(|entry| at_level(entry.item));
        tally.asides.retain(|aside| at_level(aside.item));
        tally.entries.sort_by_key(|entry| (entry.day, entry.item));
        tally
    }

    /// What one post adds, or why it adds nothing.
    fn entry(&self, item: Item) -> Result<Entry, Reason> {
        let post = self.table.pool.post(item);
        match post.status {
            Status::Counts => {}
            Status::Draft => return Err(Reason::Draft),
            Status::Future => return Err(Reason::Future),
        }
        let day = match self.dated {
            None => post.day(),
            Some(column) => day_of(self.table.value(item, column)),
        };
        let amount = self.amount(item).ok_or(Reason::NoValue)?;
        let counted_on = self.as_of.and_then(|column| day_of(self.table.value(item, column)));
        Ok(Entry {
            day: day.ok_or(Reason::NoDate)?,
            item,
            amount,
            counted_on,
        })
    }

    fn amount(&self, item: Item) -> Option<Decimal> {
        let value = |column: Column| self.table.value(item, column);
        match self.amount {
            Amount::One => Some(Decimal::ONE),
            Amount::Given(column) => self.table.text(item, column).map(|_| Decimal::ONE),
            Amount::Number(column) => match value(column)?.as_ref() {
                FieldValue::Integer(number) => Some(Decimal::from(*number)),
                FieldValue::Decimal(number) => Some(*number),
                FieldValue::Duration(seconds) => Some(Decimal::from(*seconds)),
                _ => None,
            },
            Amount::Days(from, to) => {
                let hours = day_of(value(from))?.duration_until(day_of(value(to))?).as_hours();
                Some(Decimal::from(hours / 24))
            }
        }
    }

    fn piece(&self, entry: &Entry) -> Option<Cow<'a, str>> {
        self.table.text(entry.item, *self.once.first()?)
    }

    /// 0 for the highest level; posts without one come last.
    fn rank(&self, entry: &Entry) -> usize {
        let level = self.once.get(1).and_then(|column| self.table.text(entry.item, *column));
        level
            .and_then(|level| self.levels.iter().position(|(id, _)| *id == level))
            .unwrap_or(self.levels.len())
    }
}

/// The day that decides a post's period.
pub(super) fn deciding_day(post: &Post<'_>, metric: &Metric) -> Option<Date> {
    match &metric.dated {
        None => post.day(),
        Some(field) => day_of(value(post.record, field)),
    }
}

fn day_of(value: Option<Cow<'_, FieldValue>>) -> Option<Date> {
    match value?.as_ref() {
        FieldValue::Moment(moment) => Some(moment.date),
        _ => None,
    }
}

/// Which of the posts that count once stands for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// The first.
    First,
    /// The one with the largest amount, on the first day of them all: posts about one event tell the same number, the
    /// later ones often more fully.
    Largest,
}

/// Keeps one entry of each key and sets the others aside; entries without a key all stay.
fn once<K: std::hash::Hash + Eq>(
    entries: Vec<Entry>,
    asides: &mut Vec<Aside>,
    reason: impl Fn(Item) -> Reason,
    stands: Stands,
    key: impl Fn(&Entry) -> Option<K>,
) -> Vec<Entry> {
    // Short keys by the ten thousand: the default hasher, safe against chosen keys, costs more than all else here.
    let mut first: FxHashMap<K, usize> = FxHashMap::default();
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut others: Vec<(Item, usize)> = Vec::new();
    for mut entry in entries {
        let Some(key) = key(&entry) else {
            kept.push(entry);
            continue;
        };
        let at = *first.entry(key).or_insert(kept.len());
        let Some(standing) = kept.get_mut(at) else {
            kept.push(entry);
            continue;
        };
        if stands == Stands::Largest && entry.amount > standing.amount {
            std::mem::swap(standing, &mut entry);
            standing.day = standing.day.min(entry.day);
        }
        others.push((entry.item, at));
    }
    asides.extend(others.into_iter().map(|(item, at)| Aside {
        item,
        reason: reason(kept[at].item),
    }));
    kept
}

/// A value as text that tells equal values from others.
#[must_use]
pub fn key(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) | FieldValue::Enum(text) | FieldValue::Reference(text) | FieldValue::Asset(text) => {
            text.clone()
        }
        FieldValue::Moment(moment) => moment.date.to_string(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Decimal(number) => number.normalize().to_string(),
        FieldValue::Duration(seconds) => seconds.to_string(),
        FieldValue::Boolean(yes) => yes.to_string(),
        FieldValue::List(items) => items.iter().map(key).collect::<Vec<_>>().join("\u{1f}"),
    }
}
