//! The text itself: title, blocks, issuing body and date, and the page layout.
//!
//! Role: `Document` → `document.xml`. Chooses the style of each block and what keeps it with its neighbour; `styles`
//! defines how a style looks.

use super::frame;
use super::image::{self, image_paragraph};
use super::layout::{
    CHARACTER_PITCH, CHARACTER_SPACE, FOOTER_DISTANCE, LINE_PITCH, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT,
    MARGIN_TOP, PAGE_HEIGHT, PAGE_WIDTH, width_in_characters,
};
use super::package::{RELATIONSHIPS, WORD};
use super::relationships::Relationships;
use super::table::table;
use super::text::{ParagraphPagination, ParagraphProperties, paragraph, plain_text, spans};
use super::xml::XmlWriter;
use crate::export::document::{Document, DocumentBlock, Span};

/// Writes the part `word/document.xml`; its links and pictures are added to `relations`.
pub(super) fn document_xml<'a>(document: &'a Document, relations: &mut Relationships<'a>) -> Vec<u8> {
    let namespaces = [WORD, RELATIONSHIPS, image::PLACEMENT, image::DRAWING, image::PICTURE];
    XmlWriter::part("w:document", &namespaces, |xml| {
        xml.element("w:body", &[], |xml| {
            frame::letterhead(xml, document.letterhead.as_ref());
            let title = ParagraphProperties {
                style: "Title",
                ..ParagraphProperties::default()
            };
            paragraph(xml, &title, |xml| plain_text(xml, &document.title));
            addressee(xml, &document.addressee);
            let is_signed = !document.issuer.is_empty() || !document.date.is_empty();
            blocks(xml, &document.blocks, is_signed, relations);
            signature(xml, document);
            blocks(xml, &document.closing, false, relations);
            frame::colophon(xml, document.colophon.as_ref());
            section_properties(xml);
        });
    })
}

/// Writes the blocks. A page break becomes a property of the paragraph after it: a break of its own would leave an
/// empty line there. `is_signed` tells whether issuing body or date follow.
fn blocks<'a>(xml: &mut XmlWriter, blocks: &'a [DocumentBlock], is_signed: bool, relations: &mut Relationships<'a>) {
    let mut new_page = false;
    for (at, one) in (1..).zip(blocks) {
        if matches!(one, DocumentBlock::PageBreak) {
            new_page = true;
            continue;
        }
        let pagination = ParagraphPagination {
            page_break_before: std::mem::take(&mut new_page),
            // Issuing body and date never stand alone on a page.
            keep_next: is_signed && at == blocks.len(),
        };
        block(xml, one, pagination, relations);
    }
}

fn block<'a>(
    xml: &mut XmlWriter,
    block: &'a DocumentBlock,
    pagination: ParagraphPagination,
    relations: &mut Relationships<'a>,
) {
    match block {
        DocumentBlock::Heading { level, spans } => {
            let style = format!("Heading{}", level.clamp(&1, &4));
            styled_paragraph(xml, &style, pagination, spans, relations);
        }
        DocumentBlock::Paragraph(spans) => styled_paragraph(xml, "BodyText", pagination, spans, relations),
        DocumentBlock::Quote(spans) => styled_paragraph(xml, "Quote", pagination, spans, relations),
        DocumentBlock::ListItem { depth, marker, spans } => {
            list_item(xml, (*depth, marker), spans, pagination, relations)
        }
        DocumentBlock::Table(one) => table(xml, one, pagination, relations),
        DocumentBlock::Image(one) => image_paragraph(xml, one, pagination, relations),
        DocumentBlock::PageBreak => {}
    }
}

fn styled_paragraph(
    xml: &mut XmlWriter,
    style: &str,
    pagination: ParagraphPagination,
    text: &[Span],
    relations: &mut Relationships,
) {
    let setting = ParagraphProperties {
        style,
        pagination,
        ..ParagraphProperties::default()
    };
    paragraph(xml, &setting, |xml| spans(xml, text, relations));
}

