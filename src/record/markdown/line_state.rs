//! Pending text and line breaks of the line that is being written.

use super::chars::drops_line_break;
use std::ops::Range;

/// Pending text, a pending break, and the character before them.
#[derive(Default)]
pub(super) struct LineState {
    /// Text of the source that is not written yet, because what follows may belong to it.
    pending_text: Option<Range<usize>>,
    /// The offset of a soft break that may be dropped.
    pending_break: Option<usize>,
    /// The last character of the text before the current position, if nothing else is between.
    last_char: Option<char>,
    /// Whether something stands in the line before the current position.
    is_filled: bool,
}

impl LineState {
    /// Extends the pending text by `range`. Returns false when `range` does not continue it.
    pub(super) fn extend_text(&mut self, range: &Range<usize>) -> bool {
        match &mut self.pending_text {
            Some(run) if run.end == range.start => {
                run.end = range.end;
                true
            }
            _ => false,
        }
    }

    /// Stores text of the source as pending.
    pub(super) fn keep_text(&mut self, range: Range<usize>) {
        self.pending_text = Some(range);
    }

    /// Takes the pending text.
    pub(super) fn take_text(&mut self) -> Option<Range<usize>> {
        self.pending_text.take()
    }

    /// Records a soft break at `at`.
    pub(super) fn note_break(&mut self, at: usize) {
        self.pending_break = Some(at);
        self.is_filled = false;
    }

    /// Whether nothing stands in the line yet.
    pub(super) const fn is_at_start(&self) -> bool {
        !self.is_filled
    }

    /// Takes the pending soft break, if there is one. Returns `None` as well when it is between two wide characters:
    /// the last one and `next`.
    pub(super) fn take_visible_break(&mut self, next: Option<char>) -> Option<usize> {
        let at = self.pending_break.take()?;
        let vanishes = matches!((self.last_char, next), (Some(last), Some(next)) if drops_line_break(last, next));
        (!vanishes).then_some(at)
    }

    /// Drops the pending soft break.
    pub(super) fn drop_break(&mut self) {
        self.pending_break = None;
    }

    /// Records the last character of written text.
    pub(super) fn note_text(&mut self, text: &str) {
        self.last_char = text.chars().next_back();
        self.is_filled = true;
    }

    /// Records that something other than text was written.
    pub(super) fn interrupt(&mut self) {
        self.last_char = None;
        self.is_filled = true;
    }

    /// Starts a new line, with no break and no character before it.
    pub(super) fn reset(&mut self) {
        self.pending_break = None;
        self.last_char = None;
        self.is_filled = false;
    }
}
