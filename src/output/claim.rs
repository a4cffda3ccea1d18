//! The right to write to an output folder: held from before the old tree is looked at until the new one is noted.

use super::fault::Fault;
use super::leftover;
use super::lock::Lock;
use super::manifest::{self, Asked, Built, Manifest, Snapshot};
use super::marker;
use super::staging::Stage;
use super::stale::Standing;
use super::stamp::{Stamp, Tree};
use super::target::Target;
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::source::Input;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One output folder, and nobody else's until this is dropped.
#[derive(Debug)]
pub struct Claim {
    pub(super) target: Target,
    pub(super) lock: Lock,
}

/// What came of a build, for the next one.
#[derive(Debug)]
pub struct Account {
    /// What was asked for.
    pub asked: Asked,
    /// Everything that was read or copied, in order of path.
    pub inputs: Vec<Input>,
    /// What was found.
    pub findings: Vec<Diagnostic>,
    /// HTML pages of the tree.
    pub pages: usize,
    /// The hash of all that figures are made from.
    pub figures: u64,
    /// The files of the tree without the marker.
    pub files: Vec<(String, Built)>,
}

/// The old tree as it stands in the output folder.
#[derive(Debug)]
pub struct Disk<'m> {
    pub(super) files: BTreeMap<&'m str, Standing>,
    /// Whether folders are as they were left, so that nothing was put there or taken away.
    pub is_tidy: bool,
}

impl Claim {
    /// Claims `out`, the output folder of the site in `site`, and removes what killed builds left beside it.
    ///
    /// # Errors
    /// As [`Stage::open`].
    pub fn take(site: &Path, out: &Path) -> Result<Self, Fault> {
        let target = Target::new(site, out)?;
        let lock = Lock::take(&target)?;
        if lock.is_exclusive() {
            leftover::clear(&target)?;
        }
        Ok(Self { target, lock })
    }

    /// Starts a new tree beside the old one.
    ///
    /// # Errors
    /// [`Fault::World`] when the folder for it cannot be made.
    pub fn stage(self) -> Result<Stage, Fault> {
        Stage::begin(self)
    }

    /// Compares the old tree with its manifest.
    #[must_use]
    pub fn look<'m>(&self, manifest: &'m Manifest) -> Disk<'m> {
        let tree = Tree::new(self.target.folder());
        let files = manifest.snapshot.files.par_iter();
        let files: Vec<(&str, Standing)> = files
            .map(|(path, stamp)| (path.as_str(), Standing::of(*stamp, tree.file(path))))
            .collect();
        Disk {
            files: files.into_iter().collect(),
            is_tidy: tree.all_are(&manifest.snapshot.others, Tree::other),
        }
    }

    /// Writes down what came of a build, once its tree is in place. What cannot be written is not missed: the next
    /// build then makes everything.
    pub fn note(self, account: Account) {
        let mut files = account.files;
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let others = self.others(&files);
        let (stamps, prints): (Vec<(String, Stamp)>, Vec<Fingerprint>) = files
            .into_iter()
            .map(|(path, built)| ((path, built.stamp), built.print))
            .unzip();
        let snapshot = Snapshot::new(
            account.asked,
            account.inputs,
            &account.findings,
            (account.pages, account.figures),
            stamps,
            others,
        );
        if manifest::write(&self.target, &snapshot, &prints).is_err() {
            manifest::remove(&self.target);
        }
    }

    /// The stamps of the tree's folders and of its marker. One that is not to be seen gets a stamp that nothing has.
    fn others(&self, files: &[(String, Built)]) -> Vec<(String, Stamp)> {
        let mut names: BTreeSet<&str> = BTreeSet::from(["", marker::NAME]);
        for (path, _) in files {
            names.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
        }
        let tree = Tree::new(self.target.folder());
        let names: Vec<&str> = names.into_iter().collect();
        names
            .into_par_iter()
            .map(|name| (name.to_owned(), tree.other(name).unwrap_or_default()))
            .collect()
    }

    /// This claim, for a value that outlives its first holder.
    pub(super) fn hand_over(&mut self) -> Self {
        Self {
            target: self.target.clone(),
            lock: self.lock.hand_over(),
        }
    }
}

/// What an earlier build left, looked at without claiming anything.
#[derive(Debug)]
pub struct Past {
    target: Option<Target>,
    /// The manifest of the tree, or why there is none to go by.
    pub manifest: Result<Manifest, manifest::Clean>,
}

impl Past {
    /// Nothing, for a build from nothing.
    #[must_use]
    pub const fn forgotten(why: manifest::Clean) -> Self {
        Self {
            target: None,
            manifest: Err(why),
        }
    }

    /// Reads what is known of the tree in `out`, the output folder of the site in `site`.
    #[must_use]
    pub fn read(site: &Path, out: &Path, asked: &Asked) -> Self {
        let forgotten = Self::forgotten(manifest::Clean::NoManifest);
        // Asking for the target of a folder that is not there would make those above it.
        if !out.is_dir() {
            return forgotten;
        }
        // A folder that may not be replaced is told when it is claimed.
        let Ok(target) = Target::new(site, out) else {
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
    pub fn is_whole(&self) -> bool {
        let (Some(target), Ok(manifest)) = (&self.target, &self.manifest) else {
            return false;
        };
        let tree = Tree::new(target.folder());
        leftover::is_none(target)
            && tree.all_are(&manifest.snapshot.others, Tree::other)
            && tree.all_are(&manifest.snapshot.files, Tree::file)
    }
}
