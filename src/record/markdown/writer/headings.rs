//! Writes headings as HTML.

use super::super::headings::{PendingHeading, sanitize_id};
use super::HtmlWriter;
use crate::html::escape;
use crate::record::body::Heading;
use pulldown_cmark::{CowStr, HeadingLevel};
use std::ops::Range;

impl<'a> HtmlWriter<'a> {
    /// Starts a heading.
    pub(super) fn start_heading(
        &mut self,
        level: HeadingLevel,
        id: Option<&str>,
        classes: &[CowStr<'a>],
        range: Range<usize>,
    ) {
        let is_first = self.elements.is_empty() && self.out.html.trim().is_empty() && self.out.marks.is_empty();
        self.prose.enter_excluded();
        self.open_block("");
        let classes: Vec<String> = classes
            .iter()
            .map(|class| self.restore_calls(class).into_owned())
            .collect();
        self.headings.start(PendingHeading {
            start: self.out.html.len(),
            level: level as u8,
            id: id.and_then(|id| sanitize_id(&self.restore_calls(id))),
            classes: classes.join(" "),
            text: String::new(),
            is_first,
            range,
        });
    }

    /// Ends a heading. Its id is known only now.
    pub(super) fn end_heading(&mut self) {
        self.line.drop_break();
        self.prose.leave_excluded();
        let Some((heading, id)) = self.headings.end() else {
            return;
        };
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
        self.access
            .note_heading(heading.level, &heading.text, heading.is_first, || {
                self.source.range_in_file(heading.range)
            });
        if heading.is_first && heading.level == 1 {
            self.body.first_heading = Some(heading.text.clone());
        }
        self.body.anchors.push(id.clone());
        self.body.outline.push(Heading {
            level: heading.level,
            id,
            text: heading.text,
        });
    }
}
