//! The posts that one metric counts, whatever the period: conditions tried, what counts only once settled.
//!
//! Which post stands for an event or a piece is settled over all time, so that each counts in exactly one period and
//! the parts of a span add up to the whole. A period's figure is then a stretch of a sorted list.

use super::field_table::{FieldColumn, FieldTable};
use super::metric::{Aggregate, Condition, Dedup, LEVEL_FIELD, Measure, Metric, PIECE_FIELD, Source};
use super::post_index::{IndexedPost, PostId, PostIndex, PostStatus, field_value};
use crate::schema::{FieldValue, Kind};
use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Posts handed to one thread at a time.
const CHUNK_SIZE: usize = 2048;

/// One post that a metric counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountedPost {
    /// The day that decides its period.
    pub day: Date,
    /// The post.
    pub post: PostId,
    /// What it adds: 1 in a count.
    pub amount: Decimal,
    /// The day up to which its count was taken, for metrics that ask.
    pub counted_on: Option<Date>,
}

/// Why a post that fulfils a metric's conditions is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExclusionReason {
    /// It is a draft.
    Draft,
    /// It is dated after today.
    Future,
    /// This post stands for the same event, or whatever counts once.
    Duplicate(PostId),
    /// This post stands for the same piece.
    SamePiece(PostId),
    /// It lies outside the period.
    OutsidePeriod(Date),
    /// It does not give the number that is added up.
    NoValue,
    /// It has no date of the sort that decides the period.
    NoDate,
    /// Its count was taken after the period's end.
    CountedLater(Date),
    /// This later post gives the value of the stock.
    Superseded(PostId),
}

/// A post that is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExcludedPost {
    /// The post.
    pub post: PostId,
    /// Why.
    pub reason: ExclusionReason,
}

/// All posts that fulfil a metric's conditions.
#[derive(Debug, Clone, Default)]
pub(crate) struct MatchedPosts {
    /// Those that count, by day, then in the pool's order.
    pub counted: Vec<CountedPost>,
    /// Those that never do.
    pub excluded: Vec<ExcludedPost>,
}

/// The tallies of all `metrics`, in their order; empty for metrics of rosters. Looks at each post once.
#[must_use]
pub(super) fn match_posts<'m>(
    pool: &PostIndex<'_>,
    metrics: impl Iterator<Item = &'m Metric>,
    kind_of: impl Fn(&str) -> Option<&'m Kind> + Sync,
) -> Vec<MatchedPosts> {
    let metrics: Vec<&Metric> = metrics.collect();
    let mut tallies = vec![MatchedPosts::default(); metrics.len()];
    let of_kinds: Vec<Vec<(usize, MatchedPosts)>> = pool
        .order
        .by_kind
        .par_iter()
        .map(|(kind, items)| match_posts_of_kind(pool, items, &metrics, kind, kind_of(kind).map_or(&[], levels)))
        .collect();
    for (at, tally) in of_kinds.into_iter().flatten() {
        tallies[at] = tally;
    }
    tallies
}

/// The tallies of the metrics of one kind, with their places among all.
fn match_posts_of_kind(
    pool: &PostIndex<'_>,
    items: &[PostId],
    metrics: &[&Metric],
    kind: &str,
    levels: &[(String, crate::schema::Labels)],
) -> Vec<(usize, MatchedPosts)> {
    let is_of_kind = |metric: &Metric| matches!(&metric.source, Source::Kind(of) if of == kind);
    let chosen: Vec<usize> = (0..metrics.len()).filter(|&at| is_of_kind(metrics[at])).collect();
    let of_kind: Vec<&Metric> = chosen.iter().map(|&at| metrics[at]).collect();
    let table = FieldTable::new(pool, items, &of_kind);
    let counters = of_kind.iter().map(|metric| Counter::new(&table, metric, levels));
    let counters: Vec<Counter<'_, '_>> = counters.collect();
    let matched = filter_posts(items, &counters);
    let settled: Vec<MatchedPosts> = counters
        .par_iter()
        .zip(matched)
        .map(|(counter, items)| counter.select_counted(items))
        .collect();
    chosen.into_iter().zip(settled).collect()
}

