//! The order of the stages, from a folder to a published site.
//!
//! Role: calls each stage once and hands its value to the next. It decides *when*, never *how*: what a stage does is
//! the stage's own business. A build is a function of the request, the files and nothing else.

mod fingerprints;
mod inputs;
mod ledgers;
mod publish;
mod session;

pub use crate::output::{Clean, Reason};
pub use inputs::{Inputs, inputs};
pub use publish::Change;
pub use session::{Answer, Session, Shown};

use crate::catalog::{Catalog, Parts};
use crate::check;
use crate::config::Settings;
use crate::diag::{Checked, Code, Diagnostic, Place, Severity};
use crate::export;
use crate::metrics::{Metrics, Period};
use crate::plan::{Base, Content, Counting, Plan, PlannedFile, Site, addresses, plan};
use crate::record::{self, ReadOptions, Record};
use crate::render::{self, Engine, check_shortcodes};
use crate::report::{Frozen, Reports};
use crate::schema::Schema;
use crate::source::{self, Reads, SourceFile};
use crate::theme::Theme;
use inputs::Gather;
use jiff::civil::Date;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    pub changes: Vec<Change>,
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
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _files: usize) {}
    fn advance(&self) {}
    fn finish(&self) {}
}

/// Builds the site and puts it in the place of the old one; with any error, the old one stays. What did not change
/// since the build before is taken over from it.
#[must_use]
pub fn build(request: &Request, progress: &dyn Progress) -> Outcome {
    let past = publish::past(request);
    publish::nothing_to_do(request, &past)
        .unwrap_or_else(|| run(request, &|site: &Ready<'_>| publish::publish(request, site, &past, progress)))
}

/// Finds everything that a build would find, and writes nothing.
#[must_use]
pub fn check(request: &Request, progress: &dyn Progress) -> Outcome {
    run(request, &|site: &Ready<'_>| rehearse(site, progress))
}

/// A planned site, ready to be rendered.
struct Ready<'a> {
    root: &'a Path,
    assets: &'a [SourceFile],
    theme: &'a Theme,
    engine: &'a Engine,
    site: &'a Site<'a>,
    plan: &'a Plan,
    /// Every file that was read.
    reads: &'a Reads,
    /// What was found so far.
    findings: &'a [Diagnostic],
    /// Whether an error was found before: nothing is published then, and only what can still be learnt is done.
    failed: bool,
}

/// Everything that a site's files say, read and put in order.
#[derive(Debug)]
pub struct SiteContent {
    /// The site's settings.
    pub settings: Settings,
    /// All records.
    pub catalog: Catalog,
    /// The metrics that are counted.
    pub metrics: Metrics,
    /// What was found while reading, in no particular order.
    pub findings: Vec<Diagnostic>,
    frozen: Vec<Frozen>,
    theme: Theme,
    assets: Vec<SourceFile>,
    /// Every file that was read, without the assets.
    reads: Reads,
}

/// Reads a site: the stages up to the catalog.
///
/// # Errors
/// A finding when the folder is no site.
pub fn content(request: &Request) -> Result<SiteContent, Box<Diagnostic>> {
    let Inputs {
        settings,
        kinds,
        rosters,
        defaults,
        theme,
        mut listing,
        sections,
        ledgers,
        mut findings,
        reads,
    } = inputs(&request.site)?;
    let options = ReadOptions {
        schema: Schema {
            kinds: &kinds,
            rosters: &rosters,
            policy: &settings.policy,
            zone: &settings.timezone,
        },
        defaults: &defaults,
        markdown: settings.markdown,
    };
    let mut read = read_records(&listing.posts, &settings, &options, &reads);
    let mut rows = ledgers::records(&ledgers, &options, &settings.language, request.today);
    drop(ledgers);
    read.0.append(&mut rows.0);
    findings.extend(read.1);
    findings.extend(rows.1);
    let (records, withheld) = withhold(read.0, request, &mut findings);
    let mut gather = Gather {
        findings: &mut findings,
        reads: &reads,
    };
    let (metrics, frozen) = inputs::counting(&listing, &settings, &kinds, &rosters, &mut gather);
    listing.assets.sort_by(|a, b| a.path.cmp(&b.path));
    let assets = listing.assets.iter().map(|file| file.path.clone()).collect();
    let catalog = Catalog::new(Parts {
        records,
        sections,
        kinds,
        rosters,
        assets,
        withheld,
    });
    Ok(SiteContent {
        settings,
        catalog,
        metrics,
        findings,
        frozen,
        theme,
        assets: listing.assets,
        reads,
    })
}

impl SiteContent {
    /// The reports that there are, with the figures that they are made from.
    #[must_use]
    pub fn reports(&self, today: Date) -> Checked<Reports<'_>> {
        self.counting(today).reports(&self.catalog, &self.settings)
    }

    fn counting(&self, today: Date) -> Counting<'_> {
        Counting {
            metrics: &self.metrics,
            frozen: &self.frozen,
            today,
        }
    }

    /// The site as pages show it; `base_url` stands for the settings' own where it is given.
    #[must_use]
    pub fn site(&self, base_url: Option<&str>, today: Date) -> Site<'_> {
        Site::new(
            &self.catalog,
            &self.settings,
            &self.theme,
            Base::new(&self.settings.base_url, base_url),
            self.counting(today),
            Arc::new(addresses(&self.catalog, &self.settings)),
        )
    }

    /// The report of [`SiteContent::site`] on `period` as a Word file: the site's own, else one made from the figures.
    #[must_use]
    pub fn word(&self, site: &Site<'_>, period: Period) -> Vec<u8> {
        let pictures = |at: usize| source::read(&self.assets[at]).ok();
        match site.reports().get(period) {
            Some(report) => export::word(site, report, &pictures),
            None => export::word(site, &site.reports().composed(period, &self.settings), &pictures),
        }
    }
}

