mod sequences;

use super::docx;
use crate::export::document::{Colophon, Document, DocumentBlock, DocumentImage, DocumentTable, Letterhead, Span};
use jiff::civil::date;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use sequences::{REPEATED, SEQUENCES};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

fn parts(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).expect("a part");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("a whole part");
            (file.name().expect("a name in UTF-8").into_owned(), bytes)
        })
        .collect()
}

fn part(document: &Document, name: &str) -> String {
    String::from_utf8(parts(docx(document)).remove(name).expect("the part exists")).expect("UTF-8")
}

/// The elements of a part that are out of order; panics on a syntax error.
fn order_faults(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<(String, Vec<String>)> = vec![(String::new(), Vec::new())];
    let mut faults = Vec::new();
    loop {
        let event = reader.read_event().expect("well-formed");
        let (element, empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                let (name, children) = open.pop().expect("an open element");
                faults.extend(wrong_order(&name, &children));
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        element.attributes().for_each(|attribute| {
            attribute.expect("a sound attribute");
        });
        let name = element.name().0.to_owned();
        open.last_mut().expect("the root's parent").1.push(name.clone());
        if !empty {
            open.push((name, Vec::new()));
        }
    }
    assert_eq!(open.len(), 1, "every element is closed");
    faults
}

fn wrong_order(parent: &str, children: &[String]) -> Option<String> {
    let (_, sequence) = SEQUENCES.iter().find(|(name, _)| *name == parent)?;
    let sequence: Vec<&str> = sequence.split_whitespace().collect();
    let mut last = None;
    for child in children {
        let place = sequence.iter().position(|name| name == child);
        let again = place == last && REPEATED.contains(&child.as_str());
        if place.is_none() || (place <= last && !again) {
            return Some(format!("{child} in {parent}: {children:?}"));
        }
        last = place;
    }
    None
}

fn document(blocks: Vec<DocumentBlock>) -> Document {
    Document {
        title: "标题".to_owned(),
        issuer: "乡音镇宣传办公室".to_owned(),
        date: "2022年7月5日".to_owned(),
        language: "zh-CN".to_owned(),
        created: date(2022, 7, 5),
        blocks,
        ..Document::default()
    }
}

fn paragraph(text: &str) -> DocumentBlock {
    DocumentBlock::Paragraph(vec![Span::plain(text)])
}

fn picture(width_mm: f64, height_mm: f64) -> DocumentBlock {
    DocumentBlock::Image(DocumentImage {
        bytes: vec![1],
        format: "png",
        width_mm,
        height_mm,
        caption: None,
        alt: "图\u{1}<&>\"".to_owned(),
        address: None,
    })
}

fn any_spans() -> impl Strategy<Value = Vec<Span>> {
    let link = prop_oneof![
        Just(None),
        any::<String>().prop_map(Some),
        any::<String>().prop_map(|path| Some(format!("https://xiangyin.example/{path}")))
    ];
    let span = (any::<String>(), any::<bool>(), any::<bool>(), link).prop_map(|(text, strong, emphasis, link)| Span {
        text,
        strong,
        emphasis,
        link,
    });
    prop::collection::vec(span, 0..3)
}

fn any_table() -> impl Strategy<Value = DocumentTable> {
    let row = || prop::collection::vec(any_spans(), 0..70);
    let rows = prop::collection::vec(row(), 0..3);
    let numeric = prop::collection::vec(any::<bool>(), 0..4);
    (any::<Option<String>>(), row(), rows, numeric).prop_map(|(caption, head, rows, numeric)| DocumentTable {
        caption,
        head,
        rows,
        numeric,
    })
}

fn any_picture() -> impl Strategy<Value = DocumentImage> {
    let format = prop::sample::select(vec!["emf", "png", "jpeg", "JPG", "svg", ""]);
    let bytes = prop::collection::vec(any::<u8>(), 0..20);
    (
        bytes,
        format,
        any::<f64>(),
        any::<f64>(),
        any::<Option<String>>(),
        any::<String>(),
    )
        .prop_map(|(bytes, format, width_mm, height_mm, caption, alt)| DocumentImage {
            bytes,
            format,
            width_mm,
            height_mm,
            caption,
            alt,
            address: None,
        })
}

fn any_block() -> impl Strategy<Value = DocumentBlock> {
    prop_oneof![
        (any::<u8>(), any_spans()).prop_map(|(level, spans)| DocumentBlock::Heading { level, spans }),
        any_spans().prop_map(DocumentBlock::Paragraph),
        (any::<u8>(), any::<String>(), any_spans()).prop_map(|(depth, marker, spans)| DocumentBlock::ListItem {
            depth,
            marker,
            spans
        }),
        any_spans().prop_map(DocumentBlock::Quote),
        any_table().prop_map(DocumentBlock::Table),
        any_picture().prop_map(DocumentBlock::Image),
        Just(DocumentBlock::PageBreak),
    ]
}

fn any_document() -> impl Strategy<Value = Document> {
    let word = any::<String>;
    let words = (word(), word(), word(), word(), word());
    let day = (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day));
    let blocks = || prop::collection::vec(any_block(), 0..6);
    let units = prop::collection::btree_set(any::<String>(), 0..4);
    (words, day, blocks(), blocks(), units).prop_map(
        |((title, addressee, issuer, date, language), created, blocks, closing, units)| Document {
            title,
            addressee,
            issuer,
            date,
            language,
            created,
            letterhead: None,
            blocks,
            closing,
            units,
            colophon: None,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn docx_is_ordered_xml_and_reproducible(document in any_document()) {
        let bytes = docx(&document);
        prop_assert_eq!(&bytes, &docx(&document));
        for (name, bytes) in parts(bytes) {
            if !name.starts_with("word/media/") {
                let text = String::from_utf8(bytes).expect("UTF-8");
                let forbidden = |c: char| c < ' ' && !"\n\r\t".contains(c) || c == '\u{fffe}' || c == '\u{ffff}';
                prop_assert!(!text.contains(forbidden), "{}", name);
                prop_assert_eq!(order_faults(&text), Vec::<String>::new(), "{}", name);
            }
        }
    }
}

#[test]
fn order_check_detects_wrong_order() {
    assert_eq!(order_faults("<w:rPr><w:b/><w:sz/></w:rPr>"), Vec::<String>::new());
    for wrong in [
        "<w:rPr><w:sz/><w:b/></w:rPr>",
        "<w:rPr><w:b/><w:b/></w:rPr>",
        "<w:rPr><w:bold/></w:rPr>",
        "<w:pPr><w:jc/><w:ind/></w:pPr>",
    ] {
        assert_eq!(order_faults(wrong).len(), 1, "{wrong}");
    }
}

#[test]
fn named_relationships_and_styles_exist() {
    let mut link = Span::plain("12");
    link.link = Some("https://xiangyin.example/stats/?a=1&b=2".to_owned());
    let item = DocumentBlock::ListItem {
        depth: 1,
        marker: "•".to_owned(),
        spans: vec![link.clone()],
    };
    let table = DocumentTable {
        head: vec![vec![link.clone()]],
        rows: vec![vec![]],
        ..DocumentTable::default()
    };
    let headings = (0..6).map(|level| DocumentBlock::Heading {
        level,
        spans: vec![link.clone()],
    });
    let mut blocks: Vec<DocumentBlock> = headings.collect();
    blocks.extend([
        DocumentBlock::Quote(vec![link]),
        item,
        DocumentBlock::Table(table),
        picture(10.0, 10.0),
    ]);
    let document = document(blocks);
    let text = part(&document, "word/document.xml");
    let relations = part(&document, "word/_rels/document.xml.rels");
    let styles = part(&document, "word/styles.xml");
    let named = |start: &str| -> Vec<String> {
        text.match_indices(start)
            .map(|(at, _)| {
                text[at + start.len()..]
                    .split('"')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    };
    for id in named("r:id=\"").into_iter().chain(named("r:embed=\"")) {
        assert!(relations.contains(&format!("Id=\"{id}\"")), "{id}");
    }
    for style in named("w:pStyle w:val=\"").into_iter().chain(named("w:rStyle w:val=\"")) {
        assert!(styles.contains(&format!("w:styleId=\"{style}\"")), "{style}");
    }
    assert_eq!(
        relations.matches("TargetMode=\"External\"").count(),
        1,
        "one address, one relationship"
    );
    assert!(relations.contains("?a=1&amp;b=2"), "{relations}");
}

#[test]
fn text_keeps_line_breaks_and_drops_forbidden_characters() {
    let text = part(
        &document(vec![paragraph("一\u{0}\u{b}行\r\n二\t<行>  \u{ffff}")]),
        "word/document.xml",
    );
    let expected = "<w:t xml:space=\"preserve\">一行</w:t><w:br/><w:t xml:space=\"preserve\">二</w:t><w:tab/>\
                    <w:t xml:space=\"preserve\">&lt;行&gt;  </w:t>";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn quotation_marks_are_chinese_unless_their_text_is_latin() {
    let blocks = vec![
        paragraph("组织“面对面”宣讲"),
        paragraph("“”"),
        paragraph("the “face to face” talks"),
    ];
    let text = part(&document(blocks), "word/document.xml");
    assert!(
        text.contains("<w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t xml:space=\"preserve\">组织"),
        "{text}"
    );
    assert!(
        text.contains("<w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t xml:space=\"preserve\">“”"),
        "{text}"
    );
    assert!(
        text.contains("<w:rFonts w:hint=\"default\"/></w:rPr><w:t xml:space=\"preserve\">the"),
        "{text}"
    );
}

#[test]
fn pictures_are_scaled_into_the_text_area() {
    let cases = [
        (100.0, 50.0, "cx=\"3600000\" cy=\"1800000\""),
        (312.0, 156.0, "cx=\"5616000\" cy=\"2808000\""),
        (100.0, 400.0, "cx=\"1800000\" cy=\"7200000\""),
        (f64::NAN, -1.0, "cx=\"5616000\" cy=\"3744000\""),
        (f64::MIN_POSITIVE, f64::MAX, "cx=\"36000\" cy=\"7200000\""),
    ];
    for (width, height, expected) in cases {
        let text = part(&document(vec![picture(width, height)]), "word/document.xml");
        assert!(text.contains(expected), "{width} × {height}: {text}");
    }
}

#[test]
fn page_break_becomes_property_of_next_paragraph() {
    let blocks = vec![
        paragraph("一"),
        DocumentBlock::PageBreak,
        DocumentBlock::PageBreak,
        paragraph("二"),
        DocumentBlock::PageBreak,
        DocumentBlock::Table(DocumentTable {
            rows: vec![vec![vec![]]],
            ..DocumentTable::default()
        }),
        DocumentBlock::PageBreak,
    ];
    let text = part(&document(blocks), "word/document.xml");
    assert_eq!(text.matches("<w:pageBreakBefore/>").count(), 2, "{text}");
    assert!(text.contains("<w:pageBreakBefore/></w:pPr></w:p><w:tbl>"), "{text}");
}

#[test]
fn signature_centres_issuer_above_indented_date() {
    let indents = |issuer: &str| {
        let text = part(
            &Document {
                issuer: issuer.to_owned(),
                ..document(vec![])
            },
            "word/document.xml",
        );
        text.match_indices("w:rightChars=\"")
            .map(|(at, start)| {
                text[at + start.len()..]
                    .split('"')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect::<Vec<_>>()
    };
    // The date is six characters wide: six digits count half, three characters whole.
    assert_eq!(indents("乡音镇宣传办公室"), ["300", "400"]);
    assert_eq!(indents("乡音镇"), ["550", "400"]);
    assert_eq!(indents("乡音镇精神文明建设工作领导小组办公室"), ["0", "600"]);
    assert_eq!(indents(""), ["400"]);
}

#[test]
fn closing_stands_behind_the_date() {
    let text = part(
        &Document {
            closing: vec![paragraph("校验码")],
            ..document(vec![paragraph("正文")])
        },
        "word/document.xml",
    );
    let at = |words: &str| text.find(words).expect(words);
    assert!(
        at("正文") < at("乡音镇宣传办公室") && at("2022年7月5日") < at("校验码"),
        "{text}"
    );
}

#[test]
fn no_line_begins_with_a_unit() {
    let settings = |units: &[&str]| {
        let units = units.iter().map(|unit| (*unit).to_owned()).collect();
        part(
            &Document {
                units,
                ..document(vec![])
            },
            "word/settings.xml",
        )
    };
    let text = settings(&["篇", "人次", "sessions"]);
    let list = text
        .split("<w:noLineBreaksBefore w:lang=\"zh-CN\" w:val=\"")
        .nth(1)
        .expect("a list");
    let list = list.split('"').next().expect("a value");
    assert!(
        ["、", "。", "》", "篇", "人", "次"].iter().all(|c| list.contains(c)) && !list.contains('s'),
        "{list}"
    );
    assert!(!settings(&["sessions"]).contains("noLineBreaksBefore"));
}

/// A bulletin with a head and a foot.
fn bulletin() -> Document {
    let group = |word: &str, bodies: &str| (word.to_owned(), bodies.to_owned());
    Document {
        letterhead: Some(Letterhead {
            name: "栖禾宣传简报".to_owned(),
            number: "第3期".to_owned(),
            issuer: "栖禾镇宣传办公室".to_owned(),
            date: "2022年7月5日".to_owned(),
        }),
        colophon: Some(Colophon {
            recipients: vec![group("报", "县委宣传部"), group("发", "各村。")],
            printer: "栖禾镇宣传办公室".to_owned(),
            printed: "2022年7月5日印发".to_owned(),
            copies: "（共印60份）".to_owned(),
        }),
        ..document(vec![paragraph("正文")])
    }
}

/// GB/T 9704-2012, 7.2.4: the name is in the middle, in red; 7.2.7: the red rule is as wide as the text.
#[test]
fn bulletin_has_a_red_head() {
    let document = bulletin();
    let styles = part(&document, "word/styles.xml");
    let style = |id: &str| {
        let start = styles.find(&format!("w:styleId=\"{id}\"")).expect("the style");
        styles[start..]
            .split("</w:style>")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let name = style("LetterheadName");
    for property in ["<w:jc w:val=\"center\"/>", "<w:color w:val=\"FF0000\"/>", "方正小标宋"] {
        assert!(name.contains(property), "{property}: {name}");
    }
    let line = style("LetterheadLine");
    assert!(
        line.contains("<w:pBdr><w:bottom w:val=\"single\" w:sz=\"24\" w:space=\"1\" w:color=\"FF0000\"/></w:pBdr>"),
        "{line}"
    );
    let text = part(&document, "word/document.xml");
    let order = [
        "栖禾宣传简报",
        "第3期",
        "标题",
        "正文",
        "报：县委宣传部。",
        "发：各村。",
        "2022年7月5日印发",
        "共印60份",
    ];
    let places: Vec<usize> = order
        .iter()
        .map(|part| text.find(part).expect("the text is there"))
        .collect();
    assert!(places.is_sorted(), "{text}");
}

/// 7.4.1: rules of 0.35 mm above and below, of 0.25 mm between; 7.4.2 and 7.4.3: 4号 letters, one character in from both
/// sides; the foot is the last thing on the page.
#[test]
fn bulletin_has_a_foot_between_rules() {
    let styles = part(&bulletin(), "word/styles.xml");
    let start = styles.find("w:styleId=\"Colophon\"").expect("the style");
    let style = styles[start..].split("</w:style>").next().unwrap_or_default();
    for property in [
        "w:yAlign=\"bottom\"",
        "<w:top w:val=\"single\" w:sz=\"8\"",
        "<w:bottom w:val=\"single\" w:sz=\"8\"",
        "<w:between w:val=\"single\" w:sz=\"6\"",
        "<w:ind w:left=\"280\" w:right=\"280\"/>",
        "<w:sz w:val=\"28\"/>",
    ] {
        assert!(style.contains(property), "{property}: {style}");
    }
}

/// GB/T 9704-2012, 7.2.5 and 7.2.7: the number is in the middle with the red rule right below it; 7.3.2: whom it is for, at
/// the left edge, with a colon.
#[test]
fn circular_has_its_number_above_the_rule_and_whom_it_is_for() {
    let document = Document {
        letterhead: Some(Letterhead {
            name: "栖禾镇宣传办公室文件".to_owned(),
            number: "栖宣发〔2022〕3号".to_owned(),
            ..Letterhead::default()
        }),
        addressee: "各村：".to_owned(),
        ..document(vec![paragraph("正文")])
    };
    let styles = part(&document, "word/styles.xml");
    let style = |id: &str| {
        let start = styles.find(&format!("w:styleId=\"{id}\"")).expect("the style");
        styles[start..].split("</w:style>").next().unwrap_or_default()
    };
    let rule = style("LetterheadRule");
    assert!(
        rule.contains("<w:bottom w:val=\"single\" w:sz=\"24\"") && rule.contains("<w:jc w:val=\"center\"/>"),
        "{rule}"
    );
    assert!(!style("Salutation").contains("firstLine"), "{}", style("Salutation"));
    let text = part(&document, "word/document.xml");
    let paragraphs: Vec<&str> = text.split("</w:p>").collect();
    for (index, style, words) in [
        (1, "LetterheadRule", "栖宣发〔2022〕3号<"),
        (2, "Title", "标题<"),
        (3, "Salutation", ">各村：<"),
    ] {
        let paragraph = paragraphs[index];
        assert!(
            paragraph.contains(&format!("w:pStyle w:val=\"{style}\"")) && paragraph.contains(words),
            "{paragraph}"
        );
    }
    for name in ["word/document.xml", "word/styles.xml"] {
        assert_eq!(order_faults(&part(&document, name)), [""; 0], "{name}");
    }
}

#[test]
fn head_and_foot_are_in_the_schemas_order() {
    let document = bulletin();
    for name in ["word/document.xml", "word/styles.xml"] {
        assert_eq!(order_faults(&part(&document, name)), [""; 0], "{name}");
    }
}
