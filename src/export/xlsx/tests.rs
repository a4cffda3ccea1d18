use super::*;
use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use proptest::prelude::*;
use std::io::{Cursor, Read};

fn sheet(name: &str, rows: Vec<Vec<SheetCell>>) -> WorkbookSheet {
    let column = |title: &str| SheetColumn {
        title: title.to_owned(),
        width: None,
    };
    WorkbookSheet {
        name: name.to_owned(),
        columns: ["村", "次数"].map(column).to_vec(),
        rows,
        chart: None,
    }
}

fn workbook(sheets: Vec<WorkbookSheet>) -> Workbook {
    Workbook {
        title: "数据".to_owned(),
        created: date(2022, 7, 5),
        sheets,
    }
}

fn file(sheets: Vec<WorkbookSheet>) -> Vec<u8> {
    xlsx(&workbook(sheets)).expect("the workbook can be written")
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("the workbook can be read")
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    archive
        .by_name(name)
        .expect("the part exists")
        .read_to_string(&mut text)
        .expect("UTF-8");
    text
}

fn words(text: &str) -> SheetCell {
    SheetCell::Text(text.to_owned())
}

fn number(number: i64) -> SheetCell {
    SheetCell::Number(Decimal::from(number))
}

#[test]
fn cells_keep_their_types() {
    let url = "https://xiangyin.example/stats/#talks".to_owned();
    let rows = vec![vec![
        words("=1+1"),
        SheetCell::Number(Decimal::new(125, 1)),
        SheetCell::Percent(0.25),
        SheetCell::Date(date(2022, 7, 5)),
        SheetCell::Empty,
        SheetCell::NumberLink {
            number: Decimal::from(128),
            url: url.clone(),
        },
        SheetCell::Link {
            text: "宣讲".to_owned(),
            url,
        },
        SheetCell::Date(date(1850, 1, 1)),
        SheetCell::Percent(f64::NAN),
    ]];
    let bytes = file(vec![sheet("宣讲", rows)]);
    let relations = part(&bytes, "xl/worksheets/_rels/sheet1.xml.rels");
    assert_eq!(
        relations.matches("https://xiangyin.example/stats/").count(),
        2,
        "{relations}"
    );
    let range = open(bytes).worksheet_range("宣讲").expect("the sheet");
    let row: Vec<&Data> = range.rows().nth(1).expect("a row").iter().collect();
    assert_eq!(row[0], &Data::String("=1+1".to_owned()));
    assert_eq!(
        (row[1], row[2], row[5]),
        (&Data::Float(12.5), &Data::Float(0.25), &Data::Float(128.0))
    );
    assert!(
        matches!(row[3], Data::DateTime(day) if (day.as_f64() - 44_747.0).abs() < 1e-9),
        "{:?}",
        row[3]
    );
    assert_eq!(row[4], &Data::Empty);
    assert_eq!(row[6], &Data::String("宣讲".to_owned()));
    assert_eq!(
        (row[7], row[8]),
        (&Data::String("1850-01-01".to_owned()), &Data::String("—".to_owned()))
    );
}

