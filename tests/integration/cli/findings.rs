//! How findings are printed: for people within the width, for programs in their formats, and what `explain` says.

use super::{err, out, xiangyin};
use crate::common::{program, write_file};
use serde_json::Value;
use std::path::Path;

/// A site with two wrong posts and a ledger whose rows have no pages.
fn write_site(folder: &Path, severity: &str) {
    let settings = format!("title: 乡音\nbase_url: https://x.example\nlanguage: zh-CN\n{severity}");
    for (name, text) in [
        ("site.yaml", settings.as_str()),
        (
            "volunteer/a.md",
            "---\ntitle：清洁河道\ndate: 2025-03-01\n---\n[没有的一篇](没有.md)\n",
        ),
        ("volunteer/b.md", "---\ntitle: 护河\ndate: 2027-03-01\n---\n正文。\n"),
    ] {
        write_file(&folder.join("content").join(name), text);
    }
}

fn json(output: &std::process::Output) -> Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|error| panic!("{error}: {}", out(output)))
}

#[test]
fn findings_are_printed_in_the_formats_of_platforms() {
    let dir = tempfile::tempdir().unwrap();
    write_site(&dir.path().join("town"), "");
    let check = |format: &str| xiangyin(dir.path(), &["check", "--site", "town", "--message-format", format]);
    let github = check("github");
    assert_eq!(github.status.code(), Some(1));
    let first = "::error file=town/content/volunteer/a.md,line=2,col=6,endColumn=7,title=full-width-colon::";
    assert!(
        out(&github).lines().any(|line| line.starts_with(first)),
        "{}",
        out(&github)
    );
    let gitlab = json(&check("gitlab"));
    assert_eq!(gitlab.as_array().unwrap().len(), out(&github).lines().count());
    let is_placed = |entry: &Value| entry["location"]["path"] == "town/content/volunteer/a.md";
    assert!(gitlab.as_array().unwrap().iter().any(is_placed), "{gitlab}");
    let sarif = json(&check("sarif"));
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), gitlab.as_array().unwrap().len());
    let lines = out(&check("json"));
    let mut parsed = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let first = parsed.find(|finding| finding["code"] == "full-width-colon").unwrap();
    assert_eq!((&first["end_line"], &first["end_column"]), (&2.into(), &7.into()));
    assert_eq!(first["replacement"], ": ");
    assert_eq!(first["file"], "content/volunteer/a.md");
}

#[test]
fn quiet_prints_errors_only() {
    let dir = tempfile::tempdir().unwrap();
    write_site(dir.path(), "");
    let quiet = xiangyin(dir.path(), &["check", "-q"]);
    assert!(err(&quiet).contains("error[full-width-colon]"), "{}", err(&quiet));
    assert!(
        !err(&quiet).contains("warning") && out(&quiet).is_empty(),
        "{}",
        err(&quiet)
    );
    let loud = xiangyin(dir.path(), &["check"]);
    assert!(err(&loud).contains("warning[future-date]"), "{}", err(&loud));
}

#[test]
fn lines_fit_the_width_that_columns_sets() {
    let dir = tempfile::tempdir().unwrap();
    write_site(dir.path(), "");
    let long = format!(
        "---\ntitle: {}\ndate: 2025-03-01\n---\n{}[名单](没有的.md)\n",
        "长".repeat(90),
        "字".repeat(90)
    );
    write_file(&dir.path().join("content/volunteer/c.md"), long);
    let output = program()
        .args(["check", "--lang", "zh-CN"])
        .current_dir(dir.path())
        .env("COLUMNS", "60")
        .output()
        .unwrap();
    let width = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    for line in err(&output).lines() {
        assert!(width(line) <= 60, "{line}");
    }
    assert!(err(&output).contains("[名单](没有的.md)"), "{}", err(&output));
}

