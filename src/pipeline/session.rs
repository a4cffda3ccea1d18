//! What a preview keeps between changes: the site as it is shown, and as it was last read.
//!
//! A change in the words of a post (its text, title or summary) is taken over into the state before, which costs the
//! reading of that one file; anything else has the site put in order anew, from records that are kept. Pages are made
//! when they are asked for, figures when a page first shows one.

use super::content::{ChangeScope, ParsedPost, SiteContent, SiteSources};
use super::images::ImageProcessor;
use super::planned::{PlannedSite, has_errors, sorted};
use super::request::Request;
use super::search::LazySearchIndex;
use crate::diag::{Diagnostic, Severity};
use crate::ids::{RecordId, TiVec};
use crate::paths::{SourcePath, UrlPath};
use crate::plan::{FileContent, PlannedFile};
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
    /// None while the folder is no site.
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

/// One state of a site, to be asked for pages by any thread.
#[derive(Debug, Default)]
pub struct SiteState {
    /// None when the folder is no site.
    site: Option<LoadedSite>,
    /// What is wrong with the site as a whole. As far as it is known at once: after a change of words it lacks what
    /// they change elsewhere, such as a warning about a report that quotes a title.
    site_findings: Vec<Diagnostic>,
    /// That and what is wrong in the files by themselves, in order.
    known_findings: Vec<Diagnostic>,
    /// All of it, in order.
    all_findings: OnceLock<Vec<Diagnostic>>,
}

/// A site and what makes its pages.
#[derive(Debug)]
struct LoadedSite {
    /// The site's folder.
    root: PathBuf,
    owned: OwnedSite,
    addresses: Arc<TiVec<RecordId, UrlPath>>,
    planned: Arc<PlannedSite>,
    search_index: LazySearchIndex,
}

/// What the site has at an address.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A page that people read, whole, as a build would write it.
    Page(Vec<u8>),
    /// A file made by the build: a feed, a Word file, a static file of the theme.
    Bytes(Vec<u8>),
    /// A file that a build would copy from here.
    File(PathBuf),
    /// A picture that a build would make from the file here.
    Generated(PathBuf, Vec<u8>),
    /// The address with a slash at its end is a page.
    Folder,
    /// Nothing; the site's own page that says so, where it could be made.
    NotFound(Vec<u8>),
    /// The page cannot be made.
    Failed(Vec<Diagnostic>),
}

impl Session {
    /// Reads the site for the first time.
    #[must_use]
    pub fn open(request: Request) -> Self {
        let (reading, newest) = load(&request, None);
        Self {
            request,
            sources: reading,
            last_good: Arc::clone(&newest),
            latest: newest,
        }
    }

    /// Takes note of what changed on the disk. Returns whether anything did that the site is made from.
    pub fn update(&mut self, changes: &Changes) -> bool {
        let touched = match &self.sources {
            Some(reading) => reading.change_scope(&self.request, changes),
            None => ChangeScope::Full,
        };
        let newest = match (touched, &mut self.sources) {
            (ChangeScope::Posts(paths), Some(reading)) => {
                let changed = reading.read_changed(&paths);
                if changed.is_empty() {
                    return false;
                }
                let reworded = self.latest.with_text_edits(&self.request, &changed);
                reading.replace_posts(changed);
                reworded.unwrap_or_else(|| Arc::new(SiteState::new(&self.request, reading.to_content(&self.request))))
            }
            (_, reading) => {
                let (again, newest) = load(&self.request, reading.as_ref());
                *reading = again;
                newest
            }
        };
        // What was good stays until there is something as good; a site that never was shows what there is.
        if !newest.is_broken() || self.last_good.is_broken() {
            self.last_good = Arc::clone(&newest);
        }
        self.latest = newest;
        true
    }

    /// What pages show: the newest state without errors; the newest one when there was none.
    #[must_use]
    pub fn last_good(&self) -> Arc<SiteState> {
        Arc::clone(&self.last_good)
    }

    /// The site as last read, with all that is wrong in it.
    #[must_use]
    pub fn latest(&self) -> Arc<SiteState> {
        Arc::clone(&self.latest)
    }
}

