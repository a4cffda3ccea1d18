//! Which files of the tree must be made, and why: plan, manifest and disk compared.

use super::claim::Disk;
use super::manifest::{Built, Clean};
use super::stamp::Stamp;
use crate::fingerprint::Fingerprint;
use crate::paths::OutputPath;
use std::collections::{BTreeMap, BTreeSet};

/// Why a file is made or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nothing of the old tree is used.
    Clean(Clean),
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

impl Reason {
    /// Its name in JSON, and the last part of the key of its words.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Clean(clean) => clean.as_str(),
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
pub(super) enum Standing {
    Whole,
    Missing,
    Altered,
}

impl Standing {
    /// The standing of a file that was built with one stamp and is found with another.
    pub(super) fn of(built: Stamp, found: Option<Stamp>) -> Self {
        match found {
            None => Self::Missing,
            Some(found) if found == built => Self::Whole,
            Some(_) => Self::Altered,
        }
    }
}

/// For each planned file why it must be made, or none when that of the old tree can stay.
#[must_use]
pub fn stale(
    planned: &[(&OutputPath, &Fingerprint)],
    built: &BTreeMap<&str, Built>,
    disk: &Disk<'_>,
) -> Vec<Option<Reason>> {
    let reason = |(output, print): &(&OutputPath, &Fingerprint)| {
        let Some(old) = built.get(output.as_str()) else {
            return Some(Reason::New);
        };
        let parts = differing(&old.print, print);
        if !parts.is_empty() {
            return Some(Reason::Changed(parts));
        }
        match disk.files.get(output.as_str()) {
            Some(Standing::Whole) => None,
            Some(Standing::Altered) => Some(Reason::Altered),
            Some(Standing::Missing) | None => Some(Reason::Missing),
        }
    };
    planned.iter().map(reason).collect()
}

/// The names of the parts that are in one of two fingerprints only, or differ; each once, in order.
fn differing(old: &Fingerprint, new: &Fingerprint) -> Vec<String> {
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

    fn print(shared: &[(&'static str, u64)], own: &[(&'static str, u64)]) -> Fingerprint {
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
    fn each_reason_is_told_and_what_stayed_is_kept() {
        let old = print(&[("template", 1), ("site.nav", 2)], &[("page", 3), ("post", 4)]);
        let stamp = Stamp { size: 1, changed: 2 };
        let outputs = ["kept", "post", "menu", "gone-key", "missing", "altered", "new"];
        let built: BTreeMap<&str, Built> = outputs[..6]
            .iter()
            .map(|name| {
                let print = old.clone();
                (*name, Built { print, stamp })
            })
            .collect();
        let files = [
            ("kept", Standing::Whole),
            ("post", Standing::Altered),
            ("menu", Standing::Whole),
            ("gone-key", Standing::Whole),
            ("altered", Standing::of(stamp, Some(Stamp { size: 1, changed: 3 }))),
            ("missing", Standing::of(stamp, None)),
        ];
        let disk = Disk {
            files: files.into(),
            is_tidy: true,
        };
        let prints = [
            old.clone(),
            print(&[("template", 1), ("site.nav", 2)], &[("page", 3), ("post", 5)]),
            print(&[("template", 9), ("site.nav", 8)], &[("page", 3), ("post", 4)]),
            print(&[("template", 1)], &[("page", 3), ("post", 4)]),
            old.clone(),
            old.clone(),
            old.clone(),
        ];
        let paths = outputs.map(|name| OutputPath::of(&UrlPath::file(name)));
        let planned: Vec<_> = paths.iter().zip(&prints).collect();
        let changed = |names: &[&str]| Some(Reason::Changed(names.iter().map(|name| (*name).to_owned()).collect()));
        assert_eq!(
            stale(&planned, &built, &disk),
            [
                None,
                changed(&["post"]),
                changed(&["site.nav", "template"]),
                changed(&["site.nav"]),
                Some(Reason::Missing),
                Some(Reason::Altered),
                Some(Reason::New),
            ]
        );
    }
}
