//! Rosters: the town's villages, teams, staff, troupes — lists that posts refer to and metrics count.

mod tabular;

use super::check::{Checker, is_empty, scalar, untagged};
use super::kind::FieldType;
use super::value::FieldValue;
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::ledger::Ledger;
use crate::yaml::{Document, Mapping, Reading, Value};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// A file of `content/_data/` that is no roster: a map of wrong to right words.
const WORDING: &str = "wording";

/// All rosters, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rosters(BTreeMap<String, Roster>);

/// One roster.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roster {
    rows: Vec<Row>,
    /// Positions by id, and by name where no earlier row has it.
    names: BTreeMap<String, usize>,
}

/// One row of a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id, unique in the roster; part of addresses.
    pub id: String,
    /// Its name on pages.
    pub name: String,
    /// The first day on which it counts; always when none.
    pub since: Option<Date>,
    /// The last day on which it counts; for ever when none.
    pub until: Option<Date>,
    /// Everything else, as written; a `village` is the id of one.
    pub values: Mapping,
}

impl Rosters {
    /// The roster of this name, e.g. `villages`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Roster> {
        self.0.get(name)
    }

    /// All rosters in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Roster)> {
        self.0.iter().map(|(name, roster)| (name.as_str(), roster))
    }
}

impl Roster {
    /// The rows, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row with this id or, failing that, the first one with this name.
    #[must_use]
    pub fn find(&self, id_or_name: &str) -> Option<&Row> {
        self.names.get(id_or_name).map(|&at| &self.rows[at])
    }

    /// The row with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Row> {
        self.find(id).filter(|row| row.id == id)
    }

    /// Makes the roster of `rows`, whose ids are unique.
    fn of(rows: Vec<Row>) -> Self {
        let mut names: BTreeMap<String, usize> =
            rows.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
        for (at, row) in rows.iter().enumerate() {
            names.entry(row.name.clone()).or_insert(at);
        }
        Self { rows, names }
    }
}

impl Row {
    /// Whether the row counts on `day`; both ends belong.
    #[must_use]
    pub fn in_force(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// A value as text: `id`, `name` or any other key; none when it is missing or no scalar.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        match key {
            "id" => Some(self.id.clone()),
            "name" => Some(self.name.clone()),
            _ => self
                .values
                .get(key)
                .map(scalar)
                .filter(|text| !text.is_empty())
                .map(std::borrow::Cow::into_owned),
        }
    }
}

/// The rosters in `files`: pairs of a path such as `content/_data/teams.yaml` and its text.
///
/// `villages` comes first whatever the order of the files, because rows of the others may name one.
#[must_use]
pub fn rosters(files: &[(&str, &str)]) -> Checked<Rosters> {
    rosters_and_ledgers(files, &[])
}

/// The same with rosters that are ledgers, such as `content/_data/teams.xlsx`.
#[must_use]
pub fn rosters_and_ledgers(files: &[(&str, &str)], ledgers: &[Ledger]) -> Checked<Rosters> {
    let mut all = Rosters::default();
    let mut findings = Vec::new();
    let texts = files.iter().map(|(file, text)| (*file, Form::Text(text)));
    let ledgers = ledgers
        .iter()
        .map(|ledger| (ledger.file.as_str(), Form::Ledger(ledger)));
    let mut sorted: Vec<_> = texts.chain(ledgers).collect();
    sorted.sort_by_key(|(file, _)| (name_of(file) != "villages", *file));
    for (file, form) in sorted {
        let name = name_of(file);
        if name == WORDING {
            continue;
        }
        let checked = match form {
            Form::Text(text) => roster(file, text, &all),
            Form::Ledger(ledger) => tabular::roster(ledger, &all),
        };
        findings.extend(checked.findings);
        if all.0.contains_key(name) {
            findings.push(
                Diagnostic::new(Code::DuplicateId)
                    .at(Place::whole(file))
                    .with("id", name),
            );
        } else {
            all.0.insert(name.to_owned(), checked.value);
        }
    }
    Checked { value: all, findings }
}

/// How a roster is written.
enum Form<'f> {
    Text(&'f str),
    Ledger(&'f Ledger),
}

/// `teams` of `content/_data/teams.yaml`.
fn name_of(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

fn roster(file: &str, text: &str, others: &Rosters) -> Checked<Roster> {
    let Reading {
        document,
        value,
        mut findings,
    } = Document::whole(file, text, &[]);
    let rows = match value {
        Value::Sequence(rows) => rows,
        Value::Null => Vec::new(),
        _ => {
            findings.push(
                Diagnostic::new(Code::BadRoster)
                    .at(document.top())
                    .with("reason", "roster-no-list"),
            );
            Vec::new()
        }
    };
    // Offsets in a roster's dates have no meaning: it knows days only.
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(&document, others, &zone);
    let mut read = Rows::default();
    for (index, value) in rows.into_iter().enumerate() {
        let index = index.to_string();
        if let Some(row) = row(&mut checker, &index, &value) {
            read.add(&mut checker, &index, row);
        }
    }
    findings.append(&mut checker.findings);
    Checked {
        value: Roster::of(read.rows),
        findings,
    }
}

/// Rows while they are being read: each id once.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    ids: BTreeSet<String>,
}

impl Rows {
    /// Adds the row that stands at `index`; false, with a finding, when another one has its id.
    fn add(&mut self, checker: &mut Checker<'_, '_>, index: &str, row: Row) -> bool {
        if self.ids.insert(row.id.clone()) {
            self.rows.push(row);
            return true;
        }
        let place = checker.document.value(&[index, "id"]);
        checker
            .findings
            .push(Diagnostic::new(Code::DuplicateId).at(place).with("id", row.id));
        false
    }
}

fn row(checker: &mut Checker<'_, '_>, index: &str, value: &Value) -> Option<Row> {
    let Value::Mapping(map) = untagged(value) else {
        let place = checker.document.value(&[index]);
        checker.findings.push(
            Diagnostic::new(Code::BadRoster)
                .at(place)
                .with("reason", "roster-no-map"),
        );
        return None;
    };
    let id = named(checker, index, map, "id");
    let name = named(checker, index, map, "name");
    let since = day(checker, index, map, "since");
    let until = day(checker, index, map, "until");
    let mut values = map.clone();
    for key in ["id", "name", "since", "until"] {
        values.remove(key);
    }
    if let Some(village) = map.get("village").filter(|village| !is_empty(village))
        && checker.rosters.get("villages").is_some()
        && let Some(FieldValue::Reference(village)) =
            checker.value(&[index, "village"], village, &FieldType::Roster("villages".to_owned()))
    {
        values.insert(Value::from("village"), Value::from(village));
    }
    Some(Row {
        id: id?,
        name: name?,
        since,
        until,
        values,
    })
}

/// The text of a required key.
fn named(checker: &mut Checker<'_, '_>, index: &str, map: &Mapping, key: &'static str) -> Option<String> {
    let value = map.get(key).filter(|value| !is_empty(value));
    let Some(value) = value else {
        let reason = if key == "id" { "roster-no-id" } else { "roster-no-name" };
        let place = checker.document.value(&[index]);
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

fn day(checker: &mut Checker<'_, '_>, index: &str, map: &Mapping, key: &'static str) -> Option<Date> {
    let value = map.get(key).filter(|value| !is_empty(value))?;
    match checker.value(&[index, key], value, &FieldType::Date)? {
        FieldValue::Moment(moment) => Some(moment.date),
        _ => None,
    }
}
