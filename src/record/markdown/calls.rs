//! Calls of components in the text: holes, and the text between an opening and a closing call.
//!
//! A call becomes a hole where it stands. When its `{{ /name }}` comes, what was written since moves into it, provided
//! that both stand in the same element; a paragraph that holds nothing but calls is none.

use super::fix_punctuation;
use super::inline::LinkAddress;
use super::output::{HtmlOutput, MarkedPiece};
use super::shortcode::{ShortcodeCall, ShortcodeError, ShortcodeForm, ShortcodeValue};
use super::summary::ProseMark;
use super::writer::{HtmlWriter, OpenContainer};
use crate::diag::Code;
use crate::record::body::{Argument, Fill, LinkRole, Shortcode, ShortcodeInner};
use std::collections::HashSet;
use std::ops::Range;

/// Blocks inside blocks are kept to this depth.
const MAX_DEPTH: usize = 16;

/// Open calls that are looked through for the one that is closed.
const MAX_LOOK_BACK: usize = 256;

/// A call that may still be closed.
pub(super) struct OpenCall {
    /// The element that it stands in.
    container: u32,
    /// The number of its mark.
    mark: usize,
    /// Where what follows it starts.
    at: usize,
    /// The number of the call.
    call: usize,
    prose: ProseMark,
}

impl OpenCall {
    /// Whether its mark is among the first `marks`.
    pub(super) fn is_before(&self, marks: usize) -> bool {
        self.mark < marks
    }
}

/// A closing call whose opening one stands above its paragraph.
pub(super) struct ClosingCall {
    call: usize,
    /// How many marks there were.
    marks: usize,
}

