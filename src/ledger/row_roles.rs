//! What the rows below the heads are: values, totals, notes; and what is said about rows that an editor may overlook.

use super::column::{Column, column_by_number, is_repeated_head_row};
use super::sheet::{Cell, Ledger, LedgerRow, LedgerSheet, cell_place, is_dash};
use super::words::ledger_words;
use crate::diag::{Code, Diagnostic, column_letters, join_similar};
use std::collections::{BTreeMap, BTreeSet};

/// The keys of columns with the day of a row.
const DAY_KEYS: [&str; 3] = ["date", "since", "until"];

/// A cell by the index of its row and its index in the row.
type CellIndex = (usize, usize);

/// What the rows below the heads are, by their indices in the sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RowRoles {
    /// Rows of values.
    pub(super) values: Vec<usize>,
    /// Totals, which are not read.
    totals: Vec<usize>,
    /// Rows of values that are named like a total and have a day.
    dated_totals: Vec<usize>,
    /// The cells that say 同上, by row number and column, with the cells that they mean; `None` where nothing is above.
    dittos: BTreeMap<(usize, usize), Option<CellIndex>>,
    /// The cells that say 同上 where nothing is above, by the index of the row and column.
    lost_dittos: Vec<(usize, usize)>,
    /// Columns without a head that have values: the first row with one, and the number of values.
    headless: BTreeMap<usize, (usize, usize)>,
}

impl RowRoles {
    /// Looks at the rows of `sheet` from index `start` on. `heads` are the numbers of the columns that have a head.
    pub(super) fn new(sheet: &LedgerSheet, columns: &[Column], start: usize, heads: &BTreeSet<usize>) -> Self {
        let mut roles = Self::default();
        // The lowest value so far, by column.
        let mut above: BTreeMap<usize, CellIndex> = BTreeMap::new();
        for (index, row) in sheet.rows.iter().enumerate().skip(start) {
            let is_known = |(number, _): &(usize, Cell)| column_by_number(columns, *number).is_some();
            let is_total = is_named_total(row, columns, |column| text_at(sheet, above.get(&column)));
            let is_note = || {
                row.cells
                    .first()
                    .is_some_and(|(_, cell)| ledger_words().is_note(&cell.display_text()))
            };
            let has_day = has_day(row, columns);
            if is_total && !has_day {
                roles.totals.push(index);
            } else if is_repeated_head_row(row, columns) || is_note() || !row.cells.iter().any(is_known) {
                // Not a row of values.
            } else {
                roles.dated_totals.extend(is_total.then_some(index));
                roles.add_values(index, row, columns, &mut above, heads);
            }
        }
        roles
    }

    fn add_values(
        &mut self,
        index: usize,
        row: &LedgerRow,
        columns: &[Column],
        above: &mut BTreeMap<usize, CellIndex>,
        heads: &BTreeSet<usize>,
    ) {
        let is_filled = |column: &usize| row.cells.binary_search_by_key(column, |(number, _)| *number).is_ok();
        above.retain(|column, _| is_filled(column));
        for (cell_index, (number, cell)) in row.cells.iter().enumerate() {
            if !heads.contains(number) {
                self.headless.entry(*number).or_insert((index, 0)).1 += 1;
            }
            if column_by_number(columns, *number).is_none() {
                continue;
            }
            let is_ditto = matches!(cell, Cell::Text(text) if ledger_words().is_ditto(text));
            if is_ditto {
                let meant = above.get(number).copied();
                self.dittos.insert((row.number, *number), meant);
                self.lost_dittos.extend(meant.is_none().then_some((index, *number)));
            } else {
                above.insert(*number, (index, cell_index));
            }
        }
        self.values.push(index);
    }

