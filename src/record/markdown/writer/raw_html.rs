//! Writes the editor's own HTML.
//!
//! Role: reads fragments of HTML tag by tag. Under every policy comments are removed. Where HTML is kept, `href` and
//! `src` become links of the body, ids become anchors, and calls of components work between tags. Under `sanitise` this
//! is only a first filter, which bounds the sanitizer's work (unclosed elements that would swallow the rest of the
//! text, thousands of attributes or levels). `sanitize` decides what is allowed, for the body as a whole.

use super::super::chars;
use super::super::link_state::LinkAddress;
use super::super::output::MarkedPiece;
use super::super::raw_html::{DROPPED_ELEMENTS, DroppedElement};
use super::HtmlWriter;
use super::lost_html::{FRAMES, swallows_text};
use crate::config::HtmlPolicy;
use crate::diag::Code;
use crate::html::{HtmlTag, HtmlToken, content_len, decode_references, end_of_element, escape, next_token};
use crate::record::body::{Fill, LinkRole};

impl<'a> HtmlWriter<'a> {
    /// Writes a fragment of a block.
    pub(super) fn write_raw_html(&mut self, html: &str, block: bool) {
        if self.settings.html == HtmlPolicy::Escape {
            return self.write_escaped_html(html, block);
        }
        let defused;
        let html = if html.contains("&#") {
            defused = self.without_reserved_references(html);
            &defused
        } else {
            html
        };
        let start = (self.out.html.len(), self.out.marks.len());
        let mut rest = html;
        while let Some((token, len)) = next_token(rest) {
            let written = &rest[..len];
            rest = &rest[len..];
            match token {
                HtmlToken::Text(text) => self.write_raw_text(text),
                HtmlToken::Comment(text) => self.read_comment(text, written),
                HtmlToken::Declaration => {}
                HtmlToken::Unclosed(text) => self.write_unclosed(text),
                HtmlToken::Tag(tag) => rest = &rest[self.filter_tag(&tag, rest, block)..],
            }
        }
        if block {
            self.close_formatting();
            if self.out.marks.len() == start.1 && self.out.html[start.0..].trim().is_empty() {
                // The fragment consists of comments only.
                return self.out.html.truncate(start.0);
            }
        }
        self.out.raw_end = self.out.html.len().max(1);
    }

    /// Writes an inline tag, or drops a comment.
    pub(super) fn write_inline_html(&mut self, html: &str) {
        if self.links.is_in_image() {
            return;
        }
        self.resolve_break(None);
        self.write_raw_html(html, false);
        self.line.interrupt();
    }

    /// Writes HTML as visible text, without its comments.
    fn write_escaped_html(&mut self, html: &str, block: bool) {
        let mut visible = String::new();
        let mut rest = html;
        while let Some((token, len)) = next_token(rest) {
            match token {
                HtmlToken::Comment(text) => self.read_comment(text, &rest[..len]),
                _ => visible.push_str(&rest[..len]),
            }
            rest = &rest[len..];
        }
        let visible = self.restore_calls(&visible).into_owned();
        if !block {
            self.write_words(&visible);
        } else if !visible.trim().is_empty() {
            self.out.push("<p>");
            self.write_words(visible.trim());
            self.out.push("</p>\n");
            self.prose.end_block();
        }
    }

    /// Reads the comment with this content. `written` is the whole comment.
    fn read_comment(&mut self, text: &str, written: &str) {
        if swallows_text(text, written) {
            self.report_unclosed(written, "<!--");
        }
        if self.restore_calls(text).trim() == "more" && !self.footnotes.is_in_footnote() {
            self.prose.end_summary();
        }
    }

