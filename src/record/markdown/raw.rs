//! The editor's own HTML.
//!
//! Role: reads fragments of HTML tag by tag. Under every policy comments vanish; where HTML is kept, `href` and `src`
//! become links of the body, ids become anchors, and calls of components work between tags. Under `sanitise` this is
//! only a first sieve, which keeps the cleaner's work in bounds (unclosed elements that would swallow the rest of the
//! text, thousands of attributes or levels); what is allowed is decided in `clean`, for the body as a whole.

use super::escape::escape;
use super::inline::Address;
use super::output::Piece;
use super::summary::Mark as ProseMark;
use super::tags::{Tag, Token, decode, end_of_element, next_token, without_private_references};
use super::writer::Writer;
use crate::config::HtmlPolicy;
use crate::record::body::{Fill, LinkRole};

/// Elements whose content is not for reading: dropped with it.
pub(super) const DROPPED: [&str; 13] = [
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
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements that have no end.
pub(super) const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
];

/// Elements deeper than this are left out.
const DEEPEST: usize = 200;

/// A tag with more attributes than this is left out.
const MOST_ATTRIBUTES: usize = 64;

/// Formatting elements, and bytes of their tags, that may stay open at the end of a block.
const OPEN_FORMATTING: (usize, usize) = (3, 200);

/// What raw HTML has left open.
#[derive(Default)]
pub(super) struct RawState {
    /// Start tags without their end so far.
    depth: usize,
    /// Formatting elements: name and length of the tag.
    formatting: Vec<(String, usize)>,
    /// A dropped element that was opened in a line.
    dropping: Option<Dropping>,
}

struct Dropping {
    name: String,
    container: u32,
    at: usize,
    prose: ProseMark,
}

impl RawState {
    /// Whether formatting elements are open.
    pub(super) fn is_open(&self) -> bool {
        !self.formatting.is_empty()
    }
}

/// Whether the text may hold `<!-- more -->`.
pub(super) fn may_hold_more(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), "<!--").any(|at| text[at + 4..].trim_start().starts_with("more"))
}

