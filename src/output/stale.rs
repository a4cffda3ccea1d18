//! Which files of the tree must be made, and why: compares plan, manifest and disk.

use super::manifest::{BuiltFile, FullRebuildReason};
use super::stat::EntryStat;
use crate::fingerprint::Fingerprint;
use crate::paths::OutputPath;
use std::collections::{BTreeMap, BTreeSet};

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
pub(crate) struct TreeState<'m> {
    pub(super) files: BTreeMap<&'m str, FileState>,
    /// Whether the folders are unchanged, so that no file was added or removed.
    pub has_same_folders: bool,
}

impl TreeState<'_> {
    /// Whether a file is as it was built.
    #[must_use]
    pub(crate) fn is_unchanged(&self, output: &OutputPath) -> bool {
        self.files.get(output.as_str()) == Some(&FileState::Unchanged)
    }
}

/// Why each planned file must be made, in the order of `planned`. `None` when the old tree's file can be reused.
#[must_use]
pub(crate) fn stale_reasons(
    planned: &[(&OutputPath, &Fingerprint)],
    built: &BTreeMap<&str, BuiltFile>,
    disk: &TreeState<'_>,
) -> Vec<Option<StaleReason>> {
    let reason = |(output, fingerprint): &(&OutputPath, &Fingerprint)| {
        let Some(old) = built.get(output.as_str()) else {
            return Some(StaleReason::New);
        };
        let parts = differing_parts(&old.fingerprint, fingerprint);
        if !parts.is_empty() {
            return Some(StaleReason::Changed(parts));
        }
        match disk.files.get(output.as_str()) {
            Some(FileState::Unchanged) => None,
            Some(FileState::Altered) => Some(StaleReason::Altered),
            Some(FileState::Missing) | None => Some(StaleReason::Missing),
        }
    };
    planned.iter().map(reason).collect()
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
        let built: BTreeMap<&str, BuiltFile> = outputs[..6]
            .iter()
            .map(|name| {
                let fingerprint = old.clone();
                (*name, BuiltFile { fingerprint, stat })
            })
            .collect();
        let files = [
            ("kept", FileState::Unchanged),
            ("post", FileState::Altered),
            ("menu", FileState::Unchanged),
            ("gone-key", FileState::Unchanged),
            (
                "altered",
                FileState::compare(stat, Some(EntryStat { size: 1, modified: 3 })),
            ),
            ("missing", FileState::compare(stat, None)),
        ];
        let disk = TreeState {
            files: files.into(),
            has_same_folders: true,
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
        let planned: Vec<_> = paths.iter().zip(&fingerprints).collect();
        let changed = |names: &[&str]| {
            Some(StaleReason::Changed(
                names.iter().map(|name| (*name).to_owned()).collect(),
            ))
        };
        assert_eq!(
            stale_reasons(&planned, &built, &disk),
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
    }
}
