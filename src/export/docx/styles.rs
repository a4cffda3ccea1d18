//! The styles of an official document (GB/T 9704-2012, clause 7.3) and the part `styles.xml`.
//!
//! Role: how each sort of paragraph looks. The text names a style and sets almost nothing by hand, so an editor who
//! changes a style in Word changes the whole document. Headings carry outline levels, so they appear in Word's
//! navigation pane. Does not know any text.

use super::fonts::{FANGSONG, FontFace, HEITI, KAITI, LATIN, SONGTI, XIAOBIAOSONG};
use super::layout::{
    CHARACTER_PITCH, COLOPHON_INDENT, FOOTER_LINE, LETTER_SPACING, LINE_PITCH, RED, RED_RULE, TEXT_WIDTH, THICK_RULE,
    THIN_RULE, size,
};
use super::package::{WORD, languages};
use super::xml::XmlWriter;

/// The height of a paragraph's lines.
enum LineHeight {
    /// As `Normal`: exactly one line of the grid.
    Grid,
    /// Exactly this many twips.
    Exact(u32),
    /// As high as its content.
    Auto,
}

/// The rules around a paragraph, and what comes with them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// None.
    None,
    /// Red letters (7.2.4).
    Red,
    /// A red rule below, with text at both ends of the line (7.2.7).
    RedRule,
    /// Rules above, below and between paragraphs, at the foot of the page, with text at both ends (7.4).
    Colophon,
    /// At the foot of the page, below those rules.
    BelowColophon,
}

/// A paragraph style: what differs from `Normal`.
struct ParagraphStyle {
    id: &'static str,
    /// The name by which Word recognises its own styles in every language.
    name: &'static str,
    next: &'static str,
    face: Option<&'static FontFace>,
    size: Option<&'static str>,
    align: Option<&'static str>,
    line_height: LineHeight,
    /// The space above and below, in halves of the grid's line.
    space: (u32, u32),
    /// The first line is indented by two characters.
    indent: bool,
    keep_next: bool,
    outline: Option<&'static str>,
    frame: Frame,
}

const BODY_TEXT: ParagraphStyle = ParagraphStyle {
    id: "BodyText",
    name: "Body Text",
    next: "BodyText",
    face: None,
    size: None,
    align: None,
    line_height: LineHeight::Grid,
    space: (0, 0),
    indent: true,
    keep_next: false,
    outline: None,
    frame: Frame::None,
};

const fn heading(
    id: &'static str,
    name: &'static str,
    outline: &'static str,
    face: &'static FontFace,
) -> ParagraphStyle {
    ParagraphStyle {
        id,
        name,
        face: Some(face),
        outline: Some(outline),
        keep_next: true,
        ..BODY_TEXT
    }
}

