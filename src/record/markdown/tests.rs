//! Behaviours: Markdown in, HTML out. Holes are written `⟦…⟧`.

use super::read;
use crate::config::{HtmlPolicy, IndentedText, LineBreaks, MarkdownSettings};
use crate::diag::{Checked, Diagnostic};
use crate::messages::Lang;
use crate::paths::SiteAddress;
use crate::record::body::{Argument, Body, Fill, LinkRole, Shortcode, fill_holes};
use proptest::prelude::*;

const PLAIN: MarkdownSettings = MarkdownSettings {
    html: HtmlPolicy::Sanitise,
    math: false,
    highlight: true,
    lines: LineBreaks::Joined,
    indented: IndentedText::Code,
    language: Lang::Zh,
};

const MATH: MarkdownSettings = MarkdownSettings { math: true, ..PLAIN };
const ESCAPE: MarkdownSettings = MarkdownSettings {
    html: HtmlPolicy::Escape,
    ..PLAIN
};
const TRUST: MarkdownSettings = MarkdownSettings {
    html: HtmlPolicy::Trust,
    ..PLAIN
};

fn body_with(text: &str, settings: MarkdownSettings) -> Checked<Body> {
    read(
        "content/a.md",
        text,
        0..text.len(),
        settings,
        &SiteAddress::new("https://own.example/town"),
    )
}

fn body(text: &str) -> Body {
    body_with(text, PLAIN).value
}

fn shown(body: &Body) -> String {
    let mut out = String::new();
    fill_holes(&body.html, &body.holes, &mut out, &mut |what, out| {
        show(body, what, out)
    });
    out
}

fn show(body: &Body, what: &Fill, out: &mut String) {
    match what {
        Fill::Address(index) => out.push_str(&format!("⟦{}⟧", body.links[*index].target)),
        Fill::Shortcode(call) => {
            out.push_str(&format!("⟦{}{}", call.name, arguments(&call.args)));
            if let Some(inner) = &call.inner {
                out.push('|');
                fill_holes(&inner.html, &inner.holes, out, &mut |what, out| show(body, what, out));
            }
            out.push('⟧');
        }
    }
}

fn arguments(args: &[(String, Argument)]) -> String {
    args.iter()
        .map(|(key, value)| format!(" {key}={}", argument(value)))
        .collect()
}

