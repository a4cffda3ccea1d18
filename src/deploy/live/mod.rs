//! Judges a published copy of the site by asking for it as visitors do.
//!
//! Role: compares what a server answers with the built tree: status, types, bytes, what folders and missing pages lead
//! to, and what the copy has that the site no longer has. It only asks; it knows nothing of how the copy was brought
//! there. Hosts of pages have traps that no publication can see, because the files are there and arrive wrong: they are
//! found here alone.
//!
//! [`address`] is where the copy is, [`client`] asks, [`faults`] gathers what is wrong and makes findings of it.

mod address;
mod client;
mod content_type;
mod faults;
mod files;
mod links;
mod probes;

pub(crate) use address::LiveAddress;

use super::local::read_files;
use super::outcome::TransferProgress;
use crate::diag::{Code, Diagnostic};
use crate::output::OutputError;
use crate::paths::SiteAddress;
use client::{LiveClient, NoAnswer};
use faults::Faults;
use files::FileChecker;
use std::path::Path;

/// What a published copy is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiveRequest<'r> {
    /// Where the copy is.
    pub(crate) address: &'r LiveAddress,
    /// The address of the site's settings; empty when there is none.
    pub(crate) base_url: &'r str,
    /// The output folder.
    pub(crate) folder: &'r Path,
    /// The paths of its files, with `/`.
    pub(crate) paths: &'r [String],
}

/// Asks for every file of the site, and returns what is wrong with the copy.
#[must_use]
pub(crate) fn check_live(request: LiveRequest<'_>, progress: &dyn TransferProgress) -> Vec<Diagnostic> {
    let checked = check(request, progress);
    progress.finish();
    match checked {
        Ok(findings) => findings,
        Err(Interruption::NoAnswer(no_answer)) => vec![no_answer.to_diagnostic()],
        Err(Interruption::Local(error)) => vec![error.to_diagnostic()],
    }
}

/// Why a check ended early.
enum Interruption {
    /// The server does not answer.
    NoAnswer(NoAnswer),
    /// A file of the built site cannot be read.
    Local(OutputError),
}

impl From<NoAnswer> for Interruption {
    fn from(no_answer: NoAnswer) -> Self {
        Self::NoAnswer(no_answer)
    }
}

fn check(request: LiveRequest<'_>, progress: &dyn TransferProgress) -> Result<Vec<Diagnostic>, Interruption> {
    let LiveRequest { address, .. } = request;
    let client = LiveClient::new();
    let front = client.get(&address.url(""))?;
    if let Some(target) = front.redirect() {
        let finding = Diagnostic::new(Code::LiveMoved).with("url", address.url(""));
        return Ok(vec![finding.with("target", address.join("", target))]);
    }
    let local = read_files(request.folder, request.paths).map_err(Interruption::Local)?;
    let checker = FileChecker {
        address,
        site: SiteAddress::new(request.base_url),
        client: &client,
        local: &local,
    };
    let mut findings = Vec::new();
    if let Some(path) = address.other_path(request.base_url) {
        let finding = Diagnostic::new(Code::LiveOtherPath).with("url", address.url(""));
        findings.push(finding.with("path", path));
    }
    let faults = Faults::default();
    let changed_pages = checker.check_all(&faults, progress)?;
    checker.check_links(&changed_pages, &faults)?;
    checker.check_missing_page(&faults)?;
    checker.check_folder_without_slash(&faults)?;
    checker.check_left_over(&faults)?;
    findings.extend(faults.into_findings(&address.url("")));
    Ok(findings)
}