impl<'a> Writer<'a> {
    /// Writes a fragment of a block.
    pub(super) fn raw_html(&mut self, html: &str, block: bool) {
        if self.settings.html == HtmlPolicy::Escape {
            return self.escaped_html(html, block);
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
                Token::Text(text) => self.raw_text(text),
                Token::Comment(text) => self.comment(text),
                Token::Declaration => {}
                Token::Broken(text) => self.broken(text),
                Token::Tag(tag) => rest = &rest[self.tag(&tag, rest, block)..],
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
    pub(super) fn inline_html(&mut self, html: &str) {
        if self.image.is_some() {
            return;
        }
        self.resolve_break(None);
        self.raw_html(html, false);
        self.last = None;
    }

    /// Shows HTML as text, without its comments.
    fn escaped_html(&mut self, html: &str, block: bool) {
        let mut shown = String::new();
        let mut rest = html;
        while let Some((token, len)) = next_token(rest) {
            match token {
                Token::Comment(text) => self.comment(text),
                _ => shown.push_str(&rest[..len]),
            }
            rest = &rest[len..];
        }
        let shown = self.restored(&shown).into_owned();
        if !block {
            self.words(&shown);
        } else if !shown.trim().is_empty() {
            self.out.push("<p>");
            self.words(shown.trim());
            self.out.push("</p>\n");
            self.prose.block_end();
        }
    }

    fn comment(&mut self, text: &str) {
        if self.restored(text).trim() == "more" && self.outer_is_empty() {
            self.prose.more();
        }
    }

    /// Text between tags: calls of components work in it.
    fn raw_text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(super::chars::LEAD, rest.as_bytes()) {
            self.out.push(&rest[..at]);
            rest = &rest[at..];
            match super::chars::stand_in(rest) {
                Some((number, len)) => {
                    self.call(number);
                    rest = &rest[len..];
                }
                None => {
                    if rest.starts_with(super::chars::SPACE) {
                        self.out.push(" ");
                    }
                    rest = &rest[3..];
                }
            }
        }
        self.out.push(rest);
    }

    fn broken(&mut self, text: &str) {
        let text = self.restored(text).into_owned();
        match self.settings.html {
            HtmlPolicy::Trust => self.out.push(&text),
            HtmlPolicy::Sanitise | HtmlPolicy::Escape => escape(&mut self.out.html, &text),
        }
    }

    /// Writes a tag, or leaves it out; how much of what follows goes with it.
    fn tag(&mut self, tag: &Tag<'_>, rest: &str, block: bool) -> usize {
        if self.settings.html == HtmlPolicy::Sanitise {
            if DROPPED.contains(&tag.name.as_str()) {
                return self.drop_element(tag, rest, block);
            }
            if !self.admit(tag) {
                return 0;
            }
        }
        self.write_tag(tag);
        0
    }

    /// Leaves out an element with its content. In a line, the content is written first and taken out at the end tag.
    fn drop_element(&mut self, tag: &Tag<'_>, rest: &str, block: bool) -> usize {
        if block {
            return if tag.closing {
                0
            } else {
                end_of_element(rest, &tag.name)
            };
        }
        let container = self.container();
        if !tag.closing {
            self.raw.dropping = Some(Dropping {
                name: tag.name.clone(),
                container,
                at: self.out.html.len(),
                prose: self.prose.mark(),
            });
            return 0;
        }
        let ends = |dropping: &mut Dropping| dropping.name == tag.name && dropping.container == container;
        if let Some(dropping) = self.raw.dropping.take_if(ends) {
            self.out.cut(dropping.at);
            self.prose.forget(dropping.prose);
            let marks = self.out.marks.len();
            self.pending.retain(|pending| pending.stands_before(marks));
            self.closers.clear();
        }
        0
    }

    /// Whether a tag stays within bounds; keeps count of what is open.
    fn admit(&mut self, tag: &Tag<'_>) -> bool {
        if tag.attributes.len() > MOST_ATTRIBUTES {
            return false;
        }
        if VOID.contains(&tag.name.as_str()) {
            return true;
        }
        let formatting = FORMATTING.contains(&tag.name.as_str());
        if tag.closing {
            self.raw.depth = self.raw.depth.saturating_sub(1);
            if formatting && let Some(open) = self.raw.formatting.iter().rposition(|open| open.0 == tag.name) {
                self.raw.formatting.remove(open);
            }
            return true;
        }
        if self.raw.depth >= DEEPEST || (formatting && self.raw.formatting.len() >= 4 * OPEN_FORMATTING.0) {
            return false;
        }
        self.raw.depth += 1;
        if formatting {
            self.raw.formatting.push((tag.name.clone(), tag.text.len()));
        }
        true
    }

    /// Closes formatting elements that were left open, when they are so many that opening them again in every block to
    /// come, as HTML parsers do, would blow up the page.
    pub(super) fn close_formatting(&mut self) {
        let bytes: usize = self.raw.formatting.iter().map(|open| open.1).sum();
        if self.raw.formatting.len() <= OPEN_FORMATTING.0 && bytes <= OPEN_FORMATTING.1 {
            return;
        }
        while let Some((name, _)) = self.raw.formatting.pop() {
            self.out.push("</");
            self.out.push(&name);
            self.out.push(">");
        }
    }

    /// Writes a tag with the addresses in it as links of the body.
    fn write_tag(&mut self, tag: &Tag<'_>) {
        let mut done = 0;
        for attribute in &tag.attributes {
            let name = tag.text[attribute.name.clone()].to_ascii_lowercase();
            let Some(value) = &attribute.value else { continue };
            let value = decode(&self.restored(&tag.text[value.clone()]));
            if name == "id" || (name == "name" && tag.name == "a") {
                self.raw_anchor(&value);
            }
            let Some(role) = role(&tag.name, &name) else { continue };
            let address = self.raw_address(&value, role);
            let verbatim = self.restored(&tag.text[done..attribute.whole.start]).into_owned();
            match address {
                Address::Link(index) => {
                    self.out.push(&verbatim);
                    self.out.push(&name);
                    self.out.push("=\"");
                    self.out.mark(Piece::Fill(Fill::Address(index)));
                    self.out.push("\"");
                }
                Address::External(_) => continue,
                Address::Nothing => self.out.push(&verbatim),
            }
            done = attribute.whole.end;
        }
        let verbatim = self.restored(&tag.text[done..]).into_owned();
        self.out.push(&verbatim);
    }

    fn raw_anchor(&mut self, id: &str) {
        if !id.is_empty() && self.ids.take(id) {
            self.body.anchors.push(id.to_owned());
        }
    }

    fn raw_address(&mut self, value: &str, role: LinkRole) -> Address {
        let range = self.target_in_file(value, self.raw_at.clone());
        self.address_in_file(value, role, &range)
    }
}

/// What an attribute of an element leads to, when it leads anywhere.
fn role(element: &str, attribute: &str) -> Option<LinkRole> {
    match (element, attribute) {
        ("a" | "area", "href") => Some(LinkRole::Page),
        ("track", "src") => Some(LinkRole::Page),
        ("img" | "video" | "audio" | "source", "src") | ("video", "poster") => Some(LinkRole::Picture),
        _ => None,
    }
}
