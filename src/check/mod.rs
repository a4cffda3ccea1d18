//! The checks of the whole site, made by `check` and by every build.
//!
//! Role: `Catalog → Findings`. Rules only: each reads the catalog (or one text) and reports what is wrong by the site's
//! policy. Fixes nothing, decides no address, counts nothing.

mod approvals;
mod consequences;
mod folders;
mod generated;
mod links;
mod plausibility;
mod privacy;
mod tags;
mod wording;

pub(crate) use consequences::fold_consequences;
pub(crate) use plausibility::{check_values, days_between, find_copies, place_in};
pub(crate) use privacy::PrivacyRule;
pub(crate) use wording::{Wording, join_wrong_words, read_rules};

use crate::catalog::{Catalog, RecordId};
use crate::config::Settings;
use crate::diag::Diagnostic;
use jiff::civil::Date;
use rayon::prelude::*;

/// Returns the findings of all rules over the catalog.
#[must_use]
pub(crate) fn check(catalog: &Catalog, settings: &Settings, today: Date) -> Vec<Diagnostic> {
    let of_record = |index: usize| check_record(catalog, settings, RecordId::from(index));
    let records = (0..catalog.records.len()).into_par_iter();
    let mut findings: Vec<Diagnostic> = records.flat_map_iter(of_record).collect();
    findings.extend(links::check_sections(catalog, settings.policy.links));
    findings.extend(folders::check_folders(catalog));
    findings.extend(tags::check_tags(catalog));
    findings.extend(plausibility::check(catalog, today));
    findings
}

/// Returns the findings of all rules over the record `id`.
#[must_use]
pub(crate) fn check_record(catalog: &Catalog, settings: &Settings, id: RecordId) -> Vec<Diagnostic> {
    let mut findings = links::check_record(catalog, id, settings.policy.links);
    findings.extend(generated::check_record(catalog, id));
    let record = &catalog.records[id];
    findings.extend(plausibility::check_text(record));
    if catalog.is_post(record) {
        findings.extend(approvals::check_post(record, settings));
    }
    findings
}
