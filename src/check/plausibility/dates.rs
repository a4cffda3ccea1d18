//! Dates of one post in the wrong order.

use crate::diag::{Diagnostic, Place};
use crate::record::Record;
use crate::schema::FieldValue;
use crate::schema::check::date_order_finding;
use jiff::civil::Date;

/// Pairs of fields whose first date is never after the second.
const ORDERED_DATES: [(&str, &str); 4] = [
    ("date", "updated"),
    ("received", "answered"),
    ("submitted", "adopted"),
    ("date", "counted_on"),
];

/// Reports dates in the wrong order, each at the second date.
pub(super) fn check_order(record: &Record, place_of: &dyn Fn(&str) -> Option<Place>) -> Vec<Diagnostic> {
    let check = |&(first, second): &(&str, &str)| {
        let (first_day, second_day) = (day_of(record, first)?, day_of(record, second)?);
        if first_day <= second_day {
            return None;
        }
        let place = place_of(second).unwrap_or_else(|| Place::whole_file(record.path.as_str()));
        Some(date_order_finding((first, first_day), (second, second_day)).at(place))
    };
    ORDERED_DATES.iter().filter_map(check).collect()
}

/// The day in a date field of the record, if it gives one.
fn day_of(record: &Record, field: &str) -> Option<Date> {
    let meta = &record.meta;
    let moment = match field {
        "date" => meta.date,
        "updated" => meta.updated,
        _ => match meta.fields.get(field) {
            Some(FieldValue::Moment(moment)) => Some(*moment),
            _ => None,
        },
    };
    moment.map(|moment| moment.date)
}
