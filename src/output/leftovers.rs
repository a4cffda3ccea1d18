//! Removes trees that are no longer needed: the leftovers of a killed build, and the old site after an exchange.

use super::error::{Action, OutputError};
use super::file_lock;
use super::kept;
use super::marker;
use super::target::OutputTarget;
use rayon::prelude::*;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The companion names of what former versions kept beside the output folder.
const FORMER_NAMES: [&str; 2] = ["manifest", "manifest-new"];

/// Puts back what a killed build took out of `target`, then removes its leftovers. Call this only with the lock held.
///
/// If a build was killed between the two renames on a file system that cannot exchange folders, the old site is put
/// back first.
pub(super) fn clear(target: &OutputTarget) -> Result<(), OutputError> {
    let left = find(target)?;
    if !target.folder().exists()
        && let Some(old) = left.trees.iter().find(|path| is_old(target, path))
    {
        fs::rename(old, target.folder()).map_err(OutputError::while_trying(Action::Replace, target.folder()))?;
    }
    for holder in &left.holders {
        let out = target.folder();
        fs::create_dir_all(out).map_err(OutputError::while_trying(Action::MakeFolder, out))?;
        kept::put_back(holder, out)
            .map_err(|(path, error)| OutputError::while_trying(Action::Replace, &path)(error))?;
    }
    for path in left.trees {
        remove_tree(&path).map_err(OutputError::while_trying(Action::Remove, &path))?;
    }
    FORMER_NAMES.iter().try_for_each(|name| {
        let path = target.companion(name);
        ignore_not_found(fs::remove_file(&path)).map_err(OutputError::while_trying(Action::Remove, &path))
    })
}

/// Whether there are no leftovers beside `target`, and no build is running.
pub(super) fn has_none(target: &OutputTarget) -> bool {
    let is_unlocked = !target.companion(file_lock::NAME).exists();
    is_unlocked && find(target).is_ok_and(|left| left.trees.is_empty() && left.holders.is_empty())
}

/// Refuses to go on when a killed build left kept files beside `target`, where a lock cannot be had: another build may be
/// about to put them back.
pub(super) fn check_no_holders(target: &OutputTarget) -> Result<(), OutputError> {
    match find(target)?.holders.first() {
        Some(holder) => Err(OutputError::while_trying(Action::Replace, holder)(
            ErrorKind::AlreadyExists.into(),
        )),
        None => Ok(()),
    }
}

/// What killed builds left beside an output folder. Both lists are in order of name.
struct Leftovers {
    /// Staging folders and old trees.
    trees: Vec<PathBuf>,
    /// Folders with kept files that are to be put back.
    holders: Vec<PathBuf>,
}

fn find(target: &OutputTarget) -> Result<Leftovers, OutputError> {
    let parent = target.parent();
    let prefix = target.companion_prefix();
    let (mut trees, mut holders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(parent).map_err(OutputError::while_trying(Action::Inspect, parent))? {
        let entry = entry.map_err(OutputError::while_trying(Action::Inspect, parent))?;
        let name = entry.file_name();
        if !name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes())
            || !entry.file_type().is_ok_and(|file_type| file_type.is_dir())
        {
            continue;
        }
        if kept::is_holder(target, &name) {
            holders.push(entry.path());
        } else if is_ours(&entry.path()) {
            trees.push(entry.path());
        }
    }
    trees.sort();
    holders.sort();
    Ok(Leftovers { trees, holders })
}

/// Whether a folder with a companion's name was really made by a build: it has a marker (perhaps still empty), or
/// is empty because the build was killed right after making it or right before removing it.
fn is_ours(folder: &Path) -> bool {
    folder.join(marker::NAME).is_file() || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Whether `path` is a complete old tree that was moved aside.
fn is_old(target: &OutputTarget, path: &Path) -> bool {
    let mut prefix = target.companion_prefix();
    prefix.push("old-");
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes()))
        && marker::is_in(path)
}

/// Removes a folder and its content on all threads. Symbolic links are removed, not followed. A file that is gone
/// already is not an error. The marker is removed last, so that a half-removed tree is still recognized as ours.
pub(super) fn remove_tree(folder: &Path) -> io::Result<()> {
    remove_children(folder, Some(marker::NAME))?;
    ignore_not_found(fs::remove_file(folder.join(marker::NAME)))?;
    ignore_not_found(fs::remove_dir(folder))
}

/// Removes everything in `folder` except `kept`.
fn remove_children(folder: &Path, kept: Option<&str>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?.collect::<io::Result<Vec<_>>>()?,
    };
    entries.into_par_iter().try_for_each(|entry| {
        if kept.is_some_and(|kept| entry.file_name() == kept) {
            return Ok(());
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            remove_children(&path, None)?;
            ignore_not_found(fs::remove_dir(&path))
        } else {
            ignore_not_found(fs::remove_file(&path))
        }
    })
}

/// The result, with [`ErrorKind::NotFound`] as a success.
pub(super) fn ignore_not_found(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
