//! Where a record's values are, and how a finding names a record.

use crate::diag::Place;
use crate::record::{Origin, Record};

/// The place of a record's value: where it was found, else the ledger's row or the file.
pub(super) fn place_in(record: &Record, field: &str) -> Place {
    if let Some(place) = record.meta.places.get(field) {
        return place.clone();
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
