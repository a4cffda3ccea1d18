//! Behaviours: Markdown in, blocks out, in a short notation: `h2(…)`, `p(…)`, `ul[…|…]`, `*…*`, `⟦call⟧`,
//! `[text→target]`.

use super::super::read;
use super::html_to_blocks;
use crate::config::{HtmlPolicy, IndentedText, LineBreaks, MarkdownSettings};
use crate::messages::Lang;
use crate::paths::SiteAddress;
use crate::record::blocks::{Block, Inline, LinkTarget};
use crate::record::body::{Body, Fill, Hole, LinkRole};
use proptest::prelude::*;

const PLAIN: MarkdownSettings = MarkdownSettings {
    html: HtmlPolicy::Sanitise,
    math: false,
    highlight: true,
    lines: LineBreaks::Joined,
    indented: IndentedText::Code,
    language: Lang::Zh,
};

fn body(text: &str, settings: MarkdownSettings) -> Body {
    read("content/a.md", text, 0..text.len(), settings, &SiteAddress::default()).value
}

fn read_blocks(text: &str, settings: MarkdownSettings) -> (Body, Vec<Block>) {
    let body = body(text, settings);
    let blocks = html_to_blocks(&body.html, &body.holes);
    (body, blocks)
}

fn show_blocks(body: &Body, blocks: &[Block]) -> String {
    blocks
        .iter()
        .map(|block| show_block(body, block))
        .collect::<Vec<_>>()
        .join(" ")
}

fn show_block(body: &Body, block: &Block) -> String {
    let items = |items: &[Vec<Block>]| {
        items
            .iter()
            .map(|item| show_blocks(body, item))
            .collect::<Vec<_>>()
            .join("|")
    };
    let row = |row: &[Vec<Inline>]| {
        row.iter()
            .map(|cell| show_line(body, cell))
            .collect::<Vec<_>>()
            .join("|")
    };
    match block {
        Block::Heading { level, text } => format!("h{level}({})", show_line(body, text)),
        Block::Paragraph(text) => format!("p({})", show_line(body, text)),
        Block::List { start: None, items: of } => format!("ul[{}]", items(of)),
        Block::List {
            start: Some(n),
            items: of,
        } => format!("ol{n}[{}]", items(of)),
        Block::Quote(blocks) => format!("quote[{}]", show_blocks(body, blocks)),
        Block::Code(code) => format!("code({code})"),
        Block::Table {
            head,
            rows,
            align_right,
        } => {
            let right: String = align_right.iter().map(|&right| if right { 'r' } else { 'l' }).collect();
            let rows: Vec<String> = rows.iter().map(|cells| row(cells)).collect();
            format!("table {right}({})[{}]", row(head), rows.join("/"))
        }
        Block::Shortcode(call) => match &call.inner {
            Some(inner) => format!(
                "⟦{}|{}⟧",
                call.name,
                show_blocks(body, &super::html_to_blocks(&inner.html, &inner.holes))
            ),
            None => format!("⟦{}⟧", call.name),
        },
        Block::Rule => "rule".to_owned(),
        Block::Footnotes(notes) => format!("notes[{}]", items(notes)),
    }
}

fn show_line(body: &Body, inlines: &[Inline]) -> String {
    inlines.iter().map(|inline| show_inline(body, inline)).collect()
}

fn show_inline(body: &Body, inline: &Inline) -> String {
    let to = |target: &LinkTarget| match target {
        LinkTarget::Site(index) => body.links[*index].target.clone(),
        LinkTarget::Address(address) => format!("={address}"),
    };
    match inline {
        Inline::Text(text) => text.clone(),
        Inline::Strong(inner) => format!("*{}*", show_line(body, inner)),
        Inline::Emphasis(inner) => format!("/{}/", show_line(body, inner)),
        Inline::Strikethrough(inner) => format!("-{}-", show_line(body, inner)),
        Inline::Code(code) => format!("`{code}`"),
        Inline::Link { target, text } => format!("[{}→{}]", show_line(body, text), to(target)),
        Inline::Image { target, alt } => format!("![{alt}→{}]", to(target)),
        Inline::Break => "⏎".to_owned(),
        Inline::FootnoteRef(number) => format!("^{number}"),
        Inline::Shortcode(call) => format!("⟦{}⟧", call.name),
    }
}

