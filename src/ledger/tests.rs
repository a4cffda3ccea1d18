#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::error::LedgerError;
use super::*;
use crate::diag::column_letters;
use crate::yaml::Value;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::io::{Cursor, Read as _, Write as _};
use std::sync::LazyLock;

/// A workbook as an office lays it out: a sheet of values, an empty sheet and a hidden sheet.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("yyyy/m/d");
    let clock = Format::new().set_num_format("h:mm");
    let sheet = book.add_worksheet().set_name("2022年").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 4, "栖禾镇志愿服务台账", &plain).unwrap();
    heads(sheet, 1, &["序号", "日期", "村", "参与\n人次", "时长"]);
    for (row, (village, people)) in [("禾源村", 26.0), ("石桥村", 7.5)].into_iter().enumerate() {
        let row = u32::try_from(row).unwrap() + 2;
        sheet.write_number(row, 0, f64::from(row) - 1.0).unwrap();
        let date = ExcelDateTime::from_ymd(2022, 5, 12).unwrap();
        sheet.write_datetime_with_format(row, 1, &date, &day).unwrap();
        sheet.write_string(row, 2, village).unwrap();
        sheet.write_number(row, 3, people).unwrap();
        let time = ExcelDateTime::from_hms(3, 20, 0).unwrap();
        sheet.write_datetime_with_format(row, 4, &time, &clock).unwrap();
    }
    sheet.write_string(5, 0, "合 计").unwrap();
    sheet
        .write_formula(5, 3, Formula::new("=SUM(D3:D4)").set_result("#REF!"))
        .unwrap();
    heads(book.add_worksheet().set_name("空表").unwrap(), 0, &[]);
    let hidden = book.add_worksheet().set_name("选项").unwrap();
    heads(hidden, 0, &["村", "日期"]);
    hidden.set_hidden(true);
    book.save_to_buffer().unwrap()
}

fn heads(sheet: &mut Worksheet, row: u32, heads: &[&str]) {
    for (column, head) in heads.iter().enumerate() {
        sheet.write_string(row, u16::try_from(column).unwrap(), *head).unwrap();
    }
}

/// The rows of all sheets: the number, then the display texts of the cells.
fn shown(checked: &Checked<Ledger>) -> Vec<String> {
    let rows = checked.value.sheets.iter().flat_map(|sheet| &sheet.rows);
    rows.map(|row| {
        let cells = row.cells.iter();
        let cells = cells.map(|(column, cell)| format!("{}={}", column_letters(*column), cell.display_text()));
        format!("{} {}", row.number, cells.collect::<Vec<_>>().join(" "))
    })
    .collect()
}

fn reasons(checked: &Checked<Ledger>) -> Vec<&str> {
    let values = checked.findings.iter().flat_map(|finding| &finding.values);
    values
        .filter(|(name, _)| *name == "reason")
        .map(|(_, value)| value.as_str())
        .collect()
}

fn csv(text: &str) -> Vec<String> {
    shown(&read("a.csv", text.as_bytes().to_vec()))
}

fn village_and_day(head: &str) -> HeadMeaning {
    match normalize_head(head).as_str() {
        "村" => HeadMeaning::Key("village".to_owned(), 0),
        "日期" => HeadMeaning::Key("date".to_owned(), 0),
        "参与人次" => HeadMeaning::Key("participants".to_owned(), 0),
        "序号" => HeadMeaning::Ignored,
        _ => HeadMeaning::Unknown,
    }
}

/// The row numbers of the entries in the first sheet.
fn entries(ledger: &Ledger) -> Vec<usize> {
    let sheet = &ledger.sheets[0];
    let columns = find_columns(ledger, sheet, &village_and_day).unwrap();
    columns.entries(ledger, sheet).map(|entry| entry.row.number).collect()
}

