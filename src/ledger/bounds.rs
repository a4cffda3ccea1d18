//! How much of a ledger is read: a few kilobytes can be made to unpack to terabytes.

use super::Refusal;
use std::io::{Cursor, Read as _, Write};

/// The most cells that are read from one file; 100,000 rows of 20 columns fit.
pub(super) const MOST_CELLS: usize = 3_000_000;

/// The most bytes that a workbook may unpack to.
pub(super) const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// What is left of `budget` cells after `cells` more.
pub(super) fn spend(budget: usize, cells: usize) -> Result<usize, Refusal> {
    budget.checked_sub(cells).ok_or(Refusal::new("ledger-too-large"))
}

/// Unpacks every part of a zip file into nothing, to know that it is no larger than `most` before a library keeps it
/// in memory. Returns whether any part speaks of merged cells, which are costly to look for.
///
/// The sizes that the file itself states cannot be trusted. Unpacking costs a small part of what reading does.
pub(super) fn unpacks(bytes: &[u8], most: u64) -> Result<bool, Refusal> {
    let damaged = || Refusal::new("ledger-damaged");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = most;
    let mut seen = Seen::default();
    for at in 0..archive.len() {
        // A part that cannot be opened is none that a library could read.
        let Ok(part) = archive.by_index(at) else { continue };
        let size = std::io::copy(&mut part.take(left + 1), &mut seen).unwrap_or(0);
        left = left.checked_sub(size).ok_or(Refusal::new("ledger-too-large"))?;
    }
    Ok(seen.found)
}

/// The element for one merged region in a sheet.
const MERGED: &[u8] = b"mergeCell";

/// Takes bytes, keeps none but the last few, and knows whether [`MERGED`] was among them.
#[derive(Default)]
struct Seen {
    found: bool,
    last: Vec<u8>,
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !self.found {
            let head = &bytes[..bytes.len().min(MERGED.len())];
            self.last.extend_from_slice(head);
            self.found = [&self.last, bytes]
                .iter()
                .any(|part| memchr::memmem::find(part, MERGED).is_some());
            // A short piece only lengthens what was kept.
            self.last.extend_from_slice(&bytes[head.len()..]);
            let from = self.last.len().saturating_sub(MERGED.len());
            self.last.drain(..from);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
