use super::*;
use crate::config::Settings;
use crate::diag::Severity;
use crate::paths::SiteAddress;
use crate::record::LinkTarget;
use crate::record::markdown::{html_to_blocks, read};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn settings() -> MarkdownSettings {
    Settings::default().markdown
}

fn written(blocks: &[Block]) -> String {
    let paths = [Some("river.jpg".to_owned()), None];
    let captions = BTreeMap::from([(0, "队员“在河边”".to_owned())]);
    let files = FileNames {
        paths: &paths,
        captions: &captions,
    };
    write_markdown(blocks, &files, settings())
}

fn read_back(text: &str) -> Vec<Block> {
    let body = read("a.md", text, 0..text.len(), settings(), &SiteAddress::default());
    let errors: Vec<_> = body
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{text}\n{errors:?}");
    html_to_blocks(&body.value.html, &body.value.holes)
}

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn paragraph(line: &str) -> Block {
    Block::Paragraph(vec![text(line)])
}

#[test]
fn signs_in_a_manuscript_are_text() {
    for line in [
        "138****0000、张*三、王**",
        "**注意**",
        "# 一",
        "#乡村振兴#",
        "1. 第一",
        "1) 第一",
        "- 第一",
        "+ 第一",
        "---",
        "===",
        "***",
        "> 引文",
        "{{ metric(\"coverage.national\") }}",
        "{{ video(",
        "{% if %} {#id}",
        "[链接](https://x.example/)",
        "[^1]",
        "[^1]: 注",
        "[a]: https://x.example/",
        "![图](a.jpg)",
        "<script>alert(1)</script>",
        "<b>粗</b> <!-- 注 -->",
        "&lt; &copy; AT&T",
        "`代码`",
        "~~删除~~ H~2~O",
        "$5和$6",
        "a_b_c __x__ _y_",
        "| a | b |",
        ": 解释",
        "::: note",
        "C:\\Users\\a",
        "- [x] 做完",
        "https://x.example/a_b*c?d=1&e=2",
        "a@b.example",
        "    四个空格",
        "！[x]",
        "2*3*4=24",
        "_",
        "*",
        "`",
        "\\",
    ] {
        let body = written(&[paragraph(line)]);
        let read = read_back(&body);
        let shown = |blocks: &[Block]| match blocks {
            [Block::Paragraph(line)] => crate::import::structure::inline_text(line),
            blocks => panic!("{body}: {blocks:?}"),
        };
        assert_eq!(shown(&read), line.trim(), "{body}");
    }
}

#[test]
fn plain_text_stays_as_people_write_it() {
    for line in [
        "138****0000、张*三",
        "2022年5月12日，共26人参加（两岸都算）。",
        "a_b.jpg 和 3*5米",
        "#乡村振兴#",
        "5元和$6",
    ] {
        assert_eq!(written(&[paragraph(line)]), format!("{line}\n"));
    }
    assert_eq!(
        written(&[Block::Paragraph(vec![
            text("见"),
            Inline::Strong(vec![text("“双减”")]),
            text("后")
        ])]),
        "见**“双减”**后\n"
    );
}

#[test]
fn blocks_are_read_back() {
    let item = |line: &str| vec![paragraph(line)];
    let blocks = vec![
        Block::Heading {
            level: 2,
            text: vec![text("一、现场 {#x}")],
        },
        Block::Paragraph(vec![
            text("共"),
            Inline::Strong(vec![text("26"), Inline::Emphasis(vec![text("名")])]),
            text("队员"),
            Inline::FootnoteRef(1),
            Inline::Break,
            text("- 不是列表"),
        ]),
        Block::List {
            start: None,
            items: vec![
                item("带手套"),
                vec![
                    paragraph("带"),
                    Block::List {
                        start: Some(3),
                        items: vec![item("火钳")],
                    },
                ],
            ],
        },
        Block::List {
            start: None,
            items: vec![item("另一个列表")],
        },
        Block::List {
            start: Some(2),
            items: vec![item("二"), item("三")],
        },
        Block::Quote(vec![paragraph("桥是大家的。"), paragraph("河也是。")]),
        Block::Code("a\n```\nb".to_owned()),
        Block::Table {
            head: vec![vec![text("河|段")], vec![text("人")]],
            rows: vec![vec![
                vec![text("石桥"), Inline::Break, text("柳塘")],
                vec![Inline::Code("a|b".to_owned())],
            ]],
            align_right: vec![false, false],
        },
        Block::Rule,
        Block::Footnotes(vec![vec![paragraph("据《水利志》。"), paragraph("第二段。")]]),
    ];
    let body = written(&blocks);
    assert_eq!(read_back(&body), blocks, "{body}");
}

#[test]
fn pictures_have_captions_or_leave_their_address() {
    let picture = |target| {
        Block::Paragraph(vec![Inline::Image {
            target,
            alt: "队员".to_owned(),
        }])
    };
    assert_eq!(
        written(&[picture(LinkTarget::Site(0))]),
        "![队员](river.jpg \"队员“在河边”\")\n"
    );
    assert_eq!(written(&[picture(LinkTarget::Site(1))]), "");
    let remote = LinkTarget::Address("https://x.example/a--b>.jpg".to_owned());
    assert_eq!(
        written(&[picture(remote)]),
        "<!-- https://x.example/a-%2Db%3E.jpg -->\n"
    );
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    let word = prop_oneof![
        "[a-z0-9 *_~`\\[\\](){}<>&#!|.:$+=^\\\\-]{1,8}",
        "[乡音“”（），。、：*_]{1,6}",
        "[王138*]{1,6}",
    ];
    let leaf = prop_oneof![6 => word.prop_map(Inline::Text), 1 => Just(Inline::Break), 1 => "[a`|]{1,3}".prop_map(Inline::Code)];
    let nested = leaf.prop_recursive(2, 8, 3, |inner| {
        let some = prop::collection::vec(inner, 1..3);
        prop_oneof![
            some.clone().prop_map(Inline::Strong),
            some.clone().prop_map(Inline::Emphasis),
            some.prop_map(|text| Inline::Link {
                target: LinkTarget::Address("https://x.example/a_(b)".to_owned()),
                text,
            }),
        ]
    });
    prop::collection::vec(nested, 1..5)
}

/// The visible characters of a text.
fn visible(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(line) | Block::Heading { text: line, .. } => {
                out.push_str(&crate::import::structure::inline_text(line));
            }
            block => out.push_str(&format!("{block:?}")),
        }
    }
    out.retain(|c| !c.is_whitespace());
    out
}

proptest! {
    #[test]
    fn any_text_keeps_its_letters(line in inlines()) {
        let blocks = [Block::Paragraph(line)];
        let body = written(&blocks);
        prop_assert_eq!(visible(&read_back(&body)), visible(&blocks), "{}", body);
    }

    #[test]
    fn any_line_of_letters_keeps_them(line in "\\PC{0,40}") {
        let blocks = [paragraph(&line)];
        let kept: String = line.chars().filter(|c| !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. | '\u{feff}') && !crate::diag::is_forbidden_control(*c)).collect();
        let body = written(&blocks);
        prop_assert_eq!(visible(&read_back(&body)), visible(&[paragraph(&kept)]), "{}", body);
    }
}
