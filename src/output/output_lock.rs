//! The lock on an output folder: held from before the old tree is inspected until the new one is recorded.

use super::error::{Action, OutputError};
use super::file_lock::FileLock;
use super::foreign::NamesDigest;
use super::known_names::has_known_names_only;
use super::leftovers;
use super::manifest::{self, BuildOptions, BuiltFile, Manifest, SiteDigests, Snapshot};
use super::marker;
use super::stale::{FileState, TreeState};
use super::stat::{DirHandle, EntryStat};
use super::target::OutputTarget;
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::paths::OutputPath;
use crate::source::Input;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization as _;

/// Exclusive access to one output folder until this is dropped.
#[derive(Debug)]
pub struct OutputLock {
    pub(super) target: OutputTarget,
    pub(super) file_lock: FileLock,
}

/// The record of a build, for the next build.
#[derive(Debug)]
pub struct BuildRecord {
    /// The options of the build.
    pub options: BuildOptions,
    /// Every file that was read or copied, sorted by path.
    pub inputs: Vec<Input>,
    /// The findings of the build.
    pub findings: Vec<Diagnostic>,
    /// The number of HTML pages in the tree.
    pub pages: usize,
    /// What the files were made from.
    pub digests: SiteDigests,
    /// The files of the tree without the marker, sorted by path.
    pub files: Vec<(String, BuiltFile)>,
}

impl BuildRecord {
    /// The digest of the tree's files, as [`manifest::files_digest`] makes it.
    pub(super) fn files_digest(&self) -> u64 {
        manifest::files_digest(self.files.iter().map(|(path, built)| (path.as_str(), built.stat)))
    }

    /// The paths of the tree's folders, of its top (an empty path) and of its marker, in order.
    pub(super) fn folders(&self) -> Vec<String> {
        let mut folders = vec!["", marker::NAME];
        let mut former = "";
        for (path, _) in &self.files {
            let above = path.match_indices('/').map(|(index, _)| &path[..index]);
            // The files of a folder follow each other.
            let is_new = |folder: &&str| !former.strip_prefix(*folder).is_some_and(|rest| rest.starts_with('/'));
            folders.extend(above.filter(is_new));
            former = path;
        }
        folders.sort_unstable();
        folders.into_iter().map(str::to_owned).collect()
    }
}

/// The files that may be in an output folder, for when the marker does not vouch for all of them.
#[derive(Default)]
pub(crate) struct KnownFiles<'k> {
    /// What is remembered of the last build from here.
    pub manifest: Option<&'k Manifest>,
    /// The files of the new tree, in any order.
    pub planned: Vec<&'k str>,
}

impl KnownFiles<'_> {
    /// The names of the files of the tree whose marker has this `digest`. When the manifest is of another tree, those of
    /// the new tree: what is in their place is replaced, as it would be by any build.
    fn names(&self, digest: Option<NamesDigest>) -> BTreeSet<String> {
        let recorded = self.manifest.map(|manifest| manifest.snapshot.file_names());
        let recorded = recorded.filter(|names| digest == Some(NamesDigest::of_all(names.iter().map(String::as_str))));
        recorded.unwrap_or_else(|| self.planned.iter().map(|name| name.nfc().collect()).collect())
    }
}

impl OutputLock {
    /// Locks `out`, the output folder of the site in `site`, in which nothing but the site is kept.
    ///
    /// # Errors
    /// As [`Self::acquire_keeping`].
    pub fn acquire(site: &Path, out: &Path) -> Result<Self, OutputError> {
        Self::acquire_keeping(site, out, &[])
    }

    /// Locks `out`, the output folder of the site in `site`. Puts back the kept files that a killed build took out of it,
    /// and removes the leftovers of killed builds beside it. `kept` are the paths in `out`, with `/`, of the files and
    /// folders that are not the site's and stay.
    ///
    /// # Errors
    /// [`OutputError::NotOurs`] when a build may not replace `out`, [`OutputError::Busy`] when another build is writing
    /// to it, [`OutputError::Io`] when `out` or its lock cannot be read or made.
    pub fn acquire_keeping(site: &Path, out: &Path, kept: &[String]) -> Result<Self, OutputError> {
        let target = OutputTarget::resolve(site, out, kept)?;
        let file_lock = FileLock::acquire(&target)?;
        if file_lock.is_exclusive() {
            leftovers::clear(&target)?;
        } else {
            leftovers::check_no_holders(&target)?;
        }
        Ok(Self { target, file_lock })
    }

