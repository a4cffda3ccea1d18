//! A post as all outlets get it, and what an outlet's copy is.

use crate::export::document::{Document, DocumentBlock, DocumentImage, Span};
use crate::export::docx::docx;

/// What the editor should know about the outlet's copy: the key of a sentence, with its values.
pub(crate) type Remark = (&'static str, Vec<(&'static str, String)>);

/// A post for one outlet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SharedPost {
    /// The file: text in UTF-8, or a Word file.
    pub(crate) bytes: Vec<u8>,
    /// What to know about it.
    pub(crate) remarks: Vec<Remark>,
}

/// The post as all outlets get it.
pub(super) struct Article {
    pub(super) title: String,
    /// Its date, author, source and place, each with its name.
    pub(super) facts: Vec<String>,
    /// The summary that the editor wrote; empty when there is none.
    pub(super) summary: String,
    pub(super) blocks: Vec<DocumentBlock>,
    /// What a program generated of it, as a sentence; empty when nothing.
    pub(super) ai_note: String,
}

impl SharedPost {
    /// A copy that is a Word file.
    pub(super) fn word(document: &Document) -> Self {
        Self {
            bytes: docx(document),
            remarks: Vec::new(),
        }
    }

    /// A copy that is a text.
    pub(super) fn text(text: String) -> Self {
        Self {
            bytes: text.into_bytes(),
            remarks: Vec::new(),
        }
    }
}

/// What stands below a picture.
pub(super) fn caption(image: &DocumentImage) -> &str {
    image.caption.as_deref().unwrap_or(&image.alt)
}

/// The text of spans without their styles.
pub(super) fn plain_text(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}