/// Reads the site, keeping what was read `before` of posts that are the same.
fn load(request: &Request, before: Option<&SiteSources>) -> (Option<SiteSources>, Arc<SiteState>) {
    let reading = match before {
        Some(before) => before.reload(request),
        None => SiteSources::load(request),
    };
    match reading {
        Ok(mut reading) => {
            reading.probe_images(before);
            let shown = SiteState::new(request, reading.to_content(request));
            (Some(reading), Arc::new(shown))
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

    /// The content with some posts in the place of what they were; none where more than their words changed.
    fn with_text_edits(&self, changed: &BTreeMap<SourcePath, ParsedPost>) -> Option<SiteContent> {
        let mut content = self.content().clone();
        // Then a figure may be another one, and with it which pages there are.
        if ["title", "summary"]
            .iter()
            .any(|field| content.metrics.uses_field(field))
        {
            return None;
        }
        for (path, post) in changed {
            let at = content.catalog.find_record(path)?;
            let former = Arc::clone(&content.catalog.records[at]);
            let pictures = image_assets(&former.body, &content.catalog.record_links[at].links);
            let shows_figures = |record: &Record| record.kind == REPORT_KIND || !figure_calls(&record.body).is_empty();
            if shows_figures(&former) || shows_figures(&post.record) {
                return None;
            }
            content.catalog = content.catalog.with_replaced_record(&post.record)?;
            // Then other files are planned to be made of pictures.
            if image_assets(&post.record.body, &content.catalog.record_links[at].links) != pictures {
                return None;
            }
        }
        if content.count_cache.is_none() {
            content.count_cache = Some(Arc::new(self.owned.with_dependent(|_, site| site.figures.to_cache())));
        }
        content.findings.retain(|finding| !is_about(finding, changed));
        content
            .findings
            .extend(changed.values().flat_map(|post| post.findings.iter().cloned()));
        Some(content)
    }

    /// What is wrong with the words of some posts.
    fn findings_in(&self, changed: &BTreeMap<SourcePath, ParsedPost>) -> Vec<Diagnostic> {
        let catalog = &self.content().catalog;
        let of_post = |at| self.owned.with_dependent(|_, site| self.planned.findings_in(site, at));
        changed
            .keys()
            .filter_map(|path| catalog.find_record(path))
            .flat_map(of_post)
            .collect()
    }

    fn answer(&self, file: &PlannedFile) -> Answer {
        let content = self.content();
        self.owned.with_dependent(|_, site| match &file.content {
            FileContent::Page(view) => match self.planned.render_page(site, file, view) {
                Ok(html) if view.is_html() => Answer::Page(html),
                Ok(bytes) => Answer::Bytes(bytes),
                Err(findings) => Answer::Failed(findings),
            },
            FileContent::Asset(at) => {
                let disk = content.catalog.assets[*at].file.disk_path.clone();
                match ImageProcessor::new(&content.catalog.assets, &self.root)
                    .job(*at)
                    .sanitized()
                {
                    Ok(Some(bytes)) => Answer::Generated(disk, bytes),
                    // What cannot be cleaned by now is shown as it is: whoever looks is the editor.
                    Ok(None) | Err(_) => Answer::File(disk),
                }
            }
            FileContent::ResizedImage(at, recipe) => {
                match ImageProcessor::new(&content.catalog.assets, &self.root)
                    .job(*at)
                    .variant(recipe)
                {
                    Ok(bytes) => Answer::Generated(content.catalog.assets[*at].file.disk_path.clone(), bytes),
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
    /// The state of a site that was put in order anew.
    fn new(request: &Request, content: SiteContent) -> Self {
        let addresses = Arc::new(record_addresses(&content.catalog, &content.settings));
        let live = LoadedSite::new(request, content, addresses, None);
        let rules = live.owned.with_dependent(|_, site| live.planned.findings(site));
        let shown = Self::with_site_findings(live, rules);
        // Nothing is left to be found.
        let _ = shown.all_findings.set(shown.known_findings.clone());
        shown
    }

    fn with_site_findings(live: LoadedSite, rules: Vec<Diagnostic>) -> Self {
        let mut known = live.content().findings.clone();
        known.extend_from_slice(&rules);
        Self {
            site: Some(live),
            site_findings: rules,
            known_findings: sorted(known),
            all_findings: OnceLock::new(),
        }
    }

    /// There is no site.
    fn without_site(finding: Diagnostic) -> Self {
        Self {
            site: None,
            site_findings: Vec::new(),
            known_findings: vec![finding.clone()],
            all_findings: OnceLock::from(vec![finding]),
        }
    }

    /// This state with some posts in the place of what they were; none where more than their words changed.
    fn with_text_edits(&self, request: &Request, changed: &BTreeMap<SourcePath, ParsedPost>) -> Option<Arc<Self>> {
        let former = self.site.as_ref()?;
        let content = former.with_text_edits(changed)?;
        let live = LoadedSite::new(
            request,
            content,
            Arc::clone(&former.addresses),
            Some(Arc::clone(&former.planned)),
        );
        let gone = former.findings_in(changed);
        let mut rules = self.site_findings.clone();
        rules.retain(|finding| !gone.contains(finding));
        rules.extend(live.findings_in(changed));
        Some(Arc::new(Self::with_site_findings(live, rules)))
    }

    /// The path of the site's base address, which all its addresses start with: `/town`; often empty.
    #[must_use]
    pub fn prefix(&self) -> String {
        let prefix = self.with_site(|site| (!site.links.base.is_relative()).then(|| site.links.base.prefix.clone()));
        prefix.flatten().unwrap_or_default()
    }

    /// Published address of each static file of the theme, by its path below `static/`.
    #[must_use]
    pub fn statics(&self) -> BTreeMap<String, UrlPath> {
        self.with_site(|site| site.links.statics.clone()).unwrap_or_default()
    }

    /// What keeps this state from being published.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.known_findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
    }

    fn is_broken(&self) -> bool {
        has_errors(&self.known_findings)
    }

    /// Everything found, ordered by file, line, column. May take a moment when first asked for.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        self.all_findings.get_or_init(|| {
            let Some(live) = &self.site else {
                return self.known_findings.clone();
            };
            let mut findings = live.owned.with_dependent(|_, site| live.planned.findings(site));
            findings.extend_from_slice(&live.content().findings);
            sorted(findings)
        })
    }

    /// What `look` sees in the site; none when the folder is no site.
    pub fn with_site<T>(&self, look: impl FnOnce(&Site<'_>) -> T) -> Option<T> {
        let live = self.site.as_ref()?;
        Some(live.owned.with_dependent(|_, site| look(site)))
    }

    /// What stands at `url`: below the prefix, decoded, starting with `/`, without `?` and `#` parts.
    #[must_use]
    pub fn answer(&self, url: &str) -> Answer {
        let Some(live) = &self.site else {
            return Answer::NotFound(Vec::new());
        };
        let plan = &live.planned.plan;
        let folder = url.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        match plan.file_at(folder.unwrap_or(url)) {
            Some(file) => live.answer(file),
            None if plan.file_at(&format!("{url}/")).is_some() => Answer::Folder,
            None => match plan.file_at("/404.html").map(|file| live.answer(file)) {
                Some(Answer::Page(html)) => Answer::NotFound(html),
                _ => Answer::NotFound(Vec::new()),
            },
        }
    }
}
