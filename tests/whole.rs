//! Whole sites through the real program: what an editor, a host and a reader may rely on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
mod common;

use common::{FileTree, tree};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// Runs the program with a fixed today, 2026-03-05 in Shanghai.
fn xiangyin(arguments: &[&str], threads: usize) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xiangyin"))
        .args(["--lang", "en", "--message-format", "json"])
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", "1772640000")
        .env("RAYON_NUM_THREADS", threads.to_string())
        .output()
        .unwrap()
}

/// Builds the site in `site` into `out`; it must succeed without a finding.
fn build(site: &Path, out: &Path, more: &[&str]) -> FileTree {
    build_with(2, site, out, more)
}

/// The words that build `site` into `out`.
fn build_arguments<'a>(site: &'a Path, out: &'a Path) -> [&'a str; 5] {
    [
        "build",
        "--site",
        site.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]
}

/// As [`build`], with so many threads.
fn build_with(threads: usize, site: &Path, out: &Path, more: &[&str]) -> FileTree {
    let place = build_arguments(site, out);
    assert_no_findings(&xiangyin(&[&place, more].concat(), threads));
    tree(out)
}

fn assert_no_findings(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    // A figure of a generated report may well be 0, and that is said; nothing else is.
    let findings = String::from_utf8_lossy(&output.stdout);
    let findings: Vec<&str> = findings
        .lines()
        .filter(|line| !line.contains("\"nothing-counted\""))
        .collect();
    assert!(findings.is_empty(), "no findings: {findings:?}");
}

/// Holds two trees to be the same, and names the first files that differ.
fn assert_same(one: &FileTree, other: &FileTree) {
    let differs = |path: &&PathBuf| one.get(*path) != other.get(*path);
    let differing: Vec<_> = one.keys().chain(other.keys()).filter(differs).take(5).collect();
    assert!(differing.is_empty(), "these differ: {differing:?}");
}

/// The sample portal: the folder of this project.
fn portal() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sample portal as built with four threads, for all tests that need it plain.
static PORTAL: LazyLock<FileTree> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    build_with(4, portal(), &dir.path().join("out"), &[])
});

/// A copy of the sample portal's sources that a test may change.
fn copy_of_portal(to: &Path) {
    // With what was made of its pictures, which takes longer than all the rest.
    for folder in ["content", "themes", ".xiangyin-cache"] {
        if !portal().join(folder).is_dir() {
            continue;
        }
        for (path, bytes) in tree(&portal().join(folder)) {
            let file = to.join(folder).join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
    }
}

fn add_line(file: &Path, line: &str) {
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, format!("{text}\n{line}\n")).unwrap();
}

fn write(site: &Path, name: &str, text: &str) {
    let file = site.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A small site of three good posts.
fn small_site(site: &Path) {
    write(
        site,
        "content/site.yaml",
        "title: 测试\nbase_url: https://x.example/\npolicy: {reports: written}\n",
    );
    for n in 1..4 {
        let text = format!("---\ntitle: 第{n}次清河\ndate: 2022-05-0{n}\n---\n\n正文。\n");
        write(site, &format!("content/volunteer/2022/p{n}.md"), &text);
    }
}

#[test]
fn sample_portal_has_no_findings() {
    for name in ["index.html", "feed.xml", "sitemap.xml", "robots.txt", "404.html"] {
        assert!(PORTAL.contains_key(Path::new(name)), "{name}");
    }
    assert_no_findings(&xiangyin(&["check", "--site", portal().to_str().unwrap()], 2));
}

#[test]
fn builds_are_byte_identical() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    assert_same(&PORTAL, &build_with(1, portal(), &out, &[]));
    assert_same(&PORTAL, &build_with(4, portal(), &out, &[]));
}

