//! The order of the stages, from a folder to a published site.
//!
//! Role: calls each stage once and hands its value to the next. It decides *when*, never *how*: what a stage does is
//! the stage's own business. A build is a function of the request, the files and nothing else.

mod content;
mod definitions;
mod dry_run;
mod fingerprints;
mod images;
mod ledgers;
mod loader;
mod planned;
mod publish;
mod request;
mod search;
mod session;
mod tasks;

pub use crate::output::{FullRebuildReason, StaleReason};
pub use content::{SiteContent, load_content};
pub(crate) use definitions::{SiteDefinitions, load_definitions, load_settings};
pub use request::{NoProgress, Outcome, Request};
pub(crate) use request::{OutputChange, Progress};
pub use session::{Answer, Session, SiteState};

use content::SiteSources;
use dry_run::dry_run;
use planned::{BuildContext, PlannedSite, has_errors, sorted};
use search::LazySearchIndex;

/// Builds the site and puts it in the place of the old one; with any error, the old one stays. What did not change
/// since the build before is taken over from it.
#[must_use]
pub fn build(request: &Request, progress: &dyn Progress) -> Outcome {
    publish::outcome_if_unchanged(request).unwrap_or_else(|past| {
        run_stages(request, &|site: &BuildContext<'_>| {
            publish::publish(request, site, &past, progress)
        })
    })
}

/// Finds everything that a build would find, and writes nothing.
#[must_use]
pub fn check(request: &Request, progress: &dyn Progress) -> Outcome {
    run_stages(request, &|site: &BuildContext<'_>| dry_run(site, progress))
}

/// The stages up to the plan, then `last`, which renders.
fn run_stages(request: &Request, last: &dyn Fn(&BuildContext<'_>) -> Outcome) -> Outcome {
    let mut reading = match SiteSources::load(request) {
        Ok(reading) => reading,
        Err(finding) => {
            return Outcome {
                findings: vec![*finding],
                ..Outcome::default()
            };
        }
    };
    reading.probe_images(None);
    let (content, inputs) = (reading.to_content(request), reading.input_files());
    drop(reading);
    let site = content.site(request.base_url.as_deref(), request.today);
    let planned = PlannedSite::new(&content, &site);
    let mut findings = planned.findings(&site);
    findings.extend_from_slice(&content.findings);
    let findings = sorted(findings);
    let ready = BuildContext {
        root: &request.site,
        content: &content,
        site: &site,
        planned: &planned,
        search_index: LazySearchIndex::default(),
        inputs: &inputs,
        findings: &findings,
        failed: has_errors(&findings),
    };
    let mut outcome = last(&ready);
    outcome.findings.extend(findings);
    outcome.findings = sorted(outcome.findings);
    outcome
}
