//! What a preview keeps between changes: the last state without errors, and the latest state.
//!
//! A change in the words of a post (its text, title or summary) is applied to the previous state, which costs the
//! reading of that one file. Any other change rebuilds the catalog and the site, from cached records. Pages are
//! rendered on request, figures are counted when a page first shows one.

use super::content::{ChangeScope, ParsedPost, SiteContent, SiteSources};
use super::images::ImageProcessor;
use super::planned::{PlannedSite, findings_of_reading, has_errors, sorted};
use super::request::Request;
use super::search::LazySearchIndex;
use crate::diag::{Diagnostic, Severity};
use crate::ids::{RecordId, TiVec};
use crate::paths::{SourcePath, UrlPath};
use crate::plan::{FileContent, PlannedFile, View};
use crate::record::{REPORT_KIND, Record};
use crate::report::figure_calls;
use crate::search::SearchFile;
use crate::site::{Site, image_assets, record_addresses};
use crate::source::Changes;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A site that follows its files.
#[derive(Debug)]
pub struct Session {
    request: Request,
    /// `None` while the folder is not a site.
    sources: Option<SiteSources>,
    last_good: Arc<SiteState>,
    latest: Arc<SiteState>,
}

self_cell::self_cell!(
    /// A site with the content that it borrows.
    struct OwnedSite {
        owner: SiteContent,
        #[not_covariant]
        dependent: Site,
    }
    impl {Debug}
);

/// One state of a site. Any thread can request pages from it.
#[derive(Debug, Default)]
pub struct SiteState {
    /// `None` when the folder is not a site.
    site: Option<LoadedSite>,
    /// The findings about the site as a whole that are known at once. After a change of words they lack the findings
    /// that the change causes elsewhere, such as a warning about a report that quotes a title.
    site_findings: Vec<Diagnostic>,
    /// `site_findings` and the findings about single files, sorted.
    known_findings: Vec<Diagnostic>,
    /// All findings, sorted; computed when first requested.
    all_findings: OnceLock<Vec<Diagnostic>>,
}

/// A site and everything that rendering its pages needs.
#[derive(Debug)]
struct LoadedSite {
    /// The site's folder.
    root: PathBuf,
    owned: OwnedSite,
    addresses: Arc<TiVec<RecordId, UrlPath>>,
    planned: Arc<PlannedSite>,
    search_index: LazySearchIndex,
}

/// The site's answer to a request for an address.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A complete HTML page, as a build would write it.
    Page(Vec<u8>),
    /// The bytes of another output file: a feed, a Word file, a static file of the theme.
    Bytes(Vec<u8>),
    /// The source of a file that a build would copy.
    File(PathBuf),
    /// The source of a picture, and the bytes that a build would make from it.
    Generated(PathBuf, Vec<u8>),
    /// The address with a slash at its end is a page.
    Folder,
    /// Nothing has this address. Holds the site's own 404 page, or no bytes when it could not be rendered.
    NotFound(Vec<u8>),
    /// The file could not be made.
    Failed(Vec<Diagnostic>),
}

impl Session {
    /// Reads the site for the first time.
    #[must_use]
    pub fn open(request: Request) -> Self {
        let (sources, latest) = load(&request, None);
        Self {
            request,
            sources,
            last_good: Arc::clone(&latest),
            latest,
        }
    }

    /// Reads what changed on the disk. Returns whether the change concerns the site.
    pub fn update(&mut self, changes: &Changes) -> bool {
        let scope = match &self.sources {
            Some(sources) => sources.change_scope(&self.request, changes),
            None => ChangeScope::Full,
        };
        let latest = match (scope, &mut self.sources) {
            (ChangeScope::Posts(paths), Some(sources)) => {
                let changed = sources.read_changed(&paths);
                if changed.is_empty() {
                    return false;
                }
                let edited = self.latest.with_text_edits(&self.request, &changed);
                sources.replace_posts(changed);
                edited.unwrap_or_else(|| Arc::new(SiteState::new(&self.request, sources.to_content(&self.request))))
            }
            (_, sources) => {
                let (reloaded, latest) = load(&self.request, sources.as_ref());
                *sources = reloaded;
                latest
            }
        };
        // Keep the last state without errors until the next one. Before the first, show the latest state,
        // whatever its errors.
        if !latest.is_broken() || self.last_good.is_broken() {
            self.last_good = Arc::clone(&latest);
        }
        self.latest = latest;
        true
    }

    /// The state that pages show: the latest one without errors, or the latest one when all had errors.
    #[must_use]
    pub fn last_good(&self) -> Arc<SiteState> {
        Arc::clone(&self.last_good)
    }

    /// The site as last read, whether it has errors or not.
    #[must_use]
    pub fn latest(&self) -> Arc<SiteState> {
        Arc::clone(&self.latest)
    }
}

/// Reads the site. Posts of `before` that did not change are not parsed again.
fn load(request: &Request, before: Option<&SiteSources>) -> (Option<SiteSources>, Arc<SiteState>) {
    let sources = match before {
        Some(before) => before.reload(request),
        None => SiteSources::load(request),
    };
    match sources {
        Ok(mut sources) => {
            sources.probe_assets(before);
            let state = SiteState::new(request, sources.to_content(request));
            (Some(sources), Arc::new(state))
        }
        Err(finding) => (None, Arc::new(SiteState::without_site(*finding))),
    }
}

