//! The conditions on one field: `national`, `[national, provincial]`, `10..50`, `{min: 10, not: 12}`, `{given: true}`.

use super::reader::DefinitionReader;
use crate::diag::{Code, Diagnostic, nearest};
use crate::ledger::ledger_words;
use crate::metrics::metric::{Condition, Source, Test};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::schema::{Field, FieldType, FieldValue, roster_value};
use crate::yaml::{Mapping, Value};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// The column that refers to a village, and the roster of villages.
const VILLAGE: &str = "village";
const VILLAGES: &str = crate::schema::Taxonomy::Villages.name();
/// The keys of a condition that is a map.
const KEYS: &[&str] = &["min", "max", "given", "not"];

/// Reads the conditions on one field or column.
pub(super) struct ConditionReader<'f> {
    pub(super) of: &'f Source,
    pub(super) field: &'f str,
    /// The type of its values.
    pub(super) ty: &'f FieldType,
}

impl ConditionReader<'_> {
    /// Reads the value at `path`, the conditions on this field. All must be fulfilled. `None`, with findings, when it is
    /// wrong.
    pub(super) fn read(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        value: &Value,
        path: &[&str],
        negated: bool,
    ) -> Option<Vec<Condition>> {
        let test = match untagged(value) {
            empty if is_empty(empty) => return self.reject(reader, path, "metric-empty-condition", "", None),
            Value::Mapping(map) => return self.read_map(reader, map, path, negated),
            Value::Sequence(items) => {
                let mut values = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let index = index.to_string();
                    values.push(self.read_value(reader, &[path, &[index.as_str()]].concat(), item)?);
                }
                Test::OneOf(values)
            }
            Value::String(text) if is_range(text, self.ty) => return self.read_range(reader, text, path, negated),
            single => Test::OneOf(vec![self.read_value(reader, path, single)?]),
        };
        Some(vec![self.condition(test, negated)])
    }

    fn read_map(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        map: &Mapping,
        path: &[&str],
        negated: bool,
    ) -> Option<Vec<Condition>> {
        let before = reader.checker.findings.len();
        reader.checker.check_known_keys(path, map, KEYS);
        if reader.checker.findings.len() > before {
            return None;
        }
        let has_range = map.contains_key("min") || map.contains_key("max");
        let parts = [has_range, map.contains_key("given"), map.contains_key("not")];
        match parts.into_iter().filter(|part| *part).count() {
            0 => return self.reject(reader, path, "metric-empty-condition", "", None),
            // “None of these” and “not all of these” differ, and nobody can tell which of them is meant.
            2.. if negated => return self.reject(reader, path, "metric-not-several", "", None),
            _ => {}
        }
        let mut conditions = Vec::new();
        if let Some(given) = map.get("given") {
            conditions.push(self.read_given(reader, given, &[path, &["given"]].concat(), negated)?);
        }
        if has_range {
            let mut end = |key: &str| match map.get(key) {
                None => Some(None),
                Some(value) => self.read_value(reader, &[path, &[key]].concat(), value).map(Some),
            };
            let (min, max) = (end("min")?, end("max")?);
            conditions.push(self.range(reader, path, (min, max), negated)?);
        }
        if let Some(not) = map.get("not") {
            conditions.extend(self.read(reader, not, &[path, &["not"]].concat(), !negated)?);
        }
        Some(conditions)
    }

    /// Reads `given`. Its test without values is fulfilled by posts without the field.
    fn read_given(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        value: &Value,
        path: &[&str],
        negated: bool,
    ) -> Option<Condition> {
        let given = reader.checker.boolean(path, value)?;
        let is_date = matches!(self.ty, FieldType::Date | FieldType::DateTime) || self.is_roster_date();
        if is_date && given == negated {
            // Whoever fills in the date later changes the figures of all earlier periods.
            let write = if self.is_roster_date() {
                None
            } else {
                Some("{given: true}")
            };
            return self.reject(reader, path, "metric-not-yet-given", self.field, write);
        }
        let test = if given { Test::Present } else { Test::OneOf(Vec::new()) };
        Some(self.condition(test, negated))
    }

    /// Reads `10..50`, `10..` or `..50`.
    fn read_range(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        text: &str,
        path: &[&str],
        negated: bool,
    ) -> Option<Vec<Condition>> {
        let (from, to) = text.split_once("..")?;
        let mut end = |text: &str| match text.trim() {
            "" => Some(None),
            text => self.read_value(reader, path, &Value::from(text)).map(Some),
        };
        let ends = (end(from)?, end(to)?);
        Some(vec![self.range(reader, path, ends, negated)?])
    }

    fn range(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        path: &[&str],
        (min, max): (Option<FieldValue>, Option<FieldValue>),
        negated: bool,
    ) -> Option<Condition> {
        if !is_ordered(self.ty) {
            return self.reject(reader, path, "metric-no-order", self.field, None);
        }
        if let Source::Roster(roster) = self.of
            && let Some(bad) = reader.first_value_unlike(roster, self.field, self.ty)
        {
            return self.reject(
                reader,
                path,
                "metric-mixed-column",
                &bad.shown(),
                bad.nearest.as_deref(),
            );
        }
        let written = |end: &Option<FieldValue>| end.as_ref().map(FieldValue::key).unwrap_or_default();
        let (from, to) = (written(&min), written(&max));
        let test = Test::Between(min, max);
        if test.is_empty_range() {
            let turned = format!("{to}..{from}");
            return self.reject(
                reader,
                path,
                "metric-empty-range",
                &format!("{from}..{to}"),
                Some(&turned),
            );
        }
        Some(self.condition(test, negated))
    }

    /// Reads one value, in the words of the kind or of the roster.
    fn read_value(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        path: &[&str],
        value: &Value,
    ) -> Option<FieldValue> {
        if is_empty(value) {
            return self.reject(reader, path, "metric-empty-condition", "", None);
        }
        match reader.field_def(self.of, self.field) {
            Some(field) if !matches!(field.ty, FieldType::List(_)) => {
                // Several kinds may have the field, with different values.
                let field = Field {
                    ty: self.ty.clone(),
                    ..field.clone()
                };
                let found = reader.checker.field(path, value, &field)?;
                Some(match found {
                    FieldValue::Text(text) => FieldValue::Text(reader.context.rosters.counted_key(self.field, text)),
                    other => other,
                })
            }
            Some(_) => reader.checker.value(path, value, self.ty),
            None => {
                let found = reader.checker.value(path, value, self.ty)?;
                Some(self.known_column_value(reader, path, found))
            }
        }
    }

    /// A roster's value in the word that metrics use. Warns when a metric of the site's own asks for a value that is
    /// neither such a word nor in any row.
    fn known_column_value(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        path: &[&str],
        value: FieldValue,
    ) -> FieldValue {
        let (Source::Roster(roster), FieldValue::Text(written)) = (self.of, &value) else {
            return value;
        };
        let word = roster_value(self.field, written, reader.context.kinds.relabelled());
        let values = reader.column_values(roster, self.field);
        let known_words = ledger_words().values.get(self.field);
        let is_known = known_words.is_some_and(|words| words.contains_key(word));
        if reader.is_own("where") && !is_known && !values.is_empty() && !values.iter().any(|value| value == word) {
            let words = known_words.into_iter().flatten();
            let words = words
                .flat_map(|(id, words)| words.iter().chain([id]))
                .map(String::as_str);
            let near = nearest(word, values.iter().map(String::as_str).chain(words));
            let finding = Diagnostic::new(Code::MetricWithoutRows)
                .at(reader.checker.document.value_place(path))
                .with("metric", &reader.id)
                .with("roster", roster)
                .with("key", self.field)
                .with("value", written)
                .with_some("nearest", near);
            reader.checker.findings.push(finding);
        }
        FieldValue::Text(word.to_owned())
    }

    /// Whether this is a roster's column that says when a row is in force, which every metric of a roster considers.
    fn is_roster_date(&self) -> bool {
        matches!(self.of, Source::Roster(_)) && matches!(self.field, "since" | "until")
    }

    fn condition(&self, test: Test, negated: bool) -> Condition {
        Condition {
            field: self.field.to_owned(),
            negated,
            test,
        }
    }

    /// Reports what is wrong with the value at `path`, and what its writer probably meant.
    fn reject<T>(
        &self,
        reader: &mut DefinitionReader<'_, '_, '_>,
        path: &[&str],
        reason: &'static str,
        value: &str,
        write: Option<&str>,
    ) -> Option<T> {
        reader.add_finding("where", reason, value);
        let place = reader.checker.document.value_place(path);
        let finding = reader.checker.findings.pop()?;
        reader
            .checker
            .findings
            .push(finding.at(place).with_some("nearest", write));
        None
    }
}

