//! The file that tells a built tree from any other folder.
//!
//! Deleting is the one thing a generator can do that an editor cannot undo, so a folder is replaced only when this
//! file is in it. It carries no date and no machine's name: two builds of one site are equal byte for byte.

use std::fs;
use std::io;
use std::path::Path;

/// Its name, at the top of the built tree.
pub(super) const NAME: &str = ".xiangyin";

/// What it says; the number is the layout of the output folder, should that ever have to change.
const TEXT: &str = "This folder is made by xiangyin; it is replaced as a whole at every build.\nformat 1\n";

/// How every version's marker starts.
const START: &str = "This folder is made by xiangyin";

/// Puts the marker into `folder`.
pub(super) fn write(folder: &Path) -> io::Result<()> {
    fs::write(folder.join(NAME), TEXT)
}

/// Takes the marker of the `old` tree over into `folder`, which has one, so that it too stays the file that it was.
/// Where that cannot be, the new one does as well.
pub(super) fn reuse(old: &Path, folder: &Path) {
    let passing = folder.join(".xiangyin-kept");
    let is_same = fs::read(old.join(NAME)).is_ok_and(|text| text == TEXT.as_bytes());
    if is_same && fs::hard_link(old.join(NAME), &passing).is_ok() && fs::rename(&passing, folder.join(NAME)).is_err() {
        // Removed, lest the tree have a file that no build made.
        let _ = fs::remove_file(&passing);
    }
}

/// Whether `folder` carries the marker. A marker that cannot be read counts as none.
pub(super) fn is_in(folder: &Path) -> bool {
    fs::read(folder.join(NAME)).is_ok_and(|text| text.starts_with(START.as_bytes()))
}