    /// The cell that is meant by the cell in `column` of row `number`: the one above when it says 同上. `None` when nothing
    /// is above.
    pub(super) fn meant_cell<'l>(
        &self,
        sheet: &'l LedgerSheet,
        (number, column): (usize, usize),
        written: &'l Cell,
    ) -> Option<&'l Cell> {
        match self.dittos.get(&(number, column)) {
            None => Some(written),
            Some(meant) => meant.map(|(row, cell)| &sheet.rows[row].cells[cell].1),
        }
    }

    /// Findings about rows that are not read, or are read in a way that the sheet does not show.
    pub(super) fn findings(&self, ledger: &Ledger, sheet: &LedgerSheet) -> Vec<Diagnostic> {
        let place = |index: usize, column: usize| cell_place(&ledger.file, sheet, &sheet.rows[index], column, false);
        let about_rows = |code: Code, rows: &[usize]| {
            let first = *rows.first()?;
            let numbers = row_numbers(sheet, rows);
            let column = sheet.rows[first].cells.first().map_or(1, |(column, _)| *column);
            let finding = Diagnostic::new(code).at(place(first, column));
            Some(
                finding
                    .with("rows", row_ranges(&numbers))
                    .with("count", rows.len().to_string()),
            )
        };
        let is_hidden = |index: &usize| sheet.hidden_rows.binary_search(&sheet.rows[*index].number).is_ok();
        let hidden: Vec<usize> = self.values.iter().copied().filter(is_hidden).collect();
        let mut findings = Vec::new();
        findings.extend(about_rows(Code::TotalRow, &self.totals));
        let counted = about_rows(Code::TotalRow, &self.dated_totals);
        findings.extend(
            counted.map(|finding| finding.with("counted", row_ranges(&row_numbers(sheet, &self.dated_totals)))),
        );
        findings.extend(about_rows(Code::HiddenRows, &hidden));
        let lost = self.lost_dittos.iter().map(|&(index, column)| {
            let cells = &sheet.rows[index].cells;
            let written = cells.iter().find(|(number, _)| *number == column);
            let written = written.map_or_else(String::new, |(_, cell)| cell.display_text().trim().to_owned());
            let finding = Diagnostic::new(Code::LostDitto).at(place(index, column));
            finding.with("value", written)
        });
        findings.extend(join_similar(lost.collect()));
        let headless = self.headless.iter();
        findings.extend(headless.map(|(&column, &(index, count))| {
            let finding = Diagnostic::new(Code::ColumnWithoutHead).at(place(index, column));
            finding
                .with("column", column_letters(column))
                .with("count", count.to_string())
        }));
        findings
    }
}

/// Whether a row says that it is a total, and has no other words in the known columns.
fn is_named_total<'a>(
    row: &LedgerRow,
    columns: &[Column],
    above: impl Fn(usize) -> Option<std::borrow::Cow<'a, str>>,
) -> bool {
    let is_total = |column: usize, text: &str| ledger_words().is_total(text, above(column).as_deref());
    let mut is_named = false;
    for (number, cell) in &row.cells {
        let is_word = match cell {
            Cell::Text(text) if is_total(*number, text) => {
                is_named = true;
                false
            }
            Cell::Text(text) => !is_dash(text) && !is_amount(text),
            // The day of a total is not looked at here.
            _ => false,
        };
        if is_word && column_by_number(columns, *number).is_some() {
            return false;
        }
    }
    is_named
}

/// Whether a text is a number, perhaps with a unit: 62, 36人次, 共2支.
fn is_amount(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['共', '约']);
    text.starts_with(|c: char| c.is_numeric())
}

/// Whether a row has a day.
fn has_day(row: &LedgerRow, columns: &[Column]) -> bool {
    row.cells.iter().any(|(number, cell)| {
        let Some(column) = column_by_number(columns, *number) else {
            return false;
        };
        let is_day_column = DAY_KEYS.contains(&column.key.as_str());
        match cell {
            Cell::Date(_) => true,
            Cell::Text(text) => is_day_column && !is_dash(text) && !ledger_words().is_total(text, None),
            _ => is_day_column,
        }
    })
}

fn text_at<'l>(sheet: &'l LedgerSheet, index: Option<&CellIndex>) -> Option<std::borrow::Cow<'l, str>> {
    let &(row, cell) = index?;
    Some(sheet.rows[row].cells[cell].1.display_text())
}

fn row_numbers(sheet: &LedgerSheet, rows: &[usize]) -> Vec<usize> {
    rows.iter().map(|&index| sheet.rows[index].number).collect()
}

/// Row numbers as a list in which neighbours are joined: `5–7, 9`.
fn row_ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let shown = ranges.iter().take(MAX_RANGES).map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    });
    let mut shown: Vec<String> = shown.collect();
    if ranges.len() > MAX_RANGES {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// The most ranges of rows that one finding names.
const MAX_RANGES: usize = 8;
