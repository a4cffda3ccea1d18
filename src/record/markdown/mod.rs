//! Markdown as Chinese editors write it, read into a [`Body`].
//!
//! Role: `text → Body`, for one file, with everything that only the site knows left open as holes. The source is first
//! prepared (`prepare`), so that a plain CommonMark parser judges Chinese emphasis rightly and sees nothing of calls of
//! theme components; the parser's events are then written in one pass (`writer`). For documents, the HTML is read into
//! blocks again ([`html_to_blocks`]). Knows no other file, no theme and no address: whether a link leads anywhere or a
//! component exists is asked elsewhere.

mod blocks;
mod chars;
mod code;
mod elements;
mod finding_log;
mod fix_punctuation;
mod footnotes;
mod headings;
mod line_index;
mod line_state;
mod link_state;
mod links;
mod math;
mod open_calls;
mod output;
mod prepare;
mod raw_html;
mod sanitize;
mod shortcode;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod words;
mod writer;

pub use blocks::html_to_blocks;
pub(crate) use links::{TargetKind, classify_target};

use super::body::Body;
use crate::config::MarkdownSettings;
use crate::diag::Checked;
use pulldown_cmark::{Options, Parser};
use std::ops::Range;

/// Reads the Markdown in `text[body]`, where `text` is the whole of `file` (so that places count from its first line).
///
/// Never fails: faults are findings, and the body holds what could be read. Codes: `bad-shortcode` (values `name` and
/// `reason`, the id of words: `shortcode-quotes`, `-full-width`, `-unclosed`, `-argument`, `-not-open`, `-crossed`,
/// `-too-deep`), `bad-math` (`reason`, in English), `reserved-character` (`character`: `U+E000`). Time grows linearly
/// with the text, whatever it holds.
#[must_use]
pub fn read(file: &str, text: &str, body: Range<usize>, settings: MarkdownSettings) -> Checked<Body> {
    let start = chars::floor_boundary(text, body.start);
    let end = chars::floor_boundary(text, body.end).max(start);
    let prepared = prepare::prepare(text, start..end);
    let mut writer = writer::HtmlWriter::new(file, text, &prepared, settings);
    for (event, range) in Parser::new_ext(&prepared.text, parser_options(settings)).into_offset_iter() {
        writer.write_event(event, range);
    }
    writer.finish()
}

/// CommonMark with GFM and definition lists. Never all options: `$5和$6` would become mathematics.
fn parser_options(settings: MarkdownSettings) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_MATH, settings.math);
    options
}
