//! Which records a build without options publishes: an inspection sees no others.

use crate::record::Record;
use crate::site::Site;

/// Whether a build without options publishes a record.
pub(super) fn is_published(site: &Site<'_>, record: &Record) -> bool {
    !record.meta.draft && record.meta.date.is_none_or(|moment| moment.date <= site.today)
}
