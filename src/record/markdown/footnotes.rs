//! Footnotes: numbered by first mention, shown at the end.

use super::output::HtmlOutput;
use super::writer::HtmlWriter;
use std::collections::HashMap;

/// The footnotes of one text.
#[derive(Default)]
pub(super) struct Footnotes {
    by_label: HashMap<String, usize>,
    footnotes: Vec<Footnote>,
    mentioned_count: usize,
}

#[derive(Default)]
struct Footnote {
    number: Option<usize>,
    mentions: usize,
    text: Option<HtmlOutput>,
}

impl Footnotes {
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

/// The id of a mention in the text: `fnref-1`, `fnref-1-2`.
fn mention_id(number: usize, mention: usize) -> String {
    if mention == 1 {
        format!("fnref-{number}")
    } else {
        format!("fnref-{number}-{mention}")
    }
}

impl HtmlWriter<'_> {
    /// The start of a footnote's text.
    pub(super) fn start_footnote(&mut self, label: &str) {
        self.excluded_depth += 1;
        self.pending_break = None;
        self.last_char = None;
        self.open("");
        self.enclosing_outputs.push(std::mem::take(&mut self.out));
        // Kept beside the text until the end is reached.
        self.out.html.push_str(label);
        self.out.html.push('\n');
    }

    /// The end of a footnote's text.
    pub(super) fn end_footnote(&mut self) {
        self.excluded_depth = self.excluded_depth.saturating_sub(1);
        self.close_block("");
        let mut note = std::mem::replace(&mut self.out, self.enclosing_outputs.pop().unwrap_or_default());
        let label_end = note.html.find('\n').unwrap_or(0);
        let label = note.html[..label_end].to_owned();
        let marks = note.marks.len();
        self.footnotes
            .define(&label, note.split_off((label_end + 1).min(note.html.len()), 0, marks));
    }

    /// A mention of a footnote.
    pub(super) fn write_mention(&mut self, label: &str) {
        self.resolve_break(None);
        self.last_char = None;
        if self.image.is_some() {
            return;
        }
        let (number, mention) = self.footnotes.add_mention(label);
        let id = mention_id(number, mention);
        self.ids.reserve(&id);
        self.out.push(&format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
        self.body.anchors.push(id);
    }

    /// Writes the footnotes that were mentioned.
    pub(super) fn write_footnotes(&mut self) {
        let notes = std::mem::take(&mut self.footnotes).finish();
        if notes.is_empty() {
            return;
        }
        let back = self.words.back;
        self.out.start_line();
        self.out.push("<div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n");
        for (number, mentions, note) in notes {
            self.out.push(&format!("<li id=\"fn-{number}\">"));
            self.out.append(note);
            let closed = self.out.html.ends_with("</p>\n");
            if closed {
                self.out.html.truncate(self.out.html.len() - "</p>\n".len());
            }
            for mention in 1..=mentions {
                let id = mention_id(number, mention);
                self.out.push(&format!(
                    " <a href=\"#{id}\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"{back}\">↩</a>"
                ));
            }
            self.out.push(if closed { "</p>\n</li>\n" } else { "</li>\n" });
            self.body.anchors.push(format!("fn-{number}"));
        }
        self.out.push("</ol>\n</div>\n");
    }
}
