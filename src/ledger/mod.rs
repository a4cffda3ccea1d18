//! Ledgers (台账): Excel workbooks and CSV files as tables of cells, each of which knows its place.
//!
//! Role: between the bytes of a file and the rooms that check values. It knows how offices lay a ledger out — title
//! rows, a row of heads, rows of values, rows of totals — and what an Excel cell holds. It knows no kind, no roster's
//! rows and no type of value: those who do ask it for the [`LedgerEntry`]s of a [`LedgerSheet`] under heads that they know.

mod columns;
mod csv;
mod error;
mod limits;
mod opendocument;
mod sheet;
mod words;
mod workbook;

pub use columns::{Column, HeadMeaning, LedgerEntry, SheetColumns, find_columns};
pub use sheet::{Cell, Ledger, LedgerRow, LedgerSheet, join_lines};
pub use words::{LedgerWords, ledger_words, normalize_head};

use crate::diag::{Checked, Code, Diagnostic, Place};

/// Reads the ledger in `bytes`, the content of `file`; its ending says whether it is a CSV file.
///
/// Never fails: what cannot be read is a finding, and the ledger is empty then.
#[must_use]
pub fn read(file: &str, bytes: Vec<u8>) -> Checked<Ledger> {
    let is_text = file.to_lowercase().ends_with(".csv");
    let mut findings = Vec::new();
    let read = if is_text && !workbook::is_workbook(&bytes) {
        csv::read(file, bytes, &mut findings)
    } else {
        workbook::read(&bytes)
    };
    let sheets = read.unwrap_or_else(|refusal| {
        findings.push(
            Diagnostic::new(Code::BadLedger)
                .at(Place::whole_file(file))
                .with("reason", refusal.reason)
                .with_some("sheet", refusal.sheet),
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
