//! What the inline styles of elements show of their meaning.

use crate::html::{HtmlTag, decode_references};

/// What the style of an element shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) is_hidden: bool,
    pub(super) is_bold: bool,
    pub(super) is_italic: bool,
    pub(super) is_deleted: bool,
    pub(super) is_right: bool,
}

impl Style {
    /// Reads the attribute.
    pub(super) fn of(tag: &HtmlTag<'_>) -> Self {
        let mut style = Self::default();
        let text = attribute(tag, "style").to_ascii_lowercase();
        for declaration in text.split(';') {
            let (name, value) = declaration.split_once(':').unwrap_or((declaration, ""));
            let value = value.trim().trim_end_matches("!important").trim();
            match name.trim() {
                "display" => style.is_hidden |= value == "none",
                "font-weight" => {
                    style.is_bold =
                        matches!(value, "bold" | "bolder") || value.parse().is_ok_and(|weight: u32| weight >= 600);
                }
                "font-style" => style.is_italic = value == "italic",
                "text-decoration" | "text-decoration-line" => style.is_deleted = value.contains("line-through"),
                "text-align" => style.is_right = value == "right",
                _ => {}
            }
        }
        style
    }
}

/// The value of an attribute as text; empty when there is none.
pub(super) fn attribute(tag: &HtmlTag<'_>, name: &str) -> String {
    decode_references(tag.value(name).unwrap_or_default()).trim().to_owned()
}
