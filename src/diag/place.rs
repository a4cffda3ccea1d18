//! Where a finding is: a part of a line of a text, or a cell of a ledger.

use std::ops::Range;

/// A place in a file: one line, with the part that is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, relative to the site's folder, with forward slashes.
    pub file: String,
    /// For a ledger, the sheet's name (empty in a CSV file, which has only one); `None` for a text.
    pub sheet: Option<String>,
    /// Line, counted from 1; in a ledger the row as Excel numbers it.
    pub line: usize,
    /// Column, counted from 1 in characters; in a ledger in columns, so that 3 is `C`.
    pub column: usize,
    /// The line itself, without its line end; in a ledger the row's cells, joined by ` | `.
    pub excerpt: String,
    /// The part that is meant, in bytes of `excerpt`; on character boundaries, possibly empty.
    pub marked_span: ByteSpan,
}

/// A byte range that orders and hashes, unlike [`Range`].
pub(crate) type ByteSpan = (usize, usize);

/// The longest excerpt kept, in bytes: a line of a minified file must not fill a terminal.
const EXCERPT_LIMIT: usize = 400;

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
        let (excerpt, marked) = shorten(line_text, from, to);
        Self {
            file: file.to_owned(),
            sheet: None,
            line: text[..line_start].matches('\n').count() + 1,
            column: line_text[..from].chars().count() + 1,
            excerpt,
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
        let (excerpt, marked) = shorten(&line, marked.0, marked.1);
        Self {
            file: file.to_owned(),
            sheet: Some(sheet.to_owned()),
            line: row,
            column,
            excerpt,
            marked_span: marked,
        }
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

/// Cuts a long line to a window around its marked part.
fn shorten(line: &str, from: usize, to: usize) -> (String, ByteSpan) {
    if line.len() <= EXCERPT_LIMIT {
        return (line.to_owned(), (from, to));
    }
    let window_start = floor_char_boundary(line, from.saturating_sub(EXCERPT_LIMIT / 2));
    let window_end = floor_char_boundary(line, window_start + EXCERPT_LIMIT);
    let excerpt = line[window_start..window_end].to_owned();
    let to = to.min(window_end) - window_start;
    (excerpt, (from - window_start, to))
}
