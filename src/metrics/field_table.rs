//! What the posts of one kind say in the fields that metrics ask for, looked up once for all of them.
//!
//! Dozens of metrics ask the same few fields of every post; each look into a post's own map of fields costs more than
//! all of the rest.

use super::metric::Metric;
use super::post_index::{COMMON_FIELDS, PostId, PostIndex, common_text, common_value};
use crate::record::Record;
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The fields of the posts of one kind.
pub(super) struct FieldTable<'t, 'a> {
    pub(super) posts: &'t PostIndex<'a>,
    /// Sorted, each once.
    names: Vec<&'t str>,
    /// For each name, how its values are found.
    storage: Vec<FieldStorage>,
    /// Row by row, in the order of the kind's posts.
    cells: Vec<FieldCell<'a>>,
}

/// What sort of field a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldStorage {
    /// A text that every kind has, such as the event: the cell tells all.
    CommonText,
    /// Another field that every kind has, such as the tags: the cell holds nothing.
    Common,
    /// A field of the kind's own.
    Own,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldColumn(usize);

/// What a post holds in a field.
#[derive(Debug, Clone, Copy)]
enum FieldCell<'a> {
    Empty,
    /// A text that every kind has, such as the event.
    Text(&'a str),
    /// The value of a field of the kind's own.
    Own(&'a FieldValue),
}

impl<'t, 'a> FieldTable<'t, 'a> {
    /// The table of `items`, all posts of a kind, for `metrics`.
    pub(super) fn new(pool: &'t PostIndex<'a>, items: &[PostId], metrics: &[&'t Metric]) -> Self {
        let mut names: Vec<&str> = metrics.iter().flat_map(|metric| metric.required_fields()).collect();
        names.sort_unstable();
        names.dedup();
        let sorts: Vec<FieldStorage> = names.iter().map(|name| classify(name)).collect();
        let of_sort = |wanted: FieldStorage| {
            let columns = names
                .iter()
                .zip(&sorts)
                .enumerate()
                .filter(move |(_, (_, sort))| **sort == wanted);
            columns.map(|(at, (name, _))| (*name, at)).collect::<Vec<_>>()
        };
        let (texts, own) = (of_sort(FieldStorage::CommonText), of_sort(FieldStorage::Own));
        let width = names.len();
        let mut cells = vec![FieldCell::Empty; items.len() * width];
        if width > 0 {
            let rows = cells.par_chunks_mut(width).zip(items);
            rows.for_each(|(row, item)| fill_row(row, &texts, &own, pool.post(*item).record));
        }
        Self {
            posts: pool,
            names,
            storage: sorts,
            cells,
        }
    }

    /// The column of a field that one of the table's metrics asks for.
    pub(super) fn column(&self, field: &str) -> FieldColumn {
        let at = self.names.binary_search(&field);
        FieldColumn(at.expect("a table has all fields that its metrics ask for"))
    }

    /// A field's value, common or the kind's own; none when it is not given.
    pub(super) fn value(&self, item: PostId, column: FieldColumn) -> Option<Cow<'a, FieldValue>> {
        match self.cell(item, column) {
            FieldCell::Own(value) => Some(Cow::Borrowed(value)),
            FieldCell::Empty if self.storage[column.0] != FieldStorage::Common => None,
            _ => common_value(self.posts.post(item).record, self.names[column.0]).map(Cow::Owned),
        }
    }

    /// The same as text that tells equal values from others.
    pub(super) fn text(&self, item: PostId, column: FieldColumn) -> Option<Cow<'a, str>> {
        match self.cell(item, column) {
            FieldCell::Text(text) => Some(Cow::Borrowed(text)),
            _ => self.value(item, column).map(text_of),
        }
    }

    fn cell(&self, item: PostId, column: FieldColumn) -> FieldCell<'a> {
        self.cells[self.posts.post(item).index_in_kind as usize * self.names.len() + column.0]
    }
}

fn classify(name: &str) -> FieldStorage {
    match name {
        "event" | "village" | "source" | "author" => FieldStorage::CommonText,
        name if COMMON_FIELDS.contains(&name) => FieldStorage::Common,
        _ => FieldStorage::Own,
    }
}

/// Fills a row; `texts` and `own` are names with their columns. Own names and a post's fields are both in order, so that
/// one walk over both finds all.
fn fill_row<'a>(row: &mut [FieldCell<'a>], texts: &[(&str, usize)], own: &[(&str, usize)], record: &'a Record) {
    for (name, at) in texts {
        if let Some(Some(text)) = common_text(record, name) {
            row[*at] = FieldCell::Text(text);
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
                    row[*at] = FieldCell::Own(value);
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
        value => Cow::Owned(value.key()),
    }
}
