//! What the links of a record lead to.

use crate::ids::{AssetId, RecordId};

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolvedTarget {
    /// A record, perhaps a heading in it (`#…` without the sign; empty for none).
    Record(RecordId, String),
    /// The list page of a folder that has a `_index.md`.
    Section(String, String),
    /// A file that is copied.
    Asset(AssetId),
    /// An address of the site, to be checked against the plan: path, and what follows it from `?` or `#`.
    Address(String, String),
    /// An address outside the site.
    External(String),
    /// Nothing that exists. With the nearest existing path, written as the editor would.
    Missing(Option<String>),
    /// A record that exists but is not published.
    Withheld,
}

/// Everything that one record refers to.
#[derive(Debug, Clone, Default)]
pub struct ResolvedLinks {
    /// For each of the body's links.
    pub links: Vec<ResolvedTarget>,
    /// The cover.
    pub cover: Option<ResolvedTarget>,
    /// Fields that name a file: field's name and target.
    pub files: Vec<(String, ResolvedTarget)>,
}

impl ResolvedLinks {
    /// What the file field `name` leads to.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&ResolvedTarget> {
        self.files
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, target)| target)
    }
    /// All targets.
    pub(super) fn targets(&self) -> impl Iterator<Item = &ResolvedTarget> {
        let files = self.files.iter().map(|(_, target)| target);
        self.links.iter().chain(&self.cover).chain(files)
    }
}
