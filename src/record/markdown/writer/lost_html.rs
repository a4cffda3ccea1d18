//! Writes what frames show, and reports what is lost of the editor's HTML: frames, text that something unclosed hides,
//! control characters.

use super::super::chars::{self, is_private_use};
use super::super::players::video_page;
use super::super::raw_html::DROPPED_ELEMENTS;
use super::HtmlWriter;
use crate::config::HtmlPolicy;
use crate::diag::{Code, is_forbidden_control};
use crate::html::{HtmlTag, decode_references, read_numeric_reference};
use crate::record::body::Argument;
use std::ops::Range;

/// Elements that show something from elsewhere, or what only a script draws.
pub(super) const FRAMES: [&str; 6] = ["iframe", "object", "embed", "applet", "svg", "canvas"];

impl HtmlWriter<'_> {
    /// Writes the video that a frame shows. Other frames are dropped, with a warning.
    pub(super) fn write_frame(&mut self, tag: &HtmlTag<'_>) {
        let addresses = ["src", "data-src", "data"]
            .into_iter()
            .filter_map(|name| tag.value(name));
        let addresses: Vec<String> = addresses
            .map(|value| decode_references(&self.restore_calls(value)).into_owned())
            .collect();
        let range = self.raw_place(tag.text);
        if let Some(text) = addresses.iter().find_map(|address| video_page(address)) {
            let is_in_paragraph = self
                .out
                .html
                .rfind("<p")
                .is_some_and(|open| !self.out.html[open..].contains("</p"));
            // A figure cannot be in a paragraph.
            if is_in_paragraph && self.elements.is_empty() {
                self.out.push("</p>");
            }
            self.push_video(Argument::Text { text, link: None }, "", range);
            if is_in_paragraph && self.elements.is_empty() {
                self.out.push("<p>");
            }
            return;
        }
        let source = addresses.into_iter().find(|address| !address.trim().is_empty());
        self.findings.report(Code::DroppedHtml, range, |finding| {
            finding.with("element", tag.name.as_ref()).with_some("source", source)
        });
    }

    /// Reports text that an element or a comment without an end hides.
    pub(super) fn report_unclosed(&mut self, written: &str, what: &str) {
        let range = self.raw_place(written);
        self.findings
            .report(Code::UnclosedHtml, range, |finding| finding.with("what", what));
    }

    /// Reports a block of HTML that goes on to the end of the text because its end is missing.
    pub(super) fn report_swallowed_text(&mut self, html: &str) {
        const ENDS: [(&str, &str); 6] = [
            ("<script", "</script"),
            ("<style", "</style"),
            ("<pre", "</pre"),
            ("<textarea", "</textarea"),
            ("<?", "?>"),
            ("<![CDATA[", "]]>"),
        ];
        let start = html.trim_start();
        let opens = |sign: &str| {
            start
                .get(..sign.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(sign))
        };
        let open = ENDS.into_iter().find(|(sign, _)| opens(sign));
        if let Some((sign, _)) = open.filter(|(_, end)| !start.to_ascii_lowercase().contains(&end.to_ascii_lowercase()))
        {
            let is_dropped = DROPPED_ELEMENTS.contains(&sign.trim_start_matches('<'));
            // `drop_element` reports what it drops.
            if !is_dropped || self.settings.html != HtmlPolicy::Sanitise {
                self.report_unclosed(start, sign);
            }
        }
    }

    /// The place in the file of raw HTML that starts like `written`.
    pub(super) fn raw_place(&self, written: &str) -> Range<usize> {
        const LONGEST: usize = 80;
        let whole = self.source.range_in_file(self.raw.range());
        let head = written.lines().next().unwrap_or_default();
        let head = self.restore_calls(&head[..chars::floor_boundary(head, LONGEST)]);
        let found = self.file.get(whole.clone()).and_then(|html| html.find(head.as_ref()));
        found.map_or(whole.start..whole.start, |at| {
            whole.start + at..whole.start + at + head.trim_end().len()
        })
    }

    /// The fragment without references to control characters, which are reported. Unless HTML is trusted, references to
    /// private-use characters are left out, too: decoded, they would look like this reader's own.
    pub(super) fn without_reserved_references(&mut self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut rest = html;
        while let Some(at) = rest.find("&#") {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let reference = read_numeric_reference(rest);
            let is_private = |c: char| self.settings.html == HtmlPolicy::Sanitise && is_private_use(c);
            match reference.and_then(|reference| Some((reference.c?, reference.len))) {
                Some((c, len)) if is_forbidden_control(c) => {
                    let range = self.raw_place(&rest[..len]);
                    let written = rest[..len].to_owned();
                    self.findings.report(Code::ControlCharacter, range, |finding| {
                        finding.with("character", written)
                    });
                    rest = &rest[len..];
                }
                Some((c, len)) if is_private(c) => rest = &rest[len..],
                _ => {
                    out.push_str("&#");
                    rest = &rest[2..];
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// Whether a comment hides text that was not meant: it has no end, or its end was spoiled by the input method and the
/// next comment's end is taken for it.
pub(super) fn swallows_text(content: &str, written: &str) -> bool {
    const SPOILED_ENDS: [&str; 7] = ["—>", "–>", "－>", "—＞", "--＞", "－－＞", "→"];
    let is_closed = ["-->", "--!>", "<!-->", "<!--->"]
        .iter()
        .any(|end| written.ends_with(end));
    let is_spoiled = |line: &str| SPOILED_ENDS.iter().any(|end| line.trim_end().ends_with(end));
    // A comment on one line that ends well may hold anything.
    let mut lines = content.lines().rev().skip(1);
    !is_closed || content.contains("<!--") || lines.any(is_spoiled)
}
