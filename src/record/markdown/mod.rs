//! Parses Markdown as Chinese editors write it into a [`Body`].
//!
//! Role: `text → Body`, for one file. What depends on the site is left open as holes. First `prepare` changes the
//! source, so that a plain CommonMark parser judges Chinese emphasis correctly and does not see calls of theme
//! components. Then `writer` writes the parser's events in one pass. For documents, the HTML is parsed into blocks
//! ([`html_to_blocks`]). Does not know other files, themes or addresses: later stages check whether a link's target or
//! a component exists.

mod access;
mod blocks;
mod chars;
mod code;
mod elements;
mod finding_log;
mod fix_punctuation;
mod footnotes;
mod headings;
mod indented;
mod line_index;
mod line_state;
mod link_state;
mod links;
mod masks;
mod math;
mod media_links;
mod open_calls;
mod options;
mod output;
mod players;
mod prepare;
mod raw_html;
mod sanitize;
mod shortcode;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod typos;
mod words;
mod writer;

pub use blocks::html_to_blocks;
pub(crate) use links::{TargetKind, address_without_scheme, classify_target, trim_target};
pub(crate) use typos::find_markdown_typos;

use super::body::Body;
use crate::config::{IndentedText, MarkdownSettings};
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::paths::SiteAddress;
use options::parser_options;
use pulldown_cmark::Parser;
use std::ops::Range;

/// Parses the Markdown in `text[body]`. `text` is all of `file`, so that places count from its first line.
///
/// Never fails: errors are findings, and the body contains what could be parsed. Codes: `bad-shortcode` (values `name`
/// and `reason`, the id of words: `shortcode-quotes`, `-full-width`, `-unclosed`, `-argument`, `-not-open`, `-crossed`,
/// `-too-deep`), `bad-math` (`reason`, in English), `reserved-character` (`character`: `U+E000`). The time is linear in
/// the length of any text. Links to `site` by its full address become links of the body.
#[must_use]
pub fn read(
    file: &str,
    text: &str,
    body: Range<usize>,
    settings: MarkdownSettings,
    site: &SiteAddress,
) -> Checked<Body> {
    let start = chars::floor_boundary(text, body.start);
    let end = chars::floor_boundary(text, body.end).max(start);
    let mut prepared = prepare::prepare(text, start..end, &[]);
    if settings.indented == IndentedText::Paragraphs {
        let indents = indented::find_indents(text, &prepared, settings);
        if !indents.is_empty() {
            prepared = prepare::prepare(text, start..end, &indents);
        }
    }
    let mut writer = writer::HtmlWriter::new(file, text, &prepared, settings, site);
    for (event, range) in Parser::new_ext(&prepared.text, parser_options(settings)).into_offset_iter() {
        writer.write_event(event, range);
    }
    let mut read = writer.finish();
    let typos = find_markdown_typos(text, start..end).into_iter();
    read.findings.extend(typos.map(|typo| {
        Diagnostic::new(Code::MarkdownTypo)
            .at(Place::in_text(file, text, typo.marked))
            .with("reason", typo.reason)
            .with_fix(typo.fixed)
    }));
    read
}
