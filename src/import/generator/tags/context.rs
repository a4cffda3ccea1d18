//! Where in a text each of its tags stands: in a line, in code, in HTML, in an address.
//!
//! Each tag is covered by a word, as generators themselves do, and the text is read as Markdown.

use super::super::markdown::OPTIONS;
use super::scan::{Token, TokenKind};
use crate::html::{HtmlToken, next_token};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// Where a tag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// In a line of text.
    Text,
    /// In code.
    Code,
    /// In a block of HTML, in which Markdown means nothing.
    Html,
    /// In the address of a link, or in a tag of HTML.
    Address,
    /// In a comment of HTML.
    Comment,
}

/// The context of each token.
pub(super) fn contexts(body: &str, tokens: &[Token<'_>]) -> Vec<Context> {
    let text = masked(body, tokens);
    let mut finder = ContextFinder {
        text: &text,
        starts: tokens.iter().map(|token| token.range.start).collect(),
        contexts: vec![Context::Text; tokens.len()],
        comments: Vec::new(),
        is_open_comment: true,
    };
    let parser = Parser::new_ext(&text, OPTIONS);
    for (_, definition) in parser.reference_definitions().iter() {
        finder.set(&definition.span, Context::Address);
    }
    let (mut code, mut links) = (0_usize, 0_usize);
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                finder.set(&range, Context::Code);
                code += 1;
            }
            Event::End(TagEnd::CodeBlock) => code = code.saturating_sub(1),
            Event::Code(_) => finder.set(&range, Context::Code),
            // What of a link is no text is its address.
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                if links == 0 {
                    finder.set(&range, Context::Address);
                }
                links += 1;
            }
            Event::End(TagEnd::Link | TagEnd::Image) => links = links.saturating_sub(1),
            Event::Text(_) if code == 0 && links > 0 => finder.set(&range, Context::Text),
            Event::Start(Tag::HtmlBlock) => finder.html(&range),
            Event::InlineHtml(_) => finder.html(&range),
            _ => {}
        }
    }
    for comment in std::mem::take(&mut finder.comments) {
        finder.set(&comment, Context::Comment);
    }
    finder.contexts
}

/// The text with a word in place of each tag.
fn masked(body: &str, tokens: &[Token<'_>]) -> String {
    let mut text = String::with_capacity(body.len());
    let mut done = 0;
    for token in tokens {
        let range = &token.range;
        text.push_str(&body[done..range.start]);
        let is_nothing = matches!(token.kind, TokenKind::Mark | TokenKind::Hidden(_)) && is_alone(body, range);
        match token.kind {
            TokenKind::More => text.push_str(&body[range.clone()]),
            _ => text.extend(std::iter::repeat_n(if is_nothing { ' ' } else { 'x' }, range.len())),
        }
        done = range.end;
    }
    text.push_str(&body[done..]);
    text
}

/// Whether nothing else is on the lines of a range.
pub(super) fn is_alone(body: &str, range: &Range<usize>) -> bool {
    let before = body[..range.start].rsplit('\n').next().unwrap_or_default();
    let after = body[range.end..].split('\n').next().unwrap_or_default();
    before.trim().is_empty() && after.trim().is_empty()
}

/// Whether a text begins a line: only signs of lists and quotations are before it.
pub(super) fn is_line_start(before: &str) -> bool {
    before.chars().all(|c| " \t>-*+.)".contains(c) || c.is_ascii_digit())
}

struct ContextFinder<'t> {
    text: &'t str,
    starts: Vec<usize>,
    contexts: Vec<Context>,
    /// Comments that go on after the HTML in which they begin.
    comments: Vec<Range<usize>>,
    /// Whether an end of a comment may follow.
    is_open_comment: bool,
}

impl ContextFinder<'_> {
    fn set(&mut self, range: &Range<usize>, context: Context) {
        let first = self.starts.partition_point(|start| *start < range.start);
        let inside = self.starts[first..]
            .iter()
            .take_while(|start| **start < range.end)
            .count();
        self.contexts[first..first + inside].fill(context);
    }

    fn html(&mut self, range: &Range<usize>) {
        let html = &self.text[range.clone()];
        let mut at = 0;
        while let Some((token, len)) = next_token(&html[at..]) {
            let part = range.start + at..range.start + at + len;
            let context = match token {
                HtmlToken::Comment(_) => {
                    if !self.text[part.clone()].ends_with("-->") {
                        self.open_comment(part.start, part.end);
                    }
                    Context::Comment
                }
                HtmlToken::Tag(_) | HtmlToken::Unclosed(_) => Context::Address,
                HtmlToken::Text(_) | HtmlToken::Declaration => Context::Html,
            };
            self.set(&part, context);
            at += len;
        }
    }

    /// A comment that the end of its HTML does not close: browsers hide all up to its own end.
    fn open_comment(&mut self, start: usize, from: usize) {
        if !self.is_open_comment {
            return;
        }
        match self.text[from..].find("-->") {
            Some(end) => self.comments.push(start..from + end),
            None => self.is_open_comment = false,
        }
    }
}
