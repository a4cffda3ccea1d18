//! Tables with full-width bars, and rows pasted from Excel.

use super::line::{MarkdownTypo, TextLine};

/// The line of a table `｜河段｜队员｜` with plain bars and dashes. `None` when it is no such line.
pub(super) fn table_line(text: &str, neighbours: [&str; 2]) -> Option<String> {
    let is_row = |line: &str| line.trim_start().starts_with(['｜', '|']);
    let plain = text.replace('｜', "|");
    let cells: Vec<&str> = plain.trim().trim_matches('|').split('|').map(str::trim).collect();
    let is_rule = cells.iter().all(|cell| is_rule(cell));
    let has_wide_bars = text.trim_start().starts_with('｜') && text.matches('｜').count() >= 2;
    let has_wide_rule = is_rule && text.trim_start().starts_with('|') && cells.iter().any(|cell| !cell.is_ascii());
    if !(has_wide_bars || has_wide_rule) || !neighbours.into_iter().any(is_row) {
        return None;
    }
    if !is_rule {
        return Some(plain);
    }
    let rule = |cell: &&str| {
        let (left, right) = (cell.starts_with([':', '：']), cell.ends_with([':', '：']));
        format!("{}---{}", if left { ":" } else { "" }, if right { ":" } else { "" })
    };
    Some(format!(
        "| {} |",
        cells.iter().map(rule).collect::<Vec<_>>().join(" | ")
    ))
}

/// Whether a cell is made of dashes, as below the heads of a table.
fn is_rule(cell: &str) -> bool {
    let dashes = cell.trim_matches([':', '：']);
    !dashes.is_empty()
        && dashes
            .chars()
            .all(|c| matches!(c, '-' | '－' | '—' | '–' | '─' | '━' | '―'))
}

/// The table at the start of `lines` that was pasted from Excel: two or more lines with the same number of tabs. Returns
/// the number of lines.
pub(super) fn pasted_table(lines: &[TextLine<'_>]) -> Option<(usize, MarkdownTypo)> {
    let first = lines.first()?;
    let columns = column_count(first.text)?;
    let rows: Vec<&TextLine<'_>> = lines
        .iter()
        .take_while(|line| column_count(line.text) == Some(columns))
        .collect();
    let last = rows.last().filter(|_| rows.len() >= 2)?;
    let row = |line: &&TextLine<'_>| {
        let cells: Vec<String> = line
            .text
            .split('\t')
            .map(|cell| cell.trim().replace('|', "\\|"))
            .collect();
        format!("| {} |", cells.join(" | "))
    };
    let mut fixed: Vec<String> = rows.iter().map(row).collect();
    fixed.insert(1, format!("| {} |", vec!["---"; columns].join(" | ")));
    let typo = MarkdownTypo {
        range: first.start..last.start + last.text.len(),
        marked: first.start..first.start + first.text.len(),
        fixed: fixed.join("\n"),
        reason: "typo-tabs",
    };
    Some((rows.len(), typo))
}

/// The number of cells in a line that Excel wrote; `None` when it is another line.
fn column_count(line: &str) -> Option<usize> {
    let is_row =
        line.contains('\t') && !line.starts_with(char::is_whitespace) && !line.starts_with(['|', '>', '#', '-', '*']);
    is_row.then(|| line.split('\t').count())
}
