//! The current table.

use pulldown_cmark::Alignment;
use std::ops::Range;

/// The position of the next cell.
#[derive(Default)]
pub(super) struct TableState {
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    /// Where the row of heads starts in the HTML, and its range in the prepared text.
    head: (usize, Range<usize>),
}

impl TableState {
    /// Starts a table with these column alignments.
    pub(super) fn start(&mut self, alignments: Vec<Alignment>) {
        self.alignments = alignments;
    }

    /// Starts the row of heads, at `start` in the HTML and `range` of the prepared text.
    pub(super) fn start_head(&mut self, start: usize, range: Range<usize>) {
        self.in_head = true;
        self.cell = 0;
        self.head = (start, range);
    }

    /// Ends the row of heads. Returns where it started.
    pub(super) fn end_head(&mut self) -> (usize, Range<usize>) {
        self.in_head = false;
        std::mem::take(&mut self.head)
    }

    /// Starts a row of values.
    pub(super) fn start_row(&mut self) {
        self.cell = 0;
    }

    /// The start tag of the next cell.
    pub(super) fn start_cell(&self) -> String {
        let element = if self.in_head { "th" } else { "td" };
        match self.alignments.get(self.cell) {
            Some(Alignment::Left) => format!("<{element} class=\"left\">"),
            Some(Alignment::Center) => format!("<{element} class=\"center\">"),
            Some(Alignment::Right) => format!("<{element} class=\"right\">"),
            Some(Alignment::None) | None => format!("<{element}>"),
        }
    }

    /// The end tag of the cell. Advances to the next one.
    pub(super) fn end_cell(&mut self) -> &'static str {
        self.cell += 1;
        if self.in_head { "</th>" } else { "</td>" }
    }
}
