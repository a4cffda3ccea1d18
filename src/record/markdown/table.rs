//! The current table.

use pulldown_cmark::Alignment;

/// The position of the next cell.
#[derive(Default)]
pub(super) struct TableState {
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
}

impl TableState {
    /// Starts a table with these column alignments.
    pub(super) fn start(&mut self, alignments: Vec<Alignment>) {
        self.alignments = alignments;
    }

    /// Starts the row of heads.
    pub(super) fn start_head(&mut self) {
        self.in_head = true;
        self.cell = 0;
    }

    /// Ends the row of heads.
    pub(super) fn end_head(&mut self) {
        self.in_head = false;
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
