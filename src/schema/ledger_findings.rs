//! Findings that rosters and records from ledgers share: about a sheet, or in the words of its heads.

use super::check::Checker;
use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::ledger::{Cell, Column, Ledger, LedgerEntry, LedgerSheet, SheetColumns};
use std::collections::BTreeMap;

impl Checker<'_, '_> {
    /// Reports a cell whose formula results in an error or was never calculated. Returns whether it is such a cell.
    pub(crate) fn reports_formula_fault(&mut self, path: &[&str], cell: &Cell) -> bool {
        let (Cell::Error(text) | Cell::Uncomputed(text)) = cell else {
            return false;
        };
        let finding = self.value_finding(Code::BadFormula, path, text);
        let is_uncomputed = matches!(cell, Cell::Uncomputed(_));
        let formula = is_uncomputed.then_some(&**text);
        self.findings.push(finding.with_some("formula", formula));
        true
    }
}

/// Returns a finding about a sheet without a row of heads. `known` are examples of heads. It is an error, unless other
/// sheets of the ledger have heads: then the sheet may be one of explanations.
pub(crate) fn no_heads_finding(ledger: &Ledger, sheet: &LedgerSheet, known: &[&str], others: bool) -> Diagnostic {
    let place = sheet.rows.first().map_or_else(
        || Place::whole_file(&ledger.file),
        |row| Place::in_ledger(&ledger.file, &sheet.name, (row.number, 1), []),
    );
    let name = Some(sheet.name.as_str()).filter(|name| !name.is_empty());
    let severity = if others { Severity::Warning } else { Severity::Error };
    Diagnostic::new(Code::LedgerWithoutHeader)
        .with_severity(severity)
        .at(place)
        .with("known", known.join(", "))
        .with_some("sheet", name)
}

/// Returns findings about numbers in known columns whose cells are merged over several rows of values.
pub(crate) fn merged_number_findings(ledger: &Ledger, sheet: &LedgerSheet, columns: &SheetColumns) -> Vec<Diagnostic> {
    let mut merged: BTreeMap<usize, Vec<(&Column, usize)>> = BTreeMap::new();
    for &(first, column, last) in &sheet.merged_numbers {
        let known = columns.by_number(column).map(|column| (column, last));
        merged.entry(first).or_default().extend(known);
    }
    if merged.is_empty() {
        return Vec::new();
    }
    let of_entry = |entry: LedgerEntry<'_>| -> Vec<Diagnostic> {
        let cells = merged.get(&entry.row.number).into_iter().flatten();
        cells
            .map(|(column, last)| {
                Diagnostic::new(Code::MergedNumber)
                    .at(entry.cell_place(column.number))
                    .with("head", column.head.clone())
                    .with("first", entry.row.number.to_string())
                    .with("last", last.to_string())
            })
            .collect()
    };
    columns.entries(ledger, sheet).flat_map(of_entry).collect()
}

/// Rewrites findings about a row in the words of its sheet: keys become the heads as written. A finding about a missing
/// value names its column, by `label` when the sheet does not have that column.
pub(crate) fn with_column_names(
    findings: Vec<Diagnostic>,
    entry: &LedgerEntry<'_>,
    label: &dyn Fn(&str) -> String,
) -> Vec<Diagnostic> {
    let renamed = |mut finding: Diagnostic| {
        for (name, value) in &mut finding.values {
            if matches!(*name, "key" | "first_key") {
                *value = entry
                    .columns
                    .by_key(value)
                    .map_or_else(|| label(value), |column| column.head.clone());
            }
        }
        if finding.code == Code::MissingField {
            let head = finding.values.iter().find(|(name, _)| *name == "key");
            let head = head.map(|(_, head)| head.clone());
            finding = finding.with_some("column", head);
        }
        finding
    };
    findings.into_iter().map(renamed).collect()
}
