//! Calls of components in the text: holes, and the text between an opening and a closing call.
//!
//! A call becomes a hole where it stands. When its `{{ /name }}` comes, what was written since moves into it, provided
//! that both stand in the same element; a paragraph that holds nothing but calls is none.

use super::inline::Address;
use super::output::{Output, Piece};
use super::shortcode::{Call, Fault, Form, Value};
use super::straighten;
use super::summary::Mark as ProseMark;
use super::writer::{Open, Writer};
use crate::diag::Code;
use crate::record::body::{Argument, Fill, Inner, LinkRole, Shortcode};
use std::collections::HashSet;
use std::ops::Range;

/// Blocks inside blocks are kept to this depth.
const DEEPEST: usize = 16;

/// Open calls that are looked through for the one that is closed.
const LOOK_BACK: usize = 256;

/// A call that may still be closed.
pub(super) struct Pending {
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

impl Pending {
    /// Whether its mark is among the first `marks`.
    pub(super) fn stands_before(&self, marks: usize) -> bool {
        self.mark < marks
    }
}

/// A closing call whose opening one stands above its paragraph.
pub(super) struct Closer {
    call: usize,
    /// How many marks there were.
    marks: usize,
}

/// The names that are closed somewhere.
pub(super) fn closable(calls: &[Call]) -> HashSet<&str> {
    let closed = |call: &'_ Call| match &call.form {
        Form::Close(_) => true,
        Form::Open { .. } | Form::Bad { .. } => false,
    };
    calls.iter().filter(|call| closed(call)).map(Call::name).collect()
}

impl<'a> Writer<'a> {
    /// Writes the call with this number.
    pub(super) fn call(&mut self, number: usize) {
        let source = self.source;
        let Some(call) = source.calls.get(number) else { return };
        if self.image.is_some() {
            return;
        }
        match &call.form {
            Form::Open { name, args } => self.open_call(number, call, name, args),
            Form::Close(name) => self.close_call(number, name),
            Form::Bad { name, fault, at } => {
                self.fault(name, *fault, at.clone(), call.range.start);
                self.words(&self.as_written(call));
            }
        }
    }

    fn open_call(&mut self, number: usize, call: &Call, name: &str, args: &[(String, Value)]) {
        self.resolve_break(None);
        self.last = None;
        let args = args
            .iter()
            .map(|(key, value)| (key.clone(), self.argument(key, value)))
            .collect();
        let place = self.places.of(call.range.clone());
        let shortcode = Shortcode {
            name: name.to_owned(),
            args,
            inner: None,
            place,
        };
        self.out.mark(Piece::Fill(Fill::Shortcode(Box::new(shortcode))));
        if self.closable.contains(name) {
            self.pending.push(Pending {
                container: self.container(),
                mark: self.out.marks.len() - 1,
                at: self.out.html.len(),
                call: number,
                prose: self.prose.mark(),
            });
        }
    }

    /// An argument; a file that it names becomes a link.
    fn argument(&mut self, key: &str, value: &Value) -> Argument {
        match value {
            Value::Text(text, range) => Argument::Text {
                text: text.clone(),
                link: file_role(key).and_then(|role| self.file_link(text, role, range)),
            },
            Value::Integer(number) => Argument::Integer(*number),
            Value::Number(number) => Argument::Number(*number),
            Value::Boolean(yes) => Argument::Boolean(*yes),
            Value::List(items) => Argument::List(items.iter().map(|item| self.argument(key, item)).collect()),
        }
    }

    fn file_link(&mut self, text: &str, role: LinkRole, range: &Range<usize>) -> Option<usize> {
        match self.address_in_file(text, role, range) {
            Address::Link(index) => Some(index),
            Address::External(_) | Address::Nothing => None,
        }
    }

    fn close_call(&mut self, number: usize, name: &str) {
        self.pending_break = None;
        self.last = None;
        let container = self.container();
        let paragraph = self.stack.last().is_some_and(|open| open.paragraph);
        match self.opening(name) {
            Some(found) if self.pending[found].container == container => {
                let marks = self.out.marks.len();
                self.resolve(found, marks, number);
            }
            _ if paragraph => self.closers.push(Closer {
                call: number,
                marks: self.out.marks.len(),
            }),
            Some(_) => self.call_fault(number, Fault::Crossed),
            None => self.call_fault(number, Fault::NotOpen),
        }
    }

    /// The innermost open call of this name.
    fn opening(&self, name: &str) -> Option<usize> {
        let of_name = |pending: &Pending| {
            self.source
                .calls
                .get(pending.call)
                .is_some_and(|call| call.name() == name)
        };
        let from = self.pending.len().saturating_sub(LOOK_BACK);
        self.pending[from..].iter().rposition(of_name).map(|found| from + found)
    }

    /// Moves what was written since the pending call, up to mark number `last`, into its shortcode.
    fn resolve(&mut self, found: usize, last: usize, closing: usize) {
        let (mark, at, prose) = (
            self.pending[found].mark,
            self.pending[found].at,
            self.pending[found].prose,
        );
        let last = last.max(mark + 1);
        let depth = self.out.marks[mark + 1..last]
            .iter()
            .map(|mark| depth(&mark.what))
            .max()
            .unwrap_or(0);
        if depth >= DEEPEST {
            return self.call_fault(closing, Fault::TooDeep);
        }
        let inner = self.out.take(at, mark + 1, last);
        let (html, holes) = inner.finish(self.settings.html);
        if let Some(Piece::Fill(Fill::Shortcode(shortcode))) = self.out.marks.get_mut(mark).map(|mark| &mut mark.what) {
            shortcode.inner = Some(Inner { html, holes });
        }
        self.prose.forget(prose);
        self.figure = None;
        let removed = last - mark - 1;
        let after = self
            .pending
            .split_off(found)
            .into_iter()
            .filter(|pending| pending.mark >= last);
        self.pending.extend(after.map(|pending| Pending {
            mark: pending.mark - removed,
            at,
            ..pending
        }));
    }