    /// Refuses an output folder with files that no build made.
    ///
    /// # Errors
    /// [`OutputError::Foreign`], which names them, and [`OutputError::Io`] when a folder cannot be listed.
    pub(crate) fn check_no_foreign_files(&self, known: &KnownFiles<'_>) -> Result<(), OutputError> {
        let out = self.target.folder();
        let inspect = || OutputError::while_trying(Action::Inspect, out);
        // Without a marker, the folder is absent, or empty except for what is kept.
        if !marker::is_in(out) {
            return Ok(());
        }
        let (tree, digest) = (self.target.tree(), marker::digest(out));
        if known
            .manifest
            .is_some_and(|last| has_known_names_only(&tree, &last.snapshot))
        {
            return Ok(());
        }
        if digest == Some(tree.names_digest().map_err(inspect())?) {
            return Ok(());
        }
        let names = tree.unknown_files(&known.names(digest)).map_err(inspect())?;
        if names.is_empty() {
            return Ok(());
        }
        Err(OutputError::Foreign {
            out: out.to_owned(),
            names,
        })
    }

    /// The folder in the site's cache for what is remembered of the output folder.
    #[must_use]
    pub fn cache_folder(&self) -> &Path {
        self.target.cache().path()
    }

    /// Compares the old tree with its manifest, unless that was done before the lock was taken.
    #[must_use]
    pub(crate) fn tree_state(&self, past: &PreviousBuild) -> Option<TreeState> {
        let snapshot = &past.manifest.as_ref().ok()?.snapshot;
        let tree = DirHandle::new(self.target.folder());
        let known = past.examined.get().filter(|known| known.is_of(&tree));
        let anew = known.is_none().then(|| ExaminedTree::new(&tree, snapshot));
        let examined = known.or(anew.as_ref())?;
        Some(TreeState {
            files: examined.files.clone(),
            has_same_folders: examined.has_same_folders,
        })
    }

    /// The bytes of a file of the tree. `None` when it cannot be read.
    #[must_use]
    pub(crate) fn read_output(&self, output: &OutputPath) -> Option<Vec<u8>> {
        fs::read(self.target.folder().join(output.as_str())).ok()
    }

    /// The paths of the files of the tree, when it is that of the last build with these options and nobody changed it.
    #[must_use]
    pub(crate) fn verified_files(&self, options: &BuildOptions) -> Option<Vec<String>> {
        let snapshot = Manifest::read(&self.target, options).ok()?.snapshot;
        let tree = DirHandle::new(self.target.folder());
        let is_whole = ExaminedTree::new(&tree, &snapshot).is_whole();
        is_whole.then(|| snapshot.files.into_iter().map(|(path, _)| path).collect())
    }

    /// Writes the record of a build, once its tree is in place. A failure is ignored: the next build is then a full
    /// rebuild.
    pub fn save_record(&self, record: BuildRecord) {
        let folder_stats = DirHandle::new(self.target.folder()).folder_stats(&record.folders());
        self.save_record_with_folders(record, folder_stats);
    }

    /// [`Self::save_record`] with the stats of the tree's folders and of its marker, in order of path.
    pub(super) fn save_record_with_folders(&self, record: BuildRecord, folder_stats: Vec<(String, EntryStat)>) {
        let (file_stats, fingerprints): (Vec<(String, EntryStat)>, Vec<Fingerprint>) = record
            .files
            .into_iter()
            .map(|(path, built)| ((path, built.stat), built.fingerprint))
            .unzip();
        let snapshot = Snapshot::new(
            record.options,
            record.inputs,
            &record.findings,
            (record.pages, record.digests),
            file_stats,
            folder_stats,
        );
        if manifest::write(&self.target, &snapshot, &fingerprints).is_err() {
            manifest::remove(&self.target);
        }
    }

