//! The editor's own HTML.
//!
//! Role: reads fragments of HTML tag by tag. Under every policy comments vanish; where HTML is kept, `href` and `src`
//! become links of the body, ids become anchors, and calls of components work between tags. Under `sanitise` this is
//! only a first sieve, which keeps the cleaner's work in bounds (unclosed elements that would swallow the rest of the
//! text, thousands of attributes or levels); what is allowed is decided in `clean`, for the body as a whole.

use super::chars::is_private_use;
use super::inline::LinkAddress;
use super::output::MarkedPiece;
use super::summary::ProseMark;
use super::writer::HtmlWriter;
use crate::config::HtmlPolicy;
use crate::html::{HtmlTag, HtmlToken, decode_references, end_of_element, escape, next_token, read_numeric_reference};
use crate::record::body::{Fill, LinkRole};

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
}

struct DroppedElement {
    name: String,
    container: u32,
    at: usize,
    prose: ProseMark,
}

impl RawHtmlState {
    /// Whether formatting elements are open.
    pub(super) fn has_open_formatting(&self) -> bool {
        !self.formatting.is_empty()
    }
}

/// Whether the text may hold `<!-- more -->`.
pub(super) fn may_contain_more_mark(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), "<!--").any(|at| text[at + 4..].trim_start().starts_with("more"))
}

impl<'a> HtmlWriter<'a> {
    /// Writes a fragment of a block.
    pub(super) fn write_raw_html(&mut self, html: &str, block: bool) {
        if self.settings.html == HtmlPolicy::Escape {
            return self.write_escaped_html(html, block);
        }
        let defused;
        let html = if self.settings.html == HtmlPolicy::Sanitise && html.contains("&#") {
            defused = without_private_references(html);
            &defused
        } else {
            html
        };
        let start = (self.out.html.len(), self.out.marks.len());
        let mut rest = html;
        while let Some((token, len)) = next_token(rest) {
            rest = &rest[len..];
            match token {
                HtmlToken::Text(text) => self.write_raw_text(text),
                HtmlToken::Comment(text) => self.read_comment(text),
                HtmlToken::Declaration => {}
                HtmlToken::Unclosed(text) => self.write_unclosed(text),
                HtmlToken::Tag(tag) => rest = &rest[self.filter_tag(&tag, rest, block)..],
            }
        }
        if block {
            self.close_formatting();
            if self.out.marks.len() == start.1 && self.out.html[start.0..].trim().is_empty() {
                // Nothing but comments.
                return self.out.html.truncate(start.0);
            }
        }
        self.out.raw_end = self.out.html.len().max(1);
    }

    /// Writes a tag that stands in a line, or drops a comment.
    pub(super) fn write_inline_html(&mut self, html: &str) {
        if self.image.is_some() {
            return;
        }
        self.resolve_break(None);
        self.write_raw_html(html, false);
        self.last_char = None;
    }

    /// Shows HTML as text, without its comments.
    fn write_escaped_html(&mut self, html: &str, block: bool) {
        let mut shown = String::new();
        let mut rest = html;
        while let Some((token, len)) = next_token(rest) {
            match token {
                HtmlToken::Comment(text) => self.read_comment(text),
                _ => shown.push_str(&rest[..len]),
            }
            rest = &rest[len..];
        }
        let shown = self.restore_calls(&shown).into_owned();
        if !block {
            self.write_words(&shown);
        } else if !shown.trim().is_empty() {
            self.out.push("<p>");
            self.write_words(shown.trim());
            self.out.push("</p>\n");
            self.prose.end_block();
        }
    }

    fn read_comment(&mut self, text: &str) {
        if self.restore_calls(text).trim() == "more" && self.is_in_main_text() {
            self.prose.end_summary();
        }
    }

