//! Prepares the editor's text for pulldown-cmark.
//!
//! Role: small edits that let a plain CommonMark parser read what Chinese editors write. Private-use characters are
//! dropped. Asterisks that mask names and numbers become a character that is no sign of Markdown. Indentation that makes
//! code of a paragraph is dropped. Each call of a component becomes two private-use characters, so that Markdown does not see its content. A
//! marker is put next to emphasis runs whose flanks CommonMark misjudges. A marker keeps braces at the end of a heading
//! as text, and `:::` at the start of a line. Spaces in a link to a file become a character that does not end the
//! target. Most texts need no edit and are borrowed.
//!
//! Emphasis: in `**注意：**请` the closing run is between punctuation and a letter, so CommonMark does not accept it as a
//! closing run. In this case the markdown-cjk-friendly specification asks whether a neighbour is CJK. A character that
//! is neither space nor punctuation, put on the side of the punctuation, makes CommonMark's rule give the
//! specification's answer. `_` and single `~` need no edit: both rules agree on them.

use super::chars::{
    MARKER, PLACEHOLDER_LEAD_BYTE, SPACE_PLACEHOLDER, STAR_PLACEHOLDER, is_cjk, is_private_use, is_punctuation,
    push_placeholder,
};
use super::masks::find_masks;
use super::shortcode::{self, ShortcodeCall};
use std::borrow::Cow;
use std::ops::Range;

/// A body ready to be parsed.
pub(super) struct PreparedSource<'a> {
    /// The text for the parser.
    pub(super) text: Cow<'a, str>,
    /// The calls, by the number of their placeholder.
    pub(super) calls: Vec<ShortcodeCall>,
    /// Private-use characters that were dropped, in bytes of the file.
    pub(super) dropped: Vec<Range<usize>>,
    /// The offset of the body in the file.
    start: usize,
    /// Pairs `(offset in text, offset in file)` after each edit.
    shifts: Vec<(usize, usize)>,
}

/// One edit: these bytes of the file are replaced.
struct SourceEdit {
    range: Range<usize>,
    kind: SourceEditKind,
}

#[derive(Clone, Copy)]
enum SourceEditKind {
    Drop,
    Marker,
    NewLine,
    Space,
    Stars,
    Call(usize),
}

/// Prepares `text[body]`. `indents` are the bytes of the file that indent paragraphs and are dropped.
pub(super) fn prepare<'a>(text: &'a str, body: Range<usize>, indents: &[Range<usize>]) -> PreparedSource<'a> {
    let source = &text[body.clone()];
    let dropped = find_private_characters(source, body.start);
    let calls = if memchr::memmem::find(source.as_bytes(), b"{{").is_some() {
        shortcode::find_calls(text, body.clone())
    } else {
        Vec::new()
    };
    let mut edits: Vec<SourceEdit> = dropped
        .iter()
        .chain(indents)
        .cloned()
        .map(|range| SourceEdit {
            range,
            kind: SourceEditKind::Drop,
        })
        .collect();
    edits.extend(find_masks(source).into_iter().map(|mask| SourceEdit {
        range: body.start + mask.start..body.start + mask.end,
        kind: SourceEditKind::Stars,
    }));
    for (number, call) in calls.iter().enumerate() {
        call_edits(text, call, number, &mut edits);
    }
    emphasis_edits(source, body.start, &mut edits);
    brace_edits(source, body.start, &mut edits);
    colon_edits(source, body.start, &mut edits);
    space_edits(source, body.start, &mut edits);
    let mut prepared = PreparedSource {
        text: Cow::Borrowed(source),
        calls,
        dropped,
        start: body.start,
        shifts: Vec::new(),
    };
    if !edits.is_empty() {
        prepared.apply_edits(text, body, edits);
    }
    prepared
}

