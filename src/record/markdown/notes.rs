//! Footnotes: numbered by first mention, shown at the end.

use super::output::Output;
use std::collections::HashMap;

/// The footnotes of one text.
#[derive(Default)]
pub(super) struct Notes {
    by_label: HashMap<String, usize>,
    notes: Vec<Note>,
    mentioned: usize,
}

#[derive(Default)]
struct Note {
    number: Option<usize>,
    mentions: usize,
    text: Option<Output>,
}

impl Notes {
    fn index(&mut self, label: &str) -> usize {
        let next = self.notes.len();
        let index = *self.by_label.entry(label.to_lowercase()).or_insert(next);
        if index == next {
            self.notes.push(Note::default());
        }
        index
    }

    /// Mentions a footnote: its number, and which mention of it this is, both from 1.
    pub(super) fn mention(&mut self, label: &str) -> (usize, usize) {
        let index = self.index(label);
        let note = &mut self.notes[index];
        if note.number.is_none() {
            self.mentioned += 1;
            note.number = Some(self.mentioned);
        }
        note.mentions += 1;
        (note.number.unwrap_or(self.mentioned), note.mentions)
    }

    /// Keeps a footnote's text; of two with one label the first counts.
    pub(super) fn define(&mut self, label: &str, text: Output) {
        let index = self.index(label);
        self.notes[index].text.get_or_insert(text);
    }

    /// The mentioned footnotes in order: number, mentions, text.
    pub(super) fn finish(self) -> Vec<(usize, usize, Output)> {
        let mut notes: Vec<(usize, usize, Output)> = self
            .notes
            .into_iter()
            .filter_map(|note| Some((note.number?, note.mentions, note.text.unwrap_or_default())))
            .collect();
        notes.sort_by_key(|note| note.0);
        notes
    }
}

/// The id of a mention in the text: `fnref-1`, `fnref-1-2`.
pub(super) fn mention_id(number: usize, mention: usize) -> String {
    if mention == 1 {
        format!("fnref-{number}")
    } else {
        format!("fnref-{number}-{mention}")
    }
}