/// The stages up to the plan, then `last`, which renders.
fn run(request: &Request, last: &dyn Fn(&Ready<'_>) -> Outcome) -> Outcome {
    let mut content = match content(request) {
        Ok(content) => content,
        Err(finding) => {
            return Outcome {
                findings: vec![*finding],
                ..Outcome::default()
            };
        }
    };
    let mut findings = std::mem::take(&mut content.findings);
    findings.extend(check::check(&content.catalog, &content.settings));
    let site = content.site(request.base_url.as_deref(), request.today);
    findings.extend_from_slice(site.report_findings());
    let plan = plan(&site);
    findings.extend(plan.findings.iter().cloned());
    let engine = Engine::new(&content.theme, &site);
    findings.extend(engine.findings);
    findings.extend(check_shortcodes(&engine.value, &site));
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    let ready = Ready {
        root: &request.site,
        assets: &content.assets,
        theme: &content.theme,
        engine: &engine.value,
        site: &site,
        plan: &plan,
        reads: &content.reads,
        findings: &findings,
        failed,
    };
    let mut outcome = last(&ready);
    outcome.findings.append(&mut findings);
    outcome.findings.sort();
    outcome.findings.dedup();
    outcome
}

/// Reads all posts and pages, on all threads.
fn read_records(
    files: &[SourceFile],
    settings: &Settings,
    options: &ReadOptions<'_>,
    reads: &Reads,
) -> (Vec<Record>, Vec<Diagnostic>) {
    let read = |file: &SourceFile| {
        let mut findings = Vec::new();
        let mut gather = Gather {
            findings: &mut findings,
            reads,
        };
        let text = gather.text(file);
        let record = gather.take(record::read(&file.path, &text, options));
        if let Some(severity) = settings.policy.privacy {
            findings.extend(check::privacy(file.path.as_str(), &text, severity));
        }
        (record, findings)
    };
    let read: Vec<_> = files.par_iter().map(read).collect();
    let mut records = Vec::with_capacity(read.len());
    let mut findings = Vec::new();
    for (record, found) in read {
        records.push(record);
        findings.extend(found);
    }
    (records, findings)
}

/// Takes out drafts and posts of the future, unless they are asked for. Returns the rest, and what was taken.
fn withhold(mut records: Vec<Record>, request: &Request, findings: &mut Vec<Diagnostic>) -> (Vec<Record>, Vec<Record>) {
    let is_withheld = |record: &mut Record| {
        let day = record.meta.date.map(|moment| moment.date);
        if record.meta.draft && !request.drafts {
            return true;
        }
        let too_early = day.filter(|&day| day > request.today && !request.future);
        if let Some(day) = too_early {
            let place = record.meta.places.get("date").cloned();
            let place = place.unwrap_or_else(|| Place::whole(record.path.as_str()));
            let finding = Diagnostic::new(Code::FutureDate).at(place);
            findings.push(finding.with("date", day.to_string()));
        }
        too_early.is_some()
    };
    let withheld = records.extract_if(.., is_withheld).collect();
    (records, withheld)
}

/// Renders every page and throws it away: what only rendering can find.
fn rehearse(ready: &Ready<'_>, progress: &dyn Progress) -> Outcome {
    progress.start(ready.plan.files.len());
    let findings = ready
        .plan
        .files
        .par_iter()
        .flat_map_iter(|file| {
            progress.advance();
            match &file.content {
                Content::Page(view) => render::render(ready.engine, ready.site, ready.plan, file, view).err(),
                Content::Asset(_) | Content::Static(_) | Content::Download(_) => None,
            }
            .unwrap_or_default()
        })
        .collect();
    progress.finish();
    Outcome {
        findings,
        ..counted(ready.plan)
    }
}

fn counted(plan: &Plan) -> Outcome {
    let is_page = |file: &&PlannedFile| matches!(&file.content, Content::Page(view) if view.is_html());
    Outcome {
        pages: plan.files.iter().filter(is_page).count(),
        files: plan.files.len(),
        ..Outcome::default()
    }
}
