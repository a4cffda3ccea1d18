//! Writes the content of lines: text, breaks, code, links, pictures.

use super::super::access::{OpenLinkText, is_long_address};
use super::super::chars::{PLACEHOLDER_LEAD_BYTE, floor_boundary, is_private_use, placeholder_text, read_placeholder};
use super::super::link_state::LinkAddress;
use super::super::links::{self, TargetKind};
use super::super::output::MarkedPiece;
use super::super::shortcode::ShortcodeCall;
use super::HtmlWriter;
use crate::config::{HtmlPolicy, LineBreaks};
use crate::diag::{Code, Severity, is_forbidden_control};
use crate::html::{escape, escape_address};
use crate::media;
use crate::record::body::{Fill, Link, LinkRole};
use pulldown_cmark::{LinkType, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

impl<'a> HtmlWriter<'a> {
    /// Writes text that starts at `start` of the prepared text. `synthesized` text is not in the source in this form.
    pub(super) fn write_text(&mut self, text: &str, start: usize, synthesized: bool) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(PLACEHOLDER_LEAD_BYTE, rest.as_bytes()) {
            self.write_autolinked(&rest[..at], start + text.len() - rest.len());
            rest = &rest[at..];
            match read_placeholder(rest).filter(|_| !synthesized) {
                Some((number, len)) => {
                    self.write_call(number);
                    rest = &rest[len..];
                }
                None => {
                    self.write_autolinked(placeholder_text(rest), start);
                    rest = &rest[3..];
                }
            }
        }
        let is_reserved = |c: char| is_private_use(c) || is_forbidden_control(c);
        if synthesized && rest.contains(is_reserved) {
            self.write_autolinked(&rest.replace(is_reserved, ""), start);
        } else {
            self.write_autolinked(rest, start + text.len() - rest.len());
        }
    }

    fn write_autolinked(&mut self, text: &str, start: usize) {
        if self.links.push_description(text) {
            return;
        }
        // The theme indents paragraphs, so the spaces of a manuscript before them are dropped.
        let whole = text.len();
        let text = if self.line.is_at_start() {
            text.trim_start_matches(['\u{3000}', '\u{A0}'])
        } else {
            text
        };
        let start = start + whole - text.len();
        let Some(first) = text.chars().next() else { return };
        self.resolve_break(Some(first));
        let mut done = 0;
        // A host contains a dot.
        if !self.links.is_in_link() && memchr::memchr(b'.', text.as_bytes()).is_some() {
            for (range, prefix) in links::bare_addresses(text) {
                self.write_words(&text[done..range.start]);
                let target = format!("{prefix}{}", &text[range.clone()]);
                // Text that is not in the file in this form, such as `&amp;`, has no such range.
                let place = self.source.range_in_file(start + range.start..start + range.end);
                let place = match self.file.get(place.clone()) {
                    Some(_) => place,
                    None => self.source.range_in_file(start..start),
                };
                let address = self.resolve_address_in_file(&target, LinkRole::Page, &place);
                self.out.push("<a");
                self.write_address_attribute("href", &address);
                self.out.push(">");
                self.write_words(&text[range.clone()]);
                self.out.push("</a>");
                if is_long_address(&text[range.clone()]) {
                    self.note_bare_address(&text[range.clone()]);
                }
                done = range.end;
            }
        }
        self.write_words(&text[done..]);
    }

    /// Counts a long address in the text. It is looked for in the file only once.
    fn note_bare_address(&mut self, address: &str) {
        let (source, file) = (self.source, self.file);
        self.access.note_address(address, || {
            let body = source.range_in_file(0..source.text.len());
            let found = file.get(body.clone()).and_then(|text| text.find(address));
            let at = body.start + found.unwrap_or_default();
            at..at + found.map_or(0, |_| address.len())
        });
    }

    /// Writes words, and adds them to the heading and the summary.
    pub(super) fn write_words(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        escape(&mut self.out.html, text);
        self.headings.push_text(text);
        self.prose.push(text);
        self.line.note_text(text);
    }

    /// Records a line break of the source. What follows decides whether it shows.
    pub(super) fn soft_break(&mut self, range: Range<usize>) {
        if self.links.is_in_image() || self.settings.lines == LineBreaks::Joined {
            if !self.links.push_description(" ") {
                self.line.note_break(self.out.html.len());
            }
        } else if self.elements.is_in_paragraph() {
            self.end(TagEnd::Paragraph);
            self.start(Tag::Paragraph, range);
        } else {
            // Inside emphasis or an item without paragraphs.
            self.hard_break();
        }
    }

    /// Writes the pending soft break, unless it is between two wide characters.
    pub(super) fn resolve_break(&mut self, next: Option<char>) {
        let Some(at) = self.line.take_visible_break(next) else {
            return;
        };
        self.out.insert_after_marks(at, "\n");
        self.headings.push_text(" ");
        self.prose.push_space();
    }

    /// Writes a line break that shows.
    pub(super) fn hard_break(&mut self) {
        if self.links.push_description(" ") {
            return;
        }
        self.resolve_break(None);
        self.out.push("<br>\n");
        self.line.reset();
        self.prose.push_space();
    }

    /// Writes inline code.
    pub(super) fn write_inline_code(&mut self, text: &str) {
        let text = self.restore_calls(text);
        if self.links.push_description(&text) {
            return;
        }
        self.resolve_break(None);
        self.out.push("<code>");
        self.write_words(&text);
        self.out.push("</code>");
        self.line.interrupt();
    }

    /// Returns text of the source with calls as the editor wrote them and without markers, for code, addresses and
    /// attributes.
    pub(super) fn restore_calls<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if memchr::memchr(PLACEHOLDER_LEAD_BYTE, text.as_bytes()).is_none() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = memchr::memchr(PLACEHOLDER_LEAD_BYTE, rest.as_bytes()) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let Some((number, len)) = read_placeholder(rest) else {
                out.push_str(placeholder_text(rest));
                rest = &rest[3..];
                continue;
            };
            rest = &rest[len..];
            if let Some(call) = self.source.calls.get(number) {
                if call.is_alone {
                    remove_added_line(&mut out);
                    rest = rest.strip_prefix('\n').unwrap_or(rest);
                }
                out.push_str(&self.call_source(call));
            }
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    /// The source of a call as the editor wrote it.
    pub(super) fn call_source(&self, call: &ShortcodeCall) -> Cow<'a, str> {
        let file: &'a str = self.file;
        let written = &file[call.range.clone()];
        if written.contains(is_private_use) {
            Cow::Owned(written.replace(is_private_use, ""))
        } else {
            Cow::Borrowed(written)
        }
    }

    /// Writes the start of `[…](…)` and of `<…>`.
    pub(super) fn start_link(&mut self, link_type: LinkType, target: &str, title: &str, range: Range<usize>) {
        self.links.open_link();
        if !self.links.is_in_image() {
            // The text before the link, not the link's tag, decides about a break before it.
            self.links.take_figure();
        }
        if !self.open("<a") {
            return;
        }
        let place = self.source.range_in_file(range.clone());
        let address = if link_type == LinkType::Email && !target.starts_with("mailto:") {
            self.resolve_address(&format!("mailto:{target}"), LinkRole::Page, range)
        } else {
            self.resolve_address(target, LinkRole::Page, range)
        };
        self.write_address_attribute("href", &address);
        if !title.is_empty() {
            let title = self.restore_calls(title);
            self.out.push(" title=\"");
            escape(&mut self.out.html, &title);
            self.out.push("\"");
        }
        self.out.push(">");
        self.access.link = Some(OpenLinkText {
            start: self.out.html.len(),
            range: place,
            target: self.restore_calls(target).into_owned(),
        });
    }

    /// Writes an attribute whose value is an address.
    pub(super) fn write_address_attribute(&mut self, name: &str, address: &LinkAddress) {
        if matches!(address, LinkAddress::Unsafe) {
            return;
        }
        self.out.push(" ");
        self.out.push(name);
        self.out.push("=\"");
        match address {
            LinkAddress::Link(index) => self.out.push_mark(MarkedPiece::Fill(Fill::Address(*index))),
            LinkAddress::External(address) => self.out.push(address),
            LinkAddress::Unsafe => {}
        }
        self.out.push("\"");
    }

    /// Resolves a target in `range` of the prepared text.
    pub(super) fn resolve_address(&mut self, target: &str, role: LinkRole, range: Range<usize>) -> LinkAddress {
        let restored = self.restore_calls(target);
        let range = self.find_target_in_file(&restored, range);
        self.resolve_address_in_file(&restored, role, &range)
    }

    /// Resolves a target. If it is in the site, it becomes a link of the body, at `range` of the file.
    pub(super) fn resolve_address_in_file(
        &mut self,
        target: &str,
        role: LinkRole,
        range: &Range<usize>,
    ) -> LinkAddress {
        let target = links::trim_target(target);
        let mut address = String::new();
        match links::classify_target(&target, role == LinkRole::Image) {
            TargetKind::DataImage => self.resolve_data_image(&target, range),
            TargetKind::External if self.site.path_in_site(&target).is_none() => {
                escape_address(&mut address, &target);
                LinkAddress::External(address)
            }
            TargetKind::Dangerous if self.settings.html != HtmlPolicy::Trust => {
                self.report_script(&target, range.clone());
                LinkAddress::Unsafe
            }
            TargetKind::Dangerous => {
                escape(&mut address, &target);
                LinkAddress::External(address)
            }
            TargetKind::External | TargetKind::Scheme(_) | TargetKind::Internal | TargetKind::Local => {
                LinkAddress::Link(self.add_link(&target, role, range.clone()))
            }
        }
    }

    /// Reports a target that runs a script, at `range` of the file. `javascript:;` and `javascript:void(0)`, as in
    /// texts copied from web pages, are links to nothing.
    pub(super) fn report_script(&mut self, target: &str, range: Range<usize>) {
        let (scheme, script) = target.split_once(':').unwrap_or_default();
        let does_nothing = matches!(script.trim_matches([' ', ';', '/']), "" | "void(0)" | "void 0");
        if !does_nothing {
            self.findings.report(Code::ForbiddenScheme, range, |finding| {
                let finding = finding
                    .with("target", target)
                    .with("scheme", scheme)
                    .with("script", scheme);
                finding.with_severity(Severity::Warning)
            });
        }
    }

    /// The address of a picture in a `data:` address, without what cameras and programs add.
    fn resolve_data_image(&mut self, target: &str, range: &Range<usize>) -> LinkAddress {
        let Some(cleaned) = media::clean_data_url(target) else {
            self.findings.report(Code::BadPicture, range.clone(), |finding| {
                finding
                    .with("path", "data:")
                    .with("reason", "picture-damaged")
                    .with("data", "data:")
            });
            return LinkAddress::Unsafe;
        };
        let mut address = String::new();
        escape_address(&mut address, &cleaned);
        LinkAddress::External(address)
    }

    /// Adds a link to the body and returns its index. `range` is in bytes of the file.
    fn add_link(&mut self, target: &str, role: LinkRole, range: Range<usize>) -> usize {
        let place = self.findings.place(range);
        self.body.links.push(Link {
            target: target.to_owned(),
            role,
            place,
        });
        self.body.links.len() - 1
    }

    /// The range of a target in the file: its last occurrence within the link, otherwise the whole link.
    pub(super) fn find_target_in_file(&self, target: &str, range: Range<usize>) -> Range<usize> {
        const LONGEST: usize = 4000;
        let whole = self.source.range_in_file(range);
        let from = floor_boundary(self.file, whole.end.saturating_sub(LONGEST)).max(whole.start);
        let found = self
            .file
            .get(from..whole.end)
            .filter(|_| !target.is_empty())
            .and_then(|link| link.rfind(target));
        match found {
            Some(at) => from + at..from + at + target.len(),
            None => whole,
        }
    }
}

/// Removes the line end that was added before a call to make it a block. Keeps the call's indentation.
fn remove_added_line(out: &mut String) {
    let indent = out.len() - out.trim_end_matches(' ').len();
    if out[..out.len() - indent].ends_with('\n') {
        out.remove(out.len() - indent - 1);
    }
}
