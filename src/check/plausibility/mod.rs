//! Values that are valid but hardly right: dates in the wrong order, a team that did not exist yet, posts that are there
//! twice.
//!
//! Each file checks one family of values. All findings are warnings, because only the editor knows what is right. The
//! values of one record are checked when it is read, while its text is there to find the place of any value. What needs
//! other records or the current day is checked in the catalog.

mod captions;
mod copies;
mod dates;
mod duplicates;
mod events;
mod numbers;
mod outlets;
mod places;
mod rosters;
mod similar_ids;
mod texts;

pub(crate) use copies::find_copies;
pub(crate) use dates::days_between;
pub(crate) use places::place_in;
pub(super) use similar_ids::{are_similar_ids, letters_and_digits};

use crate::catalog::Catalog;
use crate::diag::{Code, Diagnostic, Place};
use crate::record::{Origin, Record};
use crate::schema::Schema;
use jiff::civil::Date;
use places::ValueFinding;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Checks the values of one record. `place_of` finds the place of the value under a key.
#[must_use]
pub(crate) fn check_values(
    record: &Record,
    schema: &Schema<'_>,
    place_of: &dyn Fn(&str) -> Option<Place>,
) -> Vec<Diagnostic> {
    let found = dates::check_order(record).into_iter();
    let found = found
        .chain(numbers::check(record, schema))
        .chain(rosters::check(record, schema))
        .chain(captions::check(record));
    let placed = |ValueFinding { key, finding }: ValueFinding| {
        let place = place_of(&key).unwrap_or_else(|| places::place_in(record, &key));
        finding.at(place)
    };
    found.map(placed).collect()
}

/// Reports a record without a text. A film needs none, and neither does a row of a ledger.
pub(super) fn check_text(record: &Record) -> Option<Diagnostic> {
    let body = &record.body;
    let has_text = !body.html.trim().is_empty() || !body.holes.is_empty();
    let needs_text = record.origin == Origin::File && !record.meta.draft && !record.meta.fields.contains_key("video");
    let finding = || Diagnostic::new(Code::EmptyText).at(places::place_in(record, "title"));
    (needs_text && !has_text).then(finding)
}

/// Compares the records of a site with one another and with the current day.
pub(super) fn check(catalog: &Catalog, today: Date) -> Vec<Diagnostic> {
    let posts = places::counted_posts(catalog);
    let families: [&(dyn Fn() -> Vec<Diagnostic> + Sync); 6] = [
        &|| similar_ids::check(&posts),
        &|| dates::check_years(&posts),
        &|| dates::check_future(&posts, today),
        &|| events::check(&posts),
        &|| outlets::check(&posts, &catalog.kinds),
        &|| check_copies(catalog, &posts),
    ];
    families.par_iter().flat_map_iter(|check| check()).collect()
}

/// Reports posts that are there twice, each for the clearest sign only.
fn check_copies(catalog: &Catalog, posts: &[&Record]) -> Vec<Diagnostic> {
    let (mut findings, (same_facts, same_texts)) = rayon::join(
        || copies::check(catalog),
        || rayon::join(|| duplicates::check(posts), || texts::check(posts)),
    );
    let subject = |finding: &Diagnostic| {
        let place = finding.place.as_ref();
        place.map(|place| (place.file.clone(), place.sheet.is_some().then_some(place.line)))
    };
    for found in [same_facts, same_texts] {
        let reported: BTreeSet<_> = findings.iter().map(subject).collect();
        findings.extend(
            found
                .into_iter()
                .filter(|finding| !reported.contains(&subject(finding))),
        );
    }
    findings
}
