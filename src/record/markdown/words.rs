//! The words that the Markdown reader writes itself: titles of alerts, and labels for screen readers.

use crate::messages::{Lang, markdown_text};

/// The words in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct MarkdownWords {
    /// Titles of alerts: note, tip, important, warning, caution.
    pub(super) alerts: [&'static str; 5],
    /// The label of a table that scrolls.
    pub(super) table: &'static str,
    /// The labels of a task that is done and of one that is not.
    pub(super) tasks: [&'static str; 2],
    /// The label of the link back from a footnote.
    pub(super) back: &'static str,
}

impl MarkdownWords {
    /// The words in `language`.
    pub(super) fn for_language(language: Lang) -> Self {
        let word = |key: &'static str| markdown_text(language, key);
        Self {
            alerts: [
                word("alert-note"),
                word("alert-tip"),
                word("alert-important"),
                word("alert-warning"),
                word("alert-caution"),
            ],
            table: word("table"),
            tasks: [word("task-done"), word("task-open")],
            back: word("back"),
        }
    }
}
