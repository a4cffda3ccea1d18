//! The sample portal's figures wherever they are published: on pages, in Word, Excel, CSV and JSON, on the command line.
//! They agree, each leads to what was counted, and nothing leads nowhere.

use crate::common::page::ParsedPage;
use crate::common::portal::{PORTAL, program_at_portal_date};
use crate::common::project_folder;
use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// `base_url` of the sample portal.
const BASE: &str = "https://qihe.example/";
/// The reports that the sample portal must have.
const REPORTS: [&str; 4] = ["2021-H2", "2022-H1", "2022-H2", "2022"];
/// The columns of a sheet of figures.
const FIGURE_COLUMNS: usize = 9;
/// What metrics that do not count posts or rows end in: sums, averages, different values.
const NON_COUNT_SUFFIXES: [&str; 13] = [
    ".attendees",
    ".views",
    ".likes",
    ".comments",
    ".shares",
    ".days",
    ".households",
    ".hours",
    ".participants",
    ".beneficiaries",
    ".audience",
    ".villages",
    ".score",
];

/// All pages, by path, read once.
static PAGES: LazyLock<BTreeMap<&'static Path, ParsedPage>> = LazyLock::new(|| {
    let html = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "html");
    PORTAL
        .keys()
        .filter(html)
        .map(|path| (path.as_path(), ParsedPage::parse(&PORTAL[path])))
        .collect()
});

/// The folders of all work reports, such as `reports/2022-h1`. Bulletins have tables and few figures.
fn reports() -> Vec<PathBuf> {
    let found: Vec<PathBuf> = PORTAL
        .keys()
        .filter(|path| path.starts_with("reports") && path.ends_with("report.docx"))
        .map(|path| path.parent().unwrap().to_owned())
        .filter(|folder| !folder.to_string_lossy().ends_with("-ranking"))
        .collect();
    for period in REPORTS {
        assert!(
            found.contains(&Path::new("reports").join(period.to_lowercase())),
            "{period}"
        );
    }
    found
}

fn file(path: &Path) -> &'static [u8] {
    PORTAL
        .get(path)
        .unwrap_or_else(|| panic!("{} is in the tree", path.display()))
}

fn page(path: &Path) -> &'static ParsedPage {
    PAGES
        .get(path)
        .unwrap_or_else(|| panic!("{} is a page", path.display()))
}

fn report_data(report: &Path) -> Value {
    serde_json::from_slice(file(&report.join("data.json"))).unwrap()
}

fn metrics(data: &Value) -> &serde_json::Map<String, Value> {
    data["metrics"].as_object().unwrap()
}

/// `%E4%BB%8A` as the letters it stands for.
fn percent_decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = after.get(..2).filter(|_| *first == b'%');
        let byte = pair.and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = &after[byte.map_or(0, |_| 2)..];
    }
    String::from_utf8(bytes).unwrap()
}

/// Why an address of the site leads nowhere, if it does; `/…` and full addresses below the base are the site's.
fn dead_link_reason(address: &str) -> Option<String> {
    let inner = address.strip_prefix(BASE).or_else(|| address.strip_prefix('/'))?;
    let (place, fragment) = inner.split_once('#').unwrap_or((inner, ""));
    let mut path = PathBuf::from(percent_decoded(place));
    if place.is_empty() || place.ends_with('/') {
        path.push("index.html");
    }
    if !PORTAL.contains_key(&path) {
        return Some(format!("{address}: no file {}", path.display()));
    }
    let named = fragment.is_empty() || page(&path).ids.contains(&percent_decoded(fragment));
    (!named).then(|| format!("{address}: no such place in {}", path.display()))
}

fn assert_links_resolve<'a>(of: &Path, addresses: impl IntoIterator<Item = &'a str>, at_least: usize) {
    let addresses: Vec<&str> = addresses.into_iter().collect();
    let dead: Vec<String> = addresses
        .iter()
        .filter_map(|address| dead_link_reason(address))
        .collect();
    assert!(dead.is_empty(), "{}: {dead:?}", of.display());
    let own = addresses
        .iter()
        .filter(|address| address.starts_with(BASE) || address.starts_with('/'))
        .count();
    assert!(own >= at_least, "{}: {own} links into the site", of.display());
}

/// The part of a zip, as text.
fn zip_entry_text(of: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file(of))).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn zip_entry_names(of: &Path) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(file(of))).unwrap();
    archive.file_names().map(|name| name.unwrap().into_owned()).collect()
}

/// The values of an attribute in XML, unescaped.
fn attributes(xml: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let value = |piece: &str| {
        let value = &piece[..piece.find('"').unwrap()];
        quick_xml::escape::unescape(value).unwrap().into_owned()
    };
    xml.split(&start).skip(1).map(value).collect()
}

