//! The text that an editor wrote for an issued report.

use super::{build, edit, error_text, findings, issued_town, run, town};
use serde_json::Value;
use std::fs;
use std::path::Path;

const HALF: &str = "content/_frozen/2025-H1.yaml";

/// The findings about texts: file and the line that accepts the change.
fn text_findings(site: &Path) -> Vec<(String, String)> {
    let output = run(site, &["check", "--message-format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let findings = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let line = |finding: Value| {
        let help = finding["help"].as_str().unwrap();
        let line = help.rsplit('`').nth(1).unwrap().to_owned();
        (finding["file"].as_str().unwrap().to_owned(), line)
    };
    findings
        .filter(|finding| finding["code"] == "issued-text-changed")
        .map(line)
        .collect()
}

/// The codes of the findings about issued reports.
fn about_issue(site: &Path) -> Vec<String> {
    let codes = findings(site).into_iter().map(|(code, _, _)| code);
    let of_issue = ["frozen-changed", "issued-text-changed", "bad-accepted"];
    codes.filter(|code| of_issue.contains(&code.as_str())).collect()
}

fn accept(site: &Path, file: &str, line: &str) {
    let before = fs::read_to_string(site.join(file)).unwrap();
    let line = line.replace('…', "改了一个字");
    fs::write(site.join(file), format!("{before}accepted:\n  {line}\n")).unwrap();
}

#[test]
fn a_changed_text_is_a_finding_until_it_is_accepted_restored_or_issued_again() {
    let town = issued_town();
    let site = town.path();
    assert_eq!(about_issue(site), [""; 0]);
    // What is not part of the text does not matter.
    edit(
        site,
        "reports/half.md",
        "date: 2025-07-05",
        "date: 2025-07-06\ntags: [总结]",
    );
    edit(site, "reports/half.md", "}}。\n", "}}。  \n");
    let text = fs::read_to_string(site.join("content/reports/half.md")).unwrap();
    fs::write(site.join("content/reports/half.md"), text.replace('\n', "\r\n")).unwrap();
    assert_eq!(text_findings(site), []);
    fs::write(site.join("content/reports/half.md"), text).unwrap();
    edit(site, "reports/half.md", "共{{", "一共{{");
    let found = text_findings(site);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "content/reports/half.md");
    let issued = fs::read_to_string(site.join(HALF)).unwrap();
    accept(site, HALF, &found[0].1);
    assert_eq!(about_issue(site), [""; 0]);
    edit(site, "reports/half.md", "一共{{", "合计{{");
    assert_eq!(text_findings(site).len(), 1, "another change is not accepted");
    edit(site, "reports/half.md", "合计{{", "共{{");
    assert_eq!(about_issue(site), ["bad-accepted"]);
    fs::write(site.join(HALF), issued).unwrap();
    assert_eq!(about_issue(site), [""; 0]);
    edit(site, "reports/half.md", "title: 上半年报告", "title: 上半年工作报告");
    assert_eq!(text_findings(site).len(), 1, "the title is part of the text");
    let corrected = run(site, &["report", "2025-H1", "--freeze", "--reason", "改了标题"]);
    assert_eq!(corrected.status.code(), Some(0), "{}", error_text(&corrected));
    assert_eq!(about_issue(site), [""; 0]);
}

#[test]
fn a_text_that_is_gone_and_one_in_place_of_a_generated_one_are_findings() {
    let town = issued_town();
    let site = town.path();
    edit(
        site,
        "reports/half.md",
        "date: 2025-07-05",
        "date: 2025-07-05\ndraft: true",
    );
    let gone = text_findings(site);
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert_eq!(gone[0].0, HALF);
    accept(site, HALF, &gone[0].1);
    assert_eq!(text_findings(site), []);
    let own = "---\ntitle: 全年报告\ndate: 2026-01-10\nperiod: 2025\n---\n全年的话。\n";
    fs::write(site.join("content/reports/year.md"), own).unwrap();
    let written = text_findings(site);
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0].0, "content/reports/year.md");
    accept(site, "content/_frozen/2025.yaml", &written[0].1);
    assert_eq!(text_findings(site), []);
    let page = String::from_utf8(build(site)[Path::new("reports/2025/index.html")].clone()).unwrap();
    assert!(page.contains("全年的话"), "{page}");
}

#[test]
fn reports_that_were_issued_before_the_text_was_kept_have_no_finding() {
    let town = town();
    let site = town.path();
    let issued = run(site, &["report", "2025-H1", "--freeze"]);
    assert_eq!(issued.status.code(), Some(0), "{}", error_text(&issued));
    let kept = fs::read_to_string(site.join(HALF)).unwrap();
    let lines = kept.lines().filter(|line| !line.starts_with("written:"));
    let former: Vec<&str> = lines.collect();
    assert_eq!(former.len() + 1, kept.lines().count(), "the digest is one line");
    fs::write(site.join(HALF), former.join("\n") + "\n").unwrap();
    edit(site, "reports/half.md", "共{{", "一共{{");
    assert_eq!(text_findings(site), []);
}
