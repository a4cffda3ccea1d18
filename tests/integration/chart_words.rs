//! What charts say about themselves, on random sites: each number in a title, a description or a note is one of the
//! numbers that are drawn or the figure itself, the largest are named, and nothing shows a key for which there is a name.

use crate::common::edited_site::Rng;
use crate::common::page::{PageChart, ParsedPage};
use crate::common::{repetitions, write_file};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;
use xiangyin::testing::pipeline::{NoProgress, Request, build};

/// The charts of the report: metric and the other arguments.
const CHARTS: [(&str, &str); 15] = [
    ("volunteer.sessions", r#"by="month""#),
    ("volunteer.sessions", r#"by="village""#),
    ("volunteer.sessions", r#"by="theme", split="village""#),
    ("volunteer.sessions", r#"by="month", split="people""#),
    ("volunteer.sessions", r#"by="outdoor""#),
    ("volunteer.hours", r#"by="people""#),
    ("volunteer.hours", r#"by="team", split="theme""#),
    ("volunteer.hours", r#"shape="calendar""#),
    ("volunteer.teams", r#"by="month""#),
    ("volunteer.teams", r#"by="village", shape="ranking", split="team""#),
    ("response.days", r#"by="month""#),
    ("response.days", r#"by="month", shape="line", split="channel""#),
    ("coverage.all", r#"by="level""#),
    ("teams.all", r#"by="scope""#),
    ("teams.all", r#"by="village", split="scope""#),
];
/// Metrics whose parts nobody adds up.
const MEANS: [&str; 1] = ["response.days"];
/// Keys that have a name.
const KEYS: [&str; 10] = [
    "national", "law", "festival", "hh", "shiqiao", "heyuan", "scope", "village", "town", "true",
];

#[test]
fn charts_of_random_sites_speak_of_what_they_draw() {
    let mut notes = 0;
    for seed in 1..=repetitions(12) as u64 {
        let folder = tempfile::tempdir().unwrap();
        write_site(folder.path(), &mut Rng::new(seed));
        let out = folder.path().join("public");
        let outcome = build(
            &Request {
                out: Some(out.clone()),
                ..Request::new(folder.path(), jiff::civil::date(2023, 1, 31))
            },
            &NoProgress,
        );
        assert!(outcome.published, "seed {seed}: {:?}", outcome.findings);
        let report = out.join("reports/2022-h1");
        let page = ParsedPage::parse(&fs::read(report.join("index.html")).unwrap());
        let data: serde_json::Value = serde_json::from_slice(&fs::read(report.join("data.json")).unwrap()).unwrap();
        let word = word_text(&report.join("report.docx"));
        assert_eq!(page.charts.len(), CHARTS.len());
        for (chart, (metric, args)) in page.charts.iter().zip(CHARTS) {
            let figure = &data["metrics"][metric];
            let check = ChartCheck {
                chart,
                what: format!("seed {seed}: chart({metric}, {args})"),
                label: figure["label"].as_str().unwrap(),
                total: figure["value"].as_f64(),
                is_mean: MEANS.contains(&metric),
                is_calendar: args.contains("calendar"),
            };
            check.run();
            assert!(
                word.contains(&format!("{} {}", chart.title, chart.desc)),
                "{}",
                check.what
            );
            notes += usize::from(chart.note.is_some());
        }
        check_stats(&out, seed);
    }
    assert!(notes > 5, "{notes} charts said that their parts do not add up");
}

/// The charts of a page of statistics are those of all posts first: their total is the number of posts.
fn check_stats(out: &Path, seed: u64) {
    let page = ParsedPage::parse(&fs::read(out.join("stats/2022/index.html")).unwrap());
    for chart in page.charts.iter().filter(|chart| chart.id.starts_with("chart-by-")) {
        let check = ChartCheck {
            chart,
            what: format!("seed {seed}: {}", chart.id),
            label: chart.caption.split('：').next().unwrap(),
            total: Some(POSTS as f64),
            is_mean: false,
            is_calendar: chart.id == "chart-by-day",
        };
        check.run();
    }
}

/// One chart with what is known of its figure.
struct ChartCheck<'c> {
    chart: &'c PageChart,
    what: String,
    label: &'c str,
    total: Option<f64>,
    is_mean: bool,
    is_calendar: bool,
}

/// A number that is drawn, with its name.
struct Drawn {
    name: String,
    value: Option<f64>,
}

impl ChartCheck<'_> {
    fn run(&self) {
        let chart = self.chart;
        assert_eq!(chart.caption, chart.title, "{}", self.what);
        let drawn = self.drawn();
        self.check_largest(&drawn);
        self.check_note(&drawn);
        self.check_numbers(&drawn);
        let shown = format!("{}{}{:?}", chart.caption, chart.desc, chart.table);
        let words: BTreeSet<&str> = shown.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        assert!(KEYS.iter().all(|key| !words.contains(key)), "{}: {shown}", self.what);
    }

    /// The rows' own numbers, or the points of several lines.
    fn drawn(&self) -> Vec<Drawn> {
        let (head, rows) = self.chart.table.split_first().unwrap();
        let last = head.last().unwrap();
        let is_lines = head.len() > 2 && !last.starts_with("合计") && !last.starts_with(self.label);
        let number = |cell: &str| (cell != "—").then(|| cell.parse::<f64>().unwrap());
        let series = |cell: &str| cell.split('（').next().unwrap().to_owned();
        let mut drawn = Vec::new();
        for row in rows {
            let points = if is_lines {
                1..row.len()
            } else {
                row.len() - 1..row.len()
            };
            drawn.extend(points.map(|at| Drawn {
                name: match is_lines {
                    true => format!("{} · {}", row[0], series(&head[at])),
                    false => row[0].clone(),
                },
                value: number(&row[at]),
            }));
        }
        drawn
    }

    /// Title and description name all that have the largest number, or say how many they are.
    fn check_largest(&self, drawn: &[Drawn]) {
        let is_shown = |one: &&Drawn| one.value.is_some_and(|value| self.is_mean || value != 0.0);
        let is_rest = |one: &Drawn| one.name.split(" · ").any(|name| name.starts_with("未注明"));
        let shown: Vec<&Drawn> = drawn.iter().filter(is_shown).collect();
        let named: Vec<&Drawn> = shown.iter().copied().filter(|one| !is_rest(one)).collect();
        let candidates = if named.is_empty() { shown } else { named };
        let most = candidates.iter().filter_map(|one| one.value).max_by(f64::total_cmp);
        let first = candidates.iter().filter(|one| one.value == most);
        let names: Vec<&str> = first.map(|one| one.name.as_str()).collect();
        let joined = names.join("、");
        let most_word = if self.is_mean { "最高" } else { "最多" };
        let (in_title, in_desc) = match names.len() {
            0 => ("没有数据".to_owned(), "没有数据".to_owned()),
            1..=3 => (format!("：{joined}{most_word}（"), format!("{most_word}的是{joined}（")),
            count => (
                format!("：{count}项并列{most_word}（"),
                format!("，{count}项并列{most_word}（"),
            ),
        };
        let chart = self.chart;
        assert!(
            self.is_calendar || chart.title.contains(&in_title),
            "{}: {}",
            self.what,
            chart.title
        );
        assert!(
            chart.desc.contains(&in_desc),
            "{}: {} / {in_desc}",
            self.what,
            chart.desc
        );
    }

    /// Whatever people would add up either makes the figure or is said not to.
    fn check_note(&self, drawn: &[Drawn]) {
        let chart = self.chart;
        let is_of_lines = drawn.len() != chart.table.len() - 1;
        if self.is_mean || drawn.iter().all(|one| one.value.unwrap_or_default() == 0.0) {
            assert_eq!(chart.note, None, "{}", self.what);
            return;
        }
        if is_of_lines {
            // The rows' own numbers are not on the page.
            return;
        }
        let sum: f64 = drawn.iter().filter_map(|one| one.value).sum();
        let more = sum > self.total.unwrap() + 1e-9;
        let note = chart.note.as_deref().unwrap_or_default();
        assert_eq!(note.contains("相加多于合计"), more, "{}: {sum} {note}", self.what);
        assert!(sum > self.total.unwrap() - 1e-9, "{}: {sum}", self.what);
        assert!(
            chart.desc.ends_with(if more { note } else { "。" }),
            "{}: {}",
            self.what,
            chart.desc
        );
    }

    /// Each number in the words is in the table, is the figure, or counts entries; each mark's is in the table.
    fn check_numbers(&self, drawn: &[Drawn]) {
        let chart = self.chart;
        let of_table = chart.table.iter().skip(1).flat_map(|row| row.iter().skip(1));
        let mut known: BTreeSet<String> = of_table.cloned().collect();
        for mark in chart.marks.iter().filter(|mark| !mark.ends_with('—')) {
            let value = numbers(mark.rsplit('：').next().unwrap());
            assert!(value.iter().all(|value| known.contains(value)), "{}: {mark}", self.what);
        }
        known.extend(self.total.map(|total| total.to_string()));
        known.insert((chart.table.len() - 1).to_string());
        known.extend((4..=drawn.len()).map(|count| count.to_string()));
        let mut words = format!("{} {} {:?}", chart.caption, chart.desc, chart.note);
        let mut names: Vec<&String> = chart.table.iter().map(|row| &row[0]).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.iter().for_each(|name| words = words.replace(*name, ""));
        for number in numbers(&words) {
            assert!(
                known.contains(&number),
                "{}: {number} in {words}; {:?}",
                self.what,
                chart.table
            );
        }
    }
}

/// The numbers in a text, without separators of thousands.
fn numbers(text: &str) -> Vec<String> {
    let text = text.replace(',', "");
    let parts = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn word_text(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let mut text = String::new();
    archive
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// The number of posts of each site.
const POSTS: usize = 18;

/// A site with a few teams, villages and posts of four kinds; fields are often left out, events have several posts.
fn write_site(folder: &Path, random: &mut Rng) {
    let write = |name: &str, text: &str| write_file(&folder.join("content").join(name), text);
    write(
        "site.yaml",
        "title: 乡音\nbase_url: https://x.example\npolicy: {reports: written}\n",
    );
    write(
        "_kinds/volunteer.yaml",
        "id: volunteer\nfields:\n- {name: people, type: list, of: string, labels: {zh-CN: 志愿者, en: Volunteers}}\n\
         - {name: outdoor, type: boolean, labels: {zh-CN: 户外, en: Outdoors}}\n",
    );
    write(
        "_data/villages.yaml",
        "- {id: shiqiao, name: 石桥村}\n- {id: heyuan, name: 禾源村}\n",
    );
    let mut teams = "- {id: hh, name: 护河队, scope: town, village: heyuan}\n".to_owned();
    for (id, name) in [("jg", "巾帼队"), ("yz", "义诊队")] {
        let scope = random.choose(&["", ", scope: town", ", scope: village, village: shiqiao"]);
        writeln!(teams, "- {{id: {id}, name: {name}{scope}}}").unwrap();
    }
    write("_data/teams.yaml", &teams);
    for number in 0..POSTS {
        let (folder, fields) = post_fields(random);
        let (month, day) = (1 + random.below(6), 1 + random.below(25));
        let text = format!("---\ntitle: 稿件{number}\ndate: 2022-{month:02}-{day:02}\n{fields}---\n正文。\n");
        write(&format!("{folder}/p{number}.md"), &text);
    }
    let mut report = "---\ntitle: 上半年\ndate: 2022-07-05\nperiod: 2022-H1\n---\n".to_owned();
    for (metric, args) in CHARTS {
        write!(report, "{{{{ chart(\"{metric}\", {args}) }}}}\n\n").unwrap();
    }
    write("reports/h1.md", &report);
}

/// The folder of a post, and its fields in YAML, each left out at times.
fn post_fields(random: &mut Rng) -> (&'static str, String) {
    let folder = random.choose(&["volunteer", "volunteer", "volunteer", "responses", "coverage"]);
    let received = format!(
        "received: 2021-12-{:02}\nanswered: 2022-0{}-03\n",
        1 + random.below(28),
        1 + random.below(6)
    );
    let answer = [received.as_str(), "received: 2022-01-05\n"];
    let choices: Vec<Vec<&str>> = match folder {
        "volunteer" => vec![
            vec!["", "village: shiqiao\n", "village: heyuan\n"],
            vec!["", "team: hh\n", "team: jg\n", "team: yz\n"],
            vec!["", "theme: law\n", "theme: festival\n"],
            vec!["", "people: [张三, 李四]\n", "people: [李四]\n"],
            vec!["", "outdoor: true\n", "outdoor: false\n"],
            vec!["", "", "event: e1\n", "event: e2\n"],
            vec!["hours: 2.5\n", "hours: 6\n", "hours: 1200\n"],
        ],
        "responses" => vec![answer.to_vec(), vec!["", "channel: 热线\n", "channel: 来信\n"]],
        _ => vec![
            vec!["", "level: national\n", "level: district\n"],
            vec!["", "piece: p1\n"],
        ],
    };
    let fields: String = choices.iter().map(|choice| random.choose(choice)).collect();
    (folder, fields)
}
