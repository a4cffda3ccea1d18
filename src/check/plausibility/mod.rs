//! Values that are valid but hardly right: dates in the wrong order, ids that differ by a space.
//!
//! Each file checks one family of values. All findings are warnings, because only the editor knows what is right.

mod dates;
mod places;
mod similar_ids;

use crate::catalog::Catalog;
use crate::diag::{Diagnostic, Place};
use crate::record::Record;

/// Checks the values of one record, while `place_of` can still find their places.
#[must_use]
pub(crate) fn check_values(record: &Record, place_of: &dyn Fn(&str) -> Option<Place>) -> Vec<Diagnostic> {
    dates::check_order(record, place_of)
}

/// Compares the records of a site.
pub(super) fn check(catalog: &Catalog) -> Vec<Diagnostic> {
    similar_ids::check(catalog)
}
