//! One YAML text of one file: its value, its findings, and the place of every key and value.

use super::controls::remove_escaped_controls;
use super::lost_texts::find_lost_texts;
use super::typos::{apply_edits, find_typos, has_wide_space, is_wide_space, offset_in_fixed, offset_in_source};
use super::{Mapping, PathMap, TextEdit, Typo, Value, YamlError, YamlErrorKind, YamlSpans};
use crate::diag::{Code, Diagnostic, Place};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// How many times a text is parsed again, each time without its first error, before the parser gives up.
const MAX_ATTEMPTS: usize = 24;

/// A YAML text in a file. Finds the places of its keys and values.
#[derive(Debug)]
pub(crate) struct YamlDocument<'a> {
    file: &'a str,
    text: &'a str,
    /// The offset in `text` at which the YAML starts.
    start: usize,
    /// The YAML of the last attempt: typos fixed, faulty entries blanked out.
    yaml: Cow<'a, str>,
    /// What the fixes changed, in bytes of the YAML as written.
    edits: Vec<TextEdit>,
    /// Keys whose entries were blanked out.
    broken_keys: Vec<String>,
    spans: OnceCell<YamlSpans>,
    /// Values that are read at another path than the one at which they were written.
    path_map: PathMap,
}

/// The result of parsing a [`YamlDocument`].
#[derive(Debug)]
pub(crate) struct ParsedYaml<'a> {
    /// The document, for finding places.
    pub document: YamlDocument<'a>,
    /// Its value, without the entries that cannot be read; `Null` when nothing is left.
    pub value: Value,
    /// Syntax errors, fixed typos and duplicate keys.
    pub findings: Vec<Diagnostic>,
}

