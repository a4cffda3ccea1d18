//! The content of a site's files, and the least that must be read again when some of them change.

use super::attachments;
use super::definitions::{SiteDefinitions, load_definitions_of};
use super::images;
use super::ledgers;
use super::privacy::{self, SearchedAttachments};
use super::request::Request;
use super::text_rules::TextRules;
use crate::catalog::{Asset, AssetId, Catalog, CatalogInputs};
use crate::check::{self, PrivacyRule};
use crate::config::Settings;
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::export;
use crate::export::{Download, SharedPost, Sharing, WeChatParts};
use crate::fingerprint::FingerprintHasher;
use crate::ids::RecordId;
use crate::ids::TiVec;
use crate::metrics::Metrics;
use crate::output::RecordCache;
use crate::paths::{SourcePath, UrlPath};
use crate::plan::PlannedFile;
use crate::record::{self, ReadOptions, Record};
use crate::render::{Engine, render_wechat};
use crate::report::{IssuedReport, ReportCache, ReportKey, Reports};
use crate::schema::Schema;
use crate::site::{BaseUrl, MetricInputs, Site, record_addresses};
use crate::source::{self, Changes, ContentHash, Input, Listing, SourceFile, decode::decode};
use crate::theme::Theme;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::path::Path;
use std::sync::Arc;

/// The content of a site's files, parsed and sorted. It shares its parts with the states before and after it.
#[derive(Debug, Clone)]
pub struct SiteContent {
    /// The site's settings.
    pub settings: Arc<Settings>,
    /// All records.
    pub catalog: Catalog,
    /// The metrics to be counted.
    pub metrics: Arc<Metrics>,
    /// The findings from reading, in no particular order.
    pub findings: Vec<Diagnostic>,
    pub(super) issued: Arc<Vec<IssuedReport>>,
    pub(super) theme: Arc<Theme>,
    /// The counts of content that differed from this in words only.
    pub(super) count_cache: Option<Arc<ReportCache>>,
}

/// Reads a site: the stages up to the catalog. Pictures are not probed.
///
/// # Errors
/// A finding when the folder is not a site.
pub fn load_content(request: &Request) -> Result<SiteContent, Box<Diagnostic>> {
    Ok(SiteSources::load(request)?.to_content(request))
}

impl SiteContent {
    /// All reports, with the figures that they are made from.
    #[must_use]
    pub fn reports(&self, today: Date) -> Checked<Reports<'_>> {
        let reports = self.metric_inputs(today).build_reports(&self.catalog, &self.settings);
        Checked {
            findings: self.settings.judge(reports.findings),
            value: reports.value,
        }
    }

    /// Whether titles or summaries may change what figures count: a metric asks for them.
    pub(super) fn counts_words(&self) -> bool {
        ["title", "summary"].iter().any(|field| self.metrics.uses_field(field))
    }

    /// Whether an issued report may name the post at `path`, which it knows again by its title and its summary.
    pub(super) fn may_be_issued(&self, path: &SourcePath) -> bool {
        let mut issued = self.issued.iter();
        issued.any(|report| report.may_name(path.as_str(), &self.catalog))
    }

    fn metric_inputs(&self, today: Date) -> MetricInputs<'_> {
        MetricInputs {
            metrics: &self.metrics,
            issued: &self.issued,
            today,
            count_cache: self.count_cache.as_deref(),
        }
    }

    /// The site as pages show it. `base_url`, when given, replaces that of the settings.
    #[must_use]
    pub fn site(&self, base_url: Option<&str>, today: Date) -> Site<'_> {
        let addresses = Arc::new(record_addresses(&self.catalog, &self.settings));
        self.site_with_addresses(base_url, today, addresses)
    }

    /// [`SiteContent::site`] with addresses that are known already.
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

    /// A report as a Word file of today: the site's own report, else one composed from the figures. `site` was made from
    /// this content.
    #[must_use]
    pub fn word_document(&self, site: &Site<'_>, key: ReportKey) -> Vec<u8> {
        let pictures = |id| self.published_bytes(id);
        let today = Some(site.today);
        match site.figures.reports.get_by_key(key) {
            Some(report) => export::word_report(site, report, today, &pictures),
            None => {
                let report = site.figures.reports.compose(key, &self.settings);
                export::word_report(site, &report, today, &pictures)
            }
        }
    }

    /// The bytes of a file as it is published. `None` when it cannot be read or sanitized.
    fn published_bytes(&self, id: AssetId) -> Option<Vec<u8>> {
        images::sanitized_bytes(&self.catalog.assets[id].file)
    }

    /// Posts as an outlet takes them. `site` and `engine` were made from this content.
    ///
    /// # Errors
    /// The findings about the theme's layout, or about a file that its format cannot hold.
    pub(super) fn share_posts(
        &self,
        site: &Site<'_>,
        posts: (&[RecordId], &[&Record]),
        sharing: &Sharing,
        engine: &Checked<Engine>,
    ) -> Result<SharedPost, Vec<Diagnostic>> {
        let pictures = |id| self.published_bytes(id);
        let layout = |parts: &WeChatParts| render_wechat(engine, parts);
        export::share_posts(site, posts, sharing, &pictures, &layout)
    }

    /// The bytes of a static file of the theme, by its path below `static/`; empty when it does not exist.
    pub(super) fn static_file(&self, path: &str) -> &[u8] {
        self.theme.statics.get(path).map_or(&[], |file| &file.bytes)
    }

    /// The bytes of a download.
    ///
    /// # Errors
    /// A finding when the file's format cannot hold the figures.
    pub(super) fn download_bytes(
        &self,
        site: &Site<'_>,
        file: &PlannedFile,
        download: &Download,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        export::export_download(site, download, &|id| self.published_bytes(id)).map_err(|reason| {
            let finding = Diagnostic::new(Code::CannotWrite)
                .with("path", file.output.as_str())
                .with("action", "act-write")
                .with("reason", "why-other")
                .with("detail", reason);
            Box::new(finding)
        })
    }
}

