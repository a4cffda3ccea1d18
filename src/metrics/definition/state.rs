//! Metrics of a state of posts: `state: {from: received, until: answered, over: 5 workdays}`.

use super::keys::default_dates;
use super::reader::DefinitionReader;
use crate::metrics::metric::{Aggregate, Source, State, StateAge};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::yaml::{Mapping, Value};

/// The key of a definition.
pub(super) const STATE: &str = "state";
/// The keys of its value.
const KEYS: [&str; 3] = ["from", "until", "over"];
/// The most days of an age.
const MAX_AGE: u32 = 3660;

impl DefinitionReader<'_, '_, '_> {
    /// Reads `state`. Returns the date fields that begin the state, and the state; `Some(None)` when the metric has none.
    pub(super) fn state(
        &mut self,
        map: &Mapping,
        of: &Source,
        aggregate: &Aggregate,
    ) -> Option<Option<(Vec<String>, State)>> {
        let Some(value) = map.get(STATE).map(untagged).filter(|value| !is_empty(value)) else {
            return Some(None);
        };
        let id = self.id.clone();
        let Value::Mapping(clauses) = value else {
            return self.checker.report_wrong_type(&[&id, STATE], value, "map");
        };
        self.checker.check_known_keys(&[&id, STATE], clauses, &KEYS);
        if matches!(of, Source::Roster(_)) {
            self.add_finding(STATE, "metric-state-roster", "");
            return None;
        }
        if let Some(key) = ["dated", "as_of"].into_iter().find(|key| map.contains_key(*key)) {
            self.add_finding(key, "metric-state-dated", &map.get(key).map(scalar).unwrap_or_default());
            return None;
        }
        if !matches!(aggregate, Aggregate::Count | Aggregate::Sum(_)) {
            self.add_finding(
                "aggregate",
                "metric-state-aggregate",
                &map.get("aggregate").map(scalar).unwrap_or_default(),
            );
            return None;
        }
        let field = |name: &str| {
            clauses
                .get(name)
                .filter(|value| !is_empty(value))
                .map(|value| scalar(value).trim().to_owned())
        };
        let (Some(from), Some(until)) = (field("from"), field("until")) else {
            self.add_finding(STATE, "metric-state-dates", "");
            return None;
        };
        let from = self.state_date(of, "from", &from)?;
        let until = self.state_date(of, "until", &until)?;
        let over = match field("over") {
            None => None,
            Some(written) => Some(self.state_age(&written)?),
        };
        // What does not give the date that usually decides is dated as usual.
        let usual = default_dates(of);
        let dates = if usual.first() == Some(&from.as_str()) {
            usual.into_iter().map(str::to_owned).collect()
        } else {
            vec![from]
        };
        Some(Some((dates, State { until, over })))
    }

    fn state_date(&mut self, of: &Source, clause: &'static str, name: &str) -> Option<String> {
        let field = self.known_date_field(of, STATE, name);
        if field.is_none() {
            self.place_last_finding(clause);
        }
        field
    }

    /// Gives the last finding the place of a clause.
    fn place_last_finding(&mut self, clause: &'static str) {
        if let Some(finding) = self.checker.findings.pop() {
            let place = self.checker.document.value_place(&[&self.id, STATE, clause]);
            self.checker.findings.push(finding.at(place));
        }
    }

    /// Reads an age: `5 workdays`, `30 days`; in Chinese `5个工作日`, `30天`. A bare number is of days.
    fn state_age(&mut self, written: &str) -> Option<StateAge> {
        let digits = written.trim_start_matches(|c: char| c.is_ascii_digit());
        let (number, unit) = written.split_at(written.len() - digits.len());
        let unit = unit.trim().trim_start_matches('个').trim();
        let of_work = match unit {
            "workdays" | "workday" | "working days" | "working day" | "工作日" => Some(true),
            "days" | "day" | "天" | "日" | "" => Some(false),
            _ => None,
        };
        let days = number.parse::<u32>().ok().filter(|days| *days <= MAX_AGE);
        if let (Some(days), Some(of_work)) = (days, of_work) {
            return Some(StateAge { days, of_work });
        }
        self.add_finding(STATE, "metric-state-age", written);
        self.place_last_finding("over");
        None
    }
}
