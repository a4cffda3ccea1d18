//! Ledgers (台账): reads Excel workbooks and CSV files as tables of cells with their places.
//!
//! Role: between the bytes of a file and the modules that check values. It knows how offices lay out a ledger (title
//! rows, a row of heads, rows of values, rows of totals) and what an Excel cell holds. It does not know kinds, the rows
//! of rosters or types of values. Callers state the heads that they know, and get the [`LedgerEntry`]s of a
//! [`LedgerSheet`] below these heads.

mod columns;
mod csv;
mod limits;
mod opendocument;
mod words;
mod workbook;

pub use columns::{Column, HeadMeaning, SheetColumns, find_columns};
pub use words::{LedgerWords, ledger_words, normalize_head};

use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::yaml::Value;
use std::borrow::Cow;

/// A workbook. A CSV file is a workbook of one sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// Its path in the site, e.g. `content/_data/teams.xlsx`.
    pub file: String,
    /// The visible sheets that are not empty, in the order of the workbook.
    pub sheets: Vec<LedgerSheet>,
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LedgerSheet {
    /// Its name; empty in a CSV file.
    pub name: String,
    /// The rows that are not empty, from top to bottom.
    pub rows: Vec<LedgerRow>,
    /// Numbers in cells that are merged over several rows, as (row, column, last row), all counted from 1.
    pub merged_numbers: Vec<(usize, usize, usize)>,
}

/// One row that is not empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LedgerRow {
    /// Its number as Excel shows it, from 1.
    pub number: usize,
    /// The cells that are not empty, each with its column counted from 1, from left to right.
    pub cells: Vec<(usize, Cell)>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text as written; never blank.
    Text(String),
    /// A number.
    Number(f64),
    /// A day, with or without a time of day.
    Date {
        /// In ISO form: `2022-06-01` or `2022-06-01 09:30`.
        iso: String,
        /// As written in the ledger.
        shown: String,
    },
    /// A truth value.
    Boolean(bool),
    /// A formula's error, such as `#REF!`.
    Error(String),
}

/// The limit below which every integer is exact as an `f64`: 2^53.
const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

impl Cell {
    /// The text that the sheet shows for the cell.
    #[must_use]
    pub fn display_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Error(text) => Cow::Borrowed(text),
            Self::Date { shown, .. } => Cow::Borrowed(shown),
            Self::Boolean(truth) => Cow::Borrowed(if *truth { "TRUE" } else { "FALSE" }),
            Self::Number(number) => match number_value(*number) {
                Value::Number(number) => Cow::Owned(number.to_string()),
                _ => Cow::Borrowed(""),
            },
        }
    }

    /// The cell as a value for the checker; null for a dash, which marks an empty cell. A day is in ISO form if
    /// `day_expected`, else as written.
    #[must_use]
    pub fn value(&self, day_expected: bool) -> Value {
        match self {
            Self::Number(number) => number_value(*number),
            Self::Boolean(truth) => Value::Bool(*truth),
            Self::Date { iso, .. } if day_expected => Value::from(iso.as_str()),
            Self::Text(text) if is_dash(text) => Value::Null,
            Self::Text(_) | Self::Date { .. } | Self::Error(_) => Value::from(self.display_text().trim()),
        }
    }
}

/// Whether a text is one of the dashes and slashes with which people fill a cell without a value.
fn is_dash(text: &str) -> bool {
    matches!(text.trim(), "-" | "--" | "－" | "—" | "——" | "–" | "/" | "／" | "\\")
}

/// Removes the line ends that were inserted to fit a column. A line end between two ASCII characters becomes a space.
#[must_use]
pub fn join_lines(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let is_ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
        if is_ascii(out.chars().next_back()) && is_ascii(line.chars().next()) {
            out.push(' ');
        }
        out.push_str(line);
    }
    Cow::Owned(out)
}

/// A number rounded to the 15 digits that Excel calculates with, so that the sum of 0.1 and 0.2 is 0.3. An integer if
/// it has no fraction.
fn number_value(number: f64) -> Value {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded.fract() == 0.0 && rounded.abs() < MAX_EXACT_INTEGER {
        // An integer in the exact range, so the cast loses nothing.
        return Value::from(rounded as i64);
    }
    Value::from(rounded)
}

/// One row of values with its columns.
#[derive(Debug, Clone, Copy)]
pub struct LedgerEntry<'l> {
    /// The ledger's file.
    pub file: &'l str,
    /// The sheet of the row.
    pub sheet: &'l LedgerSheet,
    /// What its columns mean.
    pub columns: &'l SheetColumns,
    /// The row.
    pub row: &'l LedgerRow,
}

impl<'l> LedgerEntry<'l> {
    /// The cells in columns that have a key, from left to right.
    pub fn cells(&self) -> impl Iterator<Item = (&'l Column, &'l Cell)> + use<'l> {
        let columns = self.columns;
        let cells = self.row.cells.iter();
        cells.filter_map(move |(number, cell)| Some((columns.by_number(*number)?, cell)))
    }

    /// The place of the cell in `column` of this row. In the excerpt, an empty cell of a column that has a key is
    /// [`EMPTY_CELL`].
    #[must_use]
    pub fn cell_place(&self, column: usize) -> Place {
        let has_gap = self.columns.by_number(column).is_some();
        cell_place(self.file, self.sheet, self.row, column, has_gap)
    }
}

/// Stands for an empty cell in the excerpt of a finding about that cell.
const EMPTY_CELL: &str = "\u{3000}";

/// The place of a cell of `row`.
fn cell_place(file: &str, sheet: &LedgerSheet, row: &LedgerRow, column: usize, has_gap: bool) -> Place {
    let displayed: Vec<(usize, Cow<'_, str>)> = row
        .cells
        .iter()
        .map(|(number, cell)| (*number, cell.display_text()))
        .collect();
    let mut texts: Vec<(usize, &str)> = displayed.iter().map(|(number, text)| (*number, text.trim())).collect();
    if let (Err(index), true) = (texts.binary_search_by_key(&column, |(number, _)| *number), has_gap) {
        texts.insert(index, (column, EMPTY_CELL));
    }
    Place::in_ledger(file, &sheet.name, (row.number, column), texts)
}

/// Why a file cannot be read as a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LedgerError {
    /// The id of its text in `locales/findings.yml`.
    reason: &'static str,
    /// The sheet in which it occurred, if known.
    sheet: Option<String>,
}

impl LedgerError {
    const fn new(reason: &'static str) -> Self {
        Self { reason, sheet: None }
    }
}

/// Reads the ledger in `bytes`, the content of `file`. A file with the extension `.csv` is read as CSV unless its bytes
/// are a workbook's.
///
/// Never fails. If the file cannot be read, there is a finding and the ledger is empty.
#[must_use]
pub fn read(file: &str, bytes: Vec<u8>) -> Checked<Ledger> {
    let is_text = file.to_lowercase().ends_with(".csv");
    let mut findings = Vec::new();
    let read = if is_text && !workbook::is_workbook(&bytes) {
        csv::read(file, bytes, &mut findings)
    } else {
        workbook::read(&bytes)
    };
    let sheets = read.unwrap_or_else(|error| {
        findings.push(
            Diagnostic::new(Code::BadLedger)
                .at(Place::whole_file(file))
                .with("reason", error.reason)
                .with_some("sheet", error.sheet),
        );
        Vec::new()
    });
    Checked {
        value: Ledger {
            file: file.to_owned(),
            sheets,
        },
        findings,
    }
}

#[cfg(test)]
mod tests;
