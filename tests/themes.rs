//! What themes and posts must keep to: the theme `plain` is short, sound and looks its own way; every page begins with its
//! Content Security Policy; nothing hostile in a post reaches a page or a feed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{FileTree, tree};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// The root of this project: the sample portal.
fn portal() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn write(site: &Path, name: &str, bytes: &[u8]) {
    let file = site.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, bytes).unwrap();
}

/// Builds `site`; it must have nothing to find, but that a figure of a generated report is 0.
fn build(site: &Path) -> FileTree {
    let out = site.join("public");
    let said = Command::new(env!("CARGO_BIN_EXE_xiangyin"))
        .args(["--lang", "en", "--message-format", "json", "build", "--site"])
        .args([site, Path::new("--out"), out.as_path()])
        .env("SOURCE_DATE_EPOCH", "1772640000")
        .output()
        .unwrap();
    let findings = String::from_utf8_lossy(&said.stdout).into_owned();
    assert_eq!(
        said.status.code(),
        Some(0),
        "{findings}{}",
        String::from_utf8_lossy(&said.stderr)
    );
    let found: Vec<&str> = findings
        .lines()
        .filter(|line| line.contains("\"severity\"") && !line.contains("\"nothing-counted\""))
        .collect();
    assert!(found.is_empty(), "no findings: {found:?}");
    tree(&out)
}

/// The sample portal with `theme: plain` in its settings: all that a site has to do for another theme.
static PLAIN: LazyLock<FileTree> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["content", "themes"] {
        for (path, bytes) in tree(&portal().join(folder)) {
            write(dir.path(), &format!("{folder}/{}", path.display()), &bytes);
        }
    }
    let settings = fs::read_to_string(portal().join("content/site.yaml")).unwrap();
    let settings = settings.replace("theme: default", "theme: plain");
    assert!(settings.contains("theme: plain"), "the portal names its theme");
    write(dir.path(), "content/site.yaml", settings.as_bytes());
    build(dir.path())
});

fn page_text<'a>(tree: &'a FileTree, name: &str) -> std::borrow::Cow<'a, str> {
    String::from_utf8_lossy(tree.get(Path::new(name)).unwrap_or_else(|| panic!("{name} is built")))
}

#[test]
fn the_plain_theme_has_fewer_than_200_lines() {
    let files = tree(&portal().join("themes/plain"));
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
        for sign in ["<style", " style=", " onclick=", " onload=", " onerror=", "javascript:"] {
            let inside = page
                .split('<')
                .any(|tag| format!("<{}", tag.split('>').next().unwrap_or_default()).contains(sign));
            assert!(!inside, "{name} holds {sign}");
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
fn nothing_hostile_in_a_post_reaches_a_page_or_a_feed() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "content/site.yaml",
        "title: 测试\nbase_url: https://x.example/\npolicy: {reports: written, links: warn}\n".as_bytes(),
    );
    write(dir.path(), "content/culture/2022/hostile.md", HOSTILE.as_bytes());
    let picture = dir.path().join("content/culture/2022/x.png");
    image::RgbImage::new(4, 3).save(picture).unwrap();
    let built = build(dir.path());
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