#[test]
fn rows_are_as_high_as_their_wrapped_texts() {
    let rows = vec![vec![words(&"宣".repeat(70))], vec![words("传")]];
    let bytes = file(vec![sheet("表", rows)]);
    let text = part(&bytes, "xl/worksheets/sheet1.xml");
    let heights: Vec<bool> = text
        .split("<row ")
        .skip(2)
        .map(|row| row.contains(r#" ht="45" "#))
        .collect();
    assert_eq!(heights, [true, false], "{text}");
}

#[test]
fn head_is_frozen_and_filtered_and_chart_covers_rows() {
    let chart = SheetChart {
        title: "各村次数".to_owned(),
        labels: 0,
        values: 1,
        rows: 0..2,
    };
    let rows = vec![vec![words("一村"), number(3)], vec![words("二村"), number(5)]];
    let bytes = file(vec![WorkbookSheet {
        chart: Some(chart),
        ..sheet("各村", rows)
    }]);
    let page = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(
        page.contains("state=\"frozen\"") && page.contains("<autoFilter ref=\"A1:B3\""),
        "{page}"
    );
    let drawn = part(&bytes, "xl/charts/chart1.xml");
    assert!(drawn.contains("!$A$2:$A$3") && drawn.contains("!$B$2:$B$3"), "{drawn}");
}

#[test]
fn sheet_names_become_valid_and_unique() {
    let long = "长".repeat(40);
    let wanted = [
        "一/二", "一:二", "", "'引'", "History", "A", "a", &long, &long, "\u{1}[]",
    ];
    let mut used = BTreeSet::new();
    let names: Vec<String> = wanted.iter().map(|wanted| sheet_name(wanted, &mut used)).collect();
    let (cut, second) = ("长".repeat(31), format!("{} (2)", "长".repeat(27)));
    let expected = [
        "一 二",
        "一 二 (2)",
        "表",
        "引",
        "表 (2)",
        "A",
        "a (2)",
        &cut,
        &second,
        "表 (3)",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        open(file(wanted.map(|name| sheet(name, vec![])).to_vec())).sheet_names(),
        expected
    );
}

#[test]
fn values_beyond_excel_limits_are_truncated() {
    let far = SheetCell::Link {
        text: "远".to_owned(),
        url: format!("https://a.example/{}", "x".repeat(3000)),
    };
    let bytes = file(vec![sheet("界限", vec![vec![words(&"很长😀".repeat(20_000)), far]])]);
    assert!(!part(&bytes, "xl/worksheets/sheet1.xml").contains("<hyperlink "));
    let range = open(bytes).worksheet_range("界限").expect("the sheet");
    let text = |column| {
        range
            .get_value((1, column))
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    assert_eq!(
        text(0).encode_utf16().count(),
        MAX_TEXT_LENGTH - 1,
        "no surrogate pair is split"
    );
    assert_eq!(text(1), "远");
    let mut links = MAX_LINKS - 1;
    assert!(hyperlink("https://a.example/", &mut links).is_some());
    assert!(hyperlink("https://a.example/", &mut links).is_none());
}

#[test]
fn column_width_counts_wide_characters() {
    let rows = vec![vec![words("七个汉字的村名"), words(&"字".repeat(100))]];
    let [first, second] = sheet("", vec![]).columns.try_into().expect("two columns");
    assert!((column_width(&first, 0, &rows) - 16.0).abs() < 1e-9);
    assert!((column_width(&second, 1, &rows) - MAX_AUTO_WIDTH).abs() < 1e-9);
    assert!(
        (column_width(
            &SheetColumn {
                width: Some(400.0),
                ..second
            },
            1,
            &rows
        ) - 255.0)
            .abs()
            < 1e-9
    );
}

fn any_cell() -> impl Strategy<Value = SheetCell> {
    let day = (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day));
    let url = prop_oneof![
        any::<String>(),
        any::<String>().prop_map(|path| format!("https://a.example/{path}"))
    ];
    let links = (any::<i64>(), any::<String>(), url);
    prop_oneof![
        Just(SheetCell::Empty),
        any::<String>().prop_map(SheetCell::Text),
        any::<i64>().prop_map(number),
        any::<f64>().prop_map(SheetCell::Percent),
        day.prop_map(SheetCell::Date),
        links.prop_map(|(number, text, url)| if number % 2 == 0 {
            SheetCell::Link { text, url }
        } else {
            SheetCell::NumberLink {
                number: Decimal::from(number),
                url,
            }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn workbook_round_trips_and_is_reproducible(
        names in prop::collection::vec(any::<String>(), 0..3),
        rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..5), 0..4),
        chart in any::<Option<(u16, u16, u32, u32)>>(),
    ) {
        let chart = chart.map(|(labels, values, first, last)| SheetChart { title: String::new(), labels: labels % 3, values: values % 3, rows: first % 4..last % 9 });
        let sheets = names.iter().map(|name| WorkbookSheet { chart: chart.clone(), ..sheet(name, rows.clone()) }).collect();
        let workbook = workbook(sheets);
        let bytes = xlsx(&workbook).expect("written");
        prop_assert_eq!(&bytes, &xlsx(&workbook).expect("written"));
        let mut read = open(bytes);
        prop_assert_eq!(read.worksheets().len(), names.len().max(1));
    }
}
