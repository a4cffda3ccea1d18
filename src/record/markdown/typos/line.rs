//! A line of a text, and what is changed in it.

use std::ops::Range;

/// A line that was probably meant otherwise, or the lines of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkdownTypo {
    /// The bytes of the file that are replaced, without the last line end.
    pub(crate) range: Range<usize>,
    /// The bytes that show the fault.
    pub(crate) marked: Range<usize>,
    /// The text in their place.
    pub(crate) fixed: String,
    /// What is wrong: the id of its words in `locales/words.yml`.
    pub(crate) reason: &'static str,
}

/// A change within a line, in bytes of the line.
pub(super) struct LineEdit {
    pub(super) range: Range<usize>,
    pub(super) with: String,
    pub(super) reason: &'static str,
}

/// One line that is not code: its offset in the file, and its text without the line end.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLine<'a> {
    pub(super) start: usize,
    pub(super) text: &'a str,
}

/// Whether the offset is between backticks.
pub(super) fn is_in_code(text: &str, at: usize) -> bool {
    text[..at].matches('`').count() % 2 == 1
}
