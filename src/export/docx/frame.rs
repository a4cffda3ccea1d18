//! What stands above the title and below the text: the head (版头) and the foot (版记) of an official document
//! (GB/T 9704-2012, 7.2 and 7.4).
//!
//! Role: `Letterhead` and `Colophon` → paragraphs. `styles` has their letters, rules and places.

use super::text::{ParagraphProperties, paragraph, plain_text};
use super::xml::XmlWriter;
use crate::export::document::{Colophon, Letterhead};

/// Writes the name, the number, and the line above the red rule (7.2.7).
pub(super) fn letterhead(xml: &mut XmlWriter, head: Option<&Letterhead>) {
    let Some(head) = head else { return };
    styled(xml, "LetterheadName", &head.name);
    if head.issuer.is_empty() && head.date.is_empty() {
        styled(xml, "LetterheadRule", &head.number);
        return;
    }
    if !head.number.is_empty() {
        styled(xml, "LetterheadNumber", &head.number);
    }
    styled(xml, "LetterheadLine", &format!("{}\t{}", head.issuer, head.date));
}

/// Writes the recipients and the last line, between rules (7.4.1), and the number of copies below them.
pub(super) fn colophon(xml: &mut XmlWriter, foot: Option<&Colophon>) {
    let Some(foot) = foot else { return };
    for (word, bodies) in &foot.recipients {
        // 7.4.2: a full-width colon after the word, a full stop after the last body.
        let bodies = bodies.trim_end_matches('。');
        styled(xml, "Colophon", &format!("{word}：{bodies}。"));
    }
    styled(xml, "Colophon", &format!("{}\t{}", foot.printer, foot.printed));
    if !foot.copies.is_empty() {
        styled(xml, "ColophonCopies", &foot.copies);
    }
}

fn styled(xml: &mut XmlWriter, style: &str, text: &str) {
    let setting = ParagraphProperties {
        style,
        ..ParagraphProperties::default()
    };
    paragraph(xml, &setting, |xml| plain_text(xml, text));
}
