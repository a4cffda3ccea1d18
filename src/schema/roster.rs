//! Rosters: the town's villages, teams, staff, troupes — lists that posts refer to and metrics count.

mod from_ledger;

use super::Taxonomy;
use super::check::{Checker, is_empty, scalar, untagged};
use super::kind::FieldType;
use super::value::FieldValue;
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::ledger::Ledger;
use crate::yaml::{Mapping, ParsedYaml, Value, YamlDocument};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// A file of `content/_data/` that is no roster: a map of wrong to right words.
const WORDING_FILE: &str = "wording";

/// All rosters, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rosters(BTreeMap<String, Roster>);

/// One roster.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roster {
    rows: Vec<RosterRow>,
    /// Positions by id, and by name where no earlier row has it.
    row_by_name: BTreeMap<String, usize>,
}

/// One row of a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterRow {
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
    pub fn rows(&self) -> &[RosterRow] {
        &self.rows
    }

    /// The row with this id or, failing that, the first one with this name.
    #[must_use]
    pub fn find(&self, id_or_name: &str) -> Option<&RosterRow> {
        self.row_by_name.get(id_or_name).map(|&at| &self.rows[at])
    }

    /// The row with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&RosterRow> {
        self.find(id).filter(|row| row.id == id)
    }

    /// Makes the roster of `rows`, whose ids are unique.
    fn from_rows(rows: Vec<RosterRow>) -> Self {
        let mut names: BTreeMap<String, usize> =
            rows.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
        for (at, row) in rows.iter().enumerate() {
            names.entry(row.name.clone()).or_insert(at);
        }
        Self {
            rows,
            row_by_name: names,
        }
    }
}

impl RosterRow {
    /// Whether the row counts on `day`; both ends belong.
    #[must_use]
    pub fn is_in_force(&self, day: Date) -> bool {
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
pub fn read_rosters(files: &[(&str, &str)]) -> Checked<Rosters> {
    read_rosters_and_ledgers(files, &[])
}

/// The same with rosters that are ledgers, such as `content/_data/teams.xlsx`.
#[must_use]
pub fn read_rosters_and_ledgers(files: &[(&str, &str)], ledgers: &[Ledger]) -> Checked<Rosters> {
    let mut all = Rosters::default();
    let mut findings = Vec::new();
    let texts = files.iter().map(|(file, text)| (*file, RosterSource::Text(text)));
    let ledgers = ledgers
        .iter()
        .map(|ledger| (ledger.file.as_str(), RosterSource::Ledger(ledger)));
    let mut sorted: Vec<_> = texts.chain(ledgers).collect();
    sorted.sort_by_key(|(file, _)| (name_of(file) != Taxonomy::Villages.name(), *file));
    for (file, form) in sorted {
        let name = name_of(file);
        if name == WORDING_FILE {
            continue;
        }
        let checked = match form {
            RosterSource::Text(text) => read_yaml_roster(file, text, &all),
            RosterSource::Ledger(ledger) => from_ledger::read_ledger_roster(ledger, &all),
        };
        findings.extend(checked.findings);
        if all.0.contains_key(name) {
            findings.push(
                Diagnostic::new(Code::DuplicateId)
                    .at(Place::whole_file(file))
                    .with("id", name),
            );
        } else {
            all.0.insert(name.to_owned(), checked.value);
        }
    }
    Checked { value: all, findings }
}

/// How a roster is written.
enum RosterSource<'f> {
    Text(&'f str),
    Ledger(&'f Ledger),
}

/// `teams` of `content/_data/teams.yaml`.
fn name_of(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

fn read_yaml_roster(file: &str, text: &str, others: &Rosters) -> Checked<Roster> {
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
    // Offsets in a roster's dates have no meaning: it knows days only.
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(&document, others, &zone);
    let mut read = RosterBuilder::default();
    for (index, value) in rows.into_iter().enumerate() {
        let index = index.to_string();
        if let Some(row) = read_roster_row(&mut checker, &index, &value) {
            read.add(&mut checker, &index, row);
        }
    }
    findings.append(&mut checker.findings);
    Checked {
        value: Roster::from_rows(read.rows),
        findings,
    }
}

/// Rows while they are being read: each id once.
#[derive(Default)]
struct RosterBuilder {
    rows: Vec<RosterRow>,
    ids: BTreeSet<String>,
}

impl RosterBuilder {
    /// Adds the row that stands at `index`; false, with a finding, when another one has its id.
    fn add(&mut self, checker: &mut Checker<'_, '_>, index: &str, row: RosterRow) -> bool {
        if self.ids.insert(row.id.clone()) {
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

fn read_roster_row(checker: &mut Checker<'_, '_>, index: &str, value: &Value) -> Option<RosterRow> {
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
    let mut values = map.clone();
    for key in ["id", "name", "since", "until"] {
        values.remove(key);
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
    Some(RosterRow {
        id: id?,
        name: name?,
        since,
        until,
        values,
    })
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