const STYLES: [ParagraphStyle; 22] = [
    BODY_TEXT,
    ParagraphStyle {
        id: "Title",
        name: "Title",
        face: Some(&XIAOBIAOSONG),
        size: Some(size::TITLE),
        align: Some("center"),
        // One empty line separates the title from the text (7.3.2).
        space: (0, 2),
        indent: false,
        keep_next: true,
        ..BODY_TEXT
    },
    heading("Heading1", "heading 1", "0", &HEITI),
    heading("Heading2", "heading 2", "1", &KAITI),
    heading("Heading3", "heading 3", "2", &FANGSONG),
    heading("Heading4", "heading 4", "3", &FANGSONG),
    ParagraphStyle {
        id: "ListParagraph",
        name: "List Paragraph",
        next: "ListParagraph",
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Quote",
        name: "Quote",
        face: Some(&KAITI),
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Signature",
        name: "Signature",
        next: "Date",
        align: Some("right"),
        // One empty line separates it from the text (7.3.5.2).
        space: (2, 0),
        indent: false,
        keep_next: true,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Date",
        name: "Date",
        align: Some("right"),
        indent: false,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Caption",
        name: "caption",
        face: Some(&HEITI),
        size: Some(size::TABLE),
        align: Some("center"),
        indent: false,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Picture",
        name: "Picture",
        next: "Caption",
        align: Some("center"),
        line_height: LineHeight::Auto,
        // Without space, a legend under a line of text would look like part of it.
        space: (1, 0),
        indent: false,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "TableText",
        name: "Table Text",
        next: "TableText",
        size: Some(size::TABLE),
        align: Some("left"),
        line_height: LineHeight::Auto,
        indent: false,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "TableHead",
        name: "Table Head",
        next: "TableHead",
        face: Some(&HEITI),
        size: Some(size::TABLE),
        align: Some("center"),
        line_height: LineHeight::Auto,
        indent: false,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "LetterheadName",
        name: "Letterhead Name",
        next: "LetterheadNumber",
        face: Some(&XIAOBIAOSONG),
        size: Some(size::NAME),
        align: Some("center"),
        line_height: LineHeight::Auto,
        indent: false,
        keep_next: true,
        frame: Frame::Red,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "LetterheadNumber",
        name: "Letterhead Number",
        next: "LetterheadLine",
        align: Some("center"),
        // Two empty lines below the name (7.2.5).
        space: (2, 2),
        indent: false,
        keep_next: true,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "LetterheadLine",
        name: "Letterhead Line",
        next: "Title",
        space: (0, 2),
        indent: false,
        keep_next: true,
        frame: Frame::RedRule,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "LetterheadRule",
        name: "Letterhead Rule",
        next: "Title",
        align: Some("center"),
        // Two empty lines below the name (7.2.5), and two between the rule and the title (7.3.1).
        space: (4, 4),
        indent: false,
        keep_next: true,
        frame: Frame::RedRule,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Salutation",
        name: "Salutation",
        next: "BodyText",
        indent: false,
        keep_next: true,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Colophon",
        name: "Colophon",
        next: "Colophon",
        size: Some(size::COLOPHON),
        indent: false,
        frame: Frame::Colophon,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "ColophonCopies",
        name: "Colophon Copies",
        size: Some(size::COLOPHON),
        align: Some("right"),
        indent: false,
        frame: Frame::BelowColophon,
        ..BODY_TEXT
    },
    ParagraphStyle {
        id: "Footer",
        name: "footer",
        next: "Footer",
        face: Some(&SONGTI),
        size: Some(size::PAGE_NUMBER),
        align: Some("right"),
        line_height: LineHeight::Exact(FOOTER_LINE),
        indent: false,
        ..BODY_TEXT
    },
];

/// The part `word/styles.xml`; the language is that of the text.
pub(super) fn styles(language: &str) -> Vec<u8> {
    XmlWriter::part("w:styles", &[WORD], |xml| {
        defaults(xml, language);
        normal(xml);
        for style in &STYLES {
            paragraph_style(xml, style);
        }
        hyperlink(xml);
        table_styles(xml);
    })
}

fn defaults(xml: &mut XmlWriter, language: &str) {
    xml.element("w:docDefaults", &[], |xml| {
        xml.element("w:rPrDefault", &[], |xml| {
            xml.element("w:rPr", &[], |xml| {
                fonts(xml, &FANGSONG);
                sizes(xml, size::BODY);
                xml.empty_element("w:lang", &languages(language));
            });
        });
        xml.empty_element("w:pPrDefault", &[]);
    });
}

/// The standard's text: exact line heights and slightly closer letters give 22 lines of 28 characters (`layout` says
/// why the grid itself is off). Widow and orphan control, hanging punctuation, and the space between Chinese and Latin
/// letters are off (2022年, not 2022 年).
fn normal(xml: &mut XmlWriter) {
    xml.element(
        "w:style",
        &[("w:type", "paragraph"), ("w:default", "1"), ("w:styleId", "Normal")],
        |xml| {
            xml.val_element("w:name", "Normal");
            xml.empty_element("w:qFormat", &[]);
            xml.element("w:pPr", &[], |xml| {
                for off in [
                    "w:widowControl",
                    "w:overflowPunct",
                    "w:autoSpaceDE",
                    "w:autoSpaceDN",
                    "w:adjustRightInd",
                    "w:snapToGrid",
                ] {
                    xml.val_element(off, "0");
                }
                let line = LINE_PITCH.to_string();
                let spacing = [
                    ("w:before", "0"),
                    ("w:after", "0"),
                    ("w:line", line.as_str()),
                    ("w:lineRule", "exact"),
                ];
                xml.empty_element("w:spacing", &spacing);
                xml.val_element("w:jc", "both");
            });
            xml.element("w:rPr", &[], |xml| {
                fonts(xml, &FANGSONG);
                xml.val_element("w:snapToGrid", "0");
                xml.val_element("w:spacing", LETTER_SPACING);
                sizes(xml, size::BODY);
            });
        },
    );
}

