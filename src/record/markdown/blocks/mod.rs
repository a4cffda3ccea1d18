//! Parses the HTML of a body into blocks.
//!
//! Role: `HTML with holes → blocks`, for output formats other than HTML. It starts from the writer's output instead of
//! the Markdown: there, emphasis, line breaks, links and calls have been decided and the editor's HTML has been
//! sanitized, so a document says exactly what the page says. A writer of blocks next to the writer of HTML would have
//! to repeat how text moves into calls, how paragraphs of calls dissolve and what is cut when an element is dropped.
//! This file goes through tags and holes; `element` classifies tags, `builder` and `content` build the blocks. Does not
//! know Markdown.

mod builder;
mod content;
mod element;
#[cfg(test)]
mod tests;

use super::raw_html::DROPPED_ELEMENTS;
use crate::html::{HtmlTag, HtmlToken, VOID_ELEMENTS, end_of_element, next_token};
use crate::record::blocks::{Block, Inline};
use crate::record::body::{Fill, Hole};
use builder::BlockBuilder;
use element::{TagAttributes, classify_element, decode_text};

/// Parses a body, or the text inside a component, into blocks (`html` and `holes` of `Body` or `ShortcodeInner`).
///
/// Link indices are those of the holes, so they refer to `Body::links`. Tags without meaning for a document are dropped
/// and their text is kept. A formula becomes its source. Never fails; the time is linear in the length of the text.
/// Nothing nests deeper than 100 levels.
#[must_use]
pub fn html_to_blocks(html: &str, holes: &[Hole]) -> Vec<Block> {
    let mut reader = BlockReader {
        html,
        at: 0,
        holes,
        tree: BlockBuilder::default(),
    };
    while let Some((token, len)) = next_token(&html[reader.at..]) {
        let end = reader.at + len;
        match token {
            HtmlToken::Text(_) | HtmlToken::Unclosed(_) => reader.read_text(end),
            HtmlToken::Comment(_) | HtmlToken::Declaration => {}
            HtmlToken::Tag(tag) => reader.read_tag(&tag, end),
        }
        reader.at = reader.at.max(end);
    }
    reader.read_calls(html.len());
    reader.tree.finish()
}

/// Reads the HTML from start to end.
struct BlockReader<'a> {
    html: &'a str,
    /// The current offset.
    at: usize,
    /// The holes from the current offset on.
    holes: &'a [Hole],
    tree: BlockBuilder,
}

impl<'a> BlockReader<'a> {
    /// Takes the holes before `end`.
    fn take_holes_before(&mut self, end: usize) -> &'a [Hole] {
        let (before, after) = self.holes.split_at(self.holes.partition_point(|hole| hole.at < end));
        self.holes = after;
        before
    }

    /// Reads the text up to `end`, with the calls in it.
    fn read_text(&mut self, end: usize) {
        for hole in self.take_holes_before(end) {
            let at = hole.at.max(self.at);
            self.tree.push_text(&decode_text(&self.html[self.at..at]));
            self.push_call(hole);
            self.at = at;
        }
        self.tree.push_text(&decode_text(&self.html[self.at..end]));
    }

    /// Reads the calls between tags, up to `at`.
    fn read_calls(&mut self, at: usize) {
        for hole in self.take_holes_before(at + 1) {
            self.push_call(hole);
        }
    }

    fn push_call(&mut self, hole: &Hole) {
        if let Fill::Shortcode(shortcode) = &hole.fill {
            self.tree.push_call(shortcode.clone());
        }
    }

    /// Reads a tag that ends at `end`.
    fn read_tag(&mut self, tag: &HtmlTag<'a>, end: usize) {
        self.read_calls(self.at);
        let attributes = TagAttributes {
            tag,
            start: self.at,
            holes: self.take_holes_before(end),
        };
        if tag.is_closing {
            return self.tree.close_element(&tag.name);
        }
        match &*tag.name {
            "br" => self.tree.push_line_break(),
            "hr" => self.tree.push_block(Block::Rule),
            "img" => self.read_image(&attributes),
            "input" if attributes.text("type") == "checkbox" => {
                let done = attributes.has("checked");
                self.tree.push_text(if done { "☑" } else { "☐" });
            }
            "math" => {
                let formula = self.skip_element(tag, end);
                self.tree.push_text(&formula_source(formula));
            }
            name if DROPPED_ELEMENTS.contains(&name) => {
                self.skip_element(tag, end);
            }
            name if VOID_ELEMENTS.contains(&name) => {}
            name => self.tree.open_element(name, classify_element(&attributes)),
        }
    }

    /// Skips the element whose start tag ends at `end`. Returns its content.
    fn skip_element(&mut self, tag: &HtmlTag<'_>, end: usize) -> &'a str {
        self.at = end + end_of_element(&self.html[end..], &tag.name);
        let _within = self.take_holes_before(self.at);
        &self.html[end..self.at]
    }

    fn read_image(&mut self, attributes: &TagAttributes<'_>) {
        let alt = attributes.text("alt").trim().to_owned();
        match attributes.link_target("src", true) {
            Some(target) => self.tree.push_inline(Inline::Image { target, alt }),
            None => self.tree.push_text(&alt),
        }
    }
}

/// The source of a formula, which its MathML contains as an annotation.
fn formula_source(formula: &str) -> String {
    let annotation = formula
        .split_once("<annotation")
        .and_then(|(_, rest)| rest.split_once('>'));
    let source = annotation.and_then(|(_, rest)| rest.split_once("</annotation"));
    source.map_or_else(String::new, |(source, _)| decode_text(source))
}
