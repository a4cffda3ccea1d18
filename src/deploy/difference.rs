//! What must travel: the built site compared with what lies at a destination.

use super::error::PublishError;
use super::inventory::{Inventory, PUBLISHED, PUBLISHING};
use super::local::LocalFile;
use super::lock;
use super::order::Phase;
use super::storage::Listing;
use crate::source::is_own_temporary;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a destination before a publication.
#[derive(Debug)]
pub(super) struct DestinationState<'d> {
    /// What lies there.
    pub(super) listing: &'d Listing,
    /// What was published. Empty when nothing was, or nobody knows.
    pub(super) inventory: &'d Inventory,
    /// What killed publications were about to write.
    pub(super) publishing: &'d BTreeSet<String>,
    /// Paths of files and folders that the site's settings keep beside it.
    pub(super) keep: &'d [String],
    /// Whether everything there counts as the site's.
    pub(super) is_taken_over: bool,
}

/// A file that travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload<'f> {
    pub(super) file: &'f LocalFile,
    pub(super) phase: Phase,
    /// Whether there is no file at its path.
    pub(super) is_new: bool,
}

/// What a publication does.
#[derive(Debug, Default)]
pub(super) struct Difference<'f> {
    /// The site's files that must go before others can be written: a file where a folder will be, and the reverse.
    pub(super) blockers: Vec<String>,
    /// The files that travel, in order of path.
    pub(super) uploads: Vec<Upload<'f>>,
    /// The files that are there already.
    pub(super) kept: usize,
    /// The site's files that are no longer published.
    pub(super) deletions: Vec<String>,
    /// Foreign files in the place of the site's files.
    pub(super) conflicts: BTreeSet<String>,
    /// Other foreign files. They stay.
    pub(super) foreign: Vec<String>,
}

/// Whether a name is that of a file by which publications are kept in order.
pub(super) fn is_internal(path: &str) -> bool {
    [PUBLISHED, PUBLISHING, lock::NAME].contains(&path) || is_temporary(path)
}

/// Whether a path is that of a temporary file.
pub(super) fn is_temporary(path: &str) -> bool {
    is_own_temporary(path.rsplit('/').next().unwrap_or(path))
}

impl<'f> Difference<'f> {
    /// Compares `files` with a destination. `has_same_bytes` reads the file at the path of a file there; it is asked only
    /// about those that the inventory does not vouch for.
    ///
    /// # Errors
    /// Those of `has_same_bytes`.
    pub(super) fn new(
        files: &'f [LocalFile],
        state: &DestinationState<'_>,
        has_same_bytes: impl Fn(&LocalFile) -> Result<bool, PublishError> + Sync,
    ) -> Result<Self, PublishError> {
        let states: Vec<FileState> = files
            .par_iter()
            .map(|file| FileState::of(file, state, &has_same_bytes))
            .collect::<Result<_, _>>()?;
        let mut difference = Self::default();
        for (file, found) in files.iter().zip(states) {
            match found {
                FileState::Same => difference.kept += 1,
                FileState::Missing => difference.uploads.push(Upload::new(file, true)),
                FileState::Other if state.is_ours(&file.path) => difference.uploads.push(Upload::new(file, false)),
                FileState::Other => {
                    difference.conflicts.insert(file.path.clone());
                }
            }
        }
        difference.sort_others(files, state);
        Ok(difference)
    }

    /// Decides about everything at the destination that has not the path of one of `files`.
    fn sort_others(&mut self, files: &[LocalFile], state: &DestinationState<'_>) {
        let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let folders: BTreeSet<&str> = paths.iter().flat_map(|path| ancestors(path)).collect();
        // Some disks take upper and lower case for the same.
        let folded: BTreeMap<String, &str> = paths.iter().map(|path| (path.to_lowercase(), *path)).collect();
        for path in state.listing.keys().map(String::as_str) {
            if paths.contains(path) || is_internal(path) {
                continue;
            }
            let is_in_the_way = folders.contains(path)
                || ancestors(path).any(|folder| paths.contains(folder))
                || folded.contains_key(&path.to_lowercase());
            match (state.is_ours(path), is_in_the_way) {
                (true, true) => self.blockers.push(path.to_owned()),
                (true, false) => self.deletions.push(path.to_owned()),
                (false, true) => {
                    self.conflicts.insert(path.to_owned());
                }
                (false, false) if !state.is_kept(path) => self.foreign.push(path.to_owned()),
                (false, false) => {}
            }
        }
    }

    /// The difference, unless foreign files are in the place of the site's.
    ///
    /// # Errors
    /// [`PublishError::Foreign`] with their names.
    pub(super) fn without_conflicts(mut self) -> Result<Self, PublishError> {
        let names: Vec<String> = std::mem::take(&mut self.conflicts).into_iter().collect();
        match names.is_empty() {
            true => Ok(self),
            false => Err(PublishError::Foreign { names }),
        }
    }

    /// The number of bytes that travel.
    pub(super) fn bytes(&self) -> u64 {
        self.uploads.iter().map(|upload| upload.file.size).sum()
    }

    /// Whether the destination has the site already.
    pub(super) fn is_empty(&self) -> bool {
        self.uploads.is_empty() && self.blockers.is_empty() && self.deletions.is_empty()
    }
}