#[test]
fn cells_of_a_workbook_have_places() {
    let read = read("content/_data/a.xlsx", workbook());
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    assert_eq!(
        shown(&read),
        [
            "1 A=栖禾镇志愿服务台账",
            "2 A=序号 B=日期 C=村 D=参与\n人次 E=时长",
            "3 A=1 B=2022-05-12 C=禾源村 D=26 E=3:20",
            "4 A=2 B=2022-05-12 C=石桥村 D=7.5 E=3:20",
            "6 A=合 计 D=#REF!",
        ]
    );
    assert_eq!(entries(&read.value), [3, 4]);
    let sheet = &read.value.sheets[0];
    let columns = find_columns(&read.value, sheet, &village_and_day).unwrap();
    let entry = columns.entries(&read.value, sheet).next().unwrap();
    let place = entry.cell_place(columns.by_key("participants").unwrap().number);
    assert_eq!((place.line, place.column), (3, 4));
    assert_eq!(place.cell_reference().as_deref(), Some("2022年!D3"));
    assert_eq!(place.excerpt, "1 | 2022-05-12 | 禾源村 | 26 | 3:20");
    assert_eq!(&place.excerpt[place.marked_span.0..place.marked_span.1], "26");
    assert_eq!(columns.unknown[0].0, "时长");
}

#[test]
fn merged_cells_except_numbers_fill_every_row() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 1, 0, "日期", &plain).unwrap();
    sheet.merge_range(0, 1, 1, 1, "村", &plain).unwrap();
    sheet.merge_range(0, 2, 0, 3, "人数", &plain).unwrap();
    heads(sheet, 1, &[]);
    sheet.write_string(1, 2, "参与人次").unwrap();
    sheet.write_string(1, 3, "其中党员").unwrap();
    sheet.merge_range(2, 0, 3, 0, "2022-05-12", &plain).unwrap();
    sheet.write_string(2, 1, "禾源村").unwrap();
    sheet.write_string(3, 1, "石桥村").unwrap();
    sheet.merge_range(2, 2, 3, 2, "", &plain).unwrap();
    sheet.write_number(2, 2, 30).unwrap();
    let read = read("a.xlsx", book.save_to_buffer().unwrap());
    assert_eq!(
        shown(&read)[1..],
        [
            "2 A=日期 B=村 C=参与人次 D=其中党员",
            "3 A=2022-05-12 B=禾源村 C=30",
            "4 A=2022-05-12 B=石桥村"
        ]
    );
    assert_eq!(entries(&read.value), [3, 4]);
    assert_eq!(read.value.sheets[0].merged_numbers, [(3, 3, 4)]);
}

#[test]
fn a_csv_file_has_the_rows_that_excel_shows() {
    let text = "名册,,\r\n\r\n编号,\"队\n名\",成立日期\r\na,甲队,2022/3/5\r\nb,乙队,2022/3/5 9:30\r\n,,\r\nc,丙队,2022/2/30\r\n";
    assert_eq!(
        csv(text),
        [
            "1 A=名册",
            "3 A=编号 B=队\n名 C=成立日期",
            "4 A=a B=甲队 C=2022/3/5",
            "5 A=b B=乙队 C=2022/3/5 9:30",
            "7 A=c B=丙队 C=2022/2/30",
        ]
    );
    let ledger = read("a.csv", text.as_bytes().to_vec()).value;
    let cell = |row: usize| ledger.sheets[0].rows[row].cells[2].1.value(true);
    assert_eq!(cell(2), Value::from("2022-03-05"));
    assert_eq!(cell(3), Value::from("2022-03-05 09:30"));
    assert_eq!(cell(4), Value::from("2022/2/30"));
    assert_eq!(csv("a;b\n1;2\n"), ["1 A=a B=b", "2 A=1 B=2"]);
    assert_eq!(csv("\u{feff}a\tb\n"), ["1 A=a B=b"]);
    let (gbk, ..) = encoding_rs::GB18030.encode("编号,名称\n1,清洁河道\n");
    let checked = read("a.CSV", gbk.into_owned());
    assert!(checked.findings.is_empty());
    assert_eq!(shown(&checked)[1], "2 A=1 B=清洁河道");
}

#[test]
fn totals_notes_and_repeated_heads_are_skipped() {
    let text = "序号,日期,村\n1,2022/1/1,甲\n小计（一月）,,\n序号,日期,村\n2,2022/2/1,乙\n总 计：,,2\n填表人：某某,,2022/3/1\n";
    assert_eq!(entries(&read("a.csv", text.as_bytes().to_vec()).value), [2, 5]);
}

