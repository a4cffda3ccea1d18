//! The slips of Chinese input methods and word processors in YAML, found line by line, with the text that was meant.
//!
//! Works on lines and not on YAML, because the text is none yet. Only called for a text that could not be read, or
//! read as something odd, so that a sentence with a full-width colon in a healthy file is never touched.

use super::{FaultKind, Value};
use std::ops::Range;

/// One replacement that makes a line what its writer meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The part replaced, in bytes; possibly empty.
    pub range: Range<usize>,
    /// What takes its place.
    pub with: String,
    /// The slip that it mends.
    pub slip: Slip,
    /// The key of the line.
    pub key: String,
}

/// A sort of slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// `title：x`.
    FullWidthColon,
    /// `title:x`.
    NoSpace,
    /// A tab in the indentation.
    Tab,
    /// A value with special characters that needs quotes, or a closing quote or bracket.
    Quote,
}

/// The slips of `text`, in order.
#[must_use]
pub fn heal(text: &str) -> Vec<Edit> {
    let mut state = State::default();
    let lines: Vec<Line<'_>> = lines_of(text).collect();
    for (index, line) in lines.iter().enumerate() {
        let next = lines[index + 1..].iter().find(|next| !next.is_blank());
        let single = next.is_none_or(|next| next.indent_width() <= line.indent_width() && !next.is_item());
        state.take(line, single);
    }
    state.edits
}

/// `text` with `edits`, which are in order and do not overlap.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.with);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// One line: where it starts, and its text without the line end.
struct Line<'a> {
    start: usize,
    text: &'a str,
}

fn lines_of(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |whole| {
        let line = Line {
            start,
            text: whole.trim_end_matches(['\n', '\r']),
        };
        start += whole.len();
        line
    })
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        let rest = self.text.trim_start();
        rest.is_empty() || rest.starts_with('#')
    }

    fn is_item(&self) -> bool {
        self.text.trim_start().starts_with("- ")
    }

    /// Bytes of white space at the start.
    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches([' ', '\t']).len()
    }

    /// Columns of white space at the start, a tab counting two.
    fn indent_width(&self) -> usize {
        self.text[..self.indent()]
            .bytes()
            .map(|byte| if byte == b'\t' { 2 } else { 1 })
            .sum()
    }
}

#[derive(Default)]
struct State {
    edits: Vec<Edit>,
    /// Indentation of the key whose block scalar (`|`, `>`) is being passed over.
    block: Option<usize>,
    /// Indentation of the key without a value under which lines may be indented.
    opener: Option<usize>,
}

impl State {
    fn take(&mut self, line: &Line<'_>, single: bool) {
        let mut width = line.indent_width();
        if line.is_blank() || self.block.is_some_and(|block| width > block) {
            return;
        }
        self.block = None;
        if self.opener.is_some_and(|opener| width <= opener && !line.is_item()) {
            self.opener = None;
        }
        if line.text[..line.indent()].contains('\t') {
            width = self.opener.map_or(0, |opener| width.max(opener + 2));
            self.edit(line, 0..line.indent(), " ".repeat(width), Slip::Tab, "");
        }
        if line.is_item() {
            return;
        }
        let nested = width > 0;
        if nested && self.opener.is_none() {
            return;
        }
        self.key_line(line, width, nested, single);
    }

    /// A line that must be `key: value`.
    fn key_line(&mut self, line: &Line<'_>, width: usize, nested: bool, single: bool) {
        let from = line.indent();
        let Some((key, gap, colon)) = key_of(&line.text[from..], nested) else {
            return;
        };
        let colon_at = from + key.len() + gap;
        let rest = &line.text[colon_at + colon.len_utf8()..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\u{3000}']).len();
        let value = rest[spaces..].trim_end();
        let after = colon_at + colon.len_utf8() + spaces;
        let space = if value.is_empty() { ":" } else { ": " };
        if colon == '：' {
            self.edit(
                line,
                from + key.len()..after,
                space.to_owned(),
                Slip::FullWidthColon,
                key,
            );
        } else if (spaces == 0 && !value.is_empty()) || rest[..spaces].contains('\u{3000}') {
            self.edit(line, colon_at..after, space.to_owned(), Slip::NoSpace, key);
        }
        if value.is_empty() {
            self.opener = Some(width);
        } else if value.starts_with(['|', '>']) {
            self.block = Some(width);
        } else if single {
            self.quote(line, after..after + value.len(), key);
        }
    }

    /// Puts quotes around a value that is no YAML by itself.
    fn quote(&mut self, line: &Line<'_>, range: Range<usize>, key: &str) {
        let value = &line.text[range.clone()];
        if !needs_quotes(value) {
            return;
        }
        for (open, close) in [('"', "\""), ('\'', "'"), ('[', "]"), ('{', "}")] {
            if value.starts_with(open) && super::read(&format!("{value}{close}")).is_ok() {
                self.edit(line, range.end..range.end, close.to_owned(), Slip::Quote, key);
                return;
            }
        }
        let quoted = format!("'{}'", value.replace('\'', "''"));
        self.edit(line, range, quoted, Slip::Quote, key);
    }

    fn edit(&mut self, line: &Line<'_>, range: Range<usize>, with: String, slip: Slip, key: &str) {
        let range = line.start + range.start..line.start + range.end;
        self.edits.push(Edit {
            range,
            with,
            slip,
            key: key.to_owned(),
        });
    }
}

/// The key at the start of `text`, the bytes between it and its colon, and the colon.
///
/// A nested key is only one of ASCII letters: Chinese text before a full-width colon may be a sentence.
fn key_of(text: &str, nested: bool) -> Option<(&str, usize, char)> {
    let is_part = |c: char| {
        c == '_'
            || c == '-'
            || if nested {
                c.is_ascii_alphanumeric()
            } else {
                c.is_alphanumeric()
            }
    };
    let key = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
    if !key.starts_with(char::is_alphabetic) || key.chars().count() > 24 {
        return None;
    }
    let rest = &text[key.len()..];
    let trimmed = rest.trim_start_matches(' ');
    let colon = trimmed.chars().next().filter(|c| matches!(c, ':' | '：'))?;
    let is_address = trimmed[colon.len_utf8()..].starts_with("//");
    (!is_address).then_some((key, rest.len() - trimmed.len(), colon))
}

/// Whether a value on one line cannot stand without quotes.
fn needs_quotes(value: &str) -> bool {
    let is_collection = value.starts_with(['[', '{']);
    match super::read(value) {
        Err(fault) => matches!(fault.kind, FaultKind::Syntax(_)),
        Ok(Value::Mapping(_) | Value::Sequence(_)) => !is_collection,
        Ok(_) => false,
    }
}