/// A list entry is set like a paragraph, indented by two characters for each level. A marker that ends in Chinese
/// punctuation or a dot touches its text (7.3.3); a space separates other markers, such as bullets, from it.
fn list_item(
    xml: &mut XmlWriter,
    (depth, marker): (u8, &str),
    text: &[Span],
    pagination: ParagraphPagination,
    relations: &mut Relationships,
) {
    let characters = 2 * u32::from(depth.min(5));
    let (hundredths, twips) = (
        (100 * characters).to_string(),
        (CHARACTER_PITCH * characters).to_string(),
    );
    let setting = ParagraphProperties {
        style: "ListParagraph",
        pagination,
        indent: &[("w:leftChars", &hundredths), ("w:left", &twips)],
        align: None,
    };
    let separator = if marker.ends_with(['.', '）', '、', '．']) || marker.is_empty() {
        ""
    } else {
        " "
    };
    paragraph(xml, &setting, |xml| {
        if !marker.is_empty() {
            plain_text(xml, &format!("{marker}{separator}"));
        }
        spans(xml, text, relations);
    });
}

/// Writes whom the document is for: at the left edge, with a full-width colon after the last body (7.3.2).
fn addressee(xml: &mut XmlWriter, bodies: &str) {
    if bodies.is_empty() {
        return;
    }
    let setting = ParagraphProperties {
        style: "Salutation",
        ..ParagraphProperties::default()
    };
    let bodies = bodies.trim_end_matches(['：', ':', '。']);
    paragraph(xml, &setting, |xml| plain_text(xml, &format!("{bodies}：")));
}

/// Writes the issuing body and the date (7.3.5.1). The date is indented by four characters from the right; the issuing
/// body above it is centred on the date. If the issuing body is too long for that, both move left as far as necessary.
fn signature(xml: &mut XmlWriter, document: &Document) {
    let (issuer, date) = (&document.issuer, &document.date);
    let overhang = (width_in_characters(issuer) - width_in_characters(date)) / 2.0;
    let date_indent = if issuer.is_empty() { 4.0 } else { overhang.max(4.0) };
    let issuer_indent = if date.is_empty() {
        4.0
    } else {
        (date_indent - overhang).max(0.0)
    };
    if !issuer.is_empty() {
        right_aligned(xml, "Signature", issuer_indent, issuer);
    }
    if !date.is_empty() {
        right_aligned(xml, "Date", date_indent, date);
    }
}

fn right_aligned(xml: &mut XmlWriter, style: &str, characters: f64, text: &str) {
    // At most 20 of a line's 28 characters, so that space is left for the text.
    let characters = characters.min(20.0);
    let hundredths = format!("{:.0}", characters * 100.0);
    let twips = format!("{:.0}", characters * f64::from(CHARACTER_PITCH));
    let setting = ParagraphProperties {
        style,
        indent: &[("w:rightChars", &hundredths), ("w:right", &twips)],
        ..ParagraphProperties::default()
    };
    paragraph(xml, &setting, |xml| plain_text(xml, text));
}

/// Writes the page: A4, the margins, the grid of 22 lines by 28 characters, page numbers.
fn section_properties(xml: &mut XmlWriter) {
    let twips = |length: u32| length.to_string();
    xml.element("w:sectPr", &[], |xml| {
        xml.empty_element("w:footerReference", &[("w:type", "default"), ("r:id", "rIdFooterOdd")]);
        xml.empty_element("w:footerReference", &[("w:type", "even"), ("r:id", "rIdFooterEven")]);
        xml.empty_element("w:pgSz", &[("w:w", &twips(PAGE_WIDTH)), ("w:h", &twips(PAGE_HEIGHT))]);
        let margins = [
            ("w:top", twips(MARGIN_TOP)),
            ("w:right", twips(MARGIN_RIGHT)),
            ("w:bottom", twips(MARGIN_BOTTOM)),
            ("w:left", twips(MARGIN_LEFT)),
            ("w:header", twips(851)),
            ("w:footer", twips(FOOTER_DISTANCE)),
            ("w:gutter", twips(0)),
        ];
        let margins: Vec<(&str, &str)> = margins.iter().map(|(name, length)| (*name, length.as_str())).collect();
        xml.empty_element("w:pgMar", &margins);
        xml.empty_element("w:pgNumType", &[("w:start", "1")]);
        let grid = [
            ("w:type", "linesAndChars"),
            ("w:linePitch", &twips(LINE_PITCH)),
            ("w:charSpace", CHARACTER_SPACE),
        ];
        xml.empty_element("w:docGrid", &grid);
    });
}
