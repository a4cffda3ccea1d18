//! Cells that reach over several rows: the rows below get empty ones in their places, so that the others stay in their columns.
//! Also which rows and cells are open, because their end tags may be left out (HTML, 13.1.2.4).

/// The most columns of a table in which cells that reach downwards are followed.
const MAX_COLUMNS: usize = 200;

/// The tables that are open, the outermost first.
#[derive(Default)]
pub(super) struct RowSpans {
    tables: Vec<OpenTable>,
}

#[derive(Default)]
struct OpenTable {
    /// For each column, in how many further rows a cell from above covers it.
    covered: Vec<usize>,
    /// The column of the next cell.
    column: usize,
    is_in_row: bool,
    is_in_cell: bool,
}

impl RowSpans {
    pub(super) fn start_table(&mut self) {
        self.tables.push(OpenTable::default());
    }

    pub(super) fn end_table(&mut self) {
        self.tables.pop();
    }

    /// Starts a row.
    pub(super) fn start_row(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.column = 0;
            table.is_in_row = true;
        }
    }

    /// The number of empty cells before the next cell, which reaches over so many columns and rows.
    pub(super) fn cell(&mut self, columns: usize, rows: usize) -> usize {
        let Some(table) = self.tables.last_mut() else {
            return 0;
        };
        let empty = table.skip_covered();
        let end = (table.column + columns).min(MAX_COLUMNS);
        if table.covered.len() < end {
            table.covered.resize(end, 0);
        }
        for covered in table.covered.iter_mut().take(end).skip(table.column) {
            *covered = rows.saturating_sub(1);
        }
        table.column += columns;
        table.is_in_cell = true;
        empty
    }

    /// Ends the row that is open. Returns the number of empty cells at its end; `None` when no row is open.
    pub(super) fn end_row(&mut self) -> Option<usize> {
        let table = self.tables.last_mut().filter(|table| table.is_in_row)?;
        table.is_in_row = false;
        Some(table.skip_covered())
    }

    /// Ends the cell that is open. Returns whether there was one.
    pub(super) fn end_cell(&mut self) -> bool {
        let table = self.tables.last_mut();
        table.is_some_and(|table| std::mem::take(&mut table.is_in_cell))
    }
}

impl OpenTable {
    /// Goes over the columns that cells from above cover. Returns their number.
    fn skip_covered(&mut self) -> usize {
        let start = self.column;
        while let Some(covered) = self.covered.get_mut(self.column).filter(|covered| **covered > 0) {
            *covered -= 1;
            self.column += 1;
        }
        self.column - start
    }
}
