//! `xiangyin metrics`: figures of a period; of one metric also what was counted and what was not.
//!
//! For people a table, for programs one object. Figures of a period whose report was issued are those that were issued.

mod one;

use super::args::Format;
use super::console::Console;
use super::period::period;
use super::reading;
use super::table::{Side, lines};
use super::usage::{self, Mistake};
use super::{Command, Status, Stop, args, today};
use crate::diag::{Code, Diagnostic, nearest};
use crate::messages::Lang;
use crate::metrics::{Metric, Metrics, Period};
use crate::paths::UrlPath;
use crate::pipeline::SiteContent;
use crate::plan;
use crate::report::{Behind, LeftOut, Reports, Shown, json_number, number, percent_words};
use clap::ArgMatches;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use std::io::{self, Write as _};

pub(super) const COMMAND: Command = Command {
    name: "metrics",
    declare,
    run,
};

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command
        .arg(args::positional(lang, "period").required(false))
        .arg(args::positional(lang, "metric").required(false))
        .arg(args::site(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<Status, Stop> {
    let site = args::site_folder(matches);
    let word = |name| matches.get_one::<String>(name).map(String::as_str);
    let period = word("period").map(|word| period(console, word)).transpose();
    let period = period.map_err(Stop::Usage)?;
    let today = today::today(console, &site)?;
    let Some(content) = reading::content(console, &site, today)? else {
        return Ok(Status::Findings);
    };
    let Some(period) = period else {
        list(console, &content, today)?;
        return Ok(Status::Done);
    };
    let metric = word("metric")
        .map(|id| known(console, &content.metrics, id))
        .transpose();
    let metric = metric.map_err(Stop::Usage)?;
    let reports = content.reports(today);
    let sheet = Sheet {
        console,
        content: &content,
        reports: &reports.value,
        addresses: plan::addresses(&content.catalog, &content.settings),
        period,
    };
    reading::warn(console, &warnings(&content.findings, &reports.findings, period))?;
    match (console.format, metric) {
        (Format::Json, metric) => writeln!(io::stdout(), "{}", sheet.json(metric))?,
        (Format::Human, None) => print(&sheet.table(today))?,
        (Format::Human, Some(metric)) => print(&sheet.one(metric, today))?,
    }
    Ok(Status::Done)
}

/// What was found while reading, and about the figures of the period.
fn warnings(reading: &[Diagnostic], reports: &[Diagnostic], period: Period) -> Vec<Diagnostic> {
    let of_figures = |finding: &&Diagnostic| {
        matches!(finding.code, Code::SumDiffers | Code::FrozenChanged) && reading::is_about(finding, period)
    };
    reading
        .iter()
        .chain(reports.iter().filter(of_figures))
        .cloned()
        .collect()
}

/// The metric that `id` names; the bare name of a group means its first one.
fn known<'m>(console: &Console, metrics: &'m Metrics, id: &str) -> Result<&'m Metric, Mistake> {
    metrics.get(id.trim()).ok_or_else(|| {
        let groups: Vec<&str> = metrics.iter().map(Metric::group).collect();
        let meant = metrics.near(id).or_else(|| nearest(id, groups));
        Mistake::new(console.text("usage-unknown-metric", &[("metric", id)]))
            .hint(meant.map(|word| usage::did_you_mean(console.lang, word)))
            .hint(console.text("usage-metrics-listed", &[]))
    })
}

/// Prints the metrics that there are, and how to see their figures.
fn list(console: &Console, content: &SiteContent, today: Date) -> io::Result<()> {
    reading::warn(console, &content.findings)?;
    let lang = console.lang.tag();
    if console.format == Format::Json {
        let language = &content.settings.language;
        let one = |metric: &Metric| {
            let (label, unit) = (metric.label.get(language), metric.unit.get(language));
            (metric.id.clone(), json!({"unit": unit, "label": label}))
        };
        let all: Map<String, Value> = content.metrics.iter().map(one).collect();
        return writeln!(io::stdout(), "{}", json!({"metrics": all}));
    }
    let row = |metric: &Metric| {
        let cells = [&metric.id, metric.label.get(lang), metric.unit.get(lang)];
        cells.map(str::to_owned).to_vec()
    };
    let rows = grouped(content.metrics.iter(), row);
    let mut out = lines(&rows, &[Side::Left; 3]);
    let example = Period::half_of(today).to_string();
    out.extend([String::new(), console.text("metrics-example", &[("period", &example)])]);
    print(&out)
}