/// The figures of a sheet as (metric id → value, unit). A quotient without a base has no value.
type FiguresById = BTreeMap<String, (Option<f64>, String)>;

fn figures_of_json(data: &Value) -> FiguresById {
    let figure = |figure: &Value| (figure["value"].as_f64(), figure["unit"].as_str().unwrap().to_owned());
    metrics(data)
        .iter()
        .map(|(id, value)| (id.clone(), figure(value)))
        .collect()
}

fn csv_rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(file(path)).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("Excel knows UTF-8 by its mark");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn figures_of_csv(path: &Path) -> FiguresById {
    let number = |cell: &str| (!cell.is_empty()).then(|| cell.parse().unwrap());
    let figure = |row: &Vec<String>| (row[8].clone(), (number(&row[1]), row[2].clone()));
    csv_rows(path).iter().skip(1).map(figure).collect()
}

/// The sheets of a workbook: name and rows, the head first.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file(path))).unwrap();
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    book.worksheets()
        .into_iter()
        .map(|(name, range)| (name, rows(range)))
        .collect()
}

fn text(cell: &Data) -> String {
    cell.to_string()
}

#[test]
fn report_figures_link_to_evidence_without_asterisks() {
    for report in reports() {
        let html = page(&report.join("index.html"));
        assert!(!html.main.contains(['*', '＊']), "{}", report.display());
        let figures: Vec<&str> = html
            .links
            .iter()
            .filter(|link| link.has_class("figure"))
            .map(|link| link.address.as_str())
            .collect();
        assert!(figures.len() >= 20, "{}: {} figures", report.display(), figures.len());
        assert!(
            figures.iter().all(|address| address.contains("/evidence/")),
            "{figures:?}"
        );
        assert_links_resolve(&report, html.links.iter().map(|link| link.address.as_str()), 20);
        for name in ["data.csv", "data.json"] {
            let words = std::str::from_utf8(file(&report.join(name))).unwrap();
            assert!(!words.contains('*'), "{}/{name}", report.display());
        }
        let word = zip_entry_text(&report.join("report.docx"), "word/document.xml");
        assert!(!word.contains(['*', '＊']), "{}", report.display());
    }
}

#[test]
fn evidence_counts_match_figures() {
    for report in reports() {
        let data = report_data(&report);
        for (id, figure) in metrics(&data) {
            let listed = figure["posts"].as_array().unwrap().len() + figure["rows"].as_array().unwrap().len();
            let address = figure["evidence"].as_str().unwrap();
            let evidence = page(&PathBuf::from(&address[1..]).join("index.html"));
            if figure["ratio"].is_array() || figure["ratio"].is_object() {
                assert_eq!(evidence.evidence_count, 2, "{address}: the two figures of a quotient");
                continue;
            }
            assert_eq!(evidence.evidence_count, listed, "{address}");
            if !NON_COUNT_SUFFIXES.iter().any(|ending| id.ends_with(ending)) && id != "volunteer.teams" {
                assert_eq!(figure["value"], listed, "{} {id}", report.display());
            }
            assert_links_resolve(&report, evidence.links.iter().map(|link| link.address.as_str()), 1);
            assert!(!evidence.main.contains("counted_over"), "{address}");
        }
    }
}

#[test]
fn links_in_word_and_excel_files_resolve() {
    for report in reports() {
        let name = report.join("report.docx");
        let targets = attributes(&zip_entry_text(&name, "word/_rels/document.xml.rels"), "Target");
        assert_links_resolve(&name, targets.iter().map(String::as_str), 20);
        let name = report.join("data.xlsx");
        for sheet in zip_entry_names(&name)
            .iter()
            .filter(|part| part.starts_with("xl/worksheets/_rels/"))
        {
            let targets = attributes(&zip_entry_text(&name, sheet), "Target");
            assert_links_resolve(&name, targets.iter().map(String::as_str), 1);
            let below = zip_entry_text(&name, &sheet.replace("_rels/", "").replace(".rels", ""));
            // A fragment stands apart from its address: there it could not be checked, so there must be none.
            assert_eq!(attributes(&below, "location"), Vec::<String>::new(), "{sheet}");
        }
    }
}

