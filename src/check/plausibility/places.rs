//! The posts that are compared, where their values are, and how a finding names a post.

use crate::catalog::Catalog;
use crate::diag::{Diagnostic, Place};
use crate::record::{Origin, Record};
use crate::schema::Moment;
use std::sync::Arc;

/// A finding about the value under a key, without its place.
pub(super) struct ValueFinding {
    pub(super) key: String,
    pub(super) finding: Diagnostic,
}

/// The posts of a site, with those that are rows of a ledger, oldest first. Reports are not among them: they are about
/// the others.
pub(super) fn counted_posts(catalog: &Catalog) -> Vec<&Record> {
    let records = catalog
        .records
        .iter()
        .chain(catalog.ledger_rows.iter())
        .map(Arc::as_ref);
    let is_counted = |record: &&Record| catalog.is_post(record) && record.kind != crate::record::REPORT_KIND;
    let mut posts: Vec<&Record> = records.filter(is_counted).collect();
    posts.sort_by_cached_key(|post| order_of(post));
    posts
}

/// The order of posts: by day, then by the file that a person sees.
fn order_of(record: &Record) -> (Option<Moment>, &str, &str) {
    let file = match &record.origin {
        Origin::Row { file, .. } => file.as_str(),
        Origin::File => record.path.as_str(),
    };
    (record.meta.date, file, record.path.as_str())
}

/// The place of a record's value: where it was found, else the ledger's row or the file.
pub(crate) fn place_in(record: &Record, field: &str) -> Place {
    if let Some(place) = record.meta.places.get(field) {
        return place;
    }
    match &record.origin {
        Origin::Row { file, sheet, row } => Place::in_ledger(file.as_str(), sheet, (*row, 1), []),
        Origin::File => Place::whole_file(record.path.as_str()),
    }
}

/// How a finding names a record: its file, or the ledger with the row.
pub(super) fn source_name(record: &Record) -> String {
    match &record.origin {
        Origin::Row { file, sheet, row } => {
            let place = Place::in_ledger(file.as_str(), sheet, (*row, 1), []);
            format!("{file} {}", place.cell_reference().unwrap_or_default())
        }
        Origin::File => record.path.to_string(),
    }
}
