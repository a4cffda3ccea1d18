//! The row of heads, and what its columns mean.

use super::words::words;
use super::{Cell, Entry, Ledger, Row, Sheet, place, squeezed};
use crate::diag::{Code, Diagnostic, Place};
use std::collections::BTreeMap;

/// What a head means to the one who reads the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A key that is known, and how strong the word is, 0 being the strongest: the weaker of two columns gives way.
    Key(String, usize),
    /// A key that is not known but kept.
    Kept(String),
    /// A column that is passed over.
    Ignored,
    /// A head that is not known.
    Unknown,
}

/// A column that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Counted from 1.
    pub number: usize,
    /// What its values are.
    pub key: String,
    /// Its head as written.
    pub head: String,
}

/// The columns of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// From left to right.
    columns: Vec<Column>,
    /// The index of the row of heads.
    heads: usize,
    /// Heads that are not known: text and place.
    pub unknown: Vec<(String, Place)>,
    /// Columns whose key an earlier one has.
    pub findings: Vec<Diagnostic>,
}

impl Columns {
    /// The column with this number.
    #[must_use]
    pub fn at(&self, number: usize) -> Option<&Column> {
        let found = self.columns.binary_search_by_key(&number, |column| column.number);
        found.ok().map(|at| &self.columns[at])
    }

    /// The column of this key.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// The rows of values below the heads: without those of totals and notes, and without heads repeated for print.
    pub fn entries<'l>(&'l self, ledger: &'l Ledger, sheet: &'l Sheet) -> impl Iterator<Item = Entry<'l>> {
        let rows = sheet.rows.get(self.heads + 1..).unwrap_or_default();
        rows.iter()
            .filter(|row| !words().is_no_entry(row) && !self.repeats_heads(row))
            .map(|row| Entry {
                file: &ledger.file,
                sheet,
                columns: self,
                row,
            })
            .filter(|entry| entry.cells().next().is_some())
    }

    fn repeats_heads(&self, row: &Row) -> bool {
        let is_head = |(number, cell): &&(usize, Cell)| match cell {
            Cell::Text(text) => self.at(*number).is_some_and(|column| column.head == text.trim()),
            _ => false,
        };
        row.cells.iter().filter(is_head).count() >= LEAST
    }
}

/// How many known heads make a row one of heads.
const LEAST: usize = 2;

/// The columns of a sheet: its heads are the first row in which two heads are known to `meaning`, or the last one of
/// several such rows in a row, which are heads with parts of heads below.
///
/// None when there is no such row.
#[must_use]
pub fn columns(ledger: &Ledger, sheet: &Sheet, meaning: &dyn Fn(&str) -> Meaning) -> Option<Columns> {
    let is_heads = |row: &Row| known(row, meaning) >= LEAST;
    let first = sheet.rows.iter().position(is_heads)?;
    let following = sheet.rows[first + 1..].iter().take_while(|row| is_heads(row)).count();
    let heads = first + following;
    let row = &sheet.rows[heads];
    let mut made = Columns {
        heads,
        ..Columns::default()
    };
    let mut taken: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (number, cell) in &row.cells {
        let head = cell.shown().trim().to_owned();
        let place = || place(&ledger.file, sheet, row, *number, false);
        let (key, strength) = match meaning(&head) {
            Meaning::Key(key, strength) => (key, strength),
            Meaning::Kept(key) => (key, 0),
            Meaning::Ignored => continue,
            Meaning::Unknown => {
                made.unknown.push((head, place()));
                continue;
            }
        };
        let column = Column {
            number: *number,
            key,
            head,
        };
        match taken.get(&column.key).copied() {
            Some((other, weaker)) if weaker > strength => made.columns.retain(|column| column.number != other),
            Some((_, stronger)) if stronger < strength => continue,
            Some((other, _)) => {
                let other = made.at(other).map_or_else(String::new, |other| other.head.clone());
                made.findings.push(
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
        made.columns.push(column);
    }
    Some(made)
}

/// The head of the column that numbers the rows.
const NUMBERS: &str = "序号";

/// How many different heads of a row are known. Long texts and numbers are none.
fn known(row: &Row, meaning: &dyn Fn(&str) -> Meaning) -> usize {
    let mut found: Vec<String> = Vec::new();
    for (_, cell) in &row.cells {
        let Cell::Text(text) = cell else { continue };
        if text.len() > 120 {
            continue;
        }
        match meaning(text) {
            Meaning::Key(key, _) if !found.contains(&key) => found.push(key),
            // Other columns that are passed over stand in forms above a table too: 联系人, 电话.
            Meaning::Ignored if squeezed(text) == NUMBERS && !found.iter().any(|head| head == NUMBERS) => {
                found.push(NUMBERS.to_owned());
            }
            _ => {}
        }
    }
    found.len()
}
