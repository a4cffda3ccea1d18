//! Tables: the full width of the text, thin lines, the head repeated on each page.
//!
//! Role: `DocumentTable` → `w:tbl` with its caption. Pads rows to one length and distributes the width among the
//! columns. Does not know what the cells mean.

use super::layout::{TEXT_WIDTH, width_in_characters};
use super::relationships::Relationships;
use super::text::{ParagraphPagination, ParagraphProperties, paragraph, plain_text, spans};
use super::xml::XmlWriter;
use crate::export::document::{DocumentTable, Span, TableCell};

/// The most columns of a table that Word opens; the cells of further ones are joined to the last.
const MAX_COLUMNS: usize = 63;

/// Writes the table below its caption. A table without cells is its caption alone.
pub(super) fn table(
    xml: &mut XmlWriter,
    table: &DocumentTable,
    pagination: ParagraphPagination,
    relations: &mut Relationships,
) {
    let columns = column_count(table);
    before_table(xml, table, pagination, columns > 0);
    if columns > 0 {
        let widths = column_widths(table, columns);
        xml.element("w:tbl", &[], |xml| {
            table_properties(xml, &widths);
            let layout = RowLayout {
                widths: &widths,
                numeric: &table.numeric,
                head: false,
                keep_next: false,
            };
            if !table.head.is_empty() {
                let head = units_below(&table.head, &widths);
                row(xml, &head, &RowLayout { head: true, ..layout }, relations);
            }
            for (at, cells) in table.rows.iter().enumerate() {
                // The last row, which often has the sums, is never alone on a page.
                let keep_next = at + 2 == table.rows.len();
                row(xml, cells, &RowLayout { keep_next, ..layout }, relations);
            }
        });
        after_table(xml, pagination);
    }
}

fn column_count(table: &DocumentTable) -> usize {
    let longest = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    longest.max(table.head.len()).min(MAX_COLUMNS)
}

/// Writes the caption, kept with the table. A new page before a table without a caption needs a paragraph: tables have
/// no such property.
fn before_table(xml: &mut XmlWriter, table: &DocumentTable, pagination: ParagraphPagination, has_cells: bool) {
    match &table.caption {
        Some(caption) if !caption.is_empty() => {
            let setting = ParagraphProperties {
                style: "Caption",
                pagination: ParagraphPagination {
                    keep_next: has_cells || pagination.keep_next,
                    ..pagination
                },
                ..ParagraphProperties::default()
            };
            paragraph(xml, &setting, |xml| plain_text(xml, caption));
        }
        _ if pagination.page_break_before => spacer(
            xml,
            ParagraphPagination {
                keep_next: has_cells,
                ..pagination
            },
        ),
        _ => {}
    }
}

/// Writes an empty paragraph, which separates the table from the next block. Word joins two tables without one between
/// them, and needs one after the last table.
fn after_table(xml: &mut XmlWriter, pagination: ParagraphPagination) {
    spacer(
        xml,
        ParagraphPagination {
            page_break_before: false,
            ..pagination
        },
    );
}

fn spacer(xml: &mut XmlWriter, pagination: ParagraphPagination) {
    let setting = ParagraphProperties {
        style: "TableText",
        pagination,
        ..ParagraphProperties::default()
    };
    paragraph(xml, &setting, |_| {});
}

fn table_properties(xml: &mut XmlWriter, widths: &[u32]) {
    let whole = TEXT_WIDTH.to_string();
    xml.element("w:tblPr", &[], |xml| {
        xml.val_element("w:tblStyle", "TableGrid");
        xml.empty_element("w:tblW", &[("w:w", &whole), ("w:type", "dxa")]);
        xml.val_element("w:jc", "center");
        xml.empty_element("w:tblLayout", &[("w:type", "fixed")]);
        xml.empty_element("w:tblLook", &[("w:val", "0020"), ("w:firstRow", "1")]);
    });
    xml.element("w:tblGrid", &[], |xml| {
        for width in widths {
            xml.empty_element("w:gridCol", &[("w:w", &width.to_string())]);
        }
    });
}

/// The heads as they are printed: the unit of one that its column does not hold is below it, and is never divided.
fn units_below(head: &[TableCell], widths: &[u32]) -> Vec<TableCell> {
    let mut head = head.to_vec();
    for (cell, width) in head.iter_mut().zip(widths) {
        if needed_width(cell) > f64::from(*width)
            && let [span] = cell.as_mut_slice()
            && span.text.ends_with('）')
            && let Some(at) = span.text.rfind('（').filter(|at| *at > 0)
        {
            span.text.insert(at, '\n');
        }
    }
    head
}

/// The properties that the cells of a row share.
#[derive(Clone, Copy)]
struct RowLayout<'a> {
    widths: &'a [u32],
    numeric: &'a [bool],
    head: bool,
    /// Whether the next row is on the same page.
    keep_next: bool,
}

