//! Reads rosters from their files.

use super::super::check::Checker;
use super::super::kinds::Kinds;
use super::super::taxonomy::Taxonomy;
use super::from_ledger::read_ledger_roster;
use super::row::{RosterBuilder, RosterContext, read_roster_row};
use super::vocabulary::normalize_rows;
use super::{Roster, Rosters};
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::ledger::Ledger;
use crate::yaml::{ParsedYaml, Value, YamlDocument};
use jiff::tz::TimeZone;

/// The files of `content/_data/` that are not rosters: one maps wrong words to right ones, one lists holidays and make-up
/// days.
const WORDING_FILE: &str = "wording";
const HOLIDAYS_FILE: &str = "holidays";

/// Whether a file of `content/_data/` is the list of wrong words instead of a roster.
#[must_use]
pub(crate) fn is_wording_file(file: &str) -> bool {
    name_of(file) == WORDING_FILE
}

/// Whether a file of `content/_data/` lists holidays instead of the rows of a roster.
#[must_use]
pub(crate) fn is_holidays_file(file: &str) -> bool {
    name_of(file) == HOLIDAYS_FILE
}

/// Reads the rosters in `files`: pairs of a path such as `content/_data/teams.yaml` and its text.
///
/// `villages` is read first regardless of the order of the files, because rows of the others may name a village.
#[must_use]
pub fn read_rosters(files: &[(&str, &str)]) -> Checked<Rosters> {
    read_rosters_and_ledgers(files, &[], &Kinds::built_in())
}

/// Like [`read_rosters`], and also reads ledgers such as `content/_data/teams.xlsx`. Values may be written by the labels
/// that the site gives them in `kinds`.
#[must_use]
pub(crate) fn read_rosters_and_ledgers(files: &[(&str, &str)], ledgers: &[Ledger], kinds: &Kinds) -> Checked<Rosters> {
    let mut all = Rosters::default();
    let mut findings = Vec::new();
    let texts = files.iter().map(|(file, text)| (*file, RosterSource::Text(text)));
    let ledgers = ledgers
        .iter()
        .map(|ledger| (ledger.file.as_str(), RosterSource::Ledger(ledger)));
    let mut sorted: Vec<_> = texts.chain(ledgers).collect();
    sorted.sort_by_key(|(file, _)| (name_of(file) != Taxonomy::Villages.name(), *file));
    for (file, form) in sorted {
        if is_wording_file(file) || is_holidays_file(file) {
            continue;
        }
        let name = name_of(file);
        let checked = match form {
            RosterSource::Text(text) => read_yaml_roster(file, text, &all, RosterContext { name, kinds }),
            RosterSource::Ledger(ledger) => read_ledger_roster(ledger, &all, RosterContext { name, kinds }),
        };
        findings.extend(checked.findings);
        if all.all.contains_key(name) {
            findings.push(
                Diagnostic::new(Code::DuplicateId)
                    .at(Place::whole_file(file))
                    .with("id", name),
            );
        } else {
            all.all.insert(name.to_owned(), checked.value);
        }
    }
    Checked { value: all, findings }
}

/// The source of a roster.
enum RosterSource<'f> {
    Text(&'f str),
    Ledger(&'f Ledger),
}

/// `teams` of `content/_data/teams.yaml`.
fn name_of(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

fn read_yaml_roster(file: &str, text: &str, others: &Rosters, roster: RosterContext<'_>) -> Checked<Roster> {
    let ParsedYaml {
        document,
        value,
        mut findings,
    } = YamlDocument::parse(file, text, &[]);
    let rows = match value {
        Value::Sequence(rows) => rows,
        Value::Null => Vec::new(),
        _ => {
            findings.push(
                Diagnostic::new(Code::BadRoster)
                    .at(document.top_place())
                    .with("reason", "roster-no-list"),
            );
            Vec::new()
        }
    };
    let normalized = normalize_rows(&document, rows, roster.kinds.relabelled());
    findings.extend(normalized.findings);
    let document = document.with_path_map(normalized.path_map);
    // Offsets in a roster's dates have no effect: a roster has days only.
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(&document, others, &zone);
    let mut read = RosterBuilder::default();
    for (index, value) in normalized.rows.into_iter().enumerate() {
        let index = index.to_string();
        if let Some(row) = read_roster_row(&mut checker, &index, &value, roster) {
            read.add(&mut checker, &index, row);
        }
    }
    findings.append(&mut checker.findings);
    Checked {
        value: Roster::from_rows(read.rows),
        findings,
    }
}
