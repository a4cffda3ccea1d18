//! A report that was issued, as its page, its files and its evidence show it.

use super::compare::json_number;
use super::pages::{Block, Evidence, evidence, file, parse, report_blocks, word_blocks};
use crate::common::FileTree;
use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

/// All that an issued report says.
pub(super) struct IssuedReport {
    /// The values of `data.json` with their bases.
    pub(super) values: BTreeMap<String, [Option<i64>; 3]>,
    pub(super) csv: String,
    /// The sheets of figures, without the one of evidence.
    pub(super) sheets: Vec<(String, Vec<Vec<Data>>)>,
    pub(super) page: Vec<Block>,
    pub(super) word: Vec<Block>,
    pub(super) evidence: BTreeMap<String, Evidence>,
    /// The files of charts.
    pub(super) charts: BTreeMap<String, String>,
}

impl IssuedReport {
    /// Whether the file is read here.
    pub(super) fn is_part(path: &Path, period: &str) -> bool {
        let name = period.to_lowercase();
        path.starts_with(format!("reports/{name}")) || path.starts_with(format!("stats/{name}"))
    }

    pub(super) fn read(tree: &FileTree, period: &str) -> Self {
        let name = period.to_lowercase();
        let folder = format!("reports/{name}");
        let text = |path: &str| String::from_utf8(file(tree, path).to_vec()).expect("UTF-8");
        let data: Json = serde_json::from_str(&text(&format!("{folder}/data.json"))).expect("JSON");
        let value = |figure: &Json| {
            [
                &figure["value"],
                &figure["before"]["value"],
                &figure["year_earlier"]["value"],
            ]
            .map(json_number)
        };
        let metrics = data["metrics"].as_object().expect("metrics");
        let paths = || tree.keys().map(|path| path.to_str().expect("a path in UTF-8"));
        let start = format!("{folder}/evidence/");
        let evidence_pages = paths().filter_map(|path| {
            let id = path.strip_prefix(&start)?.strip_suffix("/index.html")?;
            Some((id.to_owned(), evidence(file(tree, path))))
        });
        let stats = format!("stats/{name}/");
        let charts = paths().filter(|path| path.starts_with(&stats) && path.ends_with(".csv") && path.contains("-by-"));
        Self {
            values: metrics.iter().map(|(id, figure)| (id.clone(), value(figure))).collect(),
            csv: text(&format!("{folder}/data.csv")),
            sheets: figure_sheets(file(tree, &format!("{folder}/data.xlsx"))),
            page: report_blocks(&parse(file(tree, &format!("{folder}/index.html")))),
            word: word_blocks(file(tree, &format!("{folder}/report.docx"))),
            evidence: evidence_pages.collect(),
            charts: charts.map(|path| (path.to_owned(), text(path))).collect(),
        }
    }

    /// What `now` says differently, apart from the titles of posts that were taken back.
    pub(super) fn moved(&self, now: &Self) -> Vec<String> {
        let mut moved = Vec::new();
        for (id, values) in &self.values {
            if now.values.get(id) != Some(values) {
                moved.push(format!("data.json {id}: {values:?} became {:?}", now.values.get(id)));
            }
        }
        if self.csv != now.csv {
            moved.push(format!("data.csv: {}", differing_lines(&self.csv, &now.csv)));
        }
        if self.sheets != now.sheets {
            moved.push("data.xlsx".to_owned());
        }
        moved.extend(differing_blocks("the page", &self.page, &now.page));
        moved.extend(differing_blocks("Word", &self.word, &now.word));
        for (path, text) in &self.charts {
            let lines = now.charts.get(path).map(|now| differing_lines(text, now));
            if lines.as_deref() != Some("") {
                moved.push(format!("{path}: {lines:?}"));
            }
        }
        for (id, evidence) in &self.evidence {
            match now.evidence.get(id) {
                None => moved.push(format!("evidence of {id} is missing")),
                Some(now) => moved.extend(differing_evidence(id, evidence, now)),
            }
        }
        moved
    }
}

