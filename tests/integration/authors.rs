//! What authors wrote, their shares and their fees: counted by hand, as JSON and as the workbook of the finance office; and
//! nothing of it on the public site.

use crate::common::{error_text, read_tree, run, unpacked_text, write_file};
use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::Path;

const FEE: &str = "submission.fee: {label: 稿费, unit: 元, of: submission, aggregate: score, points: {level: {national: 150, provincial: 85, municipal: 35, district: 25}}, where: {adopted: {given: true}}, dated: adopted, internal: true}\n";

/// A piece in two papers, one of three authors, a row of a ledger that was adopted later, one that was not, a draft.
fn town(metrics: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "site.yaml",
            "title: 乡音\nbase_url: https://x.example/\npolicy: {reports: generate, review: 'off'}\n",
        ),
        ("_metrics.yaml", metrics),
        ("_kinds/submission.yaml", "id: submission\nfrom: submissions.csv\n"),
        (
            "_data/submissions.csv",
            "题目,作者,报送媒体,报送日期,采用日期,日期,媒体级别\n\
             竹笛,石雨桐、宣若言,山河网,2022-06-10,,2022-06-10,省级\n\
             春耕,宣若言,澜江日报,2022-06-28,2022-07-02,2022-06-28,市级\n",
        ),
        (
            "submissions/city.md",
            "---\ntitle: 荷塘夜读\ndate: 2022-05-30\nauthors: [{name: 石雨桐, share: 61%}, 墨同书]\noutlet: 澜江日报\nlevel: municipal\nsubmitted: 2022-05-30\nadopted: 2022-06-02\npiece: p1\n---\n甲\n",
        ),
        (
            "submissions/nation.md",
            "---\ntitle: 荷塘夜读（国报）\ndate: 2022-06-05\nauthors: [{name: 石雨桐, share: 61%}, 墨同书]\noutlet: 山河日报\nlevel: national\nsubmitted: 2022-06-05\nadopted: 2022-06-10\npiece: p1\n---\n甲\n",
        ),
        (
            "submissions/three.md",
            "---\ntitle: 护河\ndate: 2022-04-01\nauthors: [墨同书, 石雨桐, 柳闻笛]\noutlet: 县融媒\nlevel: district\nsubmitted: 2022-04-01\nadopted: 2022-04-03\n---\n乙\n",
        ),
        (
            "submissions/draft.md",
            "---\ntitle: 草稿\ndate: 2022-06-01\nauthors: [石雨桐]\nlevel: national\nadopted: 2022-06-01\ndraft: true\n---\n丙\n",
        ),
    ] {
        write_file(&dir.path().join("content").join(name), text);
    }
    dir
}

