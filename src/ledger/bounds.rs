//! How much of a ledger is read: a few kilobytes can be made to unpack to terabytes.

use super::Refusal;
use std::io::{Cursor, Read as _};

/// The most cells that are read from one file; 100,000 rows of 20 columns fit.
pub(super) const MOST_CELLS: usize = 3_000_000;

/// The most bytes that a workbook may unpack to.
pub(super) const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// What is left of `budget` cells after `cells` more.
pub(super) fn spend(budget: usize, cells: usize) -> Result<usize, Refusal> {
    budget.checked_sub(cells).ok_or(Refusal::new("ledger-too-large"))
}

/// Unpacks every part of a zip file into nothing, to know that it is no larger than `most` before a library keeps it
/// in memory.
///
/// The sizes that the file itself states cannot be trusted. Unpacking costs a small part of what reading does.
pub(super) fn unpacks(bytes: &[u8], most: u64) -> Result<(), Refusal> {
    let damaged = || Refusal::new("ledger-damaged");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = most;
    for at in 0..archive.len() {
        // A part that cannot be opened is none that a library could read.
        let Ok(part) = archive.by_index(at) else { continue };
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).unwrap_or(0);
        left = left.checked_sub(size).ok_or(Refusal::new("ledger-too-large"))?;
    }
    Ok(())
}
