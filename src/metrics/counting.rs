//! Finds the posts that each metric counts, over all periods: tests the conditions and removes duplicates.
//!
//! The post that represents an event or a piece is chosen over all time. So each event counts in exactly one period,
//! and the parts of a span add up to the whole. A period's figure is then a slice of a sorted list.

use super::field_table::{FieldColumn, FieldTable};
use super::metric::{Aggregate, Condition, Dedup, LEVEL_FIELD, Measure, Metric, PIECE_FIELD, Source};
use super::post_index::{IndexedPost, PostId, PostIndex, PostStatus, field_value};
use crate::schema::{FieldValue, Kind};
use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The number of posts that a thread takes at a time.
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
    /// The day up to which its count was taken, for metrics with `as_of`.
    pub counted_on: Option<Date>,
}

/// Why a post that fulfils a metric's conditions is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExclusionReason {
    /// It is a draft.
    Draft,
    /// It is dated after today.
    Future,
    /// This post represents the same event, or whatever else counts once.
    Duplicate(PostId),
    /// This post represents the same piece.
    SamePiece(PostId),
    /// It lies outside the period.
    OutsidePeriod(Date),
    /// It does not give the measured field.
    NoValue,
    /// Of the two dates between which days are counted, the second is before the first.
    DatesReversed,
    /// It does not give the date that decides the period.
    NoDate,
    /// Its count was taken after the period's end.
    CountedLater(Date),
    /// This later post gives the latest value.
    Superseded(PostId),
}

/// A post that is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExcludedPost {
    /// The post.
    pub post: PostId,
    /// The reason.
    pub reason: ExclusionReason,
}

/// All posts that fulfil a metric's conditions.
#[derive(Debug, Clone, Default)]
pub(crate) struct MatchedPosts {
    /// The posts that count, by day, then in the order of the index.
    pub counted: Vec<CountedPost>,
    /// The posts that count in no period.
    pub excluded: Vec<ExcludedPost>,
}

/// Matches the posts against all `metrics` in one pass. The results are in the order of `metrics`; those of metrics of
/// rosters are empty.
#[must_use]
pub(super) fn match_posts<'m>(
    posts: &PostIndex<'_>,
    metrics: impl Iterator<Item = &'m Metric>,
    kind_of: impl Fn(&str) -> Option<&'m Kind> + Sync,
) -> Vec<MatchedPosts> {
    let metrics: Vec<&Metric> = metrics.collect();
    let mut matched = vec![MatchedPosts::default(); metrics.len()];
    let of_kinds: Vec<Vec<(usize, MatchedPosts)>> = posts
        .order
        .by_kind
        .par_iter()
        .map(|(kind, items)| match_posts_of_kind(posts, items, &metrics, kind, kind_of(kind).map_or(&[], levels)))
        .collect();
    for (index, of_metric) in of_kinds.into_iter().flatten() {
        matched[index] = of_metric;
    }
    matched
}

