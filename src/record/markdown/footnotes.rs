//! Footnotes: numbered by first reference, written at the end.

use super::output::HtmlOutput;
use std::collections::HashMap;
use std::ops::Range;

/// The footnotes of one text.
#[derive(Default)]
pub(super) struct Footnotes {
    by_label: HashMap<String, usize>,
    footnotes: Vec<Footnote>,
    mentioned_count: usize,
    /// The outputs around the current footnote's text, outermost first.
    enclosing: Vec<HtmlOutput>,
}

#[derive(Default)]
struct Footnote {
    label: String,
    /// The place of the first reference, or of the definition when there is none yet.
    place: Range<usize>,
    number: Option<usize>,
    mentions: usize,
    text: Option<HtmlOutput>,
}

impl Footnotes {
    /// Starts the text of a footnote. `out` is the output around it.
    pub(super) fn start(&mut self, out: HtmlOutput) {
        self.enclosing.push(out);
    }

    /// Ends the text of a footnote. Returns the output around it.
    pub(super) fn end(&mut self) -> HtmlOutput {
        self.enclosing.pop().unwrap_or_default()
    }

    /// Whether the writer is inside a footnote's text.
    pub(super) fn is_in_footnote(&self) -> bool {
        !self.enclosing.is_empty()
    }

    fn index(&mut self, label: &str, place: Range<usize>) -> usize {
        let next = self.footnotes.len();
        let index = *self.by_label.entry(label.to_lowercase()).or_insert(next);
        if index == next {
            self.footnotes.push(Footnote {
                label: label.to_owned(),
                place,
                ..Footnote::default()
            });
        }
        index
    }

    /// Adds a reference to a footnote at `place` of the file. Returns the footnote's number and the number of this reference to it, both from
    /// 1.
    pub(super) fn add_mention(&mut self, label: &str, place: Range<usize>) -> (usize, usize) {
        let index = self.index(label, place);
        let note = &mut self.footnotes[index];
        if note.number.is_none() {
            self.mentioned_count += 1;
            note.number = Some(self.mentioned_count);
        }
        note.mentions += 1;
        (note.number.unwrap_or(self.mentioned_count), note.mentions)
    }

    /// Stores a footnote's text, which is defined at `place` of the file. If two have the same label, the first one wins;
    /// returns whether this is the first.
    pub(super) fn define(&mut self, label: &str, place: Range<usize>, text: HtmlOutput) -> bool {
        let index = self.index(label, place);
        let is_first = self.footnotes[index].text.is_none();
        self.footnotes[index].text.get_or_insert(text);
        is_first
    }

    /// The footnotes without a text and those without a reference: label, place, and whether the text is missing.
    pub(super) fn incomplete(&self) -> Vec<(String, Range<usize>, bool)> {
        let incomplete = self
            .footnotes
            .iter()
            .filter(|note| note.number.is_none() || note.text.is_none());
        incomplete
            .map(|note| (note.label.clone(), note.place.clone(), note.text.is_none()))
            .collect()
    }

    /// Returns the referenced footnotes in order: number, number of references, text.
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
