//! The text itself: title, blocks, issuing body and date, and the page that they stand on.
//!
//! Role: `Document` → `document.xml`. Looks belong to `styles`; here is only which style a block has, and what keeps it
//! with its neighbour.

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

/// The part `word/document.xml`; what it leads to is added to `relations`.
pub(super) fn document_xml<'a>(document: &'a Document, relations: &mut Relationships<'a>) -> Vec<u8> {
    let namespaces = [WORD, RELATIONSHIPS, image::PLACEMENT, image::DRAWING, image::PICTURE];
    XmlWriter::part("w:document", &namespaces, |xml| {
        xml.element("w:body", &[], |xml| {
            let title = ParagraphProperties {
                style: "Title",
                ..ParagraphProperties::default()
            };
            paragraph(xml, &title, |xml| plain_text(xml, &document.title));
            blocks(xml, document, relations);
            signature(xml, document);
            section_properties(xml);
        });
    })
}

/// A page break becomes a property of the paragraph after it: a break of its own would leave an empty line there.
fn blocks<'a>(xml: &mut XmlWriter, document: &'a Document, relations: &mut Relationships<'a>) {
    let signed = !document.issuer.is_empty() || !document.date.is_empty();
    let mut new_page = false;
    for (at, one) in (1..).zip(&document.blocks) {
        if matches!(one, DocumentBlock::PageBreak) {
            new_page = true;
            continue;
        }
        let place = ParagraphPagination {
            page_break_before: std::mem::take(&mut new_page),
            // Issuing body and date never stand alone on a page.
            keep_next: signed && at == document.blocks.len(),
        };
        block(xml, one, place, relations);
    }
}

fn block<'a>(
    xml: &mut XmlWriter,
    block: &'a DocumentBlock,
    place: ParagraphPagination,
    relations: &mut Relationships<'a>,
) {
    match block {
        DocumentBlock::Heading { level, spans } => {
            let style = format!("Heading{}", level.clamp(&1, &4));
            styled_paragraph(xml, &style, place, spans, relations);
        }
        DocumentBlock::Paragraph(spans) => styled_paragraph(xml, "BodyText", place, spans, relations),
        DocumentBlock::Quote(spans) => styled_paragraph(xml, "Quote", place, spans, relations),
        DocumentBlock::ListItem { depth, marker, spans } => list_item(xml, (*depth, marker), spans, place, relations),
        DocumentBlock::Table(one) => table(xml, one, place, relations),
        DocumentBlock::Image(one) => image_paragraph(xml, one, place, relations),
        DocumentBlock::PageBreak => {}
    }
}

fn styled_paragraph(
    xml: &mut XmlWriter,
    style: &str,
    place: ParagraphPagination,
    text: &[Span],
    relations: &mut Relationships,
) {
    let setting = ParagraphProperties {
        style,
        pagination: place,
        ..ParagraphProperties::default()
    };
    paragraph(xml, &setting, |xml| spans(xml, text, relations));
}

/// An entry stands as a paragraph does, two characters further in for each level. A marker that ends in Chinese
/// punctuation or a dot touches its text, as 7.3.3 has it; a bullet is parted from it.
fn list_item(
    xml: &mut XmlWriter,
    (depth, marker): (u8, &str),
    text: &[Span],
    place: ParagraphPagination,
    relations: &mut Relationships,
) {
    let characters = 2 * u32::from(depth.min(5));
    let (hundredths, twips) = (
        (100 * characters).to_string(),
        (CHARACTER_PITCH * characters).to_string(),
    );
    let setting = ParagraphProperties {
        style: "ListParagraph",
        pagination: place,
        indent: &[("w:leftChars", &hundredths), ("w:left", &twips)],
        align: None,
    };
    let apart = if marker.ends_with(['.', '）', '、', '．']) || marker.is_empty() {
        ""
    } else {
        " "
    };
    paragraph(xml, &setting, |xml| {
        if !marker.is_empty() {
            plain_text(xml, &format!("{marker}{apart}"));
        }
        spans(xml, text, relations);
    });
}

/// Issuing body and date (7.3.5.1): the date four characters in from the right, the issuing body above it on the same
/// axis; where it is too long for that, both move to the left as far as it needs.
fn signature(xml: &mut XmlWriter, document: &Document) {
    let (issuer, date) = (&document.issuer, &document.date);
    let longer = (width_in_characters(issuer) - width_in_characters(date)) / 2.0;
    let of_date = if issuer.is_empty() { 4.0 } else { longer.max(4.0) };
    let of_issuer = if date.is_empty() {
        4.0
    } else {
        (of_date - longer).max(0.0)
    };
    if !issuer.is_empty() {
        right_aligned(xml, "Signature", of_issuer, issuer);
    }
    if !date.is_empty() {
        right_aligned(xml, "Date", of_date, date);
    }
}

fn right_aligned(xml: &mut XmlWriter, style: &str, characters: f64, text: &str) {
    // At most the width of a line: more would leave no room for the text.
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

/// The page: A4, the margins, the grid of 22 lines by 28 characters, page numbers.
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
