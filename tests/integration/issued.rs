//! Issued reports: whatever is edited afterwards, their pages and files show what was issued, and every number that would
//! change is named.

mod corrections;
mod edits;
mod names;
mod text;

use crate::common::{FileTree, error_text, read_tree, run, write_file};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;

/// The site that the tests issue reports of: two halves with events, reprints, answers, rosters and a written report.
const TOWN: [(&str, &str); 20] = [
    (
        "site.yaml",
        "title: 乡音\nbase_url: https://x.example/\nowner: {name: 山河镇}\npolicy: {review: 'off', reports: generate}\n",
    ),
    (
        "_data/villages.yaml",
        "- {id: shiqiao, name: 石桥村}\n- {id: heyuan, name: 禾源村}\n- {id: zhuxi, name: 竹溪村}\n",
    ),
    (
        "_data/teams.yaml",
        "- {id: t1, name: 一队, scope: town}\n- {id: t2, name: 二队, scope: village, village: heyuan}\n",
    ),
    (
        "_data/staff.yaml",
        "- {id: s1, name: 石雨桐, role: liaison}\n- {id: s3, name: 竹青, role: correspondent}\n",
    ),
    (
        "volunteer/river.md",
        "---\ntitle: 清洁河道\ndate: 2025-03-01\nteam: t1\ntheme: law\nvillage: shiqiao\nparticipants: 12\nhours: 20.5\nlocation: 桥头\n---\n清洁了河道。\n",
    ),
    (
        "volunteer/elderly.md",
        "---\ntitle: 看望老人\ndate: 2025-05-30\nteam: t2\ntheme: elderly\nvillage: heyuan\nparticipants: 3\nlocation: 祠堂\n---\n看望了老人。\n",
    ),
    (
        "volunteer/first-day.md",
        "---\ntitle: 第一天\ndate: 2025-06-30\nteam: t1\ntheme: law\nparticipants: 5\nevent: law-days\n---\n第一天。\n",
    ),
    (
        "volunteer/second-day.md",
        "---\ntitle: 第二天\ndate: 2025-07-02\nteam: t1\ntheme: law\nparticipants: 9\nevent: law-days\n---\n第二天。\n",
    ),
    (
        "volunteer/autumn.md",
        "---\ntitle: 秋季活动\ndate: 2025-09-01\nteam: t1\ntheme: safety\nparticipants: 7\n---\n秋季。\n",
    ),
    (
        "volunteer/year-before.md",
        "---\ntitle: 上年的活动\ndate: 2024-04-01\nteam: t1\ntheme: law\nparticipants: 2\n---\n上年。\n",
    ),
    (
        "volunteer/draft.md",
        "---\ntitle: 没有发布的\ndate: 2025-04-01\nparticipants: 1\ndraft: true\n---\n草稿。\n",
    ),
    (
        "coverage/city.md",
        "---\ntitle: 市报\ndate: 2025-06-01\noutlet: 澜江日报\nlevel: municipal\npiece: p\n---\n市报的稿件。\n",
    ),
    (
        "coverage/web.md",
        "---\ntitle: 网上转载\ndate: 2025-06-02\noutlet: 山河网\nlevel: district\npiece: p\n---\n网上的稿件。\n",
    ),
    (
        "coverage/other.md",
        "---\ntitle: 另一篇\ndate: 2025-03-09\noutlet: 山河网\nlevel: district\nvillage: heyuan\n---\n另一篇稿件。\n",
    ),
    (
        "responses/road.md",
        "---\ntitle: 修路\ndate: 2025-05-04\nreceived: 2025-05-01\nanswered: 2025-05-04\n---\n答复。\n",
    ),
    (
        "study/talk.md",
        "---\ntitle: 宣讲\ndate: 2025-06-15\nform: public-talk\nattendees: 40\n---\n宣讲。\n",
    ),
    (
        "study/autumn.md",
        "---\ntitle: 秋季宣讲\ndate: 2025-09-15\nform: public-talk\nattendees: 30\n---\n宣讲。\n",
    ),
    (
        "culture/gala.md",
        "---\ntitle: 晚会\ndate: 2025-03-20\nform: gala\naudience: 300\n---\n晚会。\n",
    ),
    (
        "culture/summer.md",
        "---\ntitle: 七月电影\ndate: 2025-07-10\nform: festival\naudience: 100\n---\n电影。\n",
    ),
    (
        "reports/half.md",
        r#"---
title: 上半年报告
date: 2025-07-05
period: 2025-H1
---
共{{ metric("volunteer.sessions") }}（{{ change("volunteer.sessions") }}），上一年{{ metric("volunteer.participants", period=2024) }}。

{{ chart("volunteer.participants", by="month", split="theme") }}

{{ chart("volunteer.participants", by="village", shape="ranking") }}

{{ chart("volunteer.participants", shape="calendar") }}

{{ table("volunteer.participants", by="location") }}

{{ table("coverage") }}

{{ posts("volunteer.sessions", limit=2) }}

例如{{ names("volunteer.sessions", show="title+location+participants") }}，法治的有{{ names("volunteer.sessions", show="title", where={theme: ["law", "safety"]}) }}。

村里和环境的{{ metric("volunteer.participants", where={theme: ["law", "environment"]}) }}（{{ change("volunteer.participants", where={theme: ["law", "environment"]}) }}），石桥村{{ table("volunteer.participants", by="theme", where={village: "石桥村"}) }}

{{ chart("volunteer.participants", by="month", split="theme", where={village: ["石桥村", "禾源村"]}) }}

{{ table("volunteer.participants", by="village", split="location", where={theme: ["law", "elderly"]}) }}
"#,
    ),
];

/// The folders whose files show issued reports.
const ISSUED_FOLDERS: [&str; 4] = ["reports/2025-h1", "reports/2025", "stats/2025-h1", "stats/2025"];

/// The town in a folder of its own.
fn town() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in TOWN {
        write_file(&folder.path().join("content").join(name), text);
    }
    folder
}

/// The town with its reports on the first half and on the year issued.
fn issued_town() -> tempfile::TempDir {
    let town = town();
    for period in ["2025-H1", "2025"] {
        let output = run(town.path(), &["report", period, "--freeze"]);
        assert_eq!(output.status.code(), Some(0), "{}", error_text(&output));
    }
    town
}

/// A finding: code, file and message.
type Finding = (String, String, String);

/// Builds the site and returns its files.
fn build(site: &Path) -> FileTree {
    build_with_findings(site).0
}

/// Builds the site and returns its files and the findings.
fn build_with_findings(site: &Path) -> (FileTree, Vec<Finding>) {
    let output = run(site, &["build", "--out", "public", "--message-format", "json"]);
    let findings = parse_findings(&output);
    assert_eq!(output.status.code(), Some(0), "{findings:#?}");
    (read_tree(&site.join("public")), findings)
}

/// The findings of a check.
fn findings(site: &Path) -> Vec<Finding> {
    parse_findings(&run(site, &["check", "--message-format", "json"]))
}

fn parse_findings(output: &Output) -> Vec<Finding> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let one = |line: &str| {
        let finding: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        (text("code"), text("file"), text("message"))
    };
    text.lines().map(one).collect()
}

fn edit(site: &Path, name: &str, from: &str, to: &str) {
    let file = site.join("content").join(name);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{name} has {from}");
    fs::write(file, text.replace(from, to)).unwrap();
}
