//! Figures of reports for which nothing was counted: one finding, which the line that it gives ends.

use crate::common::{program, write_file};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Titles of twelve posts over six years.
const TITLES: [&str; 12] = [
    "清理河道垃圾",
    "看望独居老人",
    "反诈宣传进村",
    "端午包粽子",
    "消防演练",
    "普法讲座",
    "整理村史馆",
    "清扫主干道",
    "慰问困难户",
    "留守儿童辅导",
    "义诊下乡",
    "植树护绿",
];

/// A site with twelve posts over six years, the settings below its title, and further files.
fn site(settings: &str, front: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let content = dir.path().join("content");
    write_file(&content.join("site.yaml"), format!("title: 乡音\n{settings}"));
    for (index, title) in TITLES.iter().enumerate() {
        let (year, month) = (2020 + index % 6, 1 + index * 5 % 12);
        let text = format!(
            "---\ntitle: {title}\ndate: {year}-{month:02}-{:02}\n{front}---\n{title}的那一天，{index}户人家都来了，忙到天黑。\n",
            index + 1
        );
        write_file(&content.join(format!("volunteer/{year}/p{index}.md")), text);
    }
    for (path, text) in files {
        write_file(&content.join(path), text);
    }
    dir
}

/// The findings of a command: code and help.
fn findings(site: &Path, command: &str, lang: &str) -> Vec<(String, String)> {
    let output = program()
        .args([command, "--lang", lang, "--message-format", "json", "--site"])
        .arg(site)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let findings = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings
        .map(|finding| (text(&finding, "code"), text(&finding, "help")))
        .collect()
}

/// Ends the only finding by the line that it gives, which stands in place of the lines of `former`.
fn end_by_the_line(site: &Path, former: &str, lang: &str) {
    let found = findings(site, "check", lang);
    let [(code, help)] = found.as_slice() else {
        panic!("one finding: {found:?}");
    };
    assert_eq!(code, "nothing-counted");
    let line = help.rsplit('`').nth(1).unwrap();
    assert!(line.starts_with("zeros: {"), "{help}");
    let settings = site.join("content/site.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    assert!(text.contains(former), "{text}");
    fs::write(&settings, text.replace(former, "") + line + "\n").unwrap();
    for command in ["check", "build"] {
        assert_eq!(findings(site, command, lang), [], "{command}: {line}");
    }
}

const BASE: &str = "base_url: https://x.example\n";
const REVIEWS: &str = "review: {first: 甲, second: 乙, third: 丙}\n";
const REPORT: &str = "---\ntitle: 报告\ndate: 2026-01-10\nperiod: 2025\nreview: {first: 甲, second: 乙, third: 丙}\n---\n\
    志愿服务{{ metric(\"volunteer.sessions\") }}，报道{{ metric(\"coverage.all\") }}，\
    联络员{{ metric(\"staff.liaison\", period=\"2024-H1\") }}，平均{{ metric(\"response.days\") }}。\n";

#[test]
fn a_small_site_over_six_years_has_two_findings_at_most() {
    let review = format!("{BASE}language: zh-CN\npolicy: {{review: warn, privacy: error}}\n");
    let generate = format!("{BASE}policy: {{review: required, reports: generate}}\n");
    let report = [("reports/2025.md", REPORT)];
    let sites = [
        (site("", "", &[]), 1),
        (site(BASE, "", &[]), 0),
        (site(&review, REVIEWS, &[]), 0),
        (site(BASE, "", &report), 1),
        (site(&generate, REVIEWS, &report), 1),
    ];
    for (index, (site, expected)) in sites.iter().enumerate() {
        for (command, lang) in [("check", "zh-CN"), ("build", "en")] {
            let found = findings(site.path(), command, lang);
            assert_eq!(found.len(), *expected, "site {index}, {command}: {found:?}");
        }
    }
}

#[test]
fn the_line_that_the_finding_gives_ends_it() {
    let report = [("reports/2025.md", REPORT)];
    end_by_the_line(site(BASE, "", &report).path(), "", "zh-CN");
    let generate = format!("{BASE}language: en\npolicy: {{reports: generate}}\n");
    end_by_the_line(site(&generate, "", &[]).path(), "", "en");
    let listed = format!("{BASE}policy:\n  reports: [2025-Q1, 2021, 2024-03]\n");
    end_by_the_line(site(&listed, "", &report).path(), "", "zh-CN");
    let former = "zeros:\n  2025:\n    - coverage.all\n  2023-01-01..2023-03-31: [video.all]\n";
    let declared = format!("{BASE}{former}");
    end_by_the_line(site(&declared, "", &report).path(), former, "zh-CN");
}
