//! The findings of reports: invalid calls, zeros, sums that differ, changed issued figures.

use super::call::figure_calls;
use super::event_findings;
use super::issued_findings::check_issued_reports;
use super::metric_findings;
use super::parse_call::parse_call;
use super::reports::Reports;
use super::zeros;
use crate::config::Settings;
use crate::diag::Diagnostic;
use crate::metrics::Period;
use crate::record::{REPORT_KIND, Record};
use std::sync::Arc;

pub(super) fn findings(reports: &Reports<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let mut findings = check_other_pages(reports);
    // This includes a second report on the same period, which has no page.
    for record in &reports.counts.catalog.records {
        if let Some(period) = Reports::period_of(record) {
            findings.extend(check_written_report(reports, record, period));
        }
    }
    let others = || (event_findings::findings(reports), metric_findings::findings(reports));
    let (zeros, (of_events, of_metrics)) = rayon::join(|| zeros::findings(reports, settings), others);
    findings.extend(zeros);
    findings.extend(of_events);
    findings.extend(of_metrics);
    if reports.counts.metrics.is_public() {
        findings.extend(check_issued_reports(reports));
    }
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
        .map(|record| (&*record.body, (record.kind == REPORT_KIND).then_some(any_day)))
        .chain(catalog.sections.values().map(|section| (&section.body, None)));
    bodies
        .flat_map(|(body, period)| figure_calls(body).into_iter().map(move |call| (call, period)))
        .filter_map(|(call, period)| parse_call(call, reports.call_context(), period).err())
        .map(|finding| *finding)
        .collect()
}

/// Reports the invalid calls of a report, each at its place.
fn check_written_report(reports: &Reports<'_>, record: &Record, period: Period) -> Vec<Diagnostic> {
    let calls = figure_calls(&record.body).into_iter();
    let results = calls.filter_map(|call| reports.calls.get(call, Some(period)));
    let invalid = results.filter_map(|result| result.as_ref().err());
    invalid.map(|finding| (**finding).clone()).collect()
}