impl LoadedSite {
    fn new(
        request: &Request,
        content: SiteContent,
        addresses: Arc<TiVec<RecordId, UrlPath>>,
        planned: Option<Arc<PlannedSite>>,
    ) -> Self {
        let base_url = request.base_url.as_deref();
        let built = OwnedSite::new(content, |content| {
            content.site_with_addresses(base_url, request.today, Arc::clone(&addresses))
        });
        let plan = || built.with_dependent(|content, site| Arc::new(PlannedSite::new(content, site)));
        Self {
            root: request.site.clone(),
            planned: planned.unwrap_or_else(plan),
            owned: built,
            addresses,
            search_index: LazySearchIndex::default(),
        }
    }

    fn content(&self) -> &SiteContent {
        self.owned.borrow_owner()
    }

    /// The content with the `changed` posts replaced. `None` when more than their words changed.
    fn with_text_edits(&self, changed: &BTreeMap<SourcePath, ParsedPost>) -> Option<SiteContent> {
        let mut content = self.content().clone();
        // A metric reads these fields, so a figure may change, and with it the set of pages.
        if content.counts_words() {
            return None;
        }
        for (path, post) in changed {
            let id = content.catalog.find_record(path)?;
            let former = Arc::clone(&content.catalog.records[id]);
            let pictures = image_assets(&former.body, &content.catalog.record_links[id].links);
            let named = content
                .catalog
                .references_of(&former, &content.catalog.record_links[id]);
            let shows_figures = |record: &Record| record.kind == REPORT_KIND || !figure_calls(&record.body).is_empty();
            if shows_figures(&former) || shows_figures(&post.record) {
                return None;
            }
            // The posts of issued reports are known again by these.
            let is_reworded = former.meta.title != post.record.meta.title || former.summary() != post.record.summary();
            if is_reworded && content.may_be_issued(path) {
                return None;
            }
            content.catalog = content.catalog.with_replaced_record(&post.record)?;
            // The post shows other pictures or names other files, so the plan has other files.
            let resolved = &content.catalog.record_links[id];
            if image_assets(&post.record.body, &resolved.links) != pictures
                || content.catalog.references_of(&post.record, resolved) != named
            {
                return None;
            }
        }
        if content.count_cache.is_none() {
            content.count_cache = Some(Arc::new(self.owned.with_dependent(|_, site| site.figures.to_cache())));
        }
        content.findings.retain(|finding| !is_about(finding, changed));
        let found = changed.values().flat_map(|post| post.findings.iter().cloned());
        content.findings.extend(content.settings.judge(found.collect()));
        Some(content)
    }

    /// The findings about the words of the `changed` posts.
    fn findings_in(&self, changed: &BTreeMap<SourcePath, ParsedPost>) -> Vec<Diagnostic> {
        let catalog = &self.content().catalog;
        let of_post = |id| self.owned.with_dependent(|_, site| self.planned.findings_in(site, id));
        changed
            .keys()
            .filter_map(|path| catalog.find_record(path))
            .flat_map(of_post)
            .collect()
    }

    /// The file at `url`, in which `index.html` stands for its folder.
    fn file_at(&self, url: &str) -> Option<&PlannedFile> {
        let folder = url.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        self.planned.plan.file_at(folder.unwrap_or(url))
    }

    fn answer(&self, file: &PlannedFile) -> Answer {
        let content = self.content();
        self.owned.with_dependent(|_, site| match &file.content {
            FileContent::Page(view) => match self.planned.render_page(site, file, view) {
                Ok(html) if view.is_html() => Answer::Page(html),
                Ok(bytes) => Answer::Bytes(bytes),
                Err(findings) => Answer::Failed(findings),
            },
            FileContent::Asset(id) => {
                let disk = content.catalog.assets[*id].file.disk_path.clone();
                match ImageProcessor::new(&content.catalog.assets, &self.root)
                    .job(*id)
                    .sanitized()
                {
                    Ok(Some(bytes)) => Answer::Generated(disk, bytes),
                    // A picture that can no longer be sanitized is served unchanged: only the editor sees the preview.
                    Ok(None) | Err(_) => Answer::File(disk),
                }
            }
            FileContent::ResizedImage(id, variant) => {
                match ImageProcessor::new(&content.catalog.assets, &self.root)
                    .job(*id)
                    .variant(variant)
                {
                    Ok(bytes) => Answer::Generated(content.catalog.assets[*id].file.disk_path.clone(), bytes),
                    Err(finding) => Answer::Failed(vec![*finding]),
                }
            }
            FileContent::Static(path) => Answer::Bytes(content.static_file(path).to_vec()),
            FileContent::Download(download) => match content.download_bytes(site, file, download) {
                Ok(bytes) => Answer::Bytes(bytes),
                Err(finding) => Answer::Failed(vec![*finding]),
            },
            FileContent::Search(part) => {
                if matches!(part, SearchFile::Shard(_)) {
                    self.search_index.prepare(site);
                }
                Answer::Bytes(self.search_index.file(site, *part).into_owned())
            }
        })
    }
}

