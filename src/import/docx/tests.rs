#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::import::manuscript::ImportedFile;
use crate::import::structure::inline_text;
use crate::record::{Inline, LinkTarget};
use jiff::civil::date;
use std::io::{Cursor, Write as _};

/// The smallest picture that PNG allows: one red pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T', 0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0,
    0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

const STYLES: &str = r#"<w:styles>
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="own"><w:name w:val="小节"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="caption"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="x"/><w:basedOn w:val="loop"/></w:style>
</w:styles>"#;

const NUMBERING: &str = r#"<w:numbering>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/></w:lvl></w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"#;

const RELATIONSHIPS: &str = r#"<Relationships>
<Relationship Id="rId1" Target="media/image1.png"/>
<Relationship Id="rId2" Target="https://x.example/a" TargetMode="External"/>
<Relationship Id="rId3" Target="media/image2.emf"/>
<Relationship Id="rId4" Target="file:///C:/a.doc" TargetMode="External"/>
</Relationships>"#;

const FOOTNOTES: &str = r#"<w:footnotes><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>据《水利志》。</w:t></w:r></w:p></w:footnote></w:footnotes>"#;

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A Word file with this text in its body.
fn word_file(body: &str) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}<w:sectPr/></w:body></w:document>");
    let core = "<cp:coreProperties><dc:title>属性里的题目</dc:title><dc:creator>微软用户</dc:creator>\
                <dcterms:modified>2022-05-13T02:00:00Z</dcterms:modified></cp:coreProperties>";
    packed(&[
        ("word/document.xml", document.as_bytes()),
        ("word/styles.xml", STYLES.as_bytes()),
        ("word/numbering.xml", NUMBERING.as_bytes()),
        ("word/footnotes.xml", FOOTNOTES.as_bytes()),
        ("word/_rels/document.xml.rels", RELATIONSHIPS.as_bytes()),
        ("word/media/image1.png", PIXEL),
        ("word/media/image2.emf", b"\x01\x00\x00\x00"),
        ("docProps/core.xml", core.as_bytes()),
    ])
}

fn read_body(body: &str) -> Manuscript {
    read(&word_file(body)).unwrap()
}

fn p(properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>")
}

