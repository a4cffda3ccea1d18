//! What the line that is being written waits for.

use super::chars::drops_line_break;
use std::ops::Range;

/// Text and a break that are not yet written, and the character before them.
#[derive(Default)]
pub(super) struct LineState {
    /// Text of the source that is not yet written, because what follows may belong to it.
    pending_text: Option<Range<usize>>,
    /// Where a soft break stands that may vanish.
    pending_break: Option<usize>,
    /// The last character of the text before here, when nothing else stands between.
    last_char: Option<char>,
}

impl LineState {
    /// Adds `range` to the text that is kept; false when it does not continue it.
    pub(super) fn extend_text(&mut self, range: &Range<usize>) -> bool {
        match &mut self.pending_text {
            Some(run) if run.end == range.start => {
                run.end = range.end;
                true
            }
            _ => false,
        }
    }

    /// Keeps text of the source.
    pub(super) fn keep_text(&mut self, range: Range<usize>) {
        self.pending_text = Some(range);
    }

    /// The text that was kept.
    pub(super) fn take_text(&mut self) -> Option<Range<usize>> {
        self.pending_text.take()
    }

    /// Notes a soft break at `at`.
    pub(super) fn note_break(&mut self, at: usize) {
        self.pending_break = Some(at);
    }

    /// The soft break before here, unless it stands between the last character and `next` and both are wide.
    pub(super) fn take_visible_break(&mut self, next: Option<char>) -> Option<usize> {
        let at = self.pending_break.take()?;
        let vanishes = matches!((self.last_char, next), (Some(last), Some(next)) if drops_line_break(last, next));
        (!vanishes).then_some(at)
    }

    /// Drops the soft break before here.
    pub(super) fn drop_break(&mut self) {
        self.pending_break = None;
    }

    /// Notes the last character of written text.
    pub(super) fn note_text(&mut self, text: &str) {
        self.last_char = text.chars().next_back();
    }

    /// Something that is no text stands here.
    pub(super) fn interrupt(&mut self) {
        self.last_char = None;
    }

    /// A new line: no break and no character before it.
    pub(super) fn reset(&mut self) {
        self.pending_break = None;
        self.last_char = None;
    }
}
