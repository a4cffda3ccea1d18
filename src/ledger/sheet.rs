//! The tables of a ledger: sheets, rows and cells.

use crate::diag::Place;
use crate::yaml::Value;
use std::borrow::Cow;

/// A workbook. A CSV file is a workbook of one sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Ledger {
    /// Its path in the site, e.g. `content/_data/teams.xlsx`.
    pub file: String,
    /// The visible sheets that are not empty, in the order of the workbook.
    pub sheets: Vec<LedgerSheet>,
}

impl Ledger {
    /// The text of each cell that is not empty, and a function that makes its place.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (Cow<'_, str>, impl Fn() -> Place)> {
        let rows = self
            .sheets
            .iter()
            .flat_map(|sheet| sheet.rows.iter().map(move |row| (sheet, row)));
        rows.flat_map(move |(sheet, row)| {
            let cells = row.cells.iter();
            cells.map(move |(column, cell)| {
                let place = move || cell_place(&self.file, sheet, row, *column, false);
                (cell.display_text(), place)
            })
        })
    }
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct LedgerSheet {
    /// Its name; empty in a CSV file.
    pub name: String,
    /// The rows that are not empty, from top to bottom.
    pub rows: Vec<LedgerRow>,
    /// Numbers in cells that are merged over several rows, as (row, column, last row), all counted from 1.
    pub merged_numbers: Vec<(usize, usize, usize)>,
    /// The numbers of the rows that are hidden or filtered out, in order.
    pub hidden_rows: Vec<usize>,
}

impl LedgerSheet {
    /// Whether the sheet has a cell with a text that `is_wanted`.
    #[must_use]
    pub(crate) fn has_text(&self, is_wanted: &dyn Fn(&str) -> bool) -> bool {
        let mut cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.any(|(_, cell)| matches!(cell, Cell::Text(text) if is_wanted(text)))
    }
}

/// One row that is not empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct LedgerRow {
    /// Its number as Excel shows it, from 1.
    pub number: usize,
    /// The cells that are not empty, each with its column counted from 1, from left to right.
    pub cells: Vec<(usize, Cell)>,
}

/// What a cell holds. There may be millions, so it is small: a text has no room to grow, and a day is elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Text as written; never blank.
    Text(Box<str>),
    /// A number.
    Number(f64),
    /// A day, with or without a time of day.
    Date(Box<CellDate>),
    /// A truth value.
    Boolean(bool),
    /// A formula's error, such as `#REF!`.
    Error(Box<str>),
    /// A formula whose value is not in the file. A program wrote it that does not calculate.
    Uncomputed(Box<str>),
}

/// A day in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellDate {
    /// In ISO form: `2022-06-01` or `2022-06-01 09:30`.
    pub iso: String,
    /// As written in the ledger, where that differs.
    pub shown: Option<String>,
}

/// The limit below which every integer is exact as an `f64`: 2^53.
const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

impl Cell {
    /// The text that the sheet shows for the cell.
    #[must_use]
    pub(crate) fn display_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Error(text) | Self::Uncomputed(text) => Cow::Borrowed(text),
            Self::Date(day) => Cow::Borrowed(day.shown.as_ref().unwrap_or(&day.iso)),
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
    pub(crate) fn value(&self, day_expected: bool) -> Value {
        match self {
            Self::Number(number) => number_value(*number),
            Self::Boolean(truth) => Value::Bool(*truth),
            Self::Date(day) if day_expected => Value::from(day.iso.as_str()),
            Self::Text(text) if is_dash(text) => Value::Null,
            Self::Text(_) | Self::Date(_) | Self::Error(_) | Self::Uncomputed(_) => {
                Value::from(self.display_text().trim())
            }
        }
    }
}

/// Whether a text is one of the dashes and slashes with which people fill a cell without a value.
pub(super) fn is_dash(text: &str) -> bool {
    matches!(text.trim(), "-" | "--" | "－" | "—" | "——" | "–" | "/" | "／" | "\\")
}

/// Removes the line ends that were inserted to fit a column. A line end between two ASCII characters becomes a space.
#[must_use]
pub(crate) fn join_lines(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let narrow = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
        if narrow(out.chars().next_back()) && narrow(line.chars().next()) {
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
        // Whole and within the exact range, so nothing is cut off.
        return Value::from(rounded as i64);
    }
    Value::from(rounded)
}

/// Stands for an empty cell in the excerpt of a finding about that cell.
const EMPTY_CELL: &str = "\u{3000}";

/// The place of a cell of `row`.
pub(super) fn cell_place(file: &str, sheet: &LedgerSheet, row: &LedgerRow, column: usize, has_gap: bool) -> Place {
    let shown: Vec<(usize, Cow<'_, str>)> = row.cells.iter().map(|(at, cell)| (*at, cell.display_text())).collect();
    let mut texts: Vec<(usize, &str)> = shown.iter().map(|(at, text)| (*at, text.trim())).collect();
    if let (Err(at), true) = (texts.binary_search_by_key(&column, |(at, _)| *at), has_gap) {
        texts.insert(at, (column, EMPTY_CELL));
    }
    Place::in_ledger(file, &sheet.name, (row.number, column), texts)
}
