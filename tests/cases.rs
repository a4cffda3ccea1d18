//! Runs `tests/cases/*.site`: one text archive a case, input files first, then what must come of them.
//!
//! ```text
//! A sentence on what the case shows.
//! === content/site.yaml ===
//! title: 乡音
//! === content/about.md ===
//! …
//! === build --base-url https://x.example/ ===      how to build; `check` writes nothing; absent: plain build
//! === findings ===                                  all findings, one a line, in English
//! === output about/index.html ===                   a file of the output, whole
//! === absent drafts/a/index.html ===                a file that must not exist
//! === contains feed.xml ===                         lines that must stand in a file of the output
//! ```
//!
//! Today is 2023-01-31 in every case. `UPDATE=1 cargo test --test cases` fills in findings and outputs.

#[path = "common/archive.rs"]
mod archive;

use archive::{findings_text, parse_archive};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use xiangyin::testing::pipeline::{NoProgress, Outcome, Request, build, check};

/// What a case must come to, by the head of its part.
enum PartKind<'a> {
    Input(&'a str),
    Command(Vec<&'a str>),
    Findings,
    Output(&'a str),
    Absent(&'a str),
    Contains(&'a str),
}

fn part_kind(head: &str) -> PartKind<'_> {
    let words: Vec<&str> = head.split(' ').collect();
    match words.as_slice() {
        ["findings"] => PartKind::Findings,
        ["output", path] => PartKind::Output(path),
        ["absent", path] => PartKind::Absent(path),
        ["contains", path] => PartKind::Contains(path),
        ["build" | "check", ..] => PartKind::Command(words),
        _ => PartKind::Input(head),
    }
}

fn run_command(site: &Path, out: &Path, command: &[&str]) -> Outcome {
    let after = |flag: &str| {
        command
            .iter()
            .position(|word| *word == flag)
            .and_then(|at| command.get(at + 1))
    };
    let request = Request {
        out: Some(out.to_owned()),
        base_url: after("--base-url").map(|url| url.trim_matches('"').to_owned()),
        drafts: command.contains(&"--drafts"),
        future: command.contains(&"--future"),
        force: true,
        ..Request::new(site, jiff::civil::date(2023, 1, 31))
    };
    if command.first() == Some(&"check") {
        check(&request, &NoProgress)
    } else {
        build(&request, &NoProgress)
    }
}

/// Runs one case and returns its archive as it should be, and what did not hold.
fn run_case(path: &Path) -> (String, Vec<String>) {
    let archive = fs::read_to_string(path).expect("cases are UTF-8");
    let (intro, parts) = parse_archive(&archive);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, out) = (folder.path().join("site"), folder.path().join("out"));
    let mut command = vec!["build"];
    for part in &parts {
        match part_kind(&part.head) {
            PartKind::Input(name) => {
                let file = site.join(name);
                fs::create_dir_all(file.parent().expect("files lie in folders")).expect("a folder");
                fs::write(file, &part.text).expect("a file");
            }
            PartKind::Command(words) => command = words,
            _ => {}
        }
    }
    let outcome = run_command(&site, &out, &command);
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|error| format!("({error})\n"));
    let mut wrong = Vec::new();
    let mut archive = intro;
    for part in &parts {
        let actual = match part_kind(&part.head) {
            PartKind::Findings => findings_text(&outcome.findings),
            PartKind::Output(name) => with_newline(read(name)),
            PartKind::Absent(name) => {
                if out.join(name).exists() {
                    wrong.push(format!("{name} exists"));
                }
                part.text.clone()
            }
            PartKind::Contains(name) => {
                let text = read(name);
                let missing = part.text.lines().filter(|line| !text.contains(line.trim()));
                wrong.extend(missing.map(|line| format!("{name} does not contain: {line}")));
                part.text.clone()
            }
            PartKind::Input(_) | PartKind::Command(_) => part.text.clone(),
        };
        if actual != part.text {
            wrong.push(format!(
                "{}:\n--- expected\n{}--- actual\n{actual}",
                part.head, part.text
            ));
        }
        write!(archive, "=== {} ===\n{actual}", part.head).expect("writing to a String");
    }
    if !parts.iter().any(|part| part.head == "findings") && !outcome.findings.is_empty() {
        wrong.push(format!("unexpected findings:\n{}", findings_text(&outcome.findings)));
    }
    (archive, wrong)
}

fn with_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("tests/cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases");
    let update = std::env::var_os("UPDATE").is_some();
    let mut failed = Vec::new();
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "site"))
    {
        let (archive, wrong) = run_case(path);
        if update {
            fs::write(path, archive).expect("the case can be written");
        } else if !wrong.is_empty() {
            failed.push(format!("{}\n{}", path.display(), wrong.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
