//! What a site's files say, and how little of it must be read again when some of them change.

use super::definitions::{SiteDefinitions, load_definitions};
use super::images;
use super::ledgers;
use super::request::Request;
use crate::catalog::{Asset, AssetId, Catalog, CatalogInputs};
use crate::check;
use crate::config::Settings;
use crate::diag::{Checked, Code, Diagnostic, Place, Severity};
use crate::export;
use crate::export::Download;
use crate::ids::RecordId;
use crate::ids::TiVec;
use crate::metrics::{Metrics, Period};
use crate::paths::{SourcePath, UrlPath};
use crate::plan::PlannedFile;
use crate::record::{self, ReadOptions, Record};
use crate::report::{IssuedReport, ReportCache, Reports};
use crate::schema::Schema;
use crate::site::{BaseUrl, MetricInputs, Site, record_addresses};
use crate::source::{self, Changes, ContentHash, Input, SourceFile, decode::decode};
use crate::theme::Theme;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Everything that a site's files say, read and put in order. Its parts are shared with the states before and after it.
#[derive(Debug, Clone)]
pub struct SiteContent {
    /// The site's settings.
    pub settings: Arc<Settings>,
    /// All records.
    pub catalog: Catalog,
    /// The metrics that are counted.
    pub metrics: Arc<Metrics>,
    /// What was found while reading, in no particular order.
    pub findings: Vec<Diagnostic>,
    pub(super) issued: Arc<Vec<IssuedReport>>,
    pub(super) theme: Arc<Theme>,
    /// What was counted of content that differed from this in words only.
    pub(super) count_cache: Option<Arc<ReportCache>>,
}

/// Reads a site: the stages up to the catalog. Pictures are not looked at.
///
/// # Errors
/// A finding when the folder is no site.
pub fn load_content(request: &Request) -> Result<SiteContent, Box<Diagnostic>> {
    Ok(SiteSources::load(request)?.to_content(request))
}

impl SiteContent {
    /// The reports that there are, with the figures that they are made from.
    #[must_use]
    pub fn reports(&self, today: Date) -> Checked<Reports<'_>> {
        self.metric_inputs(today).build_reports(&self.catalog, &self.settings)
    }

    fn metric_inputs(&self, today: Date) -> MetricInputs<'_> {
        MetricInputs {
            metrics: &self.metrics,
            issued: &self.issued,
            today,
            count_cache: self.count_cache.as_deref(),
        }
    }

    /// The site as pages show it; `base_url` stands for the settings' own where it is given.
    #[must_use]
    pub fn site(&self, base_url: Option<&str>, today: Date) -> Site<'_> {
        let addresses = Arc::new(record_addresses(&self.catalog, &self.settings));
        self.site_with_addresses(base_url, today, addresses)
    }

    /// The same, with the addresses known.
    pub(super) fn site_with_addresses(
        &self,
        base_url: Option<&str>,
        today: Date,
        addresses: Arc<TiVec<RecordId, UrlPath>>,
    ) -> Site<'_> {
        let base = BaseUrl::new(&self.settings.base_url, base_url);
        let counting = self.metric_inputs(today);
        let theme = &self.theme;
        Site::new(&self.catalog, &self.settings, theme, base, counting, addresses)
    }

    /// The report of [`SiteContent::site`] on `period` as a Word file: the site's own, else one made from the figures.
    #[must_use]
    pub fn word_document(&self, site: &Site<'_>, period: Period) -> Vec<u8> {
        let pictures = |at: AssetId| images::sanitized_bytes(&self.catalog.assets[at].file);
        match site.figures.reports.get(period) {
            Some(report) => export::word_report(site, report, &pictures),
            None => export::word_report(site, &site.figures.reports.compose(period, &self.settings), &pictures),
        }
    }

    /// A static file of the theme, by its path below `static/`.
    pub(super) fn static_file(&self, path: &str) -> &[u8] {
        self.theme.statics.get(path).map_or(&[], |file| &file.bytes)
    }

    /// A file of figures.
    ///
    /// # Errors
    /// Its format cannot hold them.
    pub(super) fn download_bytes(
        &self,
        site: &Site<'_>,
        file: &PlannedFile,
        download: &Download,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        export::export_download(site, download, &|at| {
            images::sanitized_bytes(&self.catalog.assets[at].file)
        })
        .map_err(|reason| {
            let finding = Diagnostic::new(Code::CannotWrite)
                .with("path", file.output.as_str())
                .with("action", "act-write")
                .with("reason", "why-other")
                .with("detail", reason);
            Box::new(finding)
        })
    }
}

/// All files of a site as they were read.
#[derive(Debug)]
pub(super) struct SiteSources {
    definitions: SiteDefinitions,
    /// The records in rows of ledgers.
    ledger_records: Checked<Vec<Arc<Record>>>,
    posts: BTreeMap<SourcePath, ParsedPost>,
    /// The files to be copied; looked at only where pictures are needed.
    assets: Arc<TiVec<AssetId, Asset>>,
}

