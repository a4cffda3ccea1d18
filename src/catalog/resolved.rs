//! What the links of a record lead to.

use crate::ids::{AssetId, RecordId};

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolvedTarget {
    /// A record and a heading in it (without the `#`; empty for the record as a whole).
    Record(RecordId, String),
    /// The list page of a folder that has a `_index.md`, and a heading in it.
    Section(String, String),
    /// A file that is copied.
    Asset(AssetId),
    /// An address of the site, to be checked against the plan.
    Address {
        /// Its path, decoded.
        path: String,
        /// What follows the path from `?` or `#`, as written.
        tail: String,
        /// The nearest existing file, in case that the plan has no such address.
        nearest: Option<String>,
    },
    /// An address outside the site.
    External(String),
    /// A target that does not exist, with the nearest existing path, written as the editor would.
    Missing(Option<String>),
    /// A record that exists but is not published.
    Withheld,
}

/// Everything that one record refers to.
#[derive(Debug, Clone, Default)]
pub struct ResolvedLinks {
    /// The targets of the body's links, in their order.
    pub links: Vec<ResolvedTarget>,
    /// The cover.
    pub cover: Option<ResolvedTarget>,
    /// The fields that name a file: the field's name and its target.
    pub files: Vec<(String, ResolvedTarget)>,
}

impl ResolvedLinks {
    /// The target of the file field `name`; `None` when the record has no such field.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&ResolvedTarget> {
        self.files
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, target)| target)
    }
    /// All targets.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &ResolvedTarget> {
        let files = self.files.iter().map(|(_, target)| target);
        self.links.iter().chain(&self.cover).chain(files)
    }
}
