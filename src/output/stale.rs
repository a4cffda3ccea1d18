//! Which files of the tree must be made, and why: compares plan, manifest and disk.

use super::manifest::{BuiltFile, FullRebuildReason, Manifest};
use super::stat::EntryStat;
use crate::fingerprint::Fingerprint;
use crate::paths::OutputPath;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Why a file is made or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaleReason {
    /// The old tree is not used.
    FullRebuild(FullRebuildReason),
    /// The old tree has no such file.
    New,
    /// Its content changed. Holds the names of the parts of its fingerprint that differ.
    Changed(Vec<String>),
    /// Somebody removed it from the output folder.
    Missing,
    /// Somebody changed it in the output folder.
    Altered,
    /// Its source is gone; the file is removed.
    Gone,
}

impl StaleReason {
    /// Its name in JSON, and the last part of the key of its words.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::FullRebuild(clean) => clean.as_str(),
            Self::New => "new",
            Self::Changed(_) => "changed",
            Self::Missing => "missing",
            Self::Altered => "altered",
            Self::Gone => "gone",
        }
    }

    /// The names of the parts of its fingerprint that differ; empty for other reasons.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        match self {
            Self::Changed(parts) => parts,
            _ => &[],
        }
    }
}

/// The state of a built file in the output folder now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileState {
    Unchanged,
    Missing,
    Altered,
}

impl FileState {
    /// Compares the stat of a file after it was built with its stat now.
    pub(super) fn compare(built: EntryStat, found: Option<EntryStat>) -> Self {
        match found {
            None => Self::Missing,
            Some(found) if found == built => Self::Unchanged,
            Some(_) => Self::Altered,
        }
    }
}

/// The state of the old tree in the output folder now.
#[derive(Debug)]
pub(crate) struct TreeState {
    /// The states of its files, in the order of the manifest.
    pub(super) files: Vec<FileState>,
    /// Whether the folders are unchanged, so that no file was added or removed.
    pub(super) has_same_folders: bool,
}

/// The old tree as it was built and as it is now. Its files are numbered in the order of the manifest, so that a planned file
/// is looked up by its path once.
#[derive(Debug)]
pub(crate) struct PreviousTree<'m> {
    files: &'m [(String, EntryStat)],
    fingerprints: Vec<Fingerprint>,
    state: TreeState,
    indices: FxHashMap<&'m str, usize>,
}

impl<'m> PreviousTree<'m> {
    /// The tree of `manifest`, in this `state`. `None` when the manifest's fingerprints are damaged.
    #[must_use]
    pub(crate) fn new(manifest: &'m Manifest, state: TreeState) -> Option<Self> {
        let files = manifest.snapshot.files.as_slice();
        let indices = files
            .iter()
            .enumerate()
            .map(|(index, (path, _))| (path.as_str(), index));
        Some(Self {
            files,
            fingerprints: manifest.fingerprints()?,
            state,
            indices: indices.collect(),
        })
    }

    /// The number of the file at this path.
    #[must_use]
    pub(crate) fn index_of(&self, output: &OutputPath) -> Option<usize> {
        self.indices.get(output.as_str()).copied()
    }

    /// The fingerprint of a file.
    #[must_use]
    pub(crate) fn fingerprint(&self, index: usize) -> &Fingerprint {
        &self.fingerprints[index]
    }

    /// The stat of a file after it was built.
    #[must_use]
    pub(crate) fn stat(&self, index: usize) -> EntryStat {
        self.files[index].1
    }

    /// Whether a file is as it was built.
    #[must_use]
    pub(crate) fn is_unchanged(&self, index: usize) -> bool {
        self.state.files[index] == FileState::Unchanged
    }

    /// Whether the folders are unchanged, so that no file was added or removed.
    #[must_use]
    pub(crate) const fn has_same_folders(&self) -> bool {
        self.state.has_same_folders
    }

    /// All files, in the order of their paths.
    pub(crate) fn built_files(&self) -> impl Iterator<Item = (&'m str, BuiltFile)> {
        let files = self.files.iter().zip(&self.fingerprints);
        files.map(|((path, stat), fingerprint)| {
            let built = BuiltFile {
                fingerprint: fingerprint.clone(),
                stat: *stat,
            };
            (path.as_str(), built)
        })
    }

