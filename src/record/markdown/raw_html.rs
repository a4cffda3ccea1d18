//! The state of the editor's raw HTML: what is still open, and the limits.

use super::summary::ProseMark;
use crate::html::{HtmlTag, VOID_ELEMENTS};
use std::ops::Range;

/// Elements whose content is not readable text. They are dropped with their content.
pub(super) const DROPPED_ELEMENTS: [&str; 13] = [
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "template",
    "object",
    "select",
];

/// Formatting elements. HTML parsers open them again in every following block until they are closed.
const FORMATTING_ELEMENTS: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// The maximum depth of elements. Deeper ones are left out.
const MAX_DEPTH: usize = 200;

/// The maximum number of attributes of a tag. A tag with more is left out.
const MAX_ATTRIBUTES: usize = 64;

/// The maximum number of formatting elements that may stay open at the end of a block, and of the bytes in their tags.
const MAX_OPEN_FORMATTING: (usize, usize) = (3, 200);

/// What is open in the raw HTML.
#[derive(Default)]
pub(super) struct RawHtmlState {
    /// The number of start tags without an end tag so far.
    depth: usize,
    /// Open formatting elements: name and length of the tag.
    formatting: Vec<(String, usize)>,
    /// A dropped element that was opened inline.
    dropping: Option<DroppedElement>,
    /// The raw HTML of the current block.
    block: Option<String>,
    /// Its range in the prepared text.
    range: Range<usize>,
}

/// An element that is dropped with its content.
pub(super) struct DroppedElement {
    /// Its name.
    pub(super) name: String,
    /// The element that contains it.
    pub(super) container: u32,
    /// Its offset in the HTML.
    pub(super) at: usize,
    /// The state of the summary at its start.
    pub(super) prose: ProseMark,
}

impl RawHtmlState {
    /// Starts a block of raw HTML, at `range` of the prepared text.
    pub(super) fn start_block(&mut self, range: Range<usize>) {
        self.range = range;
        self.block = Some(String::new());
    }

    /// Adds HTML to the open block. Returns false when none is open.
    pub(super) fn push_to_block(&mut self, html: &str) -> bool {
        let block = self.block.as_mut();
        block.map(|block| block.push_str(html)).is_some()
    }

    /// Ends the block and returns its raw HTML.
    pub(super) fn end_block(&mut self) -> String {
        self.block.take().unwrap_or_default()
    }

    /// Starts inline raw HTML, at `range` of the prepared text.
    pub(super) fn start_inline(&mut self, range: Range<usize>) {
        self.range = range;
    }

    /// The range of the raw HTML in the prepared text.
    pub(super) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Starts a dropped element that was opened inline.
    pub(super) fn start_dropping(&mut self, element: DroppedElement) {
        self.dropping = Some(element);
    }

    /// Takes the dropped element that the closing tag of `name` ends.
    pub(super) fn end_dropping(&mut self, name: &str, container: u32) -> Option<DroppedElement> {
        self.dropping
            .take_if(|dropping| dropping.name == name && dropping.container == container)
    }

    /// Whether formatting elements are open.
    pub(super) fn has_open_formatting(&self) -> bool {
        !self.formatting.is_empty()
    }

    /// Whether a tag is within the limits. Also updates what is open.
    pub(super) fn admit_tag(&mut self, tag: &HtmlTag<'_>) -> bool {
        if tag.attributes.len() > MAX_ATTRIBUTES {
            return false;
        }
        if VOID_ELEMENTS.contains(&&*tag.name) {
            return true;
        }
        let formatting = FORMATTING_ELEMENTS.contains(&&*tag.name);
        if tag.is_closing {
            self.depth = self.depth.saturating_sub(1);
            if formatting && let Some(open) = self.formatting.iter().rposition(|open| open.0 == tag.name) {
                self.formatting.remove(open);
            }
            return true;
        }
        if self.depth >= MAX_DEPTH || (formatting && self.formatting.len() >= 4 * MAX_OPEN_FORMATTING.0) {
            return false;
        }
        self.depth += 1;
        if formatting {
            self.formatting.push((tag.name.to_string(), tag.text.len()));
        }
        true
    }

    /// Returns the formatting elements that are still open, innermost first, if they exceed the limits.
    pub(super) fn take_excess_formatting(&mut self) -> Vec<String> {
        let bytes: usize = self.formatting.iter().map(|open| open.1).sum();
        if self.formatting.len() <= MAX_OPEN_FORMATTING.0 && bytes <= MAX_OPEN_FORMATTING.1 {
            return Vec::new();
        }
        let names = std::mem::take(&mut self.formatting).into_iter().rev();
        names.map(|(name, _)| name).collect()
    }
}

/// Whether the text may hold `<!-- more -->`.
pub(super) fn may_contain_more_mark(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), "<!--").any(|at| text[at + 4..].trim_start().starts_with("more"))
}
