//! Writes footnotes as HTML.

use super::HtmlWriter;
use crate::diag::Code;
use std::ops::Range;

/// The id of a reference in the text: `fnref-1`, `fnref-1-2`.
fn mention_id(number: usize, mention: usize) -> String {
    if mention == 1 {
        format!("fnref-{number}")
    } else {
        format!("fnref-{number}-{mention}")
    }
}

impl HtmlWriter<'_> {
    /// Starts a footnote's text.
    pub(super) fn start_footnote(&mut self, label: &str, range: Range<usize>) {
        self.footnote_range = self.source.range_in_file(range);
        self.prose.enter_excluded();
        self.line.reset();
        self.open("");
        self.footnotes.start(std::mem::take(&mut self.out));
        // The label is kept with the text until the end is reached.
        self.out.html.push_str(label);
        self.out.html.push('\n');
    }

    /// Ends a footnote's text.
    pub(super) fn end_footnote(&mut self) {
        self.prose.leave_excluded();
        self.close_block("");
        let mut note = std::mem::replace(&mut self.out, self.footnotes.end());
        let label_end = note.html.find('\n').unwrap_or(0);
        let label = note.html[..label_end].to_owned();
        let marks = note.marks.len();
        let text = note.split_off((label_end + 1).min(note.html.len()), 0, marks);
        let place = self.footnote_range.clone();
        if !self.footnotes.define(&label, place.clone(), text) {
            self.report_footnote(&label, place, "footnote-twice");
        }
    }

    fn report_footnote(&mut self, label: &str, place: Range<usize>, reason: &'static str) {
        self.findings.report(Code::BadFootnote, place, |finding| {
            finding.with("label", label).with("reason", reason)
        });
    }

    /// Reports `[^1]` in text at `run` of the prepared text: the parser takes it for text when no footnote has the label.
    pub(super) fn report_undefined_footnotes(&mut self, run: Range<usize>) {
        const LONGEST: usize = 60;
        let source = self.source;
        let text = &source.text[run.clone()];
        for (at, _) in text.match_indices("[^") {
            let label = text[at + 2..].split(']').next().unwrap_or_default();
            let has_end = text[at + 2 + label.len()..].starts_with(']');
            let is_label = !label.is_empty() && label.len() <= LONGEST && !label.contains([' ', '[', '^']);
            let is_escaped = source.text[..run.start + at].ends_with('\\');
            if has_end && is_label && !is_escaped {
                let start = run.start + at;
                let place = source.range_in_file(start..start + label.len() + 3);
                self.report_footnote(label, place, "footnote-undefined");
            }
        }
    }

    /// Writes a reference to a footnote, at `range` of the prepared text.
    pub(super) fn write_mention(&mut self, label: &str, range: Range<usize>) {
        self.resolve_break(None);
        self.line.interrupt();
        if self.links.is_in_image() {
            return;
        }
        let (number, mention) = self.footnotes.add_mention(label, self.source.range_in_file(range));
        let id = mention_id(number, mention);
        self.headings.reserve_id(&id);
        self.out.push(&format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
        self.body.anchors.push(id);
    }

    /// Writes the footnotes that the text references.
    pub(super) fn write_footnotes(&mut self) {
        for (label, place, is_undefined) in self.footnotes.incomplete() {
            let reason = if is_undefined {
                "footnote-undefined"
            } else {
                "footnote-unused"
            };
            self.report_footnote(&label, place, reason);
        }
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