fn codes(checked: &Checked<Ledger>) -> Vec<(Code, usize, usize)> {
    let places = checked
        .findings
        .iter()
        .map(|finding| (finding.code, finding.place.as_ref().unwrap()));
    places.map(|(code, place)| (code, place.line, place.column)).collect()
}

#[test]
fn csv_files_of_all_programs_are_divided() {
    let utf16: Vec<u8> = "\u{feff}村\t日期\r\n甲,乙;丙\t2022\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let read_utf16 = read("a.csv", utf16);
    assert!(read_utf16.findings.is_empty());
    assert_eq!(shown(&read_utf16), ["1 A=村 B=日期", "2 A=甲,乙;丙 B=2022"]);
    assert_eq!(csv("sep=;\r\n村;日期\r\n甲,1;2\r\n"), ["1 A=村 B=日期", "2 A=甲,1 B=2"]);
    assert_eq!(csv("\"sep=,\"\n村;x,日期\n"), ["1 A=村;x B=日期"]);
    assert_eq!(csv("sep=\t\n村\t日期\n"), ["1 A=村 B=日期"]);
    assert_eq!(
        csv("村,日期\r甲,\"乙\r丙\"\r丁,戊"),
        ["1 A=村 B=日期", "2 A=甲 B=乙\n丙", "3 A=丁 B=戊"]
    );
    assert_eq!(
        csv("名册|\n村|日期\n甲，乙|1,5\n"),
        ["1 A=名册", "2 A=村 B=日期", "3 A=甲，乙 B=1,5"]
    );
    assert_eq!(csv("村，日期\n甲，1\n"), ["1 A=村 B=日期", "2 A=甲 B=1"]);
    assert_eq!(csv("村；日期\n甲,乙；1\n"), ["1 A=村 B=日期", "2 A=甲,乙 B=1"]);
    // A column of which each row has more semicolons than the row has commas, quoted or not.
    assert_eq!(
        csv("日期,人\n1,甲;乙;丙\n2,丁;戊;己\n"),
        ["1 A=日期 B=人", "2 A=1 B=甲;乙;丙", "3 A=2 B=丁;戊;己"]
    );
    assert_eq!(csv("a,b\n1, \"x;y;\"\"z\"\"\"\n"), ["1 A=a B=b", "2 A=1 B=x;y;\"z\""]);
    assert_eq!(csv("3\" 管,\"甲\"乙\n"), ["1 A=3\" 管 B=甲乙"]);
}

#[test]
fn quotation_marks_without_a_pair_are_reported_where_they_are() {
    let faults = |text: &str| codes(&read("a.csv", text.as_bytes().to_vec()));
    let unclosed = |line, column| (Code::UnclosedQuote, line, column);
    assert_eq!(faults("村,日期\n甲,\"1\n乙,2\n"), [unclosed(2, 3)]);
    assert_eq!(faults("村,日期\n\"甲,1\n\"乙\",2\n\"丙\n丁\",3\n"), [unclosed(2, 1)]);
    assert_eq!(faults("日期,村\n1,\"甲\n2,乙,3,丙\"\n"), [unclosed(2, 3)]);
    assert_eq!(faults("日期,村\n1,\"甲\n见下:2,乙,3\"\n"), []);
    let rows = csv("村,日期\n甲,\"1\n乙,\"2\n3\"\n");
    assert_eq!(rows, ["1 A=村 B=日期", "2 A=甲 B=\"1", "3 A=乙 B=2\n3"]);
    // Reading stays linear: this text would take hours otherwise.
    let text = format!("{}\"z", "\"x\"\",\n".repeat(400_000));
    let many = read("a.csv", text.into_bytes());
    assert!(!many.findings.is_empty());
}

