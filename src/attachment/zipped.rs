//! Zip files: Word, Excel and PowerPoint since 2007, OpenDocument, WPS, EPUB, and plain archives.

use std::borrow::Cow;
use std::io::{Cursor, Read as _};

pub(super) const SIGNATURE: &[u8] = b"PK\x03\x04";

/// The most parts of one archive that are read.
const MAX_PARTS: usize = 10_000;

/// Calls `visit` with the name and the bytes of each part that `is_wanted` by its name, and the number of bytes that may
/// still be unpacked. Of a damaged part it gets what can be read.
pub(super) fn for_each_part(
    bytes: &[u8],
    budget: &mut u64,
    is_wanted: &dyn Fn(&str) -> bool,
    visit: &mut dyn FnMut(&str, Vec<u8>, &mut u64),
) {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return;
    };
    for index in 0..archive.len().min(MAX_PARTS) {
        let Ok(part) = archive.by_index(index) else { continue };
        let name = part.name().map_or_else(|_| String::new(), Cow::into_owned);
        let mut unpacked = Vec::new();
        if is_wanted(&name) {
            let _ = part.take(*budget).read_to_end(&mut unpacked);
            *budget = budget.saturating_sub(unpacked.len() as u64);
        }
        visit(&name, unpacked, budget);
    }
}
