//! The marker file, which distinguishes a built tree from any other folder.
//!
//! Deleting is the only thing a generator does that an editor cannot undo, so a folder is replaced only when it holds
//! this file. The file has no date, no machine name and nothing of the site's content: two builds of one site are equal
//! byte for byte. Its last line is a digest of the names of the tree's files (`foreign`).

use super::foreign::NamesDigest;
use std::fs;
use std::io;
use std::path::Path;

/// The marker's name, at the top of the built tree.
pub(super) const NAME: &str = ".xiangyin";

/// Its name while it is written.
const TEMPORARY_NAME: &str = ".xiangyin-kept";

/// The marker's text before the digest. The number is the layout of the output folder, in case it ever has to change.
const TEXT: &str = "This folder is made by xiangyin; it is replaced as a whole at every build.\nformat 1\n";

/// What comes before the digest.
const DIGEST: &str = "names ";

/// How every version's marker starts.
const START: &str = "This folder is made by xiangyin";

/// Writes the marker of a tree that is not complete into `folder`.
pub(super) fn write(folder: &Path) -> io::Result<()> {
    fs::write(folder.join(NAME), TEXT)
}

/// Completes the marker in `folder` with the digest of the tree's names. When the `old` tree has the same marker, it is
/// used again, so that it, too, is the same file as before.
pub(super) fn complete(old: &Path, folder: &Path, digest: NamesDigest) -> io::Result<()> {
    let text = format!("{TEXT}{DIGEST}{:016x}\n", digest.0);
    let temporary = folder.join(TEMPORARY_NAME);
    let has_text = |tree: &Path| fs::read(tree.join(NAME)).is_ok_and(|found| found == text.as_bytes());
    if has_text(folder) {
        return Ok(());
    }
    if has_text(old) && fs::hard_link(old.join(NAME), &temporary).is_ok() {
        return fs::rename(&temporary, folder.join(NAME));
    }
    // The file may be that of another tree, too, so it is not written to; and there is one at any moment.
    fs::write(&temporary, text)?;
    fs::rename(&temporary, folder.join(NAME))
}

/// Gives the `copy` of a tree the tree's marker.
pub(super) fn link(tree: &Path, copy: &Path) -> io::Result<()> {
    let text = |tree: &Path| fs::read(tree.join(NAME));
    if text(tree)? == text(copy)? {
        return Ok(());
    }
    let temporary = copy.join(TEMPORARY_NAME);
    fs::hard_link(tree.join(NAME), &temporary)?;
    fs::rename(&temporary, copy.join(NAME))
}

/// The digest in the marker in `folder`. `None` when there is none.
pub(super) fn digest(folder: &Path) -> Option<NamesDigest> {
    let text = fs::read_to_string(folder.join(NAME)).ok()?;
    let digits = text.strip_prefix(TEXT)?.strip_prefix(DIGEST)?.trim_end();
    u64::from_str_radix(digits, 16).ok().map(NamesDigest)
}

/// Whether `folder` holds the marker. A marker that cannot be read counts as missing.
pub(super) fn is_in(folder: &Path) -> bool {
    fs::read(folder.join(NAME)).is_ok_and(|text| text.starts_with(START.as_bytes()))
}
