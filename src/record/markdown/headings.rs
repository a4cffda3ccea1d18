//! Ids of headings: readable in Chinese, unique in the text.
//!
//! The rule is GitHub's, so that anchors written for other tools keep working: lower case; letters and digits of any
//! script stay; each space becomes `-`; other punctuation is removed; a repeated id gets `-1`, `-2`.

use std::collections::HashMap;
use std::ops::Range;

/// The ids in use in one text.
#[derive(Default)]
struct UniqueIds {
    /// For each id, the last number appended to it.
    taken: HashMap<String, usize>,
}

impl UniqueIds {
    /// Returns `wanted`, or the first free one of `wanted-1`, `wanted-2` …, and reserves it.
    fn unique(&mut self, wanted: String) -> String {
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

    /// Reserves an id of raw HTML. Returns whether it was free.
    fn reserve(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned(), 0).is_none()
    }
}

/// The id for a heading's text: 第一节 概况 → `第一节-概况`.
fn heading_slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            // Chinese characters first, for speed.
            '-' | '_' | '\u{4E00}'..='\u{9FFF}' => slug.push(c),
            _ if c.is_whitespace() => slug.push('-'),
            _ if c.is_ascii() => slug.extend(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase())),
            _ if c.is_alphanumeric() => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// An id given by an editor, without the characters that an id must not contain (white space and quotes).
pub(super) fn sanitize_id(id: &str) -> Option<String> {
    let id: String = id
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '<' | '>'))
        .collect();
    Some(id).filter(|id| !id.is_empty())
}

/// A heading while it is read.
pub(super) struct PendingHeading {
    /// The offset of its content in the HTML.
    pub(super) start: usize,
    /// 1 to 6.
    pub(super) level: u8,
    /// The id given by the editor.
    pub(super) id: Option<String>,
    /// Its classes, separated by spaces.
    pub(super) classes: String,
    /// Its plain text so far.
    pub(super) text: String,
    /// Whether nothing precedes it.
    pub(super) is_first: bool,
    /// Its range in the prepared text.
    pub(super) range: Range<usize>,
}

/// The headings of one text.
#[derive(Default)]
pub(super) struct Headings {
    ids: UniqueIds,
    open: Option<PendingHeading>,
}

impl Headings {
    /// Starts a heading.
    pub(super) fn start(&mut self, heading: PendingHeading) {
        self.open = Some(heading);
    }

    /// Adds plain text to the open heading, if there is one.
    pub(super) fn push_text(&mut self, text: &str) {
        if let Some(heading) = &mut self.open {
            heading.text.push_str(text);
        }
    }

    /// Ends the open heading. Returns it with its text trimmed, and its id, which is now reserved.
    pub(super) fn end(&mut self) -> Option<(PendingHeading, String)> {
        let mut heading = self.open.take()?;
        heading.text = heading.text.trim().to_owned();
        let wanted = heading.id.take().unwrap_or_else(|| heading_slug(&heading.text));
        let id = self.ids.unique(wanted);
        Some((heading, id))
    }

    /// Reserves an id that something else uses. Returns whether it was free.
    pub(super) fn reserve_id(&mut self, id: &str) -> bool {
        self.ids.reserve(id)
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
