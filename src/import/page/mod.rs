//! Reads saved web pages: articles of WeChat accounts, of government sites and of others.
//!
//! Role: HTML → [`Manuscript`]. `article` finds the element that holds the text, `metadata` what the page says about it,
//! `filter` leaves only what a document has, with the page's pictures as files. The blocks are made by the reader that
//! documents are made with (`record::markdown::html_to_blocks`). No script runs and nothing is fetched.

mod article;
mod filter;
mod metadata;
mod resources;
mod spans;
mod style;
#[cfg(test)]
mod tests;

use super::manuscript::Manuscript;
use super::structure::plain_line;
use super::{facts, structure};
use crate::record::Block;
use crate::record::markdown::html_to_blocks;
pub(super) use resources::Resources;

/// Whether a text is a web page or a part of one.
pub(super) fn is_html(name: &str, text: &str) -> bool {
    const PROBED_BYTES: usize = 2048;
    let name = name.to_lowercase();
    let mut end = text.len().min(PROBED_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text[..end].to_lowercase();
    let head = head.trim_start();
    [".html", ".htm", ".xhtml", ".shtml"]
        .iter()
        .any(|ending| name.ends_with(ending))
        || head.starts_with("<!doctype html")
        || (head.starts_with('<') && head.contains("<html"))
}

/// Reads a page. `resources` holds the files that came with it.
pub(super) fn read(html: &str, resources: Resources) -> Manuscript {
    let found = metadata::read(html);
    let article = article::find(html);
    let filtered = filter::filter(&html[article], &found.address, resources);
    let mut manuscript = Manuscript {
        facts: found.facts,
        blocks: html_to_blocks(&filtered.html, &filtered.holes),
        files: filtered.files,
        captions: filtered.captions,
        losses: filtered.losses,
    };
    drop_repeated_title(&mut manuscript);
    facts::guess(&mut manuscript);
    structure::tidy(&mut manuscript);
    manuscript
}

/// Whether the title that is read from a page is a line of its text, and not only what it says about itself.
pub(super) fn is_title_in_text(html: &str) -> bool {
    let mut has_heading = false;
    article::for_each_tag(html, &mut |tag, _| {
        has_heading |= tag.name == "h1";
        !has_heading
    });
    has_heading || metadata::read(html).facts.title.is_none()
}

/// Drops the title where it is the first line of the text, too.
fn drop_repeated_title(manuscript: &mut Manuscript) {
    let title = manuscript.facts.title.as_deref().map(str::trim);
    let first = manuscript.blocks.first().and_then(|block| match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => plain_line(text),
        _ => None,
    });
    if title.is_some() && first.as_deref() == title {
        manuscript.blocks.remove(0);
    }
}
