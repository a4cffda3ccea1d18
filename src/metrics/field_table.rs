//! A table of the fields of some kinds' posts that metrics use, filled once for all metrics of these kinds.
//!
//! Dozens of metrics use the same few fields of every post. Each lookup in a post's own map of fields would cost more
//! than everything else.

use super::metric::Metric;
use super::post_index::{COMMON_FIELDS, IndexedPost, PostId, PostIndex, common_text, common_value};
use crate::record::Record;
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The number of a row of a table.
pub(super) type Row = u32;

/// The fields of the posts of some kinds, one row for each post.
pub(super) struct FieldTable<'t, 'a> {
    posts: &'t PostIndex<'a>,
    /// The posts of the rows, in order.
    items: &'t [PostId],
    /// The names of the fields, sorted and unique.
    names: Vec<&'t str>,
    /// For each name, where its values are stored.
    storage: Vec<FieldStorage>,
    /// The cells row by row.
    cells: Vec<FieldCell<'a>>,
}

/// Where the values of a column are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldStorage {
    /// A text field that every kind has, such as the event. The cell holds its value.
    CommonText,
    /// Another field that every kind has, such as the tags. The cell is empty; the value is read from the record.
    Common,
    /// A field of the kind's own. The cell holds its value.
    Own,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldColumn(usize);

/// The value of a field of one post.
#[derive(Debug, Clone, Copy)]
enum FieldCell<'a> {
    Empty,
    /// A text that every kind has, such as the event.
    Text(&'a str),
    /// The value of a field of the kind's own.
    Own(&'a FieldValue),
}

impl<'t, 'a> FieldTable<'t, 'a> {
    /// Fills the table of `items` with the fields that `metrics` use.
    pub(super) fn new(posts: &'t PostIndex<'a>, items: &'t [PostId], metrics: &[&'t Metric]) -> Self {
        let mut names: Vec<&str> = metrics.iter().flat_map(|metric| metric.required_fields()).collect();
        names.sort_unstable();
        names.dedup();
        let storage: Vec<FieldStorage> = names.iter().map(|name| classify(name)).collect();
        let of_storage = |wanted: FieldStorage| {
            let columns = names
                .iter()
                .zip(&storage)
                .enumerate()
                .filter(move |(_, (_, storage))| **storage == wanted);
            columns.map(|(index, (name, _))| (*name, index)).collect::<Vec<_>>()
        };
        let (texts, own) = (of_storage(FieldStorage::CommonText), of_storage(FieldStorage::Own));
        let width = names.len();
        let mut cells = vec![FieldCell::Empty; items.len() * width];
        if width > 0 {
            let rows = cells.par_chunks_mut(width).zip(items);
            rows.for_each(|(row, item)| fill_row(row, &texts, &own, posts.post(*item).record));
        }
        Self {
            posts,
            items,
            names,
            storage,
            cells,
        }
    }

    /// The post of a row.
    pub(super) fn post_id(&self, row: Row) -> PostId {
        self.items[row as usize]
    }

    /// The post of a row.
    pub(super) fn post(&self, row: Row) -> &IndexedPost<'a> {
        self.posts.post(self.post_id(row))
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The column of a field that one of the table's metrics uses.
    pub(super) fn column(&self, field: &str) -> FieldColumn {
        let index = self.names.binary_search(&field);
        FieldColumn(index.expect("a table has all fields that its metrics ask for"))
    }

    /// The value of a common field or of the kind's own field. `None` when the post does not give it.
    pub(super) fn value(&self, row: Row, column: FieldColumn) -> Option<Cow<'a, FieldValue>> {
        match self.cell(row, column) {
            FieldCell::Own(value) => Some(Cow::Borrowed(value)),
            FieldCell::Empty if self.storage[column.0] != FieldStorage::Common => None,
            _ => common_value(self.post(row).record, self.names[column.0]).map(Cow::Owned),
        }
    }

    /// A field's value as text. Two values have the same text exactly when they are equal.
    pub(super) fn text(&self, row: Row, column: FieldColumn) -> Option<Cow<'a, str>> {
        match self.cell(row, column) {
            FieldCell::Text(text) => Some(Cow::Borrowed(text)),
            _ => self.value(row, column).map(text_of),
        }
    }

    fn cell(&self, row: Row, column: FieldColumn) -> FieldCell<'a> {
        self.cells[row as usize * self.names.len() + column.0]
    }
}

fn classify(name: &str) -> FieldStorage {
    match name {
        "event" | "village" | "source" | "author" => FieldStorage::CommonText,
        name if COMMON_FIELDS.contains(&name) => FieldStorage::Common,
        _ => FieldStorage::Own,
    }
}

/// Fills a row. `texts` and `own` are names with their columns. `own` and a post's fields are both sorted by name,
/// so one pass over both finds all values.
fn fill_row<'a>(row: &mut [FieldCell<'a>], texts: &[(&str, usize)], own: &[(&str, usize)], record: &'a Record) {
    for (name, column) in texts {
        if let Some(Some(text)) = common_text(record, name) {
            row[*column] = FieldCell::Text(text);
        }
    }
    let mut own = own.iter().peekable();
    for (name, value) in &record.meta.fields {
        while let Some((wanted, column)) = own.peek() {
            match (*wanted).cmp(name.as_str()) {
                Ordering::Less => {
                    own.next();
                }
                Ordering::Equal => {
                    row[*column] = FieldCell::Own(value);
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

/// A value as text, borrowed when the value is a text. Two values have the same text exactly when they count as the same:
/// when they are equal, and for an author with a share also when only the shares differ.
fn text_of(value: Cow<'_, FieldValue>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(
            FieldValue::Text(text) | FieldValue::Enum(text) | FieldValue::Reference(text) | FieldValue::Asset(text),
        ) => Cow::Borrowed(text),
        value => Cow::Owned(value.key()),
    }
}
