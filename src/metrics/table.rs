//! What the posts of one kind say in the fields that metrics ask for, looked up once for all of them.
//!
//! Dozens of metrics ask the same few fields of every post; each look into a post's own map of fields costs more than
//! all of the rest.

use super::metric::{Aggregate, Measure, Metric, Once};
use super::pool::{Item, Pool, common, common_text, value};
use super::tally::key;
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::borrow::Cow;

/// The fields of the posts of one kind.
pub(super) struct Table<'t, 'a> {
    pub(super) pool: &'t Pool<'a>,
    names: Vec<&'t str>,
    /// Row by row, in the order of the kind's posts.
    cells: Vec<Held<'a>>,
}

/// What a post holds in a field.
#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    Nothing,
    /// A text that every kind has, such as the event.
    Text(&'a str),
    /// The value of a field of the kind's own.
    Own(&'a FieldValue),
}

impl<'t, 'a> Table<'t, 'a> {
    /// The table of `items`, all posts of a kind, for `metrics`.
    pub(super) fn new(pool: &'t Pool<'a>, items: &[Item], metrics: &[&'t Metric]) -> Self {
        let mut names: Vec<&str> = metrics.iter().flat_map(|metric| asked(metric)).collect();
        names.sort_unstable();
        names.dedup();
        let row = |item: &Item| {
            let record = pool.post(*item).record;
            let text = |name: &&str| common_text(record, name).flatten().map_or(Held::Nothing, Held::Text);
            let mut row: Vec<Held<'a>> = names.iter().map(text).collect();
            for (name, value) in &record.meta.fields {
                if let Some(at) = names.iter().position(|known| known == name) {
                    row[at] = Held::Own(value);
                }
            }
            row
        };
        let cells = items.par_iter().flat_map_iter(row).collect();
        Self { pool, names, cells }
    }

    /// A field's value, common or the kind's own; none when it is not given.
    pub(super) fn value(&self, item: Item, field: &str) -> Option<Cow<'a, FieldValue>> {
        match self.held(item, field) {
            Some(Held::Own(value)) => Some(Cow::Borrowed(value)),
            // Of common fields the table holds texts only.
            Some(_) => common(self.pool.post(item).record, field).map(Cow::Owned),
            None => value(self.pool.post(item).record, field),
        }
    }

    /// The same as text that tells equal values from others.
    pub(super) fn text(&self, item: Item, field: &str) -> Option<Cow<'a, str>> {
        match self.held(item, field) {
            Some(Held::Text(text)) => Some(Cow::Borrowed(text)),
            _ => self.value(item, field).map(text_of),
        }
    }

    /// What the table holds of a post; none for a field that no metric named.
    fn held(&self, item: Item, field: &str) -> Option<Held<'a>> {
        let at = self.names.iter().position(|known| *known == field)?;
        Some(self.cells[self.pool.post(item).row as usize * self.names.len() + at])
    }
}

/// A value as text that tells equal values from others, borrowed where it is a text.
fn text_of(value: Cow<'_, FieldValue>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(
            FieldValue::Text(text) | FieldValue::Enum(text) | FieldValue::Reference(text) | FieldValue::Asset(text),
        ) => Cow::Borrowed(text),
        value => Cow::Owned(key(&value)),
    }
}

/// The fields that a metric asks for.
fn asked(metric: &Metric) -> Vec<&str> {
    let mut names: Vec<&str> = metric
        .conditions
        .iter()
        .map(|condition| condition.field.as_str())
        .collect();
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