impl<'a> YamlDocument<'a> {
    /// Parses the bytes `range` of `text`, the text of `file`. `maps` names the top-level keys whose values are maps.
    #[must_use]
    pub(crate) fn parse_range(file: &'a str, text: &'a str, range: Range<usize>, maps: &[&str]) -> ParsedYaml<'a> {
        let start = range.start;
        let yaml = &text[range];
        let document = Self {
            file,
            text,
            start,
            yaml: Cow::Borrowed(yaml),
            edits: Vec::new(),
            broken_keys: Vec::new(),
            spans: OnceCell::new(),
            path_map: PathMap::default(),
        };
        let mut parsed = match super::read(yaml) {
            Ok(value) if !is_suspicious(&value, maps) && !has_wide_space(yaml) => ParsedYaml {
                document,
                value,
                findings: Vec::new(),
            },
            _ => document.recover(yaml),
        };
        let lost = find_lost_texts(yaml).into_iter();
        parsed.findings.extend(lost.map(|lost| lost.finding(file, text, start)));
        if let Some(finding) = remove_escaped_controls(file, text, start, yaml, &mut parsed.value) {
            parsed.findings.push(finding);
        }
        parsed
    }

    /// Parses a whole file.
    #[must_use]
    pub(crate) fn parse(file: &'a str, text: &'a str, maps: &[&str]) -> ParsedYaml<'a> {
        Self::parse_range(file, text, 0..text.len(), maps)
    }

    /// Returns the document with `path_map`. Its methods then take the paths at which values are read.
    #[must_use]
    pub(crate) fn with_path_map(self, path_map: PathMap) -> Self {
        Self { path_map, ..self }
    }

    /// Whether the top-level `key` exists but its entry could not be read.
    #[must_use]
    pub(crate) fn is_broken(&self, key: &str) -> bool {
        self.broken_keys.iter().any(|broken| broken == key)
    }

    /// Whether typos were fixed, so that offsets differ from those in the file.
    #[must_use]
    pub(crate) const fn has_typos(&self) -> bool {
        !self.edits.is_empty()
    }

    /// The place of the key that `path` ends with; the document's first line when the text does not contain the key.
    #[must_use]
    pub(crate) fn key_place(&self, path: &[&str]) -> Place {
        self.place(self.find_written(path, YamlSpans::key_range).unwrap_or(0..0))
    }

    /// The place of the value at `path`; the key's place when the value is empty.
    #[must_use]
    pub(crate) fn value_place(&self, path: &[&str]) -> Place {
        let range = self
            .find_written(path, YamlSpans::value_range)
            .filter(|range| !range.is_empty())
            .or_else(|| self.find_written(path, YamlSpans::key_range));
        self.place(range.unwrap_or(0..0))
    }

    /// The bytes of the value at `path` in the YAML as parsed.
    #[must_use]
    pub(crate) fn value_range(&self, path: &[&str]) -> Option<Range<usize>> {
        self.find_written(path, YamlSpans::value_range)
    }

    /// The scalar at `path` as written, without quotes.
    #[must_use]
    pub(crate) fn scalar(&self, path: &[&str]) -> Option<&str> {
        self.find_written(path, YamlSpans::scalar)
    }

    /// The place of the document's first line.
    #[must_use]
    pub(crate) fn top_place(&self) -> Place {
        self.place(0..0)
    }

    /// Calls `find` with the path at which the value of `path` was written.
    fn find_written<'s, T>(&'s self, path: &[&str], find: impl Fn(&'s YamlSpans, &[&str]) -> Option<T>) -> Option<T> {
        let written = self.path_map.written_path(path);
        let written: Vec<&str> = written.iter().map(String::as_str).collect();
        find(self.spans(), &written)
    }

    fn spans(&self) -> &YamlSpans {
        self.spans.get_or_init(|| YamlSpans::of(&self.yaml))
    }

    /// The place in the file of a range of the YAML as parsed.
    fn place(&self, range: Range<usize>) -> Place {
        let start = self.start + offset_in_source(&self.edits, range.start);
        let end = self.start + offset_in_source(&self.edits, range.end);
        Place::in_text(self.file, self.text, start..end)
    }

    /// Fixes typos, blanks out what is still broken, and reports both.
    fn recover(mut self, written: &'a str) -> ParsedYaml<'a> {
        let mut findings = Vec::new();
        self.edits = find_typos(written);
        if !self.edits.is_empty() {
            self.yaml = Cow::Owned(apply_edits(written, &self.edits));
            let mut equals = 0;
            let mut comma_line = None;
            let is_reported = |edit: &&TextEdit| {
                equals += usize::from(edit.typo == Typo::Equals);
                match edit.typo {
                    // Front matter in TOML is one fault, not one for each line.
                    Typo::Equals => equals == 1,
                    // The commas of one line are one fault.
                    Typo::FullWidthComma => {
                        let line = written[..edit.range.start].rfind('\n');
                        comma_line.replace(line) != Some(line)
                    }
                    _ => true,
                }
            };
            findings.extend(
                self.edits
                    .iter()
                    .filter(is_reported)
                    .map(|edit| self.typo_finding(edit)),
            );
        }
        for _ in 0..MAX_ATTEMPTS {
            let fault = match super::read(&self.yaml) {
                Ok(value) => {
                    // The cached places belong to a shorter attempt.
                    self.spans = OnceCell::new();
                    return ParsedYaml {
                        document: self,
                        value,
                        findings,
                    };
                }
                Err(fault) => fault,
            };
            if !self.blank_broken_entries(&fault, &mut findings) {
                findings.push(self.error_finding(&fault));
                break;
            }
        }
        ParsedYaml {
            document: self,
            value: Value::Null,
            findings,
        }
    }

    fn typo_finding(&self, edit: &TextEdit) -> Diagnostic {
        let code = match edit.typo {
            Typo::FullWidthColon => Code::FullWidthColon,
            Typo::FullWidthComma => Code::FullWidthComma,
            Typo::NoSpace => Code::NoSpaceAfterColon,
            Typo::Tab => Code::TabInYaml,
            Typo::WideSpace => Code::WideSpace,
            Typo::Quote | Typo::Equals => Code::YamlSyntax,
        };
        let mut range = self.start + edit.range.start..self.start + edit.range.end;
        let wide = self.text[range.clone()].char_indices().find(|&(_, c)| is_wide_space(c));
        if let Some((at, c)) = wide.filter(|_| edit.typo == Typo::WideSpace) {
            range = range.start + at..range.start + at + c.len_utf8();
        }
        let column = Place::in_text(self.file, self.text, range.clone()).column;
        let mut finding = Diagnostic::new(code)
            .at(Place::in_text(self.file, self.text, range))
            .with_fix(self.fixed_line(edit.range.start));
        if edit.typo == Typo::Quote {
            finding = finding.with("reason", "yaml-quote");
        } else if edit.typo == Typo::Equals {
            finding = finding.with("reason", "yaml-equals");
        } else if edit.typo == Typo::WideSpace {
            let c = wide.map_or(' ', |(_, c)| c);
            finding = finding
                .with("character", format!("U+{:04X}", u32::from(c)))
                .with("column", column.to_string());
        } else if !edit.key.is_empty() {
            finding = finding.with("key", edit.key.clone());
        }
        finding
    }

    /// The fixed form of the line that contains `at` (bytes of the YAML as written).
    fn fixed_line(&self, at: usize) -> String {
        let offset = offset_in_fixed(&self.edits, at);
        let from = self.yaml[..offset].rfind('\n').map_or(0, |end| end + 1);
        self.yaml[from..].lines().next().unwrap_or_default().to_owned()
    }

    /// Blanks out the entry that contains `fault`, or else every entry that is broken by itself. Returns false when it
    /// finds no such entry.
    fn blank_broken_entries(&mut self, fault: &YamlError, findings: &mut Vec<Diagnostic>) -> bool {
        if let YamlErrorKind::DuplicateKey(key) = &fault.kind {
            let places = YamlSpans::of(&self.yaml);
            let Some(pair) = places.pair_at(fault.range.start) else {
                return false;
            };
            findings.push(
                Diagnostic::new(Code::DuplicateKey)
                    .at(self.place(fault.range.clone()))
                    .with("key", key.clone()),
            );
            // The colon belongs to the pair even when no value follows.
            let end = self.yaml[pair.end..]
                .find(':')
                .filter(|_| pair.end == fault.range.end)
                .map_or(pair.end, |at| pair.end + at + 1);
            self.blank_out(pair.start..end);
            return true;
        }
        let mut found = false;
        for entry in entries(&self.yaml) {
            let Some(fault) = check_entry(&self.yaml[entry.clone()]) else {
                continue;
            };
            found = true;
            let range = self.range_to_mark(&entry, entry.start + fault.range.start);
            findings.push(self.error_finding(&YamlError {
                kind: fault.kind,
                range,
            }));
            let key = self.yaml[entry.clone()]
                .split([':', '：'])
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned();
            self.broken_keys.push(key);
            self.blank_out(entry);
        }
        found
    }

    /// The range to mark for an error at `at`: the rest of its line, or the value of the first line when `at` is the
    /// entry's end.
    fn range_to_mark(&self, entry: &Range<usize>, at: usize) -> Range<usize> {
        let text = &self.yaml[entry.clone()];
        let first = text.lines().next().unwrap_or_default();
        let from = if at >= entry.start + text.trim_end().len() || at <= entry.start {
            entry.start + first.find(": ").map_or(0, |colon| colon + 2)
        } else {
            at
        };
        let line = self.yaml[from..entry.end].lines().next().unwrap_or_default();
        from..from + line.len()
    }

    fn error_finding(&self, fault: &YamlError) -> Diagnostic {
        let finding = match &fault.kind {
            YamlErrorKind::DuplicateKey(key) => Diagnostic::new(Code::DuplicateKey).with("key", key.clone()),
            YamlErrorKind::Syntax(reason) => Diagnostic::new(Code::YamlSyntax).with("reason", *reason),
        };
        finding.at(self.place(fault.range.clone()))
    }

    /// Replaces a range by spaces. Line ends and all offsets stay.
    fn blank_out(&mut self, range: Range<usize>) {
        let blanked: String = self.yaml[range.clone()]
            .bytes()
            .map(|byte| {
                if byte == b'\n' || byte == b'\r' {
                    char::from(byte)
                } else {
                    ' '
                }
            })
            .collect();
        self.yaml.to_mut().replace_range(range, &blanked);
    }
}

