//! The places in a text that links may lead to, by the ids that they had and by those that they have.
//!
//! Each generator makes the id of a heading in a way of its own: with or without signs, in lower case or not, in Chinese or
//! in pinyin. The letters and digits are the same, so they are what an id is found by.

use crate::config::{MarkdownSettings, SlugStyle};
use crate::paths::{SiteAddress, percent_decode};
use crate::record::markdown::read;
use crate::slug::slug;
use std::collections::{BTreeMap, BTreeSet};

/// The places in one text.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// All ids.
    ids: BTreeSet<String>,
    /// The ids of headings by their letters and digits.
    by_letters: BTreeMap<String, String>,
}

impl Anchors {
    /// Those of a body as a post.
    pub(super) fn of(body: &str, settings: MarkdownSettings) -> Self {
        let read = read("import.md", body, 0..body.len(), settings, &SiteAddress::default()).value;
        let mut anchors = Self::default();
        anchors.ids.extend(read.anchors);
        let mut repeated: BTreeMap<String, usize> = BTreeMap::new();
        // A page shows a first heading of the first level as its title.
        let is_title = |at: usize, level: u8| at == 0 && level == 1 && body.trim_start().starts_with("# ");
        for (at, heading) in read.outline.iter().enumerate() {
            if is_title(at, heading.level) {
                anchors.ids.remove(&heading.id);
                continue;
            }
            let number = repeated.entry(letters(&heading.text)).or_default();
            // The second of two headings with one text ends with a number.
            let suffix = if *number == 0 {
                String::new()
            } else {
                number.to_string()
            };
            *number += 1;
            for text in [
                heading.text.clone(),
                slug(&heading.text, SlugStyle::Pinyin),
                heading.id.clone(),
            ] {
                let key = letters(&text) + &suffix;
                anchors.by_letters.entry(key).or_insert_with(|| heading.id.clone());
            }
            anchors.ids.insert(heading.id.clone());
        }
        anchors
    }

    /// The id that a place has now; `None` when there is no such place.
    pub(super) fn find(&self, written: &str) -> Option<&str> {
        let written = percent_decode(written);
        if let Some(id) = self.ids.get(written.as_ref()) {
            return Some(id);
        }
        let found = self
            .by_letters
            .get(&letters(&written))
            .filter(|_| !letters(&written).is_empty());
        found.map(String::as_str)
    }
}

/// The letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
