//! Where a finding is: a part of a line of a text, or a cell of a ledger.

use crate::privacy;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::ops::Range;

/// A place in a file: one line, with the part that is meant.
///
/// Personal numbers in the line are masked when the place is made, so no output can show them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the site's folder, with forward slashes. Not stored: whoever reads a stored place knows it.
    #[serde(skip)]
    pub file: String,
    /// For a ledger, the sheet's name (empty in a CSV file, which has only one); `None` for a text.
    pub sheet: Option<String>,
    /// Line, counted from 1; in a ledger the row as Excel numbers it.
    pub line: usize,
    /// Column, counted from 1 in characters; in a ledger in columns, so that 3 is `C`.
    pub column: usize,
    /// The line itself, without its line end; in a ledger the row's cells, joined by ` | `. Personal numbers are masked.
    pub excerpt: String,
    /// The excerpt as written, if a number in it was masked. Only for rewriting the file; never for display.
    #[serde(serialize_with = "refuse_personal_numbers", skip_deserializing)]
    pub(crate) unmasked: Option<Box<str>>,
    /// The part that is meant, in bytes of `excerpt`; on character boundaries, possibly empty.
    pub marked_span: ByteSpan,
}

/// Stores nothing, and fails when there is a line with personal numbers: no cache may contain it.
#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn refuse_personal_numbers<S: Serializer>(unmasked: &Option<Box<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    match unmasked {
        None => serializer.serialize_unit(),
        Some(_) => Err(S::Error::custom("a line with personal numbers is not stored")),
    }
}

/// A byte range that orders and hashes, unlike [`Range`].
pub(crate) type ByteSpan = (usize, usize);

/// The longest excerpt kept, in bytes: a line of a minified file must not fill a terminal.
const EXCERPT_LIMIT: usize = 400;
/// How many bytes on both sides of an excerpt are read for numbers that it cuts.
const MASK_MARGIN: usize = 100;

impl Place {
    /// The place of `range` (bytes) in `text`, the whole text of `file`.
    ///
    /// Offsets beyond the text or inside a character move back to the nearest boundary; a range over several lines is
    /// cut at the end of its first one.
    #[must_use]
    pub fn in_text(file: &str, text: &str, range: Range<usize>) -> Self {
        let start = floor_char_boundary(text, range.start);
        let end = floor_char_boundary(text, range.end.max(range.start)).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line_text = text[line_start..line_end].trim_end_matches('\r');
        let from = (start - line_start).min(line_text.len());
        let to = (end - line_start).min(line_text.len()).max(from);
        let (range, marked) = shorten(line_text, from, to);
        // A number may go on in the next line, so the text around the line counts.
        let (excerpt, unmasked) = masked_excerpt(text, line_start + range.start..line_start + range.end);
        Self {
            file: file.to_owned(),
            sheet: None,
            line: text[..line_start].matches('\n').count() + 1,
            column: line_text[..from].chars().count() + 1,
            excerpt,
            unmasked,
            marked_span: marked,
        }
    }

    /// A place that means a file as a whole: its first line, with nothing marked.
    #[must_use]
    pub fn whole_file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            sheet: None,
            line: 1,
            column: 1,
            excerpt: String::new(),
            unmasked: None,
            marked_span: (0, 0),
        }
    }

    /// The place of the cell in `row` and `column`, both counted from 1, of a ledger's `sheet`.
    ///
    /// `cells` are the texts of the row, each with its column; they become the excerpt, in which the cell is marked. A
    /// cell that is not among them is empty; nothing is marked then.
    #[must_use]
    pub fn in_ledger<'t>(
        file: &str,
        sheet: &str,
        (row, column): (usize, usize),
        cells: impl IntoIterator<Item = (usize, &'t str)>,
    ) -> Self {
        let mut line = String::new();
        let mut marked = (0, 0);
        for (cell_column, text) in cells {
            if !line.is_empty() {
                line.push_str(" | ");
            }
            let start = line.len();
            line.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
            if cell_column == column {
                marked = (start, line.len());
            }
        }
        let (range, marked) = shorten(&line, marked.0, marked.1);
        let (excerpt, unmasked) = masked_excerpt(&line, range);
        Self {
            file: file.to_owned(),
            sheet: Some(sheet.to_owned()),
            line: row,
            column,
            excerpt,
            unmasked,
            marked_span: marked,
        }
    }

    /// The file as outputs show it: personal numbers in its name are masked.
    #[must_use]
    pub fn shown_file(&self) -> Cow<'_, str> {
        privacy::mask(&self.file)
    }

    /// The excerpt as written. Only for rewriting the file; never for display.
    #[must_use]
    pub(crate) fn written_excerpt(&self) -> &str {
        self.unmasked.as_deref().unwrap_or(&self.excerpt)
    }

    /// The column behind the marked part, counted like `column`; `None` in a ledger and for a file as a whole.
    #[must_use]
    pub fn end_column(&self) -> Option<usize> {
        let (from, to) = self.marked_span;
        let is_part = self.sheet.is_none() && !self.excerpt.is_empty();
        is_part.then(|| self.column + self.excerpt[from..to].chars().count())
    }

    /// The cell of a ledger as Excel names it: `2022年!C7`, in a CSV file `C7`; `None` in a text.
    #[must_use]
    pub fn cell_reference(&self) -> Option<String> {
        let sheet = self.sheet.as_deref()?;
        let cell = format!("{}{}", column_letters(self.column), self.line);
        Some(if sheet.is_empty() {
            cell
        } else {
            format!("{sheet}!{cell}")
        })
    }
}

/// A column as Excel names it: 1 is `A`, 27 is `AA`.
#[must_use]
pub(crate) fn column_letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        column /= 26;
    }
    letters.iter().rev().collect()
}

/// The nearest character boundary at or before `offset`.
fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The part of a long line around its marked part, and that part in it.
fn shorten(line: &str, from: usize, to: usize) -> (Range<usize>, ByteSpan) {
    if line.len() <= EXCERPT_LIMIT {
        return (0..line.len(), (from, to));
    }
    let start = floor_char_boundary(line, from.saturating_sub(EXCERPT_LIMIT / 2));
    let end = floor_char_boundary(line, start + EXCERPT_LIMIT);
    (start..end, (from - start, to.min(end) - start))
}

/// The part `range` of a text with its personal numbers masked, and as written if there are some. `range` lies on
/// character boundaries.
#[must_use]
pub(crate) fn masked_excerpt(text: &str, range: Range<usize>) -> (String, Option<Box<str>>) {
    let written = &text[range.clone()];
    let start = floor_char_boundary(text, range.start.saturating_sub(MASK_MARGIN));
    let end = floor_char_boundary(text, range.end + MASK_MARGIN);
    match privacy::mask(&text[start..end]) {
        Cow::Borrowed(_) => (written.to_owned(), None),
        // A masked text has the characters at the same bytes.
        Cow::Owned(masked) => {
            let masked = masked[range.start - start..range.end - start].to_owned();
            let unmasked = (masked != written).then(|| written.into());
            (masked, unmasked)
        }
    }
}
