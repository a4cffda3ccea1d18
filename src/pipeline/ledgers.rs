//! Ledgers: which files are rosters and which hold records. Reads the latter row by row.

use super::loader::Loader;
use super::text_rules::TextRules;
use crate::check;
use crate::diag::{Checked, Code, Diagnostic, join_similar, nearest};
use crate::ledger::{self, Cell, Column, Ledger, LedgerEntry, LedgerSheet, SheetColumns};
use crate::paths::SourcePath;
use crate::record::{self, KeyPlaces, ReadOptions, Record};
use crate::schema::{Kind, Kinds, LedgerSource};
use crate::source::{ReadLog, SourceFile};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The ledgers of a site by purpose.
pub(super) struct Ledgers {
    /// Ledgers that no kind names: rosters.
    pub(super) rosters: Vec<Ledger>,
    /// Ledgers that a kind names: their rows are records.
    pub(super) records: Vec<Ledger>,
}

impl Ledgers {
    /// Reads `files`, and reports kinds that name a ledger which is not among them.
    pub(super) fn read(files: &[SourceFile], kinds: &Kinds, loader: &mut Loader<'_>) -> Self {
        let parts = || kinds.iter().flat_map(|kind| &kind.ledger_sources);
        let names: Vec<&str> = files.iter().map(|file| ledger_name(file.path.as_str())).collect();
        for source in parts().filter(|source| !names.contains(&source.file.as_str())) {
            loader
                .findings
                .push(unknown_reference(source, "kind-no-ledger", &source.file, &names));
        }
        let read: Vec<(Option<Ledger>, Vec<Diagnostic>)> = files
            .par_iter()
            .map(|file| read_ledger(file, loader.read_log))
            .collect();
        let mut ledgers = Self {
            rosters: Vec::new(),
            records: Vec::new(),
        };
        for (ledger, findings) in read {
            loader.findings.extend(findings);
            let Some(ledger) = ledger else { continue };
            if parts().any(|source| source.file == ledger_name(&ledger.file)) {
                ledgers.records.push(ledger);
            } else {
                ledgers.rosters.push(ledger);
            }
        }
        ledgers
    }
}

fn read_ledger(file: &SourceFile, read_log: &ReadLog) -> (Option<Ledger>, Vec<Diagnostic>) {
    match read_log.read(file) {
        Ok(bytes) => {
            let read = ledger::read(file.path.as_str(), bytes);
            (Some(read.value), read.findings)
        }
        Err(finding) => (None, vec![*finding]),
    }
}

/// `activities.xlsx` of `content/_data/activities.xlsx`.
fn ledger_name(file: &str) -> &str {
    file.strip_prefix("content/_data/").unwrap_or(file)
}

/// The records in the rows of `ledgers`, in the order of kinds, ledgers, sheets and rows, and the findings about them.
///
/// A row without a page keeps the place of its date only when the date is after `today` and so will be reported.
pub(super) fn read_records(
    ledgers: &[Ledger],
    options: &ReadOptions<'_>,
    language: &str,
    rules: &TextRules<'_>,
    today: Date,
) -> (Vec<Record>, Vec<Diagnostic>) {
    let mut records = Vec::new();
    let mut findings = Vec::new();
    for kind in options.schema.kinds.iter() {
        // A kind may name a ledger and also one of its sheets; each row is read once.
        let mut taken: BTreeSet<(&str, &str)> = BTreeSet::new();
        for source in &kind.ledger_sources {
            let Some(ledger) = ledgers.iter().find(|ledger| ledger_name(&ledger.file) == source.file) else {
                continue;
            };
            let named = |sheet: &&LedgerSheet| source.sheet.as_ref().is_none_or(|name| *name == sheet.name);
            let sheets: Vec<&LedgerSheet> = ledger.sheets.iter().filter(named).collect();
            // A ledger that could not be read has no sheets, and was reported.
            if let (Some(name), [], false) = (&source.sheet, sheets.as_slice(), ledger.sheets.is_empty()) {
                let names = ledger.sheets.iter().map(|sheet| sheet.name.as_str());
                // The one sheet of a CSV file has no name.
                let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
                findings.push(unknown_reference(source, "kind-no-sheet", name, &names));
            }
            findings.extend(record::check_source_heads(
                source,
                &sheets,
                (options.schema.kinds, kind),
            ));
            let sheets = sheets
                .into_iter()
                .filter(|sheet| taken.insert((&ledger.file, &sheet.name)));
            let columns_of = |sheet| (sheet, record::match_columns(ledger, sheet, (kind, source), options));
            let sheets: Vec<(&LedgerSheet, Checked<Option<SheetColumns>>)> = sheets.map(columns_of).collect();
            let has_heads = sheets.iter().any(|(_, columns)| columns.value.is_some());
            for (sheet, columns) in sheets {
                findings.extend(columns.findings);
                let Some(columns) = columns.value else {
                    let kind = (options.schema.kinds, kind);
                    findings.push(record::headless_sheet_finding(ledger, sheet, kind, has_heads));
                    continue;
                };
                let (read, found) = read_sheet(ledger, (sheet, &columns), kind, options, language, rules, today);
                append(&mut records, read);
                findings.extend(found);
            }
        }
    }
    (records, findings)
}

