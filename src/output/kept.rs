//! Files in the output folder that are not the site's and stay there: what `output: {keep: […]}` names.
//!
//! They are never copied and never enter the staging folder. Right before the exchange of the trees they are renamed
//! into a folder beside the output folder, and right after it back into the new tree. When a build is killed in between,
//! the next one finds that folder and puts back what is in it, whatever the settings say then.

use super::target::OutputTarget;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The companion name of a folder with kept files; 16 digits follow.
const NAME: &str = "kept-";

/// The path of a folder for the kept files of `target` during an exchange.
pub(super) fn holder(target: &OutputTarget, random: u64) -> PathBuf {
    target.companion(format!("{NAME}{random:016x}"))
}

/// Whether `name` is that of a folder with kept files of `target`.
pub(super) fn is_holder(target: &OutputTarget, name: &std::ffi::OsStr) -> bool {
    let mut prefix = target.companion_prefix();
    prefix.push(NAME);
    let digits = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
    digits.is_some_and(|digits| digits.len() == 16 && digits.iter().all(u8::is_ascii_hexdigit))
}

/// Moves the kept files of `target` into `holder`. Makes no folder when there are none.
///
/// # Errors
/// The file that cannot be moved, and the system's error. Call [`put_back`] then.
pub(super) fn take_out(target: &OutputTarget, holder: &Path) -> Result<(), (PathBuf, io::Error)> {
    for name in target.kept() {
        let from = target.folder().join(name);
        let to = holder.join(name);
        if fs::symlink_metadata(&from).is_err() {
            continue;
        }
        let folder = to.parent().unwrap_or(holder);
        fs::create_dir_all(folder)
            .and_then(|()| fs::rename(&from, &to))
            .map_err(|error| (from, error))?;
    }
    Ok(())
}

/// Moves everything in `holder` to its place in `folder`, and removes the holder. Nothing is replaced: an entry whose
/// place is taken stays in the holder.
///
/// # Errors
/// The place that is taken or cannot be written, and the system's error. All other entries are in their places.
pub(super) fn put_back(holder: &Path, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    let in_holder = |error| (holder.to_owned(), error);
    let entries = match fs::read_dir(holder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(in_holder)?,
    };
    let mut failure = None;
    for entry in entries {
        let (from, to) = (entry.path(), folder.join(entry.file_name()));
        let moved = match fs::symlink_metadata(&to) {
            Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(&from, &to).map_err(|error| (to, error)),
            Err(error) => Err((to, error)),
            Ok(found) if found.is_dir() && entry.file_type().is_ok_and(|file_type| file_type.is_dir()) => {
                put_back(&from, &to)
            }
            Ok(_) => Err((to, ErrorKind::AlreadyExists.into())),
        };
        failure = failure.or(moved.err());
    }
    match failure {
        Some(failure) => Err(failure),
        None => fs::remove_dir(holder).map_err(in_holder),
    }
}