/// All files of a site as last read.
#[derive(Debug)]
pub(super) struct SiteSources {
    definitions: SiteDefinitions,
    /// The records in rows of ledgers.
    ledger_records: Checked<Vec<Arc<Record>>>,
    posts: BTreeMap<SourcePath, ParsedPost>,
    /// The files that may be published; probed only when pictures are needed.
    assets: Arc<TiVec<AssetId, Asset>>,
    /// What was found in the files to be copied; searched only when pictures are probed.
    attachments: SearchedAttachments,
    /// The files that are never published.
    leftovers: Arc<Vec<SourcePath>>,
}

/// One post as last read.
#[derive(Debug, Clone)]
pub(super) struct ParsedPost {
    content_hash: ContentHash,
    pub(super) record: Arc<Record>,
    pub(super) findings: Vec<Diagnostic>,
}

/// How much of the site a change concerns.
#[derive(Debug)]
pub(super) enum ChangeScope {
    /// Only these posts, all of which existed before and still exist.
    Posts(Vec<SourcePath>),
    /// Any other change.
    Full,
}

impl SiteSources {
    /// Reads everything.
    ///
    /// # Errors
    /// A finding when the folder is not a site.
    pub(super) fn load(request: &Request) -> Result<Self, Box<Diagnostic>> {
        Self::load_knowing(request, None, &[], Remembering::Read)
    }

    /// Reads everything, except the posts that an earlier run has read. `listing` is of the files of `content/`, when it is
    /// known. `known` are files and their hashes in an earlier run, in order of path.
    ///
    /// # Errors
    /// A finding when the folder is not a site.
    pub(super) fn load_knowing(
        request: &Request,
        listing: Option<Listing>,
        known: &[Input],
        remembering: Remembering,
    ) -> Result<Self, Box<Diagnostic>> {
        let mut sources = Self::load_without_posts(request, listing)?;
        let key = sources.reading_key(request);
        let cache = if request.force {
            RecordCache::empty(&request.site, key)
        } else {
            RecordCache::open(&request.site, key)
        };
        let remembered = Remembered { cache: &cache, known };
        sources.posts = sources.read_posts(&sources.definitions.listing.posts, &|file, buffer| {
            remembered.post(file, buffer)
        });
        if remembering == Remembering::ReadAndWrite {
            sources.keep_records(cache);
        }
        Ok(sources)
    }

    /// The hash of everything that posts are read with: the program and the files of all definitions.
    fn reading_key(&self, request: &Request) -> u64 {
        let mut hasher = FingerprintHasher::default();
        hasher.text(&request.program);
        for input in self.definitions.read_log.merged_with([]) {
            hasher.text(input.path.as_str());
            hasher.write(&input.content_hash.digest.to_le_bytes());
        }
        hasher.finish()
    }

