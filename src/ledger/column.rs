//! One column of a sheet with a key.

use super::sheet::{Cell, LedgerRow};

/// The number of known heads that makes a row a row of heads.
pub(super) const MIN_KNOWN_HEADS: usize = 2;

/// A column with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its number, counted from 1.
    pub number: usize,
    /// The key of its values.
    pub key: String,
    /// Its head as written.
    pub head: String,
}

/// The column with this number among `columns`, which stand from left to right.
pub(super) fn column_by_number(columns: &[Column], number: usize) -> Option<&Column> {
    let found = columns.binary_search_by_key(&number, |column| column.number);
    found.ok().map(|index| &columns[index])
}

/// Whether the row repeats the heads of `columns`, as each printed page does.
pub(super) fn is_repeated_head_row(row: &LedgerRow, columns: &[Column]) -> bool {
    let is_head = |(number, cell): &&(usize, Cell)| match cell {
        Cell::Text(text) => column_by_number(columns, *number).is_some_and(|column| column.head == text.trim()),
        _ => false,
    };
    row.cells.iter().filter(is_head).count() >= MIN_KNOWN_HEADS
}