fn r(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

fn drawing(id: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:inline><wp:docPr descr=\"IMG_1.jpg\"/><a:graphic><a:graphicData><pic:pic><a:blip r:embed=\"{id}\"/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
}

fn item(list: u8, level: u8, text: &str) -> String {
    p(
        &format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>"),
        &r(text),
    )
}

/// The blocks in short: `h2 一`, `p 文`, `l…`.
fn outline(blocks: &[Block]) -> Vec<String> {
    let cells = |row: &Vec<Vec<Inline>>| row.iter().map(|cell| inline_text(cell)).collect::<Vec<_>>().join("|");
    let short = |block: &Block| match block {
        Block::Heading { level, text } => format!("h{level} {}", inline_text(text)),
        Block::Paragraph(text) => format!("p {}", inline_text(text)),
        Block::List { start, items } => {
            let items: Vec<String> = items.iter().map(|item| outline(item).join(";")).collect();
            format!(
                "l{} [{}]",
                start.map_or(String::new(), |start| start.to_string()),
                items.join(",")
            )
        }
        Block::Table { head, rows, .. } => {
            let rows: Vec<String> = rows.iter().map(cells).collect();
            format!("t {} / {}", cells(head), rows.join(" / "))
        }
        Block::Footnotes(notes) => format!("f {:?}", notes.iter().map(|note| outline(note)).collect::<Vec<_>>()),
        block => format!("{block:?}"),
    };
    blocks.iter().map(short).collect()
}

fn lost(manuscript: &Manuscript) -> Vec<(Loss, usize)> {
    manuscript.losses.iter().map(|(loss, count, _)| (loss, count)).collect()
}

#[test]
fn headings_lists_and_numbers_are_read() {
    let body = [
        p("<w:pStyle w:val=\"a3\"/>", &r("护河队清理石桥河段")),
        p("<w:pStyle w:val=\"1\"/>", &r("现场")),
        p("<w:pStyle w:val=\"TOC1\"/>", &r("现场 1")),
        item(7, 0, "集合"),
        item(7, 1, "带手套"),
        item(7, 0, "分段"),
        p("<w:pStyle w:val=\"loop\"/>", &r("午饭。")),
        item(7, 0, "清理"),
        p(
            "<w:pStyle w:val=\"own\"/><w:numPr><w:numId w:val=\"8\"/></w:numPr>",
            &r("上午"),
        ),
        item(8, 0, "第二段是正文。"),
    ];
    let manuscript = read_body(&body.concat());
    assert_eq!(manuscript.facts.title.as_deref(), Some("护河队清理石桥河段"));
    assert_eq!(manuscript.facts.date, Some(date(2022, 5, 13)));
    assert_eq!(manuscript.facts.author, None);
    assert_eq!(
        outline(&manuscript.blocks),
        [
            "h2 现场",
            "l1 [p 集合;l [p 带手套],p 分段]",
            "p 午饭。",
            "l3 [p 清理]",
            "h2 （一）上午",
            "p （二）第二段是正文。",
        ]
    );
    assert_eq!(lost(&manuscript), [(Loss::Contents, 1)]);
}

#[test]
fn styles_links_notes_and_changes_are_read() {
    let runs = "<w:r><w:rPr><w:b/></w:rPr><w:t>26</w:t></w:r><w:r><w:rPr><w:b w:val=\"0\"/></w:rPr><w:t>名</w:t></w:r>\
                <w:hyperlink r:id=\"rId2\"><w:r><w:t>公告</w:t></w:r></w:hyperlink>\
                <w:hyperlink r:id=\"rId4\"><w:r><w:t>文件</w:t></w:r></w:hyperlink>\
                <w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>加上</w:t></w:r></w:ins>\
                <w:r><w:footnoteReference w:id=\"2\"/></w:r><w:r><w:commentReference w:id=\"0\"/></w:r>\
                <w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>HYPERLINK \"https://x.example/b\"</w:instrText>\
                <w:fldChar w:fldCharType=\"separate\"/><w:t>域</w:t><w:fldChar w:fldCharType=\"end\"/></w:r>\
                <w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/></w:r>\
                <w:r><w:br/><w:t>下一行&#xE123;。</w:t></w:r>";
    let manuscript = read_body(&(p("", &r("题目")) + &p("", runs)));
    let link = |address: &str, text: &str| Inline::Link {
        target: LinkTarget::Address(address.to_owned()),
        text: vec![Inline::Text(text.to_owned())],
    };
    let text = |text: &str| Inline::Text(text.to_owned());
    let expected = vec![
        Inline::Strong(vec![text("26")]),
        text("名"),
        link("https://x.example/a", "公告"),
        text("文件加上"),
        Inline::FootnoteRef(1),
        link("https://x.example/b", "域"),
        text("☑"),
        Inline::Break,
        text("下一行。"),
    ];
    assert_eq!(manuscript.blocks[0], Block::Paragraph(expected));
    assert_eq!(outline(&manuscript.blocks[1..]), ["f [[\"p 据《水利志》。\"]]"]);
    assert_eq!(
        lost(&manuscript),
        [(Loss::Comment, 1), (Loss::DeletedText, 1), (Loss::Symbol, 1)]
    );
}

#[test]
fn pictures_have_captions() {
    let body = [
        p("", &r("题目")),
        p("", &drawing("rId1")),
        p("<w:pStyle w:val=\"a5\"/>", &r("队员在河边")),
        p("", &drawing("rId3")),
        p("", &r("正文。")),
        p("", &drawing("rId1")),
    ];
    let manuscript = read_body(&body.concat());
    let name = "image1.png".to_owned();
    assert_eq!(
        manuscript.files,
        [ImportedFile::Inside {
            name,
            bytes: PIXEL.to_vec()
        }]
    );
    assert_eq!(manuscript.captions[&0], "队员在河边");
    assert_eq!(outline(&manuscript.blocks), ["p ", "p 正文。", "p "]);
    assert_eq!(lost(&manuscript), [(Loss::Picture, 1)]);
}

#[test]
fn tables_keep_their_cells() {
    let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p("", &r(text)));
    let table = |rows: &[String]| format!("<w:tbl>{}</w:tbl>", rows.concat());
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let body = p("", &r("题目"))
        + &table(&[
            row(&[cell("<w:gridSpan w:val=\"2\"/>", "河段"), cell("", "人")]),
            row(&[
                cell("<w:vMerge w:val=\"restart\"/>", "石桥"),
                cell("", "上"),
                cell("", "26"),
            ]),
            row(&[
                cell("<w:vMerge/>", "石桥"),
                cell("", "下"),
                format!("<w:tc>{}{}</w:tc>", p("", &r("18")), p("", &r("（约）"))),
            ]),
        ])
        + &table(&[row(&[cell("", "框里的话。")])]);
    let manuscript = read_body(&body);
    assert_eq!(
        outline(&manuscript.blocks),
        ["t 河段||人 / 石桥|上|26 / |下|18 （约）", "p 框里的话。"]
    );
    assert_eq!(lost(&manuscript), [(Loss::MergedCells, 2)]);
}