#[test]
fn a_row_divided_by_full_width_marks_is_reported_and_read() {
    let checked = read(
        "a.csv",
        "村,日期,人\n甲，1，\"乙，丙\"\n丁，戊,2,3\n己，庚,2\n"
            .as_bytes()
            .to_vec(),
    );
    assert_eq!(
        shown(&checked)[1..],
        ["2 A=甲 B=1 C=乙，丙", "3 A=丁，戊 B=2 C=3", "4 A=己 B=庚 C=2"]
    );
    assert_eq!(codes(&checked), [(Code::FullWidthDelimiter, 2, 1)]);
    assert!(checked.findings[0].values.contains(&("cells", "A4".to_owned())));
}

/// Replaces a text in a part of a workbook.
fn with_part(bytes: &[u8], part: &str, old: &str, new: &str) -> Vec<u8> {
    let mut parts = parts(bytes);
    let (_, text) = parts.iter_mut().find(|(name, _)| name == part).unwrap();
    let changed = String::from_utf8(text.clone()).unwrap();
    assert!(changed.contains(old), "{changed}");
    *text = changed.replace(old, new).into_bytes();
    packed(&parts)
}

#[test]
fn formulas_without_a_stored_value_are_told_from_empty_texts() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    heads(sheet, 0, &["村", "日期", "参与人次"]);
    sheet.write_formula(1, 0, Formula::new("=A9").set_result("甲")).unwrap();
    sheet
        .write_formula(1, 1, Formula::new("=IF(A2=1,A2,\"\")").set_result(""))
        .unwrap();
    sheet
        .write_formula(1, 2, Formula::new("=20+6").set_result("26"))
        .unwrap();
    let part = "xl/worksheets/sheet1.xml";
    let bytes = with_part(
        &book.save_to_buffer().unwrap(),
        part,
        "<c r=\"B2\">",
        "<c r=\"B2\" t=\"str\">",
    );
    let bytes = with_part(&bytes, part, "<v>0</v>", "<v></v>");
    assert_eq!(shown(&read("a.xlsx", bytes.clone()))[1], "2 A=甲 C=26");
    for stored in ["", "<v/>", "<v></v>"] {
        let bare = with_part(&bytes, part, "<v>26</v>", stored);
        let sheet = &read("a.xlsx", bare).value.sheets[0];
        assert_eq!(sheet.rows[1].cells[1], (3, Cell::Uncomputed("=20+6".into())));
    }
    let cell = |value: &str| {
        format!("<table:table-row><table:table-cell table:formula=\"of:=20+6\"{value}/></table:table-row>")
    };
    assert_eq!(shown(&read("a.ods", open_document(&cell(""))))[0], "1 A==20+6");
    let stored = cell(" office:value-type=\"float\" office:value=\"26\"");
    assert_eq!(shown(&read("a.ods", open_document(&stored)))[0], "1 A=26");
}

