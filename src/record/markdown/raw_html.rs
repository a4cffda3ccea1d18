//! What the editor's own HTML has left open, and the bounds that it must keep.

use super::summary::ProseMark;
use crate::html::HtmlTag;
use std::ops::Range;

/// Elements whose content is not for reading: dropped with it.
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

/// Elements that HTML parsers open again in every following block until they are closed.
const FORMATTING_ELEMENTS: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements that have no end.
pub(super) const VOID_ELEMENTS: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
];

/// Elements deeper than this are left out.
const MAX_DEPTH: usize = 200;

/// A tag with more attributes than this is left out.
const MAX_ATTRIBUTES: usize = 64;

/// Formatting elements, and bytes of their tags, that may stay open at the end of a block.
const MAX_OPEN_FORMATTING: (usize, usize) = (3, 200);

/// What raw HTML has left open.
#[derive(Default)]
pub(super) struct RawHtmlState {
    /// Start tags without their end so far.
    depth: usize,
    /// Formatting elements: name and length of the tag.
    formatting: Vec<(String, usize)>,
    /// A dropped element that was opened in a line.
    dropping: Option<DroppedElement>,
    /// Raw HTML of the block that is being read.
    block: Option<String>,
    /// Where it stands in the prepared text.
    range: Range<usize>,
}

/// An element that is dropped with its content.
pub(super) struct DroppedElement {
    /// Its name.
    pub(super) name: String,
    /// The element that it stands in.
    pub(super) container: u32,
    /// Where it starts in the HTML.
    pub(super) at: usize,
    /// What the summary held then.
    pub(super) prose: ProseMark,
}

impl RawHtmlState {
    /// A block of raw HTML starts, which stands at `range` of the prepared text.
    pub(super) fn start_block(&mut self, range: Range<usize>) {
        self.range = range;
        self.block = Some(String::new());
    }

    /// Adds to the open block; false when none is open.
    pub(super) fn push_to_block(&mut self, html: &str) -> bool {
        let block = self.block.as_mut();
        block.map(|block| block.push_str(html)).is_some()
    }

    /// The raw HTML of the block that ends.
    pub(super) fn end_block(&mut self) -> String {
        self.block.take().unwrap_or_default()
    }

    /// Raw HTML in a line, which stands at `range` of the prepared text.
    pub(super) fn start_inline(&mut self, range: Range<usize>) {
        self.range = range;
    }

    /// Where the raw HTML stands in the prepared text.
    pub(super) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// A dropped element was opened in a line.
    pub(super) fn start_dropping(&mut self, element: DroppedElement) {
        self.dropping = Some(element);
    }

    /// The dropped element that a closing tag ends.
    pub(super) fn end_dropping(&mut self, name: &str, container: u32) -> Option<DroppedElement> {
        self.dropping
            .take_if(|dropping| dropping.name == name && dropping.container == container)
    }

    /// Whether formatting elements are open.
    pub(super) fn has_open_formatting(&self) -> bool {
        !self.formatting.is_empty()
    }

    /// Whether a tag stays within bounds; keeps count of what is open.
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

    /// The formatting elements that were left open, innermost first, when they are too many.
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