#[track_caller]
fn check_with(settings: MarkdownSettings, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let (body, blocks) = read_blocks(text, settings);
        assert_eq!(
            show_blocks(&body, &blocks),
            *expected,
            "\nfor: {text}\nfrom: {}",
            body.html
        );
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    check_with(PLAIN, cases);
}

#[test]
fn each_kind_of_block() {
    check(&[
        ("", ""),
        ("# 总结\n\n## 一、概况 {#a}", "h1(总结) h2(一、概况)"),
        ("第一段。\n\n第二段。", "p(第一段。) p(第二段。)"),
        ("甲\n\n---\n\n乙", "p(甲) rule p(乙)"),
        ("> 引文\n>\n> 又一段", "quote[p(引文) p(又一段)]"),
        ("> [!NOTE]\n> 小心", "quote[p(*说明*) p(小心)]"),
        (
            "```rust\nlet a = \"<b>\";\n\nb();\n```",
            "code(let a = \"<b>\";\n\nb();)",
        ),
        ("    缩进\n     代码", "code(缩进\n 代码)"),
        ("名词\n: 说明\n: 又一条", "ul[p(*名词*) p(说明) p(又一条)]"),
        ("![图](图.png \"题注\")", "p(![图→图.png]) p(题注)"),
    ]);
}

#[test]
fn lists_nest() {
    check(&[
        ("- 甲\n- 乙", "ul[p(甲)|p(乙)]"),
        ("3. 甲\n4. 乙", "ol3[p(甲)|p(乙)]"),
        ("- 甲\n  - 乙\n    1. 丙\n- 丁", "ul[p(甲) ul[p(乙) ol1[p(丙)]]|p(丁)]"),
        ("- 甲\n\n  续\n\n- 乙", "ul[p(甲) p(续)|p(乙)]"),
        ("- [x] 办完\n- [ ] 没办", "ul[p(☑ 办完)|p(☐ 没办)]"),
        ("-\n- 乙", "ul[|p(乙)]"),
    ]);
}

#[test]
fn each_kind_of_inline() {
    check(&[
        ("**注意：**请看", "p(*注意：*请看)"),
        ("见**《条例》**和*《办法》*规定", "p(见*《条例》*和/《办法》/规定)"),
        ("**“双减”**与~~删除。~~后文", "p(*“双减”*与-删除。-后文)"),
        ("前`a < b`后", "p(前`a < b`后)"),
        ("中文\n换行\nwith words\nand more", "p(中文换行 with words and more)"),
        ("甲  \n乙\\\n丙", "p(甲⏎乙⏎丙)"),
        ("a   b &amp; &lt;c&gt; &copy;", "p(a b & <c> ©)"),
        ("&#xE400;&#xE800;甲\u{E000}", "p(甲)"),
        ("***都要***", "p(/*都要*/)"),
    ]);
}

#[test]
fn links_and_pictures() {
    check(&[
        (
            "[甲](../a.md#b) [乙](https://a.cn/x?y=1&z=2)",
            "p([甲→../a.md#b] [乙→=https://a.cn/x?y=1&z=2])",
        ),
        ("见 www.a.cn 。", "p(见 [www.a.cn→=http://www.a.cn] 。)"),
        ("<someone@a.cn>", "p([someone@a.cn→=mailto:someone@a.cn])"),
        ("[甲](//a.cn/b)", "p([甲→=https://a.cn/b])"),
        ("[甲](javascript:x)", "p(甲)"),
        ("![图](图 1.jpg) [**粗**](b.md)", "p(![图→图 1.jpg] [*粗*→b.md])"),
        ("[![图](a.jpg)](b.md)", "p([![图→a.jpg]→b.md])"),
        ("![图](https://a.cn/a.png)", "p(![图→=https://a.cn/a.png])"),
        ("# 见[甲](a.md)", "h1(见[甲→a.md])"),
    ]);
}