    /// Text between tags: calls of components work in it.
    fn write_raw_text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(super::chars::PLACEHOLDER_LEAD_BYTE, rest.as_bytes()) {
            self.out.push(&rest[..at]);
            rest = &rest[at..];
            match super::chars::read_placeholder(rest) {
                Some((number, len)) => {
                    self.write_call(number);
                    rest = &rest[len..];
                }
                None => {
                    if rest.starts_with(super::chars::SPACE_PLACEHOLDER) {
                        self.out.push(" ");
                    }
                    rest = &rest[3..];
                }
            }
        }
        self.out.push(rest);
    }

    fn write_unclosed(&mut self, text: &str) {
        let text = self.restore_calls(text).into_owned();
        match self.settings.html {
            HtmlPolicy::Trust => self.out.push(&text),
            HtmlPolicy::Sanitise | HtmlPolicy::Escape => escape(&mut self.out.html, &text),
        }
    }

    /// Writes a tag, or leaves it out; how much of what follows goes with it.
    fn filter_tag(&mut self, tag: &HtmlTag<'_>, rest: &str, block: bool) -> usize {
        if self.settings.html == HtmlPolicy::Sanitise {
            if DROPPED_ELEMENTS.contains(&&*tag.name) {
                return self.drop_element(tag, rest, block);
            }
            if !self.admit_tag(tag) {
                return 0;
            }
        }
        self.write_tag(tag);
        0
    }

    /// Leaves out an element with its content. In a line, the content is written first and taken out at the end tag.
    fn drop_element(&mut self, tag: &HtmlTag<'_>, rest: &str, block: bool) -> usize {
        if block {
            return if tag.is_closing {
                0
            } else {
                end_of_element(rest, &tag.name)
            };
        }
        let container = self.container();
        if !tag.is_closing {
            self.raw.dropping = Some(DroppedElement {
                name: tag.name.to_string(),
                container,
                at: self.out.html.len(),
                prose: self.prose.mark(),
            });
            return 0;
        }
        let ends = |dropping: &mut DroppedElement| dropping.name == tag.name && dropping.container == container;
        if let Some(dropping) = self.raw.dropping.take_if(ends) {
            self.out.truncate(dropping.at);
            self.prose.truncate(dropping.prose);
            let marks = self.out.marks.len();
            self.open_calls.retain(|pending| pending.is_before(marks));
            self.closing_calls.clear();
        }
        0
    }

    /// Whether a tag stays within bounds; keeps count of what is open.
    fn admit_tag(&mut self, tag: &HtmlTag<'_>) -> bool {
        if tag.attributes.len() > MAX_ATTRIBUTES {
            return false;
        }
        if VOID_ELEMENTS.contains(&&*tag.name) {
            return true;
        }
        let formatting = FORMATTING_ELEMENTS.contains(&&*tag.name);
        if tag.is_closing {
            self.raw.depth = self.raw.depth.saturating_sub(1);
            if formatting && let Some(open) = self.raw.formatting.iter().rposition(|open| open.0 == tag.name) {
                self.raw.formatting.remove(open);
            }
            return true;
        }
        if self.raw.depth >= MAX_DEPTH || (formatting && self.raw.formatting.len() >= 4 * MAX_OPEN_FORMATTING.0) {
            return false;
        }
        self.raw.depth += 1;
        if formatting {
            self.raw.formatting.push((tag.name.to_string(), tag.text.len()));
        }
        true
    }

    /// Closes formatting elements that were left open, when they are so many that opening them again in every block to
    /// come, as HTML parsers do, would blow up the page.
    pub(super) fn close_formatting(&mut self) {
        let bytes: usize = self.raw.formatting.iter().map(|open| open.1).sum();
        if self.raw.formatting.len() <= MAX_OPEN_FORMATTING.0 && bytes <= MAX_OPEN_FORMATTING.1 {
            return;
        }
        while let Some((name, _)) = self.raw.formatting.pop() {
            self.out.push("</");
            self.out.push(&name);
            self.out.push(">");
        }
    }

    /// Writes a tag with the addresses in it as links of the body.
    fn write_tag(&mut self, tag: &HtmlTag<'_>) {
        let mut done = 0;
        for attribute in &tag.attributes {
            let name = tag.text[attribute.name.clone()].to_ascii_lowercase();
            let Some(value) = &attribute.value else { continue };
            let value = self.restore_calls(&tag.text[value.clone()]);
            let value = decode_references(&value).into_owned();
            if name == "id" || (name == "name" && tag.name == "a") {
                self.add_raw_anchor(&value);
            }
            let Some(role) = link_role(&tag.name, &name) else {
                continue;
            };
            let address = self.resolve_raw_address(&value, role);
            let verbatim = self.restore_calls(&tag.text[done..attribute.whole.start]).into_owned();
            match address {
                LinkAddress::Link(index) => {
                    self.out.push(&verbatim);
                    self.out.push(&name);
                    self.out.push("=\"");
                    self.out.push_mark(MarkedPiece::Fill(Fill::Address(index)));
                    self.out.push("\"");
                }
                LinkAddress::External(_) => continue,
                LinkAddress::Unsafe => self.out.push(&verbatim),
            }
            done = attribute.whole.end;
        }
        let verbatim = self.restore_calls(&tag.text[done..]).into_owned();
        self.out.push(&verbatim);
    }

    fn add_raw_anchor(&mut self, id: &str) {
        if !id.is_empty() && self.ids.reserve(id) {
            self.body.anchors.push(id.to_owned());
        }
    }

    fn resolve_raw_address(&mut self, value: &str, role: LinkRole) -> LinkAddress {
        let range = self.find_target_in_file(value, self.raw_range.clone());
        self.resolve_address_in_file(value, role, &range)
    }
}

/// The fragment without references to private-use characters: decoded, they would pass for this reader's own.
fn without_private_references(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match read_numeric_reference(rest) {
            Some(reference) if reference.c.is_some_and(is_private_use) => rest = &rest[reference.len..],
            _ => {
                out.push_str("&#");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// What an attribute of an element leads to, when it leads anywhere.
fn link_role(element: &str, attribute: &str) -> Option<LinkRole> {
    match (element, attribute) {
        ("a" | "area", "href") => Some(LinkRole::Page),
        ("track", "src") => Some(LinkRole::Page),
        ("img" | "video" | "audio" | "source", "src") | ("video", "poster") => Some(LinkRole::Image),
        _ => None,
    }
}
