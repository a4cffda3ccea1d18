//! `metrics` and `report`: figures on a terminal and for programs, and reports that are issued.

use super::{err, out, xiangyin};
use crate::common::write_file;
use std::fs;
use std::io::Read as _;

/// A town with one session of the volunteers in 2025 and a draft.
fn town_with_posts() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("site.yaml", "title: 乡音\nbase_url: https://x.example\n"),
        ("_data/staff.yaml", "- {id: s1, name: 石雨桐, role: liaison}\n"),
        (
            "volunteer/2025/a.md",
            "---\ntitle: 清洁河道\ndate: 2025-03-01\nparticipants: 12\nhours: 20.5\n---\n",
        ),
        (
            "volunteer/2025/草稿.md",
            "---\ntitle: 草稿\ndate: 2025-03-02\nparticipants: 9\ndraft: true\n---\n",
        ),
    ] {
        write_file(&dir.path().join("content").join(name), text);
    }
    dir
}

#[test]
fn metrics_print_one_json_object() {
    let dir = town_with_posts();
    let output = xiangyin(dir.path(), &["metrics", "2025h1", "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let object: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(object["period"], "2025-H1");
    let metrics = object["metrics"].as_object().unwrap();
    assert!(metrics.len() > 40);
    let hours =
        serde_json::json!({"value": 20.5, "unit": "小时", "label": "志愿服务时长", "posts": ["/volunteer/2025/a/"]});
    assert_eq!(metrics["volunteer.hours"], hours);
    assert_eq!(
        metrics["volunteer.participants"]["value"].to_string(),
        "12",
        "a whole number"
    );
    assert_eq!(metrics["coverage.national"]["value"].to_string(), "0");
    assert_eq!(metrics["staff.all"]["posts"], serde_json::json!([]));
    assert_eq!(metrics["staff.all"]["rows"], serde_json::json!(["s1"]));
    let one = xiangyin(
        dir.path(),
        &["metrics", "2025", "volunteer.sessions", "--message-format", "json"],
    );
    let one: serde_json::Value = serde_json::from_str(&out(&one)).unwrap();
    assert_eq!(one["metrics"].as_object().unwrap().len(), 1);
    let left = &one["metrics"]["volunteer.sessions"]["left_out"];
    assert_eq!(
        *left,
        serde_json::json!([{"post": "content/volunteer/2025/草稿.md", "reason": "草稿"}])
    );
}

#[test]
fn metrics_print_a_table() {
    let dir = town_with_posts();
    let table = xiangyin(dir.path(), &["metrics", "2025-H1", "--lang", "zh-CN"]);
    assert!(
        out(&table).starts_with("2025年上半年（2025-01-01 至 2025-06-30）\n"),
        "{}",
        out(&table)
    );
    assert!(
        out(&table).contains("\n志愿服务时长                20.5  小时     —     —  volunteer.hours\n"),
        "{}",
        out(&table)
    );
    let one = xiangyin(dir.path(), &["metrics", "2026", "volunteer.sessions"]);
    assert!(
        out(&one).contains("not over yet, counted up to 2026-03-05: 0 sessions, "),
        "{}",
        out(&one)
    );
    let list = xiangyin(dir.path(), &["metrics", "--lang", "zh-CN"]);
    assert_eq!(list.status.code(), Some(0));
    assert!(out(&list).contains("volunteer.hours"), "{}", out(&list));
    assert!(
        out(&list).ends_with("看数字：xiangyin metrics 2026-H1\n"),
        "{}",
        out(&list)
    );
}

#[test]
fn metrics_print_suggestions_and_findings() {
    let dir = town_with_posts();
    for (arguments, said) in [
        (&["metrics", "2025-H3"][..], "是不是“2025-H1”？"),
        (&["metrics", "２０２５－Ｈ１"], "是不是“2025-H1”？"),
        (&["metrics", "2025", "volunteer.hour"], "是不是“volunteer.hours”？"),
    ] {
        let output = xiangyin(dir.path(), &[arguments, &["--lang", "zh-CN"]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(out(&output), "", "{arguments:?}");
        assert!(err(&output).contains(said), "{}", err(&output));
    }
    fs::write(dir.path().join("content/_metrics.yaml"), "a.b: {of: volunter}\n").unwrap();
    let output = xiangyin(dir.path(), &["metrics", "2025", "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).starts_with("{\"code\":\"bad-metric\""), "{}", out(&output));
    assert_eq!(out(&output).lines().count(), 1, "no figures");
}

#[test]
fn word_file_of_an_unfinished_period_says_up_to_which_day_it_is_counted() {
    let dir = town_with_posts();
    let own = "---\ntitle: 一季度报告\ndate: 2026-03-05\nperiod: 2026-Q1\n---\n{{ metric(\"volunteer.sessions\") }}\n";
    write_file(&dir.path().join("content/reports/q1.md"), own);
    // A period with a written report, and three without one, of which two are over.
    for (period, is_running) in [
        ("2026-Q1", true),
        ("2026-03", true),
        ("2025-H1", false),
        ("2025-12", false),
    ] {
        let made = xiangyin(dir.path(), &["report", period, "--out", "a.docx"]);
        assert_eq!(made.status.code(), Some(0), "{}", err(&made));
        let mut word = zip::ZipArchive::new(fs::File::open(dir.path().join("a.docx")).unwrap()).unwrap();
        let mut text = String::new();
        word.by_name("word/document.xml")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(
            text.contains("本期尚未结束，数字截至2026年3月5日"),
            is_running,
            "{period}: {text}"
        );
    }
}

#[test]
fn report_is_issued_once_after_its_period() {
    let dir = town_with_posts();
    let unfinished = xiangyin(
        dir.path(),
        &["report", "2026-H1", "--freeze", "--message-format", "json"],
    );
    assert_eq!(unfinished.status.code(), Some(1));
    assert!(
        out(&unfinished).contains("\"code\":\"unfinished-period\""),
        "{}",
        out(&unfinished)
    );
    assert!(!dir.path().join("content/_frozen").exists());
    let first = xiangyin(dir.path(), &["report", "2025h1", "--freeze"]);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let path = "content/_frozen/2025-H1.yaml";
    assert_eq!(out(&first).replace('\\', "/"), format!("{path}\n"));
    let text = fs::read_to_string(dir.path().join(path)).unwrap();
    assert!(text.contains("\nperiod: 2025-H1\nissued: 2026-03-05\n"), "{text}");
    let post = dir.path().join("content/volunteer/2025/late.md");
    fs::write(post, "---\ntitle: 补记\ndate: 2025-06-30\n---\n").unwrap();
    let again = xiangyin(
        dir.path(),
        &["report", "2025-H1", "--freeze", "--message-format", "json"],
    );
    assert_eq!(again.status.code(), Some(1));
    assert!(out(&again).contains("\"code\":\"already-frozen\""), "{}", out(&again));
    assert_eq!(
        fs::read_to_string(dir.path().join(path)).unwrap(),
        text,
        "nothing changed"
    );
    assert_eq!(fs::read_dir(dir.path().join("content/_frozen")).unwrap().count(), 1);
    let shown = xiangyin(dir.path(), &["metrics", "2025-H1", "volunteer.sessions"]);
    assert!(
        out(&shown).contains("as issued on 2026-03-05: 1 session,"),
        "{}",
        out(&shown)
    );
    assert!(
        out(&shown).contains("Changed since the issue (now it would be 2)\n  +  1    content/volunteer/2025/late.md\n"),
        "{}",
        out(&shown)
    );
    assert!(err(&shown).contains("frozen-changed"), "{}", err(&shown));
}
