//! The posts that one metric counts, whatever the period: conditions tried, what counts only once settled.
//!
//! Which post stands for an event or a piece is settled over all time, so that each counts in exactly one period and
//! the parts of a span add up to the whole. A period's figure is then a stretch of a sorted list.

use super::definition::passes;
use super::metric::{Aggregate, Condition, Measure, Metric, Once, Source};
use super::pool::{Item, Pool, Post, Status, value};
use super::table::Table;
use crate::schema::{FieldValue, Kind};
use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::HashMap;

/// Posts handed to one thread at a time.
const CHUNK: usize = 2048;
/// The field that ranks reprints of a piece.
const LEVEL: &str = "level";
/// The field that reprints of a piece share.
const PIECE: &str = "piece";

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
    kind_of: impl Fn(&str) -> Option<&'m Kind>,
) -> Vec<Tally> {
    let metrics: Vec<&Metric> = metrics.collect();
    let mut tallies = vec![Tally::default(); metrics.len()];
    for (kind, items) in &pool.of_kind {
        let is_of_kind = |metric: &Metric| matches!(&metric.of, Source::Kind(of) if of == kind);
        let chosen: Vec<usize> = (0..metrics.len()).filter(|&at| is_of_kind(metrics[at])).collect();
        let of_kind: Vec<&Metric> = chosen.iter().map(|&at| metrics[at]).collect();
        let table = Table::new(pool, items, &of_kind);
        let matched = matching(&table, items, &of_kind);
        let levels = kind_of(kind).map_or(&[][..], levels);
        let settled: Vec<Tally> = chosen
            .par_iter()
            .zip(matched)
            .map(|(&at, items)| settle(&table, metrics[at], items, levels))
            .collect();
        for (at, tally) in chosen.into_iter().zip(settled) {
            tallies[at] = tally;
        }
    }
    tallies
}

/// For each of `metrics`, the posts that fulfil its conditions.
fn matching(table: &Table<'_, '_>, items: &[Item], metrics: &[&Metric]) -> Vec<Vec<Item>> {
    let chunks: Vec<Vec<Vec<Item>>> = items
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut found = vec![Vec::new(); metrics.len()];
            for &item in chunk {
                for (metric, found) in metrics.iter().zip(&mut found) {
                    if metric.conditions.iter().all(|condition| fulfils(table, item, metric, condition)) {
                        found.push(item);
                    }
                }
            }
            found
        })
        .collect();
    let mut all = vec![Vec::new(); metrics.len()];
    for chunk in chunks {
        for (all, mut found) in all.iter_mut().zip(chunk) {
            all.append(&mut found);
        }
    }
    all
}

/// A piece's level is judged when its reprints are settled, because a higher one may take the piece away.
fn fulfils(table: &Table<'_, '_>, item: Item, metric: &Metric, condition: &Condition) -> bool {
    let deferred = metric.once == Once::Piece && condition.field == LEVEL;
    deferred || holds(table, item, condition)
}

fn holds(table: &Table<'_, '_>, item: Item, condition: &Condition) -> bool {
    let found = table.value(item, &condition.field);
    passes(&condition.test, found.as_deref()) != condition.negated
}

/// The ids of the kind's levels, highest first.
fn levels(kind: &Kind) -> &[(String, crate::schema::Labels)] {
    match kind.fields.iter().find(|field| field.name == LEVEL).map(|field| &field.ty) {
        Some(crate::schema::FieldType::Enum(levels)) => levels,
        _ => &[],
    }
}