#[test]
fn tables_keep_their_columns() {
    check(&[
        (
            "|项目|数|\n|-|-:|\n|稿件|**12**|\n|视频|[3](a.md)|",
            "table lr(项目|数)[稿件|*12*/视频|[3→a.md]]",
        ),
        ("|甲|乙|\n|:-:|-|\n|`a`||", "table ll(甲|乙)[`a`|]"),
        (
            "<table><tr><td>甲<br>乙</td><td>丙</td></tr></table>",
            "table ll()[甲⏎乙|丙]",
        ),
        (
            "<table><tr><td><p>甲</p><p>乙</p></td></tr></table>",
            "table l()[甲⏎乙]",
        ),
        ("|数|\n|-|\n|{{ metric(\"a\") }}|", "table l(数)[⟦metric⟧]"),
    ]);
}

#[test]
fn calls_are_blocks_or_inlines() {
    check(&[
        ("{{ chart(\"x\") }}", "⟦chart⟧"),
        ("前\n{{ chart(\"x\") }}\n后", "p(前) ⟦chart⟧ p(后)"),
        ("共 {{ metric(\"a\") }} 篇", "p(共 ⟦metric⟧ 篇)"),
        ("{{ metric(\"a\") }} 篇", "p(⟦metric⟧ 篇)"),
        ("**{{ metric(\"a\") }}** 篇", "p(*⟦metric⟧* 篇)"),
        ("{{ a() }}\n\n{{ b() }} {{ c() }}", "⟦a⟧ ⟦b⟧ ⟦c⟧"),
        ("{{ a() }}\n\n<b>字</b>", "⟦a⟧ p(*字*)"),
        (
            "- {{ metric(\"a\") }} 篇\n- {{ metric(\"b\") }}",
            "ul[p(⟦metric⟧ 篇)|⟦metric⟧]",
        ),
        ("> {{ chart(\"x\") }}", "quote[⟦chart⟧]"),
        ("## {{ metric(\"a\") }} 篇", "h2(⟦metric⟧ 篇)"),
        ("`{{ a() }}`", "p(`{{ a() }}`)"),
        (
            "{{ note() }}\n\n第一段\n\n- 项\n\n{{ /note }}\n\n后",
            "⟦note|p(第一段) ul[p(项)]⟧ p(后)",
        ),
        ("{{ a() }}\n\n{{ b() }}\n\n字\n\n{{ /b }}\n\n{{ /a }}", "⟦a|⟦b|p(字)⟧⟧"),
        ("{{ a() }}字{{ /a }}", "⟦a|p(字)⟧"),
    ]);
}

#[test]
fn footnotes_are_numbered_by_mention() {
    check(&[
        (
            "甲[^b]乙[^a]又[^b]\n\n[^a]: 一\n\n[^b]: 二\n\n    续",
            "p(甲^1乙^2又^1) notes[p(二) p(续)|p(一)]",
        ),
        ("甲[^a]\n\n[^a]: 见[乙](b.md)", "p(甲^1) notes[p(见[乙→b.md])]"),
        ("甲[^a]\n\n[^a]: {{ chart(\"x\") }}", "p(甲^1) notes[⟦chart⟧]"),
    ]);
}

