//! Tables: the full width of the text, thin lines, the head repeated on each page.
//!
//! Role: `Table` → `w:tbl` with its caption. Makes rows equally long and shares the width out among the columns. Does
//! not know what the cells mean.

use super::layout::{TEXT_WIDTH, width_in_characters};
use super::relations::Relations;
use super::text::{Place, Setting, paragraph, plain, spans};
use super::xml::Xml;
use crate::export::document::{Span, Table, TableCell};

/// Word opens no table with more columns; what stands in further ones goes to the last.
const MOST_COLUMNS: usize = 63;

/// The table, under its caption; a table without cells is its caption alone.
pub(super) fn table(xml: &mut Xml, table: &Table, place: Place, relations: &mut Relations) {
    let columns = columns(table);
    before(xml, table, place, columns > 0);
    if columns > 0 {
        let widths = widths(table, columns);
        xml.within("w:tbl", &[], |xml| {
            properties(xml, &widths);
            if !table.head.is_empty() {
                row(
                    xml,
                    &table.head,
                    &Row {
                        widths: &widths,
                        numeric: &table.numeric,
                        head: true,
                    },
                    relations,
                );
            }
            let shape = Row {
                widths: &widths,
                numeric: &table.numeric,
                head: false,
            };
            for cells in &table.rows {
                row(xml, cells, &shape, relations);
            }
        });
        after(xml, place);
    }
}

fn columns(table: &Table) -> usize {
    let longest = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    longest.max(table.head.len()).min(MOST_COLUMNS)
}

/// The caption, kept with the table. Without one, a new page needs a paragraph to begin with: tables have no such property.
fn before(xml: &mut Xml, table: &Table, place: Place, has_cells: bool) {
    match &table.caption {
        Some(caption) if !caption.is_empty() => {
            let setting = Setting {
                style: "Caption",
                place: Place {
                    keep_next: has_cells || place.keep_next,
                    ..place
                },
                ..Setting::default()
            };
            paragraph(xml, &setting, |xml| plain(xml, caption));
        }
        _ if place.new_page => spacer(
            xml,
            Place {
                keep_next: has_cells,
                ..place
            },
        ),
        _ => {}
    }
}

/// A paragraph without text: it parts the table from what follows, and Word needs one between two tables, or it joins
/// them, and one after the last.
fn after(xml: &mut Xml, place: Place) {
    spacer(
        xml,
        Place {
            new_page: false,
            ..place
        },
    );
}

fn spacer(xml: &mut Xml, place: Place) {
    let setting = Setting {
        style: "TableText",
        place,
        ..Setting::default()
    };
    paragraph(xml, &setting, |_| {});
}

fn properties(xml: &mut Xml, widths: &[u32]) {
    let whole = TEXT_WIDTH.to_string();
    xml.within("w:tblPr", &[], |xml| {
        xml.val("w:tblStyle", "TableGrid");
        xml.empty("w:tblW", &[("w:w", &whole), ("w:type", "dxa")]);
        xml.val("w:jc", "center");
        xml.empty("w:tblLayout", &[("w:type", "fixed")]);
        xml.empty("w:tblLook", &[("w:val", "0020"), ("w:firstRow", "1")]);
    });
    xml.within("w:tblGrid", &[], |xml| {
        for width in widths {
            xml.empty("w:gridCol", &[("w:w", &width.to_string())]);
        }
    });
}

/// What the cells of a row have in common.
struct Row<'a> {
    widths: &'a [u32],
    numeric: &'a [bool],
    head: bool,
}

fn row(xml: &mut Xml, cells: &[TableCell], shape: &Row, relations: &mut Relations) {
    xml.within("w:tr", &[], |xml| {
        xml.within("w:trPr", &[], |xml| {
            xml.empty("w:cantSplit", &[]);
            if shape.head {
                xml.empty("w:tblHeader", &[]);
            }
        });
        for (at, width) in shape.widths.iter().enumerate() {
            let text = if at + 1 == MOST_COLUMNS {
                joined(cells.get(at..))
            } else {
                cells.get(at).cloned()
            };
            let right = shape.numeric.get(at).is_some_and(|numeric| *numeric);
            cell(xml, &text.unwrap_or_default(), *width, (shape.head, right), relations);
        }
    });
}

/// The cells from the last possible column on, as one.
fn joined(cells: Option<&[TableCell]>) -> Option<TableCell> {
    let cells = cells?;
    Some(cells.join(&Span::plain(" ")))
}

fn cell(xml: &mut Xml, text: &[Span], width: u32, (head, right): (bool, bool), relations: &mut Relations) {
    let setting = Setting {
        style: if head { "TableHead" } else { "TableText" },
        align: right.then_some("right"),
        ..Setting::default()
    };
    xml.within("w:tc", &[], |xml| {
        xml.within("w:tcPr", &[], |xml| {
            xml.empty("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
            xml.val("w:vAlign", "center");
        });
        paragraph(xml, &setting, |xml| spans(xml, text, relations));
    });
}

/// The width of a full-width character of the table's 12 pt type, in twips.
const CHARACTER: f64 = 240.0;
/// What a cell needs beside its text, margins and lines, in twips.
const PADDING: f64 = 200.0;

/// The width of each column; together the text's width.
fn widths(table: &Table, columns: usize) -> Vec<u32> {
    let mut needed = vec![2.0 * CHARACTER + PADDING; columns];
    for cells in std::iter::once(&table.head).chain(&table.rows) {
        for (cell, most) in cells.iter().zip(&mut needed) {
            let characters: f64 = cell.iter().map(|span| width_in_characters(&span.text)).sum();
            *most = most.max(characters * CHARACTER + PADDING);
        }
    }
    shared(&needed)
}

/// Columns that need little get what they need; those above a common limit share the rest equally. When all have what
/// they need, what is left is shared in proportion.
fn shared(needed: &[f64]) -> Vec<u32> {
    let limit = limit(needed, f64::from(TEXT_WIDTH));
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

/// The limit at which the columns, cut to it, fill the width; infinite when they fill it not even uncut.
fn limit(needed: &[f64], width: f64) -> f64 {
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
    fn columns_fill_the_width_and_narrow_ones_keep_what_they_need() {
        let cases: [(&[f64], &[u32]); 4] = [
            (&[680.0], &[8845]),
            (&[1000.0, 1000.0], &[4423, 4422]),
            (&[845.0, 9000.0, 90_000.0], &[845, 4000, 4000]),
            (&[1000.0; 63], &[]),
        ];
        for (needed, expected) in cases {
            let widths = shared(needed);
            assert_eq!(widths.iter().sum::<u32>(), TEXT_WIDTH);
            assert!(expected.is_empty() || widths == expected, "{widths:?}");
        }
    }
}
