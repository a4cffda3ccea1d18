//! The calls of components that may still be closed.

use super::shortcode::{ShortcodeCall, ShortcodeForm};
use super::summary::ProseMark;
use std::collections::HashSet;

/// How many open calls are searched for the one that is closed.
const MAX_LOOK_BACK: usize = 256;

/// A call that may still be closed.
#[derive(Clone, Copy)]
pub(super) struct OpenCall {
    /// The element that contains it.
    pub(super) container: u32,
    /// The number of its mark.
    pub(super) mark: usize,
    /// The offset of what follows it.
    pub(super) at: usize,
    /// The number of the call.
    pub(super) call: usize,
    /// The state of the summary at the call.
    pub(super) prose: ProseMark,
}

/// A closing call whose opening call is above its paragraph.
pub(super) struct ClosingCall {
    /// The number of the call.
    pub(super) call: usize,
    /// The number of marks before it.
    pub(super) marks: usize,
}

/// Open calls, and closing calls that wait for the end of their paragraph.
pub(super) struct OpenCalls<'a> {
    calls: &'a [ShortcodeCall],
    /// Calls that a `{{ /name }}` may still close.
    open: Vec<OpenCall>,
    /// Closing calls in the open paragraph that close a call above it.
    closing: Vec<ClosingCall>,
    /// Names that are closed somewhere in the text.
    closed_names: HashSet<&'a str>,
}

impl<'a> OpenCalls<'a> {
    /// Starts with no open call. `calls` are all calls of the text.
    pub(super) fn new(calls: &'a [ShortcodeCall]) -> Self {
        Self {
            calls,
            open: Vec::new(),
            closing: Vec::new(),
            closed_names: closed_names(calls),
        }
    }

    /// Whether a call of this name is closed somewhere in the text.
    pub(super) fn is_closed_somewhere(&self, name: &str) -> bool {
        self.closed_names.contains(name)
    }

    /// Adds a call.
    pub(super) fn push(&mut self, call: OpenCall) {
        self.open.push(call);
    }

    /// The index of the innermost open call of this name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let of_name = |open: &OpenCall| self.calls.get(open.call).is_some_and(|call| call.name() == name);
        let from = self.open.len().saturating_sub(MAX_LOOK_BACK);
        self.open[from..].iter().rposition(of_name).map(|found| from + found)
    }

    /// The open call at this index.
    pub(super) fn get(&self, found: usize) -> OpenCall {
        self.open[found]
    }

    /// Removes the open call at index `found`, after the output up to the mark `last` was moved into it. Later calls
    /// keep pointing to their marks; `removed` is the number of marks removed.
    pub(super) fn close(&mut self, found: usize, last: usize, removed: usize) {
        let at = self.open[found].at;
        let after = self.open.split_off(found).into_iter().filter(|open| open.mark >= last);
        self.open.extend(after.map(|open| OpenCall {
            mark: open.mark - removed,
            at,
            ..open
        }));
    }

    /// Moves the calls of an element whose tags are removed to its parent element.
    pub(super) fn move_out(&mut self, of: u32, into: u32, at: usize) {
        for open in self.open.iter_mut().rev().take_while(|open| open.container == of) {
            open.container = into;
            open.at = at;
        }
    }

    /// Drops the calls in an element that has ended, because they cannot be closed any more.
    pub(super) fn drop_in(&mut self, container: u32) {
        while self.open.last().is_some_and(|open| open.container == container) {
            self.open.pop();
        }
    }

    /// Drops the open calls after the first `marks` marks, and all closing calls that wait.
    pub(super) fn truncate(&mut self, marks: usize) {
        self.open.retain(|open| open.mark < marks);
        self.closing.clear();
    }

    /// Stores a closing call until the end of its paragraph.
    pub(super) fn push_closing(&mut self, closing: ClosingCall) {
        self.closing.push(closing);
    }

    /// Whether any closing call waits.
    pub(super) fn has_closing(&self) -> bool {
        !self.closing.is_empty()
    }

    /// Takes the closing calls that wait.
    pub(super) fn take_closing(&mut self) -> Vec<ClosingCall> {
        std::mem::take(&mut self.closing)
    }
}

/// The names that are closed somewhere in the text.
fn closed_names(calls: &[ShortcodeCall]) -> HashSet<&str> {
    let closed = |call: &'_ ShortcodeCall| match &call.form {
        ShortcodeForm::Close(_) => true,
        ShortcodeForm::Open { .. } | ShortcodeForm::Invalid { .. } => false,
    };
    calls
        .iter()
        .filter(|call| closed(call))
        .map(ShortcodeCall::name)
        .collect()
}
