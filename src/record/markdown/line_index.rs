//! Places of many ranges in one file, in time that does not grow with their number.
//!
//! Role: returns the same places as `Place::in_text`, for a text that may have a hundred thousand links on one line.
//! `Place::in_text` counts lines from the top each time; this index counts from the nearest of its checkpoints.

use super::chars::floor_boundary;
use crate::diag::{Place, masked_excerpt};
use std::ops::Range;

/// The number of bytes between checkpoints.
const CHECKPOINT_DISTANCE: usize = 1024;

/// The maximum length of an excerpt, in bytes.
const MAX_EXCERPT_BYTES: usize = 400;

/// Finds places in one file.
pub(super) struct LineIndex<'a> {
    file: &'a str,
    text: &'a str,
    checkpoints: Vec<Checkpoint>,
}

#[derive(Clone, Copy)]
struct Checkpoint {
    at: usize,
    line: usize,
    line_start: usize,
    column: usize,
}

impl Checkpoint {
    /// The checkpoint at `to`, which is further on in the same text.
    fn advance(mut self, text: &str, to: usize) -> Self {
        let stretch = &text.as_bytes()[self.at..to];
        if let Some(last) = memchr::memrchr(b'\n', stretch) {
            self.line += memchr::memchr_iter(b'\n', stretch).count();
            self.line_start = self.at + last + 1;
            self.column = 1;
        }
        self.column += text[self.at.max(self.line_start)..to].chars().count();
        self.at = to;
        self
    }
}

impl<'a> LineIndex<'a> {
    /// Creates the index. It counts nothing before the first query.
    pub(super) const fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            checkpoints: Vec::new(),
        }
    }

    /// The place of a byte range of the file.
    pub(super) fn place(&mut self, range: Range<usize>) -> Place {
        let start = floor_boundary(self.text, range.start);
        let end = floor_boundary(self.text, range.end).max(start);
        let found = self.checkpoint_before(start).advance(self.text, start);
        let window_start = floor_boundary(self.text, start.saturating_sub(MAX_EXCERPT_BYTES / 2)).max(found.line_start);
        let window_start = if start - found.line_start < MAX_EXCERPT_BYTES / 2 {
            found.line_start
        } else {
            window_start
        };
        let limit = floor_boundary(self.text, window_start + MAX_EXCERPT_BYTES).max(start);
        let window = &self.text[window_start..limit];
        let line_end = self.text[start..limit]
            .find('\n')
            .map_or(window.len(), |at| start - window_start + at);
        let excerpt = window[..line_end].trim_end_matches('\r');
        let from = (start - window_start).min(excerpt.len());
        let to = (end - window_start).min(excerpt.len()).max(from);
        let (excerpt, unmasked) = masked_excerpt(self.text, window_start..window_start + excerpt.len());
        Place {
            file: self.file.to_owned(),
            sheet: None,
            line: found.line,
            column: found.column,
            excerpt,
            unmasked,
            marked_span: (from, to),
        }
    }

    fn checkpoint_before(&mut self, at: usize) -> Checkpoint {
        if self.checkpoints.is_empty() {
            self.checkpoints = build_checkpoints(self.text);
        }
        let after = self.checkpoints.partition_point(|checkpoint| checkpoint.at <= at);
        self.checkpoints[after.saturating_sub(1)]
    }
}

fn build_checkpoints(text: &str) -> Vec<Checkpoint> {
    let mut last = Checkpoint {
        at: 0,
        line: 1,
        line_start: 0,
        column: 1,
    };
    let mut found = vec![last];
    for at in (CHECKPOINT_DISTANCE..text.len()).step_by(CHECKPOINT_DISTANCE) {
        last = last.advance(text, floor_boundary(text, at));
        found.push(last);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_index_agrees_with_place_of() {
        let line = "乡音Xiangyin，**字**；";
        let text = format!("{}\n{}\r\n\n{}", line.repeat(3), line.repeat(200), line.repeat(2));
        let mut places = LineIndex::new("a.md", &text);
        for at in (0..text.len()).step_by(7) {
            let slow = Place::in_text("a.md", &text, at..at + 5);
            let fast = places.place(at..at + 5);
            assert_eq!((slow.line, slow.column), (fast.line, fast.column), "at {at}");
            assert!(
                fast.excerpt.is_char_boundary(fast.marked_span.0) && fast.excerpt.is_char_boundary(fast.marked_span.1)
            );
            if slow.excerpt.len() < 300 {
                assert_eq!(slow, fast, "at {at}");
            }
        }
    }
}
