//! Parts of Markdown that several writers need: titles, comments, backticks.

use super::line::is_dropped;

/// The title of a link or a picture with the space before it: ` "title"`. Nothing for an empty one.
pub(in crate::import) fn quoted_title(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut out = String::from(" \"");
    for c in text.chars().filter(|c| !is_dropped(*c)) {
        match c {
            '"' | '\\' | '&' | '{' | '`' | '*' | '<' => out.extend(['\\', c]),
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A comment of HTML on one line, in which nothing ends it, and nothing is a call or a cell.
pub(in crate::import) fn comment(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let text: String = lines.join(" ").chars().filter(|c| !c.is_control()).collect();
    let text = text
        .replace("{{", "{ {")
        .replace("--", "-%2D")
        .replace('>', "%3E")
        .replace('|', "%7C")
        .replace('`', "%60");
    format!("<!-- {text} -->")
}

/// The most backticks in a row.
pub(in crate::import) fn longest_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
