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
    /// `{id: x， name: y}`.
    FullWidthComma,
    /// `title:x`.
    NoSpace,
    /// A tab in the indentation.
    Tab,
    /// A space that is not one for YAML, at the start of a line or after a dash: U+3000, U+00A0.
    WideSpace,
    /// `title = x`.
    Equals,
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

/// Converts an offset in the fixed text into an offset in the text as written.
pub(super) fn offset_in_source(edits: &[TextEdit], at: usize) -> usize {
    let (mut fixed, mut written) = (0, 0);
    for edit in edits {
        let gap = edit.range.start - written;
        if at < fixed + gap {
            break;
        }
        fixed += gap + edit.replacement.len();
        written = edit.range.end;
        if at < fixed {
            return edit.range.start + (at + edit.replacement.len() - fixed).min(edit.range.len());
        }
    }
    written + (at - fixed)
}

/// Converts an offset in the text as written, at or before an edit, into an offset in the fixed text.
pub(super) fn offset_in_fixed(edits: &[TextEdit], at: usize) -> usize {
    edits
        .iter()
        .take_while(|edit| edit.range.end <= at && edit.range.start < at)
        .fold(at, |offset, edit| offset + edit.replacement.len() - edit.range.len())
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

/// White space and invisible characters that YAML takes for letters.
pub(super) fn is_wide_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{2000}'..='\u{200F}' | '\u{202F}' | '\u{205F}' | '\u{2060}' | '\u{3000}' | '\u{FEFF}'
    )
}

/// Whether a line starts with such a space, or has one after its dash.
pub(super) fn has_wide_space(text: &str) -> bool {
    let is_wide = |line: &str| {
        let rest = line.trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        rest.starts_with(is_wide_space)
    };
    text.split('\n').any(is_wide) && find_typos(text).iter().any(|edit| edit.typo == Typo::WideSpace)
}

impl YamlLine<'_> {
    fn is_blank(&self) -> bool {
        let rest = self.text.trim_start();
        rest.is_empty() || rest.starts_with('#')
    }

    fn is_item(&self) -> bool {
        let rest = self.text[self.indent()..].strip_prefix('-');
        rest.is_some_and(|rest| rest.starts_with(|c: char| c == ' ' || is_wide_space(c)))
    }

    /// Bytes of white space at the start.
    fn indent(&self) -> usize {
        let is_space = |c: char| matches!(c, ' ' | '\t') || is_wide_space(c);
        self.text.len() - self.text.trim_start_matches(is_space).len()
    }

    /// Columns of white space at the start. A tab counts as two.
    fn indent_width(&self) -> usize {
        let width = |c: char| match c {
            '\t' => 2,
            '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' => 0,
            _ => 1,
        };
        self.text[..self.indent()].chars().map(width).sum()
    }

    /// A dash, and the length of the wide space after it.
    fn wide_space_after_dash(&self) -> Option<usize> {
        let rest = self.text[self.indent()..].strip_prefix('-')?;
        let space = rest.len() - rest.trim_start_matches(|c: char| c == ' ' || is_wide_space(c)).len();
        rest[..space].contains(is_wide_space).then_some(space)
    }
}

#[derive(Default)]
struct TypoFinder {
    edits: Vec<TextEdit>,
    /// Indentation of the key whose block scalar (`|`, `>`) is being skipped.
    block_indent: Option<usize>,
    /// Indentation of the key without a value below which lines may be indented.
    parent_indent: Option<usize>,
    /// Indentation of the list's items so far: as written, and as fixed.
    item_indent: Option<(usize, usize)>,
}