fn argument(value: &Argument) -> String {
    match value {
        Argument::Text { text, link } => format!("{text}{}", link.map_or_else(String::new, |link| format!("→{link}"))),
        Argument::Integer(number) => number.to_string(),
        Argument::Number(number) => number.to_string(),
        Argument::Boolean(yes) => yes.to_string(),
        Argument::List(items) => format!("[{}]", items.iter().map(argument).collect::<Vec<_>>().join(",")),
        Argument::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(name, value)| format!("{name}:{}", argument(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    }
}

#[track_caller]
fn check_with(settings: MarkdownSettings, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let read = body_with(text, settings);
        assert_eq!(shown(&read.value).trim(), *expected, "\nfor: {text}");
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    check_with(PLAIN, cases);
}

fn codes(findings: &[Diagnostic]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn value<'f>(finding: &'f Diagnostic, name: &str) -> &'f str {
    finding
        .values
        .iter()
        .find(|(key, _)| *key == name)
        .map_or("", |(_, value)| value)
}

#[test]
fn emphasis_works_without_spaces() {
    check(&[
        ("**“引号”**字", "<p><strong>“引号”</strong>字</p>"),
        ("**注意：**请", "<p><strong>注意：</strong>请</p>"),
        ("**（一）**加强", "<p><strong>（一）</strong>加强</p>"),
        ("见**《条例》**规定", "<p>见<strong>《条例》</strong>规定</p>"),
        ("**重点。**后文", "<p><strong>重点。</strong>后文</p>"),
        ("完成**80%**以上", "<p>完成<strong>80%</strong>以上</p>"),
        (
            "**[链接](u.md)**后文",
            "<p><strong><a href=\"⟦u.md⟧\">链接</a></strong>后文</p>",
        ),
        (
            "前文**`代码`**后文",
            "<p>前文<strong><code>代码</code></strong>后文</p>",
        ),
        ("~~删除。~~后文", "<p><del>删除。</del>后文</p>"),
        (
            "**“双减”**政策和**“双增”**行动",
            "<p><strong>“双减”</strong>政策和<strong>“双增”</strong>行动</p>",
        ),
        ("*“引号”*字", "<p><em>“引号”</em>字</p>"),
        ("*注意：*请", "<p><em>注意：</em>请</p>"),
        ("***（一）***加强", "<p><em><strong>（一）</strong></em>加强</p>"),
        ("**真的，**她说", "<p><strong>真的，</strong>她说</p>"),
        ("_注意：_ 请", "<p><em>注意：</em> 请</p>"),
        ("_注意：_请", "<p>_注意：_请</p>"),
        ("한국어**“말”**을", "<p>한국어<strong>“말”</strong>을</p>"),
        ("a*“b”*c", "<p>a*“b”*c</p>"),
        ("\\**注意：**请", "<p>**注意：**请</p>"),
        ("\\*\\*注意：\\*\\*请", "<p>**注意：**请</p>"),
        ("`**“a”**字`", "<p><code>**“a”**字</code></p>"),
        ("（~删~）字", "<p>（<del>删</del>）字</p>"),
        ("5~8人，10~20人", "<p>5~8人，10~20人</p>"),
        (
            "|**“甲”**乙|丙|\n|-|-|\n|**“甲”**乙|丙|",
            "<div class=\"table-wrap\" role=\"group\" tabindex=\"0\" aria-label=\"表格\"><table><thead><tr><th><strong>“甲”</strong>乙</th><th>丙</th></tr></thead>\n<tbody>\n<tr><td><strong>“甲”</strong>乙</td><td>丙</td></tr>\n</tbody></table></div>",
        ),
    ]);
}

#[test]
fn markers_never_reach_the_output() {
    check(&[
        (
            "    **“a”**字",
            "<pre class=\"code\" tabindex=\"0\"><code>**“a”**字</code></pre>",
        ),
        (
            "[a](https://a.cn/**“a”**字 \"**“a”**字\")",
            "<p><a href=\"https://a.cn/**%E2%80%9Ca%E2%80%9D**%E5%AD%97\" title=\"**“a”**字\">a</a></p>",
        ),
        (
            "![**“a”**字](b.png)",
            "<p><img src=\"⟦b.png⟧\" alt=\"“a”字\" loading=\"lazy\" decoding=\"async\"></p>",
        ),
        (
            "[**“a”**字]\n\n[**“a”**字]: b.md",
            "<p><a href=\"⟦b.md⟧\"><strong>“a”</strong>字</a></p>",
        ),
    ]);
}

#[test]
fn line_breaks_between_wide_characters_vanish() {
    check(&[
        ("第一行\n第二行", "<p>第一行第二行</p>"),
        ("第一行，\n**第二行**", "<p>第一行，<strong>第二行</strong></p>"),
        ("**第一行**\n第二行", "<p><strong>第一行</strong>第二行</p>"),
        ("他说“好”\n第二行", "<p>他说“好”第二行</p>"),
        ("one\ntwo", "<p>one\ntwo</p>"),
        ("one\n二", "<p>one\n二</p>"),
        ("一\n`code`", "<p>一\n<code>code</code></p>"),
        ("一\n[链接](a.md)\n二", "<p>一<a href=\"⟦a.md⟧\">链接</a>二</p>"),
        ("one\n[two](a.md)", "<p>one\n<a href=\"⟦a.md⟧\">two</a></p>"),
        ("한국\n사람", "<p>한국\n사람</p>"),
        ("一\\\n二", "<p>一<br>\n二</p>"),
        ("一  \n二", "<p>一<br>\n二</p>"),
        ("一\r\n二", "<p>一二</p>"),
    ]);
}

#[test]
fn headings_get_readable_unique_ids() {
    check(&[
        ("## 第一节 概况", "<h2 id=\"第一节-概况\">第一节 概况</h2>"),
        (
            "## A\n## A\n## A {#a}",
            "<h2 id=\"a\">A</h2>\n<h2 id=\"a-1\">A</h2>\n<h2 id=\"a-2\">A</h2>",
        ),
        ("## 标题 {#自定 .big}", "<h2 id=\"自定\" class=\"big\">标题</h2>"),
        ("## 标题 {a, b}", "<h2 id=\"标题-a-b\">标题 {a, b}</h2>"),
        ("## 用 {{ 变量 }}", "<h2 id=\"用--变量-\">用 {{ 变量 }}</h2>"),
        (
            "## 用 **“粗”**字 `a_b`",
            "<h2 id=\"用-粗字-a_b\">用 <strong>“粗”</strong>字 <code>a_b</code></h2>",
        ),
        ("标题\n===", "<h1 id=\"标题\">标题</h1>"),
        ("## [链接](a.md)", "<h2 id=\"链接\"><a href=\"⟦a.md⟧\">链接</a></h2>"),
        ("## ！！！", "<h2 id=\"section\">！！！</h2>"),
    ]);
    let read = body("# 题\n\n文\n\n## 一\n\n### 二\n");
    let outline: Vec<(u8, &str, &str)> = read.outline.iter().map(|h| (h.level, &*h.id, &*h.text)).collect();
    assert_eq!(outline, [(1, "题", "题"), (2, "一", "一"), (3, "二", "二")]);
    assert_eq!(read.anchors, ["题", "一", "二"]);
    assert_eq!(read.first_heading.as_deref(), Some("题"));
    assert_eq!(body("文\n\n# 题").first_heading, None);
    assert_eq!(body("## 题").first_heading, None);
}

#[test]
fn gfm_and_definition_lists_render() {
    check(&[
        (
            "|甲|乙|丙|\n|:-|:-:|-:|\n|1|2|3|",
            "<div class=\"table-wrap\" role=\"group\" tabindex=\"0\" aria-label=\"表格\"><table><thead><tr><th class=\"left\">甲</th><th class=\"center\">乙</th><th class=\"right\">丙</th></tr></thead>\n<tbody>\n<tr><td class=\"left\">1</td><td class=\"center\">2</td><td class=\"right\">3</td></tr>\n</tbody></table></div>",
        ),
        (
            "- [x] 做了\n- [ ] 没做",
            "<ul>\n<li><input type=\"checkbox\" disabled checked aria-label=\"已完成\"> 做了</li>\n<li><input type=\"checkbox\" disabled aria-label=\"未完成\"> 没做</li>\n</ul>",
        ),
        ("~~删~~", "<p><del>删</del></p>"),
        ("> 引", "<blockquote>\n<p>引</p>\n</blockquote>"),
        (
            "> [!NOTE]\n> 内容",
            "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\">说明</p>\n<p>内容</p>\n</div>",
        ),
        ("甲\n: 乙", "<dl>\n<dt>甲</dt>\n<dd>乙</dd>\n</dl>"),
        ("甲\n:::note\n乙", "<p>甲\n:::note\n乙</p>"),
        ("3. 三\n4. 四", "<ol start=\"3\">\n<li>三</li>\n<li>四</li>\n</ol>"),
        ("- 一\n  - 二", "<ul>\n<li>一\n<ul>\n<li>二</li>\n</ul>\n</li>\n</ul>"),
        ("一\n\n---\n\n二", "<p>一</p>\n<hr>\n<p>二</p>"),
        ("$5和$6", "<p>$5和$6</p>"),
        ("a &lt; b & c \"d\"", "<p>a &lt; b &amp; c &quot;d&quot;</p>"),
        (
            "![图](a.png)",
            "<p><img src=\"⟦a.png⟧\" alt=\"图\" loading=\"lazy\" decoding=\"async\"></p>",
        ),
        (
            "![图](a.png \"说明\")",
            "<figure><img src=\"⟦a.png⟧\" alt=\"图\" loading=\"lazy\" decoding=\"async\"><figcaption>说明</figcaption></figure>",
        ),
        (
            "字![图](a.png \"说明\")",
            "<p>字<img src=\"⟦a.png⟧\" alt=\"图\" title=\"说明\" loading=\"lazy\" decoding=\"async\"></p>",
        ),
        (
            "![图 *a* ![b](c) `d`](a.png)",
            "<p><img src=\"⟦a.png⟧\" alt=\"图 a b d\" loading=\"lazy\" decoding=\"async\"></p>",
        ),
    ]);
}

#[test]
fn footnotes_are_written_at_the_end() {
    check(&[
        (
            "甲[^b]乙[^a]丙[^b]\n\n[^a]: 第二\n[^b]: 第一",
            "<p>甲<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\" role=\"doc-noteref\">1</a></sup>乙\
             <sup class=\"footnote-ref\"><a href=\"#fn-2\" id=\"fnref-2\" role=\"doc-noteref\">2</a></sup>丙\
             <sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1-2\" role=\"doc-noteref\">1</a></sup></p>\n\
             <div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n\
             <li id=\"fn-1\"><p>第一 <a href=\"#fnref-1\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"返回正文\">↩</a> \
             <a href=\"#fnref-1-2\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"返回正文\">↩</a></p>\n</li>\n\
             <li id=\"fn-2\"><p>第二 <a href=\"#fnref-2\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"返回正文\">↩</a></p>\n</li>\n\
             </ol>\n</div>",
        ),
        ("没有[^x]", "<p>没有[^x]</p>"),
    ]);
    assert_eq!(body("甲[^a]\n\n[^a]: 注").anchors, ["fnref-1", "fn-1"]);
}

#[test]
fn bare_addresses_become_links() {
    check(&[
        (
            "见https://a.cn/b_c_d，后文",
            "<p>见<a href=\"https://a.cn/b_c_d\">https://a.cn/b_c_d</a>，后文</p>",
        ),
        ("（www.a.cn）", "<p>（<a href=\"http://www.a.cn\">www.a.cn</a>）</p>"),
        (
            "https://a.cn/x?a=1&b=2",
            "<p><a href=\"https://a.cn/x?a=1&amp;b=2\">https://a.cn/x?a=1&amp;b=2</a></p>",
        ),
        ("[https://a.cn](b.md)", "<p><a href=\"⟦b.md⟧\">https://a.cn</a></p>"),
        ("`https://a.cn`", "<p><code>https://a.cn</code></p>"),
        (
            "<https://a.cn/乡>",
            "<p><a href=\"https://a.cn/%E4%B9%A1\">https://a.cn/乡</a></p>",
        ),
        ("<a@b.cn>", "<p><a href=\"mailto:a@b.cn\">a@b.cn</a></p>"),
        (
            "**https://a.cn**",
            "<p><strong><a href=\"https://a.cn\">https://a.cn</a></strong></p>",
        ),
    ]);
}

#[test]
fn links_become_holes_and_keep_their_places() {
    let text = "---\ntitle: x\n---\n见[甲](../a%20b.md#c)和\n![乙](图/1.jpg)、[丙](#丁)、[戊](https://a.cn)\n\n[己]\n\n[己]: </庚.md>\n";
    let read = read(
        "content/a.md",
        text,
        text.find("见").expect("it is there")..text.len(),
        PLAIN,
        &SiteAddress::default(),
    );
    let links: Vec<(&str, LinkRole, usize, usize, &str)> = read
        .value
        .links
        .iter()
        .map(|link| {
            let place = &link.place;
            (
                &*link.target,
                link.role,
                place.line,
                place.column,
                &place.excerpt[place.marked_span.0..place.marked_span.1],
            )
        })
        .collect();
    assert_eq!(
        links,
        [
            ("../a%20b.md#c", LinkRole::Page, 4, 6, "../a%20b.md#c"),
            ("图/1.jpg", LinkRole::Image, 5, 6, "图/1.jpg"),
            ("#丁", LinkRole::Page, 5, 19, "#丁"),
            ("/庚.md", LinkRole::Page, 7, 1, "[己]"),
        ]
    );
    assert!(read.findings.is_empty());
}

#[test]
fn places_are_right_after_markers_and_calls() {
    let text = "**“甲”**乙{{ a(x=1) }}[丙](丁.md)";
    let read = body(text);
    assert_eq!(
        read.links[0].place.column,
        1 + text[..text.find("丁.md").expect("it is there")].chars().count()
    );
}

#[test]
fn scripts_never_become_links() {
    let cases = [
        ("[a](javascript:alert(1))", "<p><a>a</a></p>"),
        ("[a](<java\tscript:alert(1)>)", "<p><a>a</a></p>"),
        ("[a](&#106;avascript:alert(1))", "<p><a>a</a></p>"),
        ("[a](data:text/html,x)", "<p><a>a</a></p>"),
        ("<javascript:alert(1)>", "<p><a>javascript:alert(1)</a></p>"),
    ];
    check(&cases);
    check_with(ESCAPE, &cases);
}

#[test]
fn raw_html_is_sanitized_as_a_whole() {
    check(&[
        ("一<b>二</b>三", "<p>一<b>二</b>三</p>"),
        (
            "<b onclick=\"x()\" style=\"color:red\" class=\"k\">二</b>",
            "<p><b class=\"k\">二</b></p>",
        ),
        (
            "<details>\n<summary>标题</summary>\n\n**内容**和[链接](a.md)\n\n</details>",
            "<details>\n<summary>标题</summary>\n<p><strong>内容</strong>和<a href=\"⟦a.md⟧\">链接</a></p>\n</details>",
        ),
        ("<script>alert(1)</script>", ""),
        ("一<script>alert(1)</script>二", "<p>一二</p>"),
        ("一<script>alert(1)", "<p>一alert(1)</p>"),
        ("<iframe src=\"https://a.cn\"></iframe>\n\n后", "<p>后</p>"),
        ("<div>\n\n后文", "<div>\n<p>后文</p>\n</div>"),
        ("</div>\n\n后文", "<p>后文</p>"),
        ("<title>\n\n后文", "<p>后文</p>"),
        (
            "<a href=\"../甲.md\" id=\"x\">乙</a>",
            "<p><a href=\"⟦../甲.md⟧\" id=\"x\">乙</a></p>",
        ),
        ("<img src=图.png onerror=alert(1)>", "<img src=\"⟦图.png⟧\">"),
        ("<a href=\"javascript:alert(1)\">甲</a>", "<p><a>甲</a></p>"),
        ("<a href=\"java&#115;cript:alert(1)\">甲</a>", "<p><a>甲</a></p>"),
        ("<svg onload=alert(1)><circle/></svg>甲", "<p>甲</p>"),
        ("一<!-- 注 -->二", "<p>一二</p>"),
        ("<!-- 注 -->", ""),
        (
            "<div>{{ video(src=\"a.mp4\") }}</div>",
            "<div>⟦video src=a.mp4→0⟧</div>",
        ),
        (
            "<a title='{{ video(src=\"a.mp4\") }}'>甲</a>",
            "<p><a title=\"{{ video(src=&quot;a.mp4&quot;) }}\">甲</a></p>",
        ),
        ("<b>&#xE400;&#xE800;</b>{{ x() }}", "<p><b></b>⟦x⟧</p>"),
        (
            "<b title=\"&#xE400;&#59392;\">甲</b>{{ x() }}",
            "<p><b title=\"\">甲</b>⟦x⟧</p>",
        ),
        (
            "<div title=\"\n\n\"onclick=alert(1)>",
            "&lt;div title=&quot;\n<p>&quot;onclick=alert(1)&gt;</p>",
        ),
        (
            "- [x] 甲 <b>乙</b>",
            "<ul>\n<li><input type=\"checkbox\" disabled=\"\" checked=\"\" aria-label=\"已完成\"> 甲 <b>乙</b></li>\n</ul>",
        ),
        (
            "<div tabindex=\"7\">甲</div>\n\n    乙",
            "<div tabindex=\"0\">甲</div>\n<pre class=\"code\" tabindex=\"0\"><code>乙</code></pre>",
        ),
    ]);
    let read = body("<h2 id=\"甲\">乙</h2>\n\n## 甲");
    assert_eq!(read.anchors, ["甲", "甲-1"]);
}

#[test]
fn raw_html_can_be_escaped_or_trusted() {
    check_with(
        ESCAPE,
        &[
            ("一<b>二</b>", "<p>一&lt;b&gt;二&lt;/b&gt;</p>"),
            (
                "<div onclick=\"x\">\n\n二",
                "<p>&lt;div onclick=&quot;x&quot;&gt;</p>\n<p>二</p>",
            ),
            ("一<!-- 注 -->二", "<p>一二</p>"),
        ],
    );
    check_with(
        TRUST,
        &[
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            (
                "<a href='甲.md' onclick=x>乙</a>",
                "<p><a href=\"⟦甲.md⟧\" onclick=x>乙</a></p>",
            ),
            ("一<!-- 注 -->二", "<p>一二</p>"),
        ],
    );
}

#[test]
fn code_keeps_its_text() {
    check(&[
        (
            "```\n<b> & {{ video(src=\"a\") }}\n```",
            "<pre class=\"code\" tabindex=\"0\"><code>&lt;b&gt; &amp; {{ video(src=&quot;a&quot;) }}\n</code></pre>",
        ),
        (
            "```nosuch\na\n```",
            "<pre class=\"code\" tabindex=\"0\"><code class=\"language-nosuch\">a\n</code></pre>",
        ),
        (
            "```\n一\n  {{ video(src=\"a\") }}\n\n{{ x() }}\n{{ x() }}\n二\n```",
            "<pre class=\"code\" tabindex=\"0\"><code>一\n  {{ video(src=&quot;a&quot;) }}\n\n{{ x() }}\n{{ x() }}\n二\n</code></pre>",
        ),
        (
            "`{{ video(src=\"a\") }}`和`{{ 坏(`",
            "<p><code>{{ video(src=&quot;a&quot;) }}</code>和<code>{{ 坏(</code></p>",
        ),
        (
            "`{{ bad(` 和 `{{ bad(“”) }}` 和 `{{ /x }}`",
            "<p><code>{{ bad(</code> 和 <code>{{ bad(“”) }}</code> 和 <code>{{ /x }}</code></p>",
        ),
    ]);
    assert!(
        body_with("`{{ bad(` 和 `{{ bad(“”) }}` 和 `{{ /x }}`", PLAIN)
            .findings
            .is_empty()
    );
    let html = body("```rust\nfn main() { // 注\n    let s = \"字\"; }\n```").html;
    for part in [
        "hl-keyword\">fn",
        "hl-function\">main",
        "hl-comment\">// 注",
        "hl-string\">&quot;字&quot;",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let plain = MarkdownSettings {
        highlight: false,
        ..PLAIN
    };
    check_with(
        plain,
        &[(
            "```rust\nfn a\n```",
            "<pre class=\"code\" tabindex=\"0\"><code class=\"language-rust\">fn a\n</code></pre>",
        )],
    );
}

#[test]
fn math_is_off_by_default() {
    check_with(MATH, &[("`$a$` 价 5$", "<p><code>$a$</code> 价 5$</p>")]);
    let html = body_with("设 $x^2$ 与\n\n$$\\frac{1}{2}$$", MATH).value.html;
    assert!(
        html.contains("<math") && html.contains("<mfrac") && html.contains("<msup"),
        "{html}"
    );
    let html = body_with("设 $x^2$ <b>甲</b>", MATH).value.html;
    assert!(html.contains("<math") && html.contains("<msup"), "{html}");
    let html = body_with("$\\textcolor{red}{a}$ $\\color{blue}b$ $\\boxed{b}$", MATH)
        .value
        .html;
    assert!(html.contains(" mathcolor=\"rgb("), "{html}");
    assert!(
        !html
            .split('<')
            .any(|tag| tag.split('>').next().is_some_and(|tag| tag.contains(" style="))),
        "{html}"
    );
    let read = body_with("设 $\\nosuch$ 和 $\\def\\a{\\a\\a}\\a$", MATH);
    assert_eq!(codes(&read.findings), ["bad-math", "bad-math"]);
    assert_eq!(read.findings[0].place.as_ref().map(|place| place.column), Some(3));
    assert!(read.value.html.contains("<code>\\nosuch</code>"), "{}", read.value.html);
}

#[test]
fn shortcodes_become_holes() {
    check(&[
        (
            "{{ video(src=\"a.mp4\", poster='b.png') }}",
            "⟦video src=a.mp4→0 poster=b.png→1⟧",
        ),
        (
            "{{video(src=\"https://a.cn/a.mp4\")}}",
            "⟦video src=https://a.cn/a.mp4⟧",
        ),
        (
            "一 {{ metric(\"coverage.national\") }} 二",
            "<p>一 ⟦metric =coverage.national⟧ 二</p>",
        ),
        ("一\n{{ a() }}\n二", "<p>一</p>\n⟦a⟧\n<p>二</p>"),
        (
            "{{ gallery(\n  images=[\"1.png\", \"2.png\"],\n  caption=\"**不*是*强调**\", width=3, ratio=-1.5, big=true,\n) }}",
            "⟦gallery images=[1.png→0,2.png→1] caption=**不*是*强调** width=3 ratio=-1.5 big=true⟧",
        ),
        (
            "- {{ a() }}\n- 二 {{ b() }}",
            "<ul>\n<li>⟦a⟧</li>\n<li>二 ⟦b⟧</li>\n</ul>",
        ),
        ("> {{ a() }}", "<blockquote>\n⟦a⟧\n</blockquote>"),
        ("{{ a() }} {{ b() }}", "⟦a⟧⟦b⟧"),
        (
            "{{ 变量 }} {{name}} {{ Name() }} { { a() } }",
            "<p>{{ 变量 }} {{name}} {{ Name() }} { { a() } }</p>",
        ),
        ("[{{ a() }}](b.md)", "<p><a href=\"⟦b.md⟧\">⟦a⟧</a></p>"),
        (
            "|甲|\n|-|\n|{{ a(x=\"|\") }}|\n{{ b() }}",
            "<div class=\"table-wrap\" role=\"group\" tabindex=\"0\" aria-label=\"表格\"><table><thead><tr><th>甲</th></tr></thead>\n<tbody>\n<tr><td>⟦a x=|⟧</td></tr>\n</tbody></table></div>\n⟦b⟧",
        ),
        ("题\n{{ a() }}\n---", "<p>题</p>\n⟦a⟧\n<hr>"),
        ("## 题 {{ a() }}", "<h2 id=\"题\">题 ⟦a⟧</h2>"),
        ("{{ a(t=\"他说“好”，\\\"是\\\"\") }}", "⟦a t=他说“好”，\"是\"⟧"),
        (
            "    {{ a() }}",
            "<pre class=\"code\" tabindex=\"0\"><code>{{ a() }}</code></pre>",
        ),
    ]);
}

#[test]
fn block_shortcodes_contain_markdown() {
    check(&[
        (
            "{{ notice(title=\"注\") }}\n文字\n{{ /notice }}",
            "⟦notice title=注|\n<p>文字</p>\n⟧",
        ),
        (
            "{{ notice() }}\n- 一\n- 二\n{{ /notice }}\n后",
            "⟦notice|\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n⟧\n<p>后</p>",
        ),
        ("前 {{ n() }}内{{ /n }} 后", "<p>前 ⟦n|内⟧ 后</p>"),
        (
            "> {{ n() }}\n> 内[链](a.md)\n> {{ /n }}",
            "<blockquote>\n⟦n|<p>内<a href=\"⟦a.md⟧\">链</a></p>\n⟧\n</blockquote>",
        ),
        (
            "{{ a() }}\n\n{{ b() }}\n\n## 题\n\n{{ /b }}\n\n{{ c() }}\n{{ /a }}",
            "⟦a|\n⟦b|\n<h2 id=\"题\">题</h2>\n⟧\n⟦c⟧\n⟧",
        ),
        ("{{ a() }}\n{{ a() }}\n内\n{{ /a }}", "⟦a⟧\n⟦a|\n<p>内</p>\n⟧"),
        (
            "{{ n() }}\n\n<b>内</b>[链](a.md)\n\n{{ /n }}\n\n后[链](b.md)",
            "⟦n|\n<p><b>内</b><a href=\"⟦a.md⟧\">链</a></p>\n⟧\n<p>后<a href=\"⟦b.md⟧\">链</a></p>",
        ),
        (
            "- {{ n() }}\n\n  内\n\n  {{ /n }}",
            "<ul>\n<li>\n⟦n|\n<p>内</p>\n⟧\n</li>\n</ul>",
        ),
    ]);
    let read = body("{{ n() }}\n## 内\n{{ /n }}");
    assert_eq!(read.outline.len(), 1);
}

#[test]
fn faulty_shortcodes_report_the_fixed_line() {
    for (text, reason, column, corrected) in [
        (
            "见{{ video(src=“a.mp4”) }}",
            "quotes",
            15,
            Some("见{{ video(src=\"a.mp4\") }}"),
        ),
        (
            "{{ video(src=\"a.mp4\"，poster=\"b\") }}",
            "full-width",
            21,
            Some("{{ video(src=\"a.mp4\",poster=\"b\") }}"),
        ),
        (
            "{{ video（src=“a.mp4”） }}",
            "full-width",
            9,
            Some("{{ video(src=\"a.mp4\") }}"),
        ),
        (
            "{{ video(src＝\"a.mp4\") }}",
            "full-width",
            13,
            Some("{{ video(src=\"a.mp4\") }}"),
        ),
        ("{{ video(src=\"a.mp4\" }}", "argument", 22, None),
        ("{{ video(src=\"a.mp4\")", "unclosed", 1, None),
        ("{{ video(src=\"a.mp4\n\") }}", "unclosed", 1, None),
        ("{{ video(src=a.mp4) }}", "argument", 14, None),
        ("甲 {{ /video }}", "not-open", 3, None),
        ("{{ n() }}\n\n- {{ /n }}", "crossed", 3, None),
        ("甲 {{ n() }}乙\n\n丙 {{ /n }}", "not-open", 3, None),
    ] {
        let read = body_with(text, PLAIN);
        assert_eq!(codes(&read.findings), ["bad-shortcode"], "{text}");
        let finding = &read.findings[0];
        assert_eq!(value(finding, "reason"), format!("shortcode-{reason}"), "{text}");
        assert_eq!(finding.place.as_ref().map(|place| place.column), Some(column), "{text}");
        assert_eq!(finding.fix.as_deref(), corrected, "{text}");
    }
}

#[test]
fn private_characters_are_refused_and_dropped() {
    for private in ["\u{E000}", "\u{F8FF}", "\u{F0000}", "\u{10FFFD}", "\u{E400}\u{E800}"] {
        let text = format!("甲{private}乙，{{{{ a() }}}}");
        let read = body_with(&text, PLAIN);
        assert_eq!(shown(&read.value).trim(), "<p>甲乙，⟦a⟧</p>");
        assert_eq!(codes(&read.findings)[0], "reserved-character");
        assert_eq!(read.findings[0].place.as_ref().map(|place| place.column), Some(2));
    }
    check(&[
        ("甲&#xE400;&#xE800;乙，{{ a() }}", "<p>甲乙，⟦a⟧</p>"),
        ("％，＃", "<p>％，＃</p>"),
    ]);
}

#[test]
fn summaries_are_made_of_running_text() {
    for (text, expected) in [
        ("# 题\n\n第一句。\n第二句。", "第一句。第二句。"),
        ("第一段\n\n<!-- more -->\n\n第二段", "第一段"),
        ("第一段<!--more-->后文", "第一段"),
        ("```\n代码\n```\n\n正文", "正文"),
        ("|甲|\n|-|\n|乙|\n\n正文[^1]\n\n[^1]: 注", "正文"),
        ("> [!NOTE]\n> 内容", "内容"),
        ("{{ n() }}\n内\n{{ /n }}\n\n正文", "正文"),
        ("- 一\n- 二", "一二"),
        ("- 一\n\n正文", "正文"),
        ("One\n\nTwo", "One Two"),
        ("一 *二* `三`", "一 二 三"),
        ("见[链接](a.md)<b>粗</b>", "见链接粗"),
        ("", ""),
    ] {
        assert_eq!(body(text).summary, expected, "{text}");
    }
    let long = format!("{}。\n\n{}", "镇".repeat(80), "村".repeat(80));
    assert_eq!(body(&long).summary, format!("{}。", "镇".repeat(80)));
}

#[test]
fn characters_are_counted_as_editors_do() {
    for (text, expected) in [
        ("# 标题\n\n正文，2022年 `code` two words", 10),
        ("foo**bar**", 1),
        ("```\n代码\n```", 0),
    ] {
        assert_eq!(body(text).character_count, expected, "{text}");
    }
}

#[test]
fn a_shortcode_keeps_its_place() {
    let read = body("一\n二 {{ a() }}");
    let Some(Fill::Shortcode(call)) = read.holes.first().map(|hole| &hole.fill) else {
        panic!("no call")
    };
    let Shortcode { place, .. } = &**call;
    assert_eq!((place.line, place.column), (2, 3));
}

/// Text that is likely to reveal errors: pieces of Markdown, HTML and calls in any order.
pub(super) fn arbitrary_markdown() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "**",
        "*",
        "~~",
        "~",
        "_",
        "`",
        "```\n",
        "    ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "|",
        "|-|\n",
        "[",
        "](a.md)",
        "![",
        "](图.png \"题\")",
        "[^1]",
        "\n[^1]: ",
        "<b>",
        "</b>",
        "<div>\n",
        "</div>\n",
        "<!-- more -->",
        "<script>",
        "</script>",
        "<a href=\"x.md\" id='y'>",
        "<p",
        "=\"",
        "'",
        "\"",
        "{{ a(",
        ") }}",
        "{{ a() }}",
        "{{ /a }}",
        "\n{{ a() }}\n",
        "\n{{ /a }}\n",
        "src=\"v.mp4\"",
        "“",
        "”",
        "（",
        "，",
        "。",
        "字",
        "文字",
        "word",
        " ",
        "$",
        "$$",
        "\\frac{1}{2}",
        "\\",
        "&#xE400;",
        "&#xE800;",
        "\u{E000}",
        "\u{E400}\u{E800}",
        "\u{F0000}",
        "https://a.cn/b_c",
        "www.a.cn",
        "\r\n",
        "\t",
        "{#id .c}",
        "}",
        "\0",
        "😀",
        "\n: ",
        "- [x] ",
        "> [!NOTE]\n",
        "<style>",
        "<textarea>",
        "---\n",
        "===\n",
        "[x]: y.md\n",
        "[x]",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

pub(super) fn arbitrary_settings() -> impl Strategy<Value = MarkdownSettings> {
    let html = prop::sample::select(vec![HtmlPolicy::Sanitise, HtmlPolicy::Escape, HtmlPolicy::Trust]);
    let lines = prop_oneof![Just(LineBreaks::Joined), Just(LineBreaks::Paragraphs)];
    let indented = prop_oneof![Just(IndentedText::Code), Just(IndentedText::Paragraphs)];
    let all = (html, any::<bool>(), any::<bool>(), lines, indented);
    all.prop_map(|(html, math, highlight, lines, indented)| MarkdownSettings {
        lines,
        indented,
        html,
        math,
        highlight,
        language: Lang::En,
    })
}

const POST: MarkdownSettings = MarkdownSettings {
    indented: IndentedText::Paragraphs,
    ..PLAIN
};

fn html_with(text: &str, settings: MarkdownSettings) -> String {
    shown(&body_with(text, settings).value)
}

fn post_codes(text: &str) -> Vec<&'static str> {
    codes(&body_with(text, POST).findings)
}

#[test]
fn masked_names_and_numbers_stay_beside_emphasis() {
    for (text, expected) in [
        ("138****0000 或 139****1111", "<p>138****0000 或 139****1111</p>\n"),
        ("张*三、李*四和**王**", "<p>张*三、李*四和<strong>王</strong></p>\n"),
        (
            "`138****0000` 或 138****0000",
            "<p><code>138****0000</code> 或 138****0000</p>\n",
        ),
        (
            "[138****0000](tel:138****0000)",
            "<p><a href=\"tel:138****0000\">138****0000</a></p>\n",
        ),
        (
            "<b title=\"王**、赵**\">王**、赵**</b>",
            "<p><b title=\"王**、赵**\">王**、赵**</b></p>\n",
        ),
        (
            "合计3*5米、4*6米。**“宽”**各5米",
            "<p>合计3*5米、4*6米。<strong>“宽”</strong>各5米</p>\n",
        ),
        (
            "**〽︎**后、**〽️**后、字**〽︎字**字",
            "<p><strong>〽︎</strong>后、<strong>〽️</strong>后、字<strong>〽︎字</strong>字</p>\n",
        ),
    ] {
        assert_eq!(html_with(text, POST), expected, "{text}");
    }
    let body = body("# 王**、赵**\n\n王**、赵**\n");
    assert_eq!(
        (body.outline[0].text.as_str(), body.summary.as_str()),
        ("王**、赵**", "王**、赵**")
    );
}

#[test]
fn indented_chinese_text_is_a_paragraph_in_a_post() {
    let text =
        "    5月12日一早，**护河**队来到\n    石桥河段。\n\n\t用制表符缩进。\n\n　　全角空格缩进，\n　　两行。\n";
    let paragraphs = "<p>5月12日一早，<strong>护河</strong>队来到石桥河段。</p>\n<p>用制表符缩进。</p>\n<p>全角空格缩进，两行。</p>\n";
    assert_eq!(html_with(text, POST), paragraphs);
    assert!(html_with(text, PLAIN).starts_with("<pre"));
    for code in [
        "    let 变量 = 1;\n",
        "    <p>护河队来到石桥河段</p>\n",
        "    cargo run\n",
    ] {
        assert!(html_with(code, POST).starts_with("<pre"), "{code}");
    }
    // What belongs to a list or a fence stays in it.
    assert_eq!(
        html_with("- 甲\n\n    续一段\n", POST),
        "<ul>\n<li>\n<p>甲</p>\n<p>续一段</p>\n</li>\n</ul>\n"
    );
    assert!(html_with("```\n    清洁河道\n```\n", POST).contains("    清洁河道"));
    let place = body_with("    清洁河道 [甲](b.md)\n", POST).value.links[0]
        .place
        .clone();
    assert_eq!((place.line, place.column), (1, 14));
}

#[test]
fn lines_may_be_paragraphs() {
    let settings = MarkdownSettings {
        lines: LineBreaks::Paragraphs,
        ..POST
    };
    assert_eq!(
        html_with("　　第一段，\n　　**第二段**。\n第三段\n\n第四段\n", settings),
        "<p>第一段，</p>\n<p><strong>第二段</strong>。</p>\n<p>第三段</p>\n<p>第四段</p>\n"
    );
    assert_eq!(
        html_with("**甲\n乙**丙", settings),
        "<p><strong>甲<br>\n乙</strong>丙</p>\n"
    );
    assert_eq!(
        html_with("- 甲\n  乙\n", settings),
        "<ul>\n<li>甲<br>\n乙</li>\n</ul>\n"
    );
}

#[test]
fn saved_articles_keep_their_pictures_and_videos() {
    for (text, expected) in [
        (
            "<p><img class=\"a\" data-src=\"https://x.example/a.jpg\"></p>",
            "<p><img class=\"a\" src=\"https://x.example/a.jpg\"></p>",
        ),
        (
            "<img src=\"data:image/gif;base64,AA\" data-original=\"a.jpg\">",
            "<img src=\"⟦a.jpg⟧\">",
        ),
        (
            "甲<img lazy-src='b.jpg' src=''>乙",
            "<p>甲<img src=\"⟦b.jpg⟧\">乙</p>\n",
        ),
    ] {
        assert_eq!(html_with(text, POST), expected, "{text}");
        assert_eq!(post_codes(text), ["picture-without-text"], "{text}");
    }
    let text = "<p><iframe src=\"//player.bilibili.com/player.html?bvid=BV1xx411c7mD\"></iframe></p>\n\n正文";
    let body = body_with(text, POST).value;
    let calls: Vec<&Fill> = body.holes.iter().map(|hole| &hole.fill).collect();
    let [Fill::Shortcode(call)] = calls[..] else {
        panic!("{calls:?}")
    };
    let page = "https://www.bilibili.com/video/BV1xx411c7mD".to_owned();
    assert_eq!(
        call.args,
        [("src".to_owned(), Argument::Text { text: page, link: None })]
    );
    assert!(body.html.ends_with("<p>正文</p>\n"), "{}", body.html);
}

#[test]
fn what_is_lost_is_reported() {
    for (text, expected) in [
        ("![]()", vec!["picture-without-address"]),
        ("<img alt=\"甲\">", vec!["picture-without-address"]),
        ("<iframe src=\"https://map.example/\"></iframe>", vec!["dropped-html"]),
        ("第一段\n\n<!-- 待补 —>\n\n第二段", vec!["unclosed-html"]),
        ("<!-- 甲 —>\n\n第二段\n\n<!-- 乙 -->", vec!["unclosed-html"]),
        ("<script>\n\n第二段", vec!["unclosed-html"]),
        ("<pre>\n\n第二段", vec!["unclosed-html"]),
        ("<?php\n\n第二段", vec!["unclosed-html"]),
        ("<!-- 待补 -->\n\n第二段", vec![]),
        ("<!--\n多行\n说明\n-->\n\n第二段", vec![]),
        ("甲[^1]", vec!["bad-footnote"]),
        ("甲\\[^1]、`[^1]`、[^ 1]", vec![]),
        ("甲[^1]\n\n[^1]: 乙\n\n[^2]: 丙", vec!["bad-footnote"]),
        ("甲[^1]\n\n[^1]: 乙", vec![]),
        ("![](a.mov)", vec!["not-shown"]),
        ("![](a.pdf)", vec!["not-shown"]),
        ("![](a.mp4)", vec!["video-without-captions"]),
        ("甲&#11;乙", vec!["control-character"]),
        ("<b>甲&#x1;乙</b>", vec!["control-character"]),
        ("\u{f0b7} 甲", vec!["markdown-typo"]),
        ("甲\u{f0b7}乙", vec!["reserved-character"]),
        ("##一、现场", vec!["markdown-typo"]),
    ] {
        assert_eq!(post_codes(text), expected, "{text}");
    }
    assert_eq!(html_with("甲&#11;乙<b>丙&#x1;丁</b>", POST), "<p>甲乙<b>丙丁</b></p>\n");
}

/// Asserts the invariants of every body.
pub(super) fn assert_valid_body(text: &str, body: std::ops::Range<usize>, settings: MarkdownSettings) {
    let read = read("content/a.md", text, body, settings, &SiteAddress::default());
    assert_holes(&read.value.html, &read.value.holes, read.value.links.len());
    for heading in &read.value.outline {
        assert!(read.value.anchors.contains(&heading.id) && !heading.text.contains(super::chars::is_private_use));
    }
    assert!(!read.value.summary.contains(super::chars::is_private_use));
    for link in &read.value.links {
        assert!(!link.target.contains(super::chars::is_private_use), "{:?}", link.target);
    }
    if settings.html != HtmlPolicy::Trust {
        let html = read.value.html.to_lowercase();
        assert!(!html.contains("<script") && !html.contains("<style"), "{html}");
    }
}

fn assert_holes(html: &str, holes: &[crate::record::body::Hole], links: usize) {
    assert!(!html.contains(super::chars::is_private_use), "{html:?}");
    assert!(holes.is_sorted_by_key(|hole| hole.at));
    for hole in holes {
        assert!(html.is_char_boundary(hole.at), "{} in {html:?}", hole.at);
        match &hole.fill {
            Fill::Address(index) => {
                assert!(*index < links);
                assert!(
                    html[..hole.at].ends_with("=\"") && html[hole.at..].starts_with('"'),
                    "{} in {html:?}",
                    hole.at
                );
            }
            Fill::Shortcode(call) => {
                if let Some(inner) = &call.inner {
                    assert_holes(&inner.html, &inner.holes, links);
                }
            }
        }
    }
}

#[test]
fn text_inside_calls_in_html_is_sanitized() {
    check(&[
        (
            "<p>{{ notice() }} <img src=x onerror=alert(1)><meta http-equiv=refresh content=0> {{ /notice }}</p>",
            "<p>⟦notice| <img src=\"⟦x⟧\"> ⟧</p>",
        ),
        (
            "<div>{{ notice() }}<b onclick=a()>{{ notice() }}<i onclick=b()>内</i>{{ /notice }}</b>{{ /notice }}</div>",
            "<div>⟦notice|<b>⟦notice|<i>内</i>⟧</b>⟧</div>",
        ),
        (
            "<base href=//e.example>{{ notice() }}<form action=//e.example><input name=a></form>{{ /notice }}",
            "⟦notice|<input>⟧",
        ),
        (
            "文 {{ notice() }}<b onclick=a()>内</b>{{ /notice }} 字",
            "<p>文 ⟦notice|<b>内</b>⟧ 字</p>",
        ),
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_valid_body(text in any::<String>(), start in 0_usize..20, settings in arbitrary_settings()) {
        assert_valid_body(&text, start.min(text.len())..text.len(), settings);
    }

    #[test]
    fn arbitrary_markdown_gives_a_valid_body(text in arbitrary_markdown(), settings in arbitrary_settings()) {
        assert_valid_body(&text, 0..text.len(), settings);
    }
}

#[test]
fn generated_words_follow_the_site_language() {
    let english = MarkdownSettings {
        language: Lang::En,
        ..PLAIN
    };
    check_with(
        english,
        &[(
            "> [!NOTE]\n> a\n\n- [x] b\n",
            "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\">Note</p>\n<p>a</p>\n</div>\n<ul>\n<li><input \
             type=\"checkbox\" disabled checked aria-label=\"done\"> b</li>\n</ul>",
        )],
    );
}

#[test]
fn link_targets_may_contain_spaces() {
    let targets = |text: &str| -> Vec<String> { body(text).links.into_iter().map(|link| link.target).collect() };
    assert_eq!(
        targets("![图](图片 名.JPG)、[表](表 (一) 2.xlsx)"),
        ["图片 名.JPG", "表 (一) 2.xlsx"]
    );
    assert_eq!(
        targets("[甲](乙 丙.md#一节)和[丁](a.md \"题 目\")"),
        ["乙 丙.md#一节", "a.md"]
    );
    check(&[
        ("[甲](见 下文)", "<p>[甲](见 下文)</p>"),
        ("`[甲](乙 丙.md)`", "<p><code>[甲](乙 丙.md)</code></p>"),
    ]);
}