impl PreparedSource<'_> {
    fn apply_edits(&mut self, text: &str, body: Range<usize>, mut edits: Vec<SourceEdit>) {
        // A stable sort, so that edits at one offset keep their order.
        edits.sort_by_key(|edit| edit.range.start);
        let mut out = String::with_capacity(body.len() + 3 * edits.len());
        let mut at = body.start;
        let mut call_end = usize::MAX;
        for edit in edits {
            // Skips edits inside a call, and markers at a run that becomes text. A marker next to a placeholder is skipped too, because the placeholder works
            // as a marker.
            if edit.range.start < at || (matches!(edit.kind, SourceEditKind::Marker) && edit.range.start == call_end) {
                continue;
            }
            if matches!(edit.kind, SourceEditKind::Call(_)) {
                call_end = edit.range.end;
            }
            out.push_str(&text[at..edit.range.start]);
            match edit.kind {
                SourceEditKind::Drop => {}
                SourceEditKind::Marker => out.push(MARKER),
                SourceEditKind::NewLine => out.push('\n'),
                SourceEditKind::Space => out.push(SPACE_PLACEHOLDER),
                SourceEditKind::Stars => out.extend(edit.range.clone().map(|_| STAR_PLACEHOLDER)),
                SourceEditKind::Call(number) => push_placeholder(&mut out, number),
            }
            at = edit.range.end;
            self.shifts.push((out.len(), at));
        }
        out.push_str(&text[at..body.end]);
        self.text = Cow::Owned(out);
    }

    /// Converts an offset in the text into an offset in the file.
    fn offset_in_file(&self, at: usize) -> usize {
        let after = self.shifts.partition_point(|shift| shift.0 <= at);
        match after.checked_sub(1).map(|i| self.shifts[i]) {
            None => self.start + at,
            Some((in_text, in_file)) => {
                // Never past the next edit: offsets inside a placeholder have no counterpart in the file.
                let next = self.shifts.get(after).map_or(usize::MAX, |shift| shift.1);
                (in_file + (at - in_text)).min(next)
            }
        }
    }

    /// Converts a range of the text into a range of the file.
    pub(super) fn range_in_file(&self, range: Range<usize>) -> Range<usize> {
        self.offset_in_file(range.start)..self.offset_in_file(range.end)
    }
}

/// All private-use characters of `source`, in bytes of the file.
fn find_private_characters(source: &str, start: usize) -> Vec<Range<usize>> {
    // First bytes: 0xEE for U+E000…U+EFFF, 0xEF for U+F000…U+FFFF (full-width punctuation too), 0xF3 and 0xF4 for
    // planes 12 to 16.
    let bytes = source.as_bytes();
    let suspicious = memchr::memchr3(PLACEHOLDER_LEAD_BYTE, 0xF3, 0xF4, bytes).is_some()
        || memchr::memchr_iter(0xEF, bytes).any(|at| bytes.get(at + 1).is_some_and(|&b| b < 0xA4));
    if !suspicious {
        return Vec::new();
    }
    let private = source.char_indices().filter(|&(_, c)| is_private_use(c));
    private.map(|(at, c)| start + at..start + at + c.len_utf8()).collect()
}

/// Replaces a call by its placeholder. A call that is alone on its lines becomes a block of its own, regardless of the
/// lines above and below.
fn call_edits(text: &str, call: &ShortcodeCall, number: usize, edits: &mut Vec<SourceEdit>) {
    if call.is_alone {
        let line = text[..call.range.start].rfind('\n').map_or(0, |at| at + 1);
        edits.push(SourceEdit {
            range: line..line,
            kind: SourceEditKind::NewLine,
        });
    }
    edits.push(SourceEdit {
        range: call.range.clone(),
        kind: SourceEditKind::Call(number),
    });
    if call.is_alone {
        edits.push(SourceEdit {
            range: call.range.end..call.range.end,
            kind: SourceEditKind::NewLine,
        });
    }
}

/// Adds markers next to `*` and `~~` runs.
fn emphasis_edits(source: &str, start: usize, edits: &mut Vec<SourceEdit>) {
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'*', b'~', &bytes[at..]) {
        let run = at + found;
        let sign = bytes[run];
        let escapes = bytes[at..run].iter().rev().take_while(|&&b| b == b'\\').count();
        let first = run + escapes % 2;
        let end = first + bytes[first..].iter().take_while(|&&b| b == sign).count();
        at = end.max(run + 1);
        if end == first || (sign == b'~' && end - first == 1) {
            continue;
        }
        if let Some(side) = marker_position(source, first, end) {
            edits.push(SourceEdit {
                range: start + side..start + side,
                kind: SourceEditKind::Marker,
            });
        }
    }
}