fn is_about(finding: &Diagnostic, posts: &BTreeMap<SourcePath, ParsedPost>) -> bool {
    let file = finding.place.as_ref().map(|place| SourcePath::new(&place.file));
    file.is_some_and(|file| posts.contains_key(&file))
}

impl SiteState {
    /// The state of a site whose content was rebuilt.
    fn new(request: &Request, content: SiteContent) -> Self {
        let addresses = Arc::new(record_addresses(&content.catalog, &content.settings));
        let loaded = LoadedSite::new(request, content, addresses, None);
        let rules = loaded.owned.with_dependent(|_, site| loaded.planned.findings(site));
        let state = Self::with_site_findings(loaded, rules);
        // The known findings are complete.
        let _ = state.all_findings.set(state.known_findings.clone());
        state
    }

    fn with_site_findings(loaded: LoadedSite, rules: Vec<Diagnostic>) -> Self {
        let mut known = loaded.owned.with_dependent(findings_of_reading);
        known.extend_from_slice(&rules);
        let known = sorted(known, &loaded.content().catalog.kinds);
        Self {
            site: Some(loaded),
            site_findings: rules,
            known_findings: known,
            all_findings: OnceLock::new(),
        }
    }

    /// The state when the folder is not a site.
    fn without_site(finding: Diagnostic) -> Self {
        Self {
            site: None,
            site_findings: Vec::new(),
            known_findings: vec![finding.clone()],
            all_findings: OnceLock::from(vec![finding]),
        }
    }

    /// This state with the `changed` posts replaced. `None` when more than their words changed.
    fn with_text_edits(&self, request: &Request, changed: &BTreeMap<SourcePath, ParsedPost>) -> Option<Arc<Self>> {
        let former = self.site.as_ref()?;
        let content = former.with_text_edits(changed)?;
        let loaded = LoadedSite::new(
            request,
            content,
            Arc::clone(&former.addresses),
            Some(Arc::clone(&former.planned)),
        );
        let gone = former.findings_in(changed);
        let mut rules = self.site_findings.clone();
        rules.retain(|finding| !gone.contains(finding));
        rules.extend(loaded.findings_in(changed));
        Some(Arc::new(Self::with_site_findings(loaded, rules)))
    }

    /// The path of the site's base address, with which all its addresses start: `/town`; often empty.
    #[must_use]
    pub fn prefix(&self) -> String {
        let prefix = self.with_site(|site| (!site.links.base.is_relative()).then(|| site.links.base.prefix.clone()));
        prefix.flatten().unwrap_or_default()
    }

    /// The published address of each static file of the theme, by its path below `static/`.
    #[must_use]
    pub fn statics(&self) -> BTreeMap<String, UrlPath> {
        self.with_site(|site| site.links.statics.clone()).unwrap_or_default()
    }

    /// The errors, which keep this state from being published.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.known_findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
    }

    /// The warnings. After a change of words they lack those of pages that were not rendered again.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.known_findings
            .iter()
            .filter(|finding| finding.severity == Severity::Warning)
    }

    fn is_broken(&self) -> bool {
        has_errors(&self.known_findings)
    }

    /// All findings, ordered by file, line, column. The first call may take a moment.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        self.all_findings.get_or_init(|| {
            let Some(loaded) = &self.site else {
                return self.known_findings.clone();
            };
            let mut findings = loaded.owned.with_dependent(|_, site| loaded.planned.findings(site));
            findings.extend(loaded.owned.with_dependent(findings_of_reading));
            sorted(findings, &loaded.content().catalog.kinds)
        })
    }

    /// The result of `read` on the site. `None` when the folder is not a site.
    pub fn with_site<T>(&self, read: impl FnOnce(&Site<'_>) -> T) -> Option<T> {
        let loaded = self.site.as_ref()?;
        Some(loaded.owned.with_dependent(|_, site| read(site)))
    }

    /// The post or page at `url`, which is given as to [`Self::answer`]; `None` when the page does not show a single post.
    pub(crate) fn post_at(&self, url: &str) -> Option<RecordId> {
        match self.site.as_ref()?.file_at(url)?.content {
            FileContent::Page(View::Article(id)) => Some(id),
            _ => None,
        }
    }

    /// The answer for `url`: below the prefix, decoded, starting with `/`, without `?` and `#` parts.
    #[must_use]
    pub fn answer(&self, url: &str) -> Answer {
        let Some(loaded) = &self.site else {
            return Answer::NotFound(Vec::new());
        };
        let plan = &loaded.planned.plan;
        match loaded.file_at(url) {
            Some(file) => loaded.answer(file),
            None if plan.file_at(&format!("{url}/")).is_some() => Answer::Folder,
            None => match plan.file_at("/404.html").map(|file| loaded.answer(file)) {
                Some(Answer::Page(html)) => Answer::NotFound(html),
                _ => Answer::NotFound(Vec::new()),
            },
        }
    }
}