/// The names that are closed somewhere.
pub(super) fn closed_names(calls: &[ShortcodeCall]) -> HashSet<&str> {
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

impl<'a> HtmlWriter<'a> {
    /// Writes the call with this number.
    pub(super) fn write_call(&mut self, number: usize) {
        let source = self.source;
        let Some(call) = source.calls.get(number) else { return };
        if self.image.is_some() {
            return;
        }
        match &call.form {
            ShortcodeForm::Open { name, args } => self.open_call(number, call, name, args),
            ShortcodeForm::Close(name) => self.close_call(number, name),
            ShortcodeForm::Invalid { name, fault, at } => {
                self.report_shortcode_error(name, *fault, at.clone(), call.range.start);
                self.write_words(&self.call_source(call));
            }
        }
    }

    fn open_call(&mut self, number: usize, call: &ShortcodeCall, name: &str, args: &[(String, ShortcodeValue)]) {
        self.resolve_break(None);
        self.last_char = None;
        let args = args
            .iter()
            .map(|(key, value)| (key.clone(), self.convert_argument(key, value)))
            .collect();
        let place = self.line_index.place(call.range.clone());
        let shortcode = Shortcode {
            name: name.to_owned(),
            args,
            inner: None,
            place,
        };
        self.out
            .push_mark(MarkedPiece::Fill(Fill::Shortcode(Box::new(shortcode))));
        if self.closed_names.contains(name) {
            self.open_calls.push(OpenCall {
                container: self.container(),
                mark: self.out.marks.len() - 1,
                at: self.out.html.len(),
                call: number,
                prose: self.prose.mark(),
            });
        }
    }

    /// An argument; a file that it names becomes a link.
    fn convert_argument(&mut self, key: &str, value: &ShortcodeValue) -> Argument {
        match value {
            ShortcodeValue::Text(text, range) => Argument::Text {
                text: text.clone(),
                link: file_role(key).and_then(|role| self.file_link(text, role, range)),
            },
            ShortcodeValue::Integer(number) => Argument::Integer(*number),
            ShortcodeValue::Number(number) => Argument::Number(*number),
            ShortcodeValue::Boolean(yes) => Argument::Boolean(*yes),
            ShortcodeValue::List(items) => {
                Argument::List(items.iter().map(|item| self.convert_argument(key, item)).collect())
            }
        }
    }

    fn file_link(&mut self, text: &str, role: LinkRole, range: &Range<usize>) -> Option<usize> {
        match self.resolve_address_in_file(text, role, range) {
            LinkAddress::Link(index) => Some(index),
            LinkAddress::External(_) | LinkAddress::Unsafe => None,
        }
    }

    fn close_call(&mut self, number: usize, name: &str) {
        self.pending_break = None;
        self.last_char = None;
        let container = self.container();
        let paragraph = self.stack.last().is_some_and(|open| open.is_paragraph);
        match self.find_open_call(name) {
            Some(found) if self.open_calls[found].container == container => {
                let marks = self.out.marks.len();
                self.move_into_shortcode(found, marks, number);
            }
            _ if paragraph => self.closing_calls.push(ClosingCall {
                call: number,
                marks: self.out.marks.len(),
            }),
            Some(_) => self.report_call_error(number, ShortcodeError::Crossed),
            None => self.report_call_error(number, ShortcodeError::NotOpen),
        }
    }

    /// The innermost open call of this name.
    fn find_open_call(&self, name: &str) -> Option<usize> {
        let of_name = |pending: &OpenCall| {
            self.source
                .calls
                .get(pending.call)
                .is_some_and(|call| call.name() == name)
        };
        let from = self.open_calls.len().saturating_sub(MAX_LOOK_BACK);
        self.open_calls[from..]
            .iter()
            .rposition(of_name)
            .map(|found| from + found)
    }

    /// Moves what was written since the pending call, up to mark number `last`, into its shortcode.
    fn move_into_shortcode(&mut self, found: usize, last: usize, closing: usize) {
        let (mark, at, prose) = (
            self.open_calls[found].mark,
            self.open_calls[found].at,
            self.open_calls[found].prose,
        );
        let last = last.max(mark + 1);
        let depth = self.out.marks[mark + 1..last]
            .iter()
            .map(|mark| piece_depth(&mark.piece))
            .max()
            .unwrap_or(0);
        if depth >= MAX_DEPTH {
            return self.report_call_error(closing, ShortcodeError::TooDeep);
        }
        let inner = self.out.split_off(at, mark + 1, last);
        let (html, holes) = inner.finish(self.settings.html);
        if let Some(MarkedPiece::Fill(Fill::Shortcode(shortcode))) =
            self.out.marks.get_mut(mark).map(|mark| &mut mark.piece)
        {
            shortcode.inner = Some(ShortcodeInner { html, holes });
        }
        self.prose.truncate(prose);
        self.figure = None;
        let removed = last - mark - 1;
        let after = self
            .open_calls
            .split_off(found)
            .into_iter()
            .filter(|pending| pending.mark >= last);
        self.open_calls.extend(after.map(|pending| OpenCall {
            mark: pending.mark - removed,
            at,
            ..pending
        }));
    }

    /// Whether nothing but calls was written since `content`.
    pub(super) fn has_only_calls(&self, content: usize) -> bool {
        let marks = self.out.marks.iter().rev().take_while(|mark| mark.at >= content);
        let mut any = !self.closing_calls.is_empty();
        for mark in marks {
            if !matches!(mark.piece, MarkedPiece::Fill(Fill::Shortcode(_))) {
                return false;
            }
            any = true;
        }
        any && self.out.html[content..].trim().is_empty()
    }

    /// Leaves out the tags of a paragraph that holds only calls; they now stand in the element around it.
    pub(super) fn unwrap_paragraph(&mut self, open: &OpenContainer) {
        self.out.html.truncate(open.start);
        for mark in self.out.marks.iter_mut().rev().take_while(|mark| mark.at > open.start) {
            mark.at = open.start;
            if let MarkedPiece::Fill(Fill::Shortcode(shortcode)) = &mut mark.piece
                && let Some(inner) = &mut shortcode.inner
            {
                wrap_in_paragraph(inner);
            }
        }
        let container = self.container();
        for pending in self
            .open_calls
            .iter_mut()
            .rev()
            .take_while(|pending| pending.container == open.serial)
        {
            pending.container = container;
            pending.at = open.start;
        }
        let mut removed = 0;
        for closer in std::mem::take(&mut self.closing_calls) {
            let before = self.out.marks.len();
            self.close_above(closer.call, closer.marks.saturating_sub(removed), container);
            removed += before - self.out.marks.len();
        }
    }

    fn close_above(&mut self, number: usize, marks: usize, container: u32) {
        let source = self.source;
        let Some(call) = source.calls.get(number) else { return };
        match self.find_open_call(call.name()) {
            Some(found) if self.open_calls[found].container == container && self.open_calls[found].mark < marks => {
                self.move_into_shortcode(found, marks, number);
            }
            Some(_) => self.report_call_error(number, ShortcodeError::Crossed),
            None => self.report_call_error(number, ShortcodeError::NotOpen),
        }
    }

    /// Reports the closing calls of a paragraph that holds other things too.
    pub(super) fn report_closing_calls(&mut self) {
        let source = self.source;
        for closer in std::mem::take(&mut self.closing_calls) {
            let opened = source
                .calls
                .get(closer.call)
                .is_some_and(|call| self.find_open_call(call.name()).is_some());
            self.report_call_error(
                closer.call,
                if opened {
                    ShortcodeError::Crossed
                } else {
                    ShortcodeError::NotOpen
                },
            );
        }
    }

    /// Calls in an element that has ended can be closed no more.
    pub(super) fn drop_open_calls(&mut self, container: u32) {
        while self
            .open_calls
            .last()
            .is_some_and(|pending| pending.container == container)
        {
            self.open_calls.pop();
        }
    }

    fn report_call_error(&mut self, number: usize, fault: ShortcodeError) {
        let source = self.source;
        if let Some(call) = source.calls.get(number) {
            self.report_shortcode_error(call.name(), fault, call.range.clone(), call.range.start);
        }
    }

    /// Reports a faulty call that starts at `start`, at the bytes `at` of the file.
    fn report_shortcode_error(&mut self, name: &str, fault: ShortcodeError, at: Range<usize>, start: usize) {
        let mends = matches!(fault, ShortcodeError::Quotes | ShortcodeError::FullWidth);
        let file = self.file;
        self.report(Code::BadShortcode, at, |finding| {
            let finding = finding.with("name", name).with("reason", fault.as_str());
            match mends.then(|| fixed_line(file, start)).flatten() {
                Some(line) => finding.with_fix(line),
                None => finding,
            }
        });
    }
}

/// What a file that an argument of this name may hold is for.
fn file_role(key: &str) -> Option<LinkRole> {
    match key {
        "src" | "poster" | "images" | "cover" => Some(LinkRole::Image),
        "href" | "captions" | "files" => Some(LinkRole::Page),
        _ => None,
    }
}

/// How deep calls nest in a piece.
fn piece_depth(piece: &MarkedPiece) -> usize {
    match piece {
        MarkedPiece::Fill(fill) => fill_depth(fill),
        MarkedPiece::Fragment(_) => 0,
    }
}

fn fill_depth(fill: &Fill) -> usize {
    match fill {
        Fill::Shortcode(shortcode) => shortcode.inner.as_ref().map_or(0, |inner| {
            1 + inner.holes.iter().map(|hole| fill_depth(&hole.fill)).max().unwrap_or(0)
        }),
        Fill::Address(_) => 0,
    }
}

/// Makes a paragraph of a call's inner text that was written in a line.
fn wrap_in_paragraph(inner: &mut ShortcodeInner) {
    if inner.html.trim().is_empty() {
        return;
    }
    let lead = inner.html.len() - inner.html.trim_start().len();
    inner.html = format!("<p>{}</p>\n", inner.html.trim());
    let limit = inner.html.len() - "</p>\n".len();
    for hole in &mut inner.holes {
        hole.at = (hole.at.saturating_sub(lead) + "<p>".len()).min(limit);
    }
}

/// The line on which a faulty call starts, with its punctuation made plain, when it can be read then.
fn fixed_line(file: &str, start: usize) -> Option<String> {
    const LONGEST: usize = 1000;
    let line_start = file[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = file[start..].find('\n').map_or(file.len(), |at| start + at);
    let line = file[line_start..line_end].trim_end_matches('\r');
    (line.len() <= LONGEST)
        .then(|| fix_punctuation::fix_call(line, start - line_start))
        .flatten()
}

impl HtmlOutput {
    /// Takes out the HTML from `at` on, and the marks in it.
    pub(super) fn truncate(&mut self, at: usize) {
        self.html.truncate(at);
        while self.marks.last().is_some_and(|mark| mark.at > at) {
            self.marks.pop();
        }
        self.raw_end = self.raw_end.min(at);
    }
}
