//! Finds the row of heads in a sheet, and what its columns mean.

use super::column::{Column, MIN_KNOWN_HEADS, column_by_number};
use super::row_roles::RowRoles;
use super::sheet::{Cell, Ledger, LedgerRow, LedgerSheet, cell_place};
use super::words::normalize_head;
use crate::diag::{Code, Diagnostic, Place};
use std::collections::BTreeMap;

/// The most rows above the heads: a cover page and a form may stand there, but no second table.
const MAX_ROWS_ABOVE_HEADS: usize = 200;

/// What a head means to the caller that reads the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeadMeaning {
    /// A known key, and the rank of the head among the key's words; 0 is the strongest. Of two columns with the same
    /// key, the weaker is dropped.
    Key(String, usize),
    /// An unknown key whose column is kept.
    Kept(String),
    /// A column that is ignored.
    Ignored,
    /// An unknown head.
    Unknown,
}

/// The columns of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SheetColumns {
    /// From left to right.
    columns: Vec<Column>,
    /// What the rows below the heads are.
    rows: RowRoles,
    /// Unknown heads: text and place.
    pub unknown: Vec<(String, Place)>,
    /// Findings about the columns, and about rows that are not read or are read in a way that does not show.
    pub findings: Vec<Diagnostic>,
}

impl SheetColumns {
    /// The column with this number; `None` when it has no key.
    #[must_use]
    pub(crate) fn by_number(&self, number: usize) -> Option<&Column> {
        column_by_number(&self.columns, number)
    }

    /// The column with this key.
    #[must_use]
    pub(crate) fn by_key(&self, key: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// The rows of values below the heads. Skips totals, notes, repeated heads, and rows without a value in a column
    /// that has a key.
    pub(crate) fn entries<'l>(
        &'l self,
        ledger: &'l Ledger,
        sheet: &'l LedgerSheet,
    ) -> impl Iterator<Item = LedgerEntry<'l>> {
        self.rows.values.iter().map(|&index| LedgerEntry {
            file: &ledger.file,
            sheet,
            columns: self,
            row: &sheet.rows[index],
        })
    }
}

/// Finds the row of heads of a sheet, and returns its columns.
///
/// The row of heads is the first row with at least two heads that `meaning` knows. When several such rows follow one
/// another, it is the last of them, because a lower row divides the heads above; a column that it leaves blank keeps the
/// head above. Returns `None` when none of the first rows has two known heads.
#[must_use]
pub(crate) fn find_columns(
    ledger: &Ledger,
    sheet: &LedgerSheet,
    meaning: &dyn Fn(&str) -> HeadMeaning,
) -> Option<SheetColumns> {
    let is_heads = |row: &LedgerRow| count_known_heads(row, meaning) >= MIN_KNOWN_HEADS;
    let first = sheet.rows.iter().take(MAX_ROWS_ABOVE_HEADS + 1).position(is_heads)?;
    let following = sheet.rows[first + 1..].iter().take_while(|row| is_heads(row)).count();
    let head_rows = &sheet.rows[first..=first + following];
    let mut heads: BTreeMap<usize, (&LedgerRow, &Cell)> = BTreeMap::new();
    for row in head_rows {
        heads.extend(row.cells.iter().map(|(number, cell)| (*number, (row, cell))));
    }
    let mut found = SheetColumns::default();
    let mut taken: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (number, (row, cell)) in &heads {
        let head = cell.display_text().trim().to_owned();
        let place = || cell_place(&ledger.file, sheet, row, *number, false);
        let (key, strength) = match meaning(&head) {
            HeadMeaning::Key(key, strength) => (key, strength),
            HeadMeaning::Kept(key) => (key, 0),
            HeadMeaning::Ignored => continue,
            HeadMeaning::Unknown => {
                found.unknown.push((head, place()));
                continue;
            }
        };
        let column = Column {
            number: *number,
            key,
            head,
        };
        match taken.get(&column.key).copied() {
            Some((other, weaker)) if weaker > strength => found.columns.retain(|column| column.number != other),
            Some((_, stronger)) if stronger < strength => continue,
            Some((other, _)) => {
                let other = found
                    .by_number(other)
                    .map_or_else(String::new, |other| other.head.clone());
                found.findings.push(
                    Diagnostic::new(Code::DuplicateColumn)
                        .at(place())
                        .with("head", column.head)
                        .with("other", other),
                );
                continue;
            }
            None => {}
        }
        taken.insert(column.key.clone(), (*number, strength));
        found.columns.push(column);
    }
    let numbers = heads.into_keys().collect();
    found.rows = RowRoles::new(sheet, &found.columns, first + following + 1, &numbers);
    found.findings.extend(found.rows.findings(ledger, sheet));
    Some(found)
}

/// The head of the column that numbers the rows.
const ROW_NUMBER_HEAD: &str = "序号";

/// The number of different known heads in a row. Long texts and numbers do not count as heads.
fn count_known_heads(row: &LedgerRow, meaning: &dyn Fn(&str) -> HeadMeaning) -> usize {
    let mut found: Vec<String> = Vec::new();
    for (_, cell) in &row.cells {
        let Cell::Text(text) = cell else { continue };
        if text.len() > 120 {
            continue;
        }
        match meaning(text) {
            HeadMeaning::Key(key, _) if !found.contains(&key) => found.push(key),
            // The other ignored heads do not count, because forms above a table contain them too: 联系人, 电话.
            HeadMeaning::Ignored
                if normalize_head(text) == ROW_NUMBER_HEAD && !found.iter().any(|head| head == ROW_NUMBER_HEAD) =>
            {
                found.push(ROW_NUMBER_HEAD.to_owned());
            }
            _ => {}
        }
    }
    found.len()
}

/// One row under its heads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LedgerEntry<'l> {
    /// The ledger's file.
    pub file: &'l str,
    /// The sheet that the row stands in.
    pub sheet: &'l LedgerSheet,
    /// What its columns mean.
    pub columns: &'l SheetColumns,
    /// The row.
    pub row: &'l LedgerRow,
}

impl<'l> LedgerEntry<'l> {
    /// The cells of the columns that mean something, from left to right. A cell that says 同上 is the cell above it.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (&'l Column, &'l Cell)> + use<'l> {
        let Self {
            sheet, columns, row, ..
        } = *self;
        row.cells.iter().filter_map(move |(number, cell)| {
            let column = columns.by_number(*number)?;
            Some((column, columns.rows.meant_cell(sheet, (row.number, *number), cell)?))
        })
    }

    /// The place of the cell in `column` of this row; an empty cell of a known column shows as a gap.
    #[must_use]
    pub(crate) fn cell_place(&self, column: usize) -> Place {
        let has_gap = self.columns.by_number(column).is_some();
        cell_place(self.file, self.sheet, self.row, column, has_gap)
    }
}
