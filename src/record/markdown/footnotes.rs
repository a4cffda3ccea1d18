//! Footnotes: numbered by first mention, shown at the end.

use super::output::HtmlOutput;
use std::collections::HashMap;

/// The footnotes of one text.
#[derive(Default)]
pub(super) struct Footnotes {
    by_label: HashMap<String, usize>,
    footnotes: Vec<Footnote>,
    mentioned_count: usize,
    /// What is being written around a footnote's text, outermost first.
    enclosing: Vec<HtmlOutput>,
}

#[derive(Default)]
struct Footnote {
    number: Option<usize>,
    mentions: usize,
    text: Option<HtmlOutput>,
}

impl Footnotes {
    /// The text of a footnote starts; `out` is what was being written.
    pub(super) fn start(&mut self, out: HtmlOutput) {
        self.enclosing.push(out);
    }

    /// The text of a footnote ends; what was being written around it.
    pub(super) fn end(&mut self) -> HtmlOutput {
        self.enclosing.pop().unwrap_or_default()
    }

    /// Whether a footnote's text is being written.
    pub(super) fn is_in_footnote(&self) -> bool {
        !self.enclosing.is_empty()
    }

    fn index(&mut self, label: &str) -> usize {
        let next = self.footnotes.len();
        let index = *self.by_label.entry(label.to_lowercase()).or_insert(next);
        if index == next {
            self.footnotes.push(Footnote::default());
        }
        index
    }

    /// Mentions a footnote: its number, and which mention of it this is, both from 1.
    pub(super) fn add_mention(&mut self, label: &str) -> (usize, usize) {
        let index = self.index(label);
        let note = &mut self.footnotes[index];
        if note.number.is_none() {
            self.mentioned_count += 1;
            note.number = Some(self.mentioned_count);
        }
        note.mentions += 1;
        (note.number.unwrap_or(self.mentioned_count), note.mentions)
    }

    /// Keeps a footnote's text; of two with one label the first counts.
    pub(super) fn define(&mut self, label: &str, text: HtmlOutput) {
        let index = self.index(label);
        self.footnotes[index].text.get_or_insert(text);
    }

    /// The mentioned footnotes in order: number, mentions, text.
    pub(super) fn finish(self) -> Vec<(usize, usize, HtmlOutput)> {
        let mut notes: Vec<(usize, usize, HtmlOutput)> = self
            .footnotes
            .into_iter()
            .filter_map(|note| Some((note.number?, note.mentions, note.text.unwrap_or_default())))
            .collect();
        notes.sort_by_key(|note| note.0);
        notes
    }
}
