//! Joins the findings about the cells of one column that have one cause: forty dates written in the same way are one
//! finding, with their number and the first places.

use super::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

/// The most places that one finding names beside its own.
const MAX_PLACES: usize = 5;

/// Joins the findings about cells of one column that have the same code and the same values but for digits. Names, which
/// must exist, are compared as written. The first finding of each group stays, with the values `cells` and `count`.
#[must_use]
pub(crate) fn join_similar(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut joined: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    let mut groups: BTreeMap<GroupKey, (usize, Vec<String>)> = BTreeMap::new();
    for finding in findings {
        let Some((key, cell)) = group_key(&finding) else {
            joined.push(finding);
            continue;
        };
        match groups.get_mut(&key) {
            Some((_, cells)) => cells.push(cell),
            None => {
                groups.insert(key, (joined.len(), Vec::new()));
                joined.push(finding);
            }
        }
    }
    for (first, cells) in groups.into_values().filter(|(_, cells)| !cells.is_empty()) {
        let mut shown = cells.iter().take(MAX_PLACES).cloned().collect::<Vec<_>>();
        if cells.len() > MAX_PLACES {
            shown.push("…".to_owned());
        }
        joined[first].values.push(("cells", shown.join(", ")));
        joined[first].values.push(("count", (cells.len() + 1).to_string()));
    }
    joined
}

type GroupKey = (
    Code,
    Severity,
    String,
    Option<String>,
    usize,
    Vec<(&'static str, String)>,
);

/// What the findings of one group have in common, and the cell of this one. `None` when it is not about a cell.
fn group_key(finding: &Diagnostic) -> Option<(GroupKey, String)> {
    // Wrong words are joined over the whole site.
    let place = finding.place.as_ref().filter(|_| finding.code != Code::WrongWord)?;
    let cell = place.cell_reference()?;
    let is_name = matches!(
        finding.code,
        Code::UnknownReference | Code::UnknownValue | Code::DuplicateId
    );
    let values = finding.values.iter().map(|(name, value)| match is_name {
        true => (*name, value.clone()),
        false => (*name, digits_as_zero(value)),
    });
    let key = (
        finding.code,
        finding.severity,
        place.file.clone(),
        place.sheet.clone(),
        place.column,
        values.collect(),
    );
    Some((key, cell))
}

/// A text with `0` in place of each number, in Arabic or Chinese digits.
fn digits_as_zero(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_digit = c.is_numeric() || "〇一二三四五六七八九十百千".contains(c);
        match is_digit {
            true if out.ends_with('0') => {}
            true => out.push('0'),
            false => out.push(c),
        }
    }
    out
}
