//! What stands in a line: text, breaks, code, links, pictures.

use super::chars::{LEAD, SPACE, is_private, joins, stand_in};
use super::escape::{escape, escape_address};
use super::links::{self, Sort};
use super::output::Piece;
use super::shortcode::Call;
use super::writer::Writer;
use crate::config::HtmlPolicy;
use crate::record::body::{Fill, Link, LinkRole};
use pulldown_cmark::LinkType;
use std::borrow::Cow;
use std::ops::Range;

/// A picture whose description is being read.
pub(super) struct ImageText {
    start: usize,
    /// The plain text of its description so far.
    pub(super) alt: String,
    title: String,
    address: Address,
    /// Pictures inside its description.
    inner: usize,
}

/// A picture with a title that was just written.
pub(super) struct Figure {
    start: usize,
    end: usize,
    image: ImageText,
}

/// What goes into `href` or `src`.
pub(super) enum Address {
    /// A link of the body.
    Link(usize),
    /// An address of its own, escaped.
    External(String),
    /// Nothing: it would run a script.
    Nothing,
}

impl<'a> Writer<'a> {
    /// Writes text; `synthesized` text was not in the source as it is.
    pub(super) fn text(&mut self, text: &str, synthesized: bool) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(LEAD, rest.as_bytes()) {
            self.words_or_addresses(&rest[..at]);
            rest = &rest[at..];
            match stand_in(rest).filter(|_| !synthesized) {
                Some((number, len)) => {
                    self.call(number);
                    rest = &rest[len..];
                }
                None => {
                    if rest.starts_with(SPACE) {
                        self.words_or_addresses(" ");
                    }
                    rest = &rest[3..];
                }
            }
        }
        if synthesized && rest.contains(is_private) {
            self.words_or_addresses(&rest.replace(is_private, ""));
        } else {
            self.words_or_addresses(rest);
        }
    }

    fn words_or_addresses(&mut self, text: &str) {
        let Some(first) = text.chars().next() else { return };
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        self.resolve_break(Some(first));
        let mut done = 0;
        // No host without a dot.
        if self.links_open == 0 && memchr::memchr(b'.', text.as_bytes()).is_some() {
            for (range, prefix) in links::bare(text) {
                self.words(&text[done..range.start]);
                self.out.push("<a href=\"");
                self.out.push(prefix);
                escape_address(&mut self.out.html, &text[range.clone()]);
                self.out.push("\">");
                self.words(&text[range.clone()]);
                self.out.push("</a>");
                done = range.end;
            }
        }
        self.words(&text[done..]);
    }

    /// Writes words, and tells the heading and the summary.
    pub(super) fn words(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        escape(&mut self.out.html, text);
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        self.prose.push(text, self.zone());
        self.last = text.chars().next_back();
    }

    /// A line break of the source: what follows decides whether it shows.
    pub(super) fn soft_break(&mut self) {
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            None => self.pending_break = Some(self.out.html.len()),
        }
    }

    /// Writes the soft break that stands before here, unless it is between two wide characters.
    pub(super) fn resolve_break(&mut self, next: Option<char>) {
        let Some(at) = self.pending_break.take() else { return };
        if let (Some(last), Some(next)) = (self.last, next)
            && joins(last, next)
        {
            return;
        }
        self.out.insert_after_marks(at, "\n");
        if let Some(heading) = &mut self.heading {
            heading.text.push(' ');
        }
        self.prose.space(self.zone());
    }

    /// A line break that shows.
    pub(super) fn hard_break(&mut self) {
        if let Some(image) = &mut self.image {
            image.alt.push(' ');
            return;
        }
        self.resolve_break(None);
        self.last = None;
        self.out.push("<br>\n");
        self.prose.space(self.zone());
    }

    /// Code in a line.
    pub(super) fn inline_code(&mut self, text: &str) {
        let text = self.restored(text);
        if let Some(image) = &mut self.image {
            image.alt.push_str(&text);
            return;
        }
        self.resolve_break(None);
        self.out.push("<code>");
        self.words(&text);
        self.out.push("</code>");
        self.last = None;
    }

    /// Text of the source with calls as the editor wrote them, and without markers: what stands in code, in addresses
    /// and in attributes.
    pub(super) fn restored<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if memchr::memchr(LEAD, text.as_bytes()).is_none() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = memchr::memchr(LEAD, rest.as_bytes()) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let Some((number, len)) = stand_in(rest) else {
                if rest.starts_with(SPACE) {
                    out.push(' ');
                }
                rest = &rest[3..];
                continue;
            };
            rest = &rest[len..];
            if let Some(call) = self.source.calls.get(number) {
                if call.alone {
                    remove_added_line(&mut out);
                    rest = rest.strip_prefix('\n').unwrap_or(rest);
                }
                out.push_str(&self.as_written(call));
            }
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    /// A call as the editor wrote it.
    pub(super) fn as_written(&self, call: &Call) -> Cow<'a, str> {
        let file: &'a str = self.file;
        let written = &file[call.range.clone()];
        if written.contains(is_private) {
            Cow::Owned(written.replace(is_private, ""))
        } else {
            Cow::Borrowed(written)
        }
    }

    /// The start of `[…](…)` and of `<…>`.
    pub(super) fn start_link(&mut self, sort: LinkType, target: &str, title: &str, range: Range<usize>) {
        self.links_open += 1;
        if self.image.is_none() {
            // What stands before the link decides about a break before it, not the link's tag.
            self.figure = None;
        }
        if !self.open("<a") {
            return;
        }
        let address = if sort == LinkType::Email && !target.starts_with("mailto:") {
            self.address(&format!("mailto:{target}"), LinkRole::Page, range)
        } else {
            self.address(target, LinkRole::Page, range)
        };
        self.attribute("href", &address);
        if !title.is_empty() {
            let title = self.restored(title);
            self.out.push(" title=\"");
            escape(&mut self.out.html, &title);
            self.out.push("\"");
        }
        self.out.push(">");
    }

    /// Writes an attribute whose value is an address.
    fn attribute(&mut self, name: &str, address: &Address) {
        if matches!(address, Address::Nothing) {
            return;
        }
        self.out.push(" ");
        self.out.push(name);
        self.out.push("=\"");
        match address {
            Address::Link(index) => self.out.mark(Piece::Fill(Fill::Address(*index))),
            Address::External(address) => self.out.push(address),
            Address::Nothing => {}
        }
        self.out.push("\"");
    }

    /// What a target in the prepared text's `range` leads to.
    fn address(&mut self, target: &str, role: LinkRole, range: Range<usize>) -> Address {
        let restored = self.restored(target);
        let range = self.target_in_file(&restored, range);
        self.address_in_file(&restored, role, &range)
    }

    /// What a target leads to; what lies in the site becomes a link of the body, at `range` of the file.
    pub(super) fn address_in_file(&mut self, target: &str, role: LinkRole, range: &Range<usize>) -> Address {
        let target = links::tidy(target);
        let mut address = String::new();
        match links::sort(&target, role == LinkRole::Picture) {
            Sort::External => {
                escape_address(&mut address, &target);
                Address::External(address)
            }
            Sort::Dangerous if self.settings.html != HtmlPolicy::Trust => Address::Nothing,
            Sort::Dangerous => {
                escape(&mut address, &target);
                Address::External(address)
            }
            Sort::Internal => Address::Link(self.link(&target, role, range.clone())),
        }
    }

    /// Adds a link to the body; `range` is in bytes of the file.
    fn link(&mut self, target: &str, role: LinkRole, range: Range<usize>) -> usize {
        let place = self.places.of(range);
        self.body.links.push(Link {
            target: links::decoded(target),
            role,
            place,
        });
        self.body.links.len() - 1
    }

    /// Where a target stands in the file: in a link, the last time that it occurs there; else the link as a whole.
    pub(super) fn target_in_file(&self, target: &str, range: Range<usize>) -> Range<usize> {
        const LONGEST: usize = 4000;
        let whole = self.source.range_in_file(range);
        let from = super::chars::floor_boundary(self.file, whole.end.saturating_sub(LONGEST)).max(whole.start);
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

    /// The start of `![…](…)`: what follows up to its end is its description.
    pub(super) fn start_image(&mut self, target: &str, title: &str, range: Range<usize>) {
        if let Some(image) = &mut self.image {
            image.inner += 1;
            return;
        }
        self.resolve_break(None);
        self.last = None;
        let address = self.address(target, LinkRole::Picture, range);
        self.image = Some(ImageText {
            start: self.out.html.len(),
            alt: String::new(),
            title: self.restored(title).into_owned(),
            address,
            inner: 0,
        });
    }

    /// The end of a picture's description.
    pub(super) fn end_image(&mut self) {
        let Some(mut image) = self.image.take() else { return };
        if image.inner > 0 {
            image.inner -= 1;
            self.image = Some(image);
            return;
        }
        self.last = None;
        self.write_image(&image, true);
        if !image.title.is_empty() {
            self.figure = Some(Figure {
                start: image.start,
                end: self.out.html.len(),
                image,
            });
        }
    }

    fn write_image(&mut self, image: &ImageText, titled: bool) {
        self.out.push("<img");
        self.attribute("src", &image.address);
        self.out.push(" alt=\"");
        escape(&mut self.out.html, image.alt.trim());
        if titled && !image.title.is_empty() {
            self.out.push("\" title=\"");
            escape(&mut self.out.html, &image.title);
        }
        self.out.push("\" loading=\"lazy\" decoding=\"async\">");
    }

    /// Makes a figure of a paragraph that holds nothing but a picture with a title; whether it was one.
    pub(super) fn write_figure(&mut self, start: usize, content: usize) -> bool {
        let Some(figure) = self.figure.take() else { return false };
        if figure.start != content || figure.end != self.out.html.len() {
            return false;
        }
        self.out.cut(start);
        self.out.push("<figure>");
        self.write_image(&figure.image, false);
        self.out.push("<figcaption>");
        escape(&mut self.out.html, &figure.image.title);
        self.out.push("</figcaption></figure>\n");
        true
    }
}

/// Takes out the line end that was put before a call to make it a block, keeping the call's indentation.
fn remove_added_line(out: &mut String) {
    let indent = out.len() - out.trim_end_matches(' ').len();
    if out[..out.len() - indent].ends_with('\n') {
        out.remove(out.len() - indent - 1);
    }
}
