//! Reads one definition of a metric, key by key.

use super::built_in::RAW_BUILT_IN;
use super::clauses::{conditions, dedup};
use super::quotient::RATIO;
use super::reader::{DefinitionReader, ROW_FIELDS};
use super::score::{CAP, POINTS};
use crate::metrics::metric::{Aggregate, FEE, Measure, Metric, Source, split_singular};
use crate::schema::FieldType;
use crate::schema::check::{is_empty, scalar, untagged};
use crate::yaml::{Mapping, Value};
use std::collections::BTreeMap;

/// The kinds whose posts are dated by another field than `date`: of a concern, the day on which it came in decides, of a
/// submission the day on which it was sent. Those that do not give it are dated by `date`.
const DATES_OF_KINDS: [(&str, &str); 2] = [("response", "received"), ("submission", "submitted")];

impl DefinitionReader<'_, '_, '_> {
    pub(super) fn read_metric(&mut self, map: &Mapping) -> Option<Metric> {
        if map.contains_key(RATIO) {
            return self.quotient(map);
        }
        let of = self.source(map)?;
        let id = self.id.clone();
        let label = self.checker.labels(&[&id, "label"], map.get("label"), &id);
        let aggregate = self.aggregate(map, &of)?;
        if let Some(key) = [POINTS, CAP].into_iter().find(|key| map.contains_key(*key))
            && !matches!(aggregate, Aggregate::Score(_))
        {
            return self.add_meant_finding(key, "metric-points-score", "", "aggregate: score");
        }
        let state = self.state(map, &of, &aggregate)?;
        let unit = self.default_unit(&of, &aggregate);
        let (unit, singular_unit) = split_singular(self.checker.labels(&[&id, "unit"], map.get("unit"), &unit));
        Some(Metric {
            label,
            unit,
            singular_unit,
            conditions: conditions(self, map, &of)?,
            dedup: dedup(self, map, &of, &aggregate)?,
            date_fields: match &state {
                Some((dates, _)) => dates.clone(),
                None => self.date_fields(map, &of)?,
            },
            state: state.map(|(_, state)| state),
            as_of: self.optional_date_field(map, "as_of", &of)?,
            equals: self.equals(map)?,
            headline: self.headline(map)?,
            internal: self.internal(map)?,
            aggregate,
            source: of,
            id,
            places: BTreeMap::new(),
        })
    }

    /// Reads `of`: a kind, by id or folder, a list of kinds, or `roster:NAME`.
    fn source(&mut self, map: &Mapping) -> Option<Source> {
        let Some(value) = map.get("of").filter(|value| !is_empty(value)) else {
            let finding = crate::schema::check::missing_field_finding(self.checker.document, &[&self.id, "of"]);
            self.checker
                .findings
                .push(finding.at(self.checker.document.key_place(&[&self.id])));
            return None;
        };
        if let Value::Sequence(items) = untagged(value) {
            let mut kinds: Vec<String> = Vec::with_capacity(items.len());
            for item in items {
                let kind = self.kind(scalar(item).trim())?;
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            return Some(Source::Kinds(kinds));
        }
        let written = scalar(value).trim().to_owned();
        if let Some(roster) = written.strip_prefix("roster:") {
            let roster = roster.trim();
            let is_built_in = RAW_BUILT_IN.contains_key(self.id.as_str());
            // A built-in metric of a roster that the town does not keep is valid and counts 0.
            if self.context.rosters.get(roster).is_some() || is_built_in {
                return Some(Source::Roster(roster.to_owned()));
            }
            let known: Vec<&str> = self.context.rosters.iter().map(|(name, _)| name).collect();
            return self.add_unknown_finding("of", "metric-unknown-roster", roster, &known);
        }
        Some(Source::Kinds(vec![self.kind(&written)?]))
    }

    /// The id of a kind, by its id or folder.
    fn kind(&mut self, written: &str) -> Option<String> {
        let mut kinds = self.context.kinds.iter();
        if let Some(kind) = kinds.find(|kind| kind.id == written || kind.folder == written) {
            return Some(kind.id.clone());
        }
        let known: Vec<&str> = self.context.kinds.iter().map(|kind| kind.id.as_str()).collect();
        self.add_unknown_finding("of", "metric-unknown-kind", written, &known)
    }

    /// The unit of the field that is added. A metric without a unit of its own has this one.
    fn default_unit(&self, of: &Source, aggregate: &Aggregate) -> String {
        match aggregate {
            Aggregate::Sum(measure)
            | Aggregate::Average(measure)
            | Aggregate::Max(measure)
            | Aggregate::Latest(measure) => match measure {
                Measure::Field(field) => self.field_def(of, field).map(|field| field.unit.clone()),
                Measure::Days(..) | Measure::Workdays(..) => None,
            },
            Aggregate::Count | Aggregate::Distinct(_) | Aggregate::Score(_) | Aggregate::Quotient => None,
        }
        .unwrap_or_default()
    }

    fn aggregate(&mut self, map: &Mapping, of: &Source) -> Option<Aggregate> {
        let value = map.get("aggregate").map(untagged);
        if let Some(Value::Mapping(parts)) = value {
            let parts = parts
                .iter()
                .map(|(name, field)| format!("{}:{}", scalar(name), scalar(field)));
            let meant = parts.collect::<Vec<_>>().join(", ");
            return self.add_meant_finding("aggregate", "metric-not-one-word", "{…}", &meant);
        }
        let written = value.map(scalar).unwrap_or_default().trim().replace('：', ":");
        let (name, field) = written.split_once(':').unwrap_or((&written, ""));
        let (name, field) = (name.trim(), field.trim());
        Some(match name {
            "" | "count" if !field.is_empty() => {
                let meant = format!("sum:{field}");
                return self.add_meant_finding("aggregate", "metric-count-of-field", &written, &meant);
            }
            "" | "count" if matches!(value, Some(Value::Sequence(_))) => {
                return self.add_meant_finding("aggregate", "metric-not-one-word", "[…]", "count");
            }
            "" | "count" => Aggregate::Count,
            "distinct" => Aggregate::Distinct(self.field(of, "aggregate", field)?),
            "sum" => Aggregate::Sum(self.measure(of, field)?),
            "avg" => Aggregate::Average(self.measure(of, field)?),
            "max" => Aggregate::Max(self.measure(of, field)?),
            "latest" => Aggregate::Latest(self.measure(of, field)?),
            "score" => Aggregate::Score(self.points(map, of)?),
            _ => {
                let known = ["count", "sum", "distinct", "avg", "max", "latest", "score"];
                return self.add_unknown_finding("aggregate", "metric-unknown-aggregate", name, &known);
            }
        })
    }

    /// Reads a number field, `received..answered`, the days between two date fields, or
    /// `workdays(received..answered)`, the working days.
    fn measure(&mut self, of: &Source, written: &str) -> Option<Measure> {
        let inner = written.strip_prefix("workdays").map(str::trim_start);
        let inner = inner.and_then(|rest| rest.strip_prefix(['(', '（'])?.strip_suffix([')', '）']));
        if let Some((from, to)) = inner.and_then(|inner| inner.split_once("..")) {
            let from = self.known_date_field(of, "aggregate", from.trim())?;
            let to = self.known_date_field(of, "aggregate", to.trim())?;
            return Some(Measure::Workdays(from, to));
        }
        if let Some((from, to)) = written.split_once("..") {
            let from = self.known_date_field(of, "aggregate", from.trim())?;
            return Some(Measure::Days(from, self.known_date_field(of, "aggregate", to.trim())?));
        }
        let field = self.field(of, "aggregate", written)?;
        let is_number = |ty: &FieldType| matches!(ty, FieldType::Integer | FieldType::Decimal | FieldType::Duration);
        let is_numeric = match of {
            Source::Metrics(_) => false,
            Source::Kinds(_) => self.type_of(of, &field).is_some_and(is_number),
            Source::Roster(roster) => {
                if let Some(bad) = self.first_value_unlike(roster, &field, &FieldType::Decimal) {
                    let reason = match &bad.nearest {
                        Some(_) => "metric-mixed-column",
                        None => "metric-no-number",
                    };
                    let value = if bad.nearest.is_some() { bad.shown() } else { field };
                    self.add_finding("aggregate", reason, &value);
                    let finding = self.checker.findings.pop()?;
                    self.checker.findings.push(finding.with_some("nearest", bad.nearest));
                    return None;
                }
                !ROW_FIELDS.contains(&field.as_str())
            }
        };
        if is_numeric {
            return Some(Measure::Field(field));
        }
        self.add_finding("aggregate", "metric-no-number", &field);
        None
    }

    /// Reads `dated`: a date field, or several of which a post's first counts. The default is the day on which a concern
    /// was received or a submission sent, for other kinds the post's `date`.
    fn date_fields(&mut self, map: &Mapping, of: &Source) -> Option<Vec<String>> {
        let written: Vec<String> = match map.get("dated").map(untagged).filter(|value| !is_empty(value)) {
            None => {
                let is_known = |name: &&str| self.field_def(of, name).is_some();
                let dates = default_dates(of).into_iter().filter(is_known);
                return Some(dates.map(str::to_owned).collect());
            }
            Some(Value::Sequence(items)) => items.iter().map(|item| scalar(item).trim().to_owned()).collect(),
            Some(single) => vec![scalar(single).trim().to_owned()],
        };
        written
            .iter()
            .map(|name| self.known_date_field(of, "dated", name))
            .collect()
    }

    fn optional_date_field(&mut self, map: &Mapping, key: &'static str, of: &Source) -> Option<Option<String>> {
        match map.get(key).filter(|value| !is_empty(value)) {
            None => Some(None),
            Some(value) => self.known_date_field(of, key, scalar(value).trim()).map(Some),
        }
    }

    pub(super) fn known_date_field(&mut self, of: &Source, key: &'static str, name: &str) -> Option<String> {
        let field = self.field(of, key, name)?;
        let is_date = |ty: &FieldType| matches!(ty, FieldType::Date | FieldType::DateTime);
        if self.type_of(of, &field).is_some_and(is_date) {
            return Some(field);
        }
        self.add_finding(key, "metric-no-date", &field);
        None
    }

    /// Reads `headline`. The default is true for a town's own metrics, which it added to see them.
    pub(super) fn headline(&mut self, map: &Mapping) -> Option<bool> {
        let id = self.id.clone();
        match map.get("headline") {
            None => Some(!RAW_BUILT_IN.contains_key(id.as_str())),
            Some(value) => self.checker.boolean(&[&id, "headline"], value),
        }
    }

    /// Reads `internal`.
    pub(super) fn internal(&mut self, map: &Mapping) -> Option<bool> {
        let id = self.id.clone();
        let written = match map.get("internal") {
            None => false,
            Some(value) => self.checker.boolean(&[&id, "internal"], value)?,
        };
        // What authors are paid is never public.
        Some(written || id == FEE)
    }

    /// Reads `equals`, such as `teams.town + teams.village - x.y`.
    pub(super) fn equals(&mut self, map: &Mapping) -> Option<Vec<(bool, String)>> {
        let value = map.get("equals").map(untagged);
        if let Some(Value::Sequence(items)) = value {
            let meant: Vec<String> = items.iter().map(|item| scalar(item).into_owned()).collect();
            return self.add_meant_finding("equals", "metric-bad-sum", "[…]", &meant.join(" + "));
        }
        if let Some(map @ Value::Mapping(_)) = value {
            let id = self.id.clone();
            return self.checker.report_wrong_type(&[&id, "equals"], map, "string");
        }
        let written = value.map(scalar).unwrap_or_default().into_owned();
        // Signs stand between spaces. A hyphen inside an id is not a minus sign.
        let mut parts = Vec::new();
        let (mut plus, mut wants_id) = (true, true);
        for word in written.split_whitespace() {
            match (word, wants_id) {
                ("+" | "＋", false) => (plus, wants_id) = (true, true),
                ("-" | "－", false) => (plus, wants_id) = (false, true),
                (id, true) => {
                    parts.push((plus, id.to_owned()));
                    wants_id = false;
                }
                _ => {
                    self.add_finding("equals", "metric-bad-sum", &written);
                    return None;
                }
            }
        }
        if wants_id && !parts.is_empty() {
            self.add_finding("equals", "metric-bad-sum", &written);
            return None;
        }
        Some(parts)
    }
}

/// The dates that decide the period of what is counted, unless the metric names others. Empty for the post's `date`.
pub(super) fn default_dates(of: &Source) -> Vec<&'static str> {
    let Source::Kinds(kinds) = of else { return Vec::new() };
    let is_counted = |kind: &str| kinds.iter().any(|known| known == kind);
    let own = DATES_OF_KINDS.iter().filter(|(kind, _)| is_counted(kind));
    let mut dates: Vec<&str> = own.map(|(_, field)| *field).collect();
    if !dates.is_empty() {
        dates.push("date");
    }
    dates
}
