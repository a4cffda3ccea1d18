//! Reading a site for commands that count: what is wrong in it comes first.

use super::args::Format;
use super::console::Console;
use crate::diag::{Diagnostic, Severity};
use crate::metrics::Period;
use crate::pipeline::{self, Request, SiteContent};
use jiff::civil::Date;
use std::io;
use std::path::Path;

/// The content of the site in `site`; none when it has errors, which are then shown.
pub(super) fn content(console: &Console, site: &Path, today: Date) -> io::Result<Option<SiteContent>> {
    let content = match pipeline::content(&Request::new(site, today)) {
        Ok(content) => content,
        Err(finding) => {
            console.findings(&[*finding])?;
            return Ok(None);
        }
    };
    if has_errors(&content.findings) {
        console.findings(&content.findings)?;
        return Ok(None);
    }
    Ok(Some(content))
}

/// Whether there is an error among `findings`.
pub(super) fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Shows warnings to people; a program reads one object and no more.
pub(super) fn warn(console: &Console, findings: &[Diagnostic]) -> io::Result<()> {
    match console.format {
        Format::Human => console.findings(findings),
        Format::Json => Ok(()),
    }
}

/// Whether a finding is about the figures of `period`.
pub(super) fn is_about(finding: &Diagnostic, period: Period) -> bool {
    let text = period.to_string();
    finding
        .values
        .iter()
        .any(|(name, value)| *name == "period" && *value == text)
}
