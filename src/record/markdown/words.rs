//! The few words that the reader of Markdown writes itself: names of alerts, and labels for those who hear a page.

use crate::messages::Lang;

/// The words in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct MarkdownWords {
    /// Titles of alerts: note, tip, important, warning, caution.
    pub(super) alerts: [&'static str; 5],
    /// The name of a table that scrolls.
    pub(super) table: &'static str,
    /// A task that is done, and one that is not.
    pub(super) tasks: [&'static str; 2],
    /// The way back from a footnote.
    pub(super) back: &'static str,
}

impl MarkdownWords {
    /// The words in `language`.
    pub(super) const fn for_language(language: Lang) -> Self {
        match language {
            Lang::Zh => Self {
                alerts: ["说明", "提示", "重要", "注意", "警告"],
                table: "表格",
                tasks: ["已完成", "未完成"],
                back: "返回正文",
            },
            Lang::En => Self {
                alerts: ["Note", "Tip", "Important", "Warning", "Caution"],
                table: "Table",
                tasks: ["done", "not done"],
                back: "Back to the text",
            },
        }
    }
}
