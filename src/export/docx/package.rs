//! The parts around the text: types, properties, settings, page numbers; and the zip that holds all parts.
//!
//! Role: ECMA-376 part 2 (open packaging) and the small parts of part 1. Every name, order and time stamp is fixed, so
//! that equal documents give equal bytes. Does not know blocks or styles.

use super::seal;
use super::xml::XmlWriter;
use crate::export::document::Document;
use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The namespace of WordprocessingML.
pub(super) const WORD: (&str, &str) = (
    "xmlns:w",
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
);
/// The namespace of references to relationships.
pub(super) const RELATIONSHIPS: (&str, &str) = (
    "xmlns:r",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
);

/// A file of the package.
pub(super) struct PackagePart {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

impl PackagePart {
    pub(super) fn new(path: impl Into<String>, bytes: Vec<u8>) -> PackagePart {
        PackagePart {
            path: path.into(),
            bytes,
        }
    }
}

/// The zip of all parts, in the given order, sealed.
pub(super) fn write_zip(parts: &[PackagePart]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        // The seal is looked for in the bytes of this part.
        let method = match part.path == seal::PART {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .system(System::Unix)
            .unix_permissions(0o644)
            .large_file(u32::try_from(part.bytes.len()).is_err());
        archive
            .start_file(part.path.as_str(), options)
            .expect("the names of parts are short and differ");
        archive.write_all(&part.bytes).expect("a vector takes every byte");
    }
    seal::seal(archive.finish().expect("a vector takes every byte").into_inner())
}

/// `[Content_Types].xml`: the type of each part, by its extension or its name.
pub(super) fn content_types(endings: &[(&str, &str)]) -> Vec<u8> {
    let main = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let package = "application/vnd.openxmlformats-package";
    let named = [
        ("/word/document.xml", format!("{main}.document.main+xml")),
        ("/word/styles.xml", format!("{main}.styles+xml")),
        ("/word/fontTable.xml", format!("{main}.fontTable+xml")),
        ("/word/settings.xml", format!("{main}.settings+xml")),
        ("/word/footer1.xml", format!("{main}.footer+xml")),
        ("/word/footer2.xml", format!("{main}.footer+xml")),
        ("/docProps/core.xml", format!("{package}.core-properties+xml")),
        (
            "/docProps/app.xml",
            "application/vnd.openxmlformats-officedocument.extended-properties+xml".to_owned(),
        ),
    ];
    let namespace = ("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types");
    XmlWriter::part("Types", &[namespace], |xml| {
        xml.empty_element(
            "Default",
            &[
                ("Extension", "rels"),
                ("ContentType", &format!("{package}.relationships+xml")),
            ],
        );
        xml.empty_element("Default", &[("Extension", "xml"), ("ContentType", "application/xml")]);
        for &(ending, kind) in endings {
            xml.empty_element("Default", &[("Extension", ending), ("ContentType", kind)]);
        }
        for (name, kind) in &named {
            xml.empty_element("Override", &[("PartName", name), ("ContentType", kind)]);
        }
    })
}

/// `_rels/.rels`: where the document and its properties are.
pub(super) fn package_relationships() -> Vec<u8> {
    let office = RELATIONSHIPS.1;
    let core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    relationships(|xml| {
        relationship(
            xml,
            "rId1",
            &format!("{office}/officeDocument"),
            "word/document.xml",
            false,
        );
        relationship(xml, "rId2", core, "docProps/core.xml", false);
        relationship(
            xml,
            "rId3",
            &format!("{office}/extended-properties"),
            "docProps/app.xml",
            false,
        );
    })
}

/// A part of relationships.
pub(super) fn relationships(content: impl FnOnce(&mut XmlWriter)) -> Vec<u8> {
    let namespace = ("xmlns", "http://schemas.openxmlformats.org/package/2006/relationships");
    XmlWriter::part("Relationships", &[namespace], content)
}

/// One relationship; an external one points out of the package.
pub(super) fn relationship(xml: &mut XmlWriter, id: &str, kind: &str, target: &str, external: bool) {
    let attributes = [
        ("Id", id),
        ("Type", kind),
        ("Target", target),
        ("TargetMode", "External"),
    ];
    xml.empty_element("Relationship", &attributes[..if external { 4 } else { 3 }]);
}

/// `docProps/core.xml`: title, issuer, language, the day of creation, and the seal.
pub(super) fn core_properties(document: &Document) -> Vec<u8> {
    let namespaces = [
        (
            "xmlns:cp",
            "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        ),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:dcterms", "http://purl.org/dc/terms/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ];
    let day = timestamp(document.created);
    let dated = [("xsi:type", "dcterms:W3CDTF")];
    XmlWriter::part("cp:coreProperties", &namespaces, |xml| {
        xml.text_element("dc:title", &[], &document.title.replace('\n', ""));
        xml.text_element("dc:creator", &[], &document.issuer);
        xml.text_element("cp:lastModifiedBy", &[], &document.issuer);
        xml.text_element("dcterms:created", &dated, &day);
        xml.text_element("dcterms:modified", &dated, &day);
        xml.text_element("dc:identifier", &[], &seal::unsealed());
        xml.text_element("dc:language", &[], &document.language);
    })
}

/// Midnight of a day as W3CDTF. Days before 1601, which office programs do not know, become 1601-01-01.
fn timestamp(day: Date) -> String {
    format!("{}T00:00:00Z", day.max(date(1601, 1, 1)))
}

/// `docProps/app.xml`: the program's name.
pub(super) fn app_properties() -> Vec<u8> {
    let namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
    XmlWriter::part("Properties", &[("xmlns", namespace)], |xml| {
        xml.text_element("Application", &[], "Xiangyin");
    })
}

/// `word/settings.xml`: different footers for odd and even pages, and Chinese typesetting on a strict grid.
pub(super) fn settings(document: &Document) -> Vec<u8> {
    XmlWriter::part("w:settings", &[WORD], |xml| {
        xml.empty_element("w:zoom", &[("w:percent", "100")]);
        xml.val_element("w:defaultTabStop", "630");
        xml.empty_element("w:evenAndOddHeaders", &[]);
        xml.val_element("w:drawingGridVerticalSpacing", "579");
        // Narrowed punctuation would fit more than 28 characters on a line.
        xml.val_element("w:characterSpacingControl", "doNotCompress");
        no_line_starts(xml, document);
        xml.element("w:compat", &[], compatibility);
        xml.empty_element("w:themeFontLang", &languages(&document.language));
        xml.val_element("w:decimalSymbol", ".");
        xml.val_element("w:listSeparator", ",");
    })
}

/// The characters that no line begins with: Word's own for simplified Chinese, and those of the document's units. The list
/// takes the place of Word's. Units of Latin letters stand behind a space, where a line may end.
fn no_line_starts(xml: &mut XmlWriter, document: &Document) {
    const PUNCTUATION: &str =
        "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠";
    let units = document.units.iter().flat_map(|unit| unit.chars());
    let wide: BTreeSet<char> = units.filter(|c| *c >= '\u{2e80}').collect();
    if wide.is_empty() {
        return;
    }
    let all: String = PUNCTUATION.chars().chain(wide).collect();
    let attributes = [("w:lang", document.language.as_str()), ("w:val", all.as_str())];
    xml.empty_element("w:noLineBreaksBefore", &attributes);
}

/// Makes Word 2013 and later use their own layout, not that of an older version.
fn compatibility(xml: &mut XmlWriter) {
    xml.empty_element("w:balanceSingleByteDoubleByteWidth", &[]);
    xml.empty_element("w:doNotExpandShiftReturn", &[]);
    xml.empty_element("w:useFELayout", &[]);
    let settings = [
        ("compatibilityMode", "15"),
        ("overrideTableStyleFontSizeAndJustification", "1"),
        ("enableOpenTypeFeatures", "1"),
        ("doNotFlipMirrorIndents", "1"),
        ("differentiateMultirowTableHeaders", "1"),
    ];
    for (name, value) in settings {
        let attributes = [
            ("w:name", name),
            ("w:uri", "http://schemas.microsoft.com/office/word"),
            ("w:val", value),
        ];
        xml.empty_element("w:compatSetting", &attributes);
    }
}

/// The attributes of a language: a Chinese one applies to East Asian text, any other to Latin text.
pub(super) fn languages(language: &str) -> [(&'static str, &str); 2] {
    if language.starts_with("zh") {
        [("w:val", "en-US"), ("w:eastAsia", language)]
    } else {
        let latin = if language.is_empty() { "en-US" } else { language };
        [("w:val", latin), ("w:eastAsia", "zh-CN")]
    }
}

/// A footer with the page number between dashes, `— 1 —`, one character in from the outer edge (7.5): at the right on
/// odd pages, at the left on even pages.
pub(super) fn footer(odd: bool) -> Vec<u8> {
    let (edge, side) = if odd { ("w:right", "right") } else { ("w:left", "left") };
    XmlWriter::part("w:ftr", &[WORD], |xml| {
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                xml.val_element("w:pStyle", "Footer");
                // One character of 14 pt type.
                xml.empty_element("w:ind", &[(edge, "280")]);
                xml.val_element("w:jc", side);
            });
            dash(xml, "— ");
            xml.element("w:fldSimple", &[("w:instr", " PAGE ")], |xml| {
                xml.element("w:r", &[], |xml| xml.text_element("w:t", &[], "1"));
            });
            dash(xml, " —");
        });
    })
}

/// Writes a Chinese dash; without the hint Word would use the Latin face.
fn dash(xml: &mut XmlWriter, text: &str) {
    xml.element("w:r", &[], |xml| {
        xml.element("w:rPr", &[], |xml| {
            xml.empty_element("w:rFonts", &[("w:hint", "eastAsia")])
        });
        xml.text_element("w:t", &[("xml:space", "preserve")], text);
    });
}
