//! Checks the size of OpenDocument sheets before the library expands them: one cell or row may be repeated a million
//! times.

use super::error::LedgerError;
use super::hidden_rows::{HiddenRows, attribute};
use super::limits;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufRead, BufReader, Cursor};

/// The part of an OpenDocument file that holds its sheets.
const CONTENT: &str = "content.xml";

/// Whether a zip file is an OpenDocument file.
pub(super) fn is_opendocument(bytes: &[u8]) -> bool {
    zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name(CONTENT).is_some())
}

/// Checks that the sheets expand to at most [`limits::MAX_CELLS`] cells; an error otherwise. Returns the rows that are
/// hidden or filtered out.
pub(super) fn within_limits(bytes: &[u8]) -> Result<HiddenRows, LedgerError> {
    let damaged = || LedgerError::new("ledger-damaged");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let part = archive.by_name(CONTENT).map_err(|_| damaged())?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut extent = TableExtent::default();
    let mut buffer = Vec::new();
    while extent.read_event(&mut reader, &mut buffer).ok_or_else(damaged)? {
        if extent.cells() > limits::MAX_CELLS {
            return Err(LedgerError::new("ledger-too-large"));
        }
    }
    Ok(extent.hidden)
}

/// The size of the tables read so far, with repeated cells and rows expanded.
#[derive(Default)]
struct TableExtent {
    /// Rows up to the last row with content, in all tables.
    rows: usize,
    /// Empty rows after that row.
    empty_rows: usize,
    /// The widest row.
    width: usize,
    /// In the current row: columns up to the last cell with content, and empty columns after it.
    row: (usize, usize),
    /// How often the current row is repeated.
    row_repeats: usize,
    /// How often the open cell is repeated; `None` when no cell is open or the open cell was added to `row`.
    cell_repeats: Option<usize>,
    /// The name of the current table, and the number of rows before it.
    table: (String, usize),
    /// Whether the current row is hidden or filtered out.
    is_hidden: bool,
    /// The hidden rows with content, by table.
    hidden: HiddenRows,
}

impl TableExtent {
    fn cells(&self) -> usize {
        self.rows.saturating_mul(self.width.max(self.row.0))
    }

    /// Reads the next event. Returns `Some(false)` at the end, and `None` when the text is not valid XML.
    fn read_event<R: BufRead>(&mut self, reader: &mut Reader<R>, buffer: &mut Vec<u8>) -> Option<bool> {
        buffer.clear();
        match reader.read_event_into(buffer).ok()? {
            Event::Eof => return Some(false),
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => {
                self.open(&start);
                self.close(start.local_name().as_ref());
            }
            Event::End(end) => self.close(end.local_name().as_ref()),
            _ => {}
        }
        Some(true)
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        match start.local_name().as_ref() {
            "table-row" => {
                self.row_repeats = repeat_count(start, "number-rows-repeated");
                self.row = (0, 0);
                self.is_hidden = attribute(start, "visibility").is_some_and(|value| value != "visible");
            }
            "table" => self.table = (attribute(start, "name").unwrap_or_default(), self.rows),
            "table-cell" | "covered-table-cell" => {
                self.cell_repeats = Some(repeat_count(start, "number-columns-repeated"));
                if has_attribute(start, "value-type") {
                    self.mark_filled();
                }
            }
            // An element inside a cell is content.
            _ => self.mark_filled(),
        }
    }

    /// Records that the open cell, if there is one, has content.
    fn mark_filled(&mut self) {
        if let Some(repeated) = self.cell_repeats.take() {
            let width = self.row.0.saturating_add(self.row.1).saturating_add(repeated);
            self.row = (width, 0);
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "table-cell" | "covered-table-cell" => {
                if let Some(repeated) = self.cell_repeats.take() {
                    self.row.1 = self.row.1.saturating_add(repeated);
                }
            }
            "table-row" if self.row.0 == 0 => self.empty_rows = self.empty_rows.saturating_add(self.row_repeats),
            "table-row" => {
                let before = self.rows.saturating_add(self.empty_rows);
                self.rows = before.saturating_add(self.row_repeats);
                let (table, start) = &self.table;
                if self.is_hidden && self.cells() <= limits::MAX_CELLS {
                    let rows = before + 1 - start..self.rows + 1 - start;
                    self.hidden.entry(table.clone()).or_default().extend(rows);
                }
                self.width = self.width.max(self.row.0);
                self.empty_rows = 0;
            }
            "table" => self.empty_rows = 0,
            _ => {}
        }
    }
}

fn has_attribute(start: &BytesStart<'_>, name: &str) -> bool {
    let mut attributes = start.attributes().flatten();
    attributes.any(|attribute| attribute.key.local_name().as_ref() == name)
}

/// The count in the attribute `name`; 1 when it is missing or not a number.
fn repeat_count(start: &BytesStart<'_>, name: &str) -> usize {
    start
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| attribute.value.parse().ok())
        .unwrap_or(1)
}
