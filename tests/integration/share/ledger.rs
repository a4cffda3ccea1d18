//! Posts as ledgers in Excel.

use super::{error_text, share_to, site};
use crate::common::{run_on, write_file};
use calamine::{Data, Reader as _, Xlsx};
use std::io::Cursor;
use std::path::Path;

fn study(day: &str, title: &str, fields: &str) -> String {
    format!("---\ntitle: {title}\ndate: {day}\n{fields}---\n正文。\n")
}

/// The sheets of a workbook as texts, each with its name.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let cell = |cell: &Data| match cell {
        Data::DateTime(day) => day.as_f64().to_string(),
        other => other.to_string(),
    };
    let rows = |range: calamine::Range<Data>| range.rows().map(|row| row.iter().map(cell).collect()).collect();
    let sheets = book.worksheets().into_iter();
    sheets.map(|(name, range)| (name, rows(range))).collect()
}

#[test]
fn the_meetings_of_a_period_are_a_ledger_with_its_figures() {
    let site = site();
    let write = |name: &str, text: &str| write_file(&site.path().join("content").join(name), text);
    write(
        "study/b.md",
        &study(
            "2022-06-02",
            "夜校",
            "form: night-school\nattendees: 30\nspeaker: 文述之\nevent: y\n",
        ),
    );
    write(
        "study/c.md",
        &study(
            "2022-06-03",
            "夜校又一篇",
            "form: night-school\nattendees: 30\nevent: y\n",
        ),
    );
    write(
        "study/a.md",
        &study(
            "2022-03-01",
            "中心组学习",
            "form: center-group\nattendees: 12\nauthor: 石雨桐\n",
        ),
    );
    write("study/later.md", &study("2022-07-01", "下半年", "attendees: 99\n"));
    write(
        "study/draft.md",
        &study("2022-03-02", "草稿", "attendees: 99\ndraft: true\n"),
    );
    let words = ["--for", "ledger", "--kind", "study", "--period", "2022-H1"];
    share_to(site.path(), &words, "ledger.xlsx");
    let sheets = sheets(&site.path().join("ledger.xlsx"));
    let (name, rows) = &sheets[0];
    assert_eq!(name, "理论学习");
    let head = [
        "序号",
        "日期",
        "标题",
        "村",
        "形式",
        "参学人次",
        "主讲",
        "作者",
        "来源",
        "网址",
    ];
    assert_eq!(rows[0], head);
    let address = |name: &str| format!("https://qihe.example/study/{name}/");
    let expected = [
        [
            "1",
            "44621",
            "中心组学习",
            "",
            "中心组学习",
            "12",
            "",
            "石雨桐",
            "",
            &address("a"),
        ],
        ["2", "44714", "夜校", "", "夜校", "30", "文述之", "", "", &address("b")],
        ["3", "44715", "夜校又一篇", "", "夜校", "30", "", "", "", &address("c")],
    ];
    assert_eq!(rows[1..], expected);
    // Two posts about one evening are two rows, and count once.
    let (name, figures) = &sheets[1];
    assert_eq!(name, "2022-H1");
    let value = |metric: &str| {
        let row = figures
            .iter()
            .find(|row| row.last().is_some_and(|id| id == metric))
            .unwrap();
        (row[1].clone(), row[7].clone())
    };
    assert_eq!(value("study.all").0, "2");
    assert!(value("study.all").1.starts_with("https://qihe.example/"), "{figures:?}");
    assert_eq!(value("study.attendees").0, "42");
    let foreign = figures[1..]
        .iter()
        .find(|row| !row.last().unwrap().starts_with("study."));
    assert!(foreign.is_none(), "{foreign:?}");
    // The titles lead to the posts.
    let mut archive = zip::ZipArchive::new(std::fs::File::open(site.path().join("ledger.xlsx")).unwrap()).unwrap();
    let part = archive.by_name("xl/worksheets/_rels/sheet1.xml.rels").unwrap();
    let links = std::io::read_to_string(part).unwrap();
    assert!(links.contains(&address("a")), "{links}");
}

#[test]
fn named_posts_are_a_sheet_for_each_kind() {
    let site = site();
    write_file(
        &site.path().join("content/study/a.md"),
        study("2022-03-01", "中心组学习", "attendees: 12\n"),
    );
    let done = run_on(
        site.path(),
        &["share", "volunteer/a.md", "study/a.md", "--for", "ledger"],
    );
    assert!(done.status.success(), "{}", error_text(&done));
    let path = String::from_utf8(done.stdout).unwrap().trim().to_owned();
    assert_eq!(path, "ledger.xlsx");
    let sheets = sheets(Path::new(&path));
    std::fs::remove_file(&path).unwrap();
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["志愿服务", "理论学习"]);
    assert_eq!(sheets[1].1.len(), 2);
}

#[test]
fn what_is_internal_is_in_no_ledger() {
    let site = site();
    write_file(
        &site.path().join("content/_kinds/study.yaml"),
        "id: study\nfields:\n  - {name: cost, type: integer, internal: true, labels: {zh-CN: 花费, en: Cost}}\n",
    );
    let write = |name: &str, text: &str| write_file(&site.path().join("content/study").join(name), text);
    write("a.md", &study("2022-03-01", "公开的", "cost: 7531\n"));
    write("b.md", &study("2022-03-02", "不公开的", "internal: true\n"));
    let words = ["--for", "ledger", "--kind", "study", "--period", "2022"];
    share_to(site.path(), &words, "ledger.xlsx");
    let text = format!("{:?}", sheets(&site.path().join("ledger.xlsx")));
    assert!(text.contains("公开的"), "{text}");
    for internal in ["花费", "7531", "不公开的"] {
        assert!(!text.contains(internal), "{internal}: {text}");
    }
}

#[test]
fn rows_of_the_sites_own_ledgers_are_listed_with_their_places() {
    let site = site();
    let write = |name: &str, text: &str| write_file(&site.path().join("content").join(name), text);
    write("_kinds/volunteer.yaml", "id: volunteer\nfrom: activities.csv\n");
    write("volunteer/snow.md", &study("2026-01-19", "备料", ""));
    write(
        "_data/activities.csv",
        "date,title,participants\n2026-01-20,扫雪,12\n2026-01-21,护林,14\n",
    );
    let words = ["--for", "ledger", "--kind", "volunteer", "--period", "2026-01"];
    share_to(site.path(), &words, "ledger.xlsx");
    let sheets = sheets(&site.path().join("ledger.xlsx"));
    let listed: Vec<(&str, &str)> = sheets[0].1[1..]
        .iter()
        .map(|row| (row[2].as_str(), row.last().unwrap().as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            ("备料", "https://qihe.example/volunteer/snow/"),
            ("扫雪", "content/_data/activities.csv 2"),
            ("护林", "content/_data/activities.csv 3"),
        ]
    );
    let counted = sheets[1].1.iter().find(|row| row[0].starts_with("志愿服务活动"));
    assert_eq!(counted.unwrap()[1], "3");
}
