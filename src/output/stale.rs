//! Which files of the tree must be made, and why: plan, manifest and disk compared.

use super::manifest::{BuiltFile, FullRebuildReason};
use super::stat::EntryStat;
use crate::fingerprint::Fingerprint;
use crate::paths::OutputPath;
use std::collections::{BTreeMap, BTreeSet};

/// Why a file is made or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaleReason {
    /// Nothing of the old tree is used.
    FullRebuild(FullRebuildReason),
    /// There was no such file.
    New,
    /// What it shows changed: the names of the parts of its fingerprint that differ.
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

    /// The names of the parts of its fingerprint that differ; none for other reasons.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        match self {
            Self::Changed(parts) => parts,
            _ => &[],
        }
    }
}

/// How a file that was built stands in the output folder now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileState {
    Unchanged,
    Missing,
    Altered,
}

impl FileState {
    /// The standing of a file that was built with one stamp and is found with another.
    pub(super) fn compare(built: EntryStat, found: Option<EntryStat>) -> Self {
        match found {
            None => Self::Missing,
            Some(found) if found == built => Self::Unchanged,
            Some(_) => Self::Altered,
        }
    }
}

/// The old tree as it stands in the output folder.
#[derive(Debug)]
pub struct TreeState<'m> {
    pub(super) files: BTreeMap<&'m str, FileState>,
    /// Whether folders are as they were left, so that nothing was put there or taken away.
    pub has_same_folders: bool,
}

/// For each planned file why it must be made, or none when that of the old tree can stay.
#[must_use]
pub(crate) fn stale_reasons(
    planned: &[(&OutputPath, &Fingerprint)],
    built: &BTreeMap<&str, BuiltFile>,
    disk: &TreeState<'_>,
) -> Vec<Option<StaleReason>> {
    let reason = |(output, print): &(&OutputPath, &Fingerprint)| {
        let Some(old) = built.get(output.as_str()) else {
            return Some(StaleReason::New);
        };
        let parts = differing_parts(&old.fingerprint, print);
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

/// The names of the parts that are in one of two fingerprints only, or differ; each once, in order.
fn differing_parts(old: &Fingerprint, new: &Fingerprint) -> Vec<String> {
    if old == new {
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
        }
    }

    #[test]
    fn each_stale_file_has_its_reason() {
        let old = fingerprint(&[("template", 1), ("site.nav", 2)], &[("page", 3), ("post", 4)]);
        let stamp = EntryStat { size: 1, modified: 2 };
        let outputs = ["kept", "post", "menu", "gone-key", "missing", "altered", "new"];
        let built: BTreeMap<&str, BuiltFile> = outputs[..6]
            .iter()
            .map(|name| {
                let print = old.clone();
                (
                    *name,
                    BuiltFile {
                        fingerprint: print,
                        stat: stamp,
                    },
                )
            })
            .collect();
        let files = [
            ("kept", FileState::Unchanged),
            ("post", FileState::Altered),
            ("menu", FileState::Unchanged),
            ("gone-key", FileState::Unchanged),
            (
                "altered",
                FileState::compare(stamp, Some(EntryStat { size: 1, modified: 3 })),
            ),
            ("missing", FileState::compare(stamp, None)),
        ];
        let disk = TreeState {
            files: files.into(),
            has_same_folders: true,
        };
        let prints = [
            old.clone(),
            fingerprint(&[("template", 1), ("site.nav", 2)], &[("page", 3), ("post", 5)]),
            fingerprint(&[("template", 9), ("site.nav", 8)], &[("page", 3), ("post", 4)]),
            fingerprint(&[("template", 1)], &[("page", 3), ("post", 4)]),
            old.clone(),
            old.clone(),
            old.clone(),
        ];
        let paths = outputs.map(|name| OutputPath::from_url(&UrlPath::file(name)));
        let planned: Vec<_> = paths.iter().zip(&prints).collect();
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
