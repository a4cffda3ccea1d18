//! What is wrong with reports: calls that make no sense, figures without evidence, sums that differ, issued figures
//! that would change.

use super::call::{call, calls_of};
use super::{REPORT, Reports, Text, number};
use crate::diag::{Code, Diagnostic, Place};
use crate::metrics::{Metric, Period};
use crate::record::Record;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Posts that a finding names at most.
const NAMED: usize = 5;

pub(super) fn findings(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let mut findings = elsewhere(reports);
    // Every one, also the second on a period, which has no page.
    for record in &reports.counts.catalog.records {
        if let Some(period) = Reports::period_of(record) {
            findings.extend(written(reports, record, period));
        }
    }
    for report in &reports.all {
        if let Text::Generated(text) = &report.text {
            findings.extend(empty(reports, &text.body, report.period));
        }
        findings.extend(sums(reports, report.period));
    }
    for frozen in reports.issued.values() {
        findings.extend(changed(reports, frozen.period));
    }
    findings
}

/// Calls outside of reports, which must name their period. A report whose own period cannot be read is left alone: that
/// is the fault to mend.
fn elsewhere(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let catalog = reports.counts.catalog;
    let unread = |record: &&Arc<Record>| record.kind != REPORT || Reports::period_of(record).is_none();
    let others = catalog.records.iter().filter(unread);
    // Of a report whose period cannot be read that alone is said, and what is wrong whatever the period.
    let any_day = Period::month_of(reports.today);
    let bodies = others
        .map(|record| (&record.body, (record.kind == REPORT).then_some(any_day)))
        .chain(catalog.sections.values().map(|section| (&section.body, None)));
    bodies
        .flat_map(|(body, period)| calls_of(body).into_iter().map(move |made| (made, period)))
        .filter_map(|(made, period)| call(made, &reports.counts, period).err())
        .map(|finding| *finding)
        .collect()
}

/// Calls of a report that cannot be answered, and those whose figure has no evidence, each at its place.
fn written(reports: &Reports<'_>, record: &Record, period: Period) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for made in calls_of(&record.body) {
        match call(made, &reports.counts, Some(period)) {
            Err(finding) => findings.push(*finding),
            Ok(call) => {
                let is_first = made.name == "metric" && seen.insert((call.metric.id.as_str(), call.period));
                if is_first && reports.shown(call.metric, call.period).behind.is_empty() {
                    findings.push(nothing(reports, call.period, &[call.metric]).at(made.place.clone()));
                }
            }
        }
    }
    findings
}

/// The figures of a generated report that have no evidence, in one finding.
fn empty(reports: &Reports<'_>, body: &crate::record::Body, period: Period) -> Option<Diagnostic> {
    let mut without: Vec<&Metric> = Vec::new();
    for made in calls_of(body).into_iter().filter(|made| made.name == "metric") {
        let Ok(call) = call(made, &reports.counts, Some(period)) else {
            continue;
        };
        let is_new = without.iter().all(|metric| metric.id != call.metric.id);
        if is_new && reports.shown(call.metric, period).behind.is_empty() {
            without.push(call.metric);
        }
    }
    (!without.is_empty()).then(|| nothing(reports, period, &without))
}

fn nothing(reports: &Reports<'_>, period: Period, metrics: &[&Metric]) -> Diagnostic {
    let labels: Vec<&str> = metrics
        .iter()
        .map(|metric| metric.label.get(reports.lang.tag()))
        .collect();
    Diagnostic::new(Code::NothingCounted)
        .with("period", period.to_string())
        .with("metrics", labels.join(", "))
}

/// Metrics that differ from what they must add up to.
fn sums(reports: &Reports<'_>, period: Period) -> Vec<Diagnostic> {
    let counts = &reports.counts;
    let differs = |metric: &Metric| {
        let expected = counts.expected(metric, period)?;
        let value = counts.figure(counts.metrics.get(&metric.id)?, period).value;
        if value == expected {
            return None;
        }
        let finding = Diagnostic::new(Code::SumDiffers)
            .with("period", period.to_string())
            .with("metric", &metric.id)
            .with("value", number(value))
            .with("sum", sum_words(metric))
            .with("expected", number(expected));
        Some(match metric.place("equals") {
            Some(place) => finding.at(place.clone()),
            None => finding,
        })
    };
    counts.metrics.iter().filter_map(differs).collect()
}

/// `teams.town + teams.village`.
fn sum_words(metric: &Metric) -> String {
    let mut words = String::new();
    for (plus, id) in &metric.equals {
        if !words.is_empty() || !plus {
            words.push_str(if *plus { " + " } else { " - " });
        }
        words.push_str(id);
    }
    words
}

/// Issued figures that would be others today, each with the posts that make the difference.
fn changed(reports: &Reports<'_>, period: Period) -> Vec<Diagnostic> {
    let Some(frozen) = reports.issued(period) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for metric in reports
        .counts
        .metrics
        .iter()
        .filter(|metric| frozen.figures.contains_key(&metric.id))
    {
        let shown = reports.shown(metric, period);
        let now = reports.today_value(&shown);
        if now == shown.value {
            continue;
        }
        let posts = reports.difference(&shown);
        let finding = Diagnostic::new(Code::FrozenChanged)
            .with("period", period.to_string())
            .with("metric", &metric.id)
            .with("old", number(shown.value))
            .with("new", number(now))
            .with_some("posts", named(&posts));
        // The post that made the difference is the file to open; one that is gone cannot be.
        let there = posts.iter().find(|path| reports.counts.pool.find(path).is_some());
        let place = there.map_or_else(|| frozen.figures[&metric.id].place.clone(), |path| Place::whole(path));
        findings.push(finding.at(place));
    }
    findings
}

fn named(posts: &[String]) -> Option<String> {
    let more = if posts.len() > NAMED { ", …" } else { "" };
    let first: Vec<&str> = posts.iter().take(NAMED).map(String::as_str).collect();
    (!posts.is_empty()).then(|| first.join(", ") + more)
}
