//! Writes footnotes as HTML.

use super::HtmlWriter;

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
    pub(super) fn start_footnote(&mut self, label: &str) {
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
        self.footnotes
            .define(&label, note.split_off((label_end + 1).min(note.html.len()), 0, marks));
    }

    /// Writes a reference to a footnote.
    pub(super) fn write_mention(&mut self, label: &str) {
        self.resolve_break(None);
        self.line.interrupt();
        if self.links.is_in_image() {
            return;
        }
        let (number, mention) = self.footnotes.add_mention(label);
        let id = mention_id(number, mention);
        self.headings.reserve_id(&id);
        self.out.push(&format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
        self.body.anchors.push(id);
    }

    /// Writes the footnotes that the text references.
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