    /// Writes text between tags. Calls of components work in it.
    fn write_raw_text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(chars::PLACEHOLDER_LEAD_BYTE, rest.as_bytes()) {
            self.out.push(&rest[..at]);
            rest = &rest[at..];
            match chars::read_placeholder(rest) {
                Some((number, len)) => {
                    self.write_call(number);
                    rest = &rest[len..];
                }
                None => {
                    self.out.push(chars::placeholder_text(rest));
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

    /// Writes a tag or omits it. Returns how many bytes of `rest` are omitted with it.
    fn filter_tag(&mut self, tag: &HtmlTag<'_>, rest: &str, block: bool) -> usize {
        if self.settings.html == HtmlPolicy::Sanitise {
            if !tag.is_closing && FRAMES.contains(&&*tag.name) {
                self.write_frame(tag);
            }
            if DROPPED_ELEMENTS.contains(&&*tag.name) {
                return self.drop_element(tag, rest, block);
            }
            if !self.raw.admit_tag(tag) {
                return 0;
            }
        }
        self.write_tag(tag);
        0
    }

    /// Drops an element with its content. Returns how many bytes of `rest` are omitted with the tag. Inline, this is 0:
    /// the content is written first and removed at the end tag.
    fn drop_element(&mut self, tag: &HtmlTag<'_>, rest: &str, block: bool) -> usize {
        if block {
            if tag.is_closing {
                return 0;
            }
            let content = content_len(rest, &tag.name);
            if content == rest.len() && !rest.trim().is_empty() {
                self.report_unclosed(tag.text, &format!("<{}>", tag.name));
            }
            return end_of_element(rest, &tag.name);
        }
        let container = self.elements.container();
        if !tag.is_closing {
            self.raw.start_dropping(DroppedElement {
                name: tag.name.to_string(),
                container,
                at: self.out.html.len(),
                prose: self.prose.mark(),
            });
            return 0;
        }
        if let Some(dropping) = self.raw.end_dropping(&tag.name, container) {
            self.out.truncate(dropping.at);
            self.prose.truncate(dropping.prose);
            self.calls.truncate(self.out.marks.len());
        }
        0
    }

    /// Closes formatting elements that are still open when there are so many that opening them again in every later
    /// block, as HTML parsers do, would inflate the page.
    pub(super) fn close_formatting(&mut self) {
        for name in self.raw.take_excess_formatting() {
            self.out.push("</");
            self.out.push(&name);
            self.out.push(">");
        }
    }

    /// Writes a tag. The addresses in it become links of the body.
    fn write_tag(&mut self, tag: &HtmlTag<'_>) {
        let lazy = (tag.name == "img" && !tag.is_closing)
            .then(|| lazy_address(tag))
            .flatten();
        if tag.name == "img" && lazy.is_none() && tag.value("src").is_none_or(|src| src.trim().is_empty()) {
            let range = self.raw_place(tag.text);
            self.findings
                .report(Code::PictureWithoutAddress, range, |finding| finding);
        }
        self.note_access(tag);
        let mut done = 0;
        for attribute in &tag.attributes {
            let mut name = tag.text[attribute.name.clone()].to_ascii_lowercase();
            if let Some(lazy) = &lazy {
                if name == "src" {
                    // A grey picture that a script would replace.
                    let verbatim = self.restore_calls(&tag.text[done..attribute.whole.start]).into_owned();
                    self.out.push(&verbatim);
                    done = attribute.whole.end;
                    continue;
                }
                if name == *lazy {
                    "src".clone_into(&mut name);
                }
            }
            let Some(value) = &attribute.value else { continue };
            let value = self.restore_calls(&tag.text[value.clone()]);
            let value = decode_references(&value).into_owned();
            if name == "id" || (name == "name" && tag.name == "a") {
                self.add_raw_anchor(&value);
            }
            if name == "srcset" && matches!(&*tag.name, "img" | "source") {
                let verbatim = self.restore_calls(&tag.text[done..attribute.whole.start]).into_owned();
                self.out.push(&verbatim);
                self.write_srcset(&value);
                done = attribute.whole.end;
                continue;
            }
            let role = link_role(&tag.name, &name);
            let framed = role.is_none() && self.settings.html == HtmlPolicy::Trust && names_frame(&tag.name, &name);
            let Some(role) = role.or(framed.then_some(LinkRole::Page)) else {
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
                // A lazy picture's address, or the cleaned picture itself.
                LinkAddress::External(address) if (lazy.is_some() && name == "src") || address.starts_with("data:") => {
                    self.out.push(&verbatim);
                    self.out.push(&name);
                    self.out.push("=\"");
                    self.out.push(&address);
                    self.out.push("\"");
                }
                LinkAddress::External(_) => continue,
                LinkAddress::Unsafe => self.out.push(&verbatim),
            }
            done = attribute.whole.end;
        }
        let verbatim = self.restore_calls(&tag.text[done..]).into_owned();
        self.out.push(&verbatim);
        // A call may close before the fragment ends, and its inner text is then finished on its own.
        self.out.raw_end = self.out.html.len().max(1);
    }

    /// Judges a picture, and follows tables and videos.
    fn note_access(&mut self, tag: &HtmlTag<'_>) {
        let is_hidden = tag
            .value("role")
            .is_some_and(|role| matches!(role, "presentation" | "none"))
            || tag.value("aria-hidden") == Some("true");
        if tag.name == "img" && !tag.is_closing {
            let alt = tag.value("alt").map(|alt| self.restore_calls(alt).into_owned());
            let target = lazy_address(tag).or(Some("src")).and_then(|name| tag.value(name));
            let target = target
                .map(|target| self.restore_calls(target).into_owned())
                .unwrap_or_default();
            // An empty text says that the picture is decoration only.
            let is_decoration = is_hidden || alt.as_ref().is_some_and(|alt| alt.trim().is_empty());
            if !is_decoration {
                let range = self.raw_place(tag.text);
                self.access
                    .note_picture(alt.as_deref().unwrap_or_default(), &target, || range);
            }
        } else if matches!(&*tag.name, "table" | "th" | "video" | "track") {
            let range = self.raw_place(tag.text);
            self.access.note_tag(&tag.name, tag.is_closing, is_hidden, || range);
        }
    }

    fn add_raw_anchor(&mut self, id: &str) {
        if !id.is_empty() && self.headings.reserve_id(id) {
            self.body.anchors.push(id.to_owned());
        }
    }

    pub(super) fn resolve_raw_address(&mut self, value: &str, role: LinkRole) -> LinkAddress {
        let range = self.find_target_in_file(value, self.raw.range());
        self.resolve_address_in_file(value, role, &range)
    }
}

/// Attributes in which pages keep a picture's address until it is scrolled into view, the most common first.
const LAZY_ATTRIBUTES: [&str; 9] = [
    "data-src",
    "data-original",
    "lazy-src",
    "data-lazy-src",
    "data-actualsrc",
    "data-original-src",
    "data-lazyload",
    "data-lazy",
    "data-echo",
];

/// The attribute that has the address of a lazily loaded picture.
fn lazy_address(tag: &HtmlTag<'_>) -> Option<&'static str> {
    let has_value = |name: &&str| tag.value(name).is_some_and(|value| !value.trim().is_empty());
    LAZY_ATTRIBUTES.into_iter().find(has_value)
}

/// Whether an attribute of an element that only trusted HTML has is the address of what is shown in it.
fn names_frame(element: &str, attribute: &str) -> bool {
    matches!((element, attribute), ("iframe" | "embed", "src") | ("object", "data"))
}

/// The link role of an attribute of an element; `None` when the attribute is not a link.
fn link_role(element: &str, attribute: &str) -> Option<LinkRole> {
    match (element, attribute) {
        ("a" | "area", "href") => Some(LinkRole::Page),
        ("track", "src") => Some(LinkRole::Page),
        ("img" | "video" | "audio" | "source", "src") | ("video", "poster") => Some(LinkRole::Image),
        _ => None,
    }
}