#[test]
fn data_of_all_formats_agree() {
    for report in reports() {
        let data = report_data(&report);
        let figures = figures_of_json(&data);
        assert!(figures.len() >= 45, "{}: {} metrics", report.display(), figures.len());
        assert_eq!(
            figures_of_csv(&report.join("data.csv")),
            figures,
            "{}",
            report.display()
        );
        let mut sheets = sheets(&report.join("data.xlsx"));
        let (name, evidence) = sheets.pop().unwrap();
        assert_eq!(name, "依据");
        assert_evidence_agrees(&evidence, &data);
        let of_sheets: FiguresById = sheets
            .iter()
            // The tables of the report's text have sheets of their own.
            .filter(|(_, rows)| rows[0].len() == FIGURE_COLUMNS)
            .flat_map(|(_, rows)| rows.iter().skip(1).map(figure_of_row))
            .collect();
        assert_eq!(of_sheets, figures, "{}", report.display());
    }
}

fn figure_of_row(row: &Vec<Data>) -> (String, (Option<f64>, String)) {
    let value = match row[1] {
        Data::Float(value) => Some(value),
        Data::Empty => None,
        _ => panic!("a number: {row:?}"),
    };
    (text(&row[8]), (value, text(&row[2])))
}

/// The sheet of evidence names each figure at as many posts and rows as are behind it.
fn assert_evidence_agrees(rows: &[Vec<Data>], data: &Value) {
    let mut found = BTreeMap::<String, usize>::new();
    for row in rows.iter().skip(1) {
        assert!(matches!(row[0], Data::DateTime(_) | Data::Empty), "{row:?}");
        for label in text(&row[4]).split('、') {
            *found.entry(label.to_owned()).or_default() += 1;
        }
    }
    for (id, figure) in metrics(data) {
        let listed = figure["posts"].as_array().unwrap().len() + figure["rows"].as_array().unwrap().len();
        assert_eq!(
            found
                .get(figure["label"].as_str().unwrap())
                .copied()
                .unwrap_or_default(),
            listed,
            "{id}"
        );
    }
}

#[test]
fn metrics_command_agrees_with_report_data() {
    for report in reports() {
        let data = report_data(&report);
        let mut command = program_at_portal_date(2);
        command.args(["metrics", data["period"].as_str().unwrap(), "--site"]);
        let output = command.arg(project_folder()).output().unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(said["period"], data["period"]);
        assert_eq!(metrics(&said).len(), metrics(&data).len());
        for (id, figure) in metrics(&said) {
            for key in ["value", "unit", "posts"] {
                assert_eq!(figure[key], data["metrics"][id][key], "{} {id} {key}", report.display());
            }
        }
    }
}

#[test]
fn statistics_charts_match_their_csv_files_and_their_links_resolve() {
    let stats = |path: &&&Path| path.starts_with("stats") && path.components().count() == 3;
    let pages: Vec<&&Path> = PAGES.keys().filter(stats).collect();
    assert!(pages.len() >= 8, "{pages:?}");
    for path in pages {
        let html = page(path);
        assert!(
            html.charts.len() >= 8,
            "{}: {} charts",
            path.display(),
            html.charts.len()
        );
        for chart in &html.charts {
            let address = chart.file.as_deref().expect("each chart has its numbers as a file");
            assert_eq!(
                csv_rows(Path::new(&address[1..])),
                chart.table,
                "{} {}",
                path.display(),
                chart.id
            );
            assert_links_resolve(path, chart.links.iter().map(String::as_str), 0);
        }
        assert!(html.charts.iter().any(|chart| !chart.links.is_empty()));
    }
}

#[test]
fn portal_figures_equal_hand_counts() {
    let cases = [
        ("2022-h1", "coverage.national", 2.0),
        ("2022-h1", "coverage.provincial", 1.0),
        ("2022-h1", "coverage.municipal", 3.0),
        ("2022-h1", "coverage.district", 2.0),
        ("2022-h1", "volunteer.sessions", 14.0),
        ("2022-h2", "volunteer.sessions", 14.0),
        ("2022-h2", "volunteer.hours", 1417.5),
        ("2022-h2", "volunteer.participants", 286.0),
        ("2021-h2", "volunteer.sessions", 16.0),
        ("2021-h2", "study.party-school-lecture", 0.0),
    ];
    for (period, id, expected) in cases {
        let figures = figures_of_json(&report_data(&Path::new("reports").join(period)));
        assert_eq!(figures[id].0, Some(expected), "{period} {id}");
    }
}

#[test]
fn report_table_headings_are_translated() {
    for report in reports() {
        let rows = csv_rows(&report.join("data.csv"));
        let mut heads = rows[0].clone();
        for (name, rows) in sheets(&report.join("data.xlsx")) {
            heads.push(name);
            heads.extend(rows[0].iter().map(text));
        }
        for head in heads {
            assert!(
                !head.contains(|c: char| c.is_ascii_alphabetic()),
                "{}: {head}",
                report.display()
            );
        }
    }
}