    /// Keeps the records of posts without findings for later runs.
    fn keep_records(&self, cache: RecordCache) {
        let posts: Vec<(&SourcePath, &ParsedPost)> =
            self.posts.iter().filter(|(_, post)| post.findings.is_empty()).collect();
        let sources: Vec<(&SourcePath, u128)> = posts
            .iter()
            .map(|(path, post)| (*path, post.content_hash.digest))
            .collect();
        cache.keep(&sources, &|index| record::encode_record(&posts[index].1.record));
    }

    /// Reads everything again, except the posts that did not change.
    ///
    /// # Errors
    /// A finding when the folder is no longer a site.
    pub(super) fn reload(&self, request: &Request) -> Result<Self, Box<Diagnostic>> {
        let mut sources = Self::load_without_posts(request, None)?;
        let none = BTreeMap::new();
        // Each record depends on all of these.
        let same_options = sources.definitions.settings == self.definitions.settings
            && sources.definitions.kinds == self.definitions.kinds
            && sources.definitions.rosters == self.definitions.rosters
            && sources.definitions.defaults == self.definitions.defaults
            && sources.definitions.wording == self.definitions.wording;
        let known = if same_options { &self.posts } else { &none };
        sources.posts = sources.read_changed_posts(&sources.definitions.listing.posts, known);
        Ok(sources)
    }

    /// Probes the pictures and searches the attachments. Files that were read `before` and did not change are not read
    /// again.
    pub(super) fn probe_assets(&mut self, before: Option<&Self>) {
        let (no_assets, no_attachments) = (TiVec::new(), SearchedAttachments::new());
        // What was found depends on the settings.
        let is_same_rule = |before: &&Self| before.definitions.settings == self.definitions.settings;
        let known = before
            .filter(is_same_rule)
            .map_or(&no_attachments, |before| &before.attachments);
        let rule = PrivacyRule::new(&self.definitions.settings);
        let files = &self.definitions.listing.assets;
        let attachments = privacy::search_attachments(files, rule.as_ref(), known);
        let known = before.map_or(&no_assets, |before| &before.assets);
        self.assets = Arc::new(images::probe_all(files, known));
        self.attachments = attachments;
    }

    /// Every file that was read, with the hash of its content, sorted by path; without the files to be copied.
    pub(super) fn input_files(&self) -> Vec<Input> {
        let posts = self.posts.iter().map(|(path, post)| Input {
            path: path.clone(),
            content_hash: post.content_hash,
        });
        let leftovers = self.leftovers.iter().map(|path| Input {
            path: path.clone(),
            content_hash: ContentHash::NAME_ONLY,
        });
        self.definitions.read_log.merged_with(posts.chain(leftovers))
    }

    fn load_without_posts(request: &Request, listing: Option<Listing>) -> Result<Self, Box<Diagnostic>> {
        let mut inputs = load_definitions_of(&request.site, listing)?;
        let ledgers = std::mem::take(&mut inputs.ledgers);
        let (rows, findings) = ledgers::read_records(
            &ledgers,
            &inputs.read_options(),
            &inputs.settings.language,
            &inputs.text_rules(),
            request.today,
        );
        let unprobed = |file: &SourceFile| Asset {
            file: file.clone(),
            probe: None,
            attachment: None,
        };
        Ok(Self {
            assets: Arc::new(inputs.listing.assets.iter().map(unprobed).collect()),
            leftovers: Arc::new(inputs.listing.leftovers.iter().map(|file| file.path.clone()).collect()),
            ledger_records: Checked {
                value: rows.into_iter().map(Arc::new).collect(),
                findings,
            },
            definitions: inputs,
            posts: BTreeMap::new(),
            attachments: SearchedAttachments::new(),
        })
    }

    /// Reads the posts at `paths`, and returns those that changed.
    pub(super) fn read_changed(&self, paths: &[SourcePath]) -> BTreeMap<SourcePath, ParsedPost> {
        let files: Vec<SourceFile> = paths.iter().filter_map(|path| self.file(path)).cloned().collect();
        let mut read = self.read_changed_posts(&files, &self.posts);
        read.retain(|path, post| {
            self.posts
                .get(path)
                .is_none_or(|known| known.content_hash.digest != post.content_hash.digest)
        });
        read
    }

    /// Replaces posts by what they are now.
    pub(super) fn replace_posts(&mut self, posts: BTreeMap<SourcePath, ParsedPost>) {
        self.posts.extend(posts);
    }

    fn file(&self, path: &SourcePath) -> Option<&SourceFile> {
        let posts = &self.definitions.listing.posts;
        posts.iter().find(|file| file.path == *path)
    }

