//! Paragraphs and the runs of text in them.
//!
//! Role: `Span`s → `w:r` and `w:hyperlink`; the properties that a paragraph adds to its style. Does not know blocks.

use super::fonts::KAITI;
use super::relationships::Relationships;
use super::xml::{XmlAttributes, XmlWriter};
use crate::export::document::Span;

/// How a paragraph relates to its neighbours.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ParagraphPagination {
    /// It begins a new page.
    pub(super) page_break_before: bool,
    /// No page ends after it.
    pub(super) keep_next: bool,
}

/// A paragraph's properties in addition to those of its style.
#[derive(Default)]
pub(super) struct ParagraphProperties<'a> {
    pub(super) style: &'a str,
    pub(super) pagination: ParagraphPagination,
    /// `w:ind`.
    pub(super) indent: XmlAttributes<'a>,
    /// `w:jc`.
    pub(super) align: Option<&'a str>,
}

/// A paragraph with what `content` writes into it.
pub(super) fn paragraph(xml: &mut XmlWriter, setting: &ParagraphProperties, content: impl FnOnce(&mut XmlWriter)) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            xml.val_element("w:pStyle", setting.style);
            if setting.pagination.keep_next {
                xml.empty_element("w:keepNext", &[]);
            }
            if setting.pagination.page_break_before {
                xml.empty_element("w:pageBreakBefore", &[]);
            }
            if !setting.indent.is_empty() {
                xml.empty_element("w:ind", setting.indent);
            }
            if let Some(align) = setting.align {
                xml.val_element("w:jc", align);
            }
        });
        content(xml);
    });
}

/// The text of a paragraph.
pub(super) fn spans(xml: &mut XmlWriter, spans: &[Span], relations: &mut Relationships) {
    for span in spans.iter().filter(|span| !span.text.is_empty()) {
        match span.link.as_deref().and_then(|address| relations.link(address)) {
            Some(id) => xml.element("w:hyperlink", &[("r:id", &id), ("w:history", "1")], |xml| {
                run(xml, span, true)
            }),
            None => run(xml, span, false),
        }
    }
}

/// Text without a style of its own.
pub(super) fn plain_text(xml: &mut XmlWriter, text: &str) {
    run(xml, &Span::plain(text), false);
}

/// Writes one run. Emphasis is 楷体, because italics are foreign to Chinese type.
fn run(xml: &mut XmlWriter, span: &Span, link: bool) {
    let hint = ("w:hint", if is_latin(&span.text) { "default" } else { "eastAsia" });
    xml.element("w:r", &[], |xml| {
        xml.element("w:rPr", &[], |xml| {
            if link {
                xml.val_element("w:rStyle", "Hyperlink");
            }
            if span.emphasis {
                xml.empty_element("w:rFonts", &[hint, ("w:eastAsia", KAITI.name)]);
            } else {
                xml.empty_element("w:rFonts", &[hint]);
            }
            if span.strong {
                xml.empty_element("w:b", &[]);
                xml.empty_element("w:bCs", &[]);
            }
        });
        lines(xml, &span.text);
    });
}

/// Whether the quotation marks, dashes and dots of `text` are Latin. Unicode has one of each for both scripts; Word
/// sets them narrow, in the Latin face, unless the run's hint is Chinese.
fn is_latin(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic()) && !text.contains(|c: char| c >= '\u{2e80}')
}

fn lines(xml: &mut XmlWriter, text: &str) {
    for (line_index, line) in text.split('\n').enumerate() {
        if line_index > 0 {
            xml.empty_element("w:br", &[]);
        }
        for (piece_index, piece) in line.trim_end_matches('\r').split('\t').enumerate() {
            if piece_index > 0 {
                xml.empty_element("w:tab", &[]);
            }
            if !piece.is_empty() {
                xml.text_element("w:t", &[("xml:space", "preserve")], piece);
            }
        }
    }
}
