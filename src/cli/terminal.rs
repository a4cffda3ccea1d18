//! What fits and what may be written on the terminal: its width, whether it shows colours, and lines cut or folded to
//! its width. Wide characters take two columns (Unicode Standard Annex 11).

use std::ffi::OsString;
use std::io::IsTerminal;
use unicode_width::UnicodeWidthChar as _;

/// The width of lines where there is no terminal.
const DEFAULT_WIDTH: usize = 140;
/// A narrower terminal is taken to have this width.
const MIN_WIDTH: usize = 40;
/// What stands for the part of a line that was cut.
const CUT: &str = "...";
/// Marks that must not begin a line.
const CLOSING_MARKS: &str = "，。；：、！？）》」』】”’,.;:!?)]}";

/// The width in which findings are shown: that of `COLUMNS` or of the terminal of standard error.
pub(super) fn width() -> usize {
    let set = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.trim().parse().ok());
    let of_terminal = || {
        console::Term::stderr()
            .size_checked()
            .map(|(_, columns)| usize::from(columns))
    };
    let width = set.filter(|width| *width > 0).or_else(of_terminal);
    width.unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH)
}

/// Whether `stream` shows colours: it is a terminal that is not dumb, and `NO_COLOR` is unset or empty
/// (<https://no-color.org>).
pub(super) fn is_coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && allows_colours(std::env::var_os("NO_COLOR"), std::env::var_os("TERM"))
}

/// Whether the terminal can only print text.
pub(super) fn is_dumb() -> bool {
    is_dumb_terminal(std::env::var_os("TERM"))
}

fn allows_colours(no_color: Option<OsString>, term: Option<OsString>) -> bool {
    no_color.is_none_or(|value| value.is_empty()) && !is_dumb_terminal(term)
}

fn is_dumb_terminal(term: Option<OsString>) -> bool {
    term.is_some_and(|name| name == "dumb")
}

/// The number of columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

fn char_columns(c: char) -> usize {
    match c {
        // Tabs are shown as four spaces.
        '\t' => 4,
        c => c.width().unwrap_or(1),
    }
}

/// A line cut to `width` columns around the part `marked` (bytes), which stays visible as far as it fits, and that part
/// in the new line.
pub(super) fn cut_line(line: &str, marked: (usize, usize), width: usize) -> (String, (usize, usize)) {
    if columns(line) <= width {
        return (line.to_owned(), marked);
    }
    let room = width.saturating_sub(2 * CUT.len());
    let (from, to) = marked;
    // A third of the room is for what stands before the part.
    let mut start = from;
    let mut used = 0;
    for (offset, c) in line[..from].char_indices().rev() {
        if used + char_columns(c) > room / 3 {
            break;
        }
        used += char_columns(c);
        start = offset;
    }
    let mut end = from;
    for (offset, c) in line[from..].char_indices() {
        if used + char_columns(c) > room {
            break;
        }
        used += char_columns(c);
        end = from + offset + c.len_utf8();
    }
    // What is left at the end is for more of the beginning.
    for (offset, c) in line[..start].char_indices().rev() {
        if end < line.len() || used + char_columns(c) > room {
            break;
        }
        used += char_columns(c);
        start = offset;
    }
    let before = if start > 0 { CUT } else { "" };
    let after = if end < line.len() { CUT } else { "" };
    let shift = |offset: usize| offset.clamp(start, end) - start + before.len();
    (
        format!("{before}{}{after}", &line[start..end]),
        (shift(from), shift(to)),
    )
}

/// A text folded into lines of at most `width` columns: at spaces, and between wide characters.
pub(super) fn fold_text(text: &str, width: usize) -> String {
    text.split('\n')
        .map(|line| fold_line(line, width))
        .collect::<Vec<_>>()
        .join("\n")
}

fn fold_line(line: &str, width: usize) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut used = 0;
    for piece in pieces(line) {
        let needed = columns(piece.trim_end());
        if used > 0 && used + needed > width {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            used = 0;
        }
        out.push_str(piece);
        used += columns(piece);
    }
    out
}

/// The pieces of a line that may not be parted: words with the spaces after them, and wide characters with the marks
/// that must not begin a line.
fn pieces(line: &str) -> Vec<&str> {
    let is_wide = |c: char| char_columns(c) > 1;
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (offset, c) in line.char_indices() {
        let may_break = match last {
            None => false,
            Some(' ') => c != ' ',
            Some(last) => {
                c != ' '
                    && (is_wide(last) || is_wide(c))
                    && !CLOSING_MARKS.contains(c)
                    && !"（《「『【“‘".contains(last)
            }
        };
        if may_break {
            pieces.push(&line[start..offset]);
            start = offset;
        }
        last = Some(c);
    }
    pieces.push(&line[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_line_is_cut_around_its_marked_part() {
        let line = format!("{}错{}", "长".repeat(60), "尾".repeat(60));
        let (cut, (from, to)) = cut_line(&line, (180, 183), 40);
        assert_eq!(&cut[from..to], "错");
        assert!(cut.starts_with("...长") && cut.ends_with("尾..."), "{cut}");
        assert!(columns(&cut) <= 40, "{cut}");
        assert_eq!(cut_line("title: 短", (0, 5), 40), ("title: 短".to_owned(), (0, 5)));
        let (cut, (from, _)) = cut_line(&line, (line.len(), line.len()), 40);
        assert!(cut.ends_with('尾') && from == cut.len() && columns(&cut) > 30, "{cut}");
    }

    #[test]
    fn colours_are_off_on_dumb_terminals_and_by_wish() {
        let set = |value: &str| Some(OsString::from(value));
        assert!(allows_colours(None, set("xterm-256color")) && allows_colours(set(""), None));
        assert!(!allows_colours(set("1"), set("xterm")) && !allows_colours(None, set("dumb")));
    }

    #[test]
    fn text_is_folded_without_marks_at_the_beginning_of_lines() {
        assert_eq!(
            fold_text("改成半角冒号，再加一个空格。", 12),
            "改成半角冒\n号，再加一个\n空格。"
        );
        assert_eq!(fold_text("write a plain colon", 10), "write a\nplain\ncolon");
        assert_eq!(fold_text("运行 `xiangyin fix` 即可", 40), "运行 `xiangyin fix` 即可");
    }

    proptest! {
        #[test]
        fn cut_line_fits_and_keeps_the_start_of_its_marked_part(line in "[a长\\t]{0,200}", at in any::<prop::sample::Index>(), width in 20_usize..100) {
            let starts: Vec<usize> = line.char_indices().map(|(offset, _)| offset).chain([line.len()]).collect();
            let from = starts[at.index(starts.len())];
            let (cut, (start, end)) = cut_line(&line, (from, line.len()), width);
            prop_assert!(columns(&cut) <= width);
            prop_assert_eq!(cut[start..end].chars().next(), line[from..].chars().next());
        }
    }
}