/// A row for each metric, with an empty one between groups.
fn grouped<'m>(metrics: impl Iterator<Item = &'m Metric>, row: impl Fn(&'m Metric) -> Vec<String>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut last = None;
    for metric in metrics {
        if last.is_some_and(|last| last != metric.group()) {
            rows.push(Vec::new());
        }
        last = Some(metric.group());
        rows.push(row(metric));
    }
    rows
}

fn print(lines: &[String]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    out.flush()
}

/// The figures of one period, ready to be shown.
struct Sheet<'s> {
    console: &'s Console,
    content: &'s SiteContent,
    reports: &'s Reports<'s>,
    /// Of the catalog's records, in its order.
    addresses: Vec<UrlPath>,
    period: Period,
}

impl<'s> Sheet<'s> {
    fn shown(&self, metric: &'s Metric) -> Shown<'s> {
        self.reports.shown(metric, self.period)
    }

    /// The period in words and days, and whether its figures are issued or not yet final.
    fn heading(&self, today: Date) -> String {
        let (first, last) = (self.period.first().to_string(), self.period.last().to_string());
        let label = self.period.label(self.console.lang);
        let values = [("period", label.as_str()), ("first", &first), ("last", &last)];
        let mut heading = self.console.text("metrics-heading", &values);
        if let Some(issued) = self.reports.issued(self.period) {
            heading += &self
                .console
                .text("metrics-issued", &[("day", &issued.issued.to_string())]);
        } else if today <= self.period.last() {
            heading += &self.console.text("metrics-so-far", &[("day", &today.to_string())]);
        }
        heading
    }

    fn table(&self, today: Date) -> Vec<String> {
        let lang = self.console.lang;
        let row = |metric: &'s Metric| {
            let shown = self.shown(metric);
            vec![
                metric.label.get(lang.tag()).to_owned(),
                number(shown.value),
                metric.unit.get(lang.tag()).to_owned(),
                percent_words(&shown.before),
                percent_words(&shown.year_earlier),
                metric.id.clone(),
            ]
        };
        let titles = ["label", "value", "unit", "before", "year-earlier", "id"];
        let titles = titles
            .map(|title| self.console.text(&format!("column-{title}"), &[]))
            .to_vec();
        let mut rows = vec![titles, Vec::new()];
        rows.extend(grouped(self.content.metrics.iter(), row));
        let sides = [
            Side::Left,
            Side::Right,
            Side::Left,
            Side::Right,
            Side::Right,
            Side::Left,
        ];
        let mut out = vec![self.heading(today), String::new()];
        out.extend(lines(&rows, &sides));
        out
    }

    /// The one object that programs read: all metrics, or one with what it left out. In the site's language, so that it
    /// does not depend on who asks.
    fn json(&self, only: Option<&'s Metric>) -> Value {
        let chosen = self
            .content
            .metrics
            .iter()
            .filter(|metric| only.is_none_or(|only| only.id == metric.id));
        let metrics: Map<String, Value> = chosen
            .map(|metric| (metric.id.clone(), self.json_of(metric, only.is_some())))
            .collect();
        json!({"period": self.period.to_string(), "metrics": metrics})
    }

    fn json_of(&self, metric: &'s Metric, is_whole: bool) -> Value {
        let shown = self.shown(metric);
        let language = &self.content.settings.language;
        let mut object = Map::new();
        let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
        put("value", json_number(shown.value));
        put("unit", metric.unit.get(language).into());
        put("label", metric.label.get(language).into());
        put(
            "posts",
            if metric.is_stock() {
                Value::Array(Vec::new())
            } else {
                self.names(&shown)
            },
        );
        if metric.is_stock() {
            put("rows", self.names(&shown));
        }
        if let Some(issued) = shown.issued {
            put("issued", issued.to_string().into());
        }
        if is_whole {
            let lang = Lang::of_tag(language);
            let one =
                |left: &LeftOut| json!({"post": self.address(left.item()), "reason": self.reason(metric, left, lang)});
            put("left_out", self.reports.left_out(&shown).iter().map(one).collect());
        }
        Value::Object(object)
    }

    /// What was counted: the addresses of posts, the ids of rows.
    fn names(&self, shown: &Shown<'_>) -> Value {
        shown
            .behind
            .iter()
            .map(|behind| Value::from(self.name(behind)))
            .collect()
    }

    fn name(&self, behind: &Behind<'_>) -> String {
        match behind {
            Behind::Post { item, .. } => self.address(*item),
            Behind::Gone { path, .. } => path.clone(),
            Behind::Row(row) => row.id.clone(),
        }
    }
}