    /// The paths of all files but those with these numbers, in order.
    #[must_use]
    pub(crate) fn paths_except(&self, indices: impl IntoIterator<Item = usize>) -> Vec<&'m str> {
        let mut is_excepted = vec![false; self.files.len()];
        indices.into_iter().for_each(|index| is_excepted[index] = true);
        let others = self.files.iter().zip(is_excepted).filter(|(_, excepted)| !excepted);
        others.map(|((path, _), _)| path.as_str()).collect()
    }

    /// Why a planned file must be made, which has this number in the old tree and this fingerprint. `None` when the old
    /// tree's file can be reused.
    #[must_use]
    pub(crate) fn stale_reason(&self, index: Option<usize>, fingerprint: &Fingerprint) -> Option<StaleReason> {
        let Some(index) = index else {
            return Some(StaleReason::New);
        };
        let parts = differing_parts(&self.fingerprints[index], fingerprint);
        if !parts.is_empty() {
            return Some(StaleReason::Changed(parts));
        }
        match self.state.files[index] {
            FileState::Unchanged => None,
            FileState::Altered => Some(StaleReason::Altered),
            FileState::Missing => Some(StaleReason::Missing),
        }
    }
}

/// The names of the parts that differ between two fingerprints or are in only one of them; each once, sorted.
fn differing_parts(old: &Fingerprint, new: &Fingerprint) -> Vec<String> {
    if old.has_same_parts(new) {
        return Vec::new();
    }
    let old: BTreeSet<_> = old.parts().collect();
    let new: BTreeSet<_> = new.parts().collect();
    let mut names: Vec<String> = old
        .symmetric_difference(&new)
        .map(|(name, _)| name.clone().into_owned())
        .collect();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::UrlPath;
    use std::borrow::Cow;
    use std::sync::Arc;

    fn fingerprint(shared: &[(&'static str, u64)], own: &[(&'static str, u64)]) -> Fingerprint {
        let parts = |parts: &[(&'static str, u64)]| {
            let parts = parts.iter().map(|(name, hash)| (Cow::Borrowed(*name), *hash));
            parts.collect::<Vec<_>>()
        };
        Fingerprint {
            shared: Arc::from(parts(shared)),
            own: parts(own),
            view_key: None,
        }
    }

    #[test]
    fn each_stale_file_has_its_reason() {
        let old = fingerprint(&[("template", 1), ("site.nav", 2)], &[("page", 3), ("post", 4)]);
        let stat = EntryStat { size: 1, modified: 2 };
        let outputs = ["kept", "post", "menu", "gone-key", "missing", "altered", "new"];
        let files: Vec<(String, EntryStat)> = outputs[..6].iter().map(|name| ((*name).to_owned(), stat)).collect();
        let changed_stat = EntryStat { size: 1, modified: 3 };
        let states = [
            FileState::Unchanged,
            FileState::Altered,
            FileState::Unchanged,
            FileState::Unchanged,
            FileState::compare(stat, None),
            FileState::compare(stat, Some(changed_stat)),
        ];
        let tree = PreviousTree {
            files: &files,
            fingerprints: vec![old.clone(); files.len()],
            state: TreeState {
                files: states.into(),
                has_same_folders: true,
            },
            indices: files
                .iter()
                .zip(0..)
                .map(|((path, _), index)| (path.as_str(), index))
                .collect(),
        };
        let fingerprints = [
            old.clone(),
            fingerprint(&[("template", 1), ("site.nav", 2)], &[("page", 3), ("post", 5)]),
            fingerprint(&[("template", 9), ("site.nav", 8)], &[("page", 3), ("post", 4)]),
            fingerprint(&[("template", 1)], &[("page", 3), ("post", 4)]),
            old.clone(),
            old.clone(),
            old.clone(),
        ];
        let paths = outputs.map(|name| OutputPath::from_url(&UrlPath::file(name)));
        let planned = paths.iter().zip(&fingerprints);
        let reasons = planned.map(|(path, fingerprint)| tree.stale_reason(tree.index_of(path), fingerprint));
        let changed = |names: &[&str]| {
            Some(StaleReason::Changed(
                names.iter().map(|name| (*name).to_owned()).collect(),
            ))
        };
        assert_eq!(
            reasons.collect::<Vec<_>>(),
            [
                None,
                changed(&["post"]),
                changed(&["site.nav", "template"]),
                changed(&["site.nav"]),
                Some(StaleReason::Missing),
                Some(StaleReason::Altered),
                Some(StaleReason::New),
            ]
        );
        assert_eq!(tree.paths_except([0, 2, 3, 4]), ["post", "altered"]);
    }
}
