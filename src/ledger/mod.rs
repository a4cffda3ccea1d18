//! Ledgers (台账): reads Excel workbooks and CSV files as tables of cells with their places.
//!
//! Role: between the bytes of a file and the modules that check values. It knows how offices lay out a ledger (title
//! rows, a row of heads, rows of values, rows of totals) and what an Excel cell holds. It does not know kinds, the rows
//! of rosters or types of values. Callers state the heads that they know, and get the [`LedgerEntry`]s of a
//! [`LedgerSheet`] below these heads.

mod column;
mod columns;
mod csv;
mod error;
mod hidden_rows;
mod limits;
mod opendocument;
mod row_roles;
mod sheet;
mod words;
mod workbook;

pub(crate) use column::Column;
pub(crate) use columns::{HeadMeaning, LedgerEntry, SheetColumns, find_columns};
pub(crate) use sheet::{Cell, Ledger, LedgerSheet, join_lines};
pub(crate) use words::{LedgerWords, ledger_words, normalize_head};

use error::{EMPTY, LedgerError};

use crate::diag::{Checked, Code, Diagnostic, Place};

/// Reads the ledger in `bytes`, the content of `file`. A file with the extension `.csv` or `.tsv` is read as CSV unless its
/// bytes are a workbook's.
///
/// Never fails. If the file cannot be read, there is a finding and the ledger is empty.
#[must_use]
pub(crate) fn read(file: &str, bytes: Vec<u8>) -> Checked<Ledger> {
    let name = file.to_lowercase();
    let is_text = name.ends_with(".csv") || name.ends_with(".tsv");
    let mut findings = Vec::new();
    let read = if is_text && !workbook::is_workbook(&bytes) {
        csv::read(file, bytes, &mut findings)
    } else {
        workbook::read(&bytes)
    };
    let read = read.and_then(limits::check_rows);
    let is_empty = |sheets: &Vec<LedgerSheet>| sheets.is_empty() && findings.is_empty();
    let read = match read {
        Ok(sheets) if is_empty(&sheets) => Err(LedgerError::new(EMPTY)),
        other => other,
    };
    let sheets = read.unwrap_or_else(|error| {
        findings.push(
            Diagnostic::new(Code::BadLedger)
                .at(Place::whole_file(file))
                .with("reason", error.reason)
                .with_some("file", (error.reason == EMPTY).then_some(file))
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
