//! The clauses of a definition that choose posts: `where` and `once`.

use super::reader::DefinitionReader;
use crate::config::ReprintPolicy;
use crate::metrics::metric::{Aggregate, Condition, Dedup, Source, Test};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::schema::{FieldType, Kind};
use crate::yaml::{Mapping, Value};
use rust_decimal::Decimal;

/// The column that refers to a village, and the roster of villages.
const VILLAGE: &str = "village";
const VILLAGES: &str = crate::schema::Taxonomy::Villages.name();
/// Kinds whose posts are about a person, a film or an answer. Two such posts about one event count twice.
const COUNTED_BY_POST: [&str; 3] = ["role-model", "video", "response"];

/// Reads the conditions of `where`. `None`, with findings, when one of them is wrong.
///
/// `level: national`, `level: [national, provincial]`, `participants: {min: 10, max: 50}` (or `10..50`),
/// `level: {not: village}`, `answered: {given: true}`, and `not: {level: village}` around several.
pub(super) fn conditions(
    reader: &mut DefinitionReader<'_, '_, '_>,
    map: &Mapping,
    of: &Source,
) -> Option<Vec<Condition>> {
    let value = map.get("where").map(untagged).filter(|value| !is_empty(value));
    let id = reader.id.clone();
    match value {
        None => Some(Vec::new()),
        Some(Value::Mapping(clauses)) => condition_group(reader, of, clauses, &[&id, "where"], false),
        Some(other) => reader.checker.report_wrong_type(&[&id, "where"], other, "map"),
    }
}

fn condition_group(
    reader: &mut DefinitionReader<'_, '_, '_>,
    of: &Source,
    clauses: &Mapping,
    path: &[&str],
    negated: bool,
) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    let mut is_valid = true;
    for (name, value) in clauses {
        let name = scalar(name).into_owned();
        let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        let read = match (name.as_str(), untagged(value)) {
            ("not", Value::Mapping(inner)) => condition_group(reader, of, inner, &path, !negated),
            _ => condition(reader, of, &name, value, &path, negated).map(|condition| vec![condition]),
        };
        match read {
            Some(read) => conditions.extend(read),
            None => is_valid = false,
        }
    }
    is_valid.then_some(conditions)
}

fn condition(
    reader: &mut DefinitionReader<'_, '_, '_>,
    of: &Source,
    name: &str,
    value: &Value,
    path: &[&str],
    negated: bool,
) -> Option<Condition> {
    let field = known_field(reader, of, name, path)?;
    let (negated, value, path) = match untagged(value) {
        Value::Mapping(map) if map.contains_key("not") => {
            let inner = map.get("not").unwrap_or(&Value::Null);
            (!negated, inner, [path, &["not"]].concat())
        }
        value => (negated, value, path.to_vec()),
    };
    let ty = match of {
        Source::Kinds(_) => reader
            .field_def(of, &field)
            .map_or(FieldType::String, |field| field.ty.clone()),
        Source::Roster(_) => column_type(reader, &field, value),
    };
    let test = parse_test(reader, &path, value, &ty)?;
    Some(Condition { field, negated, test })
}

/// The type as which a roster's column is compared. Columns have no types of their own: a village is an id, a range is
/// of days or of numbers, and anything else is text.
fn column_type(reader: &DefinitionReader<'_, '_, '_>, column: &str, value: &Value) -> FieldType {
    if column == VILLAGE && reader.context.rosters.get(VILLAGES).is_some() {
        return FieldType::Roster(VILLAGES.to_owned());
    }
    let end = match untagged(value) {
        Value::String(text) => text
            .split_once("..")
            .map(|(from, to)| if from.trim().is_empty() { to } else { from }),
        _ => None,
    };
    match end.map(str::trim) {
        Some(end) if end.parse::<Decimal>().is_ok() => FieldType::Decimal,
        Some(end) if end.parse::<jiff::civil::Date>().is_ok() => FieldType::Date,
        _ => FieldType::String,
    }
}

/// The name of a known field. `None`, with a finding at the clause's own key, when the field is unknown.
fn known_field(reader: &mut DefinitionReader<'_, '_, '_>, of: &Source, name: &str, path: &[&str]) -> Option<String> {
    let found = reader.field(of, "where", name);
    if found.is_none()
        && let Some(finding) = reader.checker.findings.pop()
    {
        let place = reader.checker.document.key_place(path);
        reader.checker.findings.push(finding.at(place));
    }
    found
}

