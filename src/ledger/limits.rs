//! Limits on the size of ledgers: a crafted file of a few kilobytes can unpack to terabytes.

use super::error::LedgerError;
use super::sheet::LedgerSheet;
use std::io::{Cursor, Read as _, Write};

/// The most cells that are read from one file. 100,000 rows of 20 columns fit.
pub(super) const MAX_CELLS: usize = 3_000_000;

/// The most cells in one row that are not empty. A finding shows its row, so the work grows with the square of a row.
const MAX_ROW_CELLS: usize = 1_000;

/// The most bytes that a workbook may unpack to.
pub(super) const MAX_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// Takes `cells` from `budget` and returns the rest; an error when the budget is exceeded.
pub(super) fn consume(budget: usize, cells: usize) -> Result<usize, LedgerError> {
    budget.checked_sub(cells).ok_or(LedgerError::new("ledger-too-large"))
}

/// An error when a row of one of `sheets` has too many cells.
pub(super) fn check_rows(sheets: Vec<LedgerSheet>) -> Result<Vec<LedgerSheet>, LedgerError> {
    let is_too_wide = |sheet: &&LedgerSheet| sheet.rows.iter().any(|row| row.cells.len() > MAX_ROW_CELLS);
    match sheets.iter().find(is_too_wide) {
        Some(sheet) => Err(LedgerError {
            sheet: Some(sheet.name.clone()).filter(|name| !name.is_empty()),
            ..LedgerError::new("ledger-too-wide")
        }),
        None => Ok(sheets),
    }
}

/// Unpacks every part of a zip file and discards the bytes, to check that there are at most `most` before a library
/// holds them in memory. Returns what the parts mention, because a search for it is costly.
///
/// The sizes that the file itself states cannot be trusted. Unpacking costs a small part of the time of reading.
pub(super) fn check_unpacked_size(bytes: &[u8], most: u64) -> Result<Features, LedgerError> {
    let damaged = || LedgerError::new("ledger-damaged");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut remaining = most;
    let mut finder = FeatureFinder::default();
    for index in 0..archive.len() {
        // A library cannot read a part that cannot be opened.
        let Ok(part) = archive.by_index(index) else { continue };
        let size = std::io::copy(&mut part.take(remaining + 1), &mut finder).unwrap_or(0);
        remaining = remaining
            .checked_sub(size)
            .ok_or(LedgerError::new("ledger-too-large"))?;
    }
    Ok(finder.found)
}

/// What any part of a workbook mentions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Features {
    /// Merged cells.
    pub(super) merges: bool,
    /// Hidden rows, columns or names.
    pub(super) hides: bool,
}

/// The element for one merged region in a sheet, and the attribute of hidden rows.
const MERGED_CELL_TAG: &[u8] = b"mergeCell";
const HIDDEN_ATTRIBUTE: &[u8] = b"hidden=\"";

/// A writer that discards its bytes and records whether the texts above were among them. It keeps only the last few
/// bytes, to find a text that spans two writes.
#[derive(Default)]
struct FeatureFinder {
    found: Features,
    tail: Vec<u8>,
}

impl Write for FeatureFinder {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let head = &bytes[..bytes.len().min(MERGED_CELL_TAG.len())];
        self.tail.extend_from_slice(head);
        let has = |text: &[u8]| {
            let parts = [self.tail.as_slice(), bytes];
            parts.iter().any(|part| memchr::memmem::find(part, text).is_some())
        };
        self.found = Features {
            merges: self.found.merges || has(MERGED_CELL_TAG),
            hides: self.found.hides || has(HIDDEN_ATTRIBUTE),
        };
        // If `bytes` is shorter than the tag, this adds nothing: `head` is then all of it.
        self.tail.extend_from_slice(&bytes[head.len()..]);
        let from = self.tail.len().saturating_sub(MERGED_CELL_TAG.len());
        self.tail.drain(..from);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
