//! Loads a site for the commands that count, and prints its findings.

use super::args::MessageFormat;
use super::console::Console;
use crate::diag::{Diagnostic, Severity};
use crate::metrics::Period;
use crate::pipeline::{self, Request, SiteContent};
use jiff::civil::Date;
use std::io;
use std::path::Path;

/// The content of the site in the folder `site`. When it has errors, prints them and returns `None`.
pub(super) fn load_content(console: &Console, site: &Path, today: Date) -> io::Result<Option<SiteContent>> {
    load_requested(console, &Request::new(site, today))
}

/// As [`load_content`], with everything that is not published yet: drafts, and posts dated after today.
pub(super) fn load_with_drafts(console: &Console, site: &Path, today: Date) -> io::Result<Option<SiteContent>> {
    let request = Request {
        drafts: true,
        future: true,
        ..Request::new(site, today)
    };
    load_requested(console, &request)
}

fn load_requested(console: &Console, request: &Request) -> io::Result<Option<SiteContent>> {
    let content = match pipeline::load_content(request) {
        Ok(content) => content,
        Err(finding) => {
            console.print_findings(&[*finding])?;
            return Ok(None);
        }
    };
    if has_errors(&content.findings) {
        console.print_findings(&content.findings)?;
        return Ok(None);
    }
    Ok(Some(content))
}

/// Whether there is an error among `findings`.
pub(super) fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Prints warnings. Prints nothing in JSON format, in which the output is one object.
pub(super) fn print_warnings(console: &Console, findings: &[Diagnostic]) -> io::Result<()> {
    match console.format {
        MessageFormat::Json => Ok(()),
        _ => console.print_findings(findings),
    }
}

/// Whether a finding is about the figures of `period`, or of several periods among which it is.
pub(super) fn is_about_period(finding: &Diagnostic, period: Period) -> bool {
    let text = period.to_string();
    finding.values.iter().any(|(name, value)| match *name {
        "period" => *value == text,
        "periods" => value.split(", ").any(|period| period == text),
        _ => false,
    })
}