/// Settles which of the matching posts count.
fn settle(table: &Table<'_, '_>, metric: &Metric, items: Vec<Item>, levels: &[(String, crate::schema::Labels)]) -> Tally {
    let mut tally = Tally::default();
    let mut entries = Vec::with_capacity(items.len());
    for item in items {
        match entry(table, item, metric) {
            Ok(entry) => entries.push(entry),
            Err(reason) => tally.asides.push(Aside { item, reason }),
        }
    }
    entries.sort_by_key(|entry| (entry.day, entry.item));
    let rank = |entry: &Entry| rank(table, entry.item, levels);
    let stands = match metric.aggregate {
        Aggregate::Count => Stands::First,
        _ => Stands::Largest,
    };
    tally.entries = match &metric.once {
        Once::Post => entries,
        Once::Same(fields) => once(entries, &mut tally.asides, Reason::Same, stands, |entry| {
            let (first, rest) = fields.split_first()?;
            let rest: Vec<_> = rest.iter().map(|field| table.text(entry.item, field)).collect();
            Some((table.text(entry.item, first)?, rest))
        }),
        Once::PieceAndLevel => once(entries, &mut tally.asides, Reason::SamePiece, Stands::First, |entry| {
            Some((table.text(entry.item, PIECE)?, rank(entry)))
        }),
        Once::Piece => {
            // The highest level first, so that the first of each piece is the one that counts.
            entries.sort_by_cached_key(|entry| (rank(entry), entry.day, entry.item));
            once(entries, &mut tally.asides, Reason::SamePiece, Stands::First, |entry| table.text(entry.item, PIECE))
        }
    };
    if metric.once == Once::Piece {
        let of_level = metric.conditions.iter().filter(|condition| condition.field == LEVEL);
        let wanted: Vec<&Condition> = of_level.collect();
        let at_level = |item: Item| wanted.iter().all(|condition| holds(table, item, condition));
        tally.entries.retain(|entry| at_level(entry.item));
        tally.asides.retain(|aside| at_level(aside.item));
    }
    tally.entries.sort_by_key(|entry| (entry.day, entry.item));
    tally
}

/// What one post adds, or why it adds nothing.
fn entry(table: &Table<'_, '_>, item: Item, metric: &Metric) -> Result<Entry, Reason> {
    let post = table.pool.post(item);
    match post.status {
        Status::Counts => {}
        Status::Draft => return Err(Reason::Draft),
        Status::Future => return Err(Reason::Future),
    }
    let day = match &metric.dated {
        None => post.day,
        Some(field) => day_of(table.value(item, field)),
    };
    let amount = match &metric.aggregate {
        Aggregate::Count => Decimal::ONE,
        Aggregate::Distinct(field) => table.text(item, field).map(|_| Decimal::ONE).ok_or(Reason::NoValue)?,
        Aggregate::Sum(measure) | Aggregate::Average(measure) | Aggregate::Max(measure) | Aggregate::Latest(measure) => {
            amount(table, item, measure).ok_or(Reason::NoValue)?
        }
    };
    let counted_on = metric.as_of.as_ref().and_then(|field| day_of(table.value(item, field)));
    Ok(Entry {
        day: day.ok_or(Reason::NoDate)?,
        item,
        amount,
        counted_on,
    })
}

/// The day that decides a post's period.
pub(super) fn deciding_day(post: &Post<'_>, metric: &Metric) -> Option<Date> {
    match &metric.dated {
        None => post.day,
        Some(field) => day_of(value(post.record, field)),
    }
}

fn day_of(value: Option<Cow<'_, FieldValue>>) -> Option<Date> {
    match value?.as_ref() {
        FieldValue::Moment(moment) => Some(moment.date),
        _ => None,
    }
}

fn amount(table: &Table<'_, '_>, item: Item, measure: &Measure) -> Option<Decimal> {
    match measure {
        Measure::Field(field) => match table.value(item, field)?.as_ref() {
            FieldValue::Integer(number) => Some(Decimal::from(*number)),
            FieldValue::Decimal(number) => Some(*number),
            FieldValue::Duration(seconds) => Some(Decimal::from(*seconds)),
            _ => None,
        },
        Measure::Days(from, to) => {
            let hours = day_of(table.value(item, from))?.duration_until(day_of(table.value(item, to))?).as_hours();
            Some(Decimal::from(hours / 24))
        }
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
    let mut first: HashMap<K, usize> = HashMap::new();
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

/// 0 for the highest level; posts without one come last.
fn rank(table: &Table<'_, '_>, item: Item, levels: &[(String, crate::schema::Labels)]) -> usize {
    table
        .text(item, LEVEL)
        .and_then(|level| levels.iter().position(|(id, _)| *id == level))
        .unwrap_or(levels.len())
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
