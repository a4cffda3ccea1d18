//! Writes pictures, and the videos and recordings that editors write like pictures.

use super::super::link_state::{LinkAddress, PendingFigure, PendingImage};
use super::super::media_links::{MediaKind, media_kind};
use super::super::output::MarkedPiece;
use super::HtmlWriter;
use crate::diag::Code;
use crate::html::{decode_references, escape};
use crate::record::body::{Argument, Fill, LinkRole, Shortcode};
use std::ops::Range;

impl HtmlWriter<'_> {
    /// Starts `![…](…)`. What follows up to its end is its description.
    pub(super) fn start_image(&mut self, target: &str, title: &str, range: Range<usize>) {
        if self.links.nest_image() {
            return;
        }
        self.resolve_break(None);
        self.line.interrupt();
        let kind = media_kind(&self.restore_calls(target));
        self.report_unshown_media(target, kind, range.clone());
        let address = self.resolve_address(target, LinkRole::Image, range.clone());
        let title = self.restore_calls(title).into_owned();
        let place = self.source.range_in_file(range);
        self.links
            .start_image(PendingImage::new(self.out.html.len(), title, address, kind, place));
    }

    /// Reports `![…](…)` without a picture, or with a file that browsers do not show there.
    fn report_unshown_media(&mut self, target: &str, kind: MediaKind, range: Range<usize>) {
        let range = self.source.range_in_file(range);
        if target.trim().is_empty() {
            self.findings
                .report(Code::PictureWithoutAddress, range, |finding| finding);
        } else if let MediaKind::Unplayable | MediaKind::Document = kind {
            let name = self.restore_calls(target).into_owned();
            let reason = if kind == MediaKind::Document {
                "media-document"
            } else {
                "media-video"
            };
            self.findings.report(Code::NotShown, range, |finding| {
                finding.with("target", name).with("reason", reason)
            });
        }
    }

    /// Ends a picture's description.
    pub(super) fn end_image(&mut self) {
        let Some(image) = self.links.end_image() else { return };
        self.line.interrupt();
        match image.kind {
            MediaKind::Video => return self.write_video(&image),
            MediaKind::Audio => return self.write_audio(&image),
            MediaKind::Picture | MediaKind::Unplayable | MediaKind::Document => {}
        }
        if image.title.is_empty() && image.kind == MediaKind::Picture {
            let target = self.target_text(&image.address);
            self.access.note_picture(&image.alt, &target, || image.place.clone());
        }
        self.write_image(&image, true);
        if !image.title.is_empty() {
            self.links.keep_figure(PendingFigure {
                start: image.start,
                end: self.out.html.len(),
                image,
            });
        }
    }

    /// The target of a picture, as a person reads it.
    fn target_text(&self, address: &LinkAddress) -> String {
        match address {
            LinkAddress::Link(index) => self.body.links[*index].target.clone(),
            LinkAddress::External(address) => decode_references(address).into_owned(),
            LinkAddress::Unsafe => String::new(),
        }
    }

    /// Writes a video file as a call of the component for videos.
    fn write_video(&mut self, image: &PendingImage) {
        let (text, link) = match &image.address {
            LinkAddress::Link(index) => (self.body.links[*index].target.clone(), Some(*index)),
            LinkAddress::External(address) => (decode_references(address).into_owned(), None),
            LinkAddress::Unsafe => return,
        };
        self.access.note_video(&text, || image.place.clone());
        let title = if image.title.is_empty() {
            image.alt.trim()
        } else {
            &image.title
        };
        self.push_video(Argument::Text { text, link }, title, image.place.clone());
    }

    /// Writes a call of the component for videos, at `range` of the file.
    pub(super) fn push_video(&mut self, src: Argument, title: &str, range: Range<usize>) {
        let mut args = vec![("src".to_owned(), src)];
        if !title.is_empty() {
            let text = title.to_owned();
            args.push(("title".to_owned(), Argument::Text { text, link: None }));
        }
        let shortcode = Shortcode {
            name: "video".to_owned(),
            args,
            inner: None,
            place: self.findings.place(range),
        };
        self.out
            .push_mark(MarkedPiece::Fill(Fill::Shortcode(Box::new(shortcode))));
    }

    fn write_audio(&mut self, image: &PendingImage) {
        self.out.push("<audio controls preload=\"none\"");
        self.write_address_attribute("src", &image.address);
        self.out.push(" title=\"");
        escape(&mut self.out.html, image.alt.trim());
        self.out.push("\"></audio>");
    }

    fn write_image(&mut self, image: &PendingImage, titled: bool) {
        self.out.push("<img");
        self.write_address_attribute("src", &image.address);
        self.out.push(" alt=\"");
        escape(&mut self.out.html, image.alt.trim());
        if titled && !image.title.is_empty() {
            self.out.push("\" title=\"");
            escape(&mut self.out.html, &image.title);
        }
        self.out.push("\" loading=\"lazy\" decoding=\"async\">");
    }

    /// Turns a paragraph that contains only a picture with a title into a figure. Returns whether it did.
    pub(super) fn write_figure(&mut self, start: usize, content: usize) -> bool {
        let Some(figure) = self.links.take_figure() else {
            return false;
        };
        if figure.start != content || figure.end != self.out.html.len() {
            return false;
        }
        self.out.truncate(start);
        self.out.push("<figure>");
        self.write_image(&figure.image, false);
        self.out.push("<figcaption>");
        escape(&mut self.out.html, &figure.image.title);
        self.out.push("</figcaption></figure>\n");
        true
    }
}
