//! The dialect of Markdown.

use crate::config::MarkdownSettings;
use pulldown_cmark::Options;

/// CommonMark with GFM and definition lists. Not every option is enabled: `$5和$6` would become mathematics.
pub(super) fn parser_options(settings: MarkdownSettings) -> Options {
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
