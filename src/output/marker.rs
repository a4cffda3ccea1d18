//! The marker file, which distinguishes a built tree from any other folder.
//!
//! Deleting is the only thing a generator does that an editor cannot undo, so a folder is replaced only when it holds
//! this file. The file has no date and no machine name: two builds of one site are equal byte for byte.

use std::fs;
use std::io;
use std::path::Path;

/// The marker's name, at the top of the built tree.
pub(super) const NAME: &str = ".xiangyin";

/// The marker's text. The number is the layout of the output folder, in case it ever has to change.
const TEXT: &str = "This folder is made by xiangyin; it is replaced as a whole at every build.\nformat 1\n";

/// How every version's marker starts.
const START: &str = "This folder is made by xiangyin";

/// Writes the marker into `folder`.
pub(super) fn write(folder: &Path) -> io::Result<()> {
    fs::write(folder.join(NAME), TEXT)
}

/// Replaces the marker in `folder` with that of the `old` tree, so that the marker, too, is the same file as before. On
/// failure, the new marker stays, which works as well.
pub(super) fn reuse(old: &Path, folder: &Path) {
    let temporary = folder.join(".xiangyin-kept");
    let is_same = fs::read(old.join(NAME)).is_ok_and(|text| text == TEXT.as_bytes());
    if is_same
        && fs::hard_link(old.join(NAME), &temporary).is_ok()
        && fs::rename(&temporary, folder.join(NAME)).is_err()
    {
        // Remove it, so that the tree does not keep a file that no build planned.
        let _ = fs::remove_file(&temporary);
    }
}

/// Whether `folder` holds the marker. A marker that cannot be read counts as missing.
pub(super) fn is_in(folder: &Path) -> bool {
    fs::read(folder.join(NAME)).is_ok_and(|text| text.starts_with(START.as_bytes()))
}
