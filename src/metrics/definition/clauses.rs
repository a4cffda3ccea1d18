//! The clauses of a definition that choose posts: `where` and `once`.

use super::reader::DefinitionReader;
use crate::config::ReprintPolicy;
use crate::metrics::metric::{Aggregate, Condition, Dedup, Source, Test};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::schema::{FieldType, Kind};
use crate::yaml::{Mapping, Value};
use rust_decimal::Decimal;

/// The column that names a village, and the roster that it names one of.
const VILLAGE: &str = "village";
const VILLAGES: &str = crate::schema::Taxonomy::Villages.name();
/// Kinds whose posts are about a person, a film or an answer: two of them about one event are still two.
const COUNTED_BY_POST: [&str; 3] = ["role-model", "video", "response"];

/// The conditions of `where`; none when one of them is wrong.
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
    let mut sound = true;
    for (name, value) in clauses {
        let name = scalar(name).into_owned();
        let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        let read = match (name.as_str(), untagged(value)) {
            ("not", Value::Mapping(inner)) => condition_group(reader, of, inner, &path, !negated),
            _ => condition(reader, of, &name, value, &path, negated).map(|condition| vec![condition]),
        };
        match read {
            Some(read) => conditions.extend(read),
            None => sound = false,
        }
    }
    sound.then_some(conditions)
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
        Source::Kind(_) => reader
            .field_def(of, &field)
            .map_or(FieldType::String, |field| field.ty.clone()),
        Source::Roster(_) => column_type(reader, &field, value),
    };
    let test = parse_test(reader, &path, value, &ty)?;
    Some(Condition { field, negated, test })
}

/// What a roster's column is compared as. Columns have no types of their own: a village is known by its id, a range
/// is one of days or of numbers, anything else is text.
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

/// The field, or a finding at the clause's own key.
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
    // A list field is asked for one of its items.
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
                // `given: false` asks for posts without the field.
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

/// `10..50`, where numbers or days are compared.
fn is_range(text: &str, ty: &FieldType) -> bool {
    let ordered = matches!(
        ty,
        FieldType::Integer | FieldType::Decimal | FieldType::Duration | FieldType::Date | FieldType::DateTime
    );
    ordered && text.contains("..")
}

/// `once`: a field or a list of them, `piece`, `[piece, level]`, or `post`; without it, what is usual for the kind when posts are
/// counted, and every post in every other aggregate.
pub(super) fn dedup(
    reader: &mut DefinitionReader<'_, '_, '_>,
    map: &Mapping,
    of: &Source,
    aggregate: &Aggregate,
) -> Option<Dedup> {
    let Source::Kind(kind) = of else {
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
            return Some(
                reader
                    .context
                    .kinds
                    .get(kind)
                    .map_or(Dedup::None, |kind| default_dedup(kind, pieces)),
            );
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

/// What counts once when posts of a kind are counted: reprints of one piece, posts about one event.
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
