//! Whole sites built by the program: what an editor, a host and a reader may rely on.

use crate::common::document::{normalized_document, rooted_links};
use crate::common::portal::{PORTAL, assert_no_findings, build_without_findings, copy_portal, program_at_portal_date};
use crate::common::{FileTree, program, project_folder, read_tree, repetitions, write_file};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// The arguments that build `site` into `out`.
fn build_arguments<'a>(site: &'a Path, out: &'a Path) -> [&'a str; 5] {
    [
        "build",
        "--site",
        site.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]
}

fn run(arguments: &[&str]) -> Output {
    program_at_portal_date(2).args(arguments).output().unwrap()
}

/// Holds two trees to be the same, and names the first files that differ.
fn assert_same(one: &FileTree, other: &FileTree) {
    let differs = |path: &&PathBuf| one.get(*path) != other.get(*path);
    let differing: Vec<_> = one.keys().chain(other.keys()).filter(differs).take(5).collect();
    assert!(differing.is_empty(), "these differ: {differing:?}");
}

fn add_line(file: &Path, line: &str) {
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, format!("{text}\n{line}\n")).unwrap();
}

/// A small site of three good posts.
fn small_site(site: &Path) {
    let settings = "title: 测试\nbase_url: https://x.example/\npolicy: {reports: written}\n";
    write_file(&site.join("content/site.yaml"), settings);
    for n in 1..4 {
        let text = format!("---\ntitle: 第{n}次清河\ndate: 2022-05-0{n}\n---\n\n正文。\n");
        write_file(&site.join(format!("content/volunteer/2022/p{n}.md")), text);
    }
}

#[test]
fn sample_portal_has_no_findings() {
    for name in ["index.html", "feed.xml", "sitemap.xml", "robots.txt", "404.html"] {
        assert!(PORTAL.contains_key(Path::new(name)), "{name}");
    }
    // At a later date as well: nothing in it grows stale.
    let mut check = program();
    check.args(["check", "--lang", "en", "--message-format", "json", "--site"]);
    assert_no_findings(&check.arg(project_folder()).output().unwrap());
}

#[test]
fn builds_are_byte_identical_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    assert_same(&PORTAL, &build_without_findings(1, project_folder(), &out, &[]));
    // The second build takes over what the first has written.
    assert_same(&PORTAL, &build_without_findings(4, project_folder(), &out, &[]));
}

#[test]
fn minified_pages_parse_to_the_same_documents() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    copy_portal(&site);
    let minified = &*PORTAL;
    add_line(&site.join("content/site.yaml"), "minify: false");
    let plain = build_without_findings(2, &site, &dir.path().join("out"), &[]);
    assert_eq!(minified.keys().collect::<Vec<_>>(), plain.keys().collect::<Vec<_>>());
    let pages: Vec<&PathBuf> = plain
        .keys()
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    let size = |tree: &FileTree| pages.iter().map(|path| tree[*path].len()).sum::<usize>();
    assert!(size(minified) < size(&plain), "something was saved");
    for path in pages.iter().step_by(pages.len() / repetitions(pages.len())) {
        let (small, large) = (
            normalized_document(&minified[*path]),
            normalized_document(&plain[*path]),
        );
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

#[test]
fn broken_post_keeps_the_old_site_and_is_reported_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let (site, out) = (dir.path().join("site"), dir.path().join("out"));
    small_site(&site);
    let before = build_without_findings(2, &site, &out, &[]);
    let broken = "---\ntitle: 第4次清河\ndate: 2022-05-04\nhouers: 3\n---\n\n正文。\n";
    write_file(&site.join("content/volunteer/2022/p4.md"), broken);
    let output = run(&build_arguments(&site, &out));
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
    assert_same(&before, &read_tree(&out));
}

#[test]
fn foreign_output_and_missing_site_exit_with_1() {
    let dir = tempfile::tempdir().unwrap();
    let (site, out) = (dir.path().join("site"), dir.path().join("out"));
    small_site(&site);
    write_file(&out.join("thesis.txt"), "mine");
    let place = build_arguments(&site, &out);
    let missing = dir.path().join("nowhere");
    for (arguments, code) in [
        (&place[..], "foreign-output"),
        (&["build", "--site", missing.to_str().unwrap()], "not-a-site"),
        (&["check", "--site", missing.to_str().unwrap()], "not-a-site"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{code}");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("\"code\":\"{code}\"")), "{code}: {said}");
    }
    assert_eq!(read_tree(&out).len(), 1, "the folder is as it was");
    assert!(!missing.exists());
}

#[test]
fn links_stay_below_the_base_path_or_are_relative() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    for (address, path) in [("https://x.example/town/", Some("/town/")), ("", None)] {
        let built = build_without_findings(2, project_folder(), &out, &["--base-url", address]);
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
