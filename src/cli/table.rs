//! Text in columns, right for wide characters (Unicode Standard Annex 11): a Chinese character takes two cells.

use unicode_width::UnicodeWidthStr as _;

/// What stands between two columns.
const GAP: &str = "  ";

/// To which side the cells of a column lean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellAlignment {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// The lines of a table; each row has at most as many cells as there are `sides`. An empty row is an empty line.
pub(super) fn format_table(rows: &[Vec<String>], sides: &[CellAlignment]) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| replace_control_characters(cell)).collect())
        .collect();
    let widths: Vec<usize> = (0..sides.len())
        .map(|at| {
            rows.iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    rows.iter().map(|row| format_row(row, sides, &widths)).collect()
}

fn format_row(row: &[String], sides: &[CellAlignment], widths: &[usize]) -> String {
    let mut out = String::new();
    for ((cell, side), width) in row.iter().zip(sides).zip(widths) {
        let room = " ".repeat(width.saturating_sub(cell.width()));
        match side {
            CellAlignment::Left => out.extend([cell.as_str(), &room, GAP]),
            CellAlignment::Right => out.extend([room.as_str(), cell, GAP]),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A text in one line that no terminal takes for a command.
pub(super) fn replace_control_characters(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
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
        let sides = [CellAlignment::Left, CellAlignment::Right, CellAlignment::Left];
        assert_eq!(
            format_table(&rows, &sides),
            ["媒体报道       12  a.b", "", "Talks     1,262.5  c.d"]
        );
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(replace_control_characters("a\u{1b}[2Jb\nc"), "a [2Jb c");
    }
}
