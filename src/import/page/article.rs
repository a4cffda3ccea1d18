//! Finds the element of a page that holds the article.

use crate::html::{HtmlTag, HtmlToken, content_len, next_token};
use std::ops::Range;

/// Ids and classes of the element with the text: of WeChat first, then of the systems that most government sites and news
/// sites in China run on, then of blogs. The first one of this list that a page has is taken.
const MARKS: [&str; 20] = [
    "js_content",
    "rich_media_content",
    "trs_editor",
    "trs_editor_view",
    "ucap-content",
    "zoom",
    "pages_content",
    "article-content",
    "article_content",
    "articlecontent",
    "news_content",
    "newscontent",
    "content-text",
    "post-richtext",
    "richtext",
    "entry-content",
    "post-content",
    "article-body",
    "story-body",
    "cmn-article_text",
];

/// Elements that hold the text of a page that has none of the marks, the narrowest first.
const ELEMENTS: [&str; 2] = ["article", "main"];

/// Ids that many pages give to the element with the text, and some to the one around it and their menus.
const WEAK_IDS: [&str; 2] = ["detail", "content"];

/// Elements whose content is no HTML.
pub(super) const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// The bytes of the article: the content of the element that holds it, or all of the page.
pub(super) fn find(html: &str) -> Range<usize> {
    let mut best: Option<(usize, Range<usize>)> = None;
    for_each_tag(html, &mut |tag, content| {
        let rank = rank(tag);
        if rank < best.as_ref().map_or(usize::MAX, |(rank, _)| *rank) {
            let end = content + end_of_content(&html[content..], &tag.name);
            best = Some((rank, content..end));
        }
        true
    });
    best.map_or(0..html.len(), |(_, range)| range)
}

/// The place of an element in the lists above; `usize::MAX` for any other.
fn rank(tag: &HtmlTag<'_>) -> usize {
    let mut names: Vec<String> = Vec::new();
    for attribute in ["id", "class"] {
        let value = tag.value(attribute).unwrap_or_default();
        names.extend(value.split_ascii_whitespace().map(str::to_ascii_lowercase));
    }
    let by_name = MARKS.iter().position(|mark| names.iter().any(|name| name == mark));
    let id = tag.value("id").unwrap_or_default().trim();
    let by_element = || {
        let element = ELEMENTS.iter().position(|name| *name == tag.name);
        let by_id = || WEAK_IDS.iter().position(|known| id.eq_ignore_ascii_case(known));
        let weak = element.or_else(|| by_id().map(|at| ELEMENTS.len() + at));
        let weak = weak.or_else(|| (tag.name == "body").then_some(ELEMENTS.len() + WEAK_IDS.len()));
        weak.map(|at| MARKS.len() + at)
    };
    by_name.or_else(by_element).unwrap_or(usize::MAX)
}

/// Calls `visit` with each start tag and the offset after it, until it returns `false`. Scripts and comments are skipped.
pub(super) fn for_each_tag<'t>(html: &'t str, visit: &mut dyn FnMut(&HtmlTag<'t>, usize) -> bool) {
    let mut at = 0;
    while let Some((token, len)) = next_token(&html[at..]) {
        at += len;
        let HtmlToken::Tag(tag) = token else { continue };
        if tag.is_closing {
            continue;
        }
        if !visit(&tag, at) {
            return;
        }
        if RAW.contains(&&*tag.name) {
            at += content_len(&html[at..], &tag.name);
        }
    }
}

/// The length of the content of an element, up to its own end tag: elements of the same name in it are counted.
pub(super) fn end_of_content(html: &str, name: &str) -> usize {
    let mut at = 0;
    let mut depth = 0_usize;
    while let Some((token, len)) = next_token(&html[at..]) {
        if let HtmlToken::Tag(tag) = &token {
            match (tag.name == name, tag.is_closing) {
                (true, true) if depth == 0 => return at,
                (true, true) => depth -= 1,
                (true, false) => depth += 1,
                (false, false) if RAW.contains(&&*tag.name) => at += content_len(&html[at + len..], &tag.name),
                (false, _) => {}
            }
        }
        at += len;
    }
    html.len()
}
