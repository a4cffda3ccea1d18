//! What is wrong with reports: calls that make no sense, figures without evidence, sums that differ, issued figures
//! that would change.

use super::call::{figure_calls, parse_call};
use super::format::format_number;
use super::reports::{ReportText, Reports};
use crate::diag::{Code, Diagnostic, Place};
use crate::metrics::{Metric, Period};
use crate::record::{REPORT_KIND, Record};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Posts that a finding names at most.
const MAX_NAMED_POSTS: usize = 5;

pub(super) fn findings(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let mut findings = check_other_pages(reports);
    // Every one, also the second on a period, which has no page.
    for record in &reports.counts.catalog.records {
        if let Some(period) = Reports::period_of(record) {
            findings.extend(check_written_report(reports, record, period));
        }
    }
    for report in &reports.all {
        if let ReportText::Generated(text) = &report.text {
            findings.extend(check_generated_report(reports, &text.body, report.period));
        }
        findings.extend(check_sums(reports, report.period));
    }
    for frozen in reports.issued.values() {
        findings.extend(check_issued_figures(reports, frozen.period));
    }
    findings
}

/// Calls outside of reports, which must name their period. A report whose own period cannot be read is left alone: that
/// is the fault to mend.
fn check_other_pages(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let catalog = reports.counts.catalog;
    let unread = |record: &&Arc<Record>| record.kind != REPORT_KIND || Reports::period_of(record).is_none();
    let others = catalog.records.iter().filter(unread);
    // Of a report whose period cannot be read that alone is said, and what is wrong whatever the period.
    let any_day = Period::month_of(reports.today);
    let bodies = others
        .map(|record| (&record.body, (record.kind == REPORT_KIND).then_some(any_day)))
        .chain(catalog.sections.values().map(|section| (&section.body, None)));
    bodies
        .flat_map(|(body, period)| figure_calls(body).into_iter().map(move |made| (made, period)))
        .filter_map(|(made, period)| parse_call(made, &reports.counts, period).err())
        .map(|finding| *finding)
        .collect()
}

/// Calls of a report that cannot be answered, and those whose figure has no evidence, each at its place.
fn check_written_report(reports: &Reports<'_>, record: &Record, period: Period) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for made in figure_calls(&record.body) {
        match reports.calls.get(made, Some(period)) {
            None => {}
            Some(Err(finding)) => findings.push((**finding).clone()),
            Some(Ok(call)) => {
                let is_first = made.name == "metric" && seen.insert((call.metric.id.as_str(), call.period));
                if is_first && reports.displayed_figure(call.metric, call.period).evidence.is_empty() {
                    findings.push(no_evidence(reports, call.period, &[call.metric]).at(made.place.clone()));
                }
            }
        }
    }
    findings
}

/// The figures of a generated report that have no evidence, in one finding.
fn check_generated_report(reports: &Reports<'_>, body: &crate::record::Body, period: Period) -> Option<Diagnostic> {
    let mut without: Vec<&Metric> = Vec::new();
    for made in figure_calls(body).into_iter().filter(|made| made.name == "metric") {
        let Some(call) = reports.call(made, Some(period)) else {
            continue;
        };
        let is_new = without.iter().all(|metric| metric.id != call.metric.id);
        if is_new && reports.displayed_figure(call.metric, period).evidence.is_empty() {
            without.push(call.metric);
        }
    }
    (!without.is_empty()).then(|| no_evidence(reports, period, &without))
}

fn no_evidence(reports: &Reports<'_>, period: Period, metrics: &[&Metric]) -> Diagnostic {
    let labels: Vec<&str> = metrics
        .iter()
        .map(|metric| metric.label.get(reports.lang.tag()))
        .collect();
    Diagnostic::new(Code::NothingCounted)
        .with("period", period.to_string())
        .with("metrics", labels.join(", "))
}

/// Metrics that differ from what they must add up to.
fn check_sums(reports: &Reports<'_>, period: Period) -> Vec<Diagnostic> {
    let counts = &reports.counts;
    let differs = |metric: &Metric| {
        let expected = counts.expected_sum(metric, period)?;
        let value = counts.figure(counts.metrics.get(&metric.id)?, period).value;
        if value == expected {
            return None;
        }
        let finding = Diagnostic::new(Code::SumDiffers)
            .with("period", period.to_string())
            .with("metric", &metric.id)
            .with("value", format_number(value))
            .with("sum", sum_formula(metric))
            .with("expected", format_number(expected));
        Some(match metric.place("equals") {
            Some(place) => finding.at(place.clone()),
            None => finding,
        })
    };
    counts.metrics.iter().filter_map(differs).collect()
}

/// `teams.town + teams.village`.
fn sum_formula(metric: &Metric) -> String {
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
fn check_issued_figures(reports: &Reports<'_>, period: Period) -> Vec<Diagnostic> {
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
        let shown = reports.displayed_figure(metric, period);
        let now = reports.current_value(&shown);
        if now == shown.value {
            continue;
        }
        let posts = reports.changed_posts(&shown);
        let finding = Diagnostic::new(Code::IssuedFigureChanged)
            .with("period", period.to_string())
            .with("metric", &metric.id)
            .with("old", format_number(shown.value))
            .with("new", format_number(now))
            .with_some("posts", list_posts(&posts));
        // The post that made the difference is the file to open; one that is gone cannot be.
        let there = posts
            .iter()
            .find(|path| reports.counts.posts.find_by_path(path).is_some());
        let place = there.map_or_else(
            || frozen.figures[&metric.id].place.clone(),
            |path| Place::whole_file(path),
        );
        findings.push(finding.at(place));
    }
    findings
}

fn list_posts(posts: &[String]) -> Option<String> {
    let more = if posts.len() > MAX_NAMED_POSTS { ", …" } else { "" };
    let first: Vec<&str> = posts.iter().take(MAX_NAMED_POSTS).map(String::as_str).collect();
    (!posts.is_empty()).then(|| first.join(", ") + more)
}
