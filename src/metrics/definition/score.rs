//! Points: `points: {level: {national: 20, provincial: 10}}` and `cap: {per: village, max: 60, each: quarter}`.

use super::reader::DefinitionReader;
use crate::metrics::metric::{Cap, CapSpan, Points, Source};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::schema::{FieldType, FieldValue, RosterRow, Rosters};
use crate::yaml::{Mapping, Value};
use rust_decimal::Decimal;

/// The keys of a definition.
pub(super) const POINTS: &str = "points";
pub(super) const CAP: &str = "cap";
/// The keys of a cap.
const CAP_KEYS: [&str; 3] = ["per", "max", "each"];
/// The spans in which a cap holds, by their names.
const SPANS: [(CapSpan, [&str; 4]); 4] = [
    (CapSpan::Year, ["year", "年", "年度", "全年"]),
    (CapSpan::Half, ["half", "半年", "half-year", "半年度"]),
    (CapSpan::Quarter, ["quarter", "季", "季度", "每季"]),
    (CapSpan::Month, ["month", "月", "月度", "每月"]),
];

impl DefinitionReader<'_, '_, '_> {
    /// Reads the points of a score.
    pub(super) fn points(&mut self, map: &Mapping, of: &Source) -> Option<Points> {
        let id = self.id.clone();
        if !matches!(of, Source::Kinds(_)) {
            self.add_finding("aggregate", "metric-score-roster", "score");
            return None;
        }
        let fields = match map.get(POINTS).map(untagged) {
            Some(Value::Mapping(fields)) if !fields.is_empty() => fields,
            None | Some(Value::Null | Value::Mapping(_)) => {
                self.add_finding("aggregate", "metric-no-points", "score");
                return None;
            }
            Some(other) => return self.checker.report_wrong_type(&[&id, POINTS], other, "map"),
        };
        let mut by_field = Vec::new();
        let mut is_valid = true;
        for (name, values) in fields {
            let name = scalar(name).trim().to_owned();
            match self.points_of_field(of, &name, values) {
                Some(points) => by_field.push(points),
                None => is_valid = false,
            }
        }
        let cap = self.cap(map, of)?;
        is_valid.then_some(Points { by_field, cap })
    }

    fn points_of_field(&mut self, of: &Source, name: &str, values: &Value) -> Option<(String, Vec<(String, Decimal)>)> {
        let id = self.id.clone();
        let path = [id.as_str(), POINTS, name];
        let Some(field) = self.field(of, POINTS, name) else {
            self.move_finding(&path, true);
            return None;
        };
        let types = self.types_of(of, &field);
        let ty = match types.first() {
            Some(FieldType::List(inner)) => (**inner).clone(),
            Some(ty) => ty.clone(),
            None => return None,
        };
        if !ty.is_categorical() {
            self.add_finding(POINTS, "metric-points-type", &field);
            self.move_finding(&path, true);
            return None;
        }
        let values = match untagged(values) {
            Value::Mapping(values) => values,
            Value::String(column) => {
                let points = self.points_of_column(&path, &field, &ty, column.trim())?;
                return Some((field, points));
            }
            other => return self.checker.report_wrong_type(&path, other, "map"),
        };
        let mut points = Vec::new();
        let mut is_valid = true;
        for (value, number) in values {
            let written = scalar(value).into_owned();
            let path = [id.as_str(), POINTS, name, written.as_str()];
            let before = self.checker.findings.len();
            let key = self.checker.value(&path, &Value::from(written.as_str()), &ty);
            if self.checker.findings.len() > before {
                // The value stands as a key.
                self.move_finding(&path, true);
            }
            let number = self.checker.value(&path, number, &FieldType::Decimal);
            match (key, number) {
                (Some(key), Some(FieldValue::Decimal(number))) => {
                    points.push((self.context.rosters.counted_key(&field, key.key()), number));
                }
                _ => is_valid = false,
            }
        }
        is_valid.then_some((field, points))
    }

    /// Reads `outlet: points`: the points of each value stand in a column of the roster that has the values.
    fn points_of_column(
        &mut self,
        path: &[&str],
        field: &str,
        ty: &FieldType,
        column: &str,
    ) -> Option<Vec<(String, Decimal)>> {
        let name = Rosters::roster_of_field(field, ty);
        let Some((name, roster)) = name.and_then(|name| Some((name, self.context.rosters.get(name)?))) else {
            self.add_finding(POINTS, "metric-points-roster", column);
            self.move_finding(path, false);
            return None;
        };
        let rows = roster.rows();
        let is_column = |column: &str| rows.iter().any(|row| row.values.contains_key(column));
        if !is_column(column) {
            if column == POINTS {
                self.add_finding(POINTS, "metric-points-empty", column);
            } else {
                let known = self.columns(name);
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.add_unknown_finding::<()>(POINTS, "metric-points-column", column, &known);
            }
            self.move_finding(path, false);
            return None;
        }
        if let Some(bad) = self.first_value_unlike(name, column, &FieldType::Decimal) {
            self.add_finding(POINTS, "metric-mixed-column", &bad.shown());
            self.move_finding(path, false);
            return None;
        }
        let key = |row: &RosterRow| match ty {
            FieldType::Roster(_) => row.id.clone(),
            _ => row.name.clone(),
        };
        let points = rows
            .iter()
            .filter_map(|row| Some((key(row), row.text(column)?.trim().parse().ok()?)));
        Some(points.collect())
    }

    /// Reads `cap`. `Some(None)` when there is none.
    fn cap(&mut self, map: &Mapping, of: &Source) -> Option<Option<Cap>> {
        let Some(value) = map.get(CAP).map(untagged).filter(|value| !is_empty(value)) else {
            return Some(None);
        };
        let id = self.id.clone();
        let Value::Mapping(clauses) = value else {
            return self.checker.report_wrong_type(&[&id, CAP], value, "map");
        };
        self.checker.check_known_keys(&[&id, CAP], clauses, &CAP_KEYS);
        let given = |key: &str| clauses.get(key).filter(|value| !is_empty(value));
        let Some(max) = given("max") else {
            self.add_finding(CAP, "metric-cap-max", "");
            return None;
        };
        let Some(FieldValue::Decimal(max)) = self.checker.value(&[&id, CAP, "max"], max, &FieldType::Decimal) else {
            return None;
        };
        let per = match given("per").map(|value| scalar(value).trim().to_owned()) {
            None => None,
            Some(name) => {
                let field = self.field(of, CAP, &name);
                if field.is_none() {
                    self.move_finding(&[&id, CAP, "per"], false);
                }
                Some(field?)
            }
        };
        let each = match given("each").map(|value| scalar(value).trim().to_lowercase()) {
            None => None,
            Some(name) => match SPANS.iter().find(|(_, names)| names.contains(&name.as_str())) {
                Some((span, _)) => Some(*span),
                None => {
                    let known = SPANS.map(|(_, names)| names[0]);
                    self.add_unknown_finding::<()>(CAP, "metric-cap-each", &name, &known);
                    self.move_finding(&[&id, CAP, "each"], false);
                    return None;
                }
            },
        };
        Some(Some(Cap { per, max, each }))
    }

    /// Moves the last finding to the value at `path`, or to its key.
    pub(super) fn move_finding(&mut self, path: &[&str], to_key: bool) {
        let Some(finding) = self.checker.findings.pop() else {
            return;
        };
        let document = self.checker.document;
        let place = if to_key {
            document.key_place(path)
        } else {
            document.value_place(path)
        };
        self.checker.findings.push(finding.at(place));
    }
}
