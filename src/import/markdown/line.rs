//! Where a line stands, what the files are called that it may name, and which characters it may have.

use crate::diag::is_forbidden_control;
use std::collections::BTreeMap;

/// What the files of a text are called in the post.
#[derive(Debug)]
pub(crate) struct FileNames<'n> {
    /// The path of each file from the folder of the post; `None` for one that is not there.
    pub(crate) paths: &'n [Option<String>],
    /// The captions of pictures, by the index of their files.
    pub(crate) captions: &'n BTreeMap<usize, String>,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Paragraph,
    Heading,
    /// A cell of a table.
    Cell,
}

/// Characters that no text of a site may have: controls, and those of symbol fonts.
pub(super) fn is_dropped(c: char) -> bool {
    is_forbidden_control(c) || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..) || c == '\u{feff}'
}