fn ledger(site: &Path, period: &str) -> Value {
    let output = run(site, &["authors", period, "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", error_text(&output));
    // Findings come before it, a line each.
    let said = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(said.lines().last().unwrap()).unwrap()
}

#[test]
fn pieces_adoptions_and_fees_of_authors_are_those_counted_by_hand() {
    let site = town(FEE);
    let ledger = ledger(site.path(), "2022-H1");
    // 护河 is 25元 in three equal parts, of which the first has the 分 that is left. 荷塘夜读 has the 150元 of the national
    // paper once: 61% are 91.5元. 春耕 was adopted in July.
    assert_eq!(
        ledger["authors"],
        json!([
            {"author": "墨同书", "month": "2022-04", "submitted": 1, "adopted": 1, "fee": 8.34},
            {"author": "墨同书", "month": "2022-05", "submitted": 1, "adopted": 0, "fee": 0},
            {"author": "墨同书", "month": "2022-06", "submitted": 1, "adopted": 2, "fee": 58.5},
            {"author": "石雨桐", "month": "2022-04", "submitted": 1, "adopted": 1, "fee": 8.33},
            {"author": "石雨桐", "month": "2022-05", "submitted": 1, "adopted": 0, "fee": 0},
            {"author": "石雨桐", "month": "2022-06", "submitted": 2, "adopted": 2, "fee": 91.5},
            {"author": "柳闻笛", "month": "2022-04", "submitted": 1, "adopted": 1, "fee": 8.33},
            {"author": "宣若言", "month": "2022-06", "submitted": 2, "adopted": 0, "fee": 0},
        ])
    );
    assert_eq!(ledger["total"], json!(175));
    assert_eq!(ledger["fee"], json!({"label": "稿费", "unit": "元"}));
    let pieces = ledger["pieces"].as_array().unwrap();
    let city = pieces.iter().find(|piece| piece["title"] == "荷塘夜读").unwrap();
    assert_eq!((&city["share"], &city["fee"]), (&json!(0.61), &Value::Null));
    assert!(
        city["note"].as_str().unwrap().contains("《荷塘夜读（国报）》"),
        "{city}"
    );
    let spring = pieces.iter().find(|piece| piece["title"] == "春耕").unwrap();
    assert_eq!(spring["address"], "content/_data/submissions.csv 3");
    assert_eq!(self::ledger(site.path(), "2022-07")["total"], json!(35));
}

#[test]
fn the_workbook_says_the_same_in_formulas_over_its_pieces() {
    let site = town(FEE);
    let output = run(site.path(), &["authors", "2022-H1", "--out", "稿费.xlsx"]);
    assert_eq!(output.status.code(), Some(0), "{}", error_text(&output));
    let bytes = std::fs::read(site.path().join("稿费.xlsx")).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["按月", "汇总", "稿件"]);
    let rows = |book: &mut Xlsx<_>, name: &str| -> Vec<Vec<Data>> {
        let range = book.worksheet_range(name).unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    };
    let pieces = rows(&mut book, "稿件");
    let column = |title: &str| pieces[0].iter().position(|head| *head == *title).unwrap();
    let (author, paid, part) = (column("作者"), column("稿费计入月份"), column("本人稿费（元）"));
    let (sent, adopted) = (column("报送计入月份"), column("采用计入月份"));
    assert_eq!(pieces.len(), 1 + 2 + 2 + 3 + 2 + 1);
    let months = rows(&mut book, "按月");
    let ledger = ledger(site.path(), "2022-H1");
    let expected = ledger["authors"].as_array().unwrap();
    assert_eq!(months.len(), expected.len() + 2);
    for (row, sum) in months[1..].iter().zip(expected) {
        // A second sum of the pieces, as the formula says it.
        let of_month = |piece: &&Vec<Data>, column: usize| piece[author] == row[0] && piece[column] == row[1];
        let count = |column: usize| pieces[1..].iter().filter(|piece| of_month(piece, column)).count() as f64;
        let fees = pieces[1..].iter().filter(|piece| of_month(piece, paid));
        let fees: f64 = fees
            .filter_map(|piece| piece[part].to_string().parse::<f64>().ok())
            .sum();
        let shown = |cell: &Data| cell.to_string().parse::<f64>().unwrap();
        assert_eq!(
            (shown(&row[2]), shown(&row[3])),
            (count(sent), count(adopted)),
            "{row:?}"
        );
        assert!((shown(&row[4]) - fees).abs() < 0.001, "{row:?}");
        assert_eq!(row[0].to_string(), sum["author"].as_str().unwrap());
        assert_eq!(shown(&row[4]), sum["fee"].as_f64().unwrap());
    }
    assert_eq!(months.last().unwrap()[4].to_string(), "175");
    let formulas = book.worksheet_formula("按月").unwrap();
    let formula = |row: u32, column: u32| formulas.get_value((row, column)).cloned().unwrap_or_default();
    assert_eq!(
        formula(1, 4),
        "ROUND(SUMPRODUCT(EXACT('稿件'!$A$2:$A$11,A2)*('稿件'!$J$2:$J$11=B2)*'稿件'!$L$2:$L$11),2)"
    );
    assert_eq!(
        formula(1, 2),
        "SUMPRODUCT(EXACT('稿件'!$A$2:$A$11,A2)*('稿件'!$G$2:$G$11=B2))"
    );
    let totals = rows(&mut book, "汇总");
    let all: Vec<String> = totals[1..].iter().map(|row| format!("{} {}", row[0], row[3])).collect();
    assert_eq!(all, ["墨同书 66.84", "石雨桐 99.83", "柳闻笛 8.33", "宣若言 0"]);
}

