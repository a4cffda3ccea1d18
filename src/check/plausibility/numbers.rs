//! Hours of service that do not fit the number of people.

use super::places::ValueFinding;
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::{FieldValue, Schema};
use rust_decimal::Decimal;

const HOURS: &str = "hours";
const PARTICIPANTS: &str = "participants";
/// The most hours that a person can serve in a day.
const HOURS_PER_DAY: Decimal = Decimal::from_parts(24, 0, 0, false, 0);

/// Reports the hours of a post that has nobody who served, or too few people.
pub(super) fn check(record: &Record, schema: &Schema<'_>) -> Option<ValueFinding> {
    let hours = number(record, HOURS).filter(|hours| *hours > Decimal::ZERO)?;
    // A kind of the site's own may count hours of something else.
    schema.kinds.field(schema.kinds.get(&record.kind)?, PARTICIPANTS)?;
    let people = number(record, PARTICIPANTS).unwrap_or_default();
    let finding = if people.is_zero() {
        // Another post about the event may give the people.
        if record.meta.event.is_some() {
            return None;
        }
        Diagnostic::new(Code::HoursWithoutPeople)
    } else if hours > people.saturating_mul(HOURS_PER_DAY) {
        Diagnostic::new(Code::TooManyHours).with("participants", people.to_string())
    } else {
        return None;
    };
    Some(ValueFinding {
        key: HOURS.to_owned(),
        finding: finding.with("hours", hours.to_string()),
    })
}

fn number(record: &Record, field: &str) -> Option<Decimal> {
    match record.meta.fields.get(field)? {
        FieldValue::Integer(number) => Some(Decimal::from(*number)),
        FieldValue::Decimal(number) => Some(*number),
        _ => None,
    }
}
