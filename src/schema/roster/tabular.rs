//! Rosters that are ledgers: each row as a row of a YAML roster would be, checked by the same code.

use super::super::check::{Checker, is_empty, missing};
use super::super::ledgers::{dress, no_heads, sheet_findings};
use super::super::located::Located;
use super::{Roster, Rosters, Rows, row};
use crate::config::SlugStyle;
use crate::diag::{Checked, Code, Diagnostic};
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
            take(&mut checker, &entry, &mut read);
            findings.extend(dress(checker.findings, &entry, &label));
        }
    }
    Checked {
        value: Roster::of(read.rows),
        findings,
    }
}

/// What a column that a sheet has not is called: the first word for its key.
fn label(key: &str) -> String {
    let words = words().roster.get(key).and_then(|words| words.first());
    words.map_or(key, String::as_str).to_owned()
}

/// Takes one row, which must have a name.
fn take(checker: &mut Checker<'_, '_>, entry: &Entry<'_>, read: &mut Rows) {
    let values = values(checker, entry);
    if values.get("name").is_none_or(is_empty) {
        checker.findings.push(missing(entry, &["name"]));
        return;
    }
    let given = entry.columns.of("id").is_some();
    let Some(row) = row(checker, "", &Value::Mapping(values)) else {
        return;
    };
    let name = row.name.clone();
    if !read.add(checker, "", row) && !given {
        // The id was made from the name, so the name is what the office sees.
        checker.findings.pop();
        let finding = Diagnostic::new(Code::DuplicateId).at(Located::value(entry, &["name"]));
        checker.findings.push(finding.with("id", name).with("column", "编号"));
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
