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
//! Today is 2023-01-31 in every case. `CASE=dead-links cargo test --test cases` runs the cases whose file names contain the
//! word. `UPDATE=1 cargo test --test cases` writes findings and outputs into the archives; what `absent` and `contains`
//! ask for is never changed, and a case that does not keep to it fails in an update as well.
//!
//! [`counting`] runs the archives of `tests/counting/`, whose figures are counted by hand.

mod archive;
mod counting;

use archive::{ArchivePart, findings_text, parse_archive};
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
        inspection: command.contains(&"--gov"),
        force: true,
        ..Request::new(site, jiff::civil::date(2023, 1, 31))
    };
    if command.first() == Some(&"check") {
        check(&request, &NoProgress)
    } else {
        build(&request, &NoProgress)
    }
}

/// What a case came to.
#[derive(Default)]
struct CaseResult {
    /// The archive with the findings and outputs as they are.
    archive: String,
    /// Findings and outputs that differ from the archive; an update writes them.
    differing: Vec<String>,
    /// What an update cannot write: files that must not exist, lines that are missing.
    wrong: Vec<String>,
}

/// Runs the case of an archive in a temporary folder.
fn run_case(archive: &str) -> CaseResult {
    let (intro, parts) = parse_archive(archive);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, out) = (folder.path().join("site"), folder.path().join("out"));
    let mut command = vec!["build"];
    for part in &parts {
        match part_kind(&part.head) {
            PartKind::Input(name) => write_input(&site.join(name), &part.text),
            PartKind::Command(words) => command = words,
            _ => {}
        }
    }
    let outcome = run_command(&site, &out, &command);
    compare(intro, &parts, &findings_text(&outcome.findings), &out)
}

fn write_input(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("files lie in folders")).expect("a folder");
    fs::write(file, text).expect("a file");
}

/// Compares what a build found and wrote with the parts of its archive.
fn compare(intro: String, parts: &[ArchivePart], findings: &str, out: &Path) -> CaseResult {
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|error| format!("({error})\n"));
    let mut result = CaseResult {
        archive: intro,
        ..CaseResult::default()
    };
    for part in parts {
        match part_kind(&part.head) {
            PartKind::Findings => result.compare_part(part, findings),
            PartKind::Output(name) => result.compare_part(part, &with_newline(read(name))),
            PartKind::Absent(name) if out.join(name).exists() => result.wrong.push(format!("{name} exists")),
            PartKind::Contains(name) => result.wrong.extend(missing_lines(name, &read(name), &part.text)),
            _ => {}
        }
        if !matches!(part_kind(&part.head), PartKind::Findings | PartKind::Output(_)) {
            result.push_part(&part.head, &part.text);
        }
    }
    if !findings.is_empty() && !parts.iter().any(|part| part.head == "findings") {
        result.differing.push(format!("unexpected findings:\n{findings}"));
        result.push_part("findings", findings);
    }
    result
}

fn missing_lines(name: &str, text: &str, wanted: &str) -> Vec<String> {
    let missing = wanted.lines().filter(|line| !text.contains(line.trim()));
    missing.map(|line| format!("{name} does not contain: {line}")).collect()
}

impl CaseResult {
    fn push_part(&mut self, head: &str, text: &str) {
        write!(self.archive, "=== {head} ===\n{text}").expect("writing to a String");
    }

    /// Takes `actual` for the text of a part.
    fn compare_part(&mut self, part: &ArchivePart, actual: &str) {
        if actual != part.text {
            let (head, expected) = (&part.head, &part.text);
            self.differing
                .push(format!("{head}:\n--- expected\n{expected}--- actual\n{actual}"));
        }
        self.push_part(&part.head, actual);
    }
}

fn with_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The archives of a folder, in order; those whose names contain the word in `CASE`, where it is set.
fn archives(folder: &str) -> Vec<PathBuf> {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let is_wanted = |path: &PathBuf| {
        path.file_stem()
            .is_some_and(|name| name.to_string_lossy().contains(&wanted))
    };
    let all = FOLDERS.map(all_archives);
    assert!(
        all.iter().flatten().any(is_wanted),
        "no archive has `{wanted}` in its name"
    );
    all_archives(folder).into_iter().filter(is_wanted).collect()
}

/// The folders of archives below `tests/`.
const FOLDERS: [&str; 2] = ["cases", "counting"];

fn all_archives(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder of archives")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "site"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no archives");
    paths
}

/// Whether archives are to be written instead of compared.
fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

#[test]
fn every_case_has_its_findings_and_outputs() {
    let mut failed = Vec::new();
    for path in archives("cases") {
        let archive = fs::read_to_string(&path).expect("cases are UTF-8");
        let mut result = run_case(&archive);
        if is_update() && result.archive != archive {
            fs::write(&path, &result.archive).expect("the case can be written");
        }
        if !is_update() {
            result.wrong.append(&mut result.differing);
        }
        if !result.wrong.is_empty() {
            failed.push(format!("{}\n{}", path.display(), result.wrong.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn differing_parts_are_written_and_unmet_demands_are_not() {
    let site = "=== content/site.yaml ===\ntitle: 乡音\n=== check ===\n";
    let result = run_case(&format!("{site}=== findings ===\nold\n=== contains a.html ===\nline\n"));
    assert_eq!(
        (result.differing.len(), result.wrong.len()),
        (1, 1),
        "{:?}",
        result.wrong
    );
    assert_eq!(result.wrong[0], "a.html does not contain: line");
    assert!(!result.archive.contains("old") && result.archive.ends_with("=== contains a.html ===\nline\n"));
    let again = run_case(&result.archive);
    assert!(again.differing.is_empty() && again.archive == result.archive);
    let without = run_case(site);
    assert!(!without.archive.contains("old") && without.archive.contains("=== findings ===\n"));
}