/// The sheets of figures: name and rows.
pub(super) fn figure_sheets(workbook: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook)).expect("a workbook");
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    let sheets = book.worksheets().into_iter().filter(|sheet| sheet.0 != "依据");
    sheets.map(|(name, range)| (name, rows(range))).collect()
}

fn differing_lines(one: &str, other: &str) -> String {
    if one == other {
        return String::new();
    }
    let lines = one.lines().zip(other.lines()).filter(|(one, other)| one != other);
    let lines: Vec<String> = lines.map(|(one, other)| format!("{one} became {other}")).collect();
    if lines.is_empty() {
        "its length".to_owned()
    } else {
        lines.join("; ")
    }
}

/// The first block that is no longer there. What was added beside them is not looked at.
fn differing_blocks(place: &str, issued: &[Block], now: &[Block]) -> Vec<String> {
    let mut rest = now.iter();
    issued
        .iter()
        .filter(|block| !is_date(block))
        .filter(|block| !rest.any(|now| is_same_block(block, now)))
        .map(|block| format!("{place}: {block:?}"))
        .take(1)
        .collect()
}

/// The date below a Word file's text is that of the report, or the day on which it was issued.
fn is_date(block: &Block) -> bool {
    matches!(block, Block::Text(text) if text.ends_with('日') && text.chars().filter(|c| !c.is_ascii_digit()).count() == 3)
}

fn is_same_block(issued: &Block, now: &Block) -> bool {
    let is_same_title = |issued: &str, now: &str| issued == now || now.starts_with(WITHDRAWN);
    match (issued, now) {
        (Block::Posts(issued), Block::Posts(now)) => {
            issued.len() == now.len() && issued.iter().zip(now).all(|(issued, now)| is_same_title(issued, now))
        }
        (Block::Text(issued), Block::Text(now)) => match (issued.strip_prefix("• "), now.strip_prefix("• ")) {
            (Some(issued), Some(now)) => is_same_title(issued, now),
            _ => issued == now || is_same_without_names(issued, now),
        },
        _ => issued == now,
    }
}

/// Whether a sentence names the same posts, but for some that were taken back. Two titles side by side have no comma, a
/// title beside a word does.
fn is_same_without_names(issued: &str, now: &str) -> bool {
    let plain = |text: &str| text.replace('、', "");
    let (issued, now) = (plain(issued), plain(now));
    let mut kept = now.split(WITHDRAWN);
    let Some(mut rest) = kept.next().and_then(|first| issued.strip_prefix(first)) else {
        return false;
    };
    // Each name that is missing is a title with what stands behind it.
    for part in kept {
        let Some(name) = rest.strip_prefix('《') else {
            return false;
        };
        let end = name.find('》').map_or(0, |end| end + '》'.len_utf8());
        let name = &name[end..];
        let beside = name.strip_prefix('（').and_then(|beside| beside.split_once('）'));
        rest = match beside.map_or(name, |(_, rest)| rest).strip_prefix(part) {
            Some(rest) => rest,
            None => return false,
        };
    }
    rest.is_empty()
}

/// What stands in place of the title of a post that was deleted or taken back.
const WITHDRAWN: &str = "已撤回";

fn differing_evidence(id: &str, issued: &Evidence, now: &Evidence) -> Vec<String> {
    let mut differing = Vec::new();
    if issued.number != now.number {
        differing.push(format!("evidence of {id}: {} became {}", issued.number, now.number));
    }
    if issued.counted.len() != now.counted.len() {
        let lengths = (issued.counted.len(), now.counted.len());
        differing.push(format!("evidence of {id}: {} entries became {}", lengths.0, lengths.1));
        return differing;
    }
    for (issued, now) in issued.counted.iter().zip(&now.counted) {
        if issued.note != now.note || issued.date != now.date || (issued.title != now.title && now.title != WITHDRAWN) {
            differing.push(format!("evidence of {id}: {issued:?} became {now:?}"));
        }
    }
    differing
}
