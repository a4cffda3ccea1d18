//! Ids of events and pieces that differ in case, width, spaces or punctuation only, such as `E1` and `e1`.
//!
//! Such ids count as two. They are not merged silently, because `1-11` and `11-1` differ in punctuation only, too.

use super::places::{place_in, source_name};
use crate::catalog::Catalog;
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::FieldValue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization as _;

/// The fields with ids that posts share.
const ID_FIELDS: [&str; 2] = ["event", "piece"];

/// Reports each spelling of an id that resembles an earlier one, at the first post with it.
pub(super) fn check(catalog: &Catalog) -> Vec<Diagnostic> {
    ID_FIELDS.iter().flat_map(|field| check_field(catalog, field)).collect()
}

fn check_field(catalog: &Catalog, field: &'static str) -> Vec<Diagnostic> {
    // The first post with each spelling, in the order of the posts' days.
    let mut first: BTreeMap<&str, &Record> = BTreeMap::new();
    let posts = catalog
        .records
        .iter()
        .chain(catalog.ledger_rows.iter())
        .map(Arc::as_ref);
    for post in posts.filter(|post| catalog.is_post(post)) {
        let Some(id) = id_of(post, field) else { continue };
        let known = first.entry(id).or_insert(post);
        if order_of(post) < order_of(known) {
            *known = post;
        }
    }
    let mut groups: BTreeMap<String, Vec<(&str, &Record)>> = BTreeMap::new();
    for (id, post) in first {
        groups.entry(letters_and_digits(id)).or_default().push((id, post));
    }
    let mut findings = Vec::new();
    for (_, mut spellings) in groups {
        spellings.sort_by_key(|(_, post)| order_of(post));
        for (index, (id, post)) in spellings.iter().enumerate() {
            let earlier = spellings[..index].iter().find(|(other, _)| are_similar(other, id));
            if let Some((other, earlier)) = earlier {
                findings.push(similar_finding(field, (id, post), (other, earlier)));
            }
        }
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

/// Posts by day, and those of one day by path.
fn order_of(record: &Record) -> (Option<crate::schema::Moment>, &str) {
    (record.meta.date, record.path.as_str())
}

/// The id without anything that is easily typed in another way.
fn letters_and_digits(id: &str) -> String {
    let folded = id.nfkc().flat_map(char::to_lowercase);
    folded.filter(|c| c.is_alphanumeric()).collect()
}

/// Whether two ids with the same letters and digits resemble each other. They do not when both divide their digits, and
/// at different places: `1-11` and `11-1`.
fn are_similar(a: &str, b: &str) -> bool {
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
