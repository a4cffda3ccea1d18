//! The HTML of a body, read into blocks.
//!
//! Role: `HTML with holes → blocks`, for outputs that are no HTML. It starts from what the writer wrote and not from the
//! Markdown: emphasis, line breaks, links and calls have been judged there once, the editor's HTML has been cleaned, and
//! so a document says exactly what the page says. A writer of blocks beside the writer of HTML would have to repeat
//! how text moves into calls, how paragraphs of calls dissolve and what is cut when an element is dropped. This file
//! goes through tags and holes; `element` says what a tag is, `tree` and `content` put the blocks together. Knows no
//! Markdown.

mod content;
mod element;
#[cfg(test)]
mod tests;
mod tree;

use super::chars::is_private;
use super::raw::{DROPPED, VOID};
use super::tags::{Tag, Token, decode, end_of_element, next_token};
use crate::record::blocks::{Block, Inline, LinkTarget};
use crate::record::body::{Fill, Hole};
use element::{Attributes, element};
use tree::Tree;

/// The blocks of a body, or of the text inside a component (`html` and `holes` of `Body` or `Inner`).
///
/// Link indices are those of the holes, so of `Body::links`. Tags without meaning for a document leave their text; a
/// formula is its source. Never fails; time grows linearly with the text. Nothing nests deeper than 100 levels.
#[must_use]
pub fn blocks(html: &str, holes: &[Hole]) -> Vec<Block> {
    let mut reader = Reader {
        html,
        at: 0,
        holes,
        tree: Tree::default(),
    };
    while let Some((token, len)) = next_token(&html[reader.at..]) {
        let end = reader.at + len;
        match token {
            Token::Text(_) | Token::Broken(_) => reader.text(end),
            Token::Comment(_) | Token::Declaration => {}
            Token::Tag(tag) => reader.tag(&tag, end),
        }
        reader.at = reader.at.max(end);
    }
    reader.calls(html.len());
    reader.tree.finish()
}

/// Goes through the HTML.
struct Reader<'a> {
    html: &'a str,
    /// What is read is before here.
    at: usize,
    /// The holes from here on.
    holes: &'a [Hole],
    tree: Tree,
}

impl<'a> Reader<'a> {
    /// Takes the holes that stand before `end`.
    fn holes_before(&mut self, end: usize) -> &'a [Hole] {
        let (before, after) = self.holes.split_at(self.holes.partition_point(|hole| hole.at < end));
        self.holes = after;
        before
    }

    /// Takes the text up to `end`, with the calls in it.
    fn text(&mut self, end: usize) {
        for hole in self.holes_before(end) {
            let at = hole.at.max(self.at);
            self.tree.text(&plain(&self.html[self.at..at]));
            self.call(hole);
            self.at = at;
        }
        self.tree.text(&plain(&self.html[self.at..end]));
    }

    /// Takes the calls that stand between tags, up to `at`.
    fn calls(&mut self, at: usize) {
        for hole in self.holes_before(at + 1) {
            self.call(hole);
        }
    }

    fn call(&mut self, hole: &Hole) {
        if let Fill::Shortcode(shortcode) = &hole.fill {
            self.tree.call(shortcode.clone());
        }
    }

    /// Takes a tag that ends at `end`.
    fn tag(&mut self, tag: &Tag<'a>, end: usize) {
        self.calls(self.at);
        let attributes = Attributes {
            tag,
            start: self.at,
            holes: self.holes_before(end),
        };
        if tag.closing {
            return self.tree.close(&tag.name);
        }
        match tag.name.as_str() {
            "br" => self.tree.line_break(),
            "hr" => self.tree.block(Block::Rule),
            "img" => self.picture(&attributes),
            "input" if attributes.text("type") == "checkbox" => {
                let done = attributes.has("checked");
                self.tree.text(if done { "☑" } else { "☐" });
            }
            "math" => {
                let formula = self.skip(tag, end);
                self.tree.text(&source_of(formula));
            }
            name if DROPPED.contains(&name) => {
                self.skip(tag, end);
            }
            name if VOID.contains(&name) => {}
            name => self.tree.open(name, element(&attributes)),
        }
    }

    /// Goes behind the end of the element whose tag ends at `end`; what stands in it.
    fn skip(&mut self, tag: &Tag<'_>, end: usize) -> &'a str {
        self.at = end + end_of_element(&self.html[end..], &tag.name);
        let _within = self.holes_before(self.at);
        &self.html[end..self.at]
    }

    fn picture(&mut self, attributes: &Attributes<'_>) {
        let alt = attributes.text("alt").trim().to_owned();
        match attributes.target("src", true) {
            Some(target) => self.tree.inline(Inline::Picture { target, alt }),
            None => self.tree.text(&alt),
        }
    }
}

/// The text of HTML without tags.
fn plain(html: &str) -> String {
    let mut text = decode(html);
    if text.contains(is_private) {
        text.retain(|c| !is_private(c));
    }
    text
}

/// The source of a formula, which its MathML holds as an annotation.
fn source_of(formula: &str) -> String {
    let annotation = formula
        .split_once("<annotation")
        .and_then(|(_, rest)| rest.split_once('>'));
    let source = annotation.and_then(|(_, rest)| rest.split_once("</annotation"));
    source.map_or_else(String::new, |(source, _)| plain(source))
}