#[test]
fn a_workbook_is_not_replaced_unasked_and_one_without_fees_has_pieces_only() {
    let site = town("{}\n");
    let first = run(site.path(), &["authors", "2022-06", "--out", "a.xlsx"]);
    assert_eq!(first.status.code(), Some(0), "{}", error_text(&first));
    assert!(error_text(&first).contains("submission.fee"), "{}", error_text(&first));
    let again = run(site.path(), &["authors", "2022-06", "--out", "a.xlsx"]);
    assert_eq!(again.status.code(), Some(1));
    let said = error_text(&again);
    assert!(said.contains("is there already") && !said.contains("report"), "{said}");
    let forced = run(site.path(), &["authors", "2022-06", "--out", "a.xlsx", "--force"]);
    assert_eq!(forced.status.code(), Some(0), "{}", error_text(&forced));
    let mut book = Xlsx::new(Cursor::new(std::fs::read(site.path().join("a.xlsx")).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["按月", "稿件"], "one month is not summed up again");
    let months = book.worksheet_range("按月").unwrap();
    assert_eq!(months.width(), 4, "there is no column of fees");
    let none = run(site.path(), &["authors", "2019"]);
    assert_eq!(none.status.code(), Some(0));
    assert!(error_text(&none).contains("nothing was sent"), "{}", error_text(&none));
    assert!(site.path().join("authors-2019.xlsx").is_file());
    assert_eq!(run(site.path(), &["authors", "2022-13"]).status.code(), Some(2));
}

#[test]
fn the_public_site_has_no_row_of_an_author() {
    // The rule says that it is internal, says nothing, or says that it is not.
    for rule in [
        FEE.to_owned(),
        FEE.replace(", internal: true", ""),
        FEE.replace("internal: true", "internal: false"),
    ] {
        let site = town(&rule);
        let output = run(site.path(), &["build"]);
        assert_eq!(output.status.code(), Some(0), "{}", error_text(&output));
        let tree = read_tree(&site.path().join("public"));
        assert!(tree.keys().any(|path| path.ends_with("data.xlsx")));
        for (path, bytes) in &tree {
            let (shown, text) = (path.to_string_lossy().replace('\\', "/"), unpacked_text(bytes));
            for word in ["稿费", "submission.fee", "宣若言", "61%", "0.61"] {
                // A digest or a colour may have the digits of a share.
                assert!(
                    word == "0.61" && is_of_the_theme(&shown) || !text.contains(word),
                    "{shown} has “{word}”"
                );
            }
            // A submission's own page names who wrote it.
            let names = ["石雨桐", "墨同书", "柳闻笛"]
                .iter()
                .filter(|name| text.contains(**name))
                .count();
            let is_of_one_piece = shown.starts_with("submissions/") || shown.starts_with("search/");
            assert!(names == 0 || is_of_one_piece, "{shown} names authors");
        }
    }
}

/// Whether a file of the output is one of the theme's, which are the same on every site.
fn is_of_the_theme(shown: &str) -> bool {
    [".css", ".js", ".svg", ".woff2", ".png", ".wasm"]
        .iter()
        .any(|ending| shown.ends_with(ending))
}

/// The fees of a site in the first half of 2022, and the warnings of the command.
fn total(metrics: &str, change: impl Fn(&Path)) -> (Value, String) {
    let site = town(metrics);
    change(site.path());
    let said = run(site.path(), &["check"]);
    (ledger(site.path(), "2022-H1")["total"].clone(), error_text(&said))
}

#[test]
fn a_rule_that_is_not_dated_by_adoption_is_warned_of() {
    assert!(!total(FEE, |_| {}).1.contains("fee-not-adopted"));
    // 春耕 was sent in June and adopted in July.
    let (sum, said) = total(&FEE.replace(" dated: adopted,", ""), |_| {});
    assert_eq!(sum, json!(210));
    assert!(said.contains("fee-not-adopted"), "{said}");
}

#[test]
fn a_piece_is_paid_once_whatever_the_policy_and_the_aggregate_are() {
    let every_level = |site: &Path| {
        let text = "title: 乡音\nbase_url: https://x.example/\npolicy: {reports: generate, review: 'off', pieces: every-level}\n";
        write_file(&site.join("content/site.yaml"), text);
    };
    assert_eq!(total(FEE, every_level).0, json!(175));
    let sum = "submission.fee: {label: 稿费, unit: 元, of: submission, aggregate: 'sum:amount', dated: adopted}\n";
    let with_amounts = |site: &Path| {
        let kind =
            "id: submission\nfrom: submissions.csv\nfields: [{name: amount, type: decimal, labels: {zh-CN: 金额}}]\n";
        write_file(&site.join("content/_kinds/submission.yaml"), kind);
        for (name, amount) in [("city", 35), ("nation", 150), ("three", 25)] {
            let file = site.join(format!("content/submissions/{name}.md"));
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(
                &file,
                text.replacen("\ndate:", &format!("\namount: {amount}\ndate:"), 1),
            )
            .unwrap();
        }
    };
    assert_eq!(total(sum, with_amounts).0, json!(175));
}

/// The value of a metric in the first half of 2022.
fn counted(site: &Path, metric: &str) -> String {
    let output = run(site, &["metrics", "2022-H1", metric, "--message-format", "json"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}{}", error_text(&output));
    let value: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    value["metrics"][metric]["value"].to_string()
}

#[test]
fn pieces_that_a_site_defines_itself_count_as_before() {
    let site = town(
        "film.points: {label: 得分, of: [submission, video], aggregate: score, points: {level: {national: 150, municipal: 35}}}\n",
    );
    let said = run(site.path(), &["check"]);
    assert_eq!(said.status.code(), Some(0), "{}", error_text(&said));
    assert_eq!(counted(site.path(), "submission.all"), "5");
    write_file(&site.path().join("content/_metrics.yaml"), FEE);
    let kind = "id: submission\nfrom: submissions.csv\nfields: [{name: piece, type: string, labels: {zh-CN: 编号}}]\n";
    write_file(&site.path().join("content/_kinds/submission.yaml"), kind);
    assert_eq!(counted(site.path(), "submission.all"), "4");
}

#[test]
fn a_column_is_the_sites_own_field_although_a_built_in_one_has_its_label() {
    let site = town(FEE);
    let kind =
        "id: submission\nfrom: submissions.csv\nfields: [{name: number, type: string, labels: {zh-CN: 稿件编号}}]\n";
    write_file(&site.path().join("content/_kinds/submission.yaml"), kind);
    let rows = "稿件编号,题目,作者,报送日期,采用日期,日期,媒体级别\n\
        1,甲,石雨桐,2022-02-01,2022-02-02,2022-02-01,市级\n1,乙,石雨桐,2022-02-03,2022-02-04,2022-02-03,市级\n";
    write_file(&site.path().join("content/_data/submissions.csv"), rows);
    assert_eq!(ledger(site.path(), "2022-02")["total"], json!(70));
}
