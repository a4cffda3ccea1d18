//! What the posts of one kind say in the fields that metrics ask for, looked up once for all of them.
//!
//! Dozens of metrics ask the same few fields of every post; each look into a post's own map of fields costs more than
//! all of the rest.

use super::metric::{Aggregate, Measure, Metric, Once};
use super::pool::{Item, Pool, common, text_of, value};
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::borrow::Cow;

/// The fields of the posts of one kind.
pub(super) struct Table<'t, 'a> {
    pub(super) pool: &'t Pool<'a>,
    names: Vec<&'t str>,
    /// Row by row, in the order of the kind's posts.
    cells: Vec<Option<&'a FieldValue>>,
}

impl<'t, 'a> Table<'t, 'a> {
    /// The table of `items`, all posts of a kind, for `metrics`.
    pub(super) fn new(pool: &'t Pool<'a>, items: &[Item], metrics: &[&'t Metric]) -> Self {
        let mut names: Vec<&str> = metrics.iter().flat_map(|metric| asked(metric)).collect();
        names.sort_unstable();
        names.dedup();
        let row = |item: &Item| {
            let mut row = vec![None; names.len()];
            for (name, value) in &pool.post(*item).record.meta.fields {
                if let Some(at) = names.iter().position(|known| known == name) {
                    row[at] = Some(value);
                }
            }
            row
        };
        let cells = items.par_iter().flat_map_iter(row).collect();
        Self { pool, names, cells }
    }

    /// A field's value, common or the kind's own; none when it is not given.
    pub(super) fn value(&self, item: Item, field: &str) -> Option<Cow<'a, FieldValue>> {
        let post = self.pool.post(item);
        let Some(at) = self.names.iter().position(|known| *known == field) else {
            return value(post.record, field);
        };
        // Common fields have names in the table too, but their cells are empty.
        let own = self.cells[post.row as usize * self.names.len() + at].map(Cow::Borrowed);
        own.or_else(|| common(post.record, field).map(Cow::Owned))
    }

    /// The same as text that tells equal values from others.
    pub(super) fn text(&self, item: Item, field: &str) -> Option<Cow<'a, str>> {
        text_of(self.pool.post(item).record, field, || self.value(item, field))
    }
}

/// The fields that a metric asks for.
fn asked(metric: &Metric) -> Vec<&str> {
    let mut names: Vec<&str> = metric.conditions.iter().map(|condition| condition.field.as_str()).collect();
    names.extend(metric.dated.iter().chain(&metric.as_of).map(String::as_str));
    match &metric.aggregate {
        Aggregate::Count => {}
        Aggregate::Distinct(field) => names.push(field),
        Aggregate::Sum(of) | Aggregate::Average(of) | Aggregate::Max(of) | Aggregate::Latest(of) => match of {
            Measure::Field(field) => names.push(field),
            Measure::Days(from, to) => names.extend([from.as_str(), to]),
        },
    }
    match &metric.once {
        Once::Post => {}
        Once::Same(fields) => names.extend(fields.iter().map(String::as_str)),
        Once::Piece | Once::PieceAndLevel => names.extend(["piece", "level"]),
    }
    names
}
