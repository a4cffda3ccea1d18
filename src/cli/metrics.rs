//! `xiangyin metrics`: the figures of a period; for one metric also its evidence and its exclusions.
//!
//! Prints a table for people and one JSON object for programs. When the report of a period was issued, its figures are
//! the issued ones.

mod one_metric;

use super::args::MessageFormat;
use super::command::UsageError;
use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::period::parse_period;
use super::site_content;
use super::table::{CellAlignment, format_table};
use super::usage;
use super::{args, today};
use crate::diag::{Code, Diagnostic, nearest};
use crate::ids::{RecordId, TiVec};
use crate::messages::{Lang, escape_control_characters};
use crate::metrics::{Metric, Metrics, Period};
use crate::paths::UrlPath;
use crate::pipeline::{Request, SiteContent};
use crate::privacy;
use crate::report::{
    DisplayedFigure, EvidenceGroup, EvidenceItem, Exclusion, Reports, format_number, format_percent, json_number,
    operands_json,
};
use crate::site;
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
        .arg(args::flag(lang, "full").long("internal"))
        .arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let word = |name| matches.get_one::<String>(name).map(String::as_str);
    let period = word("period").map(|word| parse_period(console, word)).transpose();
    let period = period.map_err(CommandError::Usage)?;
    let today = today::today(console, &site)?;
    let request = Request {
        internal: matches.get_flag("full"),
        ..Request::new(&site, today)
    };
    let Some(content) = site_content::load_content(console, &request)? else {
        return Ok(ExitStatus::Findings);
    };
    let Some(period) = period else {
        print_metric_list(console, &content, today)?;
        return Ok(ExitStatus::Done);
    };
    let metric = word("metric")
        .map(|id| find_metric(console, &content.metrics, id))
        .transpose();
    let metric = metric.map_err(CommandError::Usage)?;
    let reports = content.reports(today);
    let printer = MetricsPrinter {
        console,
        content: &content,
        reports: &reports.value,
        addresses: site::record_addresses(&content.catalog, &content.settings),
        period,
    };
    site_content::print_warnings(console, &warnings(&content.findings, &reports.findings, period))?;
    match (console.format, metric) {
        (MessageFormat::Json, metric) => console.print_json(&printer.json(metric))?,
        // The other formats have findings only.
        (MessageFormat::Github | MessageFormat::Gitlab | MessageFormat::Sarif, _) => {}
        (MessageFormat::Human, None) => print_lines(&printer.table(today))?,
        (MessageFormat::Human, Some(metric)) => {
            // Titles and paths of posts may hold personal numbers. Figures have separators of thousands.
            let lines = printer.metric_lines(metric, today);
            let lines: Vec<String> = lines.iter().map(|line| privacy::mask(line).into_owned()).collect();
            print_lines(&lines)?;
        }
    }
    Ok(ExitStatus::Done)
}

/// The findings of reading, and those about the figures of the period.
fn warnings(reading: &[Diagnostic], reports: &[Diagnostic], period: Period) -> Vec<Diagnostic> {
    let of_figures = |finding: &&Diagnostic| {
        matches!(
            finding.code,
            Code::SumDiffers | Code::IssuedFigureChanged | Code::IssuedSumDiffers | Code::IssuedMetricUnknown
        ) && site_content::is_about_period(finding, period)
    };
    reading
        .iter()
        .chain(reports.iter().filter(of_figures))
        .cloned()
        .collect()
}

/// The metric that `id` names. The name of a group means the group's first metric. An unknown name is a usage error.
fn find_metric<'m>(console: &Console, metrics: &'m Metrics, id: &str) -> Result<&'m Metric, UsageError> {
    metrics.get(id.trim()).ok_or_else(|| {
        let groups: Vec<&str> = metrics.iter().map(Metric::group).collect();
        let meant = metrics.suggest(id).or_else(|| nearest(id, groups));
        UsageError::new(console.text("usage-unknown-metric", &[("metric", id)]))
            .with_hint(meant.map(|word| usage::did_you_mean(console.lang, word)))
            .with_hint(console.text("usage-metrics-listed", &[]))
    })
}

