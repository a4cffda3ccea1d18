//! HTML output under construction: text, and marks where something is inserted later.
//!
//! Role: the writer's output. The positions of marks stay correct when text is inserted or removed. At the end, text
//! with raw HTML from the editor is sanitized as a whole: an element that opens in one fragment and closes in another,
//! with Markdown between, is one element to the sanitizer.

use super::chars::{PLACEHOLDER_LEAD_BYTE, push_placeholder, read_placeholder};
use super::sanitize;
use crate::config::HtmlPolicy;
use crate::html::ESCAPES;
use crate::record::body::{Fill, Hole};

/// HTML with marks in order of position.
#[derive(Default)]
pub(super) struct HtmlOutput {
    /// The text.
    pub(super) html: String,
    /// The marks.
    pub(super) marks: Vec<OutputMark>,
    /// The offset of the end of the last fragment of raw HTML; 0 without raw HTML.
    pub(super) raw_end: usize,
}

/// A position at which something is inserted.
pub(super) struct OutputMark {
    /// Byte offset.
    pub(super) at: usize,
    /// What is inserted.
    pub(super) piece: MarkedPiece,
}

/// What is inserted at a mark.
pub(super) enum MarkedPiece {
    /// A hole for rendering.
    Fill(Fill),
    /// HTML that is known to be safe and that the sanitizer would damage: MathML.
    Fragment(String),
}

impl HtmlOutput {
    /// Appends HTML unchanged.
    pub(super) fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Starts a new line, unless the output is at the start of a line.
    pub(super) fn start_line(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Appends a mark.
    pub(super) fn push_mark(&mut self, what: MarkedPiece) {
        self.marks.push(OutputMark {
            at: self.html.len(),
            piece: what,
        });
    }

    /// Inserts HTML at an earlier offset. Marks at that offset move behind it.
    pub(super) fn insert(&mut self, at: usize, html: &str) {
        if at >= self.html.len() && self.marks.last().is_none_or(|mark| mark.at < at) {
            return self.push(html);
        }
        self.html.insert_str(at, html);
        for mark in self.marks.iter_mut().rev().take_while(|mark| mark.at >= at) {
            mark.at += html.len();
        }
        if self.raw_end > at {
            self.raw_end += html.len();
        }
    }

    /// Inserts HTML at an earlier offset. Marks at that offset stay before it.
    pub(super) fn insert_after_marks(&mut self, at: usize, html: &str) {
        self.html.insert_str(at, html);
        for mark in self.marks.iter_mut().rev().take_while(|mark| mark.at > at) {
            mark.at += html.len();
        }
        if self.raw_end > at {
            self.raw_end += html.len();
        }
    }

    /// Appends another output.
    pub(super) fn append(&mut self, other: Self) {
        let start = self.html.len();
        self.html.push_str(&other.html);
        self.marks.extend(other.marks.into_iter().map(|mark| OutputMark {
            at: start + mark.at,
            ..mark
        }));
        if other.raw_end > 0 {
            self.raw_end = start + other.raw_end;
        }
    }

    /// Removes and returns the HTML from `at` to the end, and the marks with index `first` to `last` (exclusive).
    pub(super) fn split_off(&mut self, at: usize, first: usize, last: usize) -> Self {
        let html = self.html.split_off(at);
        let mut marks: Vec<OutputMark> = self.marks.drain(first..last).collect();
        for mark in &mut marks {
            mark.at -= at;
        }
        for mark in &mut self.marks[first..] {
            mark.at = at;
        }
        let raw_end = self.raw_end.saturating_sub(at);
        self.raw_end = self.raw_end.min(at);
        Self { html, marks, raw_end }
    }

    /// Removes the HTML from `at` on, and the marks in it.
    pub(super) fn truncate(&mut self, at: usize) {
        self.html.truncate(at);
        while self.marks.last().is_some_and(|mark| mark.at > at) {
            self.marks.pop();
        }
        self.raw_end = self.raw_end.min(at);
    }

    /// Returns the finished HTML and its holes.
    pub(super) fn finish(self, policy: HtmlPolicy) -> (String, Vec<Hole>) {
        let clean = self.raw_end > 0 && policy == HtmlPolicy::Sanitise;
        if !clean
            && !self
                .marks
                .iter()
                .any(|mark| matches!(mark.piece, MarkedPiece::Fragment(_)))
        {
            let hole = |mark: OutputMark| match mark.piece {
                MarkedPiece::Fill(fill) => Some(Hole { at: mark.at, fill }),
                MarkedPiece::Fragment(_) => None,
            };
            return (self.html, self.marks.into_iter().filter_map(hole).collect());
        }
        let mut pieces = Vec::with_capacity(self.marks.len());
        let joined = join_with_placeholders(&self.html, self.marks, &mut pieces);
        let joined = if clean {
            sanitize::sanitize_html(&mask_references(&joined))
        } else {
            joined
        };
        expand_placeholders(&joined, &pieces)
    }
}

/// The HTML with a placeholder (two private-use characters) for each mark.
fn join_with_placeholders(html: &str, marks: Vec<OutputMark>, pieces: &mut Vec<MarkedPiece>) -> String {
    let mut out = String::with_capacity(html.len() + 6 * marks.len());
    let mut at = 0;
    for mark in marks {
        out.push_str(&html[at..mark.at]);
        at = mark.at;
        push_placeholder(&mut out, pieces.len());
        pieces.push(mark.piece);
    }
    out.push_str(&html[at..]);
    out
}

/// The characters that replace what the writer escapes, in the order of [`ESCAPES`], while HTML is sanitized: html5ever
/// takes quadratic time for texts with many references (one megabyte of `&` took nine seconds).
const REFERENCE_MASKS: [char; ESCAPES.len()] = ['\u{E001}', '\u{E002}', '\u{E003}', '\u{E004}'];

/// The references of [`ESCAPES`] with their mask characters.
fn masked_references() -> impl Iterator<Item = (&'static str, char)> {
    ESCAPES.iter().map(|(_, reference)| *reference).zip(REFERENCE_MASKS)
}

fn mask_references(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (taken, c) = masked_references()
            .find(|(reference, _)| rest.starts_with(reference))
            .map_or((1, '&'), |(reference, c)| (reference.len(), c));
        out.push(c);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// Replaces the placeholders in the HTML by the pieces or by their holes.
fn expand_placeholders(joined: &str, pieces: &[MarkedPiece]) -> (String, Vec<Hole>) {
    let mut html = String::with_capacity(joined.len());
    let mut holes = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while let Some(found) = memchr::memchr(PLACEHOLDER_LEAD_BYTE, &joined.as_bytes()[at..]) {
        html.push_str(&joined[at..at + found]);
        at += found;
        let Some((number, len)) = read_placeholder(&joined[at..]) else {
            // A single private-use character can only be one of these masks.
            let reference = masked_references().find(|&(_, c)| joined[at..].starts_with(c));
            html.push_str(reference.map_or("", |(reference, _)| reference));
            at += 3;
            continue;
        };
        match pieces.get(number) {
            Some(MarkedPiece::Fill(fill)) => holes.push(Hole {
                at: html.len(),
                fill: fill.clone(),
            }),
            Some(MarkedPiece::Fragment(fragment)) => html.push_str(fragment),
            None => {}
        }
        at += len;
    }
    html.push_str(&joined[at..]);
    (html, holes)
}