fn row(xml: &mut XmlWriter, cells: &[TableCell], shape: &RowLayout, relations: &mut Relationships) {
    xml.element("w:tr", &[], |xml| {
        xml.element("w:trPr", &[], |xml| {
            xml.empty_element("w:cantSplit", &[]);
            if shape.head {
                xml.empty_element("w:tblHeader", &[]);
            }
        });
        for (at, width) in shape.widths.iter().enumerate() {
            let text = if at + 1 == MAX_COLUMNS {
                join_cells(cells.get(at..))
            } else {
                cells.get(at).cloned()
            };
            let right = shape.numeric.get(at).is_some_and(|numeric| *numeric);
            cell(xml, &text.unwrap_or_default(), *width, (shape, right), relations);
        }
    });
}

/// Joins the cells from the last possible column on.
fn join_cells(cells: Option<&[TableCell]>) -> Option<TableCell> {
    let cells = cells?;
    Some(cells.join(&Span::plain(" ")))
}

fn cell(
    xml: &mut XmlWriter,
    text: &[Span],
    width: u32,
    (shape, right): (&RowLayout, bool),
    relations: &mut Relationships,
) {
    let setting = ParagraphProperties {
        style: if shape.head { "TableHead" } else { "TableText" },
        align: right.then_some("right"),
        pagination: ParagraphPagination {
            keep_next: shape.keep_next,
            ..ParagraphPagination::default()
        },
        ..ParagraphProperties::default()
    };
    xml.element("w:tc", &[], |xml| {
        xml.element("w:tcPr", &[], |xml| {
            xml.empty_element("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
            xml.val_element("w:vAlign", "center");
        });
        paragraph(xml, &setting, |xml| spans(xml, text, relations));
    });
}

/// The width of a full-width character of the table's 12 pt type, in twips.
const CHARACTER_WIDTH: f64 = 240.0;
/// The width of a cell's margins and lines, and of the space that Word leaves between a number and Chinese characters, in
/// twips.
const CELL_PADDING: f64 = 300.0;

/// The width of each column; together they fill the text's width.
fn column_widths(table: &DocumentTable, columns: usize) -> Vec<u32> {
    let mut needed = vec![2.0 * CHARACTER_WIDTH + CELL_PADDING; columns];
    for cells in std::iter::once(&table.head).chain(&table.rows) {
        for (cell, most) in cells.iter().zip(&mut needed) {
            *most = most.max(needed_width(cell));
        }
    }
    distribute_width(&needed)
}

/// The width of a column that holds the cell in one line, in twips.
fn needed_width(cell: &[Span]) -> f64 {
    let characters: f64 = cell.iter().map(|span| width_in_characters(&span.text)).sum();
    characters * CHARACTER_WIDTH + CELL_PADDING
}

/// Columns below a common limit get what they need; those above it share the rest equally. When all columns get what
/// they need, the rest is distributed in proportion.
fn distribute_width(needed: &[f64]) -> Vec<u32> {
    let limit = width_limit(needed, f64::from(TEXT_WIDTH));
    let weights: Vec<f64> = needed.iter().map(|width| width.min(limit)).collect();
    let whole: f64 = weights.iter().sum();
    let mut done = 0.0;
    let mut edge = 0;
    weights
        .iter()
        .map(|weight| {
            // The cumulated shares are rounded, not each share, so that nothing is left over.
            done += weight;
            let next = (done / whole * f64::from(TEXT_WIDTH)).round() as u32;
            let width = next - edge;
            edge = next;
            width
        })
        .collect()
}

/// The limit at which the columns, cut to it, fill the width; infinite when all columns fit uncut.
fn width_limit(needed: &[f64], width: f64) -> f64 {
    let mut sorted = needed.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (mut left, mut columns) = (width, sorted.len() as f64);
    for need in sorted {
        if need * columns > left {
            return left / columns;
        }
        left -= need;
        columns -= 1.0;
    }
    f64::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_narrow_columns_are_below_their_names() {
        let head = ["志愿服务活动（场次）", "短视频（部）", "（件）", "村"].map(|text| vec![Span::plain(text)]);
        let lines: Vec<String> = units_below(&head, &[1600, 1800, 300, 300])
            .iter()
            .map(|cell| cell[0].text.clone())
            .collect();
        assert_eq!(lines, ["志愿服务活动\n（场次）", "短视频（部）", "（件）", "村"]);
    }

    #[test]
    fn columns_fill_the_width_and_narrow_columns_fit() {
        let cases: [(&[f64], &[u32]); 4] = [
            (&[680.0], &[8845]),
            (&[1000.0, 1000.0], &[4423, 4422]),
            (&[845.0, 9000.0, 90_000.0], &[845, 4000, 4000]),
            (&[1000.0; 63], &[]),
        ];
        for (needed, expected) in cases {
            let widths = distribute_width(needed);
            assert_eq!(widths.iter().sum::<u32>(), TEXT_WIDTH);
            assert!(expected.is_empty() || widths == expected, "{widths:?}");
        }
    }
}
