//! What the posts of one kind say in the fields that metrics ask for, looked up once for all of them.
//!
//! Dozens of metrics ask the same few fields of every post; each look into a post's own map of fields costs more than
//! all of the rest.

use super::metric::{Aggregate, Measure, Metric, Once};
use super::pool::{COMMON, Item, Pool, common, common_text};
use super::tally::key;
use crate::record::Record;
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The field that ranks reprints of a piece.
pub(super) const LEVEL: &str = "level";
/// The field that reprints of a piece share.
pub(super) const PIECE: &str = "piece";

/// The fields of the posts of one kind.
pub(super) struct Table<'t, 'a> {
    pub(super) pool: &'t Pool<'a>,
    /// Sorted, each once.
    names: Vec<&'t str>,
    /// For each name, how its values are found.
    sorts: Vec<Sort>,
    /// Row by row, in the order of the kind's posts.
    cells: Vec<Held<'a>>,
}

/// What sort of field a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A text that every kind has, such as the event: the cell tells all.
    Text,
    /// Another field that every kind has, such as the tags: the cell holds nothing.
    Common,
    /// A field of the kind's own.
    Own,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column(usize);

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
        let sorts: Vec<Sort> = names.iter().map(|name| sort(name)).collect();
        let of_sort = |wanted: Sort| {
            let columns = names
                .iter()
                .zip(&sorts)
                .enumerate()
                .filter(move |(_, (_, sort))| **sort == wanted);
            columns.map(|(at, (name, _))| (*name, at)).collect::<Vec<_>>()
        };
        let (texts, own) = (of_sort(Sort::Text), of_sort(Sort::Own));
        let width = names.len();
        let mut cells = vec![Held::Nothing; items.len() * width];
        if width > 0 {
            let rows = cells.par_chunks_mut(width).zip(items);
            rows.for_each(|(row, item)| fill(row, &texts, &own, pool.post(*item).record));
        }
        Self {
            pool,
            names,
            sorts,
            cells,
        }
    }

    /// The column of a field that one of the table's metrics asks for.
    pub(super) fn column(&self, field: &str) -> Column {
        let at = self.names.binary_search(&field);
        Column(at.expect("a table has all fields that its metrics ask for"))
    }

    /// A field's value, common or the kind's own; none when it is not given.
    pub(super) fn value(&self, item: Item, column: Column) -> Option<Cow<'a, FieldValue>> {
        match self.held(item, column) {
            Held::Own(value) => Some(Cow::Borrowed(value)),
            Held::Nothing if self.sorts[column.0] != Sort::Common => None,
            _ => common(self.pool.post(item).record, self.names[column.0]).map(Cow::Owned),
        }
    }

    /// The same as text that tells equal values from others.
    pub(super) fn text(&self, item: Item, column: Column) -> Option<Cow<'a, str>> {
        match self.held(item, column) {
            Held::Text(text) => Some(Cow::Borrowed(text)),
            _ => self.value(item, column).map(text_of),
        }
    }

    fn held(&self, item: Item, column: Column) -> Held<'a> {
        self.cells[self.pool.post(item).row as usize * self.names.len() + column.0]
    }
}

fn sort(name: &str) -> Sort {
    match name {
        "event" | "village" | "source" | "author" => Sort::Text,
        name if COMMON.contains(&name) => Sort::Common,
        _ => Sort::Own,
    }
}

/// Fills a row; `texts` and `own` are names with their columns. Own names and a post's fields are both in order, so that
/// one walk over both finds all.
fn fill<'a>(row: &mut [Held<'a>], texts: &[(&str, usize)], own: &[(&str, usize)], record: &'a Record) {
    for (name, at) in texts {
        if let Some(Some(text)) = common_text(record, name) {
            row[*at] = Held::Text(text);
        }
    }
    let mut own = own.iter().peekable();
    for (name, value) in &record.meta.fields {
        while let Some((wanted, at)) = own.peek() {
            match (*wanted).cmp(name.as_str()) {
                Ordering::Less => {
                    own.next();
                }
                Ordering::Equal => {
                    row[*at] = Held::Own(value);
                    break;
                }
                Ordering::Greater => break,
            }
        }
        if own.peek().is_none() {
            break;
        }
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
pub(super) fn asked(metric: &Metric) -> Vec<&str> {
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
        Once::Piece | Once::PieceAndLevel => names.extend([PIECE, LEVEL]),
    }
    names
}
