//! Pictures, inline and centred, with their captions.
//!
//! Role: `Picture` → a paragraph with `w:drawing` (ECMA-376 part 1, 20.4.2.8). Scales to the text area. Does not read
//! the picture's bytes.

use super::layout::{EMU_PER_MM, PICTURE_HEIGHT_MM, PICTURE_WIDTH_MM};
use super::relations::Relations;
use super::text::{Place, Setting, paragraph, plain};
use super::xml::Xml;
use crate::export::document::Picture;

/// The namespace of a drawing's place in the text.
pub(super) const PLACEMENT: (&str, &str) = (
    "xmlns:wp",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
);
/// The namespace of drawings.
pub(super) const DRAWING: (&str, &str) = ("xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main");
/// The namespace of pictures in drawings.
pub(super) const PICTURE: (&str, &str) = ("xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture");

/// The picture with its caption on the same page; its alternative text where its bytes cannot be shown.
pub(super) fn picture<'a>(xml: &mut Xml, picture: &'a Picture, place: Place, relations: &mut Relations<'a>) {
    let caption = picture.caption.as_deref().filter(|caption| !caption.is_empty());
    let setting = Setting {
        style: "Picture",
        place: Place {
            keep_next: caption.is_some() || place.keep_next,
            ..place
        },
        ..Setting::default()
    };
    paragraph(xml, &setting, |xml| match relations.picture(picture) {
        Some((number, id)) => drawing(xml, picture, number, &id),
        None => plain(xml, &picture.alt),
    });
    if let Some(caption) = caption {
        let setting = Setting {
            style: "Caption",
            place: Place {
                new_page: false,
                ..place
            },
            ..Setting::default()
        };
        paragraph(xml, &setting, |xml| plain(xml, caption));
    }
}

fn drawing(xml: &mut Xml, picture: &Picture, number: usize, relation: &str) {
    let (width, height) = emu(picture);
    let number = number.to_string();
    let described = [
        ("id", number.as_str()),
        ("name", &format!("Picture {number}")),
        ("descr", &picture.alt),
    ];
    let margins = [("distT", "0"), ("distB", "0"), ("distL", "0"), ("distR", "0")];
    xml.within("w:r", &[], |xml| {
        xml.within("w:drawing", &[], |xml| {
            xml.within("wp:inline", &margins, |xml| {
                xml.empty("wp:extent", &[("cx", &width), ("cy", &height)]);
                xml.empty("wp:docPr", &described);
                xml.within("wp:cNvGraphicFramePr", &[], |xml| {
                    xml.empty("a:graphicFrameLocks", &[("noChangeAspect", "1")]);
                });
                xml.within("a:graphic", &[], |xml| {
                    xml.within("a:graphicData", &[("uri", PICTURE.1)], |xml| {
                        xml.within("pic:pic", &[], |xml| {
                            xml.within("pic:nvPicPr", &[], |xml| {
                                xml.empty("pic:cNvPr", &described);
                                xml.empty("pic:cNvPicPr", &[]);
                            });
                            xml.within("pic:blipFill", &[], |xml| {
                                xml.empty("a:blip", &[("r:embed", relation)]);
                                xml.within("a:stretch", &[], |xml| xml.empty("a:fillRect", &[]));
                            });
                            xml.within("pic:spPr", &[], |xml| shape(xml, &width, &height));
                        });
                    });
                });
            });
        });
    });
}

fn shape(xml: &mut Xml, width: &str, height: &str) {
    xml.within("a:xfrm", &[], |xml| {
        xml.empty("a:off", &[("x", "0"), ("y", "0")]);
        xml.empty("a:ext", &[("cx", width), ("cy", height)]);
    });
    xml.within("a:prstGeom", &[("prst", "rect")], |xml| xml.empty("a:avLst", &[]));
}

/// Width and height in English metric units, no larger than the text area and no smaller than a millimetre. A size
/// that is none (zero, negative, not a number) becomes the full width at three to two.
fn emu(picture: &Picture) -> (String, String) {
    let real = |length: f64| length.is_finite() && length > 0.0;
    let (width, height) = if real(picture.width_mm) && real(picture.height_mm) {
        (picture.width_mm, picture.height_mm)
    } else {
        (PICTURE_WIDTH_MM, PICTURE_WIDTH_MM / 1.5)
    };
    let scale = (PICTURE_WIDTH_MM / width).min(PICTURE_HEIGHT_MM / height).min(1.0);
    let length = |mm: f64| format!("{:.0}", (mm * scale).max(1.0) * EMU_PER_MM);
    (length(width), length(height))
}