#[test]
fn minified_pages_parse_to_the_same_documents() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    copy_of_portal(&site);
    let minified = &*PORTAL;
    add_line(&site.join("content/site.yaml"), "minify: false");
    let plain = build(&site, &dir.path().join("out"), &[]);
    assert_eq!(minified.keys().collect::<Vec<_>>(), plain.keys().collect::<Vec<_>>());
    let pages: Vec<&PathBuf> = plain
        .keys()
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    let size = |tree: &FileTree| pages.iter().map(|path| tree[*path].len()).sum::<usize>();
    assert!(size(minified) < size(&plain), "something was saved");
    for path in pages {
        let (small, large) = (normalized_document(&minified[path]), normalized_document(&plain[path]));
        let differs = small.iter().zip(&large).position(|(one, other)| one != other);
        let at = differs.unwrap_or(small.len().min(large.len()));
        let near = |pieces: &[String]| pieces[at.saturating_sub(4)..pieces.len().min(at + 4)].join("\n");
        assert!(
            small == large,
            "{} minified:\n{}\nas written:\n{}",
            path.display(),
            near(&small),
            near(&large)
        );
    }
}

/// Elements between which white space is not shown (HTML, 15.3), and those that show nothing.
const BLOCK_ELEMENTS: &[&str] = &[
    "html",
    "head",
    "body",
    "meta",
    "link",
    "title",
    "script",
    "style",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "ul",
    "source",
    "track",
    "br",
];

/// A page as browsers read it without scripts, or what stands in `<noscript>` would be a text.
fn parse_without_scripts(html: &[u8]) -> RcDom {
    let options = html5ever::ParseOpts {
        tree_builder: html5ever::tree_builder::TreeBuilderOpts {
            scripting_enabled: false,
            ..Default::default()
        },
        ..Default::default()
    };
    let parser = html5ever::parse_document(RcDom::default(), options);
    parser.from_utf8().one(html)
}

/// What a page says to a parser, piece by piece: tags with their attributes in order of name, and texts in which a
/// run of white space counts as one space, and as none beside a block. A space after a comma in an attribute is not
/// told apart: minify-html drops it from `<meta name="viewport">`, where it means nothing.
fn normalized_document(html: &[u8]) -> Vec<String> {
    let dom = parse_without_scripts(html);
    let mut pieces = vec![format!("quirks {:?}", dom.quirks_mode.get())];
    let mut space = false;
    walk(&dom.document, false, &mut space, &mut pieces);
    pieces
}

fn walk(node: &Handle, verbatim: bool, space: &mut bool, pieces: &mut Vec<String>) {
    match &node.data {
        NodeData::Text { contents } if verbatim => pieces.push(format!("verbatim {}", contents.borrow())),
        NodeData::Text { contents } => {
            for word in contents.borrow().split_inclusive(|c: char| c.is_ascii_whitespace()) {
                push_word(word, space, pieces);
            }
        }
        NodeData::Element { name, attrs, .. } => {
            let name = &*name.local;
            let mut attributes: Vec<String> = attrs
                .borrow()
                .iter()
                .map(|attribute| format!("{}={}", attribute.name.local, attribute.value.replace(", ", ",")))
                .collect();
            attributes.sort();
            push_tag(format!("<{name} {}>", attributes.join(" ")), name, space, pieces);
            let verbatim = verbatim || ["pre", "script", "style", "textarea"].contains(&name);
            for child in node.children.borrow().iter() {
                walk(child, verbatim, space, pieces);
            }
            push_tag(format!("</{name}>"), name, space, pieces);
        }
        NodeData::Document => {
            for child in node.children.borrow().iter() {
                walk(child, verbatim, space, pieces);
            }
        }
        _ => {}
    }
}

/// Adds a word and the white space at its end, if it has any.
fn push_word(word: &str, space: &mut bool, pieces: &mut Vec<String>) {
    let shown = word.trim_end_matches(|c: char| c.is_ascii_whitespace());
    if !shown.is_empty() {
        if std::mem::take(space) {
            pieces.push(" ".to_owned());
        }
        pieces.push(shown.to_owned());
    }
    let after_block = pieces.last().is_some_and(|piece| is_block(piece));
    *space |= shown.len() < word.len() && !after_block;
}

fn push_tag(tag: String, name: &str, space: &mut bool, pieces: &mut Vec<String>) {
    if std::mem::take(space) && !BLOCK_ELEMENTS.contains(&name) {
        pieces.push(" ".to_owned());
    }
    pieces.push(tag);
}

/// Whether a piece is a block's tag.
fn is_block(piece: &str) -> bool {
    let name = piece.strip_prefix('<').map(|tag| tag.trim_start_matches('/'));
    name.and_then(|name| name.split([' ', '>']).next())
        .is_some_and(|name| BLOCK_ELEMENTS.contains(&name))
}