#[test]
fn hidden_and_filtered_rows_are_found_in_the_right_sheet() {
    let mut book = Workbook::new();
    heads(book.add_worksheet().set_name("甲").unwrap(), 0, &["村", "日期"]);
    let sheet = book.add_worksheet().set_name("乙&丙").unwrap();
    heads(sheet, 0, &["村", "日期"]);
    for row in 1..6 {
        sheet.write_string(row, 0, "禾源村").unwrap();
    }
    for row in [2, 3, 5] {
        sheet.set_row_hidden(row).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let read_book = read("a.xlsx", bytes);
    let hidden: Vec<&[usize]> = read_book.value.sheets.iter().map(|sheet| &*sheet.hidden_rows).collect();
    assert_eq!(hidden, [&[][..], &[3, 4, 6]]);
    let ledger = &read_book.value;
    let columns = find_columns(ledger, &ledger.sheets[1], &village_and_day).unwrap();
    assert_eq!(columns.entries(ledger, &ledger.sheets[1]).count(), 5);
    let finding = &columns.findings[0];
    assert_eq!(
        (finding.code, finding.values[0].1.as_str()),
        (Code::HiddenRows, "3–4, 6")
    );
    let row = |visibility: &str| {
        format!(
            "<table:table-row{visibility}><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>"
        )
    };
    let rows = [
        row(""),
        "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>".to_owned(),
        row(" table:visibility=\"filter\" table:number-rows-repeated=\"2\""),
        row(" table:visibility=\"visible\""),
        row(" table:visibility=\"collapse\""),
    ];
    assert_eq!(
        read("a.ods", open_document(&rows.concat())).value.sheets[0].hidden_rows,
        [4, 5, 7]
    );
}

#[test]
fn words_of_totals_and_of_the_cell_above() {
    let is_total = |text: &str| ledger_words().is_total(text, Some("石桥村"));
    let totals = [
        "合计",
        "共 计：36人次",
        "本月合计",
        "5月小计",
        "２０２２年上半年总计（人次）",
        "1-6月累计",
        "石桥村 汇总",
        "第一季度小计",
        "全镇共计36",
    ];
    for text in totals {
        assert!(is_total(text), "{text}");
    }
    for text in [
        "总计划部署会",
        "合计划",
        "禾源村合计",
        "统计",
        "小计算机课",
        "会计培训",
        "",
        "36",
    ] {
        assert!(!is_total(text), "{text}");
    }
    for text in ["同上", " 同 上 ", "“同上”", "(同上)", "〃", "″", "\"", "””", "同前。"] {
        assert!(ledger_words().is_ditto(text), "{text}");
    }
    for text in ["", "同上学", "同", "“甲”", "—", "上"] {
        assert!(!ledger_words().is_ditto(text), "{text}");
    }
}

#[test]
fn unreadable_files_report_the_reason() {
    for (name, bytes, reason) in [
        ("a.xlsx", &b""[..], "ledger-empty"),
        ("a.xls", b"<html><table>", "ledger-no-workbook"),
        ("a.xlsx", b"PK\x03\x04....", "ledger-damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "ledger-damaged"),
    ] {
        let checked = read(name, bytes.to_vec());
        assert_eq!(reasons(&checked), [reason], "{name}");
        assert!(checked.value.sheets.is_empty());
    }
    let whole = workbook();
    assert_eq!(
        reasons(&read("a.xlsx", whole[..whole.len() / 2].to_vec())),
        ["ledger-damaged"]
    );
    // A workbook with the extension `.csv` is still read as a workbook.
    assert_eq!(shown(&read("a.csv", whole)).len(), 5);
}

#[test]
fn a_small_file_that_unpacks_to_too_many_bytes_is_refused() {
    let bomb = packed(&[("xl/workbook.xml".to_owned(), vec![b' '; 4 << 20])]);
    assert!(bomb.len() < 16 << 10);
    let merges = |bytes: &[u8], most: u64| limits::check_unpacked_size(bytes, most).map(|features| features.merges);
    assert_eq!(merges(&bomb, 4 << 20), Ok(false));
    assert_eq!(merges(&WORKBOOK, 4 << 20), Ok(true));
    assert_eq!(merges(&bomb, (4 << 20) - 1), Err(LedgerError::new("ledger-too-large")));
    assert_eq!(limits::consume(3, 3), Ok(0));
    assert_eq!(limits::consume(3, 4), Err(LedgerError::new("ledger-too-large")));
}

fn open_document(rows: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("mimetype", stored).unwrap();
    zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet")
        .unwrap();
    zip.start_file("META-INF/manifest.xml", stored).unwrap();
    zip.write_all(b"<manifest:manifest xmlns:manifest=\"urn:m\"/>").unwrap();
    zip.start_file("content.xml", stored).unwrap();
    let text = format!(
        "<office:document-content xmlns:office=\"urn:o\" xmlns:table=\"urn:t\" xmlns:text=\"urn:x\"><office:body>\
         <office:spreadsheet><table:table table:name=\"表一\">{rows}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    zip.write_all(text.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_ods_file_with_too_many_repeated_cells_is_refused() {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let rows = format!(
        "<table:table-row>{}{}</table:table-row><table:table-row table:number-rows-repeated=\"2\">{}{}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row>",
        cell("村"),
        cell("日期"),
        cell("禾源村"),
        cell("2022-05-12"),
    );
    let checked = read("a.ods", open_document(&rows));
    assert_eq!(
        shown(&checked),
        ["1 A=村 B=日期", "2 A=禾源村 B=2022-05-12", "3 A=禾源村 B=2022-05-12"],
        "{:?}",
        checked.findings
    );
    let wide = "<table:table-row table:number-rows-repeated=\"100000\"><table:table-cell table:number-columns-repeated=\"1000\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>";
    assert_eq!(reasons(&read("a.ods", open_document(wide))), ["ledger-too-large"]);
    let bare = wide.replace("><text:p>x</text:p></table:table-cell>", "/>");
    assert_eq!(reasons(&read("a.ods", open_document(&bare))), ["ledger-too-large"]);
}

/// The parts of a workbook, unpacked.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut part = zip.by_index(index).unwrap();
            let mut text = Vec::new();
            part.read_to_end(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

static WORKBOOK: LazyLock<Vec<u8>> = LazyLock::new(workbook);
static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| parts(&WORKBOOK));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Changes bytes of the file, which mostly damages its zip container.
    #[test]
    fn a_damaged_file_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>(), cuts in any::<bool>()) {
        let mut bytes = WORKBOOK.clone();
        for (index, byte) in changes {
            let offset = index.index(bytes.len());
            bytes[offset] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = read("a.xlsx", bytes);
    }

    /// Changes bytes in the XML of a part, and packs the parts into a valid container again.
    #[test]
    fn damaged_parts_never_panic(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), with in prop::sample::select(vec!["", "0", "99999999999", "-1", "A1:XFD1048576", "<", "</row>", "\"", "ZZZZ9", "/", "..", "s=\"4294967295\" "]), taken in 0_usize..12) {
        let mut parts = PARTS.clone();
        let which = which.index(parts.len());
        let text = &mut parts[which].1;
        let at = at.index(text.len().max(1)).min(text.len());
        let end = (at + taken).min(text.len());
        text.splice(at..end, with.bytes());
        let ledger = read("a.xlsx", packed(&parts)).value;
        for sheet in &ledger.sheets {
            if let Some(columns) = find_columns(&ledger, sheet, &village_and_day) {
                columns.entries(&ledger, sheet).for_each(|entry| drop(entry.cell_place(1)));
            }
        }
    }

    #[test]
    fn any_text_read_as_csv_never_panics(text in "[a-z,;\"\n\r\t村日期/0-9 ]{0,200}", bytes: Vec<u8>) {
        let _ = read("a.csv", text.into_bytes());
        let _ = read("a.csv", bytes);
    }
}

