//! The rosters of people whose names are not published, unless `people: {rosters: true}`.
//!
//! A roster is of people if it is `staff`, or if a metric counts its rows as people: in 人, 名 or 位.

use crate::config::Settings;
use crate::metrics::{Aggregate, Metric, Metrics, Source};
use crate::schema::{FieldType, Taxonomy};
use std::collections::BTreeSet;

/// The roster of the people who write.
const STAFF: &str = "staff";
/// The units in which people are counted.
const UNITS_OF_PEOPLE: [&str; 5] = ["人", "名", "位", "person", "people"];

/// The rosters whose rows are not named.
pub(super) fn unnamed_rosters(settings: &Settings, metrics: &Metrics) -> BTreeSet<String> {
    if settings.people.rosters {
        return BTreeSet::new();
    }
    let counted = metrics.iter().filter_map(|metric| match &metric.source {
        Source::Roster(roster) if counts_people(metric) && Taxonomy::of_roster(roster).is_none() => {
            Some(roster.clone())
        }
        _ => None,
    });
    counted.chain([STAFF.to_owned()]).collect()
}

/// Whether values of a field of this type are rows of `unnamed` rosters.
pub(super) fn refers_to(ty: &FieldType, unnamed: &BTreeSet<String>) -> bool {
    match ty {
        FieldType::Roster(roster) => unnamed.contains(roster),
        FieldType::List(of) => refers_to(of, unnamed),
        _ => false,
    }
}

/// Whether a metric counts rows as people. A sum in 人, such as that of the members of teams, does not.
fn counts_people(metric: &Metric) -> bool {
    let units = [&metric.unit.zh, &metric.unit.en];
    metric.aggregate == Aggregate::Count && units.iter().any(|unit| UNITS_OF_PEOPLE.contains(&unit.as_str()))
}

/// What divides the parts of a note.
pub(super) const NOTE_SEPARATOR: &str = " · ";
