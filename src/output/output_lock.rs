//! The right to write to an output folder: held from before the old tree is looked at until the new one is noted.

use super::error::OutputError;
use super::file_lock::FileLock;
use super::leftovers;
use super::manifest::{self, BuildOptions, BuiltFile, Manifest, Snapshot};
use super::marker;
use super::stale::{FileState, TreeState};
use super::stat::{DirHandle, EntryStat};
use super::target::OutputTarget;
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::source::Input;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// One output folder, and nobody else's until this is dropped.
#[derive(Debug)]
pub struct OutputLock {
    pub(super) target: OutputTarget,
    pub(super) file_lock: FileLock,
}

/// What came of a build, for the next one.
#[derive(Debug)]
pub struct BuildRecord {
    /// What was asked for.
    pub options: BuildOptions,
    /// Everything that was read or copied, in order of path.
    pub inputs: Vec<Input>,
    /// What was found.
    pub findings: Vec<Diagnostic>,
    /// HTML pages of the tree.
    pub pages: usize,
    /// The hash of all that figures are made from.
    pub figures_hash: u64,
    /// The files of the tree without the marker.
    pub files: Vec<(String, BuiltFile)>,
}

impl OutputLock {
    /// Claims `out`, the output folder of the site in `site`, and removes what killed builds left beside it.
    ///
    /// # Errors
    /// [`OutputError::NotOurs`] when a build may not replace `out`, [`OutputError::Busy`] when another build is writing
    /// to it, [`OutputError::Io`] when `out` or its lock cannot be read or made.
    pub fn acquire(site: &Path, out: &Path) -> Result<Self, OutputError> {
        let target = OutputTarget::resolve(site, out)?;
        let lock = FileLock::acquire(&target)?;
        if lock.is_exclusive() {
            leftovers::clear(&target)?;
        }
        Ok(Self {
            target,
            file_lock: lock,
        })
    }

    /// Compares the old tree with its manifest.
    #[must_use]
    pub fn tree_state<'m>(&self, manifest: &'m Manifest) -> TreeState<'m> {
        let tree = DirHandle::new(self.target.folder());
        let files = manifest.snapshot.files.par_iter();
        let files: Vec<(&str, FileState)> = files
            .map(|(path, stamp)| (path.as_str(), FileState::compare(*stamp, tree.stat_file(path))))
            .collect();
        TreeState {
            files: files.into_iter().collect(),
            has_same_folders: tree.all_match(&manifest.snapshot.folders, DirHandle::stat),
        }
    }

    /// Writes down what came of a build, once its tree is in place. What cannot be written is not missed: the next
    /// build then makes everything.
    pub fn save_record(self, account: BuildRecord) {
        let mut files = account.files;
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let others = self.folder_stats(&files);
        let (stamps, prints): (Vec<(String, EntryStat)>, Vec<Fingerprint>) = files
            .into_iter()
            .map(|(path, built)| ((path, built.stat), built.fingerprint))
            .unzip();
        let snapshot = Snapshot::new(
            account.options,
            account.inputs,
            &account.findings,
            (account.pages, account.figures_hash),
            stamps,
            others,
        );
        if manifest::write(&self.target, &snapshot, &prints).is_err() {
            manifest::remove(&self.target);
        }
    }

    /// The stamps of the tree's folders and of its marker. One that is not to be seen gets a stamp that nothing has.
    fn folder_stats(&self, files: &[(String, BuiltFile)]) -> Vec<(String, EntryStat)> {
        let mut names: BTreeSet<&str> = BTreeSet::from(["", marker::NAME]);
        for (path, _) in files {
            names.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
        }
        let tree = DirHandle::new(self.target.folder());
        let names: Vec<&str> = names.into_iter().collect();
        names
            .into_par_iter()
            .map(|name| (name.to_owned(), tree.stat(name).unwrap_or_default()))
            .collect()
    }

    /// This claim, for a value that outlives its first holder.
    pub(super) fn hand_over(&mut self) -> Self {
        Self {
            target: self.target.clone(),
            file_lock: self.file_lock.hand_over(),
        }
    }
}

/// What an earlier build left, looked at without claiming anything.
#[derive(Debug)]
pub(crate) struct PreviousBuild {
    target: Option<OutputTarget>,
    /// The manifest of the tree, or why there is none to go by.
    pub manifest: Result<Manifest, manifest::FullRebuildReason>,
}

impl PreviousBuild {
    /// Nothing, for a build from nothing.
    #[must_use]
    pub(crate) const fn unusable(why: manifest::FullRebuildReason) -> Self {
        Self {
            target: None,
            manifest: Err(why),
        }
    }

    /// Reads what is known of the tree in `out`, the output folder of the site in `site`.
    #[must_use]
    pub(crate) fn read(site: &Path, out: &Path, asked: &BuildOptions) -> Self {
        let forgotten = Self::unusable(manifest::FullRebuildReason::NoManifest);
        // Asking for the target of a folder that is not there would make those above it.
        if !out.is_dir() {
            return forgotten;
        }
        // A folder that may not be replaced is told when it is claimed.
        let Ok(target) = OutputTarget::resolve(site, out) else {
            return forgotten;
        };
        let manifest = Manifest::read(&target, asked);
        Self {
            target: Some(target),
            manifest,
        }
    }

    /// Whether the tree is to the last file and folder as it was left, and nothing of a killed build is beside it.
    #[must_use]
    pub(crate) fn is_whole(&self) -> bool {
        let (Some(target), Ok(manifest)) = (&self.target, &self.manifest) else {
            return false;
        };
        let tree = DirHandle::new(target.folder());
        leftovers::has_none(target)
            && tree.all_match(&manifest.snapshot.folders, DirHandle::stat)
            && tree.all_match(&manifest.snapshot.files, DirHandle::stat_file)
    }
}
