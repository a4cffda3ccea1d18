//! Reads tables (ECMA-376 part 1, 17.4).

use crate::import::manuscript::Loss;
use crate::import::xml::XmlElement;
use crate::record::{Block, Inline};

/// The most columns of a table, and the most that a cell may span.
const MAX_COLUMNS: usize = 200;

/// Reads what is in cells, and counts what is lost.
pub(super) trait CellReader<'x> {
    /// The blocks of a cell.
    fn read_blocks(&mut self, cell: &'x XmlElement) -> Vec<Block>;
    /// Counts a loss.
    fn lose(&mut self, loss: Loss);
}

/// A table as blocks: a frame of one cell is its content, any other is a table whose first row has the heads.
pub(super) fn read_table<'x>(reader: &mut dyn CellReader<'x>, table: &'x XmlElement) -> Vec<Block> {
    let mut rows: Vec<&'x XmlElement> = Vec::new();
    collect(table, "tr", &mut rows);
    let mut cells_of_rows: Vec<Vec<&'x XmlElement>> = Vec::new();
    for row in rows {
        let mut cells = Vec::new();
        collect(row, "tc", &mut cells);
        cells_of_rows.push(cells);
    }
    if let [cells] = cells_of_rows.as_slice()
        && let [cell] = cells.as_slice()
    {
        return reader.read_blocks(cell);
    }
    let mut lines = cells_of_rows.into_iter().map(|cells| read_row(reader, &cells));
    let Some(head) = lines.next() else { return Vec::new() };
    let rows: Vec<Vec<Vec<Inline>>> = lines.collect();
    let is_empty = |row: &Vec<Vec<Inline>>| row.iter().all(Vec::is_empty);
    if is_empty(&head) && rows.iter().all(is_empty) {
        return Vec::new();
    }
    let align_right = Vec::new();
    vec![Block::Table {
        head,
        rows,
        align_right,
    }]
}

fn read_row<'x>(reader: &mut dyn CellReader<'x>, cells: &[&'x XmlElement]) -> Vec<Vec<Inline>> {
    let mut line = Vec::new();
    for cell in cells {
        let properties = cell.child("tcPr");
        let span = properties.and_then(|properties| properties.child_value("gridSpan"));
        let span = span
            .and_then(|span| span.parse().ok())
            .unwrap_or(1)
            .clamp(1, MAX_COLUMNS);
        // A cell that goes on with the one above it.
        let merge = properties.and_then(|properties| properties.child("vMerge"));
        let goes_on = merge.is_some_and(|merge| merge.attribute("val") != Some("restart"));
        let text = if goes_on { Vec::new() } else { read_cell(reader, cell) };
        if span > 1 || goes_on {
            reader.lose(Loss::MergedCells);
        }
        line.push(text);
        line.extend(std::iter::repeat_n(Vec::new(), span - 1));
        line.truncate(MAX_COLUMNS);
    }
    line
}

/// The text of a cell as one line, with a break between paragraphs.
fn read_cell<'x>(reader: &mut dyn CellReader<'x>, cell: &'x XmlElement) -> Vec<Inline> {
    let mut line = Vec::new();
    for block in reader.read_blocks(cell) {
        push_line(reader, block, &mut line);
    }
    line
}

fn push_line(reader: &mut dyn CellReader<'_>, block: Block, line: &mut Vec<Inline>) {
    if !line.is_empty() && !matches!(line.last(), Some(Inline::Break)) {
        line.push(Inline::Break);
    }
    match block {
        Block::Paragraph(text) | Block::Heading { text, .. } => line.extend(text),
        Block::List { start, items } => {
            for (number, item) in (start.unwrap_or_default()..).zip(items) {
                let mark = start.map_or_else(|| "• ".to_owned(), |_| format!("{number}. "));
                let mut first = Vec::new();
                item.into_iter().for_each(|block| push_line(reader, block, &mut first));
                if !line.is_empty() && !matches!(line.last(), Some(Inline::Break)) {
                    line.push(Inline::Break);
                }
                line.push(Inline::Text(mark));
                line.extend(first);
            }
        }
        Block::Quote(blocks) => blocks.into_iter().for_each(|block| push_line(reader, block, line)),
        Block::Table { head, rows, .. } => {
            reader.lose(Loss::NestedTable);
            for row in std::iter::once(head).chain(rows) {
                for cell in row.into_iter().filter(|cell| !cell.is_empty()) {
                    push_line(reader, Block::Paragraph(cell), line);
                }
            }
        }
        Block::Code(_) | Block::Shortcode(_) | Block::Rule | Block::Footnotes(_) => {}
    }
    while matches!(line.last(), Some(Inline::Break)) {
        line.pop();
    }
}

/// The elements of this name in `element`, also in content controls and tracked changes.
fn collect<'x>(element: &'x XmlElement, name: &str, found: &mut Vec<&'x XmlElement>) {
    for child in element.children() {
        match child.name.as_str() {
            known if known == name => found.push(child),
            "sdt" | "sdtContent" | "customXml" | "ins" => collect(child, name, found),
            _ => {}
        }
    }
}