#[test]
fn normalized_documents_keep_visible_white_space() {
    let alike = [
        ("<p>a</p>\n <p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a\n b</p>", "<p> a b </p>"),
        (
            "<ul class=x id=y><li>a</ul>",
            "<ul id=\"y\" class=\"x\">\n<li>a</li>\n</ul>",
        ),
    ];
    for (one, other) in alike {
        assert_eq!(
            normalized_document(one.as_bytes()),
            normalized_document(other.as_bytes()),
            "{one}"
        );
    }
    let unlike = [
        ("<p><b>a</b> <b>b</b>", "<p><b>a</b><b>b</b>"),
        ("<p>a <b>b</b>", "<p>a<b>b</b>"),
        ("<p><b>a</b> b", "<p><b>a</b>b"),
        ("<p>a b", "<p>ab"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<p class=a>x", "<p>x"),
    ];
    for (one, other) in unlike {
        assert_ne!(
            normalized_document(one.as_bytes()),
            normalized_document(other.as_bytes()),
            "{one}"
        );
    }
}

#[test]
fn broken_post_keeps_the_old_site_and_is_reported_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let (site, out) = (dir.path().join("site"), dir.path().join("out"));
    small_site(&site);
    let before = build(&site, &out, &[]);
    let broken = "---\ntitle: 第4次清河\ndate: 2022-05-04\nhouers: 3\n---\n\n正文。\n";
    write(&site, "content/volunteer/2022/p4.md", broken);
    let output = xiangyin(
        &[
            "build",
            "--site",
            site.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ],
        2,
    );
    assert_eq!(output.status.code(), Some(1));
    let findings: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [finding] = findings.as_slice() else {
        panic!("one finding: {findings:?}");
    };
    assert_eq!(finding["code"], "unknown-key");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["file"], "content/volunteer/2022/p4.md");
    assert_eq!((&finding["line"], &finding["column"]), (&4.into(), &1.into()));
    assert!(finding["help"].as_str().unwrap().contains("hours"), "{finding}");
    assert_same(&before, &tree(&out));
}

#[test]
fn foreign_output_and_missing_site_exit_with_1() {
    let dir = tempfile::tempdir().unwrap();
    let (site, out) = (dir.path().join("site"), dir.path().join("out"));
    small_site(&site);
    write(&out, "thesis.txt", "mine");
    let place = build_arguments(&site, &out);
    let missing = dir.path().join("nowhere");
    for (arguments, code) in [
        (&place[..], "foreign-output"),
        (&["build", "--site", missing.to_str().unwrap()], "not-a-site"),
        (&["check", "--site", missing.to_str().unwrap()], "not-a-site"),
    ] {
        let output = xiangyin(arguments, 2);
        assert_eq!(output.status.code(), Some(1), "{code}");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("\"code\":\"{code}\"")), "{code}: {said}");
    }
    assert_eq!(tree(&out).len(), 1, "the folder is as it was");
    assert!(!missing.exists());
}

#[test]
fn links_stay_below_the_base_path_or_are_relative() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    for (address, path) in [("https://x.example/town/", Some("/town/")), ("", None)] {
        let built = build(portal(), &out, &["--base-url", address]);
        let mut seen = 0;
        for (file, html) in built
            .iter()
            .filter(|(file, _)| file.extension().is_some_and(|e| e == "html"))
        {
            for link in rooted_links(html) {
                let allowed = path.is_some_and(|path| link.starts_with(path));
                assert!(allowed, "{address:?}: {} links to {link}", file.display());
                seen += 1;
            }
        }
        assert_eq!(seen > 0, path.is_some());
    }
}

/// The values of attributes that hold an address, where it starts with `/`.
fn rooted_links(html: &[u8]) -> Vec<String> {
    let dom = parse_without_scripts(html);
    let mut links = Vec::new();
    let mut open = vec![dom.document.clone()];
    while let Some(node) = open.pop() {
        if let NodeData::Element { attrs, .. } = &node.data {
            let addresses = attrs
                .borrow()
                .iter()
                .filter(|attribute| ["href", "src", "poster", "srcset"].contains(&&*attribute.name.local))
                .map(|attribute| attribute.value.to_string())
                .filter(|value| value.starts_with('/'))
                .collect::<Vec<_>>();
            links.extend(addresses);
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    links
}
