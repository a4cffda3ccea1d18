//! Typos of Chinese input methods and word processors in YAML, found line by line, with the intended text.
//!
//! Works on lines instead of YAML, because the text is not valid YAML yet. Called only for a text that could not be
//! parsed, or that parsed into something suspicious. So a sentence with a full-width colon in a valid file is never
//! changed.

use super::{Value, YamlErrorKind};
use std::ops::Range;

/// One replacement that turns a line into what its writer meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextEdit {
    /// The bytes replaced. May be empty.
    pub range: Range<usize>,
    /// The new text.
    pub replacement: String,
    /// The typo that it fixes.
    pub typo: Typo,
    /// The key of the line.
    pub key: String,
}

/// A sort of typo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typo {
    /// `title：x`.
    FullWidthColon,
    /// `title:x`.
    NoSpace,
    /// A tab in the indentation.
    Tab,
    /// A value with special characters that needs quotes, or a missing closing quote or bracket.
    Quote,
}

/// The typos of `text`, in order.
#[must_use]
pub(crate) fn find_typos(text: &str) -> Vec<TextEdit> {
    let mut state = TypoFinder::default();
    let lines: Vec<YamlLine<'_>> = lines_of(text).collect();
    for (index, line) in lines.iter().enumerate() {
        let next = lines[index + 1..].iter().find(|next| !next.is_blank());
        let single = next.is_none_or(|next| next.indent_width() <= line.indent_width() && !next.is_item());
        state.scan_line(line, single);
    }
    state.edits
}

/// Returns `text` with `edits` applied. They are in order and do not overlap.
#[must_use]
pub(crate) fn apply_edits(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.replacement);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// One line: its offset, and its text without the line end.
struct YamlLine<'a> {
    start: usize,
    text: &'a str,
}

fn lines_of(text: &str) -> impl Iterator<Item = YamlLine<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |whole| {
        let line = YamlLine {
            start,
            text: whole.trim_end_matches(['\n', '\r']),
        };
        start += whole.len();
        line
    })
}

impl YamlLine<'_> {
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

    /// Columns of white space at the start. A tab counts as two.
    fn indent_width(&self) -> usize {
        self.text[..self.indent()]
            .bytes()
            .map(|byte| if byte == b'\t' { 2 } else { 1 })
            .sum()
    }
}

#[derive(Default)]
struct TypoFinder {
    edits: Vec<TextEdit>,
    /// Indentation of the key whose block scalar (`|`, `>`) is being skipped.
    block_indent: Option<usize>,
    /// Indentation of the key without a value below which lines may be indented.
    parent_indent: Option<usize>,
}

impl TypoFinder {
    fn scan_line(&mut self, line: &YamlLine<'_>, single: bool) {
        let mut width = line.indent_width();
        if line.is_blank() || self.block_indent.is_some_and(|block| width > block) {
            return;
        }
        self.block_indent = None;
        if self
            .parent_indent
            .is_some_and(|opener| width <= opener && !line.is_item())
        {
            self.parent_indent = None;
        }
        if line.text[..line.indent()].contains('\t') {
            width = self.parent_indent.map_or(0, |opener| width.max(opener + 2));
            self.push_edit(line, 0..line.indent(), " ".repeat(width), Typo::Tab, "");
        }
        if line.is_item() {
            // Further keys of the item stand below its first one.
            self.parent_indent = Some(width);
            return;
        }
        let nested = width > 0;
        if nested && self.parent_indent.is_none() {
            return;
        }
        self.scan_key_line(line, width, nested, single);
    }

    /// Checks a line that must be `key: value`.
    fn scan_key_line(&mut self, line: &YamlLine<'_>, width: usize, nested: bool, single: bool) {
        let from = line.indent();
        let Some((key, gap, colon)) = split_key(&line.text[from..], nested) else {
            return;
        };
        let colon_at = from + key.len() + gap;
        let rest = &line.text[colon_at + colon.len_utf8()..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\u{3000}']).len();
        let value = rest[spaces..].trim_end();
        let after = colon_at + colon.len_utf8() + spaces;
        let space = if value.is_empty() { ":" } else { ": " };
        if colon == '：' {
            self.push_edit(
                line,
                from + key.len()..after,
                space.to_owned(),
                Typo::FullWidthColon,
                key,
            );
        } else if (spaces == 0 && !value.is_empty()) || rest[..spaces].contains('\u{3000}') {
            self.push_edit(line, colon_at..after, space.to_owned(), Typo::NoSpace, key);
        }
        if value.is_empty() {
            self.parent_indent = Some(width);
        } else if value.starts_with(['|', '>']) {
            self.block_indent = Some(width);
        } else if single {
            self.add_quotes(line, after..after + value.len(), key);
        }
    }

    /// Adds quotes around a value that is not valid YAML by itself.
    fn add_quotes(&mut self, line: &YamlLine<'_>, range: Range<usize>, key: &str) {
        let value = &line.text[range.clone()];
        if !needs_quotes(value) {
            return;
        }
        for (open, close) in [('"', "\""), ('\'', "'"), ('[', "]"), ('{', "}")] {
            if value.starts_with(open) && super::read(&format!("{value}{close}")).is_ok() {
                self.push_edit(line, range.end..range.end, close.to_owned(), Typo::Quote, key);
                return;
            }
        }
        let quoted = format!("'{}'", value.replace('\'', "''"));
        self.push_edit(line, range, quoted, Typo::Quote, key);
    }

    fn push_edit(&mut self, line: &YamlLine<'_>, range: Range<usize>, with: String, typo: Typo, key: &str) {
        let range = line.start + range.start..line.start + range.end;
        self.edits.push(TextEdit {
            range,
            replacement: with,
            typo,
            key: key.to_owned(),
        });
    }
}

/// The key at the start of `text`, the number of bytes between it and its colon, and the colon.
///
/// A nested key has ASCII letters only: Chinese text before a full-width colon may be a sentence.
fn split_key(text: &str, nested: bool) -> Option<(&str, usize, char)> {
    let is_part = |c: char| {
        matches!(c, '_' | '-' | '.')
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

/// Whether a value on one line is invalid without quotes.
fn needs_quotes(value: &str) -> bool {
    let is_collection = value.starts_with(['[', '{']);
    match super::read(value) {
        Err(fault) => matches!(fault.kind, YamlErrorKind::Syntax(_)),
        Ok(Value::Mapping(_) | Value::Sequence(_)) => !is_collection,
        Ok(_) => false,
    }
}