fn paragraph_style(xml: &mut XmlWriter, style: &ParagraphStyle) {
    let custom = ["Picture", "TableText", "TableHead"].contains(&style.id) || is_framed(style);
    let attributes = [("w:type", "paragraph"), ("w:styleId", style.id), ("w:customStyle", "1")];
    xml.element("w:style", &attributes[..if custom { 3 } else { 2 }], |xml| {
        xml.val_element("w:name", style.name);
        xml.val_element("w:basedOn", "Normal");
        xml.val_element("w:next", style.next);
        xml.empty_element("w:qFormat", &[]);
        xml.element("w:pPr", &[], |xml| paragraph_properties(xml, style));
        xml.element("w:rPr", &[], |xml| run_properties(xml, style));
    });
}

/// Whether a style is of the head or the foot of a document, which Word's own styles do not have.
fn is_framed(style: &ParagraphStyle) -> bool {
    style.id.starts_with("Letterhead") || style.id.starts_with("Colophon")
}

fn paragraph_properties(xml: &mut XmlWriter, style: &ParagraphStyle) {
    if style.keep_next {
        xml.empty_element("w:keepNext", &[]);
    }
    frame(xml, style.frame);
    spacing(xml, style);
    if style.frame == Frame::Colophon {
        let twips = COLOPHON_INDENT.to_string();
        xml.empty_element("w:ind", &[("w:left", &twips), ("w:right", &twips)]);
    }
    if style.indent {
        let twips = (2 * CHARACTER_PITCH).to_string();
        xml.empty_element("w:ind", &[("w:firstLineChars", "200"), ("w:firstLine", &twips)]);
    }
    if let Some(align) = style.align {
        xml.val_element("w:jc", align);
    }
    if let Some(level) = style.outline {
        xml.val_element("w:outlineLvl", level);
    }
}

/// The place at the foot of the page, the rules, and the stop for text at the right end of the line.
fn frame(xml: &mut XmlWriter, frame: Frame) {
    if matches!(frame, Frame::Colophon | Frame::BelowColophon) {
        let width = TEXT_WIDTH.to_string();
        let place = [
            ("w:w", width.as_str()),
            ("w:wrap", "notBeside"),
            ("w:vAnchor", "margin"),
            ("w:hAnchor", "margin"),
            ("w:xAlign", "center"),
            ("w:yAlign", "bottom"),
        ];
        xml.empty_element("w:framePr", &place);
    }
    let rule = |xml: &mut XmlWriter, side: &str, thickness: &str, colour: &str| {
        let line = [
            ("w:val", "single"),
            ("w:sz", thickness),
            ("w:space", "1"),
            ("w:color", colour),
        ];
        xml.empty_element(side, &line);
    };
    match frame {
        Frame::RedRule => xml.element("w:pBdr", &[], |xml| rule(xml, "w:bottom", RED_RULE, RED)),
        Frame::Colophon => xml.element("w:pBdr", &[], |xml| {
            rule(xml, "w:top", THICK_RULE, "auto");
            rule(xml, "w:bottom", THICK_RULE, "auto");
            rule(xml, "w:between", THIN_RULE, "auto");
        }),
        Frame::None | Frame::Red | Frame::BelowColophon => {}
    }
    let end = match frame {
        Frame::RedRule => TEXT_WIDTH,
        Frame::Colophon => TEXT_WIDTH - COLOPHON_INDENT,
        Frame::None | Frame::Red | Frame::BelowColophon => return,
    };
    let end = end.to_string();
    xml.element("w:tabs", &[], |xml| {
        xml.empty_element("w:tab", &[("w:val", "right"), ("w:pos", &end)]);
    });
}