/// Prints all metrics, and an example of how to see their figures.
fn print_metric_list(console: &Console, content: &SiteContent, today: Date) -> io::Result<()> {
    site_content::print_warnings(console, &content.findings)?;
    let lang = console.lang.tag();
    if console.format == MessageFormat::Json {
        let language = &content.settings.language;
        let one = |metric: &Metric| {
            let (label, unit) = (metric.label.get(language), metric.unit.get(language));
            (metric.id.clone(), json!({"unit": unit, "label": label}))
        };
        let all: Map<String, Value> = content.metrics.iter().map(one).collect();
        return console.print_json(&json!({"metrics": all}));
    }
    let row = |metric: &Metric| {
        let cells = [&metric.id, metric.label.get(lang), metric.unit.get(lang)];
        cells.map(str::to_owned).to_vec()
    };
    let rows = grouped_rows(content.metrics.iter(), row);
    let mut out = format_table(&rows, &[CellAlignment::Left; 3]);
    let example = Period::half_of(today).to_string();
    out.extend([String::new(), console.text("metrics-example", &[("period", &example)])]);
    print_lines(&out)
}

/// A row for each metric, with an empty row between groups.
fn grouped_rows<'m>(
    metrics: impl Iterator<Item = &'m Metric>,
    row: impl Fn(&'m Metric) -> Vec<String>,
) -> Vec<Vec<String>> {
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

fn print_lines(lines: &[String]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "{}", escape_control_characters(line)))?;
    out.flush()
}

/// Formats the figures of one period.
struct MetricsPrinter<'s> {
    console: &'s Console,
    content: &'s SiteContent,
    reports: &'s Reports<'s>,
    /// The addresses of the catalog's records, in the catalog's order.
    addresses: TiVec<RecordId, UrlPath>,
    period: Period,
}

impl<'s> MetricsPrinter<'s> {
    fn displayed_figure(&self, metric: &'s Metric) -> DisplayedFigure<'s> {
        self.reports.displayed_figure(metric, self.period)
    }

    /// The heading: the period's name, its first and last day, and whether its figures were issued or are not final.
    fn heading(&self, today: Date) -> String {
        let (first, last) = (self.period.first().to_string(), self.period.last().to_string());
        let label = self.period.label(self.console.lang);
        let values = [("period", label.as_str()), ("first", &first), ("last", &last)];
        let mut heading = self.console.text("metrics-heading", &values);
        if let Some(issued) = self.reports.issued(self.period) {
            heading += &self
                .console
                .text("metrics-issued", &[("day", &issued.issued_on.to_string())]);
        } else if today < self.period.first() {
            heading += &self.console.text("metrics-to-come", &[]);
        } else if today <= self.period.last() {
            heading += &self.console.text("metrics-so-far", &[("day", &today.to_string())]);
        }
        heading
    }

    fn table(&self, today: Date) -> Vec<String> {
        let lang = self.console.lang;
        let row = |metric: &'s Metric| {
            let figure = self.displayed_figure(metric);
            vec![
                figure.metric.label.get(lang.tag()).to_owned(),
                format_number(figure.value),
                figure.metric.unit.get(lang.tag()).to_owned(),
                format_percent(&figure.previous),
                format_percent(&figure.year_earlier),
                metric.id.clone(),
            ]
        };
        let titles = ["label", "value", "unit", "before", "year-earlier", "id"];
        let titles = titles
            .map(|title| self.console.text(&format!("column-{title}"), &[]))
            .to_vec();
        let mut rows = vec![titles, Vec::new()];
        rows.extend(grouped_rows(self.content.metrics.iter(), row));
        let alignments = [
            CellAlignment::Left,
            CellAlignment::Right,
            CellAlignment::Left,
            CellAlignment::Right,
            CellAlignment::Right,
            CellAlignment::Left,
        ];
        let mut out = vec![self.heading(today), String::new()];
        out.extend(format_table(&rows, &alignments));
        out
    }