#[test]
fn raw_html_leaves_its_text() {
    check(&[
        (
            "<div>甲</div>\n\n<section><p>乙</p><p>丙</p></section>",
            "p(甲) p(乙) p(丙)",
        ),
        ("甲<span class=\"x\">乙</span><sup>2</sup><br>丙", "p(甲乙2⏎丙)"),
        ("<script>x</script>甲 <!-- 注 --> 乙", "p(甲 乙)"),
        (
            "<details><summary>标题</summary>\n\n正文\n\n</details>",
            "p(标题) p(正文)",
        ),
        (
            "甲<a href=\"b.md\">乙</a><img src=\"c.png\" alt=\"丙\">",
            "p(甲[乙→b.md]![丙→c.png])",
        ),
        ("<b>甲<p>乙</p>丙</b>", "p(*甲*) p(*乙*) p(*丙*)"),
        ("<pre>a\n <b>b</b><br>c</pre>", "code(a\n b\nc)"),
        ("[^1]<sup>x</sup>\n\n[^1]: 注", "p(^1x) notes[p(注)]"),
    ]);
    let escape = MarkdownSettings {
        html: HtmlPolicy::Escape,
        ..PLAIN
    };
    check_with(escape, &[("甲<b>乙</b>", "p(甲<b>乙</b>)")]);
}

#[test]
fn trusted_html_may_be_malformed() {
    let trust = MarkdownSettings {
        html: HtmlPolicy::Trust,
        ..PLAIN
    };
    check_with(
        trust,
        &[
            ("<td>甲</td></div></p>\n\n乙", "p(甲) p(乙)"),
            ("<ul>甲<li>乙</ul>", "p(甲) ul[p(乙)]"),
            ("<tr><td>甲<td>乙</tr>", "p(甲⏎乙)"),
            ("<style>a{}</style><b>甲&mdash;乙", "p(*甲—乙*)"),
            ("<a href=\"javascript:x\">甲</a>", "p(甲)"),
            ("<pre>甲\n\n乙", "code(甲\n\n乙)"),
            ("<b>甲</div>\n\n乙", "p(*甲*) p(乙)"),
            ("<div class=\"footnotes\">甲</div>", "p(甲)"),
        ],
    );
}

#[test]
fn a_formula_becomes_its_source() {
    let math = MarkdownSettings { math: true, ..PLAIN };
    check_with(
        math,
        &[
            ("设 $\\frac{a}{b} < 1$ 则", "p(设 \\frac{a}{b} < 1 则)"),
            ("$$a & b$$ $\\nosuch$", "p(`a & b` `\\nosuch`)"),
            ("<i>x</i> $a<b$", "p(/x/ a<b)"),
        ],
    );
}

#[test]
fn nesting_depth_is_limited() {
    for text in [
        "> ".repeat(5000) + "字",
        "- ".repeat(5000) + "字",
        "<div><b>".repeat(5000) + "字",
        "**a *b ".repeat(2000),
        "[".repeat(5000) + "字" + &"](a.md)".repeat(5000),
    ] {
        for html in [HtmlPolicy::Sanitise, HtmlPolicy::Escape, HtmlPolicy::Trust] {
            let (body, blocks) = read_blocks(&text, MarkdownSettings { html, ..PLAIN });
            assert!(depth(&blocks) <= 2 * 100 + 2, "{}", depth(&blocks));
            assert!(show_blocks(&body, &blocks).contains(if text.contains('字') { '字' } else { 'a' }));
        }
    }
}

fn depth(blocks: &[Block]) -> usize {
    let below = |block: &Block| match block {
        Block::Quote(blocks) => depth(blocks),
        Block::List { items, .. } | Block::Footnotes(items) => items.iter().map(|item| depth(item)).max().unwrap_or(0),
        Block::Paragraph(line) => depth_of(line),
        _ => 0,
    };
    1 + blocks.iter().map(below).max().unwrap_or(0)
}

fn depth_of(line: &[Inline]) -> usize {
    let below = |inline: &Inline| match inline {
        Inline::Strong(inner)
        | Inline::Emphasis(inner)
        | Inline::Strikethrough(inner)
        | Inline::Link { text: inner, .. } => depth_of(inner),
        _ => 0,
    };
    1 + line.iter().map(below).max().unwrap_or(0)
}

/// Every link to the site and every picture of the site, in order: index, text.
fn links(body: &Body, blocks: &[Block]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => links_of(body, text, &mut found),
            Block::List { items, .. } | Block::Footnotes(items) => {
                items.iter().for_each(|item| found.extend(links(body, item)));
            }
            Block::Quote(blocks) => found.extend(links(body, blocks)),
            Block::Table { head, rows, .. } => {
                head.iter()
                    .chain(rows.iter().flatten())
                    .for_each(|cell| links_of(body, cell, &mut found));
            }
            Block::Code(_) | Block::Shortcode(_) | Block::Rule => {}
        }
    }
    found
}