/// For each metric, the posts that fulfil its conditions.
fn filter_posts(items: &[PostId], counters: &[Counter<'_, '_>]) -> Vec<Vec<PostId>> {
    let chunks: Vec<Vec<Vec<PostId>>> = items
        .par_chunks(CHUNK_SIZE)
        .map(|chunk| {
            let mut found = vec![Vec::new(); counters.len()];
            for &item in chunk {
                for (counter, found) in counters.iter().zip(&mut found) {
                    if counter
                        .conditions
                        .iter()
                        .all(|condition| counter.is_fulfilled(item, condition))
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
        .find(|field| field.name == LEVEL_FIELD)
        .map(|field| &field.ty)
    {
        Some(crate::schema::FieldType::Enum(levels)) => levels,
        _ => &[],
    }
}

/// One metric over the table of its kind, with its fields looked up.
struct Counter<'c, 'a> {
    table: &'c FieldTable<'c, 'a>,
    metric: &'c Metric,
    conditions: Vec<(FieldColumn, &'c Condition)>,
    /// Conditions on a piece's level, judged when its reprints are settled: a higher one may take the piece away.
    level_conditions: Vec<(FieldColumn, &'c Condition)>,
    levels: &'c [(String, crate::schema::Labels)],
    date_column: Option<FieldColumn>,
    as_of_column: Option<FieldColumn>,
    amount: Amount,
    dedup_columns: Vec<FieldColumn>,
}

/// What a post adds.
enum Amount {
    One,
    /// One, if it gives the field.
    OneIfPresent(FieldColumn),
    Number(FieldColumn),
    Days(FieldColumn, FieldColumn),
}

impl<'c, 'a> Counter<'c, 'a> {
    fn new(table: &'c FieldTable<'c, 'a>, metric: &'c Metric, levels: &'c [(String, crate::schema::Labels)]) -> Self {
        let column = |field: &String| table.column(field);
        let placed = metric
            .conditions
            .iter()
            .map(|condition| (table.column(&condition.field), condition));
        let (at_level, conditions) =
            placed.partition(|(_, condition)| metric.dedup == Dedup::ByPiece && condition.field == LEVEL_FIELD);
        Self {
            table,
            metric,
            conditions,
            level_conditions: at_level,
            levels,
            date_column: metric.date_field.as_ref().map(column),
            as_of_column: metric.as_of.as_ref().map(column),
            amount: match &metric.aggregate {
                Aggregate::Count => Amount::One,
                Aggregate::Distinct(field) => Amount::OneIfPresent(table.column(field)),
                Aggregate::Sum(of) | Aggregate::Average(of) | Aggregate::Max(of) | Aggregate::Latest(of) => match of {
                    Measure::Field(field) => Amount::Number(table.column(field)),
                    Measure::Days(from, to) => Amount::Days(table.column(from), table.column(to)),
                },
            },
            dedup_columns: match &metric.dedup {
                Dedup::None => Vec::new(),
                Dedup::ByFields(fields) => fields.iter().map(column).collect(),
                Dedup::ByPiece | Dedup::ByPieceAndLevel => vec![table.column(PIECE_FIELD), table.column(LEVEL_FIELD)],
            },
        }
    }

    fn is_fulfilled(&self, item: PostId, (column, condition): &(FieldColumn, &Condition)) -> bool {
        let found = self.table.value(item, *column);
        condition.test.passes(found.as_deref()) != condition.negated
    }

    /// Settles which of the matching posts count.
    fn select_counted(&self, items: Vec<PostId>) -> MatchedPosts {
        let mut tally = MatchedPosts::default();
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            match self.counted_post(item) {
                Ok(entry) => entries.push(entry),
                Err(reason) => tally.excluded.push(ExcludedPost { post: item, reason }),
            }
        }
        entries.sort_by_key(|entry| (entry.day, entry.post));
        let stands = match self.metric.aggregate {
            Aggregate::Count => Representative::First,
            _ => Representative::Largest,
        };
        tally.counted = match &self.metric.dedup {
            Dedup::None => entries,
            Dedup::ByFields(_) => deduplicate(
                entries,
                &mut tally.excluded,
                ExclusionReason::Duplicate,
                stands,
                |entry| {
                    let (first, rest) = self.dedup_columns.split_first()?;
                    let rest: Vec<_> = rest.iter().map(|column| self.table.text(entry.post, *column)).collect();
                    Some((self.table.text(entry.post, *first)?, rest))
                },
            ),
            Dedup::ByPieceAndLevel => deduplicate(
                entries,
                &mut tally.excluded,
                ExclusionReason::SamePiece,
                Representative::First,
                |entry| Some((self.piece(entry)?, self.level_rank(entry))),
            ),
            Dedup::ByPiece => {
                // The highest level first, so that the first of each piece is the one that counts.
                entries.sort_by_cached_key(|entry| (self.level_rank(entry), entry.day, entry.post));
                deduplicate(
                    entries,
                    &mut tally.excluded,
                    ExclusionReason::SamePiece,
                    Representative::First,
                    |entry| self.piece(entry),
                )
            }
        };
        let at_level = |item: PostId| {
            self.level_conditions
                .iter()
                .all(|condition| self.is_fulfilled(item, condition))
        };
        tally.counted.retain(|entry| at_level(entry.post));
        tally.excluded.retain(|aside| at_level(aside.post));
        tally.counted.sort_by_key(|entry| (entry.day, entry.post));
        tally
    }

    /// What one post adds, or why it adds nothing.
    fn counted_post(&self, item: PostId) -> Result<CountedPost, ExclusionReason> {
        let post = self.table.posts.post(item);
        match post.status {
            PostStatus::Countable => {}
            PostStatus::Draft => return Err(ExclusionReason::Draft),
            PostStatus::Future => return Err(ExclusionReason::Future),
        }
        let day = match self.date_column {
            None => post.day(),
            Some(column) => day_of(self.table.value(item, column)),
        };
        let amount = self.amount(item).ok_or(ExclusionReason::NoValue)?;
        let counted_on = self
            .as_of_column
            .and_then(|column| day_of(self.table.value(item, column)));
        Ok(CountedPost {
            day: day.ok_or(ExclusionReason::NoDate)?,
            post: item,
            amount,
            counted_on,
        })
    }

    fn amount(&self, item: PostId) -> Option<Decimal> {
        let value = |column: FieldColumn| self.table.value(item, column);
        match self.amount {
            Amount::One => Some(Decimal::ONE),
            Amount::OneIfPresent(column) => self.table.text(item, column).map(|_| Decimal::ONE),
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

    fn piece(&self, entry: &CountedPost) -> Option<Cow<'a, str>> {
        self.table.text(entry.post, *self.dedup_columns.first()?)
    }

    /// 0 for the highest level; posts without one come last.
    fn level_rank(&self, entry: &CountedPost) -> usize {
        let level = self
            .dedup_columns
            .get(1)
            .and_then(|column| self.table.text(entry.post, *column));
        level
            .and_then(|level| self.levels.iter().position(|(id, _)| *id == level))
            .unwrap_or(self.levels.len())
    }
}

/// The day that decides a post's period.
pub(super) fn deciding_day(post: &IndexedPost<'_>, metric: &Metric) -> Option<Date> {
    match &metric.date_field {
        None => post.day(),
        Some(field) => day_of(field_value(post.record, field)),
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
enum Representative {
    /// The first.
    First,
    /// The one with the largest amount, on the first day of them all: posts about one event tell the same number, the
    /// later ones often more fully.
    Largest,
}

/// Keeps one entry of each key and sets the others aside; entries without a key all stay.
fn deduplicate<K: std::hash::Hash + Eq>(
    entries: Vec<CountedPost>,
    asides: &mut Vec<ExcludedPost>,
    reason: impl Fn(PostId) -> ExclusionReason,
    stands: Representative,
    key: impl Fn(&CountedPost) -> Option<K>,
) -> Vec<CountedPost> {
    // Short keys by the ten thousand: the default hasher, safe against chosen keys, costs more than all else here.
    let mut first: FxHashMap<K, usize> = FxHashMap::default();
    let mut kept: Vec<CountedPost> = Vec::with_capacity(entries.len());
    let mut others: Vec<(PostId, usize)> = Vec::new();
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
        if stands == Representative::Largest && entry.amount > standing.amount {
            std::mem::swap(standing, &mut entry);
            standing.day = standing.day.min(entry.day);
        }
        others.push((entry.post, at));
    }
    asides.extend(others.into_iter().map(|(item, at)| ExcludedPost {
        post: item,
        reason: reason(kept[at].post),
    }));
    kept
}
