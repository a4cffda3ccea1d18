//! The Markdown of old texts: how it is read, and what several writers of it need.

use pulldown_cmark::Options;

/// The Markdown that all generators read.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH);

/// A text without blank lines at its ends. The first line keeps its indent: it may be code.
pub(super) fn without_blank_ends(body: &str) -> &str {
    let body = body.trim_end();
    let first = body.len() - body.trim_start().len();
    let line = body[..first].rfind('\n').map_or(0, |at| at + 1);
    &body[line..]
}

/// A destination in Markdown, in angle brackets where it needs them.
pub(super) fn in_brackets(path: &str) -> String {
    let is_plain = !path.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>".contains(c));
    if is_plain {
        path.to_owned()
    } else {
        format!("<{}>", path.replace('<', "%3C").replace('>', "%3E"))
    }
}
