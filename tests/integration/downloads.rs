//! The files beside a report, on small sites: each item of evidence has its line, whatever its name.

use crate::common::write_file;
use calamine::{Data, Reader as _, Xlsx};
use std::fs;
use std::io::Cursor;
use xiangyin::testing::pipeline::{NoProgress, Request, build};

/// Builds a site of these files and returns the rows of the evidence sheet of the report on 2022-H1.
fn evidence_rows(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write_file(&folder.path().join("content").join(name), text);
    }
    let out = folder.path().join("public");
    let outcome = build(
        &Request {
            out: Some(out.clone()),
            ..Request::new(folder.path(), jiff::civil::date(2023, 1, 31))
        },
        &NoProgress,
    );
    assert!(outcome.published, "{:?}", outcome.findings);
    let bytes = fs::read(out.join("reports/2022-h1/data.xlsx")).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("依据").unwrap();
    let text = |cell: &Data| cell.to_string();
    sheet.rows().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn rows_of_one_name_are_two_lines_of_evidence() {
    let rows = evidence_rows(&[
        (
            "site.yaml",
            "title: 乡音\nbase_url: https://x.example\npolicy: {reports: written}\n",
        ),
        (
            "_data/villages.yaml",
            "- {id: sq, name: 石桥村}\n- {id: hy, name: 禾源村}\n",
        ),
        (
            "_data/teams.yaml",
            "- {id: a, name: 护河队, scope: village, village: sq}\n- {id: b, name: 护河队, scope: village, village: hy}\n",
        ),
        ("_data/staff.yaml", "- {id: a, name: 护河队, role: liaison}\n"),
        (
            "reports/h1.md",
            "---\ntitle: 上半年\ndate: 2022-07-05\nperiod: 2022-H1\n---\n正文。\n",
        ),
    ]);
    let lines: Vec<[&str; 4]> = rows[1..]
        .iter()
        .map(|row| [&*row[1], &*row[2], &*row[3], &*row[4]])
        .collect();
    assert_eq!(
        lines,
        [
            ["第 1 位", "宣传员", "", "宣传员、舆情联络员"],
            ["护河队", "志愿服务队", "石桥村", "志愿服务队、村级服务队"],
            ["护河队", "志愿服务队", "禾源村", "志愿服务队、村级服务队"],
            // A count of different values has a line for each value.
            ["石桥村（护河队）", "", "", "有服务队的村"],
            ["禾源村（护河队）", "", "", "有服务队的村"],
        ]
    );
}