impl<'f> Upload<'f> {
    fn new(file: &'f LocalFile, is_new: bool) -> Self {
        Self {
            file,
            phase: Phase::of(&file.path, is_new),
            is_new,
        }
    }
}

/// How a file's path is at the destination.
enum FileState {
    /// The same bytes are there.
    Same,
    /// Nothing is there.
    Missing,
    /// Other bytes, or a link, are there.
    Other,
}

impl FileState {
    fn of(
        file: &LocalFile,
        state: &DestinationState<'_>,
        has_same_bytes: &impl Fn(&LocalFile) -> Result<bool, PublishError>,
    ) -> Result<Self, PublishError> {
        let Some(entry) = state.listing.get(&file.path) else {
            return Ok(Self::Missing);
        };
        if !entry.is_file || entry.size != file.size {
            return Ok(Self::Other);
        }
        let published = state.inventory.files.get(&file.path);
        let is_vouched_for = !state.publishing.contains(&file.path)
            && published.is_some_and(|published| (published.size, published.hash) == (file.size, file.hash));
        Ok(if is_vouched_for || has_same_bytes(file)? {
            Self::Same
        } else {
            Self::Other
        })
    }
}

impl DestinationState<'_> {
    /// Whether the file at `path` was published by us, or counts as such.
    fn is_ours(&self, path: &str) -> bool {
        let is_known = self.inventory.files.contains_key(path) || self.publishing.contains(path);
        is_known || self.is_taken_over && !self.is_kept(path)
    }

    /// Whether the settings keep the file at `path`.
    fn is_kept(&self, path: &str) -> bool {
        let is_below = |kept: &String| {
            path.strip_prefix(kept.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.keep.iter().any(is_below)
    }
}

/// The folders that `path` lies in.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::inventory::Published;
    use super::super::storage::Entry;
    use super::*;

    fn file(path: &str, hash: u128) -> LocalFile {
        LocalFile {
            path: path.to_owned(),
            disk_path: path.into(),
            size: 1,
            hash,
        }
    }

    /// The difference between files with these hashes, and a destination with files of which some are published.
    fn summary(
        local: &[(&str, u128)],
        there: &[(&str, u128)],
        published: &[(&str, u128)],
        is_taken_over: bool,
    ) -> String {
        let files: Vec<LocalFile> = local.iter().map(|(path, hash)| file(path, *hash)).collect();
        let entry = Entry { size: 1, is_file: true };
        let listing: Listing = there.iter().map(|(path, _)| ((*path).to_owned(), entry)).collect();
        let published = published
            .iter()
            .map(|(path, hash)| ((*path).to_owned(), Published { size: 1, hash: *hash }));
        let state = DestinationState {
            listing: &listing,
            inventory: &Inventory {
                site: 0,
                files: published.collect(),
            },
            publishing: &BTreeSet::from(["pending".to_owned()]),
            keep: &["uploads".to_owned()],
            is_taken_over,
        };
        let same = |file: &LocalFile| Ok(there.contains(&(file.path.as_str(), file.hash)));
        let found = Difference::new(&files, &state, same).unwrap();
        let uploads: Vec<&str> = found.uploads.iter().map(|upload| upload.file.path.as_str()).collect();
        format!(
            "{} kept, {uploads:?}, blocked {:?}, deleted {:?}, conflicts {:?}, foreign {:?}",
            found.kept, found.blockers, found.deletions, found.conflicts, found.foreign
        )
    }

    #[test]
    fn only_own_files_are_replaced_or_deleted() {
        let there = [
            ("a", 1),
            ("b", 1),
            ("gone", 1),
            ("mine", 9),
            ("pending", 9),
            ("uploads/x", 9),
        ];
        let published = [("a", 1), ("b", 1), ("gone", 1)];
        assert_eq!(
            summary(
                &[("a", 1), ("b", 2), ("new", 3), ("pending", 3)],
                &there,
                &published,
                false
            ),
            r#"1 kept, ["b", "new", "pending"], blocked [], deleted ["gone"], conflicts {}, foreign ["mine"]"#
        );
        assert_eq!(
            summary(&[("a", 1), ("mine", 3)], &there, &[], false),
            r#"1 kept, [], blocked [], deleted ["pending"], conflicts {"mine"}, foreign ["b", "gone"]"#
        );
        assert_eq!(
            summary(&[("a", 1), ("mine", 3)], &there, &[], true),
            r#"1 kept, ["mine"], blocked [], deleted ["b", "gone", "pending"], conflicts {}, foreign []"#
        );
    }

    #[test]
    fn what_is_in_the_way_of_a_file_or_folder_goes_first_if_it_is_ours() {
        let there = [("a", 1), ("b/c", 1), ("D", 1)];
        assert_eq!(
            summary(&[("a/x", 1), ("b", 1), ("d", 1)], &there, &there, false),
            r#"0 kept, ["a/x", "b", "d"], blocked ["D", "a", "b/c"], deleted [], conflicts {}, foreign []"#
        );
        assert_eq!(
            summary(&[("a/x", 1), ("b", 1), ("d", 1)], &there, &[], false),
            r#"0 kept, ["a/x", "b", "d"], blocked [], deleted [], conflicts {"D", "a", "b/c"}, foreign []"#
        );
    }
}
