//! Splits a CSV text into records and fields.
//!
//! Our own reader, because the available crate accepts a quotation mark without its pair: it takes the rest of the file
//! for one cell, without a word.

use std::borrow::Cow;
use std::ops::Range;

/// One record: a row as Excel numbers them. An empty line is a record without fields.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'t> {
    /// Its bytes in the text, without the line end.
    pub(super) range: Range<usize>,
    pub(super) fields: Vec<Cow<'t, str>>,
    /// The quotation marks that have no pair, in bytes of the text.
    pub(super) unpaired: Vec<Range<usize>>,
}

/// The number of quotation marks without a pair after which quoted fields end with their line.
const MAX_FAULTS: usize = 20;

/// Reads the records of a text one after the other. Lines end with LF, CRLF or CR.
pub(super) struct Records<'t> {
    text: &'t str,
    /// The delimiter, and another character that is one, too, or the same again.
    delimiters: [char; 2],
    offset: usize,
    /// How many more quotation marks may have no pair. Then quoted fields end with their line, so that reading stays
    /// linear.
    faults_left: usize,
}

impl<'t> Records<'t> {
    /// The records of `text` from `offset` on.
    pub(super) const fn new(text: &'t str, offset: usize, delimiters: [char; 2]) -> Self {
        Self {
            text,
            delimiters,
            offset,
            faults_left: MAX_FAULTS,
        }
    }

    /// Records a quotation mark without a pair, which is then a part of its text. Further ones are not recorded when there
    /// were too many.
    fn add_fault(&mut self, at: usize, unpaired: &mut Vec<Range<usize>>) {
        if self.faults_left > 0 {
            unpaired.push(at..at + 1);
            self.faults_left -= 1;
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.offset..]
    }

    /// Steps over a line end, if there is one.
    fn skip_line_end(&mut self) -> bool {
        let length = match self.rest().as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.offset += length;
        true
    }

    /// The text up to the next delimiter or line end.
    fn plain_text(&mut self) -> &'t str {
        let rest = self.rest();
        let [first, second] = self.delimiters;
        let end = rest.find(['\r', '\n', first, second]);
        let text = &rest[..end.unwrap_or(rest.len())];
        self.offset += text.len();
        text
    }

    /// Reads a field in quotation marks. `None` when it does not start with one, or when that has no pair, which is then
    /// added to `unpaired`.
    fn quoted_field(&mut self, first_of_row: &str, unpaired: &mut Vec<Range<usize>>) -> Option<Cow<'t, str>> {
        let rest = self.rest();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\u{3000}']).len();
        if !rest[blanks..].starts_with('"') {
            return None;
        }
        let start = self.offset + blanks + 1;
        let Some(end) = self.closing_quote(start) else {
            self.add_fault(start - 1, unpaired);
            return None;
        };
        let inside = &self.text[start..end];
        let before = std::mem::replace(&mut self.offset, end + 1);
        let after = self.plain_text();
        let spans_lines = inside.contains(['\n', '\r']);
        if spans_lines && (!after.trim().is_empty() || self.contains_row(inside, first_of_row)) {
            self.add_fault(start - 1, unpaired);
            self.offset = before;
            return None;
        }
        Some(if inside.contains('"') || !after.trim().is_empty() {
            Cow::Owned(inside.replace("\"\"", "\"") + after)
        } else {
            Cow::Borrowed(inside)
        })
    }

    /// The offset of the quotation mark that closes the field whose content starts at `start`.
    fn closing_quote(&self, start: usize) -> Option<usize> {
        let mut content = &self.text[start..];
        if self.faults_left == 0 {
            content = &content[..content.find(['\r', '\n']).unwrap_or(content.len())];
        }
        let mut quotes = memchr::memchr_iter(b'"', content.as_bytes());
        loop {
            let at = quotes.next()?;
            // Two marks in a row stand for one.
            if content.as_bytes().get(at + 1) == Some(&b'"') {
                quotes.next();
            } else {
                return Some(start + at);
            }
        }
    }

    /// Whether a quoted text contains a row like its own: a line with several fields whose first one has the form of
    /// `first_of_row`, the first field of the row.
    fn contains_row(&self, inside: &str, first_of_row: &str) -> bool {
        let form = digit_form(first_of_row);
        let is_row = |line: &str| {
            let mut fields = line.split(self.delimiters);
            let first = fields.next().unwrap_or_default();
            form.contains('0') && fields.count() >= 2 && digit_form(first) == form
        };
        inside.split(['\n', '\r']).skip(1).any(is_row)
    }
}

/// A text with `0` in place of each number: `2022/5/12` becomes `0/0/0`.
fn digit_form(text: &str) -> String {
    let mut form = String::new();
    for c in text.trim().chars() {
        match c.is_ascii_digit() {
            true if form.ends_with('0') => {}
            true => form.push('0'),
            false => form.push(c),
        }
    }
    form
}

impl<'t> Iterator for Records<'t> {
    type Item = Record<'t>;

    fn next(&mut self) -> Option<Record<'t>> {
        if self.rest().is_empty() {
            return None;
        }
        let mut record = Record {
            range: self.offset..self.offset,
            fields: Vec::new(),
            unpaired: Vec::new(),
        };
        if self.skip_line_end() {
            return Some(record);
        }
        loop {
            let Record { fields, unpaired, .. } = &mut record;
            let first = fields.first().map_or("", |field| &**field);
            let field = self
                .quoted_field(first, unpaired)
                .unwrap_or_else(|| Cow::Borrowed(self.plain_text()));
            fields.push(field);
            let Some(delimiter) = self.rest().chars().next().filter(|c| self.delimiters.contains(c)) else {
                break;
            };
            self.offset += delimiter.len_utf8();
        }
        record.range.end = self.offset;
        self.skip_line_end();
        Some(record)
    }
}