    /// Moves this lock out, for a value that outlives its first holder.
    pub(super) fn hand_over(&mut self) -> Self {
        Self {
            target: self.target.clone(),
            file_lock: self.file_lock.hand_over(),
        }
    }
}

/// A tree as it was compared with its manifest. What somebody changes after that, the next build finds.
#[derive(Debug)]
struct ExaminedTree {
    /// The states of its files, in the order of the manifest.
    files: Vec<FileState>,
    has_same_folders: bool,
    /// The stats of its top folder and of its marker. A tree that a build puts in its place has other ones.
    top: [Option<EntryStat>; 2],
}

impl ExaminedTree {
    fn new(tree: &DirHandle, snapshot: &Snapshot) -> Self {
        let top = Self::top(tree);
        let files = snapshot.files.par_iter();
        let files = files.map(|(path, stat)| FileState::compare(*stat, tree.stat_file(path)));
        Self {
            files: files.collect(),
            has_same_folders: tree.all_match(&snapshot.folders),
            top,
        }
    }

    fn top(tree: &DirHandle) -> [Option<EntryStat>; 2] {
        ["", marker::NAME].map(|path| tree.stat(path))
    }

    /// Whether this is still the same tree.
    fn is_of(&self, tree: &DirHandle) -> bool {
        self.top == Self::top(tree)
    }

    fn is_whole(&self) -> bool {
        self.has_same_folders && self.files.iter().all(|state| *state == FileState::Unchanged)
    }
}

/// The previous build, as read without the lock.
#[derive(Debug)]
pub(crate) struct PreviousBuild {
    target: Option<OutputTarget>,
    /// The tree, once it was looked at.
    examined: OnceLock<ExaminedTree>,
    /// The manifest of the tree, or why it cannot be used.
    pub manifest: Result<Manifest, manifest::FullRebuildReason>,
}

impl PreviousBuild {
    /// A previous build that cannot be used: the build is a full rebuild.
    #[must_use]
    pub(crate) const fn unusable(why: manifest::FullRebuildReason) -> Self {
        Self {
            target: None,
            examined: OnceLock::new(),
            manifest: Err(why),
        }
    }

    /// Reads the manifest of the tree in `out`, the output folder of the site in `site`.
    #[must_use]
    pub(crate) fn read(site: &Path, out: &Path, options: &BuildOptions) -> Self {
        let unusable = Self::unusable(manifest::FullRebuildReason::NoManifest);
        // Resolving a folder that does not exist would create its parents.
        if !out.is_dir() {
            return unusable;
        }
        // A folder that may not be replaced is reported when it is locked.
        let Ok(target) = OutputTarget::resolve(site, out, &[]) else {
            return unusable;
        };
        let manifest = Manifest::read(&target, options);
        Self {
            target: Some(target),
            examined: OnceLock::new(),
            manifest,
        }
    }

    /// Whether every file and folder of the tree is unchanged, and there are no leftovers of a killed build beside it.
    #[must_use]
    pub(crate) fn is_whole(&self) -> bool {
        let (Some(target), Ok(manifest)) = (&self.target, &self.manifest) else {
            return false;
        };
        let examine = || ExaminedTree::new(&DirHandle::new(target.folder()), &manifest.snapshot);
        self.examined.get_or_init(examine).is_whole() && leftovers::has_none(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_once_whatever_lies_between_its_files() {
        let paths = ["a-b/x", "a.html", "a/b/c", "a/b/d/e", "a/f", "ab/x", "b"];
        let built = BuiltFile {
            fingerprint: Fingerprint::default(),
            stat: EntryStat::default(),
        };
        let record = BuildRecord {
            options: BuildOptions::default(),
            inputs: Vec::new(),
            findings: Vec::new(),
            pages: 0,
            digests: SiteDigests::default(),
            files: paths.map(|path| (path.to_owned(), built.clone())).into(),
        };
        assert!(record.files.is_sorted_by_key(|(path, _)| path));
        assert_eq!(record.folders(), ["", ".xiangyin", "a", "a-b", "a/b", "a/b/d", "ab"]);
    }
}