impl TypoFinder {
    fn scan_line(&mut self, line: &YamlLine<'_>, single: bool) {
        let written = line.indent_width();
        let mut width = written;
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
        let indent = &line.text[..line.indent()];
        let is_entry = || line.is_item() || split_key(&line.text[line.indent()..], false).is_some();
        let typo = if indent.contains(is_wide_space) && is_entry() {
            Some(Typo::WideSpace)
        } else {
            indent.contains('\t').then_some(Typo::Tab)
        };
        if let Some(typo) = typo {
            let before = self
                .item_indent
                .filter(|(before, _)| line.is_item() && *before == written);
            width = match before {
                Some((_, fixed)) => fixed,
                None => self.parent_indent.map_or(0, |opener| width.max(opener + 2)),
            };
            self.push_edit(line, 0..line.indent(), " ".repeat(width), typo, "");
        }
        if let Some(space) = line.wide_space_after_dash() {
            let from = line.indent() + 1;
            self.push_edit(line, from..from + space, " ".to_owned(), Typo::WideSpace, "");
        }
        if line.is_item() {
            let from = line.indent() + 1;
            let spaces = line.text[from..].len() - line.text[from..].trim_start().len();
            self.scan_flow(line, from + spaces);
            // Further keys of the item stand below its first one.
            self.parent_indent = Some(width);
            self.item_indent = Some((written, width));
            return;
        }
        if width == 0 {
            self.item_indent = None;
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
            return self.scan_equals(line, nested);
        };
        let colon_at = from + key.len() + gap;
        let rest = &line.text[colon_at + colon.len_utf8()..];
        let spaces = rest.len()
            - rest
                .trim_start_matches(|c: char| matches!(c, ' ' | '\t') || is_wide_space(c))
                .len();
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
        } else if !value.is_empty() && (spaces == 0 || rest[..spaces].contains(is_wide_space)) {
            self.push_edit(line, colon_at..after, space.to_owned(), Typo::NoSpace, key);
        }
        if value.is_empty() {
            self.parent_indent = Some(width);
        } else if value.starts_with(['|', '>']) {
            self.block_indent = Some(width);
        } else if single && !self.scan_flow(line, after) {
            self.add_quotes(line, after..after + value.len(), key);
        }
    }

    /// Replaces the full-width commas, and if need be colons, of a map or list on one line, when this makes it valid.
    /// Returns whether it did.
    fn scan_flow(&mut self, line: &YamlLine<'_>, from: usize) -> bool {
        let value = line.text[from..].trim_end();
        if !value.starts_with(['{', '[']) || super::read(value).is_ok() {
            return false;
        }
        let is_collection = |text: &str| matches!(super::read(text), Ok(Value::Mapping(_) | Value::Sequence(_)));
        let marks = [
            &[('，', ", ", Typo::FullWidthComma)][..],
            &[('，', ", ", Typo::FullWidthComma), ('：', ": ", Typo::FullWidthColon)][..],
        ];
        for marks in marks {
            let found = unquoted_marks(value, marks);
            let edits: Vec<TextEdit> = found
                .into_iter()
                .map(|(range, replacement, typo)| TextEdit {
                    range,
                    replacement: replacement.to_owned(),
                    typo,
                    key: String::new(),
                })
                .collect();
            if !edits.is_empty() && is_collection(&apply_edits(value, &edits)) {
                for edit in edits {
                    let range = from + edit.range.start..from + edit.range.end;
                    self.push_edit(line, range, edit.replacement, edit.typo, "");
                }
                return true;
            }
        }
        false
    }

    /// Checks a line that may be `key = value`, as in TOML.
    fn scan_equals(&mut self, line: &YamlLine<'_>, nested: bool) {
        let text = &line.text[line.indent()..];
        let end = text
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(text.len());
        let rest = text[end..].trim_start();
        if nested || end == 0 || !rest.starts_with('=') || rest.starts_with("==") {
            return;
        }
        let value = rest[1..].trim_start();
        let range = line.indent() + end..line.text.len() - value.len();
        self.push_edit(line, range, ": ".to_owned(), Typo::Equals, &text[..end]);
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
        let quoted = quoted_items(value).or_else(|| quoted_stars(value));
        let quoted = quoted.unwrap_or_else(|| format!("'{}'", value.replace('\'', "''")));
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

/// The `marks` of a text outside quotation marks, each with the spaces after it and what replaces both.
fn unquoted_marks<'m>(text: &str, marks: &[(char, &'m str, Typo)]) -> Vec<(Range<usize>, &'m str, Typo)> {
    let mut quote = None;
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => {
                let mark = marks.iter().find(|(mark, _, _)| *mark == c);
                found.extend(mark.map(|(_, replacement, typo)| {
                    let after = &text[at + c.len_utf8()..];
                    let spaces = after.len() - after.trim_start_matches([' ', '\u{3000}']).len();
                    (at..at + c.len_utf8() + spaces, *replacement, *typo)
                }));
            }
        }
    }
    found
}

/// A list on one line with quotes around the items that need them, such as `#护河`. `None` when that does not help.
fn quoted_items(value: &str) -> Option<String> {
    let items = value.strip_prefix('[')?.strip_suffix(']')?.split(',').map(str::trim);
    let quoted = items.map(|item| {
        if item.starts_with('#') || needs_quotes(item) {
            format!("\"{}\"", item.replace('"', "\\\""))
        } else {
            item.to_owned()
        }
    });
    let list = format!("[{}]", quoted.collect::<Vec<_>>().join(", "));
    super::read(&list).is_ok().then_some(list)
}

/// A map on one line with quotes around the items of its lists that start with a star, such as `*.pdf`, which YAML takes
/// for a reference. `None` when that does not help.
fn quoted_stars(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len() + 8);
    let mut rest = value.strip_prefix('{')?;
    out.push('{');
    while let Some(at) = rest.find('*') {
        let (before, item) = rest.split_at(at);
        let end = item.find([',', ']', '}']).unwrap_or(item.len());
        let is_start = before.trim_end().ends_with(['[', ',', ':']);
        let quote = if is_start { "\"" } else { "" };
        out.extend([before, quote, item[..end].trim_end(), quote]);
        rest = &item[end..];
    }
    out.push_str(rest);
    matches!(super::read(&out), Ok(Value::Mapping(_))).then_some(out)
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
