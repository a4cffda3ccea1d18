//! Where a line stands, and what the files are called that it may name.

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