/// One post as it was read.
#[derive(Debug, Clone)]
pub(super) struct ParsedPost {
    content_hash: ContentHash,
    pub(super) record: Arc<Record>,
    pub(super) findings: Vec<Diagnostic>,
}

/// What changed, as far as it matters.
#[derive(Debug)]
pub(super) enum ChangeScope {
    /// These posts, all of which were there before and are there still.
    Posts(Vec<SourcePath>),
    /// Anything else.
    Full,
}

impl SiteSources {
    /// Reads everything.
    ///
    /// # Errors
    /// A finding when the folder is no site.
    pub(super) fn load(request: &Request) -> Result<Self, Box<Diagnostic>> {
        let mut reading = Self::load_without_posts(request)?;
        reading.posts = reading.read_posts(&reading.definitions.listing.posts, &BTreeMap::new());
        Ok(reading)
    }

    /// Reads everything anew, but posts that are as they were.
    ///
    /// # Errors
    /// A finding when the folder is a site no more.
    pub(super) fn reload(&self, request: &Request) -> Result<Self, Box<Diagnostic>> {
        let mut reading = Self::load_without_posts(request)?;
        let none = BTreeMap::new();
        // What a record says depends on all of these.
        let alike = reading.definitions.settings == self.definitions.settings
            && reading.definitions.kinds == self.definitions.kinds
            && reading.definitions.rosters == self.definitions.rosters
            && reading.definitions.defaults == self.definitions.defaults;
        let known = if alike { &self.posts } else { &none };
        reading.posts = reading.read_posts(&reading.definitions.listing.posts, known);
        Ok(reading)
    }

    /// Looks at the pictures; those that were seen `before` and did not change are not read again.
    pub(super) fn probe_images(&mut self, before: Option<&Self>) {
        let none = TiVec::new();
        let known = before.map_or(&none, |before| &before.assets);
        self.assets = Arc::new(images::probe_all(&self.definitions.listing.assets, known));
    }

    /// Every file that was read, with the hash of what was in it, in order of path; without those to be copied.
    pub(super) fn input_files(&self) -> Vec<Input> {
        let posts = self.posts.iter().map(|(path, post)| Input {
            path: path.clone(),
            content_hash: post.content_hash,
        });
        self.definitions.read_log.merged_with(posts)
    }

    fn load_without_posts(request: &Request) -> Result<Self, Box<Diagnostic>> {
        let mut inputs = load_definitions(&request.site)?;
        let ledgers = std::mem::take(&mut inputs.ledgers);
        let (rows, findings) = ledgers::read_records(
            &ledgers,
            &inputs.read_options(),
            &inputs.settings.language,
            request.today,
        );
        let unseen = |file: &SourceFile| Asset {
            file: file.clone(),
            probe: None,
        };
        Ok(Self {
            assets: Arc::new(inputs.listing.assets.iter().map(unseen).collect()),
            ledger_records: Checked {
                value: rows.into_iter().map(Arc::new).collect(),
                findings,
            },
            definitions: inputs,
            posts: BTreeMap::new(),
        })
    }

    /// The posts among `paths` that are no longer as they were, as they are now.
    pub(super) fn read_changed(&self, paths: &[SourcePath]) -> BTreeMap<SourcePath, ParsedPost> {
        let files: Vec<SourceFile> = paths.iter().filter_map(|path| self.file(path)).cloned().collect();
        let mut read = self.read_posts(&files, &self.posts);
        read.retain(|path, post| {
            self.posts
                .get(path)
                .is_none_or(|known| known.content_hash.digest != post.content_hash.digest)
        });
        read
    }

    /// Takes posts as they are now in the place of what they were.
    pub(super) fn replace_posts(&mut self, posts: BTreeMap<SourcePath, ParsedPost>) {
        self.posts.extend(posts);
    }

    fn file(&self, path: &SourcePath) -> Option<&SourceFile> {
        let posts = &self.definitions.listing.posts;
        posts.iter().find(|file| file.path == *path)
    }

    /// Reads `files` on all threads; what is `known` to be the same bytes is not understood again.
    fn read_posts(
        &self,
        files: &[SourceFile],
        known: &BTreeMap<SourcePath, ParsedPost>,
    ) -> BTreeMap<SourcePath, ParsedPost> {
        let options = self.definitions.read_options();
        let privacy = self.definitions.settings.policy.privacy;
        let read = |file: &SourceFile| {
            (
                file.path.clone(),
                read_post(file, &options, privacy, known.get(&file.path)),
            )
        };
        files.par_iter().map(read).collect()
    }