    /// Reads `files` on all threads. A post whose bytes are those of the `known` one is not parsed again.
    fn read_changed_posts(
        &self,
        files: &[SourceFile],
        known: &BTreeMap<SourcePath, ParsedPost>,
    ) -> BTreeMap<SourcePath, ParsedPost> {
        self.read_posts(files, &|file, _| {
            let source = source::read_and_hash(file);
            let known = known.get(&file.path).filter(|known| known.is_of(&source));
            match (known, source) {
                (Some(known), Ok((_, content_hash))) => Ok(ParsedPost {
                    content_hash,
                    ..known.clone()
                }),
                (_, source) => Err(source),
            }
        })
    }

    /// Reads `files` on all threads. Those that are `known` are not parsed.
    fn read_posts(&self, files: &[SourceFile], known: KnownPostFn<'_>) -> BTreeMap<SourcePath, ParsedPost> {
        let options = self.definitions.read_options();
        let rules = self.definitions.text_rules();
        let read = |buffer: &mut Vec<u8>, file: &SourceFile| {
            let post = known(file, buffer).unwrap_or_else(|source| parse_post(file, source, &options, &rules));
            (file.path.clone(), post)
        };
        // A map is built fastest from what is in order.
        let posts: Vec<(SourcePath, ParsedPost)> = files.par_iter().map_init(Vec::new, read).collect();
        posts.into_iter().collect()
    }

    /// How much of the site `changes` concern.
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

    /// Whether a change at `path`, which is not a known post, may concern the site.
    fn is_relevant(&self, path: &SourcePath, disk: &Path) -> bool {
        if source::is_ignored_path(path.as_str()) {
            return false;
        }
        // A temporary file of an editor, made and removed between two scans, exists neither on the disk nor in a list.
        let listing = &self.definitions.listing;
        let is_text = path.in_content().is_some_and(|path| path != "site.yaml");
        let is_named = |finding: &Diagnostic| finding.place.as_ref().is_some_and(|place| place.file == path.as_str());
        // A file that could not be listed is in no list, but a finding names it.
        let is_complained_of = || self.definitions.findings.iter().any(is_named);
        !is_text || source::exists(disk) || listing.has(path) || listing.has_below(path) || is_complained_of()
    }

    /// Makes the catalog, and gathers everything that the later stages need.
    pub(super) fn to_content(&self, request: &Request) -> SiteContent {
        let inputs = &self.definitions;
        let mut findings = inputs.findings.clone();
        let mut records = self.ledger_records.value.clone();
        findings.extend_from_slice(&self.ledger_records.findings);
        findings.extend(images::findings(&self.assets));
        findings.extend(attachments::findings(&self.assets, &inputs.settings.owner));
        findings.extend(
            self.attachments
                .values()
                .flat_map(|searched| searched.findings.iter().cloned()),
        );
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
        let is_internal =
            request.internal && (inputs.has_internal() || records.iter().any(|record| record.meta.internal));
        let shown = match request.internal {
            true => (&inputs.kinds, &inputs.metrics, &inputs.rosters),
            false => (&inputs.public_kinds, &inputs.public_metrics, &inputs.public_rosters),
        };
        let (kinds, metrics, rosters) = (Arc::clone(shown.0), Arc::clone(shown.1), Arc::clone(shown.2));
        let mut sections = inputs.sections.clone();
        sections.retain(|section| !kinds.hides_folder(&section.folder));
        let catalog = Catalog::new(CatalogInputs {
            records,
            sections,
            kinds,
            rosters,
            assets: Arc::clone(&self.assets),
            leftovers: Arc::clone(&self.leftovers),
            withheld,
            is_internal,
            link_rules: inputs.settings.links.clone(),
        });
        SiteContent {
            settings: Arc::clone(&inputs.settings),
            catalog,
            metrics,
            findings: inputs.settings.judge(findings),
            issued: Arc::clone(&inputs.issued),
            theme: Arc::clone(&inputs.theme),
            count_cache: None,
        }
    }
}

impl SiteDefinitions {
    /// A post's text, or that of the settings, with the right words; `None` when there is nothing to correct.
    #[must_use]
    pub(crate) fn fix_wording(&self, path: &SourcePath, text: &str) -> Option<String> {
        let is_post = matches!(path.extension().as_str(), "md" | "markdown");
        let read_day = || record::read(path, text, &self.read_options()).value.meta.date;
        let day = if is_post {
            read_day().map(|moment| moment.date)
        } else {
            None
        };
        self.wording.fix(path.as_str(), text, day)
    }

