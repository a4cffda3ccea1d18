//! Ids of events and pieces that differ in case, width, spaces or punctuation only, such as `E1` and `e1`.
//!
//! Such ids count as two. They are not merged silently, because `1-11` and `11-1` differ in punctuation only, too.

use super::places::{place_in, source_name};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::FieldValue;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;

/// The fields with ids that posts share.
const ID_FIELDS: [&str; 2] = ["event", "piece"];

/// Reports each spelling of an id that resembles an earlier one, at the first post with it. `posts` are in the order of
/// their days.
pub(super) fn check(posts: &[&Record]) -> Vec<Diagnostic> {
    ID_FIELDS.iter().flat_map(|field| check_field(posts, field)).collect()
}

fn check_field(posts: &[&Record], field: &'static str) -> Vec<Diagnostic> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    // The spellings of each id, each with the first post that has it.
    let mut spellings: BTreeMap<String, Vec<(&str, &Record)>> = BTreeMap::new();
    let mut findings = Vec::new();
    for post in posts {
        let Some(id) = id_of(post, field).filter(|id| seen.insert(id)) else {
            continue;
        };
        let known = spellings.entry(letters_and_digits(id)).or_default();
        if let Some(earlier) = known.iter().find(|(other, _)| are_similar_ids(other, id)) {
            findings.push(similar_finding(field, (id, post), *earlier));
        }
        known.push((id, post));
    }
    findings
}

fn similar_finding(field: &'static str, (id, post): (&str, &Record), (other, earlier): (&str, &Record)) -> Diagnostic {
    Diagnostic::new(Code::SimilarId)
        .at(place_in(post, field))
        .with("key", field)
        .with("value", id)
        .with("other", other)
        .with("path", source_name(earlier))
}

fn id_of<'r>(record: &'r Record, field: &str) -> Option<&'r str> {
    match field {
        "event" => record.meta.event.as_deref(),
        _ => match record.meta.fields.get(field) {
            Some(FieldValue::Text(text)) => Some(text),
            _ => None,
        },
    }
}

/// The id without anything that is easily typed in another way.
pub(in crate::check) fn letters_and_digits(id: &str) -> String {
    let folded = id.nfkc().flat_map(char::to_lowercase);
    folded.filter(|c| c.is_alphanumeric()).collect()
}

/// Whether two ids with the same letters and digits resemble each other. They do not when both divide their digits, and
/// at different places: `1-11` and `11-1`.
pub(in crate::check) fn are_similar_ids(a: &str, b: &str) -> bool {
    let (a, b) = (divided_digits(a), divided_digits(b));
    a.is_empty() || b.is_empty() || a == b
}

/// The positions, counted in letters and digits, at which a digit follows another after something else.
fn divided_digits(id: &str) -> BTreeSet<usize> {
    let (mut position, mut after_digit, mut divided) = (0, false, false);
    let mut found = BTreeSet::new();
    for c in id.nfkc() {
        if !c.is_alphanumeric() {
            divided = true;
            continue;
        }
        if divided && after_digit && c.is_numeric() {
            found.insert(position);
        }
        (after_digit, divided) = (c.is_numeric(), false);
        position += 1;
    }
    found
}