    /// Sorts out what changed.
    pub(super) fn change_scope(&self, request: &Request, changes: &Changes) -> ChangeScope {
        let Changes::Paths(paths) = changes else {
            return ChangeScope::Full;
        };
        let mut posts = Vec::new();
        for disk in paths {
            let Some(path) = source::site_path(&request.site, disk) else {
                return ChangeScope::Full;
            };
            if self.posts.contains_key(&path) && source::is_file(disk) {
                posts.push(path);
            } else if self.is_relevant(&path, disk) {
                return ChangeScope::Full;
            }
        }
        ChangeScope::Posts(posts)
    }

    /// Whether a change at `path`, which is no post, may be one of the site.
    fn is_relevant(&self, path: &SourcePath, disk: &Path) -> bool {
        if path.as_str().split('/').any(source::is_ignored) {
            return false;
        }
        // An editor's file that came and went, between two looks, leaves nothing behind.
        let listing = &self.definitions.listing;
        let is_text = path.in_content().is_some_and(|path| path != "site.yaml");
        let is_named = |finding: &Diagnostic| finding.place.as_ref().is_some_and(|place| place.file == path.as_str());
        // What could not be listed stands in no list, but in a finding that goes with it.
        let is_complained_of = || self.definitions.findings.iter().any(is_named);
        !is_text || source::exists(disk) || listing.has(path) || listing.has_below(path) || is_complained_of()
    }

    /// Puts everything in order.
    pub(super) fn to_content(&self, request: &Request) -> SiteContent {
        let inputs = &self.definitions;
        let mut findings = inputs.findings.clone();
        let mut records = self.ledger_records.value.clone();
        findings.extend_from_slice(&self.ledger_records.findings);
        findings.extend(images::findings(&self.assets));
        for post in inputs
            .listing
            .posts
            .iter()
            .filter_map(|file| self.posts.get(&file.path))
        {
            records.push(Arc::clone(&post.record));
            findings.extend_from_slice(&post.findings);
        }
        let (records, withheld) = withhold(records, request, &mut findings);
        let catalog = Catalog::new(CatalogInputs {
            records,
            sections: inputs.sections.clone(),
            kinds: Arc::clone(&inputs.kinds),
            rosters: Arc::clone(&inputs.rosters),
            assets: Arc::clone(&self.assets),
            withheld,
        });
        SiteContent {
            settings: Arc::clone(&inputs.settings),
            catalog,
            metrics: Arc::clone(&inputs.metrics),
            findings,
            issued: Arc::clone(&inputs.issued),
            theme: Arc::clone(&inputs.theme),
            count_cache: None,
        }
    }
}

impl SiteDefinitions {
    /// What each post is read with.
    fn read_options(&self) -> ReadOptions<'_> {
        ReadOptions {
            schema: Schema {
                kinds: &self.kinds,
                rosters: &self.rosters,
                policy: &self.settings.policy,
                zone: &self.settings.timezone,
            },
            defaults: &self.defaults,
            markdown: self.settings.markdown,
        }
    }
}

/// Reads one post, unless it is the same bytes as what is known of it.
fn read_post(
    file: &SourceFile,
    options: &ReadOptions<'_>,
    privacy: Option<Severity>,
    known: Option<&ParsedPost>,
) -> ParsedPost {
    let ((bytes, print), mut findings) = match source::read_and_hash(file) {
        Ok(read) => (read, Vec::new()),
        Err(finding) => (Default::default(), vec![*finding]),
    };
    if let Some(known) = known.filter(|known| known.content_hash.digest == print.digest && findings.is_empty()) {
        return ParsedPost {
            content_hash: print,
            ..known.clone()
        };
    }
    let text = decode(file.path.as_str(), bytes);
    findings.extend(text.findings);
    let record = record::read(&file.path, &text.value, options);
    findings.extend(record.findings);
    if let Some(severity) = privacy {
        findings.extend(check::privacy(file.path.as_str(), &text.value, severity));
    }
    ParsedPost {
        content_hash: print,
        record: Arc::new(record.value),
        findings,
    }
}

/// Takes out drafts and posts of the future, unless they are asked for. Returns the rest, and what was taken.
fn withhold(
    mut records: Vec<Arc<Record>>,
    request: &Request,
    findings: &mut Vec<Diagnostic>,
) -> (Vec<Arc<Record>>, Vec<Arc<Record>>) {
    let is_withheld = |record: &mut Arc<Record>| {
        let day = record.meta.date.map(|moment| moment.date);
        if record.meta.draft && !request.drafts {
            return true;
        }
        let too_early = day.filter(|&day| day > request.today && !request.future);
        if let Some(day) = too_early {
            let place = record.meta.places.get("date").cloned();
            let place = place.unwrap_or_else(|| Place::whole_file(record.path.as_str()));
            let finding = Diagnostic::new(Code::FutureDate).at(place);
            findings.push(finding.with("date", day.to_string()));
        }
        too_early.is_some()
    };
    let withheld = records.extract_if(.., is_withheld).collect();
    (records, withheld)
}
