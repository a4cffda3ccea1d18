//! Rosters: the town's villages, teams, staff, troupes. Posts refer to these lists and metrics count them.

mod from_ledger;
mod outlets;
mod read;
mod row;
mod vocabulary;

use super::scalar::squeeze;
use super::yaml_value::scalar;
use crate::config::PlacedText;
use crate::diag::{Code, Diagnostic, nearest};
use crate::yaml::Mapping;
use jiff::civil::Date;
pub(crate) use outlets::{LEVEL, OUTLET_FIELD, OUTLETS};
pub use read::read_rosters;
pub(crate) use read::{is_holidays_file, is_wording_file, read_rosters_and_ledgers};
use std::collections::{BTreeMap, BTreeSet};
pub(crate) use vocabulary::roster_value;

/// All rosters, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rosters {
    all: BTreeMap<String, Roster>,
    /// The columns that the site does not show, each with its roster.
    hidden: BTreeSet<(String, String)>,
}

/// One roster.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roster {
    rows: Vec<RosterRow>,
    /// Row indices by id, by name, by other names, and by each of them without spaces and the like. Of equal names, the
    /// earlier row wins.
    row_by_name: BTreeMap<String, usize>,
}

/// One row of a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterRow {
    /// Its id, unique in the roster and part of addresses.
    pub id: String,
    /// Its name on pages.
    pub name: String,
    /// The first day on which it counts; `None` for no limit.
    pub since: Option<Date>,
    /// The last day on which it counts; `None` for no limit.
    pub until: Option<Date>,
    /// Everything else, as written. A `village` is the id of a village.
    pub values: Mapping,
}

impl Rosters {
    /// The roster of this name, e.g. `villages`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Roster> {
        self.all.get(name)
    }

    /// The rosters as the public site shows them: without the columns that the settings call internal.
    #[must_use]
    pub(crate) fn public(&self, internal: &[(PlacedText, Vec<PlacedText>)]) -> Self {
        let pairs = internal
            .iter()
            .flat_map(|(roster, columns)| columns.iter().map(|column| (roster.text.clone(), column.text.clone())));
        Self {
            all: self.all.clone(),
            hidden: pairs.collect(),
        }
    }

    /// Whether the site does not show a column of a roster.
    #[must_use]
    pub(crate) fn hides_column(&self, roster: &str, column: &str) -> bool {
        !self.hidden.is_empty() && self.hidden.contains(&(roster.to_owned(), column.to_owned()))
    }

    /// The findings about rosters and columns that the settings call internal and that do not exist.
    #[must_use]
    pub(crate) fn check_internal(&self, internal: &[(PlacedText, Vec<PlacedText>)]) -> Vec<Diagnostic> {
        let finding = |written: &PlacedText, known: &[&str], roster: Option<&str>| {
            Diagnostic::new(Code::UnknownInternal)
                .at(written.place.clone())
                .with("value", &written.text)
                .with_some("roster", roster)
                .with_some("nearest", nearest(&written.text, known.iter().copied()))
                .with("known", known.join(", "))
        };
        let mut findings = Vec::new();
        for (roster, columns) in internal {
            let Some(rows) = self.get(&roster.text) else {
                let known: Vec<&str> = self.all.keys().map(String::as_str).collect();
                findings.push(finding(roster, &known, None));
                continue;
            };
            let known = rows.rows().iter().flat_map(|row| row.values.keys());
            let known: BTreeSet<&str> = known.filter_map(crate::yaml::Value::as_str).collect();
            let known: Vec<&str> = known.into_iter().collect();
            let unknown = columns.iter().filter(|column| !known.contains(&column.text.as_str()));
            findings.extend(unknown.map(|column| finding(column, &known, Some(&roster.text))));
        }
        findings
    }

    /// All rosters in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Roster)> {
        self.all.iter().map(|(name, roster)| (name.as_str(), roster))
    }
}

impl Roster {
    /// The rows, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[RosterRow] {
        &self.rows
    }

    /// The row with this id or, failing that, the first row with this name.
    #[must_use]
    pub fn find(&self, id_or_name: &str) -> Option<&RosterRow> {
        self.row_by_name.get(id_or_name).map(|&at| &self.rows[at])
    }

    /// The row with this id or name, or with this name but for spaces, letter case and full-width letters.
    #[must_use]
    pub(crate) fn find_loosely(&self, id_or_name: &str) -> Option<&RosterRow> {
        self.find(id_or_name).or_else(|| self.find(&squeeze(id_or_name)))
    }

    /// The row with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&RosterRow> {
        self.find(id).filter(|row| row.id == id)
    }

    /// Builds the roster of `rows`, whose ids are unique.
    fn from_rows(rows: Vec<RosterRow>) -> Self {
        let mut names: BTreeMap<String, usize> =
            rows.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
        for (at, row) in rows.iter().enumerate() {
            names.entry(row.name.clone()).or_insert(at);
        }
        for (at, row) in rows.iter().enumerate() {
            for alias in row.aliases() {
                names.entry(alias.to_owned()).or_insert(at);
            }
        }
        for (at, row) in rows.iter().enumerate() {
            for name in row.aliases().chain([row.name.as_str()]) {
                names.entry(squeeze(name)).or_insert(at);
            }
        }
        Self {
            rows,
            row_by_name: names,
        }
    }
}

impl RosterRow {
    /// Whether the row counts on `day`; both ends are inclusive.
    #[must_use]
    pub fn is_in_force(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// The value of `id`, `name` or any other key as text. `None` when it is missing or not a scalar.
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
