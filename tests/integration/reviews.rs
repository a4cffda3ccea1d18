//! The ledger of reviews: its page and its Excel file in the preview, and nothing of it in a build.

use crate::common::preview_process::PreviewProcess;
use crate::common::{read_tree, write_file};
use calamine::{Data, Reader as _, Xlsx};
use std::io::Cursor;
use std::path::Path;
use xiangyin::testing::desk::{DeskLinks, ReviewLedger, render_reviews};
use xiangyin::testing::messages::Lang;
use xiangyin::testing::pipeline::{NoProgress, Request, Session, build};

const SETTINGS: &str = "title: 溪口镇\nbase_url: https://x.example/town/\npolicy: {review: warn}\n";
const FILES: [(&str, &str); 6] = [
    ("content/site.yaml", SETTINGS),
    (
        "content/volunteer/river.md",
        "---\ntitle: 清洁<河道>\ndate: 2026-03-01\nparticipants: 3\nauthor: 许禾生\n\
         review: {first: {by: 文述之, date: 2026-03-01}, second: 秦知远, third: {by: 江序, date: 2026-03-02}}\n---\n甲\n",
    ),
    (
        "content/volunteer/trees.md",
        "---\ntitle: 植树\ndate: 2025-03-12\nparticipants: 3\nauthor: 许禾生\n\
         review: {first: 许禾生, third: 江序}\n---\n乙\n",
    ),
    (
        "content/study/talk.md",
        "---\ntitle: 宣讲\ndate: 2026-02-01\nform: public-talk\ndraft: true\n---\n丙\n",
    ),
    (
        "content/study/plan.md",
        "---\ntitle: 计划\ndate: 2027-01-01\nform: public-talk\n---\n丁\n",
    ),
    ("content/about.md", "---\ntitle: 关于\n---\n戊\n"),
];

fn write_site(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        write_file(&folder.join(path), text);
    }
}

fn ledger(files: &[(&str, &str)]) -> ReviewLedger {
    let folder = tempfile::tempdir().unwrap();
    write_site(folder.path(), files);
    let session = Session::open(Request::new(folder.path(), jiff::civil::date(2026, 3, 5)));
    let latest = session.latest();
    let findings = latest.findings().to_vec();
    latest.with_site(|site| ReviewLedger::new(site, &findings)).unwrap()
}

fn page(ledger: &ReviewLedger, name: &str) -> Option<String> {
    let links = DeskLinks {
        prefix: "/town",
        is_live: true,
    };
    render_reviews(ledger, name, Lang::Zh, links)
}

#[test]
fn ledger_has_every_post_by_year_with_what_is_wrong() {
    let ledger = ledger(&FILES);
    let newest = page(&ledger, "").unwrap();
    assert!(
        newest.contains("计划") && newest.contains("未到日期") && newest.contains("没有审"),
        "{newest}"
    );
    assert!(newest.contains("href=\"/town/reviews/2026/\"") && newest.contains("href=\"/town/reviews/reviews.xlsx\""));
    let this_year = page(&ledger, "2026/").unwrap();
    assert!(this_year.contains("清洁&lt;河道&gt;") && this_year.contains("已审全") && this_year.contains("2026-03-02"));
    assert!(this_year.contains("宣讲") && this_year.contains("草稿") && !this_year.contains("关于"));
    let last_year = page(&ledger, "2025/").unwrap();
    assert!(
        last_year.contains("缺二审") && last_year.contains("一审（first）的审稿人“许禾生”就是作者"),
        "{last_year}"
    );
    assert_eq!(page(&ledger, "2024/"), None);
    assert_eq!(page(&ledger, "2025"), None);
}

#[test]
fn ledger_of_a_site_without_posts_says_so() {
    let ledger = ledger(&FILES[..1]);
    assert!(page(&ledger, "").unwrap().contains("还没有稿件"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(ledger.to_xlsx(Lang::Zh).unwrap())).unwrap();
    assert_eq!(book.worksheets().len(), 1);
}

#[test]
fn excel_file_has_a_sheet_for_each_year() {
    let bytes = ledger(&FILES).to_xlsx(Lang::Zh).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["2027", "2026", "2025"]);
    let sheet = book.worksheet_range("2026").unwrap();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| row.iter().map(Data::to_string).collect())
        .collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0][..4], ["日期", "稿件", "栏目", "作者"]);
    assert_eq!(rows[1][1..5], ["清洁<河道>", "志愿服务", "许禾生", "文述之"]);
    assert_eq!(rows[1][10..], ["已审全", "content/volunteer/river.md"]);
    assert_eq!(rows[2][10], "没有审、草稿");
}

#[test]
fn preview_serves_the_ledger_and_a_build_does_not() {
    let preview = PreviewProcess::start(&FILES, &[]);
    let page = preview.get("/town/reviews/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("三审三校台账") && page.body.contains("live.js"));
    assert!(preview.get("/town/_xiangyin/").body.contains("href=\"/town/reviews/\""));
    let excel = preview.get("/town/reviews/reviews.xlsx");
    assert_eq!(excel.status, 200);
    assert!(excel.body.starts_with("PK"));
    assert!(
        excel.header("content-type").contains("spreadsheet"),
        "{}",
        excel.header("content-type")
    );
    assert_eq!(preview.get("/town/reviews/1999/").status, 404);
    preview.write(
        "content/study/talk.md",
        "---\ntitle: 宣讲\ndate: 2026-02-01\nform: public-talk\nreview: {first: 柳闻笛}\n---\n丙\n",
    );
    preview.wait_for_text("/town/reviews/2026/", "柳闻笛");

    let folder = tempfile::tempdir().unwrap();
    write_site(folder.path(), &FILES);
    let out = folder.path().join("public");
    let request = Request {
        out: Some(out.clone()),
        ..Request::new(folder.path(), jiff::civil::date(2026, 3, 5))
    };
    assert!(build(&request, &NoProgress).published);
    let published = read_tree(&out);
    assert!(published.keys().all(|path| !path.starts_with("reviews")));
}

#[test]
fn a_page_of_the_site_at_the_ledgers_address_stays() {
    let own = [
        ("content/site.yaml", SETTINGS),
        ("content/reviews.md", "---\ntitle: 书评\n---\n自己的一页。\n"),
    ];
    let preview = PreviewProcess::start(&own, &[]);
    assert!(preview.get("/town/reviews/").body.contains("自己的一页"));
}

#[test]
fn ledger_masks_personal_numbers() {
    let files = [
        ("content/site.yaml", SETTINGS),
        (
            "content/volunteer/a.md",
            "---\ntitle: 报名电话 13800138000\ndate: 2026-03-01\nparticipants: 3\nauthor: 许禾生 13800138000\n\
             review: {first: 文述之 13800138000}\n---\n甲\n",
        ),
    ];
    let ledger = ledger(&files);
    let page = page(&ledger, "").unwrap();
    assert!(page.contains("报名电话") && !page.contains("13800138000"), "{page}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(ledger.to_xlsx(Lang::Zh).unwrap())).unwrap();
    let sheet = book.worksheet_range("2026").unwrap();
    assert!(
        sheet
            .rows()
            .flatten()
            .all(|cell| !cell.to_string().contains("13800138000"))
    );
}
