//! One thing that a document tells.

use std::collections::BTreeSet;

/// What a detail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DetailKind {
    /// Who wrote it.
    Author,
    /// Who changed it last.
    Editor,
    /// The company to which the program is registered.
    Company,
    /// A folder of somebody's computer.
    Path,
    /// What was deleted and inserted, and by whom.
    Changes,
    /// Comments at its margin.
    Comments,
    /// A photograph with the place where it was taken.
    Photograph,
}

impl DetailKind {
    /// The id of its word in messages.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Author => "detail-author",
            Self::Editor => "detail-editor",
            Self::Company => "detail-company",
            Self::Path => "detail-path",
            Self::Changes => "detail-changes",
            Self::Comments => "detail-comments",
            Self::Photograph => "detail-photograph",
        }
    }
}

/// A detail and its text, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentDetail {
    /// What it is.
    pub kind: DetailKind,
    /// A name or a path.
    pub text: String,
}

/// The longest text of a detail, in characters.
const MAX_TEXT_LEN: usize = 120;
/// The most details of one document.
const MAX_DETAILS: usize = 20;

/// Names that programs write when nobody gave one.
const NOBODY: [&str; 20] = [
    "administrator",
    "admin",
    "user",
    "users",
    "windows user",
    "windows 用户",
    "microsoft office user",
    "微软用户",
    "微软中国",
    "microsoft",
    "wps office",
    "kingsoft",
    "openpyxl",
    "python-docx",
    "apache poi",
    "xlsxwriter",
    "unknown",
    "未知",
    "none",
    "author",
];

/// The details found so far, each once.
#[derive(Debug, Default)]
pub(super) struct Details(BTreeSet<DocumentDetail>);

impl Details {
    /// Adds a detail, unless it says nothing.
    pub(super) fn add(&mut self, kind: DetailKind, text: &str) {
        let text: String = text
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_TEXT_LEN)
            .collect();
        let says_nothing = match kind {
            DetailKind::Changes | DetailKind::Comments | DetailKind::Photograph => false,
            _ => text.is_empty() || NOBODY.contains(&text.to_lowercase().as_str()),
        };
        if !says_nothing && self.0.len() < MAX_DETAILS {
            self.0.insert(DocumentDetail { kind, text });
        }
    }

    pub(super) fn add_paths(&mut self, paths: impl IntoIterator<Item = String>) {
        paths.into_iter().for_each(|path| self.add(DetailKind::Path, &path));
    }

    pub(super) fn finish(self) -> Vec<DocumentDetail> {
        self.0.into_iter().collect()
    }
}
