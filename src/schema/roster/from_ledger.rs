//! Rosters from ledgers. Each row is converted to a row of a YAML roster and checked by the same code.

use super::super::check::{Checker, is_empty, missing_field_finding};
use super::super::ledger_findings::{merged_number_findings, no_heads_finding, with_column_names};
use super::super::locator::ValueLocator;
use super::row::{RosterBuilder, RosterContext, read_roster_row};
use super::vocabulary::{head_meaning, roster_value};
use super::{Roster, Rosters};
use crate::config::SlugStyle;
use crate::diag::{Checked, Code, Diagnostic, join_similar};
use crate::ledger::{Ledger, LedgerEntry, find_columns, join_lines, ledger_words};
use crate::schema::kind::Relabelling;
use crate::slug::slug;
use crate::yaml::{Mapping, Value};
use jiff::tz::TimeZone;

/// Reads the roster in all sheets of `ledger` that have heads. `others` are the rosters whose rows it may name.
pub(super) fn read_ledger_roster(ledger: &Ledger, others: &Rosters, roster: RosterContext<'_>) -> Checked<Roster> {
    let mut findings = Vec::new();
    let mut read = RosterBuilder::default();
    let sheets: Vec<_> = ledger
        .sheets
        .iter()
        .map(|sheet| (sheet, find_columns(ledger, sheet, &head_meaning)))
        .collect();
    let has_heads = sheets.iter().any(|(_, columns)| columns.is_some());
    for (sheet, columns) in &sheets {
        let Some(columns) = columns else {
            let known = ["编号", "名称", "id", "name"];
            findings.push(no_heads_finding(ledger, sheet, &known, has_heads));
            continue;
        };
        findings.extend(columns.findings.iter().cloned());
        findings.extend(merged_number_findings(ledger, sheet, columns));
        let mut of_rows = Vec::new();
        for entry in columns.entries(ledger, sheet) {
            // Offsets in a roster's dates have no effect: a roster has days only.
            let zone = TimeZone::UTC;
            let mut checker = Checker::new(&entry, others, &zone);
            add_entry(&mut checker, &entry, &mut read, roster);
            of_rows.extend(with_column_names(checker.findings, &entry, &column_label));
        }
        findings.extend(join_similar(of_rows));
    }
    Checked {
        value: Roster::from_rows(read.rows),
        findings,
    }
}

/// The name of a column that a sheet lacks: the first word for its key.
fn column_label(key: &str) -> String {
    let words = ledger_words().roster.get(key).and_then(|words| words.first());
    words.map_or(key, String::as_str).to_owned()
}

/// Adds one row. It must have a name.
fn add_entry(
    checker: &mut Checker<'_, '_>,
    entry: &LedgerEntry<'_>,
    read: &mut RosterBuilder,
    roster: RosterContext<'_>,
) {
    let values = entry_values(checker, entry, roster.kinds.relabelled());
    if values.get("name").is_none_or(is_empty) {
        checker.findings.push(missing_field_finding(entry, &["name"]));
        return;
    }
    let given = entry.columns.by_key("id").is_some();
    let Some(row) = read_roster_row(checker, "", &Value::Mapping(values), roster) else {
        return;
    };
    let name = row.name.clone();
    if !read.add(checker, "", row) && !given {
        // The id was derived from the name, so the office sees only the name.
        checker.findings.pop();
        let finding = Diagnostic::new(Code::DuplicateId).at(ValueLocator::value_place(entry, &["name"]));
        checker.findings.push(finding.with("id", name).with("column", "编号"));
    }
}

/// The values of a row. A row with a name needs no id: the id is derived from the name.
fn entry_values(checker: &mut Checker<'_, '_>, entry: &LedgerEntry<'_>, relabelled: &[Relabelling]) -> Mapping {
    let mut map = Mapping::new();
    for (column, cell) in entry.cells() {
        if checker.reports_formula_fault(&[&column.key], cell) {
            continue;
        }
        let value = match cell.value(matches!(column.key.as_str(), "since" | "until")) {
            Value::String(text) => Value::from(roster_value(&column.key, &join_lines(&text), relabelled)),
            value => value,
        };
        map.insert(Value::from(column.key.as_str()), value);
    }
    if !map.contains_key("id")
        && let Some(Value::String(name)) = map.get("name")
    {
        let id = slug(name, SlugStyle::Pinyin).to_lowercase();
        map.insert(Value::from("id"), Value::from(id));
    }
    map
}