/// The type as which a roster's column is compared. Columns have no types of their own: a village is an id, a range is
/// of days or of numbers, and anything else is text.
pub(super) fn column_type(reader: &DefinitionReader<'_, '_, '_>, column: &str, value: &Value) -> FieldType {
    if column == VILLAGE && reader.context.rosters.get(VILLAGES).is_some() {
        return FieldType::Roster(VILLAGES.to_owned());
    }
    let end = match untagged(value) {
        Value::String(text) => text
            .split_once("..")
            .map(|(from, to)| if from.trim().is_empty() { to } else { from }.to_owned()),
        Value::Mapping(map) => match map.get("not") {
            Some(not) if !map.contains_key("min") && !map.contains_key("max") => {
                return column_type(reader, column, not);
            }
            _ => map
                .get("min")
                .or_else(|| map.get("max"))
                .map(|end| scalar(end).into_owned()),
        },
        _ => None,
    };
    match end.as_deref().map(str::trim) {
        Some(end) if end.parse::<Decimal>().is_ok() => FieldType::Decimal,
        Some(end) if end.parse::<Date>().is_ok() => FieldType::Date,
        _ => FieldType::String,
    }
}

/// Whether values of this type are greater and smaller.
const fn is_ordered(ty: &FieldType) -> bool {
    matches!(
        ty,
        FieldType::Integer | FieldType::Decimal | FieldType::Duration | FieldType::Date | FieldType::DateTime
    )
}

/// Whether `text` is a range such as `10..50`, `3:00..` or `2022-01-01..2022-06-30`. A text with two dots may also be a
/// name.
fn is_range(text: &str, ty: &FieldType) -> bool {
    let is_end = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || b"-.: ".contains(&byte))
    };
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let resembles_range = |(from, to)| has_digit && (is_end(from) || is_end(to));
    text.split_once("..")
        .is_some_and(|ends| is_ordered(ty) || resembles_range(ends))
}
