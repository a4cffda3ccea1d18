//! Ids of headings: readable in Chinese, unique in the text.
//!
//! The rule is GitHub's, so that anchors written for other tools keep working: lower case, letters and digits of any
//! script stay, each space becomes `-`, other punctuation vanishes; a repeated id gets `-1`, `-2`.

use super::writer::HtmlWriter;
use crate::html::escape;
use crate::record::body::Heading;
use pulldown_cmark::{CowStr, HeadingLevel};
use std::collections::HashMap;

/// Ids given out so far in one text.
#[derive(Default)]
pub(super) struct UniqueIds {
    /// For each id, the last number tried after it.
    taken: HashMap<String, usize>,
}

impl UniqueIds {
    /// `wanted`, or the first of `wanted-1`, `wanted-2` … that is free. It is taken from now on.
    pub(super) fn unique(&mut self, wanted: String) -> String {
        let Some(&last) = self.taken.get(&wanted) else {
            self.taken.insert(wanted.clone(), 0);
            return wanted;
        };
        let mut number = last + 1;
        let mut id = format!("{wanted}-{number}");
        while self.taken.contains_key(&id) {
            number += 1;
            id = format!("{wanted}-{number}");
        }
        self.taken.insert(wanted, number);
        self.taken.insert(id.clone(), 0);
        id
    }

    /// Takes an id that stands in raw HTML; whether it was free.
    pub(super) fn reserve(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned(), 0).is_none()
    }
}

/// The id that a heading's text gives: 第一节 概况 → `第一节-概况`.
fn heading_slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            // Chinese characters first, to be quick.
            '-' | '_' | '\u{4E00}'..='\u{9FFF}' => slug.push(c),
            _ if c.is_whitespace() => slug.push('-'),
            _ if c.is_ascii() => slug.extend(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase())),
            _ if c.is_alphanumeric() => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// An id that an editor gave, without what an id must not hold (white space and quotes).
fn sanitize_id(id: &str) -> Option<String> {
    let id: String = id
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '<' | '>'))
        .collect();
    Some(id).filter(|id| !id.is_empty())
}

/// A heading that is being read.
pub(super) struct PendingHeading {
    start: usize,
    level: u8,
    id: Option<String>,
    classes: String,
    /// Its plain text so far.
    pub(super) text: String,
    first: bool,
}

impl<'a> HtmlWriter<'a> {
    /// The start of a heading.
    pub(super) fn start_heading(&mut self, level: HeadingLevel, id: Option<&str>, classes: &[CowStr<'a>]) {
        let first = self.stack.is_empty() && self.out.html.trim().is_empty() && self.out.marks.is_empty();
        self.excluded_depth += 1;
        self.open_block("");
        let classes: Vec<String> = classes
            .iter()
            .map(|class| self.restore_calls(class).into_owned())
            .collect();
        self.heading = Some(PendingHeading {
            start: self.out.html.len(),
            level: level as u8,
            id: id.and_then(|id| sanitize_id(&self.restore_calls(id))),
            classes: classes.join(" "),
            text: String::new(),
            first,
        });
    }

    /// The end of a heading: only now its id is known.
    pub(super) fn end_heading(&mut self) {
        self.pending_break = None;
        self.excluded_depth = self.excluded_depth.saturating_sub(1);
        let Some(heading) = self.heading.take() else { return };
        let text = heading.text.trim().to_owned();
        let id = self.ids.unique(heading.id.unwrap_or_else(|| heading_slug(&text)));
        let mut tag = format!("<h{} id=\"", heading.level);
        escape(&mut tag, &id);
        if !heading.classes.is_empty() {
            tag.push_str("\" class=\"");
            escape(&mut tag, &heading.classes);
        }
        tag.push_str("\">");
        self.out.insert(heading.start, &tag);
        let close = ["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"];
        self.out.push(close[usize::from(heading.level.clamp(1, 6)) - 1]);
        self.close_block("");
        if heading.first && heading.level == 1 {
            self.body.first_heading = Some(text.clone());
        }
        self.body.anchors.push(id.clone());
        self.body.outline.push(Heading {
            level: heading.level,
            id,
            text,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_readable() {
        for (text, expected) in [
            ("第一节 概况", "第一节-概况"),
            ("What's New?", "whats-new"),
            ("（一）加强领导", "一加强领导"),
            ("A & B", "a--b"),
            ("！！！", "section"),
            ("snake_case `x`", "snake_case-x"),
        ] {
            assert_eq!(heading_slug(text), expected);
        }
    }

    #[test]
    fn repeated_ids_are_numbered() {
        let mut ids = UniqueIds::default();
        let got: Vec<String> = ["a", "a", "a-1", "a"]
            .into_iter()
            .map(|id| ids.unique(id.to_owned()))
            .collect();
        assert_eq!(got, ["a", "a-1", "a-1-1", "a-2"]);
    }
}
