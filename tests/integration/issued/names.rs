//! What an issued report tells of single posts: it stays as it was, and what would be told otherwise today is named.

use super::{build, edit, error_text, findings, issued_town, parse_findings, run, town};
use crate::common::{FileTree, write_file};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const HALF: &str = "content/_frozen/2025-H1.yaml";
const CODE: &str = "issued-names-changed";

/// The text of a report's page, without its markup.
fn page(site: &Path, period: &str) -> String {
    let tree = build(site);
    let page = String::from_utf8(tree[Path::new(&format!("reports/{period}/index.html"))].clone()).unwrap();
    let mut text = String::new();
    for part in page.split('<') {
        text += part.split_once('>').map_or(part, |(_, text)| text);
    }
    text
}

/// The messages of the findings about names, with the files that they stand at.
fn about_names(site: &Path) -> Vec<(String, String)> {
    let of_names = findings(site).into_iter().filter(|(code, _, _)| code == CODE);
    of_names.map(|(_, file, message)| (file, message)).collect()
}

/// The line of the first finding that accepts it.
fn accepting_line(site: &Path) -> String {
    let output = run(site, &["check", "--message-format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let finding = lines.into_iter().find(|finding| finding["code"] == CODE).unwrap();
    finding["help"].as_str().unwrap().rsplit('`').nth(1).unwrap().to_owned()
}

#[test]
fn names_stay_as_issued_until_the_report_is_corrected() {
    let town = issued_town();
    let site = town.path();
    let told = "《清洁河道》桥头（参与12人次）";
    assert!(page(site, "2025-h1").contains(told));
    assert_eq!(about_names(site), []);
    // Neither the number nor the place is part of a figure of sessions.
    edit(site, "volunteer/river.md", "location: 桥头", "location: 河边");
    assert!(page(site, "2025-h1").contains(told));
    let found = about_names(site);
    assert_eq!(found.len(), 1, "{found:?}");
    let (file, message) = &found[0];
    assert_eq!(file, "content/reports/half.md");
    assert!(
        message.contains(told) && message.contains("《清洁河道》河边（参与12人次）"),
        "{message}"
    );
    let line = accepting_line(site);
    let before = fs::read_to_string(site.join(HALF)).unwrap();
    let accepted = line.replace('…', "换了地方");
    fs::write(site.join(HALF), format!("{before}accepted:\n  {accepted}\n")).unwrap();
    assert_eq!(about_names(site), [], "{accepted}");
    edit(site, "volunteer/river.md", "location: 河边", "location: 河滩");
    assert_eq!(about_names(site).len(), 1, "another change is not accepted");
    edit(site, "volunteer/river.md", "location: 河滩", "location: 桥头");
    let codes: Vec<String> = findings(site).into_iter().map(|(code, _, _)| code).collect();
    assert!(codes.contains(&"bad-accepted".to_owned()), "{codes:?}");
    fs::write(site.join(HALF), before).unwrap();
    edit(site, "volunteer/river.md", "location: 桥头", "location: 河边");
    let corrected = run(site, &["report", "2025-H1", "--freeze", "--reason", "换了地方"]);
    assert_eq!(corrected.status.code(), Some(0), "{}", error_text(&corrected));
    assert!(page(site, "2025-h1").contains("《清洁河道》河边（参与12人次）"));
    assert_eq!(about_names(site), []);
}

#[test]
fn a_generated_report_names_cases_and_keeps_them() {
    let town = issued_town();
    let site = town.path();
    let told = "《清洁河道》（参与12人次）";
    assert!(page(site, "2025").contains(told), "{}", page(site, "2025"));
    edit(site, "volunteer/river.md", "participants: 12", "participants: 15");
    assert!(page(site, "2025").contains(told));
    assert_eq!(about_names(site).len(), 2, "of the half-year and of the year");
}

#[test]
fn reports_that_were_issued_before_names_were_kept_tell_what_is_there_today() {
    let town = town();
    let site = town.path();
    let issued = run(site, &["report", "2025-H1", "--freeze"]);
    assert_eq!(issued.status.code(), Some(0), "{}", error_text(&issued));
    let kept = fs::read_to_string(site.join(HALF)).unwrap();
    let start = kept.find("\ntold:\n").unwrap() + 1;
    let rest = &kept[start + "told:\n".len()..];
    let lines = rest.split_inclusive('\n').take_while(|line| line.starts_with(' '));
    let end: usize = lines.map(str::len).sum();
    fs::write(site.join(HALF), format!("{}{}", &kept[..start], &rest[end..])).unwrap();
    edit(site, "volunteer/river.md", "location: 桥头", "location: 河边");
    assert!(page(site, "2025-h1").contains("《清洁河道》河边（参与12人次）"));
    assert_eq!(about_names(site), []);
}

#[test]
fn names_that_are_written_wrongly_are_found_at_their_place() {
    let town = issued_town();
    let site = town.path();
    let kept = fs::read_to_string(site.join(HALF)).unwrap();
    for (from, to) in [
        ("    posts:", "    paths:"),
        ("    texts:", "    text:"),
        ("\ntold:\n", "\ntold: 5\nformer_told:\n"),
        ("\nnarrowed:\n", "\nnarrowed: 5\nformer_narrowed:\n"),
    ] {
        assert!(kept.contains(from), "{from}");
        fs::write(site.join(HALF), kept.replace(from, to)).unwrap();
        let codes: Vec<String> = findings(site).into_iter().map(|(code, _, _)| code).collect();
        assert!(codes.contains(&"bad-frozen".to_owned()), "{to}: {codes:?}");
    }
}

#[test]
fn the_full_site_is_not_compared_with_what_was_issued_for_the_public() {
    let town = town();
    let site = town.path();
    let text =
        "---\ntitle: 内部活动\ndate: 2025-03-02\nteam: t1\ntheme: law\nparticipants: 6\ninternal: true\n---\n内部。\n";
    write_file(&site.join("content/volunteer/inside.md"), text);
    let issued = run(site, &["report", "2025-H1", "--freeze"]);
    assert_eq!(issued.status.code(), Some(0), "{}", error_text(&issued));
    let changed = |arguments: &[&str]| {
        let output = run(site, &[arguments, &["--message-format", "json"]].concat());
        let all = parse_findings(&output).into_iter();
        let codes = all
            .map(|(code, _, _)| code)
            .filter(|code| [CODE, "frozen-changed"].contains(&code.as_str()));
        codes.collect::<BTreeSet<String>>()
    };
    assert_eq!(changed(&["check"]), BTreeSet::new());
    assert_eq!(changed(&["build", "--internal", "--out", "full"]), BTreeSet::new());
    edit(site, "volunteer/river.md", "participants: 12", "participants: 15");
    assert_eq!(changed(&["check"]).len(), 2);
}

#[test]
fn the_methods_in_the_files_of_a_report_stay_as_issued() {
    let town = issued_town();
    let site = town.path();
    let package = |tree: FileTree| tree[Path::new("reports/2025-h1/datapackage.json")].clone();
    let methods = |bytes: Vec<u8>| serde_json::from_slice::<Value>(&bytes).unwrap()["metrics"].clone();
    let before = methods(package(build(site)));
    write_file(
        &site.join("content/_metrics.yaml"),
        "volunteer.sessions: {once: post}\n",
    );
    assert_eq!(methods(package(build(site))), before);
}