/// The offset at which the run `first..end` needs a marker: on its punctuation side. `None` when it needs none.
fn marker_position(source: &str, first: usize, end: usize) -> Option<usize> {
    let before = source[..first]
        .chars()
        .rev()
        .find(|&c| !matches!(c, '\u{FE00}'..='\u{FE0E}') && !is_private_use(c))?;
    let after = source[end..].chars().find(|&c| !is_private_use(c))?;
    if before.is_whitespace() || after.is_whitespace() || !(is_cjk(before) || is_cjk(after)) {
        return None;
    }
    match (is_punctuation(before), is_punctuation(after)) {
        (true, false) => Some(first),
        (false, true) => Some(end),
        _ => None,
    }
}

/// Adds a marker after braces at the end of a line that are not heading attributes: `## 集合 {a, b}` must not lose them.
fn brace_edits(source: &str, start: usize, edits: &mut Vec<SourceEdit>) {
    const LONGEST: usize = 400;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'}', &source.as_bytes()[at..]) {
        at += found + 1;
        let rest = source[at..].trim_start_matches([' ', '\t', '#']);
        if !(rest.is_empty() || rest.starts_with(['\n', '\r'])) {
            continue;
        }
        let from = super::chars::floor_boundary(source, (at - 1).saturating_sub(LONGEST));
        let before = &source[from..at - 1];
        let inside = before.rfind(['{', '\n']).map_or("", |open| &before[open + 1..]);
        let attributes = inside.split_ascii_whitespace().all(|word| word.starts_with(['#', '.']));
        if !attributes || inside.is_empty() {
            edits.push(SourceEdit {
                range: start + at..start + at,
                kind: SourceEditKind::Marker,
            });
        }
    }
}

/// Adds a marker before a colon that starts a line without white space after it: `:::note` is text, not a definition.
/// (PHP Markdown Extra, where definition lists come from, requires the white space; pulldown-cmark does not.)
fn colon_edits(source: &str, start: usize, edits: &mut Vec<SourceEdit>) {
    let bytes = source.as_bytes();
    for at in memchr::memchr_iter(b':', bytes) {
        let starts_line = bytes[..at]
            .iter()
            .rev()
            .take(16)
            .find(|b| !matches!(b, b' ' | b'>'))
            .is_none_or(|&b| b == b'\n');
        if starts_line && !matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\n' | b'\r')) {
            edits.push(SourceEdit {
                range: start + at..start + at,
                kind: SourceEditKind::Marker,
            });
        }
    }
}

/// Replaces spaces in the target of a link or picture that names a file: `![](图片 名.JPG)`. CommonMark requires angle
/// brackets around such a target, which editors do not know; without them it is not a link.
fn space_edits(source: &str, start: usize, edits: &mut Vec<SourceEdit>) {
    for found in memchr::memmem::find_iter(source.as_bytes(), b"](") {
        let from = found + 2;
        let Some(target) = spaced_target(&source[from..]) else {
            continue;
        };
        let blanks = target.trim_end().match_indices(' ');
        edits.extend(blanks.map(|(at, _)| SourceEdit {
            range: start + from + at..start + from + at + 1,
            kind: SourceEditKind::Space,
        }));
    }
}

/// The target at the start of `text`, up to its closing bracket, if it contains a space and names a file. CommonMark
/// handles titles (`a.png "…"`), angle brackets and escapes itself.
fn spaced_target(text: &str) -> Option<&str> {
    /// No file system allows longer names, even with some folders before them.
    const LONGEST: usize = 600;
    let mut depth = 0_usize;
    let end = text.bytes().take(LONGEST).position(|byte| match byte {
        b'(' => {
            depth += 1;
            false
        }
        b')' if depth > 0 => {
            depth -= 1;
            false
        }
        byte => matches!(byte, b')' | b'\n' | b'<' | b'"' | b'\'' | b'\\'),
    })?;
    let target = &text[..end];
    let name = target.split('#').next().unwrap_or_default().trim_end();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let names_file = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_target = text.as_bytes()[end] == b')' && !target.starts_with(' ') && target.trim_end().contains(' ');
    (is_target && names_file).then_some(target)
}