/// Matches the posts of one kind. Returns the result of each metric of the kind with the metric's index in `metrics`.
fn match_posts_of_kind(
    posts: &PostIndex<'_>,
    items: &[PostId],
    metrics: &[&Metric],
    kind: &str,
    levels: &[(String, crate::schema::Labels)],
) -> Vec<(usize, MatchedPosts)> {
    let is_of_kind = |metric: &Metric| matches!(&metric.source, Source::Kind(of) if of == kind);
    let chosen: Vec<usize> = (0..metrics.len()).filter(|&index| is_of_kind(metrics[index])).collect();
    let of_kind: Vec<&Metric> = chosen.iter().map(|&index| metrics[index]).collect();
    let table = FieldTable::new(posts, items, &of_kind);
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

/// The levels of the kind with their labels, highest first. Empty when the kind has no levels.
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

/// One metric with the columns of its fields in the table of its kind.
struct Counter<'c, 'a> {
    table: &'c FieldTable<'c, 'a>,
    metric: &'c Metric,
    conditions: Vec<(FieldColumn, &'c Condition)>,
    /// Conditions on a piece's level. They are tested after deduplication: a reprint at a higher level may represent
    /// the piece.
    level_conditions: Vec<(FieldColumn, &'c Condition)>,
    levels: &'c [(String, crate::schema::Labels)],
    date_column: Option<FieldColumn>,
    as_of_column: Option<FieldColumn>,
    amount: Amount,
    dedup_columns: Vec<FieldColumn>,
}

/// What a post adds to the figure.
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

    /// Selects the posts that count from those that match.
    fn select_counted(&self, items: Vec<PostId>) -> MatchedPosts {
        let mut matched = MatchedPosts::default();
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            match self.counted_post(item) {
                Ok(entry) => entries.push(entry),
                Err(reason) => matched.excluded.push(ExcludedPost { post: item, reason }),
            }
        }
        entries.sort_by_key(|entry| (entry.day, entry.post));
        let representative = match self.metric.aggregate {
            Aggregate::Count => Representative::First,
            _ => Representative::Largest,
        };
        matched.counted = match &self.metric.dedup {
            Dedup::None => entries,
            Dedup::ByFields(_) => deduplicate(
                entries,
                &mut matched.excluded,
                ExclusionReason::Duplicate,
                representative,
                |entry| {
                    let (first, rest) = self.dedup_columns.split_first()?;
                    let rest: Vec<_> = rest.iter().map(|column| self.table.text(entry.post, *column)).collect();
                    Some((self.table.text(entry.post, *first)?, rest))
                },
            ),
            Dedup::ByPieceAndLevel => deduplicate(
                entries,
                &mut matched.excluded,
                ExclusionReason::SamePiece,
                Representative::First,
                |entry| Some((self.piece(entry)?, self.level_rank(entry))),
            ),
            Dedup::ByPiece => {
                // The highest level comes first, so the first post of each piece represents it.
                entries.sort_by_cached_key(|entry| (self.level_rank(entry), entry.day, entry.post));
                deduplicate(
                    entries,
                    &mut matched.excluded,
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
        matched.counted.retain(|entry| at_level(entry.post));
        matched.excluded.retain(|excluded| at_level(excluded.post));
        matched.counted.sort_by_key(|entry| (entry.day, entry.post));
        matched
    }

    /// What one post adds.
    ///
    /// # Errors
    /// The reason why it does not count.
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
        if matches!(self.amount, Amount::Days(..)) && amount.is_sign_negative() && !amount.is_zero() {
            return Err(ExclusionReason::DatesReversed);
        }
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

    /// The rank of a post's level: 0 for the highest. Posts without a level come last.
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

/// The day that decides a post's period. `None` when the post does not give it.
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

/// Which of the posts that count once represents them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Representative {
    /// The first.
    First,
    /// The one with the largest amount, on the earliest day of them all. Posts about one event give the same number,
    /// and later ones are often more complete.
    Largest,
}

/// Keeps one entry of each key and adds the others to `excluded`. Keeps all entries without a key.
fn deduplicate<K: std::hash::Hash + Eq>(
    entries: Vec<CountedPost>,
    excluded: &mut Vec<ExcludedPost>,
    reason: impl Fn(PostId) -> ExclusionReason,
    representative: Representative,
    key: impl Fn(&CountedPost) -> Option<K>,
) -> Vec<CountedPost> {
    // There are tens of thousands of short keys. The default hasher, which resists chosen keys, would cost more than
    // everything else here.
    let mut first: FxHashMap<K, usize> = FxHashMap::default();
    let mut kept: Vec<CountedPost> = Vec::with_capacity(entries.len());
    let mut others: Vec<(PostId, usize)> = Vec::new();
    for mut entry in entries {
        let Some(key) = key(&entry) else {
            kept.push(entry);
            continue;
        };
        let index = *first.entry(key).or_insert(kept.len());
        let Some(current) = kept.get_mut(index) else {
            kept.push(entry);
            continue;
        };
        if representative == Representative::Largest && entry.amount > current.amount {
            std::mem::swap(current, &mut entry);
            current.day = current.day.min(entry.day);
        }
        others.push((entry.post, index));
    }
    excluded.extend(others.into_iter().map(|(post, index)| ExcludedPost {
        post,
        reason: reason(kept[index].post),
    }));
    kept
}
