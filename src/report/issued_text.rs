//! The text of an issued report that an editor wrote. It is published as it is today, so a change of it is a finding.

use super::issued::{IssuedReport, accepted_finding};
use super::reports::{ReportText, Reports};
use crate::diag::{Code, Diagnostic, Place};

/// The key in `accepted` of the report's text.
pub(super) const TEXT_KEY: &str = "text";
/// What stands for the digest of a written text where there is none any more.
const NO_TEXT: &str = "none";
/// The length of a digest in the line that accepts a change.
const CHECK_LENGTH: usize = 8;

/// Reports an issued report whose text is no longer the one of the issue: an editor changed it, wrote one in place of a
/// generated one, or took it away. A change that was accepted is not reported.
pub(super) fn check_text(reports: &Reports<'_>, issued: &IssuedReport) -> Option<Diagnostic> {
    // Files of earlier programs do not say what the text was.
    if issued.written.is_none() && issued.text.is_none() {
        return None;
    }
    let record = match reports.get(issued.period).map(|report| &report.text) {
        Some(ReportText::Written(id)) => Some(&reports.counts.catalog.records[*id]),
        _ => None,
    };
    let entry = issued.accepted.get(TEXT_KEY);
    if record.map(|record| &record.digest) == issued.written.as_ref() {
        return entry.map(|entry| accepted_finding(TEXT_KEY, "accepted-unneeded").at(entry.place.clone()));
    }
    let check = record.map_or(NO_TEXT, |record| record.digest.get(..CHECK_LENGTH).unwrap_or(NO_TEXT));
    if entry.is_some_and(|entry| entry.check == check) {
        return None;
    }
    let file = record.map_or(issued.file.as_str(), |record| record.path.as_str());
    Some(
        Diagnostic::new(Code::IssuedTextChanged)
            .at(Place::whole_file(file))
            .with("period", issued.period.to_string())
            .with("file", issued.file.as_str())
            .with("line", format!("{TEXT_KEY}: {{check: '{check}', reason: …}}"))
            .with_some("path", record.map(|record| record.path.as_str())),
    )
}
