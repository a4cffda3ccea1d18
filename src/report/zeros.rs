//! Figures of reports for which nothing was counted, and the site's statements that this is right.
//!
//! One finding names all of them, because they mostly have one cause: the posts or rosters are not there yet.

use super::call::figure_calls;
use super::form::ReportForm;
use super::format::format_number;
use super::reports::{Report, ReportText, Reports};
use crate::config::{PlacedText, Settings};
use crate::diag::{Code, Diagnostic, Place};
use crate::metrics::{Metric, Period};
use rayon::prelude::*;
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// Metrics by period, each once, in the order in which they were added.
#[derive(Debug, Default)]
struct PeriodMetrics<'a>(Vec<(Period, Vec<&'a Metric>)>);

pub(super) fn findings(reports: &Reports<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let declared = declared_zeros(reports, settings, &mut findings);
    findings.extend(nothing_counted(reports, settings, declared));
    findings
}

/// The finding about the name of a period that the settings do not write as one.
pub(super) fn bad_period(name: &PlacedText) -> Diagnostic {
    let finding = Diagnostic::new(Code::BadPeriod).at(name.place.clone());
    finding.with("value", &name.text)
}

/// The zeros that the site declares. Adds findings about names that do not exist and figures that are not 0.
fn declared_zeros<'a>(reports: &Reports<'a>, settings: &Settings, findings: &mut Vec<Diagnostic>) -> PeriodMetrics<'a> {
    let metrics = reports.counts.metrics;
    let mut declared = PeriodMetrics::default();
    for zeros in &settings.zeros {
        let period = Period::parse(&zeros.period.text);
        if period.is_none() {
            findings.push(bad_period(&zeros.period));
        }
        for name in &zeros.metrics {
            let Some(metric) = metrics.get(&name.text) else {
                let finding = Diagnostic::new(Code::UnknownMetric).at(name.place.clone());
                let nearest = metrics.suggest(&name.text);
                findings.push(finding.with("metric", &name.text).with_some("nearest", nearest));
                continue;
            };
            let Some(period) = period else { continue };
            match counted_zero(reports, metric, period, name) {
                Some(finding) => findings.push(finding),
                None => declared.add(period, metric),
            }
        }
    }
    declared
}

/// The finding about a declared zero of which something was counted.
fn counted_zero<'a>(
    reports: &Reports<'a>,
    metric: &'a Metric,
    period: Period,
    name: &PlacedText,
) -> Option<Diagnostic> {
    let figure = reports.displayed_figure(metric, period);
    let is_zero = figure.is_of_nothing() || figure.value == Some(Decimal::ZERO);
    (!is_zero).then(|| {
        Diagnostic::new(Code::ZeroCounted)
            .at(name.place.clone())
            .with("period", period.to_string())
            .with("metric", &metric.id)
            .with("value", format_number(figure.value))
    })
}

/// Reports the figures that reports show although nothing was counted for them, except those that the site declares.
fn nothing_counted<'a>(
    reports: &Reports<'a>,
    settings: &Settings,
    mut declared: PeriodMetrics<'a>,
) -> Option<Diagnostic> {
    let may_be_named =
        |period: Period, metric: &Metric| period.first() <= reports.today && !declared.covers(period, metric);
    let without_posts = |report: &Report<'a>| {
        let (body, is_written) = match &report.text {
            ReportText::Written(id) => (&*reports.counts.catalog.records[*id].body, true),
            ReportText::Generated(text) => (&text.body, false),
        };
        let calls = figure_calls(body).into_iter().filter(|call| call.name == "metric");
        let calls = calls.filter_map(|call| Some((reports.call(call, Some(report.period))?, call)));
        // Figures are asked for last: the other tests cost nothing.
        let mut shown: Vec<(&'a Metric, Period, Option<Place>)> = calls
            .filter(|(parsed, _)| may_be_named(parsed.period, parsed.metric))
            .filter(|(parsed, _)| reports.figure_of_call(parsed).is_of_nothing())
            .map(|(parsed, call)| (parsed.metric, parsed.period, is_written.then(|| call.place.clone())))
            .collect();
        // A generated text does not speak of what was not counted.
        if !is_written && report.form == ReportForm::Work {
            let left_out = reports.uncounted_metrics(report.period).into_iter();
            shown.extend(left_out.map(|metric| (metric, report.period, None)));
        }
        shown.retain(|(metric, period, _)| may_be_named(*period, metric));
        shown
    };
    let found: Vec<_> = reports.all.raw.par_iter().map(without_posts).collect();
    let mut without = PeriodMetrics::default();
    let mut first_call: Option<Place> = None;
    for (metric, period, place) in found.into_iter().flatten() {
        if !without.has(period, metric) {
            without.add(period, metric);
            first_call = first_call.or(place);
        }
    }
    if without.0.is_empty() {
        return None;
    }
    let periods: Vec<String> = without.0.iter().map(|(period, _)| period.to_string()).collect();
    let mut labels: Vec<&str> = Vec::new();
    for metric in without.0.iter().flat_map(|(_, metrics)| metrics) {
        let label = metric.label.get(reports.lang.tag());
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    // The longest periods come first, because a zero of a year is one of its halves, too.
    without
        .0
        .sort_by_key(|(period, _)| Reverse((period.last() - period.first()).get_days()));
    let has_zeros = settings.zeros_place.is_some();
    for (period, metric) in without.all() {
        if !declared.covers(period, metric) {
            declared.add(period, metric);
        }
    }
    let place = first_call.or_else(|| settings.zeros_place.clone());
    Some(
        Diagnostic::new(Code::NothingCounted)
            .at(place.unwrap_or_else(|| Place::whole_file("content/site.yaml")))
            .with("periods", periods.join(", "))
            .with("metrics", labels.join(", "))
            .with(if has_zeros { "replacing" } else { "line" }, declared.settings_line()),
    )
}

impl<'a> PeriodMetrics<'a> {
    fn add(&mut self, period: Period, metric: &'a Metric) {
        if self.has(period, metric) {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == period) {
            Some((_, metrics)) => metrics.push(metric),
            None => self.0.push((period, vec![metric])),
        }
    }

    fn all(&self) -> impl Iterator<Item = (Period, &'a Metric)> {
        let of_period = |(period, metrics): &(Period, Vec<&'a Metric>)| {
            let period = *period;
            metrics.clone().into_iter().map(move |metric| (period, metric))
        };
        self.0.iter().flat_map(of_period)
    }

    fn has(&self, period: Period, metric: &Metric) -> bool {
        self.all()
            .any(|(known, other)| known == period && other.id == metric.id)
    }

    /// Whether the metric is among those of `period`, or of a period that contains it: a metric of posts that is 0 in a
    /// year is 0 in its parts. A roster may be empty at the end of the year only.
    fn covers(&self, period: Period, metric: &Metric) -> bool {
        let counts_posts = metric.counts_posts() && !metric.is_at_end();
        let contains = |whole: Period| whole.contains(period.first()) && whole.contains(period.last());
        self.all()
            .any(|(known, other)| other.id == metric.id && (known == period || (counts_posts && contains(known))))
    }

    /// The line of the settings that declares these zeros: `zeros: {2022-H1: [culture.gala]}`.
    fn settings_line(&self) -> String {
        let of_period = |(period, metrics): &(Period, Vec<&Metric>)| {
            let ids: Vec<&str> = metrics.iter().map(|metric| metric.id.as_str()).collect();
            format!("{period}: [{}]", ids.join(", "))
        };
        let periods: Vec<String> = self.0.iter().map(of_period).collect();
        format!("zeros: {{{}}}", periods.join(", "))
    }
}
