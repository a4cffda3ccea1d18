//! How much of a ledger is read: a few kilobytes can be made to unpack to terabytes.

use super::error::LedgerError;
use std::io::{Cursor, Read as _, Write};

/// The most cells that are read from one file; 100,000 rows of 20 columns fit.
pub(super) const MAX_CELLS: usize = 3_000_000;

/// The most bytes that a workbook may unpack to.
pub(super) const MAX_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// What is left of `budget` cells after `cells` more.
pub(super) fn consume(budget: usize, cells: usize) -> Result<usize, LedgerError> {
    budget.checked_sub(cells).ok_or(LedgerError::new("ledger-too-large"))
}

/// Unpacks every part of a zip file into nothing, to know that it is no larger than `most` before a library keeps it
/// in memory. Returns whether any part speaks of merged cells, which are costly to look for.
///
/// The sizes that the file itself states cannot be trusted. Unpacking costs a small part of what reading does.
pub(super) fn check_unpacked_size(bytes: &[u8], most: u64) -> Result<bool, LedgerError> {
    let damaged = || LedgerError::new("ledger-damaged");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = most;
    let mut seen = MergedCellFinder::default();
    for at in 0..archive.len() {
        // A part that cannot be opened is none that a library could read.
        let Ok(part) = archive.by_index(at) else { continue };
        let size = std::io::copy(&mut part.take(left + 1), &mut seen).unwrap_or(0);
        left = left.checked_sub(size).ok_or(LedgerError::new("ledger-too-large"))?;
    }
    Ok(seen.found)
}

/// The element for one merged region in a sheet.
const MERGED_CELL_TAG: &[u8] = b"mergeCell";

/// Takes bytes, keeps none but the last few, and knows whether [`MERGED_CELL_TAG`] was among them.
#[derive(Default)]
struct MergedCellFinder {
    found: bool,
    tail: Vec<u8>,
}

impl Write for MergedCellFinder {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !self.found {
            let head = &bytes[..bytes.len().min(MERGED_CELL_TAG.len())];
            self.tail.extend_from_slice(head);
            self.found = [&self.tail, bytes]
                .iter()
                .any(|part| memchr::memmem::find(part, MERGED_CELL_TAG).is_some());
            // A short piece only lengthens what was kept.
            self.tail.extend_from_slice(&bytes[head.len()..]);
            let from = self.tail.len().saturating_sub(MERGED_CELL_TAG.len());
            self.tail.drain(..from);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
