//! Public concerns that wait for an answer.
//!
//! Simple questions are to be answered within 5 working days. A site fails as a whole when one is still open after three
//! months (《政府网站与政务新媒体检查指标》).

use crate::check::{days_between, place_in};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::{FieldValue, WorkCalendar};
use crate::site::Site;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::sync::Arc;

/// The kind of post that is about a concern.
const RESPONSE_KIND: &str = "response";
/// Working days within which a simple concern is answered.
const WORKDAYS_TO_ANSWER: i64 = 5;
/// Months after which a site fails.
const MONTHS_TO_FAIL: i64 = 3;

/// The published concerns without an answer that are open for too long, rows of ledgers among them.
pub(super) fn open_concerns(site: &Site<'_>) -> Vec<Diagnostic> {
    let kind = site.catalog.kinds.get(RESPONSE_KIND);
    let has_answers = kind.is_some_and(|kind| kind.fields.iter().any(|field| field.name == "answered"));
    let records = site.catalog.records.iter().chain(site.catalog.ledger_rows.iter());
    let is_open = |record: &&Record| {
        let is_concern = has_answers && record.kind == RESPONSE_KIND && record.is_published_on(site.today);
        is_concern && !record.meta.fields.contains_key("answered")
    };
    let open = records.map(Arc::as_ref).filter(is_open);
    let calendar = &site.figures.reports.counts.metrics.calendar;
    open.filter_map(|record| open_finding(record, site.today, calendar))
        .collect()
}

fn open_finding(record: &Record, today: Date, calendar: &WorkCalendar) -> Option<Diagnostic> {
    let (key, received) = match record.meta.fields.get("received") {
        Some(FieldValue::Moment(moment)) => ("received", moment.date),
        _ => ("date", record.meta.date?.date),
    };
    let days = days_between(received, today);
    if received > today || calendar.days_between(received, today) <= WORKDAYS_TO_ANSWER {
        return None;
    }
    let fails = received < today.saturating_sub(MONTHS_TO_FAIL.months());
    let finding = Diagnostic::new(Code::OpenConcern)
        .at(place_in(record, key))
        .with("date", received.to_string())
        .with("days", days.to_string());
    Some(finding.with_some("months", fails.then(|| MONTHS_TO_FAIL.to_string())))
}
