//! A spare copy of the tree, so that the work after an edit grows with the edit and not with the site.
//!
//! Role: a tree is replaced as a whole, so every build needs a second one. To link and to remove tens of thousands of
//! files takes longer than to make the few that an edit changes. So after such an edit the old tree is not removed: what
//! changed is linked into it, and it is kept in the site's cache, file for file the same as the new one. The next build
//! changes it and exchanges the two.
//!
//! A tree is kept only when it then has the names of the new one and all its files are links, and used only while its record
//! says that it is a copy of the tree in the manifest and when its folders last changed; the record is removed before the
//! copy is touched. While the folders of the tree and those of the copy are as they were, each name in them stands for the
//! same file, so that the files of the tree need be looked at only once. Otherwise each file of the copy is compared with
//! the manifest, too. Without a copy, the tree is linked anew.

use super::cache::CacheFolder;
use super::foreign::Tree;
use super::known_names::has_known_names_only;
use super::leftovers::{ignore_not_found, remove_tree};
use super::manifest::Snapshot;
use super::marker;
use super::stat::{DirHandle, EntryStat};
use super::target::{OutputTarget, is_inside_tree};
use crate::fingerprint;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The copy's folder in the cache of its output folder.
pub(crate) const FOLDER: &str = "spare";
/// The name of its record.
const RECORD: &str = "spare-record";
/// The record's name while it is written.
const TEMPORARY_RECORD: &str = "spare-record-new";

/// What a build changed in the tree: paths in it, with `/`.
#[derive(Debug)]
pub(crate) struct TreeChanges<'c> {
    /// The files that were made.
    pub made: Vec<&'c str>,
    /// The files of the old tree that are not in the new one.
    pub removed: Vec<&'c str>,
    /// What the old tree was, when it is worth keeping: few files changed, and its folders are as they were built.
    pub old: Option<&'c Snapshot>,
}

impl TreeChanges<'_> {
    /// The folders that have another stat in the new tree: those of files that were made or removed, and all above; what the
    /// exchange of the trees changes, the top and the marker; and those above kept files.
    pub(super) fn touched_folders<'t>(&'t self, target: &'t OutputTarget) -> BTreeSet<&'t str> {
        let kept = target.kept().iter().map(String::as_str);
        let changed = self.made.iter().chain(&self.removed).copied().chain(kept);
        let above = changed.flat_map(|path| path.match_indices('/').map(|(index, _)| &path[..index]));
        above.chain(["", marker::NAME]).collect()
    }
}

/// What a copy is of.
#[derive(Debug, Serialize, Deserialize)]
struct SpareRecord {
    /// The digest of the files of the tree (`manifest::files_digest`).
    files: u64,
    /// The stats of its folders and its marker.
    folders: Vec<(String, EntryStat)>,
}

/// Moves the copy of the tree whose files have this digest to `folder`. Returns the stats of its folders and of its marker.
/// `None` when there was no copy.
pub(super) fn take(target: &OutputTarget, files: u64, folder: &Path) -> Option<Vec<(String, EntryStat)>> {
    let cache = target.cache();
    let record = read_record(cache);
    cache.remove(RECORD);
    let copy = cache.subfolder(FOLDER).ok()?;
    let usable = record.filter(|record| record.files == files && DirHandle::new(&copy).all_match(&record.folders));
    if let Some(record) = usable
        && fs::rename(&copy, folder).is_ok()
    {
        return Some(record.folders);
    }
    // What cannot be removed is removed by a later build.
    let _ = remove_tree(&copy);
    None
}

/// Makes the `old` tree equal to that in `target`, whose files have the digest `files`, and keeps it. `folders` are the paths
/// of the tree's folders and of its marker. Removes it when it is not worth keeping, when files cannot be linked, and when it
/// has files that the manifest did not know: those of a killed build, or of another computer.
///
/// # Errors
/// When it cannot be removed.
pub(super) fn keep(
    target: &OutputTarget,
    old: &Path,
    changes: &TreeChanges<'_>,
    files: u64,
    folders: &[String],
) -> io::Result<()> {
    remove_empty_folders_of_kept(target, old);
    let tree = Tree {
        folder: old,
        ignored: BTreeSet::from([marker::NAME]),
    };
    let known = changes.old.filter(|snapshot| has_known_names_only(&tree, snapshot));
    let moved = known.map(|snapshot| {
        copy_changes(target.folder(), old, changes)?;
        Ok::<_, io::Error>((move_to_cache(target.cache(), old)?, snapshot))
    });
    let Some(Ok((copy, snapshot))) = moved else {
        return ignore_not_found(remove_tree(old));
    };
    let touched = changes.touched_folders(target);
    let record = SpareRecord {
        files,
        folders: DirHandle::new(&copy).folder_stats_knowing(folders, &snapshot.folders, &touched),
    };
    write_record(target.cache(), &record);
    Ok(())
}

/// Removes the folders of a tree in which nothing was but kept files, which are in the new tree now.
fn remove_empty_folders_of_kept(target: &OutputTarget, tree: &Path) {
    for path in target.kept() {
        // A folder that is not empty stays, and so do those above it.
        let _ = path
            .rmatch_indices('/')
            .try_for_each(|(index, _)| fs::remove_dir(tree.join(&path[..index])));
    }
}

/// Removes files of a tree, and folders that are then empty.
pub(super) fn remove_files<'p>(tree: &Path, paths: impl IntoIterator<Item = &'p str>) -> io::Result<()> {
    for path in paths {
        // The names of a former tree come from a file.
        if !is_inside_tree(path) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let path = tree.join(path);
        ignore_not_found(fs::remove_file(&path))?;
        let above = path.ancestors().skip(1).take_while(|folder| *folder != tree);
        for folder in above {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
    Ok(())
}

/// Links what changed in the tree `new` into the tree `old`.
fn copy_changes(new: &Path, old: &Path, changes: &TreeChanges<'_>) -> io::Result<()> {
    remove_files(old, changes.removed.iter().copied())?;
    changes.made.par_iter().try_for_each(|path| {
        let to = old.join(path);
        ignore_not_found(fs::remove_file(&to))?;
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::hard_link(new.join(path), to)
    })?;
    marker::link(new, old)
}

/// Moves a tree to its place in the cache.
fn move_to_cache(cache: &CacheFolder, tree: &Path) -> io::Result<PathBuf> {
    cache.make()?;
    let copy = cache.subfolder(FOLDER)?;
    remove_tree(&copy)?;
    fs::rename(tree, &copy)?;
    Ok(copy)
}

fn read_record(cache: &CacheFolder) -> Option<SpareRecord> {
    let bytes = cache.read(RECORD).ok()?;
    let (checksum, body) = bytes.split_first_chunk()?;
    (u64::from_le_bytes(*checksum) == fingerprint::hash_bytes(body)).then(|| postcard::from_bytes(body).ok())?
}

/// Writes the record of a copy. Without one, the copy is not used.
fn write_record(cache: &CacheFolder, record: &SpareRecord) {
    if let Ok(body) = postcard::to_stdvec(record) {
        let bytes = [&fingerprint::hash_bytes(&body).to_le_bytes(), &body[..]].concat();
        let _ = cache.write(RECORD, TEMPORARY_RECORD, &bytes);
    }
}
