//! The files of a random site.

use super::kinds::{KINDS, ROSTERS, kind};
use super::model::{Fields, Post, Row, Town, Value};
use super::own_metrics::{metrics_yaml, number};
use super::written::report_text;
use crate::common::write_file;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

impl Post {
    /// Where the post lies below the site, or the ledger that has its row.
    pub(super) fn path(&self) -> String {
        let kind = kind(self.kind);
        match (&self.file, kind.ledger) {
            (Some(file), _) => format!("content/{}/{file}.md", kind.folder),
            (None, Some(ledger)) => format!("content/_data/{ledger}"),
            (None, None) => unreachable!("only kinds with a ledger have posts without a file"),
        }
    }

    /// Where the post stands in order of path; rows of a ledger stand in the order of their numbers.
    pub(super) fn place(&self) -> String {
        let title = self.title.trim_matches(|c: char| !c.is_ascii_digit());
        format!("{} {title:0>5}", self.path())
    }
}

/// Writes all files of the town, and removes those of posts that it does not have.
pub(super) fn write_town(town: &Town, site: &Path) {
    let content = site.join("content");
    let every_level = if town.every_level {
        "\n  pieces: every-level"
    } else {
        ""
    };
    let settings = format!(
        "title: 乡音\nbase_url: https://x.example\nsearch: false\npeople: {{rosters: true}}\npolicy:\n  review: 'off'\n  privacy: 'off'\n  reports: generate{every_level}\n"
    );
    write_file(&content.join("site.yaml"), settings);
    write_file(&content.join("_kinds/volunteer.yaml"), VOLUNTEER);
    write_file(&content.join("_kinds/market.yaml"), MARKET);
    write_file(&content.join("_metrics.yaml"), metrics_yaml(&town.metrics));
    for (name, _) in ROSTERS {
        let rows: String = town.rosters[name].iter().map(row_yaml).collect();
        write_file(&content.join(format!("_data/{name}.yaml")), rows);
    }
    for report in &town.reports {
        write_file(
            &content.join(format!("reports/{}.md", report.period)),
            report_text(report),
        );
    }
    write_posts(town, site);
}

/// Writes the posts alone.
pub(super) fn write_posts(town: &Town, site: &Path) {
    for kind in &KINDS {
        let folder = site.join("content").join(kind.folder);
        if folder.is_dir() {
            fs::remove_dir_all(&folder).expect("a folder of the test");
        }
        if let Some(ledger) = kind.ledger {
            write_file(&site.join("content/_data").join(ledger), ledger_csv(town, kind.id));
        }
    }
    for post in town.posts.iter().filter(|post| post.file.is_some()) {
        write_file(&site.join(post.path()), post_text(post));
    }
}

const VOLUNTEER: &str = "id: volunteer\nfrom: activities.csv\nfields:\n  - {name: people, type: list, of: string, labels: {zh-CN: 志愿者, en: People}}\n";

const MARKET: &str = "id: market\nfolder: markets\nlabels: {zh-CN: 赶集, en: Markets}\nfrom: markets.csv\npages: true\nfields:\n  - {name: season, type: enum, labels: {zh-CN: 季节, en: Season}, values: [{id: spring, zh-CN: 春集, en: Spring}, {id: autumn, zh-CN: 秋集, en: Autumn}]}\n  - {name: stalls, type: integer, labels: {zh-CN: 摊位, en: Stalls}}\n";

fn value_yaml(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(hundredths) => number(*hundredths),
        Value::Day(day) => day.to_string(),
        Value::Several(texts) => format!("[{}]", texts.join(", ")),
    }
}

fn fields_yaml(fields: &Fields) -> String {
    fields
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value_yaml(value)))
        .collect()
}

fn post_text(post: &Post) -> String {
    let mut text = format!("---\ntitle: {}\ndate: {}\n", post.title, post.date);
    if let Some(event) = &post.event {
        writeln!(text, "event: {event}").expect("writing to a String");
    }
    if post.draft {
        text.push_str("draft: true\n");
    }
    match post.kind {
        "video" => text.push_str("video: https://www.bilibili.com/video/BV1xx411c7mD\n"),
        "role-model" => text.push_str("consent: true\n"),
        _ => {}
    }
    text + &fields_yaml(&post.fields) + "---\n正文。\n"
}

fn row_yaml(row: &Row) -> String {
    let mut text = format!("- id: {}\n  name: {}\n", row.id, row.name);
    for (key, day) in [("since", row.since), ("until", row.until)] {
        if let Some(day) = day {
            writeln!(text, "  {key}: {day}").expect("writing to a String");
        }
    }
    for line in fields_yaml(&row.fields).lines() {
        writeln!(text, "  {line}").expect("writing to a String");
    }
    text
}

fn ledger_csv(town: &Town, kind_id: &str) -> String {
    let fields: Vec<&str> = std::iter::once("village")
        .chain(kind(kind_id).fields.iter().map(|field| field.0))
        .filter(|name| *name != "people")
        .collect();
    let mut csv = format!("title,date,event,draft,{}\n", fields.join(","));
    for post in town
        .posts
        .iter()
        .filter(|post| post.kind == kind_id && post.file.is_none())
    {
        let event = post.event.as_deref().unwrap_or("");
        let draft = if post.draft { "true" } else { "" };
        write!(csv, "{},{},{event},{draft}", post.title, post.date).expect("writing to a String");
        for name in &fields {
            let value = post.fields.get(name).map(value_yaml).unwrap_or_default();
            write!(csv, ",{value}").expect("writing to a String");
        }
        csv.push('\n');
    }
    csv
}
