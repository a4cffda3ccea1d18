//! The findings of reports: invalid calls, figures without evidence, sums that differ, changed issued figures.

use super::call::{figure_calls, parse_call};
use super::event_findings;
use super::issued_findings::check_issued_reports;
use super::metric_findings;
use super::reports::{ReportText, Reports};
use crate::diag::{Code, Diagnostic};
use crate::metrics::{Metric, Period};
use crate::record::{REPORT_KIND, Record};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn findings(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let mut findings = check_other_pages(reports);
    // This includes a second report on the same period, which has no page.
    for record in &reports.counts.catalog.records {
        if let Some(period) = Reports::period_of(record) {
            findings.extend(check_written_report(reports, record, period));
        }
    }
    for report in &reports.all {
        if let ReportText::Generated(text) = &report.text {
            findings.extend(check_generated_report(reports, &text.body, report.period));
        }
    }
    findings.extend(event_findings::findings(reports));
    findings.extend(metric_findings::findings(reports));
    findings.extend(check_issued_reports(reports));
    findings
}

/// Checks calls outside reports, which must name their period, and calls in reports whose own period cannot be parsed.
/// The latter are checked with any period, so they get no further finding about their period.
fn check_other_pages(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let catalog = reports.counts.catalog;
    let has_no_period = |record: &&Arc<Record>| record.kind != REPORT_KIND || Reports::period_of(record).is_none();
    let others = catalog.records.iter().filter(has_no_period);
    // The invalid period of a report is reported elsewhere. Here only errors that do not depend on the period count.
    let any_day = Period::month_of(reports.today);
    let bodies = others
        .map(|record| (&record.body, (record.kind == REPORT_KIND).then_some(any_day)))
        .chain(catalog.sections.values().map(|section| (&section.body, None)));
    bodies
        .flat_map(|(body, period)| figure_calls(body).into_iter().map(move |call| (call, period)))
        .filter_map(|(call, period)| parse_call(call, reports.call_context(), period).err())
        .map(|finding| *finding)
        .collect()
}

/// Reports the invalid calls of a report, and those whose figure has no evidence, each at its place.
fn check_written_report(reports: &Reports<'_>, record: &Record, period: Period) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut checked = BTreeSet::new();
    for call in figure_calls(&record.body) {
        match reports.calls.get(call, Some(period)) {
            None => {}
            Some(Err(finding)) => findings.push((**finding).clone()),
            Some(Ok(parsed)) => {
                let is_first = call.name == "metric" && checked.insert((parsed.metric.id.as_str(), parsed.period));
                if is_first && reports.figure_of_call(parsed).evidence.is_empty() {
                    findings.push(no_evidence(reports, parsed.period, &[parsed.metric]).at(call.place.clone()));
                }
            }
        }
    }
    findings
}

/// Reports the figures of a generated report that have no evidence, in one finding.
fn check_generated_report(reports: &Reports<'_>, body: &crate::record::Body, period: Period) -> Option<Diagnostic> {
    let mut without: Vec<&Metric> = Vec::new();
    for call in figure_calls(body).into_iter().filter(|call| call.name == "metric") {
        let Some(parsed) = reports.call(call, Some(period)) else {
            continue;
        };
        let is_new = without.iter().all(|metric| metric.id != parsed.metric.id);
        if is_new && reports.displayed_figure(parsed.metric, period).evidence.is_empty() {
            without.push(parsed.metric);
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
