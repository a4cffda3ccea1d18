//! Pictures, inline and centred, with their captions.
//!
//! Role: `DocumentImage` → a paragraph with `w:drawing` (ECMA-376 part 1, 20.4.2.8). Scales to the text area. Does not
//! read the picture's bytes.

use super::layout::{EMU_PER_MM, PICTURE_HEIGHT_MM, PICTURE_WIDTH_MM};
use super::relationships::Relationships;
use super::text::{ParagraphPagination, ParagraphProperties, paragraph, plain_text};
use super::xml::XmlWriter;
use crate::export::document::DocumentImage;

/// The namespace of a drawing's place in the text.
pub(super) const PLACEMENT: (&str, &str) = (
    "xmlns:wp",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
);
/// The namespace of drawings.
pub(super) const DRAWING: (&str, &str) = ("xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main");
/// The namespace of pictures in drawings.
pub(super) const PICTURE: (&str, &str) = ("xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture");

/// Writes the picture with its caption on the same page. If its bytes cannot be shown, its alternative text is written
/// instead.
pub(super) fn image_paragraph<'a>(
    xml: &mut XmlWriter,
    picture: &'a DocumentImage,
    pagination: ParagraphPagination,
    relations: &mut Relationships<'a>,
) {
    let caption = picture.caption.as_deref().filter(|caption| !caption.is_empty());
    let setting = ParagraphProperties {
        style: "Picture",
        pagination: ParagraphPagination {
            keep_next: caption.is_some() || pagination.keep_next,
            ..pagination
        },
        ..ParagraphProperties::default()
    };
    paragraph(xml, &setting, |xml| match relations.image(picture) {
        Some((number, id)) => drawing(xml, picture, number, &id),
        None => plain_text(xml, &picture.alt),
    });
    if let Some(caption) = caption {
        let setting = ParagraphProperties {
            style: "Caption",
            pagination: ParagraphPagination {
                page_break_before: false,
                ..pagination
            },
            ..ParagraphProperties::default()
        };
        paragraph(xml, &setting, |xml| plain_text(xml, caption));
    }
}

fn drawing(xml: &mut XmlWriter, picture: &DocumentImage, number: usize, relation: &str) {
    let (width, height) = size_in_emu(picture);
    let number = number.to_string();
    let described = [
        ("id", number.as_str()),
        ("name", &format!("Picture {number}")),
        ("descr", &picture.alt),
    ];
    let margins = [("distT", "0"), ("distB", "0"), ("distL", "0"), ("distR", "0")];
    xml.element("w:r", &[], |xml| {
        xml.element("w:drawing", &[], |xml| {
            xml.element("wp:inline", &margins, |xml| {
                xml.empty_element("wp:extent", &[("cx", &width), ("cy", &height)]);
                xml.empty_element("wp:docPr", &described);
                xml.element("wp:cNvGraphicFramePr", &[], |xml| {
                    xml.empty_element("a:graphicFrameLocks", &[("noChangeAspect", "1")]);
                });
                xml.element("a:graphic", &[], |xml| {
                    xml.element("a:graphicData", &[("uri", PICTURE.1)], |xml| {
                        xml.element("pic:pic", &[], |xml| {
                            xml.element("pic:nvPicPr", &[], |xml| {
                                xml.empty_element("pic:cNvPr", &described);
                                xml.empty_element("pic:cNvPicPr", &[]);
                            });
                            xml.element("pic:blipFill", &[], |xml| {
                                xml.empty_element("a:blip", &[("r:embed", relation)]);
                                xml.element("a:stretch", &[], |xml| xml.empty_element("a:fillRect", &[]));
                            });
                            xml.element("pic:spPr", &[], |xml| shape_properties(xml, &width, &height));
                        });
                    });
                });
            });
        });
    });
}

fn shape_properties(xml: &mut XmlWriter, width: &str, height: &str) {
    xml.element("a:xfrm", &[], |xml| {
        xml.empty_element("a:off", &[("x", "0"), ("y", "0")]);
        xml.empty_element("a:ext", &[("cx", width), ("cy", height)]);
    });
    xml.element("a:prstGeom", &[("prst", "rect")], |xml| {
        xml.empty_element("a:avLst", &[])
    });
}

/// Width and height in English metric units, at most those of the text area and at least a millimetre. An invalid size
/// (zero, negative, not finite) becomes the full width at a ratio of three to two.
fn size_in_emu(picture: &DocumentImage) -> (String, String) {
    let is_valid = |length: f64| length.is_finite() && length > 0.0;
    let (width, height) = if is_valid(picture.width_mm) && is_valid(picture.height_mm) {
        (picture.width_mm, picture.height_mm)
    } else {
        (PICTURE_WIDTH_MM, PICTURE_WIDTH_MM / 1.5)
    };
    let scale = (PICTURE_WIDTH_MM / width).min(PICTURE_HEIGHT_MM / height).min(1.0);
    let length = |mm: f64| format!("{:.0}", (mm * scale).max(1.0) * EMU_PER_MM);
    (length(width), length(height))
}