fn links_of(body: &Body, text: &[Inline], found: &mut Vec<(usize, String)>) {
    for inline in text {
        match inline {
            Inline::Link { target, text } => {
                if let LinkTarget::Site(index) = target {
                    assert_eq!(body.links[*index].role, LinkRole::Page);
                    found.push((*index, show_line(body, text)));
                }
                links_of(body, text, found);
            }
            Inline::Image {
                target: LinkTarget::Site(index),
                alt,
            } => {
                assert_eq!(body.links[*index].role, LinkRole::Image);
                found.push((*index, alt.clone()));
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Strikethrough(inner) => {
                links_of(body, inner, found)
            }
            _ => {}
        }
    }
}

/// The link indices of the holes, in order.
fn indices(holes: &[Hole]) -> Vec<usize> {
    let index = |hole: &Hole| match hole.fill {
        Fill::Address(index) => Some(index),
        Fill::Shortcode(_) => None,
    };
    holes.iter().filter_map(index).collect()
}

/// Markdown with numbered links. The text of each link is the number in its target.
fn arbitrary_linked_markdown() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "[文#](t#.md)",
        "[**文#**](<t#.md>)",
        "![文#](t#.png)",
        "**[文#](t#.md)：**",
        "[![文#](t#.png)文#](t#.md)",
        "字",
        "。",
        "**",
        "*",
        "`",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "|",
        "\n|-|-:|\n",
        "[^1]",
        "\n\n[^1]: ",
        "\n    ",
        "{{ a(src=\"v#.mp4\") }}",
        "\n{{ a() }}\n",
        "\n{{ /a }}\n",
        "https://a.cn",
        "\\",
        "&amp;",
        " ",
        "~~",
        "\n: ",
        "```\n",
        "[外#](https://a.cn/#)",
        "[x]",
        "\n\n[x]: t0.md\n\n",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| {
        let numbered = pieces.iter().enumerate();
        numbered
            .map(|(number, piece)| piece.replace('#', &number.to_string()).replacen("0 ", "# ", 1))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn block_links_match_the_body_links(text in arbitrary_linked_markdown()) {
        let (body, blocks) = read_blocks(&text, PLAIN);
        let found = links(&body, &blocks);
        let given: Vec<usize> = found.iter().map(|(index, _)| *index).collect();
        prop_assert_eq!(given, indices(&body.holes), "{}", body.html);
        for (index, text) in found {
            let link = &body.links[index];
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let number = digits(&link.target);
            let Some(rest) = text.split_once("文").map(|(_, rest)| rest) else { continue };
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            prop_assert_eq!(&rest[..end], number.as_str(), "{}", text);
        }
    }

    #[test]
    fn any_text_gives_valid_blocks(text in super::super::tests::arbitrary_markdown(), settings in super::super::tests::arbitrary_settings()) {
        let (body, blocks) = read_blocks(&text, settings);
        let shown = show_blocks(&body, &blocks);
        prop_assert!(!shown.contains(crate::record::markdown::chars::is_private_use), "{shown:?}");
        for (index, _) in links(&body, &blocks) {
            prop_assert!(index < body.links.len());
        }
    }

    #[test]
    fn any_html_gives_blocks(
        html in any::<String>(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..8)
    ) {
        let ends: Vec<usize> = html.char_indices().map(|(at, _)| at).chain([html.len()]).collect();
        let mut offsets: Vec<usize> = picks.iter().map(|pick| ends[pick.index(ends.len())]).collect();
        offsets.sort_unstable();
        let holes: Vec<Hole> = offsets.into_iter().map(|at| Hole { at, fill: Fill::Address(0) }).collect();
        let _blocks = html_to_blocks(&html, &holes);
    }
}
