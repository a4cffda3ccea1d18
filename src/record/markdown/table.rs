//! The table that is being written.

use pulldown_cmark::Alignment;

/// Which cell comes next.
#[derive(Default)]
pub(super) struct TableState {
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
}

impl TableState {
    /// A table whose columns are aligned so.
    pub(super) fn start(&mut self, alignments: Vec<Alignment>) {
        self.alignments = alignments;
    }

    /// The row of heads starts.
    pub(super) fn start_head(&mut self) {
        self.in_head = true;
        self.cell = 0;
    }

    /// The row of heads ends.
    pub(super) fn end_head(&mut self) {
        self.in_head = false;
    }

    /// A row of values starts.
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

    /// The end tag of the cell.
    pub(super) fn end_cell(&mut self) -> &'static str {
        self.cell += 1;
        if self.in_head { "</th>" } else { "</td>" }
    }
}