#[test]
fn many_findings_are_summed_up_by_code() {
    let dir = tempfile::tempdir().unwrap();
    write_site(dir.path(), "");
    for number in 0..4 {
        let post = format!("---\ntitle: 稿{number}\ndate: 2027-03-01\n---\n正文。\n");
        write_file(&dir.path().join(format!("content/study/p{number}.md")), post);
    }
    let lines = err(&xiangyin(dir.path(), &["check"]));
    assert!(lines.contains("\n  error    full-width-colon  1\n"), "{lines}");
    assert!(lines.contains("\n  warning  future-date       5\n"), "{lines}");
    assert!(lines.contains("`xiangyin explain "), "{lines}");
}

#[test]
fn severity_is_raised_lowered_and_turned_off() {
    let dir = tempfile::tempdir().unwrap();
    write_site(dir.path(), "severity: {future-date: off, dead-link: warning}\n");
    write_file(
        &dir.path().join("content/volunteer/a.md"),
        "---\ntitle: 清洁河道\ndate: 2025-03-01\n---\n[没有的一篇](没有.md)\n",
    );
    let built = xiangyin(dir.path(), &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    assert!(
        err(&built).contains("warning[dead-link]") && !err(&built).contains("future-date"),
        "{}",
        err(&built)
    );
    write_site(
        dir.path(),
        "severity: {future-date: error, full-width-colon: warning, dead-lnk: off}\n",
    );
    let wrong = err(&xiangyin(dir.path(), &["check"]));
    for said in [
        "error[future-date]",
        "error[lowered-error]: `full-width-colon` is an error of form",
        "error[full-width-colon]",
        "did you mean `dead-link`?",
    ] {
        assert!(wrong.contains(said), "{said}: {wrong}");
    }
}

#[test]
fn explain_is_in_the_language_of_the_site_or_the_one_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    write_site(dir.path(), "");
    let zh = out(&xiangyin(dir.path(), &["explain", "full-width-colon"]));
    assert!(
        zh.contains("错的：\n    title：清洁河道\n\n对的：\n    title: 清洁河道"),
        "{zh}"
    );
    let en = out(&xiangyin(dir.path(), &["explain", "future-date", "--lang", "en"]));
    assert!(
        en.starts_with("warning[future-date]") && en.contains("severity: {future-date: error}"),
        "{en}"
    );
    let unknown = xiangyin(dir.path(), &["explain", "ful-width-colon"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        err(&unknown).contains("did you mean `full-width-colon`?"),
        "{}",
        err(&unknown)
    );
    let json = json(&xiangyin(
        dir.path(),
        &["explain", "full-width-colon", "--message-format", "json"],
    ));
    assert_eq!(
        (&json["wrong"], &json["can_be_lowered"]),
        (&"title：清洁河道".into(), &false.into())
    );
}

#[test]
fn names_with_control_characters_are_escaped() {
    let dir = tempfile::tempdir().unwrap();
    write_site(dir.path(), "");
    write_file(
        &dir.path().join("content/volunteer/\u{1b}[2J.md"),
        "---\ntitle: 甲\ndate: 2027-03-01\n---\n正文。\n",
    );
    let printed = err(&xiangyin(dir.path(), &["check"]));
    assert!(
        !printed.contains('\u{1b}') && printed.contains("\\u{1b}[2J.md"),
        "{printed}"
    );
}

#[test]
fn metrics_name_rows_of_ledgers_by_file_and_row() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("site.yaml", "title: 乡音\nbase_url: https://x.example\n"),
        (
            "_kinds/volunteer.yaml",
            "id: volunteer\nfrom: activities.csv\npages: false\n",
        ),
        (
            "_data/activities.csv",
            "标题,日期,参与人次\n清河道,2025-03-01,12\n护河,2025-03-08,9\n",
        ),
    ] {
        write_file(&dir.path().join("content").join(name), text);
    }
    let printed = out(&xiangyin(dir.path(), &["metrics", "2025-H1", "volunteer.participants"]));
    assert!(printed.contains("content/_data/activities.csv 3"), "{printed}");
    let arguments = ["metrics", "2025-H1", "volunteer.sessions", "--message-format", "json"];
    let json = json(&xiangyin(dir.path(), &arguments));
    let posts = &json["metrics"]["volunteer.sessions"]["posts"];
    assert_eq!(
        *posts,
        serde_json::json!(["content/_data/activities.csv 2", "content/_data/activities.csv 3"])
    );
}
