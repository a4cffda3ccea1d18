//! One row of a roster, whatever the format of its file.

use super::super::check::{Checker, date_order_finding, is_empty, scalar, untagged};
use super::super::kind::FieldType;
use super::super::kinds::Kinds;
use super::super::taxonomy::Taxonomy;
use super::super::value::FieldValue;
use super::RosterRow;
use super::outlets::{ALIASES, OUTLETS, normalize_aliases, normalize_outlet, outlet_levels, shared_name_finding};
use crate::diag::{Code, Diagnostic};
use crate::yaml::{Mapping, Value};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Collects rows; each id may occur once.
#[derive(Default)]
pub(super) struct RosterBuilder {
    pub(super) rows: Vec<RosterRow>,
    ids: BTreeSet<String>,
    /// Whether a row has other names.
    has_aliases: bool,
}

/// The roster that a row belongs to.
#[derive(Clone, Copy)]
pub(super) struct RosterContext<'k> {
    /// Its name, such as `teams`.
    pub(super) name: &'k str,
    /// The kinds whose values its columns may have.
    pub(super) kinds: &'k Kinds,
}

impl RosterBuilder {
    /// Adds the row at `index`. Returns false, with a finding, when another row has its id. A name that another row has
    /// beside its own is a finding, too: it would mean either of them.
    pub(super) fn add(&mut self, checker: &mut Checker<'_, '_>, index: &str, row: RosterRow) -> bool {
        if self.ids.insert(row.id.clone()) {
            self.has_aliases |= row.aliases().next().is_some();
            if self.has_aliases
                && let Some(finding) = shared_name_finding(&row, &self.rows)
            {
                let key = if row.aliases().next().is_some() {
                    ALIASES
                } else {
                    "name"
                };
                let place = checker.document.value_place(&[index, key]);
                checker.findings.push(finding.at(place));
            }
            self.rows.push(row);
            return true;
        }
        let place = checker.document.value_place(&[index, "id"]);
        checker
            .findings
            .push(Diagnostic::new(Code::DuplicateId).at(place).with("id", row.id));
        false
    }
}

/// Reads the row at `index`. Returns `None`, with findings, when the value is not a valid row.
pub(super) fn read_roster_row(
    checker: &mut Checker<'_, '_>,
    index: &str,
    value: &Value,
    roster: RosterContext<'_>,
) -> Option<RosterRow> {
    let Value::Mapping(map) = untagged(value) else {
        let place = checker.document.value_place(&[index]);
        checker.findings.push(
            Diagnostic::new(Code::BadRoster)
                .at(place)
                .with("reason", "roster-no-map"),
        );
        return None;
    };
    let id = required_text(checker, index, map, "id");
    let name = required_text(checker, index, map, "name");
    let since = optional_date(checker, index, map, "since");
    let until = optional_date(checker, index, map, "until");
    check_date_order(checker, [index, "since"], since, [index, "until"], until);
    let mut values = map.clone();
    for key in ["id", "name", "since", "until"] {
        values.remove(key);
    }
    for (key, value) in &mut values {
        if matches!(value, Value::Number(_) | Value::Bool(_)) {
            *value = as_written(checker, &[index, &scalar(key)], value);
        }
    }
    if let Some(village) = map.get("village").filter(|village| !is_empty(village))
        && checker.rosters.get(Taxonomy::Villages.name()).is_some()
        && let Some(FieldValue::Reference(village)) = checker.value(
            &[index, "village"],
            village,
            &FieldType::Roster(Taxonomy::Villages.name().to_owned()),
        )
    {
        values.insert(Value::from("village"), Value::from(village));
    }
    normalize_aliases(&mut values);
    if roster.name == OUTLETS {
        normalize_outlet(checker, index, &mut values, outlet_levels(roster.kinds));
    }
    Some(RosterRow {
        id: id?,
        name: name?,
        since,
        until,
        values,
    })
}

/// Warns when the first of two dates is after the second. Such a row is never in force.
fn check_date_order(
    checker: &mut Checker<'_, '_>,
    first_path: [&str; 2],
    first: Option<Date>,
    second_path: [&str; 2],
    second: Option<Date>,
) {
    if let (Some(first), Some(second)) = (first, second)
        && second < first
    {
        let place = checker.document.value_place(&second_path);
        let finding = date_order_finding((first_path[1], first), (second_path[1], second));
        checker.findings.push(finding.at(place));
    }
}

/// The value as text when YAML would write it in another way, such as `1e5`. A column may contain numbers that are
/// names, and those must not change.
fn as_written(checker: &Checker<'_, '_>, path: &[&str], value: &Value) -> Value {
    match checker.document.scalar(path) {
        Some(written) if scalar(value) != written => Value::from(written),
        _ => value.clone(),
    }
}

/// The text of a required key.
fn required_text(checker: &mut Checker<'_, '_>, index: &str, map: &Mapping, key: &'static str) -> Option<String> {
    let value = map.get(key).filter(|value| !is_empty(value));
    let Some(value) = value else {
        let reason = if key == "id" { "roster-no-id" } else { "roster-no-name" };
        let place = checker.document.value_place(&[index]);
        checker
            .findings
            .push(Diagnostic::new(Code::BadRoster).at(place).with("reason", reason));
        return None;
    };
    match checker.value(&[index, key], value, &FieldType::String)? {
        FieldValue::Text(text) => Some(text),
        _ => None,
    }
}

fn optional_date(checker: &mut Checker<'_, '_>, index: &str, map: &Mapping, key: &'static str) -> Option<Date> {
    let value = map.get(key).filter(|value| !is_empty(value))?;
    match checker.value(&[index, key], value, &FieldType::Date)? {
        FieldValue::Moment(moment) => Some(moment.date),
        _ => None,
    }
}
