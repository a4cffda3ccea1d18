//! Files as an office gets them: samples are written below `target/office/`, where `tests/tools/check_docx.py` has
//! LibreOffice lay out those for Word and measures the pages.

use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use xiangyin::testing::export::document::{Document, DocumentBlock, DocumentImage, DocumentTable, Span, TableCell};
use xiangyin::testing::export::sheet::{SheetCell, SheetChart, SheetColumn, Workbook, WorkbookSheet};
use xiangyin::testing::export::{csv, docx, xlsx};

/// Text of a fictional town, 84 characters, without punctuation that must not begin a line.
const SENTENCE: &str = "乡音镇围绕中心工作组织宣讲进村入户用群众听得懂的话讲清政策讲透道理讲出感情志愿服务队走进院落田头开展环境整治关爱老人陪伴儿童让文明新风吹进每一个村庄温暖每一户人家";

/// The smallest picture that PNG allows: one red pixel, which LibreOffice stretches to the stated size.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T', 0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0,
    0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A metafile of one rectangle: header, rectangle, end (MS-EMF 2.3.4.2, 2.3.5.34, 2.3.4.1); 100 × 50 mm.
fn metafile() -> Vec<u8> {
    let frame = [0, 0, 1000, 500, 0, 0, 10_000, 5_000];
    let header = [0x464D_4520, 0x1_0000, 132, 3, 1, 0, 0, 0, 1920, 1080, 508, 286];
    let rectangle = [43, 24, 100, 50, 900, 450];
    let end = [14, 20, 0, 16, 20];
    let records = [1, 88]
        .into_iter()
        .chain(frame)
        .chain(header)
        .chain(rectangle)
        .chain(end);
    records.flat_map(|word: u32| word.to_le_bytes()).collect()
}

fn document(title: &str, blocks: Vec<DocumentBlock>) -> Document {
    Document {
        title: title.to_owned(),
        issuer: "乡音镇宣传办公室".to_owned(),
        date: "2022年7月5日".to_owned(),
        language: "zh-CN".to_owned(),
        created: jiff::civil::date(2022, 7, 5),
        addressee: String::new(),
        letterhead: None,
        blocks,
        closing: Vec::new(),
        units: BTreeSet::new(),
        colophon: None,
    }
}

fn text(text: &str) -> Vec<Span> {
    vec![Span::plain(text)]
}

fn heading(level: u8, words: &str) -> DocumentBlock {
    DocumentBlock::Heading {
        level,
        spans: text(words),
    }
}

fn figure_span(number: &str, address: &str) -> Span {
    Span {
        link: Some(format!("https://xiangyin.example/stats/{address}/")),
        ..Span::plain(number)
    }
}

fn list_item(depth: u8, marker: &str, words: &str) -> DocumentBlock {
    DocumentBlock::ListItem {
        depth,
        marker: marker.to_owned(),
        spans: text(words),
    }
}

/// Full pages of nothing but text: what the grid of the standard is measured on.
fn dense_document() -> Document {
    let paragraphs = (0..12)
        .map(|_| DocumentBlock::Paragraph(text(&SENTENCE.repeat(4))))
        .collect();
    document("关于开展宣讲工作的情况报告", paragraphs)
}

/// The comma would be the 27th character of the first line, which has room for 26: it must not hang out of it.
fn comma_behind_a_full_line() -> String {
    let (line, rest): (String, String) = (SENTENCE.chars().take(26).collect(), SENTENCE.chars().skip(26).collect());
    format!("{line}，{rest}")
}

fn villages_table(rows: usize) -> DocumentBlock {
    let cell = |words: String| -> TableCell { vec![Span::plain(words)] };
    DocumentBlock::Table(DocumentTable {
        caption: Some("表1　各村志愿服务情况".to_owned()),
        head: ["村（社区）", "服务场次", "服务时长（小时）", "主要内容"]
            .map(text)
            .to_vec(),
        rows: (1..=rows)
            .map(|at| {
                let subject = if at % 5 == 0 {
                    "环境整治、看望孤寡老人、防范电信诈骗宣传和普法宣传"
                } else {
                    "环境整治"
                };
                vec![
                    cell(format!("第{at}村")),
                    vec![figure_span(&(at * 7).to_string(), &format!("village-{at}"))],
                    cell(format!("{}.5", at * 31)),
                    cell(subject.to_owned()),
                ]
            })
            .collect(),
        numeric: vec![false, true, true, false],
    })
}

