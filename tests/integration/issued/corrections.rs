//! Changes that are accepted, and reports that are issued again.

use super::{build, edit, error_text, findings, issued_town, run};
use serde_json::Value;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

const HALF: &str = "content/_frozen/2025-H1.yaml";

fn changed(site: &Path) -> Vec<(String, String)> {
    let all = findings(site).into_iter();
    all.filter(|(code, _, _)| ["frozen-changed", "bad-accepted", "issued-sum-differs"].contains(&code.as_str()))
        .map(|(code, _, message)| (code, message))
        .collect()
}

/// The lines for `accepted` that the findings about the first half give.
fn offered_lines(site: &Path) -> Vec<String> {
    let output = run(site, &["check", "--message-format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let findings = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_half = findings.filter(|finding| {
        let message = finding["message"].as_str().unwrap();
        finding["code"] == "frozen-changed" && message.starts_with("the report on 2025-H1 ")
    });
    let line = |finding: Value| {
        let help = finding["help"].as_str().unwrap().to_owned();
        help.rsplit('`').nth(1).unwrap().to_owned()
    };
    of_half.map(line).collect()
}

#[test]
fn an_accepted_change_is_no_finding_until_the_figure_changes_again() {
    let town = issued_town();
    let site = town.path();
    // The year would change too; here it is about the half.
    fs::remove_file(site.join("content/_frozen/2025.yaml")).unwrap();
    edit(site, "volunteer/river.md", "participants: 12", "participants: 15");
    let lines = offered_lines(site);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].starts_with("volunteer.participants: {now: 27, check: '"),
        "{lines:?}"
    );
    let before = fs::read_to_string(site.join(HALF)).unwrap();
    let accept = |line: &str| fs::write(site.join(HALF), format!("{before}accepted:\n  {line}\n")).unwrap();
    accept(&lines[0].replace('…', "补记三人"));
    assert_eq!(changed(site), [], "accepted, and the sums are those of today");
    let page =
        String::from_utf8(build(site)[Path::new("reports/2025-h1/evidence/volunteer.participants/index.html")].clone())
            .unwrap();
    assert!(page.contains("补记三人"), "{page}");
    edit(site, "volunteer/river.md", "participants: 15", "participants: 16");
    let again = changed(site);
    assert!(again.iter().any(|(code, _)| code == "frozen-changed"), "{again:?}");
    edit(site, "volunteer/river.md", "participants: 16", "participants: 12");
    let unneeded = changed(site);
    assert_eq!(unneeded.len(), 1, "{unneeded:?}");
    assert_eq!(unneeded[0].0, "bad-accepted");
    for wrong in [
        "volunteer.participants: {now: 27, check: '12345678', reason: ''}",
        "volunteer.participants: 27",
        "volunteer.nobody: {now: 27, check: '12345678', reason: 补记}",
    ] {
        accept(wrong);
        let found = changed(site);
        assert!(
            found.iter().any(|(code, _)| code == "bad-accepted"),
            "{wrong}: {found:?}"
        );
    }
}

#[test]
fn issuing_again_needs_a_reason_and_keeps_the_former_issue() {
    let town = issued_town();
    let site = town.path();
    edit(site, "volunteer/river.md", "participants: 12", "participants: 15");
    let first = fs::read_to_string(site.join(HALF)).unwrap();
    for arguments in [
        &["report", "2025-H1", "--freeze"][..],
        &["report", "2025-H1", "--freeze", "--reason", " "],
    ] {
        let refused = run(site, arguments);
        assert_eq!(refused.status.code(), Some(1));
        assert!(error_text(&refused).contains("--reason"), "{}", error_text(&refused));
        assert_eq!(
            fs::read_to_string(site.join(HALF)).unwrap(),
            first,
            "nothing was written"
        );
    }
    let correct = |reason: &str| {
        let output = run(site, &["report", "2025-H1", "--freeze", "--reason", reason]);
        assert_eq!(output.status.code(), Some(0), "{}", error_text(&output));
        fs::read_to_string(site.join(HALF)).unwrap()
    };
    let second = correct("补记三人");
    assert!(second.contains("reason: 补记三人"), "{second}");
    // The former issue is kept whole.
    let kept: serde_yaml::Value = serde_yaml::from_str(&second).unwrap();
    let whole: serde_yaml::Value = serde_yaml::from_str(&first).unwrap();
    assert_eq!(kept["former"].as_sequence().unwrap().as_slice(), [whole]);
    assert!(
        changed(site)
            .iter()
            .all(|(_, message)| !message.contains("2025-H1 was issued")),
        "the correction is what is issued now"
    );
    let tree = build(site);
    let page = String::from_utf8(tree[Path::new("reports/2025-h1/index.html")].clone()).unwrap();
    for said in ["补记三人", "志愿服务参与由24人次更正为27人次"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let data: Value = serde_json::from_slice(&tree[Path::new("reports/2025-h1/data.json")]).unwrap();
    let correction = &data["corrections"][0];
    assert_eq!(correction["reason"], "补记三人");
    let figure = &correction["figures"]["volunteer.participants"];
    assert_eq!(
        (&figure["from"], &figure["to"]),
        (&24.into(), &27.into()),
        "{correction:#}"
    );
    let mut word = String::new();
    let bytes = tree[Path::new("reports/2025-h1/report.docx")].clone();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut document = archive.by_name("word/document.xml").unwrap();
    document.read_to_string(&mut word).unwrap();
    assert!(word.contains("补记三人"), "the Word file says why");
    // A second correction on the same day.
    edit(site, "volunteer/river.md", "participants: 15", "participants: 16");
    let third = correct("又补一人");
    let kept: serde_yaml::Value = serde_yaml::from_str(&third).unwrap();
    let reasons: Vec<_> = kept["former"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|issue| issue["reason"].clone())
        .collect();
    assert_eq!(
        reasons,
        ["补记三人".into(), serde_yaml::Value::Null],
        "the newest first"
    );
}

#[test]
fn a_reason_without_an_issue_is_a_wrong_command() {
    let town = super::town();
    let output = run(town.path(), &["report", "2025-H1", "--freeze", "--reason", "更正"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!town.path().join("content/_frozen").exists());
}

#[test]
fn a_metric_that_is_gone_is_named_with_what_to_do() {
    let town = super::town();
    let site = town.path();
    let own = site.join("content/_metrics.yaml");
    fs::write(
        &own,
        "river.days: {label: 河道活动, unit: 次, of: volunteer, where: {theme: law}}\n",
    )
    .unwrap();
    assert_eq!(run(site, &["report", "2025-H1", "--freeze"]).status.code(), Some(0));
    fs::remove_file(own).unwrap();
    let all = findings(site);
    let unknown: Vec<_> = all
        .iter()
        .filter(|(code, _, _)| code == "issued-metric-unknown")
        .collect();
    assert_eq!(unknown.len(), 1, "{all:?}");
    assert_eq!(unknown[0].1, HALF);
    build(site);
}
