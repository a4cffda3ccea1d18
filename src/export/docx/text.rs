//! Paragraphs and the runs of text in them.
//!
//! Role: `Span`s → `w:r` and `w:hyperlink`; the properties that a paragraph adds to its style. Does not know blocks.

use super::fonts::KAITI;
use super::relations::Relations;
use super::xml::{Attributes, Xml};
use crate::export::document::Span;

/// Where a paragraph stands among its neighbours.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// It begins a page.
    pub(super) new_page: bool,
    /// No page ends after it.
    pub(super) keep_next: bool,
}

/// A paragraph's properties beside those of its style.
#[derive(Default)]
pub(super) struct Setting<'a> {
    pub(super) style: &'a str,
    pub(super) place: Place,
    /// `w:ind`.
    pub(super) indent: Attributes<'a>,
    /// `w:jc`.
    pub(super) align: Option<&'a str>,
}

/// A paragraph with what `content` writes into it.
pub(super) fn paragraph(xml: &mut Xml, setting: &Setting, content: impl FnOnce(&mut Xml)) {
    xml.within("w:p", &[], |xml| {
        xml.within("w:pPr", &[], |xml| {
            xml.val("w:pStyle", setting.style);
            if setting.place.keep_next {
                xml.empty("w:keepNext", &[]);
            }
            if setting.place.new_page {
                xml.empty("w:pageBreakBefore", &[]);
            }
            if !setting.indent.is_empty() {
                xml.empty("w:ind", setting.indent);
            }
            if let Some(align) = setting.align {
                xml.val("w:jc", align);
            }
        });
        content(xml);
    });
}

/// The text of a paragraph.
pub(super) fn spans(xml: &mut Xml, spans: &[Span], relations: &mut Relations) {
    for span in spans.iter().filter(|span| !span.text.is_empty()) {
        match span.link.as_deref().and_then(|address| relations.link(address)) {
            Some(id) => xml.within("w:hyperlink", &[("r:id", &id), ("w:history", "1")], |xml| {
                run(xml, span, true)
            }),
            None => run(xml, span, false),
        }
    }
}

/// Text without a style of its own.
pub(super) fn plain(xml: &mut Xml, text: &str) {
    run(xml, &Span::plain(text), false);
}

/// Emphasis is 楷体, as italics are foreign to Chinese type.
fn run(xml: &mut Xml, span: &Span, link: bool) {
    let hint = ("w:hint", if is_latin(&span.text) { "default" } else { "eastAsia" });
    xml.within("w:r", &[], |xml| {
        xml.within("w:rPr", &[], |xml| {
            if link {
                xml.val("w:rStyle", "Hyperlink");
            }
            if span.emphasis {
                xml.empty("w:rFonts", &[hint, ("w:eastAsia", KAITI.name)]);
            } else {
                xml.empty("w:rFonts", &[hint]);
            }
            if span.strong {
                xml.empty("w:b", &[]);
                xml.empty("w:bCs", &[]);
            }
        });
        lines(xml, &span.text);
    });
}

/// Whether quotation marks, dashes and dots are Latin ones. Unicode has one of each for both scripts; Word sets them
/// narrow, in the Latin face, unless the run hints at Chinese.
fn is_latin(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic()) && !text.contains(|c: char| c >= '\u{2e80}')
}

fn lines(xml: &mut Xml, text: &str) {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            xml.empty("w:br", &[]);
        }
        for (at, piece) in line.trim_end_matches('\r').split('\t').enumerate() {
            if at > 0 {
                xml.empty("w:tab", &[]);
            }
            if !piece.is_empty() {
                xml.text("w:t", &[("xml:space", "preserve")], piece);
            }
        }
    }
}
