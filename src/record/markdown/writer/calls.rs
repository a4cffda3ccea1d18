//! Writes calls of components: holes, and the text between an opening and a closing call.
//!
//! A call becomes a hole. At its `{{ /name }}`, what was written since moves into it, provided that both are in the
//! same element. A paragraph that contains only calls loses its tags.

use super::super::elements::OpenElement;
use super::super::fix_punctuation;
use super::super::link_state::LinkAddress;
use super::super::links::{TargetKind, classify_target, trim_target};
use super::super::media_links::{MediaKind, media_kind};
use super::super::open_calls::{ClosingCall, OpenCall};
use super::super::output::MarkedPiece;
use super::super::shortcode::{ShortcodeCall, ShortcodeError, ShortcodeForm, ShortcodeValue};
use super::HtmlWriter;
use crate::diag::Code;
use crate::record::body::{Argument, Fill, LinkRole, Shortcode, ShortcodeInner};
use std::ops::Range;

/// The maximum nesting of blocks.
const MAX_DEPTH: usize = 16;

impl<'a> HtmlWriter<'a> {
    /// Writes the call with this number.
    pub(super) fn write_call(&mut self, number: usize) {
        let source = self.source;
        let Some(call) = source.calls.get(number) else { return };
        if self.links.is_in_image() {
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

    fn open_call(&mut self, number: usize, call: &ShortcodeCall, name: &str, args_given: &[(String, ShortcodeValue)]) {
        self.resolve_break(None);
        self.line.interrupt();
        let args = args_given
            .iter()
            .map(|(key, value)| (key.clone(), self.convert_argument(key, value)))
            .collect();
        self.note_captions(name, args_given, call);
        let place = self.findings.place(call.range.clone());
        let shortcode = Shortcode {
            name: name.to_owned(),
            args,
            inner: None,
            place,
        };
        self.out
            .push_mark(MarkedPiece::Fill(Fill::Shortcode(Box::new(shortcode))));
        if self.calls.is_closed_somewhere(name) {
            self.calls.push(OpenCall {
                container: self.elements.container(),
                mark: self.out.marks.len() - 1,
                at: self.out.html.len(),
                call: number,
                prose: self.prose.mark(),
            });
        }
    }

    /// Counts a call for a video file without captions.
    fn note_captions(&mut self, name: &str, args: &[(String, ShortcodeValue)], call: &ShortcodeCall) {
        let value = |name: &str| {
            args.iter().find_map(|(key, value)| match value {
                ShortcodeValue::Text(text, _) if key == name && !text.trim().is_empty() => Some(text),
                _ => None,
            })
        };
        let file = value("src").filter(|src| name == "video" && media_kind(src) == MediaKind::Video);
        if let Some(src) = file.filter(|_| value("captions").is_none()) {
            self.access.note_video(src, || call.range.clone());
        }
    }

    /// Converts an argument. If it names a file, the file becomes a link. An address that runs a script is omitted, under
    /// every policy: it would become an attribute of the component.
    fn convert_argument(&mut self, key: &str, value: &ShortcodeValue) -> Argument {
        match value {
            ShortcodeValue::Text(text, range) => {
                let (text, link) = match file_role(key).map(|role| self.file_link(text, role, range)) {
                    Some(LinkAddress::Link(index)) => (text.clone(), Some(index)),
                    Some(LinkAddress::Unsafe) => (String::new(), None),
                    Some(LinkAddress::External(_)) | None => (text.clone(), None),
                };
                Argument::Text { text, link }
            }
            ShortcodeValue::Integer(number) => Argument::Integer(*number),
            ShortcodeValue::Number(number) => Argument::Number(*number),
            ShortcodeValue::Boolean(yes) => Argument::Boolean(*yes),
            ShortcodeValue::List(items) => {
                Argument::List(items.iter().map(|item| self.convert_argument(key, item)).collect())
            }
            ShortcodeValue::Map(entries) => {
                let entries = entries.iter();
                let entry = entries.map(|(name, value)| (name.clone(), self.convert_argument(name, value)));
                Argument::Map(entry.collect())
            }
        }
    }

    fn file_link(&mut self, text: &str, role: LinkRole, range: &Range<usize>) -> LinkAddress {
        let target = trim_target(text);
        if classify_target(&target, role == LinkRole::Image) == TargetKind::Dangerous {
            self.report_script(&target, range.clone());
            return LinkAddress::Unsafe;
        }
        self.resolve_address_in_file(text, role, range)
    }

    fn close_call(&mut self, number: usize, name: &str) {
        self.line.reset();
        let container = self.elements.container();
        match self.calls.find(name) {
            Some(found) if self.calls.get(found).container == container => {
                let marks = self.out.marks.len();
                self.move_into_shortcode(found, marks, number);
            }
            _ if self.elements.is_in_paragraph() => self.calls.push_closing(ClosingCall {
                call: number,
                marks: self.out.marks.len(),
            }),
            Some(_) => self.report_call_error(number, ShortcodeError::Crossed),
            None => self.report_call_error(number, ShortcodeError::NotOpen),
        }
    }

    /// Moves what was written since the pending call, up to the mark with index `last`, into its shortcode.
    fn move_into_shortcode(&mut self, found: usize, last: usize, closing: usize) {
        let OpenCall { mark, at, prose, .. } = self.calls.get(found);
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
        self.links.take_figure();
        self.calls.close(found, last, last - mark - 1);
    }

    /// Whether only calls were written since `content`.
    pub(super) fn has_only_calls(&self, content: usize) -> bool {
        let marks = self.out.marks.iter().rev().take_while(|mark| mark.at >= content);
        let mut any = self.calls.has_closing();
        for mark in marks {
            if !matches!(mark.piece, MarkedPiece::Fill(Fill::Shortcode(_))) {
                return false;
            }
            any = true;
        }
        any && self.out.html[content..].trim().is_empty()
    }

    /// Omits the tags of a paragraph that contains only calls. They are then in the parent element.
    pub(super) fn unwrap_paragraph(&mut self, open: &OpenElement) {
        self.out.html.truncate(open.start);
        for mark in self.out.marks.iter_mut().rev().take_while(|mark| mark.at > open.start) {
            mark.at = open.start;
            if let MarkedPiece::Fill(Fill::Shortcode(shortcode)) = &mut mark.piece
                && let Some(inner) = &mut shortcode.inner
            {
                wrap_in_paragraph(inner);
            }
        }
        let container = self.elements.container();
        self.calls.move_out(open.serial, container, open.start);
        let mut removed = 0;
        for closer in self.calls.take_closing() {
            let before = self.out.marks.len();
            self.close_above(closer.call, closer.marks.saturating_sub(removed), container);
            removed += before - self.out.marks.len();
        }
    }

    fn close_above(&mut self, number: usize, marks: usize, container: u32) {
        let source = self.source;
        let Some(call) = source.calls.get(number) else { return };
        let found = self.calls.find(call.name()).map(|found| (found, self.calls.get(found)));
        match found {
            Some((found, open)) if open.container == container && open.mark < marks => {
                self.move_into_shortcode(found, marks, number);
            }
            Some(_) => self.report_call_error(number, ShortcodeError::Crossed),
            None => self.report_call_error(number, ShortcodeError::NotOpen),
        }
    }

    /// Reports the closing calls of a paragraph that contains other things too.
    pub(super) fn report_closing_calls(&mut self) {
        let source = self.source;
        for closer in self.calls.take_closing() {
            let opened = source
                .calls
                .get(closer.call)
                .is_some_and(|call| self.calls.find(call.name()).is_some());
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

    fn report_call_error(&mut self, number: usize, fault: ShortcodeError) {
        let source = self.source;
        if let Some(call) = source.calls.get(number) {
            self.report_shortcode_error(call.name(), fault, call.range.clone(), call.range.start);
        }
    }

    /// Reports an error at the bytes `at` of the file, in a call that starts at `start`.
    fn report_shortcode_error(&mut self, name: &str, fault: ShortcodeError, at: Range<usize>, start: usize) {
        let is_fixable = matches!(fault, ShortcodeError::Quotes | ShortcodeError::FullWidth);
        let file = self.file;
        self.findings.report(Code::BadShortcode, at, |finding| {
            let finding = finding.with("name", name).with("reason", fault.as_str());
            match is_fixable.then(|| fixed_line(file, start)).flatten() {
                Some(line) => finding.with_fix(line),
                None => finding,
            }
        });
    }
}

/// The role of a file in an argument of this name; `None` when such an argument never names a file.
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

/// Wraps a call's inner text that was written inline in a paragraph.
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

/// The line on which a faulty call starts, with its punctuation converted to ASCII; `None` if it still cannot be
/// parsed.
fn fixed_line(file: &str, start: usize) -> Option<String> {
    const LONGEST: usize = 1000;
    let line_start = file[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = file[start..].find('\n').map_or(file.len(), |at| start + at);
    let line = file[line_start..line_end].trim_end_matches('\r');
    (line.len() <= LONGEST)
        .then(|| fix_punctuation::fix_call(line, start - line_start))
        .flatten()
}
