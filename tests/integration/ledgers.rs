//! Ledgers through the whole binary: a workbook in a site, what is said of it, and what is built from it.

use crate::common::{run_on, write_file};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::fs;
use std::path::Path;

/// A site whose kind `volunteer` takes records from two sheets of a workbook, and whose teams are another.
fn site(root: &Path) {
    let write = |name: &str, text: &str| write_file(&root.join("content").join(name), text);
    write(
        "site.yaml",
        "title: 乡音\nbase_url: https://x.example\npolicy: {reports: written}\n",
    );
    write("_data/villages.yaml", "- {id: heyuan, name: 禾源村}\n");
    write(
        "_kinds/volunteer.yaml",
        "id: volunteer\npages: true\nfrom: {file: activities.xlsx, sheet: 2022年}\n",
    );
    teams().save(root.join("content/_data/teams.xlsx")).expect("a workbook");
}

fn teams() -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in [
        ["队名", "级别", "村"],
        ["护河志愿服务队", "镇直", ""],
        ["禾源村志愿服务队", "村级", "禾源村"],
    ]
    .iter()
    .enumerate()
    {
        for (column, text) in cells.iter().enumerate() {
            let (row, column) = (u32::try_from(row).expect("few"), u16::try_from(column).expect("few"));
            sheet.write_string(row, column, *text).expect("a cell");
        }
    }
    book
}

/// A workbook of activities; `people` is the number of participants in its second row of values.
fn activities(people: &str) -> Workbook {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("yyyy/m/d");
    for (name, year) in [("2021年", 2021), ("2022年", 2022)] {
        let sheet = book.add_worksheet().set_name(name).expect("a name");
        let title = format!("{name}志愿服务台账");
        sheet.merge_range(0, 0, 0, 5, &title, &Format::new()).expect("a range");
        for (column, head) in ["序号", "标题", "日期", "村", "服务队", "参与人次"].iter().enumerate() {
            sheet
                .write_string(2, u16::try_from(column).expect("few"), *head)
                .expect("a cell");
        }
        for row in [3_u32, 4] {
            sheet.write_number(row, 0, row - 2).expect("a cell");
            sheet
                .write_string(row, 1, format!("清洁河道第{}次", row - 2))
                .expect("a cell");
            let date = ExcelDateTime::from_ymd(year, 5, 12).expect("a day");
            sheet.write_datetime_with_format(row, 2, &date, &day).expect("a cell");
            sheet.write_string(row, 3, "禾源村").expect("a cell");
            sheet.write_string(row, 4, "护河志愿服务队").expect("a cell");
            sheet.write_number(row, 5, 26).expect("a cell");
        }
        sheet.write_string(4, 5, people).expect("a cell");
    }
    book
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn rows_of_a_workbook_become_pages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    site(folder.path());
    let mut book = activities("31");
    book.save(folder.path().join("content/_data/activities.xlsx"))
        .expect("a workbook");
    let built = run_on(folder.path(), &["build"]);
    assert!(built.status.success(), "{}{}", text(&built.stdout), text(&built.stderr));
    let public = folder.path().join("public");
    let read = |name: &str| fs::read_to_string(public.join(name)).expect(name);
    let page = read("volunteer/activities/2022-nian-5/index.html");
    assert!(page.contains("清洁河道第2次") && page.contains("31"), "{page}");
    assert!(read("teams/hu-he-zhi-yuan-fu-wu-dui/index.html").contains("清洁河道第1次"));
    // Only the sheet that the kind names.
    assert!(!public.join("volunteer/activities/2021-nian-5/index.html").exists());
}

#[test]
fn wrong_cell_is_reported_in_excel_notation() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    site(folder.path());
    let mut book = activities("36人次");
    book.save(folder.path().join("content/_data/activities.xlsx"))
        .expect("a workbook");
    let checked = run_on(folder.path(), &["check", "--lang", "zh-CN"]);
    assert_eq!(checked.status.code(), Some(1));
    let shown = text(&checked.stdout) + &text(&checked.stderr);
    let expected = "\
错误[bad-number]: “参与人次”的值“36人次”不是纯数字
 --> content/_data/activities.xlsx 2022年!F5
  |
5 | 2 | 清洁河道第2次 | 2022-05-12 | 禾源村 | 护河志愿服务队 | 36人次
  |                                                            ^^^^^^
  |
  = 建议: 写成 `参与人次: 36`
";
    assert!(shown.contains(expected), "{shown}");
    let checked = run_on(folder.path(), &["check", "--lang", "en", "--message-format", "json"]);
    let line = text(&checked.stdout);
    let finding: serde_json::Value =
        serde_json::from_str(line.lines().next().expect("a finding")).expect("a line of JSON");
    assert_eq!(finding["code"], "bad-number");
    assert_eq!(finding["file"], "content/_data/activities.xlsx");
    assert_eq!((&finding["line"], &finding["column"]), (&5.into(), &6.into()));
    assert_eq!(finding["cell"], "2022年!F5");
}

#[test]
fn damaged_workbook_is_one_finding() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    site(folder.path());
    fs::write(
        folder.path().join("content/_data/activities.xlsx"),
        b"PK\x03\x04 not a workbook",
    )
    .expect("a file");
    let checked = run_on(folder.path(), &["check", "--lang", "en", "--message-format", "json"]);
    assert_eq!(checked.status.code(), Some(1));
    let shown = text(&checked.stdout);
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(shown.contains("bad-ledger") && shown.contains("damaged"), "{shown}");
}

#[test]
fn missing_value_is_reported_with_its_row_and_column() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    site(folder.path());
    let mut book = activities("31");
    let sheet = book.worksheet_from_name("2022年").expect("the sheet");
    sheet.write_blank(3, 2, &Format::new()).expect("a cell");
    book.save(folder.path().join("content/_data/activities.xlsx"))
        .expect("a workbook");
    let checked = run_on(folder.path(), &["check", "--lang", "zh-CN"]);
    let shown = text(&checked.stdout) + &text(&checked.stderr);
    let expected = "\
错误[missing-field]: 缺少必填的“日期”
 --> content/_data/activities.xlsx 2022年!C4
  |
4 | 1 | 清洁河道第1次 | 　 | 禾源村 | 护河志愿服务队 | 26
  |                     ^^
  |
  = 建议: 在“日期”这一列填上
";
    assert!(shown.contains(expected), "{shown}");
}
