//! Text archives: a case in one file, and findings as such a file holds them.

use std::fmt::Write as _;
use xiangyin::testing::diag::Diagnostic;
use xiangyin::testing::messages::{Lang, help, message};

/// A part of a case: what stands between `===`, and the text below it.
pub(crate) struct ArchivePart {
    pub(crate) head: String,
    pub(crate) text: String,
}

/// The words before the first part, and the parts.
pub(crate) fn parse_archive(archive: &str) -> (String, Vec<ArchivePart>) {
    let mut intro = String::new();
    let mut parts: Vec<ArchivePart> = Vec::new();
    for line in archive.split_inclusive('\n') {
        let head = line
            .trim_end()
            .strip_prefix("=== ")
            .and_then(|rest| rest.strip_suffix(" ==="));
        match (head, parts.last_mut()) {
            (Some(head), _) => parts.push(ArchivePart {
                head: head.to_owned(),
                text: String::new(),
            }),
            (None, Some(part)) => part.text.push_str(line),
            (None, None) => intro.push_str(line),
        }
    }
    (intro, parts)
}

/// Findings as text: place, severity, code, sentence; then the marked part, the corrected line and the hint.
pub(crate) fn findings_text(findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in findings {
        let place = finding.place.as_ref().map_or_else(
            || "-".to_owned(),
            |place| format!("{}:{}:{}", place.file, place.line, place.column),
        );
        let marked = finding
            .place
            .as_ref()
            .map_or("", |place| &place.excerpt[place.marked_span.0..place.marked_span.1]);
        writeln!(
            out,
            "{place} {} {}: {}",
            finding.severity.as_str(),
            finding.code.as_str(),
            message(finding, Lang::En)
        )
        .expect("writing to a String");
        if !marked.is_empty() {
            writeln!(out, "  at `{marked}`").expect("writing to a String");
        }
        if let Some(line) = &finding.fix {
            writeln!(out, "  write `{line}`").expect("writing to a String");
        }
        if let Some(help) = help(finding, Lang::En) {
            writeln!(out, "  help {help}").expect("writing to a String");
        }
    }
    out
}