/// The typos of a YAML text whose correction is certain: all but missing quotes. Empty when the text is valid.
#[must_use]
pub(crate) fn certain_typos(yaml: &str, maps: &[&str]) -> Vec<TextEdit> {
    if !YamlDocument::parse("", yaml, maps).has_typos() {
        return Vec::new();
    }
    let mut edits = find_typos(yaml);
    edits.retain(|edit| edit.typo != Typo::Quote);
    edits
}

/// Whether a text that parses is probably not what was meant: not a map, a colon within a key, a sentence in place of a
/// map.
fn is_suspicious(value: &Value, maps: &[&str]) -> bool {
    let has_colon = |text: &str| text.contains([':', '：']);
    let has_equals = |text: &str| text.contains('=');
    match value {
        Value::Mapping(map) => map.iter().any(|(key, value)| match (key, value) {
            (Value::String(key), _) if has_colon(key) => true,
            (Value::String(key), Value::String(text)) => maps.contains(&key.as_str()) && has_colon(text),
            _ => false,
        }),
        Value::String(text) => has_colon(text) || has_equals(text),
        _ => false,
    }
}

/// Returns the error in an entry by itself. A sentence without a key is not an entry.
fn check_entry(entry: &str) -> Option<YamlError> {
    match super::read(entry) {
        Err(fault) => matches!(fault.kind, YamlErrorKind::Syntax(_)).then_some(fault),
        Ok(Value::Mapping(_) | Value::Sequence(_) | Value::Null) => None,
        Ok(_) => Some(YamlError {
            kind: YamlErrorKind::Syntax("yaml-no-colon"),
            range: 0..0,
        }),
    }
}

/// The top-level entries. Each goes from a line that starts at the first column to the next such line.
fn entries(yaml: &str) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in yaml.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '\n', '\r', '#', ']', '}', '-']) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([yaml.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

impl ParsedYaml<'_> {
    /// Whether typos were fixed in the document.
    #[must_use]
    pub(crate) const fn has_typos(&self) -> bool {
        self.document.has_typos()
    }

    /// The value as a map; empty for an empty text. Any other value is reported as a finding.
    #[must_use]
    pub(crate) fn into_map(mut self) -> (Self, Mapping) {
        let value = std::mem::replace(&mut self.value, Value::Null);
        match value {
            Value::Mapping(map) => (self, map),
            Value::Null => (self, Mapping::new()),
            _ => {
                let fault = YamlError {
                    kind: YamlErrorKind::Syntax("yaml-no-map"),
                    range: self.document.value_range(&[]).unwrap_or(0..0),
                };
                self.findings.push(self.document.error_finding(&fault));
                (self, Mapping::new())
            }
        }
    }
}
