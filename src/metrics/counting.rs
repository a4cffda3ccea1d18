//! Finds what each metric counts, over all periods.
//!
//! Posts about one matter are merged first, then each metric's conditions are tested. A matter has one day over all
//! time. So it counts in exactly one period, and the parts of a span add up to the whole. A period's figure is then a
//! slice of a sorted list.

use super::counter::Counter;
use super::field_table::{FieldColumn, FieldTable, Row};
use super::matched::MatchedPosts;
use super::merging::{MergedPosts, RowDays, day_of, row_days};
use super::metric::Metric;
use super::post_index::{IndexedPost, PostId, PostIndex, field_value};
use crate::schema::{FieldValue, Labels, WorkCalendar};
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The number of posts that a thread takes at a time.
const CHUNK_SIZE: usize = 2048;

/// Matches the posts against all `metrics` in one pass. The results are in the order of `metrics`; those of other
/// metrics are empty. Dates after `today` do not count yet.
#[must_use]
pub(super) fn match_posts<'m>(
    posts: &PostIndex<'_>,
    metrics: impl Iterator<Item = &'m Metric>,
    levels_of: impl Fn(&str) -> &'m [(String, Labels)] + Sync,
    (today, calendar): (Date, &WorkCalendar),
) -> Vec<MatchedPosts> {
    let metrics: Vec<&Metric> = metrics.collect();
    let mut matched = vec![MatchedPosts::default(); metrics.len()];
    let mut by_kinds: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for (index, metric) in metrics.iter().enumerate().filter(|(_, metric)| metric.counts_posts()) {
        by_kinds.entry(metric.kinds()).or_default().push(index);
    }
    let by_kinds: Vec<(&[String], Vec<usize>)> = by_kinds.into_iter().collect();
    let of_kinds: Vec<Vec<(usize, MatchedPosts)>> = by_kinds
        .par_iter()
        .map(|(kinds, chosen)| {
            let of_kinds: Vec<&Metric> = chosen.iter().map(|&index| metrics[index]).collect();
            let levels = kinds
                .iter()
                .map(|kind| levels_of(kind))
                .find(|levels| !levels.is_empty());
            let items = posts.of_kinds(kinds);
            let matched = match_posts_of_kinds(posts, &items, &of_kinds, levels.unwrap_or_default(), (today, calendar));
            chosen.iter().copied().zip(matched).collect()
        })
        .collect();
    for (index, of_metric) in of_kinds.into_iter().flatten() {
        matched[index] = of_metric;
    }
    matched
}

/// Matches the posts `items` of some kinds against the metrics of these kinds.
fn match_posts_of_kinds(
    posts: &PostIndex<'_>,
    items: &[PostId],
    metrics: &[&Metric],
    levels: &[(String, Labels)],
    (today, calendar): (Date, &WorkCalendar),
) -> Vec<MatchedPosts> {
    let table = FieldTable::new(posts, items, metrics);
    // Metrics that take the same dates, and those that also merge alike, share the work.
    let mut days: Vec<(&[String], RowDays)> = Vec::new();
    for metric in metrics {
        if days.iter().all(|(fields, _)| *fields != metric.date_fields) {
            let columns: Vec<FieldColumn> = metric.date_fields.iter().map(|field| table.column(field)).collect();
            days.push((&metric.date_fields, row_days(&table, &columns, today)));
        }
    }
    let days_of = |metric: &Metric| {
        let index = days.iter().position(|(fields, _)| *fields == metric.date_fields);
        &days[index.unwrap_or_default()].1
    };
    let is_alike = |one: &Metric, other: &Metric| one.dedup == other.dedup && one.date_fields == other.date_fields;
    let mut distinct: Vec<&Metric> = Vec::new();
    for metric in metrics {
        if distinct.iter().all(|known| !is_alike(known, metric)) {
            distinct.push(metric);
        }
    }
    let merged: Vec<MergedPosts> = distinct
        .par_iter()
        .map(|metric| MergedPosts::new(&table, metric, days_of(metric), levels))
        .collect();
    let counters = metrics.iter().map(|metric| {
        let index = distinct.iter().position(|known| is_alike(known, metric));
        Counter::new(
            &table,
            metric,
            days_of(metric),
            &merged[index.unwrap_or_default()],
            (today, calendar),
        )
    });
    let counters: Vec<Counter<'_, '_>> = counters.collect();
    let fulfilled = filter_rows(table.len(), &counters);
    counters
        .par_iter()
        .zip(fulfilled)
        .map(|(counter, rows)| counter.select_counted(&rows))
        .collect()
}

/// For each metric, the posts that are taken by themselves and fulfil its conditions.
fn filter_rows(len: usize, counters: &[Counter<'_, '_>]) -> Vec<Vec<Row>> {
    let rows: Vec<Row> = (0..).take(len).collect();
    let chunks: Vec<Vec<Vec<Row>>> = rows
        .par_chunks(CHUNK_SIZE)
        .map(|chunk| {
            let mut found = vec![Vec::new(); counters.len()];
            for &row in chunk {
                for (counter, found) in counters.iter().zip(&mut found) {
                    if counter.takes_post(row) && counter.is_fulfilled(row) {
                        found.push(row);
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

/// The day that decides a post's period. `None` when the post does not give it.
pub(super) fn deciding_day(post: &IndexedPost<'_>, metric: &Metric) -> Option<Date> {
    if metric.date_fields.is_empty() {
        return post.day();
    }
    let value = |field: &String| -> Option<Cow<'_, FieldValue>> { field_value(post.record, field) };
    metric
        .date_fields
        .iter()
        .find_map(|field| day_of(value(field)?.as_ref()))
}