    /// Whether nothing but calls was written since `content`.
    pub(super) fn holds_calls_only(&self, content: usize) -> bool {
        let marks = self.out.marks.iter().rev().take_while(|mark| mark.at >= content);
        let mut any = !self.closers.is_empty();
        for mark in marks {
            if !matches!(mark.what, Piece::Fill(Fill::Shortcode(_))) {
                return false;
            }
            any = true;
        }
        any && self.out.html[content..].trim().is_empty()
    }

    /// Leaves out the tags of a paragraph that holds only calls; they now stand in the element around it.
    pub(super) fn unwrap_paragraph(&mut self, open: &Open) {
        self.out.html.truncate(open.start);
        for mark in self.out.marks.iter_mut().rev().take_while(|mark| mark.at > open.start) {
            mark.at = open.start;
            if let Piece::Fill(Fill::Shortcode(shortcode)) = &mut mark.what
                && let Some(inner) = &mut shortcode.inner
            {
                wrap(inner);
            }
        }
        let container = self.container();
        for pending in self
            .pending
            .iter_mut()
            .rev()
            .take_while(|pending| pending.container == open.serial)
        {
            pending.container = container;
            pending.at = open.start;
        }
        let mut removed = 0;
        for closer in std::mem::take(&mut self.closers) {
            let before = self.out.marks.len();
            self.close_above(closer.call, closer.marks.saturating_sub(removed), container);
            removed += before - self.out.marks.len();
        }
    }

    fn close_above(&mut self, number: usize, marks: usize, container: u32) {
        let source = self.source;
        let Some(call) = source.calls.get(number) else { return };
        match self.opening(call.name()) {
            Some(found) if self.pending[found].container == container && self.pending[found].mark < marks => {
                self.resolve(found, marks, number);
            }
            Some(_) => self.call_fault(number, Fault::Crossed),
            None => self.call_fault(number, Fault::NotOpen),
        }
    }

    /// Reports the closing calls of a paragraph that holds other things too.
    pub(super) fn reject_closers(&mut self) {
        let source = self.source;
        for closer in std::mem::take(&mut self.closers) {
            let opened = source
                .calls
                .get(closer.call)
                .is_some_and(|call| self.opening(call.name()).is_some());
            self.call_fault(closer.call, if opened { Fault::Crossed } else { Fault::NotOpen });
        }
    }

    /// Calls in an element that has ended can be closed no more.
    pub(super) fn forget_calls(&mut self, container: u32) {
        while self
            .pending
            .last()
            .is_some_and(|pending| pending.container == container)
        {
            self.pending.pop();
        }
    }

    fn call_fault(&mut self, number: usize, fault: Fault) {
        let source = self.source;
        if let Some(call) = source.calls.get(number) {
            self.fault(call.name(), fault, call.range.clone(), call.range.start);
        }
    }

    /// Reports a faulty call that starts at `start`, at the bytes `at` of the file.
    fn fault(&mut self, name: &str, fault: Fault, at: Range<usize>, start: usize) {
        let mends = matches!(fault, Fault::Quotes | Fault::FullWidth);
        let file = self.file;
        self.find(Code::BadShortcode, at, |finding| {
            let finding = finding.with("name", name).with("reason", fault.as_str());
            match mends.then(|| corrected_line(file, start)).flatten() {
                Some(line) => finding.corrected(line),
                None => finding,
            }
        });
    }
}

/// What a file that an argument of this name may hold is for.
fn file_role(key: &str) -> Option<LinkRole> {
    match key {
        "src" | "poster" | "images" | "cover" => Some(LinkRole::Picture),
        "href" | "captions" | "files" => Some(LinkRole::Page),
        _ => None,
    }
}

/// How deep calls nest in a piece.
fn depth(piece: &Piece) -> usize {
    match piece {
        Piece::Fill(fill) => depth_of(fill),
        Piece::Fragment(_) => 0,
    }
}

fn depth_of(fill: &Fill) -> usize {
    match fill {
        Fill::Shortcode(shortcode) => shortcode.inner.as_ref().map_or(0, |inner| {
            1 + inner.holes.iter().map(|hole| depth_of(&hole.fill)).max().unwrap_or(0)
        }),
        Fill::Address(_) => 0,
    }
}

/// Makes a paragraph of a call's inner text that was written in a line.
fn wrap(inner: &mut Inner) {
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
fn corrected_line(file: &str, start: usize) -> Option<String> {
    const LONGEST: usize = 1000;
    let line_start = file[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = file[start..].find('\n').map_or(file.len(), |at| start + at);
    let line = file[line_start..line_end].trim_end_matches('\r');
    (line.len() <= LONGEST)
        .then(|| straighten::corrected(line, start - line_start))
        .flatten()
}

impl Output {
    /// Takes out the HTML from `at` on, and the marks in it.
    pub(super) fn cut(&mut self, at: usize) {
        self.html.truncate(at);
        while self.marks.last().is_some_and(|mark| mark.at > at) {
            self.marks.pop();
        }
        self.raw_end = self.raw_end.min(at);
    }
}
