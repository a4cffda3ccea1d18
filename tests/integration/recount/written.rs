//! The reports that a random town writes itself: which figures, charts, tables and lists they ask for.

use super::built_in::all_metrics;
use super::kinds::{COMMON, Field, Form, ROSTERS, kind};
use super::model::{Aggregate, Metric, Source, Town, pick};
use super::periods::{days_of, name_of};
use crate::common::edited_site::Rng;
use std::fmt::Write as _;

/// What a paragraph of a report asks for.
#[derive(Clone, Debug)]
pub(super) enum Call {
    /// A figure and how it changed.
    Figure(String),
    /// A chart by a field or by month, with the field that splits it.
    Chart(String, &'static str, Option<&'static str>),
    Calendar(String),
    Table(String, &'static str),
    /// The table of all metrics of a group.
    Group(&'static str),
    /// So many of the latest posts.
    Posts(String, usize),
}

#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) period: &'static str,
    pub(super) calls: Vec<Call>,
}

const RANGES: [&str; 6] = [
    "2022-02-01..2022-07-31",
    "2022-01-01..2022-06-30",
    "2022-03-10..2022-06-14",
    "2021-12-31..2022-01-01",
    "2022-04-01..2022-06-30",
    "2021-07-01..2022-06-30",
];

/// Reports on a range, a quarter or month, and a half or year, which takes the place of the generated one.
pub(super) fn random_reports(random: &mut Rng, town: &Town) -> Vec<Report> {
    let periods = [
        pick(random, &RANGES),
        pick(random, &["2022-Q2", "2022-Q3", "2022-06", "2022-02", "2022-Q1"]),
        pick(random, &["2022-H2", "2022-H1", "2022"]),
    ];
    let mut names: Vec<String> = Vec::new();
    periods
        .into_iter()
        .filter(|period| {
            let name = name_of(days_of(period));
            let is_new = !names.contains(&name);
            names.push(name);
            is_new
        })
        .map(|period| Report {
            period,
            calls: random_calls(random, town),
        })
        .collect()
}

fn random_calls(random: &mut Rng, town: &Town) -> Vec<Call> {
    let metrics = all_metrics(town);
    let mut calls = vec![Call::Group(pick(
        random,
        &["volunteer", "coverage", "culture", "own", "teams"],
    ))];
    while calls.len() < 14 {
        let metric = &metrics[random.below(metrics.len())];
        calls.push(random_call(random, metric));
    }
    calls
}

fn random_call(random: &mut Rng, metric: &Metric) -> Call {
    let id = metric.id.clone();
    let fields = dimensions(metric);
    let of_posts = matches!(metric.of, Source::Posts(_));
    let adds_up = matches!(metric.aggregate, Aggregate::Count | Aggregate::Sum(_));
    match random.below(8) {
        0 | 1 => Call::Figure(id),
        2 if of_posts && adds_up => Call::Calendar(id),
        3 if of_posts => Call::Posts(id, 1 + random.below(4)),
        4 if of_posts => Call::Chart(id, "month", None),
        5 if of_posts && adds_up && !fields.is_empty() => Call::Chart(id, "month", Some(pick(random, &fields))),
        6 if !fields.is_empty() => Call::Chart(id, pick(random, &fields), None),
        _ if !fields.is_empty() => Call::Table(id, pick(random, &fields)),
        _ => Call::Figure(id),
    }
}

/// The fields by which the metric's figures are told apart.
pub(super) fn dimensions(metric: &Metric) -> Vec<&'static str> {
    let is_dimension =
        |field: &&Field| !matches!(field.1, Form::Whole | Form::Decimal | Form::Day) && field.0 != "piece";
    let names = |fields: &[Field]| {
        fields
            .iter()
            .filter(is_dimension)
            .map(|field| field.0)
            .collect::<Vec<_>>()
    };
    match &metric.of {
        Source::Posts(kinds) if kinds.len() > 1 => names(&COMMON),
        Source::Posts(kinds) => [names(&COMMON), names(kind(kinds[0]).fields)].concat(),
        Source::Rows(roster) => names(ROSTERS.iter().find(|one| one.0 == *roster).expect("a roster").1),
        Source::Percent(operands) => dimensions(&operands[0]),
    }
}

/// The text of the report's file.
pub(super) fn report_text(report: &Report) -> String {
    let mut text = format!("---\ntitle: 报告\ndate: 2022-01-01\nperiod: {}\n---\n", report.period);
    for call in &report.calls {
        match call {
            Call::Figure(id) => writeln!(text, "数字{{{{ metric(\"{id}\") }}}}（{{{{ change(\"{id}\") }}}}）。\n"),
            Call::Chart(id, by, None) => writeln!(text, "{{{{ chart(\"{id}\", by=\"{by}\") }}}}\n"),
            Call::Chart(id, by, Some(split)) => {
                writeln!(text, "{{{{ chart(\"{id}\", by=\"{by}\", split=\"{split}\") }}}}\n")
            }
            Call::Calendar(id) => writeln!(text, "{{{{ chart(\"{id}\", shape=\"calendar\") }}}}\n"),
            Call::Table(id, by) => writeln!(text, "{{{{ table(\"{id}\", by=\"{by}\") }}}}\n"),
            Call::Group(group) => writeln!(text, "{{{{ table(\"{group}\") }}}}\n"),
            Call::Posts(id, limit) => writeln!(text, "{{{{ posts(\"{id}\", limit={limit}) }}}}\n"),
        }
        .expect("writing to a String");
    }
    text
}
