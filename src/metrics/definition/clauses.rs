//! The clauses of a definition that choose posts: `where` and `once`.

use super::condition::{ConditionReader, column_type};
use super::contradiction;
use super::reader::DefinitionReader;
use crate::config::ReprintPolicy;
use crate::metrics::metric::{Aggregate, Condition, Dedup, FEE, PIECE_FIELD, SUBMISSION, Source};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::schema::{FieldType, Kind};
use crate::yaml::{Mapping, Value};

/// Kinds whose posts are about a person, a film, an answer or a text. Two such posts about one event count twice.
const COUNTED_BY_POST: [&str; 4] = ["role-model", "video", "response", SUBMISSION];

/// Reads the conditions of `where`. `None`, with findings, when one of them is wrong.
///
/// `level: national`, `level: [national, provincial]`, `participants: {min: 10, max: 50}` (or `10..50`),
/// `level: {not: village}`, `answered: {given: true}`, and `not: {level: village}` around several.
pub(super) fn conditions(
    reader: &mut DefinitionReader<'_, '_, '_>,
    map: &Mapping,
    of: &Source,
) -> Option<Vec<Condition>> {
    let value = map.get("where").map(untagged);
    let id = reader.id.clone();
    match value {
        None => Some(Vec::new()),
        Some(Value::Mapping(clauses)) if !clauses.is_empty() => {
            let read = condition_group(reader, of, clauses, &[&id, "where"], false)?;
            match contradiction::find_contradiction(&read) {
                None => Some(read),
                Some(field) => {
                    reader.add_finding("where", "metric-contradiction", field);
                    None
                }
            }
        }
        Some(empty) if is_empty(empty) || matches!(empty, Value::Mapping(_)) => {
            reader.add_finding("where", "metric-empty-where", "");
            None
        }
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
            ("not", Value::Mapping(inner)) if !inner.is_empty() => condition_group(reader, of, inner, &path, !negated),
            _ => condition(reader, of, &name, value, &path, negated),
        };
        match read {
            Some(read) => conditions.extend(read),
            None => is_valid = false,
        }
    }
    is_valid.then_some(conditions)
}

/// Reads the conditions on one field. They are one unless the value is a map with several keys.
fn condition(
    reader: &mut DefinitionReader<'_, '_, '_>,
    of: &Source,
    name: &str,
    value: &Value,
    path: &[&str],
    negated: bool,
) -> Option<Vec<Condition>> {
    let field = known_field(reader, of, name, path)?;
    let types = match of {
        Source::Kinds(_) => reader.types_of(of, &field),
        Source::Roster(_) => vec![column_type(reader, &field, value)],
        Source::Metrics(_) => Vec::new(),
    };
    // A value of a field that several kinds have, such as the form, is one of any of them.
    let before = reader.checker.findings.len();
    let mut findings = Vec::new();
    for ty in &types {
        let reading = ConditionReader {
            of,
            field: &field,
            // The test of a list field applies to its items.
            ty: match ty {
                FieldType::List(inner) => inner,
                other => other,
            },
        };
        match reading.read(reader, value, path, negated) {
            Some(conditions) => return Some(conditions),
            None if findings.is_empty() => findings = reader.checker.findings.split_off(before),
            None => reader.checker.findings.truncate(before),
        }
    }
    reader.checker.findings.append(&mut findings);
    None
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

/// Reads `once`: a field or a list of fields, `piece`, `[piece, level]`, or `post`. Without it, a count or a score uses the
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
        None => return default_of_metric(reader, kinds, aggregate),
        Some(map @ Value::Mapping(_)) => {
            let id = reader.id.clone();
            return reader.checker.report_wrong_type(&[&id, "once"], map, "list");
        }
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
        let field = reader.field(of, "once", name)?;
        if !reader.type_of(of, &field).is_none_or(identifies) {
            reader.add_finding("once", "metric-once-type", &field);
            return None;
        }
    }
    Some(Dedup::ByFields(written))
}

/// The default of a metric of posts. One piece has its points once, and its fee once however pieces are counted.
fn default_of_metric(
    reader: &mut DefinitionReader<'_, '_, '_>,
    kinds: &[String],
    aggregate: &Aggregate,
) -> Option<Dedup> {
    let pieces = reader.context.pieces;
    let kinds = || kinds.iter().filter_map(|kind| reader.context.kinds.get(kind));
    let all_have_pieces = kinds().all(has_pieces);
    match aggregate {
        Aggregate::Score(_) | Aggregate::Sum(_) if reader.id == FEE && all_have_pieces => return Some(Dedup::ByPiece),
        Aggregate::Score(_) if all_have_pieces => return Some(dedup_of_pieces(pieces)),
        Aggregate::Count | Aggregate::Score(_) => {}
        _ => return Some(Dedup::None),
    }
    let mut defaults = kinds().map(|kind| default_dedup(kind, pieces));
    let first = defaults.next().unwrap_or(Dedup::None);
    if defaults.any(|other| other != first) {
        reader.add_finding("of", "metric-once-mixed", "");
        return None;
    }
    Some(first)
}

/// Whether several posts of `kind` about one event count once.
#[must_use]
pub(crate) fn counts_events(kind: &Kind) -> bool {
    matches!(default_dedup(kind, ReprintPolicy::Highest), Dedup::ByFields(_))
}

/// Whether equal values of such a field can mean that two posts are about the same thing. Equal numbers are chance, and a
/// list has no single value.
const fn identifies(ty: &FieldType) -> bool {
    !matches!(
        ty,
        FieldType::Integer | FieldType::Decimal | FieldType::Duration | FieldType::Boolean | FieldType::List(_)
    )
}

/// The default when posts of a kind are counted: reprints of one piece, or posts about one event, count once. Submissions
/// are counted as they were sent, to however many outlets one piece went, unless the site defines their pieces itself.
pub(super) fn default_dedup(kind: &Kind, pieces: ReprintPolicy) -> Dedup {
    let counts_all = kind.id == SUBMISSION
        && !kind
            .fields
            .iter()
            .any(|field| field.name == PIECE_FIELD && field.is_own);
    if has_pieces(kind) && !counts_all {
        dedup_of_pieces(pieces)
    } else if COUNTED_BY_POST.contains(&kind.id.as_str()) {
        Dedup::None
    } else {
        Dedup::ByFields(vec!["event".to_owned()])
    }
}

fn has_pieces(kind: &Kind) -> bool {
    kind.fields.iter().any(|field| field.name == PIECE_FIELD)
}

const fn dedup_of_pieces(pieces: ReprintPolicy) -> Dedup {
    match pieces {
        ReprintPolicy::Highest => Dedup::ByPiece,
        ReprintPolicy::EveryLevel => Dedup::ByPieceAndLevel,
    }
}