/// The records in one sheet; its rows are read on all threads.
fn read_sheet(
    ledger: &Ledger,
    (sheet, columns): (&LedgerSheet, &SheetColumns),
    kind: &Kind,
    options: &ReadOptions<'_>,
    language: &str,
    rules: &TextRules<'_>,
    today: Date,
) -> (Vec<Record>, Vec<Diagnostic>) {
    let entries: Vec<LedgerEntry<'_>> = columns.entries(ledger, sheet).collect();
    let file = SourcePath::new(&ledger.file);
    let read = |entry: &LedgerEntry<'_>| {
        let row = record::read_row(entry, &file, kind, options, language);
        let mut findings = row.findings;
        findings.extend(text_findings(
            entry,
            rules,
            row.value.meta.date.map(|moment| moment.date),
        ));
        let place_of = |key: &str| record::value_place(entry, key);
        findings.extend(check::check_values(&row.value, &options.schema, &place_of));
        let mut record = row.value;
        let is_future = record.meta.date.is_some_and(|moment| moment.date > today);
        if !record.has_page
            && is_future
            && let Some(place) = record::value_place(entry, "date")
        {
            record.meta.places = KeyPlaces::in_file(&file);
            record.meta.places.insert("date", place);
        }
        (record, findings)
    };
    let (records, found): (Vec<Record>, Vec<Vec<Diagnostic>>) = entries.par_iter().map(read).unzip();
    (records, join_similar(found.into_iter().flatten().collect()))
}

/// Appends `more` to `records`. The first records, which may be very many, are not copied.
fn append(records: &mut Vec<Record>, mut more: Vec<Record>) {
    if records.is_empty() {
        *records = more;
    } else {
        records.append(&mut more);
    }
}

/// Findings about personal numbers and wrong words in the cells of known columns. Other columns are not read, so an
/// office may keep its telephone numbers there. `day` is the day of the row.
fn text_findings(entry: &LedgerEntry<'_>, rules: &TextRules<'_>, day: Option<Date>) -> Vec<Diagnostic> {
    let of_cell = |(column, cell): (&Column, &Cell)| {
        let text = cell.display_text();
        let place = || entry.cell_place(column.number);
        let numbers = rules.privacy.iter().flat_map(|rule| rule.check_cell(&text, &place));
        let mut findings: Vec<Diagnostic> = numbers.collect();
        findings.extend(rules.wording.check_cell(&text, &place, day));
        findings
    };
    entry.cells().flat_map(of_cell).collect()
}

/// The finding about a kind that names a ledger or sheet that does not exist.
fn unknown_reference(source: &LedgerSource, reason: &'static str, name: &str, known: &[&str]) -> Diagnostic {
    let finding = Diagnostic::new(Code::BadKind)
        .at(source.place.clone())
        .with("reason", reason)
        .with("key", "from")
        .with("value", name)
        .with_some("nearest", nearest(name, known.iter().copied()));
    if known.is_empty() {
        finding
    } else {
        finding.with("known", known.join(", "))
    }
}