    /// The options that each post is read with.
    fn read_options(&self) -> ReadOptions<'_> {
        ReadOptions {
            schema: Schema {
                kinds: &self.kinds,
                rosters: &self.rosters,
                policy: &self.settings.policy,
                zone: &self.settings.timezone,
                site: &self.settings.links.site,
            },
            defaults: &self.defaults,
            markdown: self.settings.markdown,
        }
    }

    fn text_rules(&self) -> TextRules<'_> {
        TextRules {
            privacy: PrivacyRule::new(&self.settings),
            wording: &self.wording,
        }
    }
}

/// Whether the records that were read are kept for later runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remembering {
    /// Those of earlier runs are read.
    Read,
    /// They are also written.
    ReadAndWrite,
}

/// The bytes of a post's file and their hash, or why it could not be read.
type SourceBytes = Result<(Vec<u8>, ContentHash), Box<Diagnostic>>;

/// Returns a post that need not be parsed, or the bytes of its source. It may read into the buffer.
type KnownPostFn<'f> = &'f (dyn Fn(&SourceFile, &mut Vec<u8>) -> Result<ParsedPost, SourceBytes> + Sync);

/// What earlier runs have read.
struct Remembered<'r> {
    cache: &'r RecordCache,
    /// The files of an earlier run with their hashes, in order of path.
    known: &'r [Input],
}

impl Remembered<'_> {
    /// A post that an earlier run has read, or the bytes of its file. A file whose stat proves that it is unchanged is not
    /// read.
    fn post(&self, file: &SourceFile, buffer: &mut Vec<u8>) -> Result<ParsedPost, SourceBytes> {
        let known = self.known.binary_search_by(|input| input.path.cmp(&file.path));
        let known = known.ok().map(|index| self.known[index].content_hash);
        let unchanged = known.filter(|known| source::has_same_stat(file, known));
        if let Some(post) = unchanged.and_then(|content_hash| self.stored(file, content_hash, buffer)) {
            return Ok(post);
        }
        let source = source::read_and_hash(file);
        let stored = source
            .as_ref()
            .ok()
            .and_then(|(_, content_hash)| self.stored(file, *content_hash, buffer));
        stored.ok_or(source)
    }

    fn stored(&self, file: &SourceFile, content_hash: ContentHash, buffer: &mut Vec<u8>) -> Option<ParsedPost> {
        let bytes = self.cache.get(&file.path, content_hash.digest, buffer)?;
        Some(ParsedPost {
            content_hash,
            record: Arc::new(record::decode_record(bytes, &file.path)?),
            findings: Vec::new(),
        })
    }
}

impl ParsedPost {
    /// Whether it was parsed from these bytes.
    fn is_of(&self, source: &SourceBytes) -> bool {
        let digest = |source: &(Vec<u8>, ContentHash)| source.1.digest;
        source
            .as_ref()
            .is_ok_and(|source| digest(source) == self.content_hash.digest)
    }
}

/// Parses one post.
fn parse_post(file: &SourceFile, source: SourceBytes, options: &ReadOptions<'_>, rules: &TextRules<'_>) -> ParsedPost {
    let ((bytes, content_hash), mut findings) = match source {
        Ok(source) => (source, Vec::new()),
        Err(finding) => (Default::default(), vec![*finding]),
    };
    let text = decode(file.path.as_str(), bytes);
    findings.extend(text.findings);
    let record = record::read(&file.path, &text.value, options);
    findings.extend(record.findings);
    let place_of = |key: &str| record::find_key_place(file.path.as_str(), &text.value, key);
    findings.extend(check::check_values(&record.value, &options.schema, &place_of));
    if let Some(rule) = &rules.privacy {
        findings.extend(rule.check_text(file.path.as_str(), &text.value));
    }
    let day = record.value.meta.date.map(|moment| moment.date);
    findings.extend(rules.wording.check(file.path.as_str(), &text.value, day));
    ParsedPost {
        content_hash,
        record: Arc::new(record.value),
        findings,
    }
}

/// Takes out drafts, future posts and internal ones, unless the request includes them. Returns the rest, and the records taken out.
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
        if record.meta.internal && !request.internal {
            return true;
        }
        let too_early = day.filter(|&day| day > request.today && !request.future);
        if let Some(day) = too_early {
            let place = record.meta.places.get("date");
            let place = place.unwrap_or_else(|| Place::whole_file(record.path.as_str()));
            let finding = Diagnostic::new(Code::FutureDate).at(place);
            findings.push(finding.with("date", day.to_string()));
        }
        too_early.is_some()
    };
    let withheld = records.extract_if(.., is_withheld).collect();
    (records, withheld)
}