#[test]
fn headings_are_guessed_where_no_style_says_it() {
    let bold = "<w:r><w:rPr><w:b/></w:rPr><w:t>小标题</w:t></w:r>";
    let body = [
        p("", &r("题目")),
        p("", &r("一、工作情况")),
        p("", &r("（一）加强学习。各村都学了。")),
        p("", &r("（二）宣传")),
        p("", bold),
    ];
    assert_eq!(
        outline(&read_body(&body.concat()).blocks),
        [
            "h2 一、工作情况",
            "p （一）加强学习。各村都学了。",
            "h3 （二）宣传",
            "h4 小标题"
        ]
    );
}

#[test]
fn nesting_has_a_limit() {
    let deep = "<w:tbl><w:tr><w:tc>".repeat(30) + &p("", &r("深")) + &"</w:tc></w:tr></w:tbl>".repeat(30);
    let manuscript = read_body(&(p("", &r("题目")) + &deep));
    assert_eq!(manuscript.blocks, []);
    assert_eq!(lost(&manuscript), [(Loss::Part, 1)]);
    assert_eq!(
        read(&packed(&[("word/document.xml", b"<a>")])),
        Err(ImportError::Damaged)
    );
    assert_eq!(read(b"PK\x03\x04"), Err(ImportError::Damaged));
}

/// Damaged files are read as far as they go, or refused; none makes the program fail.
#[test]
fn a_list_has_nine_levels_whatever_the_file_says() {
    let deep = "<w:numPr><w:ilvl w:val=\"9000000\"/><w:numId w:val=\"7\"/></w:numPr>";
    let manuscript = read_body(&(item(7, 0, "一") + &p(deep, &r("二")) + &p("", &r("三"))));
    let text = format!("{:?}", manuscript.blocks);
    assert!(["一", "二", "三"].iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn a_line_with_a_note_is_no_title_and_a_second_line_no_caption() {
    let note = "<w:r><w:footnoteReference w:id=\"2\"/></w:r>";
    let centred = "<w:jc w:val=\"center\"/>";
    let body = p("<w:pStyle w:val=\"Title\"/>", &(r("护河") + note))
        + &p("", &drawing("rId1"))
        + &p(centred, &r("队员在河边"))
        + &p("", &drawing("rId1"))
        + &p(centred, &r("活动剪影"));
    let manuscript = read_body(&body);
    let text = format!("{:?}", manuscript.blocks);
    assert!(text.contains("FootnoteRef"), "{text}");
    let captions: Vec<&str> = manuscript.captions.values().map(String::as_str).collect();
    for words in ["队员在河边", "活动剪影"] {
        assert!(
            text.contains(words) || captions.contains(&words),
            "{words}: {text} {captions:?}"
        );
    }
}

#[test]
fn damaged_files_do_no_harm() {
    let body = [
        p("<w:pStyle w:val=\"a3\"/>", &r("题目")),
        item(7, 0, "集合"),
        item(7, 1, "带手套"),
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"3\"/></w:tcPr><w:p/></w:tc></w:tr><w:tr/></w:tbl>".to_owned(),
    ];
    let document = format!("<w:document><w:body>{}</w:body></w:document>", body.concat());
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |limit: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(limit.max(1)).unwrap()).unwrap()
    };
    for _ in 0..400 {
        let mut part = document.clone().into_bytes();
        for _ in 0..=next(4) {
            match next(3) {
                0 => drop(part.remove(next(part.len()))),
                1 => part[0] = u8::try_from(next(256)).unwrap(),
                _ => {
                    let (from, to) = (next(part.len()), next(part.len()));
                    part.swap(from, to);
                }
            }
        }
        let bytes = packed(&[
            ("word/document.xml", &part),
            ("word/styles.xml", STYLES.as_bytes()),
            ("word/numbering.xml", &part),
        ]);
        let _ = read(&bytes);
        let mut whole = word_file(&body.concat());
        let at = next(whole.len());
        whole[at] ^= 0x55;
        let _ = read(&whole);
        whole.truncate(at);
        let _ = read(&whole);
    }
}

#[test]
fn a_large_first_letter_belongs_to_its_paragraph_and_superscripts_stay() {
    let body = r#"<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr><w:r><w:t>清</w:t></w:r></w:p>
<w:p><w:r><w:t>理河道 1500m</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>
<w:r><w:t>。水面宽阔，队员来了二十六名，干了整整两天才把河里的水草全部捞上来。</w:t></w:r></w:p>"#;
    let read = read(&word_file(body)).unwrap();
    let lines: Vec<String> = read
        .blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(text) => inline_text(text),
            block => format!("{block:?}"),
        })
        .collect();
    assert_eq!(
        lines,
        ["清理河道 1500m²。水面宽阔，队员来了二十六名，干了整整两天才把河里的水草全部捞上来。"]
    );
}
