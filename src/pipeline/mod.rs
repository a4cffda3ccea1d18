//! The order of the stages, from a folder to a published site.
//!
//! Role: calls each stage once and hands its value to the next. It decides *when*, never *how*: what a stage does is
//! the stage's own business. A build is a function of the request, the files and nothing else.

mod content;
mod definitions;
mod fingerprints;
mod images;
mod ledgers;
mod publish;
mod search;
mod session;
mod tasks;

pub use crate::output::{FullRebuildReason, StaleReason};
pub use content::{SiteContent, load_content};
pub use definitions::{SiteDefinitions, load_definitions, load_settings};
pub use publish::OutputChange;
pub use session::{Answer, Session, SiteState};

use crate::catalog::RecordId;
use crate::check;
use crate::diag::{Checked, Diagnostic, Severity};
use crate::plan::{FileContent, Plan, PlannedFile, View, plan};
use crate::render::{self, Engine, check_record, check_shortcodes};
use crate::site::Site;
use crate::source::Input;
use content::SiteSources;
use images::ImageProcessor;
use jiff::civil::Date;
use rayon::prelude::*;
use search::LazySearchIndex;
use std::path::{Path, PathBuf};

/// What is asked of a build.
#[derive(Debug, Clone)]
pub struct Request {
    /// The site's folder, which holds `content/site.yaml`.
    pub site: PathBuf,
    /// Where the built tree goes; `public` in the site's folder when none.
    pub out: Option<PathBuf>,
    /// Replaces `base_url` of `site.yaml`; empty for relative links.
    pub base_url: Option<String>,
    /// Whether drafts are built.
    pub drafts: bool,
    /// Whether posts dated after today are built.
    pub future: bool,
    /// The day that counts as today.
    pub today: Date,
    /// The program that builds, so that no other one's work is taken over: its version, and what else tells one from
    /// another.
    pub program: String,
    /// Whether everything is made anew, whatever an earlier build left.
    pub force: bool,
}

impl Request {
    /// Asks for what a build without options makes of the site in `site`.
    #[must_use]
    pub fn new(site: impl Into<PathBuf>, today: Date) -> Self {
        Self {
            site: site.into(),
            out: None,
            base_url: None,
            drafts: false,
            future: false,
            today,
            program: String::new(),
            force: false,
        }
    }
}

/// What came of a build or a check.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Everything found, ordered by file, line, column.
    pub findings: Vec<Diagnostic>,
    /// HTML pages made.
    pub pages: usize,
    /// All files of the output, pages included.
    pub files: usize,
    /// Whether the output folder now holds this build.
    pub published: bool,
    /// The files that were made and those that were removed, in order of path.
    pub changes: Vec<OutputChange>,
    /// How many files stayed as they were.
    pub kept: usize,
}

/// Told how far a build has come. Called from several threads.
pub trait Progress: Sync {
    /// Rendering starts; `files` will be written.
    fn start(&self, files: usize);
    /// One more file is done.
    fn advance(&self);
    /// Rendering is over.
    fn finish(&self);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _files: usize) {}
    fn advance(&self) {}
    fn finish(&self) {}
}

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

/// A planned site, ready to be rendered.
struct BuildContext<'a> {
    root: &'a Path,
    content: &'a SiteContent,
    site: &'a Site<'a>,
    planned: &'a PlannedSite,
    search_index: LazySearchIndex,
    /// Every file that was read, without those to be copied.
    inputs: &'a [Input],
    /// What was found so far.
    findings: &'a [Diagnostic],
    /// Whether an error was found before: nothing is published then, and only what can still be learnt is done.
    failed: bool,
}

/// What rendering takes beside the site.
#[derive(Debug)]
struct PlannedSite {
    plan: Plan,
    engine: Checked<Engine>,
}

impl PlannedSite {
    fn new(content: &SiteContent, site: &Site<'_>) -> Self {
        Self {
            plan: plan(site),
            engine: Engine::new(&content.theme, site),
        }
    }

    /// What is wrong with the site as a whole, in no particular order.
    fn findings(&self, site: &Site<'_>) -> Vec<Diagnostic> {
        let mut findings = check::check(site.catalog, site.settings);
        findings.extend_from_slice(&site.figures.findings);
        findings.extend(self.plan.findings(site));
        findings.extend_from_slice(&self.engine.findings);
        findings.extend(check_shortcodes(&self.engine.value, site));
        findings
    }

    /// What of that is about the words of the record at `at`.
    fn findings_in(&self, site: &Site<'_>, at: RecordId) -> Vec<Diagnostic> {
        let mut findings = check::check_record(site.catalog, site.settings, at);
        findings.extend(self.plan.findings_in(site, at));
        findings.extend(check_record(&self.engine.value, site.record(at)));
        findings
    }

    fn render_page(&self, site: &Site<'_>, file: &PlannedFile, view: &View) -> Result<Vec<u8>, Vec<Diagnostic>> {
        render::render(&self.engine.value, site, &self.plan, file, view)
    }
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

/// Findings by file, line and column, each once.
fn sorted(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort();
    findings.dedup();
    findings
}

fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Renders every page and throws it away: what only rendering can find.
fn dry_run(ready: &BuildContext<'_>, progress: &dyn Progress) -> Outcome {
    progress.start(ready.planned.plan.files.len());
    let files = &ready.planned.plan.files;
    let mut findings: Vec<Diagnostic> = files
        .par_iter()
        .flat_map_iter(|file| {
            progress.advance();
            match &file.content {
                FileContent::Page(view) => ready.planned.render_page(ready.site, file, view).err(),
                FileContent::Asset(_)
                | FileContent::ResizedImage(..)
                | FileContent::Static(_)
                | FileContent::Download(_)
                | FileContent::Search(_) => None,
            }
            .unwrap_or_default()
        })
        .collect();
    findings.extend(ImageProcessor::new(ready.content, ready.root).check_decodable(files));
    progress.finish();
    Outcome {
        findings,
        ..file_counts(&ready.planned.plan)
    }
}

fn file_counts(plan: &Plan) -> Outcome {
    let is_page = |file: &&PlannedFile| matches!(&file.content, FileContent::Page(view) if view.is_html());
    Outcome {
        pages: plan.files.iter().filter(is_page).count(),
        files: plan.files.len(),
        ..Outcome::default()
    }
}
