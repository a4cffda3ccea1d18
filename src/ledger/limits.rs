//! Limits on the size of ledgers: a crafted file of a few kilobytes can unpack to terabytes.

use super::error::LedgerError;
use std::io::{Cursor, Read as _, Write};

/// The most cells that are read from one file. 100,000 rows of 20 columns fit.
pub(super) const MAX_CELLS: usize = 3_000_000;

/// The most bytes that a workbook may unpack to.
pub(super) const MAX_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// Takes `cells` from `budget` and returns the rest; an error when the budget is exceeded.
pub(super) fn consume(budget: usize, cells: usize) -> Result<usize, LedgerError> {
    budget.checked_sub(cells).ok_or(LedgerError::new("ledger-too-large"))
}

/// Unpacks every part of a zip file and discards the bytes, to check that there are at most `most` before a library
/// holds them in memory. Returns whether any part names merged cells, because a search for them is costly.
///
/// The sizes that the file itself states cannot be trusted. Unpacking costs a small part of the time of reading.
pub(super) fn check_unpacked_size(bytes: &[u8], most: u64) -> Result<bool, LedgerError> {
    let damaged = || LedgerError::new("ledger-damaged");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut remaining = most;
    let mut finder = MergedCellFinder::default();
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

/// The element for one merged region in a sheet.
const MERGED_CELL_TAG: &[u8] = b"mergeCell";

/// A writer that discards its bytes and records whether [`MERGED_CELL_TAG`] was among them. It keeps only the last few
/// bytes, to find a tag that spans two writes.
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
            // If `bytes` is shorter than the tag, this adds nothing: `head` is then all of it.
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
