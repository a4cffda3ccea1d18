//! The findings about posts on one event that give different numbers.

use super::format::format_number;
use super::reports::Reports;
use crate::diag::{Code, Diagnostic, Place};
use crate::metrics::NumberConflict;
use crate::record::{Origin, Record};

/// Reports posts on one event that give different numbers, each at the later post.
pub(super) fn findings(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let conflicts = reports.counts.number_conflicts().into_iter();
    conflicts
        .map(|(field, conflict)| differing_numbers(reports, field, &conflict))
        .collect()
}

fn differing_numbers(reports: &Reports<'_>, field: &str, conflict: &NumberConflict) -> Diagnostic {
    let record = |post| reports.counts.posts.post(post).record;
    let (later, other) = (record(conflict.post), record(conflict.other));
    let finding = Diagnostic::new(Code::EventNumbersDiffer)
        .at(event_place(later))
        .with("event", later.meta.event.as_deref().unwrap_or_default())
        .with("key", field)
        .with("value", format_number(conflict.number));
    let number = format_number(conflict.other_number);
    finding
        .with("path", other.source_location())
        .with("other", number.as_str())
        .with_some("sum", conflict.is_sum.then_some(number.as_str()))
}

/// The place of a record's event. A row of a ledger without a page keeps no places, so it is its file's.
fn event_place(record: &Record) -> Place {
    let known = record.meta.places.get("event");
    known.unwrap_or_else(|| match &record.origin {
        Origin::File => Place::whole_file(record.path.as_str()),
        Origin::Row { file, sheet, row } => Place {
            sheet: Some(sheet.clone()),
            line: *row,
            ..Place::whole_file(file.as_str())
        },
    })
}
