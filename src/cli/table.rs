//! Formats tables as text. Wide characters align (Unicode Standard Annex 11): a Chinese character takes two cells.

use crate::messages::escape_control_characters;
use unicode_width::UnicodeWidthStr as _;

/// The space between two columns.
const GAP: &str = "  ";

/// The alignment of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellAlignment {
    /// For words.
    Left,
    /// For numbers.
    Right,
}

/// The lines of a table. A row has at most as many cells as there are `alignments`. An empty row becomes an empty line.
pub(super) fn format_table(rows: &[Vec<String>], alignments: &[CellAlignment]) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| to_one_line(cell)).collect())
        .collect();
    let widths: Vec<usize> = (0..alignments.len())
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    rows.iter().map(|row| format_row(row, alignments, &widths)).collect()
}

fn format_row(row: &[String], alignments: &[CellAlignment], widths: &[usize]) -> String {
    let mut out = String::new();
    for ((cell, alignment), width) in row.iter().zip(alignments).zip(widths) {
        let padding = " ".repeat(width.saturating_sub(cell.width()));
        match alignment {
            CellAlignment::Left => out.extend([cell.as_str(), &padding, GAP]),
            CellAlignment::Right => out.extend([padding.as_str(), cell, GAP]),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The text as one line without terminal commands.
pub(super) fn to_one_line(text: &str) -> String {
    escape_control_characters(&text.replace('\n', " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_with_wide_characters() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["媒体报道", "12", "a.b"]),
            Vec::new(),
            row(["Talks", "1,262.5", "c.d"]),
        ];
        let alignments = [CellAlignment::Left, CellAlignment::Right, CellAlignment::Left];
        assert_eq!(
            format_table(&rows, &alignments),
            ["媒体报道       12  a.b", "", "Talks     1,262.5  c.d"]
        );
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(to_one_line("a\u{1b}[2Jb\nc"), "a\\u{1b}[2Jb c");
    }
}
