//! The order of the stages, from a folder to a published site.
//!
//! Role: calls each stage once and passes its value to the next. It decides *when*, never *how*: it does not know what
//! a stage does. A build is a function of the request and the files alone.

mod attachments;
mod changed_posts;
mod content;
mod definitions;
mod dry_run;
mod fingerprints;
mod images;
mod ledgers;
mod loader;
mod near_posts;
mod planned;
mod privacy;
mod publish;
mod request;
mod search;
mod session;
mod share;
mod tasks;
mod text_rules;
mod unused_files;

pub use crate::output::{FullRebuildReason, StaleReason};
pub use content::{SiteContent, load_content};
pub(crate) use definitions::{SiteDefinitions, link_targets, load_definitions, load_destinations, load_settings};
pub(crate) use publish::{HeldBuild, hold_build};
pub use request::{NoProgress, Outcome, Request};
pub(crate) use request::{OutputChange, Progress};
pub use session::{Answer, Session, SiteState};
pub(crate) use share::{Selection, ShareError, Shared, share};

use crate::diag::Diagnostic;
use crate::inspection::inspect;
use crate::source::first_commits;
use content::{Remembering, SiteSources};
use dry_run::dry_run;
use planned::{BuildContext, PlannedSite, findings_of_reading, has_errors, sorted};
use publish::BeforeBuild;
use search::LazySearchIndex;
use std::mem::ManuallyDrop;

/// Builds the site and replaces the old one; after any error, the old one stays. Files that did not change since the
/// previous build are reused.
#[must_use]
pub fn build(request: &Request, progress: &dyn Progress) -> Outcome {
    publish::outcome_if_unchanged(request).unwrap_or_else(|before| {
        let BeforeBuild { previous, listing } = *before;
        let known = previous
            .manifest
            .as_ref()
            .map_or(&[][..], |manifest| &manifest.snapshot.inputs);
        let sources = SiteSources::load_knowing(request, listing, known, Remembering::ReadAndWrite);
        run_stages(request, sources, &|site: &BuildContext<'_>| {
            publish::publish(request, site, &previous, progress)
        })
    })
}

/// Returns the findings that a build would return, and writes nothing.
#[must_use]
pub fn check(request: &Request, progress: &dyn Progress) -> Outcome {
    run_stages(request, SiteSources::load(request), &|site: &BuildContext<'_>| {
        let mut outcome = dry_run(site, progress);
        if request.inspection {
            outcome
                .findings
                .extend(inspect(site.site, &first_commits(&request.site)));
        }
        outcome
    })
}

/// Runs the stages after reading up to the plan, then `render`.
fn run_stages(
    request: &Request,
    sources: Result<SiteSources, Box<Diagnostic>>,
    render: &dyn Fn(&BuildContext<'_>) -> Outcome,
) -> Outcome {
    let mut sources = match sources {
        Ok(sources) => sources,
        Err(finding) => {
            return Outcome {
                findings: vec![*finding],
                ..Outcome::default()
            };
        }
    };
    sources.probe_assets(None);
    let (content, inputs) = (sources.to_content(request), sources.input_files());
    drop(sources);
    // A command runs these stages once and then ends. To free each text of a large site by itself takes as long as to
    // find out what changed in it, so that is left to the system.
    let content = ManuallyDrop::new(content);
    let site = ManuallyDrop::new(content.site(request.base_url.as_deref(), request.today));
    let mut planned = ManuallyDrop::new(PlannedSite::new(&content, &site));
    planned.engine.value.prepare_for_all_pages(&site.shared);
    let mut findings = planned.findings(&site);
    findings.extend(findings_of_reading(&content, &site));
    let findings = sorted(findings, &content.catalog.kinds);
    let context = BuildContext {
        root: &request.site,
        content: &content,
        site: &site,
        planned: &planned,
        search_index: LazySearchIndex::default(),
        inputs: &inputs,
        findings: &findings,
        failed: has_errors(&findings),
    };
    let mut outcome = render(&context);
    outcome.findings = content.settings.judge(outcome.findings);
    outcome.findings.extend(findings);
    outcome.findings = sorted(outcome.findings, &content.catalog.kinds);
    outcome
}
