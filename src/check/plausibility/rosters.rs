//! What a post says of teams, people and villages, compared with the rosters on the day of the post.

use super::places::ValueFinding;
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::{FieldType, FieldValue, Roster, RosterRow, Schema, Taxonomy};
use jiff::civil::Date;

/// The roster of the people who write.
const STAFF: &str = "staff";

/// Reports rows that were not in force on the day of the post, and a village that is not the team's.
pub(super) fn check(record: &Record, schema: &Schema<'_>) -> Vec<ValueFinding> {
    let Some(day) = record.meta.date.map(|moment| moment.date) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let kind = schema.kinds.get(&record.kind);
    for field in kind.into_iter().flat_map(|kind| &kind.fields) {
        if let (FieldType::Roster(roster), Some(FieldValue::Reference(id))) =
            (&field.ty, record.meta.fields.get(&field.name))
        {
            findings.extend(check_row(schema, roster, id, &field.name, day));
        }
    }
    if let Some(author) = &record.meta.author {
        findings.extend(check_row(schema, STAFF, author, "author", day));
    }
    findings.extend(check_village(record, schema));
    findings
}

/// Reports a row that is not in force on `day`, unless another row has its name and is: whoever changes posts gets a new
/// row.
fn check_row(schema: &Schema<'_>, roster_name: &str, name: &str, key: &str, day: Date) -> Option<ValueFinding> {
    let roster = schema.rosters.get(roster_name)?;
    let row = roster.find(name)?;
    if same_name(roster, row).any(|row| row.is_in_force(day)) {
        return None;
    }
    let since = row.since.filter(|since| *since > day);
    let until = row.until.filter(|until| *until < day);
    let finding = Diagnostic::new(Code::NotInForce)
        .with("key", key)
        .with("value", &row.name)
        .with("roster", roster_name)
        .with("date", day.to_string())
        .with_some("since", since.map(|since| since.to_string()))
        .with_some("until", until.map(|until| until.to_string()));
    Some(ValueFinding {
        key: key.to_owned(),
        finding,
    })
}

fn same_name<'r>(roster: &'r Roster, row: &'r RosterRow) -> impl Iterator<Item = &'r RosterRow> {
    roster.rows().iter().filter(|other| other.name == row.name)
}

/// Reports a village that is not that of the post's team. A town's team has no village, and serves them all.
fn check_village(record: &Record, schema: &Schema<'_>) -> Option<ValueFinding> {
    let villages = schema.rosters.get(Taxonomy::Villages.name())?;
    let village = villages.by_id(record.meta.village.as_deref()?)?;
    let team = schema.rosters.get(Taxonomy::Teams.name())?.by_id(record.team()?)?;
    let of_team = villages.by_id(&team.text(Taxonomy::Villages.field())?)?;
    let finding = Diagnostic::new(Code::OtherVillage)
        .with("value", &village.name)
        .with("team", &team.name)
        .with("village", &of_team.name);
    (of_team.id != village.id).then(|| ValueFinding {
        key: Taxonomy::Villages.field().to_owned(),
        finding,
    })
}
