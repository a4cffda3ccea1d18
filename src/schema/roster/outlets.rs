//! The roster of media outlets: the level of each, and the points that a piece in it earns.
//!
//! ```yaml
//! - {id: people-daily, name: 人民日报, aliases: [人民日报客户端], level: national, type: 报纸, points: 20}
//! ```

use super::super::check::{Checker, is_empty, scalar, untagged};
use super::super::kind::FieldType;
use super::super::kinds::Kinds;
use super::super::value::FieldValue;
use super::{RosterRow, Rosters};
use crate::diag::{Code, Diagnostic};
use crate::yaml::{Mapping, Value};

/// The roster's name.
pub(crate) const OUTLETS: &str = "outlets";
/// The field of posts that names an outlet.
pub(crate) const OUTLET_FIELD: &str = "outlet";
/// The field of posts, and the column of the roster, that has an outlet's level.
pub(crate) const LEVEL: &str = "level";
/// The column of the points.
const POINTS: &str = "points";
/// The column that ledgers write for the level: the head 级别 of other rosters means the scope of a team.
const SCOPE: &str = "scope";
/// The column of other names.
pub(super) const ALIASES: &str = "aliases";
/// The kinds whose posts have outlets with levels.
const KINDS_WITH_OUTLETS: [&str; 2] = ["coverage", "submission"];

impl Rosters {
    /// The outlet with this id, name or other name. `None` without a roster of outlets.
    #[must_use]
    pub(crate) fn outlet(&self, written: &str) -> Option<&RosterRow> {
        self.get(OUTLETS)?.find_loosely(written.trim())
    }

    /// The value of a field as posts have it: an outlet by its name, whichever of its names is written.
    #[must_use]
    pub(crate) fn counted_key(&self, field: &str, written: String) -> String {
        let outlet = (field == OUTLET_FIELD).then(|| self.outlet(&written)).flatten();
        outlet.map_or(written, |row| row.name.clone())
    }

    /// The roster whose rows the values of a field name: that of a reference, or the outlets.
    #[must_use]
    pub(crate) fn roster_of_field<'f>(field: &str, ty: &'f FieldType) -> Option<&'f str> {
        match ty {
            FieldType::Roster(roster) => Some(roster),
            FieldType::String if field == OUTLET_FIELD => Some(OUTLETS),
            _ => None,
        }
    }
}

/// The levels that an outlet may have: those of the first kind whose posts name outlets.
pub(super) fn outlet_levels(kinds: &Kinds) -> Option<&FieldType> {
    let mut kinds_with = KINDS_WITH_OUTLETS.iter().filter_map(|id| kinds.get(id));
    let level = kinds_with.find_map(|kind| kinds.field(kind, LEVEL))?;
    matches!(level.ty, FieldType::Enum(_)).then_some(&level.ty)
}

/// Checks the columns of an outlet, the row at `index`, and writes them in the form that posts and metrics use.
pub(super) fn normalize_outlet(
    checker: &mut Checker<'_, '_>,
    index: &str,
    values: &mut Mapping,
    levels: Option<&FieldType>,
) {
    let key = if values.contains_key(LEVEL) { LEVEL } else { SCOPE };
    if let (Some(level), Some(levels)) = (given(values, key), levels) {
        let found = checker.value(&[index, key], &level, levels);
        values.remove(key);
        if let Some(FieldValue::Enum(level)) = found {
            values.insert(Value::from(LEVEL), Value::from(level));
        }
    }
    if let Some(points) = given(values, POINTS) {
        let found = checker.value(&[index, POINTS], &points, &FieldType::Decimal);
        values.remove(POINTS);
        if let Some(FieldValue::Decimal(points)) = found {
            values.insert(Value::from(POINTS), Value::from(points.normalize().to_string()));
        }
    }
}

/// Writes the other names of a row as a list. In a ledger they stand in one cell.
pub(super) fn normalize_aliases(values: &mut Mapping) {
    let Some(written) = given(values, ALIASES) else { return };
    let names = |text: &str| -> Vec<Value> {
        let names = text.split(['、', '，', ',', '；', ';']).map(str::trim);
        names.filter(|name| !name.is_empty()).map(Value::from).collect()
    };
    let names: Vec<Value> = match untagged(&written) {
        Value::Sequence(items) => items.iter().map(|item| Value::from(scalar(item).trim())).collect(),
        other => names(&scalar(other)),
    };
    values.insert(Value::from(ALIASES), Value::Sequence(names));
}

impl RosterRow {
    /// Its other names.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = &str> {
        let items = match self.values.get(ALIASES) {
            Some(Value::Sequence(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(Value::as_str).filter(|name| !name.is_empty())
    }
}

/// The finding about a name that two rows of a roster have, with the name. `None` when they share no other name.
pub(super) fn shared_name_finding(row: &RosterRow, rows: &[RosterRow]) -> Option<Diagnostic> {
    let has = |row: &RosterRow, name: &str| row.name == name || row.id == name || row.aliases().any(|own| own == name);
    rows.iter().find_map(|other| {
        let taken = row.aliases().find(|name| has(other, name));
        let taken = taken.or_else(|| other.aliases().find(|name| *name == row.name || *name == row.id))?;
        let finding = Diagnostic::new(Code::DuplicateAlias).with("value", taken);
        Some(finding.with("other", &other.name))
    })
}

fn given(values: &Mapping, key: &str) -> Option<Value> {
    values.get(key).filter(|value| !is_empty(value)).cloned()
}