/// Every sort of block, as a half-year's report has them.
fn report_document() -> Document {
    let mut blocks = vec![
        DocumentBlock::Paragraph(text(
            "2022年上半年，在镇党委领导下，宣传工作围绕中心、服务大局。现将有关情况报告如下（样例内容，均为虚构）：",
        )),
        heading(1, "一、意识形态工作"),
        DocumentBlock::Paragraph(vec![
            Span::plain("召开专题研究会议"),
            figure_span("4", "ideology"),
            Span::plain("次，组织“面对面”宣讲"),
            figure_span("128", "public-talk"),
            Span::plain("场，"),
            Span {
                strong: true,
                ..Span::plain("责任制落实到每一个支部")
            },
            Span::plain("，做到"),
            Span {
                emphasis: true,
                ..Span::plain("有部署、有检查、有考核")
            },
            Span::plain("。"),
        ]),
        heading(2, "（一）压实责任"),
        DocumentBlock::Paragraph(text(&format!("{SENTENCE}。{SENTENCE}；{SENTENCE}。"))),
        heading(3, "1.落实制度"),
        DocumentBlock::Paragraph(text(&comma_behind_a_full_line())),
        heading(4, "（1）定期研判"),
        DocumentBlock::Paragraph(text(SENTENCE)),
        list_item(
            0,
            "1.",
            "每月研判一次，形成台账，逐项销号，并向镇党委报告办理情况和下一步打算；",
        ),
        list_item(0, "2.", "每季度通报一次。"),
        list_item(1, "•", "通报到村；"),
        list_item(1, "•", "通报到人。"),
        DocumentBlock::Quote(text(
            "人民有信仰，国家有力量，民族有希望。这是一段引文，用楷体排印，首行同样空两个字。",
        )),
        heading(1, "二、志愿服务"),
        DocumentBlock::Paragraph(text(&SENTENCE.repeat(3))),
        villages_table(30),
        DocumentBlock::Paragraph(text(&SENTENCE.repeat(2))),
        DocumentBlock::Image(DocumentImage {
            bytes: PIXEL.to_vec(),
            format: "png",
            width_mm: 300.0,
            height_mm: 160.0,
            caption: Some("图1　各月宣讲场次".to_owned()),
            alt: "1月12场，2月8场，3月31场，4月25场，5月30场，6月22场".to_owned(),
            address: None,
        }),
    ];
    blocks.push(DocumentBlock::Image(DocumentImage {
        bytes: metafile(),
        format: "emf",
        width_mm: 100.0,
        height_mm: 50.0,
        caption: Some("图2　一个矩形".to_owned()),
        alt: "矩形".to_owned(),
        address: None,
    }));
    blocks.push(heading(1, "三、下半年工作打算"));
    blocks.extend((0..5).map(|_| DocumentBlock::Paragraph(text(&format!("{SENTENCE}。")))));
    document("乡音镇宣传办公室\n关于2022年上半年宣传思想工作情况的报告", blocks)
}

/// Villages with their sessions, as a report's figures are handed on.
fn figures_workbook() -> Workbook {
    let titles = ["村（社区）", "服务场次", "占比", "最近一次", "依据"];
    let rows = (1..=12_u32).map(|at| {
        let url = format!("https://xiangyin.example/stats/2022-h1/village-{at}/");
        vec![
            SheetCell::Text(format!("第{at}村")),
            SheetCell::NumberLink {
                number: Decimal::from(at * 7),
                url: url.clone(),
            },
            SheetCell::Percent(f64::from(at) / 78.0),
            SheetCell::Date(jiff::civil::date(2022, at.min(6) as i8, 15)),
            SheetCell::Link {
                text: format!("第{at}村志愿服务记录（样例）"),
                url,
            },
        ]
    });
    let sheet = WorkbookSheet {
        name: "二、志愿服务/各村".to_owned(),
        columns: titles
            .map(|title| SheetColumn {
                title: title.to_owned(),
                width: None,
            })
            .to_vec(),
        rows: rows.collect(),
        chart: Some(SheetChart {
            title: "各村服务场次".to_owned(),
            labels: 0,
            values: 1,
            rows: 0..12,
        }),
    };
    Workbook {
        title: "2022年上半年数据".to_owned(),
        created: jiff::civil::date(2022, 7, 5),
        sheets: vec![sheet],
    }
}

#[test]
fn sample_workbook_and_csv_file_are_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/office");
    fs::create_dir_all(&folder).expect("target can be written");
    let workbook = figures_workbook();
    let bytes = xlsx(&workbook).expect("the workbook can be written");
    fs::write(folder.join("figures.xlsx"), bytes).expect("target can be written");
    let bytes = csv(workbook.sheets[0].text_rows());
    assert!(bytes.starts_with("\u{feff}村（社区）,服务场次,占比,最近一次,依据\r\n第1村,7,1.3%,2022-01-15,".as_bytes()));
    fs::write(folder.join("figures.csv"), bytes).expect("target can be written");
}

#[test]
fn sample_word_files_are_reproducible() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/office");
    fs::create_dir_all(&folder).expect("target can be written");
    for (name, document) in [("dense", dense_document()), ("report", report_document())] {
        let bytes = docx(&document);
        assert_eq!(bytes, docx(&document), "{name} differs between builds");
        fs::write(folder.join(name).with_extension("docx"), bytes).expect("target can be written");
    }
}