    /// The JSON object for programs: all metrics, or only one metric with its exclusions. Labels are in the site's
    /// language, so that the output does not depend on the user's language.
    fn json(&self, only: Option<&'s Metric>) -> Value {
        let chosen = self
            .content
            .metrics
            .iter()
            .filter(|metric| only.is_none_or(|only| only.id == metric.id));
        let metrics: Map<String, Value> = chosen
            .map(|metric| (metric.id.clone(), self.metric_json(metric, only.is_some())))
            .collect();
        let mut object = json!({"period": self.period.to_string(), "metrics": metrics});
        let today = self.reports.today;
        if self.period.is_running(today) && self.reports.issued(self.period).is_none() {
            object["until"] = today.to_string().into();
        }
        object
    }

    fn metric_json(&self, metric: &'s Metric, is_whole: bool) -> Value {
        let figure = self.displayed_figure(metric);
        let language = &self.content.settings.language;
        let mut object = Map::new();
        let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
        put("value", json_number(figure.value));
        put("unit", figure.metric.unit.get(language).into());
        put("label", figure.metric.label.get(language).into());
        put(
            "posts",
            if metric.counts_posts() {
                self.evidence_names(&figure)
            } else {
                Value::Array(Vec::new())
            },
        );
        if metric.is_stock() {
            put("rows", self.evidence_names(&figure));
        }
        if let Some(operands) = self.reports.operands(Some(self.period), &figure) {
            put("ratio", operands_json(&operands));
        }
        if let Some(target) = self.reports.target_json(&figure) {
            put("target", target);
        }
        if let Some(groups) = self.reports.evidence_groups(&figure) {
            let names = |group: &EvidenceGroup<'_>| group.items.iter().map(|item| self.evidence_name(item)).collect();
            let value = |group: &EvidenceGroup<'_>| {
                let names: Vec<String> = names(group);
                let key = if metric.is_stock() { "rows" } else { "posts" };
                json!({"value": group.key, "label": group.label, key: names})
            };
            put("values", groups.iter().map(value).collect());
        }
        if let Some(issued) = figure.issued_on {
            put("issued", issued.to_string().into());
        }
        if is_whole {
            let lang = Lang::from_tag(language);
            let one = |exclusion: &Exclusion<'_>| json!({"post": self.excluded_address(exclusion), "reason": self.exclusion_reason(metric, exclusion, lang)});
            put("left_out", self.reports.exclusions(&figure).iter().map(one).collect());
        }
        Value::Object(object)
    }

    /// The evidence of a figure: the addresses of posts, the ids of rows. In a count of different values, the first of
    /// each value, so that there are as many as the figure says.
    fn evidence_names(&self, figure: &DisplayedFigure<'s>) -> Value {
        let name = |item: &EvidenceItem<'_>| Value::from(self.evidence_name(item));
        match self.reports.evidence_groups(figure) {
            Some(groups) => groups
                .iter()
                .filter_map(|group| group.items.first())
                .map(name)
                .collect(),
            None => figure.evidence.iter().map(name).collect(),
        }
    }

    fn evidence_name(&self, item: &EvidenceItem<'_>) -> String {
        match item {
            EvidenceItem::Post { post, .. } => self.post_address(*post),
            EvidenceItem::Issued(issued) => match issued.now {
                Some(post) => self.post_address(post),
                None => issued.key.to_owned(),
            },
            EvidenceItem::Row(row) => row.id.clone(),
        }
    }

    /// The address of a post that was left out, or its path.
    fn excluded_address(&self, exclusion: &Exclusion<'_>) -> String {
        match exclusion {
            Exclusion::ByRule(excluded) => self.post_address(excluded.post),
            Exclusion::Issued { path, now, .. } => now.map_or_else(|| (*path).to_owned(), |now| self.post_address(now)),
        }
    }
}