#[test]
fn head_words_match_all_spellings() {
    for (head, key) in [
        ("编号", "id"),
        ("队 名", "name"),
        ("姓名*", "name"),
        ("成立日期（年月日）", "since"),
        ("ID", "id"),
    ] {
        assert_eq!(
            LedgerWords::find_key(&ledger_words().roster, head).map(|(key, _)| key),
            Some(key),
            "{head}"
        );
    }
    assert_eq!(ledger_words().roster_value("scope", "镇级"), "town");
    assert_eq!(ledger_words().roster_value("scope", "县级"), "县级");
    assert_eq!(join_lines("普法\n宣传"), "普法宣传");
    assert_eq!([1, 26, 27, 702, 703].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    assert_eq!(join_lines("law\r\nday"), "law day");
}

#[test]
fn row_of_too_many_cells_and_heads_far_below_are_refused() {
    let row = |cells: usize| format!("名称,村{}\n", ",x".repeat(cells - 2)).into_bytes();
    assert!(read("content/_data/teams.csv", row(1_000)).findings.is_empty());
    let wide = read("content/_data/teams.csv", row(1_001));
    assert!(wide.value.sheets.is_empty());
    assert_eq!(wide.findings[0].value("reason"), Some("ledger-too-wide"));
    let meaning = |head: &str| match head {
        "名称" | "村" => HeadMeaning::Key(head.to_owned(), 0),
        _ => HeadMeaning::Unknown,
    };
    for (above, is_found) in [(200, true), (201, false)] {
        let text = format!("{}名称,村\n甲,乙\n", "说明,x\n".repeat(above));
        let ledger = read("content/_data/teams.csv", text.into_bytes()).value;
        let found = find_columns(&ledger, &ledger.sheets[0], &meaning);
        assert_eq!(found.is_some(), is_found, "{above}");
    }
}
