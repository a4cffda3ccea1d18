//! Paragraphs that an editor indented by four spaces or a tab, as in a manuscript. CommonMark makes code of them.
//!
//! Role: the parser decides what is indented code, because that depends on lists and fences around it. This module
//! decides which of it is Chinese prose, and which bytes indent it.

use super::chars::is_wide;
use super::options::parser_options;
use super::prepare::PreparedSource;
use crate::config::MarkdownSettings;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use std::ops::Range;

/// The bytes of the file that indent paragraphs of Chinese text, in order. `text` is the whole file.
pub(super) fn find_indents(text: &str, prepared: &PreparedSource<'_>, settings: MarkdownSettings) -> Vec<Range<usize>> {
    if !has_indented_line(&prepared.text) {
        return Vec::new();
    }
    let events = Parser::new_ext(&prepared.text, parser_options(settings)).into_offset_iter();
    let blocks = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => Some(range),
        _ => None,
    });
    let prose = blocks.filter(|block| is_prose(&prepared.text[block.clone()]));
    prose
        .flat_map(|block| line_indents(text, prepared.range_in_file(block)))
        .collect()
}

fn has_indented_line(text: &str) -> bool {
    let has = |sign: &str| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    text.starts_with("    ") || has("\n    ") || text.contains('\t')
}

/// Whether most of the text is Chinese and nothing in it is a sign of code. Addresses of links do not count.
fn is_prose(block: &str) -> bool {
    let (mut wide, mut latin) = (0, 0);
    let mut rest = block;
    while !rest.is_empty() {
        let (text, target) = rest.split_once("](").unwrap_or((rest, ""));
        for c in text.chars() {
            if matches!(c, '{' | ';' | '=' | '<') {
                return false;
            }
            wide += usize::from(is_wide(c));
            latin += usize::from(c.is_ascii_alphanumeric());
        }
        rest = target.split_once(')').map_or("", |(_, rest)| rest);
    }
    wide > latin
}

/// The white space at the start of each line of a block of the file. The block starts after the indentation of its first
/// line.
fn line_indents(text: &str, block: Range<usize>) -> Vec<Range<usize>> {
    let first = text[..block.start].rfind('\n').map_or(0, |end| end + 1);
    let mut start = first;
    let mut indents = Vec::new();
    for line in text[first..block.end].split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{3000}']).len();
        if indent > 0 && !line.trim().is_empty() {
            indents.push(start..start + indent);
        }
        start += line.len();
    }
    indents
}
