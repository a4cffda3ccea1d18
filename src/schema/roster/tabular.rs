//! Rosters that are ledgers: each row as a row of a YAML roster would be, checked by the same code.

use super::super::check::Checker;
use super::super::ledgers::{dress, no_heads, sheet_findings};
use super::{Roster, Rosters, Rows, row};
use crate::config::SlugStyle;
use crate::diag::Checked;
use crate::ledger::{Cell, Entry, Ledger, Meaning, Words, columns, one_line, squeezed, words};
use crate::slug::slug;
use crate::yaml::{Mapping, Value};
use jiff::tz::TimeZone;

/// The roster in all sheets of `ledger` that have heads. `others` are the rosters whose rows it may name.
pub(super) fn roster(ledger: &Ledger, others: &Rosters) -> Checked<Roster> {
    let mut findings = Vec::new();
    let mut read = Rows::default();
    for sheet in &ledger.sheets {
        let Some(columns) = columns(ledger, sheet, &meaning) else {
            findings.push(no_heads(ledger, sheet, &["编号", "名称", "id", "name"]));
            continue;
        };
        findings.extend(columns.findings.iter().cloned());
        findings.extend(sheet_findings(ledger, sheet, &columns));
        for entry in columns.entries(ledger, sheet) {
            // Offsets in a roster's dates have no meaning: it knows days only.
            let zone = TimeZone::UTC;
            let mut checker = Checker::new(&entry, others, &zone);
            let value = Value::Mapping(values(&mut checker, &entry));
            if let Some(row) = row(&mut checker, "", &value) {
                read.add(&mut checker, "", row);
            }
            findings.extend(dress(checker.findings, &entry, &|key| key.to_owned()));
        }
    }
    Checked {
        value: Roster::of(read.rows),
        findings,
    }
}

/// A roster's heads: those in `words.yaml`; any other one is kept as the key that it is.
fn meaning(head: &str) -> Meaning {
    match Words::find(&words().roster, head) {
        Some((key, strength)) => Meaning::Key(key.to_owned(), strength),
        None if matches!(squeezed(head).as_str(), "" | "序号") => Meaning::Ignored,
        None => Meaning::Kept(head.split_whitespace().collect()),
    }
}

/// The values of a row. A row with a name needs no id of its own: the name gives one.
fn values(checker: &mut Checker<'_, '_>, entry: &Entry<'_>) -> Mapping {
    let mut map = Mapping::new();
    for (column, cell) in entry.cells() {
        if let Cell::Fault(fault) = cell {
            checker.formula(&[&column.key], fault);
            continue;
        }
        let value = match cell.value(matches!(column.key.as_str(), "since" | "until")) {
            Value::String(text) => Value::from(words().value(&column.key, &one_line(&text))),
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