fn parse_test(reader: &mut DefinitionReader<'_, '_, '_>, path: &[&str], value: &Value, ty: &FieldType) -> Option<Test> {
    // The test of a list field applies to its items.
    let ty = match ty {
        FieldType::List(inner) => inner,
        other => other,
    };
    match untagged(value) {
        Value::Mapping(map) => {
            reader
                .checker
                .check_known_keys(path, map, &["min", "max", "given", "not"]);
            if map.contains_key("given") {
                let given = reader
                    .checker
                    .boolean(&[path, &["given"]].concat(), map.get("given")?)?;
                // `given: false` matches posts without the field.
                return Some(if given { Test::Present } else { Test::OneOf(Vec::new()) });
            }
            let mut end = |key: &str| match map.get(key) {
                None => Some(None),
                Some(value) => reader.checker.value(&[path, &[key]].concat(), value, ty).map(Some),
            };
            Some(Test::Between(end("min")?, end("max")?))
        }
        Value::Sequence(items) => {
            let mut values = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let index = index.to_string();
                values.push(reader.checker.value(&[path, &[index.as_str()]].concat(), item, ty)?);
            }
            Some(Test::OneOf(values))
        }
        Value::String(text) if is_range(text, ty) => {
            let (from, to) = text.split_once("..")?;
            let mut end = |text: &str| match text.trim() {
                "" => Some(None),
                text => reader.checker.value(path, &Value::from(text), ty).map(Some),
            };
            Some(Test::Between(end(from)?, end(to)?))
        }
        single => reader
            .checker
            .value(path, single, ty)
            .map(|value| Test::OneOf(vec![value])),
    }
}

/// Whether `text` is a range such as `10..50` of numbers or days.
fn is_range(text: &str, ty: &FieldType) -> bool {
    let ordered = matches!(
        ty,
        FieldType::Integer | FieldType::Decimal | FieldType::Duration | FieldType::Date | FieldType::DateTime
    );
    ordered && text.contains("..")
}

/// Reads `once`: a field or a list of fields, `piece`, `[piece, level]`, or `post`. Without it, a count uses the
/// default of the kind, and every other aggregate takes every post.
pub(super) fn dedup(
    reader: &mut DefinitionReader<'_, '_, '_>,
    map: &Mapping,
    of: &Source,
    aggregate: &Aggregate,
) -> Option<Dedup> {
    let Source::Kinds(kinds) = of else {
        if map.get("once").is_some_and(|value| !is_empty(value)) {
            reader.add_finding(
                "once",
                "metric-once-roster",
                &map.get("once").map(scalar).unwrap_or_default(),
            );
            return None;
        }
        return Some(Dedup::None);
    };
    let written: Vec<String> = match map.get("once").map(untagged).filter(|value| !is_empty(value)) {
        None if *aggregate == Aggregate::Count => {
            let pieces = reader.context.pieces;
            let kinds = kinds.iter().filter_map(|kind| reader.context.kinds.get(kind));
            let mut defaults = kinds.map(|kind| default_dedup(kind, pieces));
            let first = defaults.next().unwrap_or(Dedup::None);
            if defaults.any(|other| other != first) {
                reader.add_finding("of", "metric-once-mixed", "");
                return None;
            }
            return Some(first);
        }
        None => return Some(Dedup::None),
        Some(Value::Sequence(items)) => items.iter().map(|item| scalar(item).trim().to_owned()).collect(),
        Some(single) => vec![scalar(single).trim().to_owned()],
    };
    match written.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["post"] => return Some(Dedup::None),
        ["piece"] if reader.field_def(of, "piece").is_some() => return Some(Dedup::ByPiece),
        ["piece", "level"] if reader.field_def(of, "piece").is_some() => return Some(Dedup::ByPieceAndLevel),
        _ => {}
    }
    for name in &written {
        reader.field(of, "once", name)?;
    }
    Some(Dedup::ByFields(written))
}

/// The default when posts of a kind are counted: reprints of one piece, or posts about one event, count once.
pub(super) fn default_dedup(kind: &Kind, pieces: ReprintPolicy) -> Dedup {
    if kind.fields.iter().any(|field| field.name == "piece") {
        match pieces {
            ReprintPolicy::Highest => Dedup::ByPiece,
            ReprintPolicy::EveryLevel => Dedup::ByPieceAndLevel,
        }
    } else if COUNTED_BY_POST.contains(&kind.id.as_str()) {
        Dedup::None
    } else {
        Dedup::ByFields(vec!["event".to_owned()])
    }
}
