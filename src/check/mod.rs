//! What `check` and every build have to say of the whole site.
//!
//! Role: `Catalog → Findings`. Rules only: each looks at the catalog (or at one text) and says what is wrong by the
//! site's policy. Mends nothing, decides no address, counts nothing.

mod approvals;
mod links;
mod privacy;

pub use privacy::scan as privacy;

use crate::catalog::{Catalog, RecordId};
use crate::config::Settings;
use crate::diag::Diagnostic;
use rayon::prelude::*;

/// Everything that the rules find in the catalog.
#[must_use]
pub fn check(catalog: &Catalog, settings: &Settings) -> Vec<Diagnostic> {
    let of_record = |at: usize| check_record(catalog, settings, RecordId::from(at));
    let records = (0..catalog.records.len()).into_par_iter();
    let mut findings: Vec<Diagnostic> = records.flat_map_iter(of_record).collect();
    findings.extend(links::check_sections(catalog, settings.policy.links));
    findings
}

/// What the rules find in the record at `at`.
#[must_use]
pub fn check_record(catalog: &Catalog, settings: &Settings, at: RecordId) -> Vec<Diagnostic> {
    let mut findings = links::check_record(catalog, at, settings.policy.links);
    let record = &catalog.records[at];
    if catalog.is_post(record) {
        findings.extend(approvals::check_post(record, settings));
    }
    findings
}
