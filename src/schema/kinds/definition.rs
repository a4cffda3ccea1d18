//! Reads the fields of a kind from its YAML definition, after [`super::normalize`] has normalized it.

use super::super::check::{Checker, is_empty, missing_field_finding, scalar, untagged};
use super::super::kind::{Field, FieldType, Labels};
use crate::diag::{Code, Diagnostic, Place, nearest};
use crate::yaml::{Mapping, Value};

/// The keys of a field's definition.
pub(super) const FIELD_KEYS: &[&str] = &[
    "type", "labels", "required", "min", "max", "range", "unit", "help", "values", "replace", "of", "roster",
    "internal",
];
const TYPES: &[&str] = &[
    "string",
    "text",
    "date",
    "date-time",
    "integer",
    "decimal",
    "duration",
    "boolean",
    "enum",
    "list",
    "roster",
    "url",
    "asset",
];

pub(super) fn read_fields(checker: &mut Checker<'_, '_>, path: &[&str], value: Option<&Value>) -> Vec<Field> {
    match value.map(untagged) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Mapping(map)) => map
            .iter()
            .filter_map(|(name, definition)| {
                let name = scalar(name);
                let path: Vec<&str> = path.iter().copied().chain([&*name]).collect();
                read_field(checker, &path, &name, definition)
            })
            .collect(),
        Some(other) => {
            let _: Option<()> = checker.report_wrong_type(path, other, "fields");
            Vec::new()
        }
    }
}

fn read_field(checker: &mut Checker<'_, '_>, path: &[&str], name: &str, definition: &Value) -> Option<Field> {
    // `name: integer` is short for `name: {type: integer}`.
    let short;
    let map = match untagged(definition) {
        Value::Mapping(map) => map,
        Value::String(ty) => {
            short = Mapping::from_iter([(Value::from("type"), Value::from(ty.as_str()))]);
            &short
        }
        other => return checker.report_wrong_type(path, other, "map"),
    };
    if !is_field_name(name) {
        report_bad_kind(checker, path, "kind-bad-field", Some(name));
    }
    checker.check_known_keys(path, map, FIELD_KEYS);
    if let Some(range) = map.get("range") {
        let _: Option<()> = checker.report_wrong_type(&join_path(path, "range"), range, "range");
    }
    let _ = read_flag(checker, &join_path(path, "replace"), map.get("replace"), false);
    let ty = read_field_type(checker, path, map, &text_of(map, "type"), "type")?;
    Some(Field {
        name: name.to_owned(),
        labels: checker.labels(&join_path(path, "labels"), map.get("labels"), name),
        ty,
        required: read_flag(checker, &join_path(path, "required"), map.get("required"), false),
        range: (
            read_number(checker, path, map, "min"),
            read_number(checker, path, map, "max"),
        ),
        unit: text_of(map, "unit"),
        help: checker.labels(&join_path(path, "help"), map.get("help"), ""),
        internal: read_flag(checker, &join_path(path, "internal"), map.get("internal"), false),
        is_own: false,
    })
}

/// The type named `name`, which the definition gives under `key`.
fn read_field_type(
    checker: &mut Checker<'_, '_>,
    path: &[&str],
    map: &Mapping,
    name: &str,
    key: &str,
) -> Option<FieldType> {
    Some(match name {
        // Most fields contain text.
        "" | "string" => FieldType::String,
        "text" => FieldType::Text,
        "date" => FieldType::Date,
        "date-time" => FieldType::DateTime,
        "integer" => FieldType::Integer,
        "decimal" => FieldType::Decimal,
        "duration" => FieldType::Duration,
        "boolean" => FieldType::Boolean,
        "url" => FieldType::Url,
        "asset" => FieldType::Asset,
        "author" => FieldType::Author,
        "enum" => FieldType::Enum(read_enum_values(checker, path, map)?),
        "list" if key == "type" => FieldType::List(Box::new(read_field_type(
            checker,
            path,
            map,
            &text_of(map, "of"),
            "of",
        )?)),
        "roster" => {
            // In a list, `of` is the item type `roster`, so the roster's name is under `roster`.
            let key = if key == "type" { "of" } else { "roster" };
            let roster = text_of(map, key);
            if roster.is_empty() {
                checker.findings.push(
                    missing_field_finding(checker.document, &join_path(path, key)).at(checker.document.key_place(path)),
                );
                return None;
            }
            FieldType::Roster(roster)
        }
        other => {
            report_unknown_choice(checker, &join_path(path, key), "kind-unknown-type", other, TYPES);
            return None;
        }
    })
}

/// The values of an enum: a map from id to label.
fn read_enum_values(checker: &mut Checker<'_, '_>, path: &[&str], map: &Mapping) -> Option<Vec<(String, Labels)>> {
    let path = join_path(path, "values");
    let Some(Value::Mapping(values)) = map.get("values").filter(|values| !is_empty(values)) else {
        let place = checker.document.key_place(&path[..path.len() - 1]);
        checker
            .findings
            .push(missing_field_finding(checker.document, &path).at(place));
        return None;
    };
    let read = values.iter().map(|(id, label)| {
        let id = scalar(id);
        let labels = checker.labels(&join_path(&path, &id), Some(label), &id);
        (id.into_owned(), labels)
    });
    Some(read.collect()).filter(|values: &Vec<_>| !values.is_empty())
}

pub(super) fn read_flag(checker: &mut Checker<'_, '_>, path: &[&str], value: Option<&Value>, default: bool) -> bool {
    value.and_then(|value| checker.boolean(path, value)).unwrap_or(default)
}

fn read_number(checker: &mut Checker<'_, '_>, path: &[&str], map: &Mapping, key: &'static str) -> Option<f64> {
    let value = map.get(key)?;
    let number = value.as_f64().filter(|number| number.is_finite());
    if number.is_none() {
        return checker.report_wrong_type(&join_path(path, key), value, "decimal");
    }
    number
}

pub(super) fn text_of(map: &Mapping, key: &str) -> String {
    map.get(key).map(scalar).unwrap_or_default().trim().to_owned()
}

fn join_path<'p>(path: &[&'p str], next: &'p str) -> Vec<&'p str> {
    path.iter().copied().chain([next]).collect()
}

/// Reports a finding about a kind's definition. `reason` is the id of its message.
pub(super) fn report_bad_kind(checker: &mut Checker<'_, '_>, path: &[&str], reason: &'static str, value: Option<&str>) {
    let place: Place = checker.document.value_place(path);
    let mut finding = Diagnostic::new(Code::BadKind)
        .at(place)
        .with("reason", reason)
        .with("key", path.last().copied().unwrap_or_default());
    if let Some(value) = value {
        finding = finding.with("value", value);
    }
    checker.findings.push(finding);
}

pub(super) fn report_unknown_choice(
    checker: &mut Checker<'_, '_>,
    path: &[&str],
    reason: &'static str,
    value: &str,
    known: &[&str],
) {
    report_bad_kind(checker, path, reason, Some(value));
    let Some(finding) = checker.findings.pop() else { return };
    let finding = match nearest(value, known.iter().copied()) {
        Some(near) => finding.with("nearest", near),
        None => finding,
    };
    checker.findings.push(finding.with("known", known.join(", ")));
}

/// Lower-case letters, digits and hyphens, starting with a letter: it becomes part of addresses.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Like an identifier, but with underscores: it is written in front matter and in templates.
fn is_field_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}