fn spacing(xml: &mut XmlWriter, style: &ParagraphStyle) {
    let (before, after) = style.space;
    let (line, rule) = match style.line_height {
        LineHeight::Grid => (LINE_PITCH, "exact"),
        LineHeight::Exact(twips) => (twips, "exact"),
        LineHeight::Auto => (240, "auto"),
    };
    let lengths = [before * LINE_PITCH / 2, after * LINE_PITCH / 2, line].map(|twips| twips.to_string());
    let attributes = [
        ("w:before", lengths[0].as_str()),
        ("w:after", &lengths[1]),
        ("w:line", &lengths[2]),
        ("w:lineRule", rule),
    ];
    xml.empty_element("w:spacing", &attributes);
}

fn run_properties(xml: &mut XmlWriter, style: &ParagraphStyle) {
    match style.face {
        // The digits of a page number are 宋体 too (7.5).
        Some(face) if face.name == SONGTI.name => {
            let name = face.name;
            xml.empty_element(
                "w:rFonts",
                &[
                    ("w:ascii", name),
                    ("w:eastAsia", name),
                    ("w:hAnsi", name),
                    ("w:cs", name),
                ],
            );
        }
        Some(face) => fonts(xml, face),
        None => {}
    }
    if style.frame == Frame::Red {
        xml.val_element("w:color", RED);
    }
    if let Some(half_points) = style.size {
        xml.val_element("w:spacing", "0");
        sizes(xml, half_points);
    }
}

/// A link looks like the text, with a dotted line under it: an official document is printed in black.
fn hyperlink(xml: &mut XmlWriter) {
    xml.element(
        "w:style",
        &[("w:type", "character"), ("w:styleId", "Hyperlink")],
        |xml| {
            xml.val_element("w:name", "Hyperlink");
            xml.empty_element("w:qFormat", &[]);
            xml.element("w:rPr", &[], |xml| {
                xml.val_element("w:color", "auto");
                // A line under every number would be all that one sees of a printed page.
                xml.val_element("w:u", "none");
            });
        },
    );
}

/// The table style that Word expects as the base of all, and ours: thin lines, narrow margins at the sides of a cell.
fn table_styles(xml: &mut XmlWriter) {
    xml.element(
        "w:style",
        &[("w:type", "table"), ("w:default", "1"), ("w:styleId", "TableNormal")],
        |xml| {
            xml.val_element("w:name", "Normal Table");
            xml.element("w:tblPr", &[], |xml| cell_margins(xml, 0, 108));
        },
    );
    xml.element("w:style", &[("w:type", "table"), ("w:styleId", "TableGrid")], |xml| {
        xml.val_element("w:name", "Table Grid");
        xml.val_element("w:basedOn", "TableNormal");
        xml.element("w:tblPr", &[], |xml| {
            xml.element("w:tblBorders", &[], |xml| {
                for side in ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"] {
                    let line = [
                        ("w:val", "single"),
                        ("w:sz", "4"),
                        ("w:space", "0"),
                        ("w:color", "auto"),
                    ];
                    xml.empty_element(side, &line);
                }
            });
            cell_margins(xml, 45, 85);
        });
    });
}

fn cell_margins(xml: &mut XmlWriter, vertical: u32, horizontal: u32) {
    let (vertical, horizontal) = (vertical.to_string(), horizontal.to_string());
    xml.element("w:tblCellMar", &[], |xml| {
        for (side, twips) in [
            ("w:top", &vertical),
            ("w:left", &horizontal),
            ("w:bottom", &vertical),
            ("w:right", &horizontal),
        ] {
            xml.empty_element(side, &[("w:w", twips), ("w:type", "dxa")]);
        }
    });
}

/// Sets Chinese letters in `face`, Latin letters and digits in `LATIN`.
fn fonts(xml: &mut XmlWriter, face: &FontFace) {
    let latin = LATIN.name;
    xml.empty_element(
        "w:rFonts",
        &[
            ("w:ascii", latin),
            ("w:eastAsia", face.name),
            ("w:hAnsi", latin),
            ("w:cs", latin),
        ],
    );
}

fn sizes(xml: &mut XmlWriter, half_points: &str) {
    xml.val_element("w:sz", half_points);
    xml.val_element("w:szCs", half_points);
}
