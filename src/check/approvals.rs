//! The reviews of a post before it is published, and the consent of the people who appear in it.

use crate::config::Settings;
use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::record::Record;

/// The roles of the three reviews (三审三校), in order.
const REVIEWS: [&str; 3] = ["first", "second", "third"];

/// Reports the reviews that the policy requires and the post lacks, and the consent that a role model's post does not
/// record.
pub(super) fn check_post(record: &Record, settings: &Settings) -> impl Iterator<Item = Diagnostic> {
    let reviews = settings
        .policy
        .review
        .and_then(|severity| missing_reviews(record, severity));
    reviews.into_iter().chain(missing_consent(record))
}

fn missing_reviews(record: &Record, severity: Severity) -> Option<Diagnostic> {
    let missing: Vec<&str> = REVIEWS
        .iter()
        .zip(&record.meta.review)
        .filter(|(_, review)| review.is_none())
        .map(|(role, _)| *role)
        .collect();
    if missing.is_empty() {
        return None;
    }
    let finding = Diagnostic::new(Code::MissingReview)
        .at(key_or_title_place(record, "review"))
        .with_severity(severity);
    Some(if missing.len() == REVIEWS.len() {
        finding
    } else {
        finding.with("missing", missing.join(", "))
    })
}

fn missing_consent(record: &Record) -> Option<Diagnostic> {
    let missing = record.kind == "role-model" && record.meta.consent != Some(true);
    missing.then(|| Diagnostic::new(Code::MissingConsent).at(key_or_title_place(record, "consent")))
}

/// The place of a key, or of the title if the key is missing.
fn key_or_title_place(record: &Record, key: &str) -> Place {
    let places = &record.meta.places;
    places
        .get(key)
        .or_else(|| places.get("title"))
        .unwrap_or_else(|| Place::whole_file(record.path.as_str()))
}
