//! What a preview keeps between changes: the site as it is shown, and as it was last read.
//!
//! A change in the words of a post (its text, title or summary) is taken over into the state before, which costs the
//! reading of that one file; anything else has the site put in order anew, from records that are kept. Pages are made
//! when they are asked for, figures when a page first shows one.

use super::content::{Post, Reading, SiteContent, Touched};
use super::pictures::Workshop;
use super::search::Searching;
use super::{Planned, Request, has_errors, in_order};
use crate::diag::{Diagnostic, Severity};
use crate::paths::{SourcePath, UrlPath};
use crate::plan::{Content, PlannedFile, SearchFile, Site, addresses, assets_shown};
use crate::record::{REPORT, Record};
use crate::report::calls_of;
use crate::source::Changes;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A site that follows its files.
#[derive(Debug)]
pub struct Session {
    request: Request,
    /// None while the folder is no site.
    reading: Option<Reading>,
    shown: Arc<Shown>,
    newest: Arc<Shown>,
}

self_cell::self_cell!(
    /// A site with the content that it borrows.
    struct Built {
        owner: SiteContent,
        #[not_covariant]
        dependent: Site,
    }
    impl {Debug}
);

/// One state of a site, to be asked for pages by any thread.
#[derive(Debug, Default)]
pub struct Shown {
    /// None when the folder is no site.
    live: Option<Live>,
    /// What is wrong with the site as a whole. As far as it is known at once: after a change of words it lacks what
    /// they change elsewhere, such as a warning about a report that quotes a title.
    rules: Vec<Diagnostic>,
    /// That and what is wrong in the files by themselves, in order.
    known: Vec<Diagnostic>,
    /// All of it, in order.
    complete: OnceLock<Vec<Diagnostic>>,
}

/// A site and what makes its pages.
#[derive(Debug)]
struct Live {
    /// The site's folder.
    root: PathBuf,
    built: Built,
    addresses: Arc<Vec<UrlPath>>,
    planned: Arc<Planned>,
    searching: Searching,
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
    Made(PathBuf, Vec<u8>),
    /// The address with a slash at its end is a page.
    Folder,
    /// Nothing; the site's own page that says so, where it could be made.
    Nothing(Vec<u8>),
    /// The page cannot be made.
    Broken(Vec<Diagnostic>),
}

impl Session {
    /// Reads the site for the first time.
    #[must_use]
    pub fn open(request: Request) -> Self {
        let (reading, newest) = read(&request, None);
        Self {
            request,
            reading,
            shown: Arc::clone(&newest),
            newest,
        }
    }

    /// Takes note of what changed on the disk. Returns whether anything did that the site is made from.
    pub fn update(&mut self, changes: &Changes) -> bool {
        let touched = match &self.reading {
            Some(reading) => reading.touched(&self.request, changes),
            None => Touched::More,
        };
        let newest = match (touched, &mut self.reading) {
            (Touched::Posts(paths), Some(reading)) => {
                let changed = reading.changed(&paths);
                if changed.is_empty() {
                    return false;
                }
                let reworded = self.newest.reworded(&self.request, &changed);
                reading.put(changed);
                reworded.unwrap_or_else(|| Arc::new(Shown::of(&self.request, reading.content(&self.request))))
            }
            (_, reading) => {
                let (again, newest) = read(&self.request, reading.as_ref());
                *reading = again;
                newest
            }
        };
        // What was good stays until there is something as good; a site that never was shows what there is.
        if !newest.is_broken() || self.shown.is_broken() {
            self.shown = Arc::clone(&newest);
        }
        self.newest = newest;
        true
    }

    /// What pages show: the newest state without errors; the newest one when there was none.
    #[must_use]
    pub fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown)
    }

    /// The site as last read, with all that is wrong in it.
    #[must_use]
    pub fn newest(&self) -> Arc<Shown> {
        Arc::clone(&self.newest)
    }
}

/// Reads the site, keeping what was read `before` of posts that are the same.
fn read(request: &Request, before: Option<&Reading>) -> (Option<Reading>, Arc<Shown>) {
    let reading = match before {
        Some(before) => before.again(request),
        None => Reading::of(request),
    };
    match reading {
        Ok(mut reading) => {
            reading.look(before);
            let shown = Shown::of(request, reading.content(request));
            (Some(reading), Arc::new(shown))
        }
        Err(finding) => (None, Arc::new(Shown::nothing(*finding))),
    }
}

impl Live {
    fn new(
        request: &Request,
        content: SiteContent,
        addresses: Arc<Vec<UrlPath>>,
        planned: Option<Arc<Planned>>,
    ) -> Self {
        let base_url = request.base_url.as_deref();
        let built = Built::new(content, |content| {
            content.site_at(base_url, request.today, Arc::clone(&addresses))
        });
        let plan = || built.with_dependent(|content, site| Arc::new(Planned::new(content, site)));
        Self {
            root: request.site.clone(),
            planned: planned.unwrap_or_else(plan),
            built,
            addresses,
            searching: Searching::default(),
        }
    }

    fn content(&self) -> &SiteContent {
        self.built.borrow_owner()
    }

    /// The content with some posts in the place of what they were; none where more than their words changed.
    fn reworded(&self, changed: &BTreeMap<SourcePath, Post>) -> Option<SiteContent> {
        let mut content = self.content().clone();
        // Then a figure may be another one, and with it which pages there are.
        if ["title", "summary"].iter().any(|field| content.metrics.ask_for(field)) {
            return None;
        }
        for (path, post) in changed {
            let at = content.catalog.find(path)?;
            let former = Arc::clone(&content.catalog.records[at]);
            let pictures = assets_shown(&former.body, &content.catalog.resolved[at].links);
            let shows_figures = |record: &Record| record.kind == REPORT || !calls_of(&record.body).is_empty();
            if shows_figures(&former) || shows_figures(&post.record) {
                return None;
            }
            content.catalog = content.catalog.with(&post.record)?;
            // Then other files are planned to be made of pictures.
            if assets_shown(&post.record.body, &content.catalog.resolved[at].links) != pictures {
                return None;
            }
        }
        if content.counted.is_none() {
            content.counted = self.built.with_dependent(|_, site| site.counted()).map(Arc::new);
        }
        content.findings.retain(|finding| !is_about(finding, changed));
        content
            .findings
            .extend(changed.values().flat_map(|post| post.findings.iter().cloned()));
        Some(content)
    }

    /// What is wrong with the words of some posts.
    fn findings_in(&self, changed: &BTreeMap<SourcePath, Post>) -> Vec<Diagnostic> {
        let catalog = &self.content().catalog;
        let of_post = |at| self.built.with_dependent(|_, site| self.planned.findings_in(site, at));
        changed
            .keys()
            .filter_map(|path| catalog.find(path))
            .flat_map(of_post)
            .collect()
    }

    fn answer(&self, file: &PlannedFile) -> Answer {
        let content = self.content();
        self.built.with_dependent(|_, site| match &file.content {
            Content::Page(view) => match self.planned.page(site, file, view) {
                Ok(html) if view.is_html() => Answer::Page(html),
                Ok(bytes) => Answer::Bytes(bytes),
                Err(findings) => Answer::Broken(findings),
            },
            Content::Asset(at) => {
                let disk = content.assets[*at].disk.clone();
                match Workshop::new(content, &self.root).bench(*at).cleaned() {
                    Ok(Some(bytes)) => Answer::Made(disk, bytes),
                    // What cannot be cleaned by now is shown as it is: whoever looks is the editor.
                    Ok(None) | Err(_) => Answer::File(disk),
                }
            }
            Content::Picture(at, recipe) => match Workshop::new(content, &self.root).bench(*at).made(recipe) {
                Ok(bytes) => Answer::Made(content.assets[*at].disk.clone(), bytes),
                Err(finding) => Answer::Broken(vec![*finding]),
            },
            Content::Static(path) => Answer::Bytes(content.static_file(path).to_vec()),
            Content::Download(download) => match content.download(site, file, download) {
                Ok(bytes) => Answer::Bytes(bytes),
                Err(finding) => Answer::Broken(vec![*finding]),
            },
            Content::Search(part) => {
                if matches!(part, SearchFile::Shard(_)) {
                    self.searching.prepare(site);
                }
                Answer::Bytes(self.searching.file(site, *part).into_owned())
            }
        })
    }
}

fn is_about(finding: &Diagnostic, posts: &BTreeMap<SourcePath, Post>) -> bool {
    let file = finding.place.as_ref().map(|place| SourcePath::new(&place.file));
    file.is_some_and(|file| posts.contains_key(&file))
}

impl Shown {
    /// The state of a site that was put in order anew.
    fn of(request: &Request, content: SiteContent) -> Self {
        let addresses = Arc::new(addresses(&content.catalog, &content.settings));
        let live = Live::new(request, content, addresses, None);
        let rules = live.built.with_dependent(|_, site| live.planned.findings(site));
        let shown = Self::with_rules(live, rules);
        // Nothing is left to be found.
        let _ = shown.complete.set(shown.known.clone());
        shown
    }

    fn with_rules(live: Live, rules: Vec<Diagnostic>) -> Self {
        let mut known = live.content().findings.clone();
        known.extend_from_slice(&rules);
        Self {
            live: Some(live),
            rules,
            known: in_order(known),
            complete: OnceLock::new(),
        }
    }

    /// There is no site.
    fn nothing(finding: Diagnostic) -> Self {
        Self {
            live: None,
            rules: Vec::new(),
            known: vec![finding.clone()],
            complete: OnceLock::from(vec![finding]),
        }
    }

    /// This state with some posts in the place of what they were; none where more than their words changed.
    fn reworded(&self, request: &Request, changed: &BTreeMap<SourcePath, Post>) -> Option<Arc<Self>> {
        let former = self.live.as_ref()?;
        let content = former.reworded(changed)?;
        let live = Live::new(
            request,
            content,
            Arc::clone(&former.addresses),
            Some(Arc::clone(&former.planned)),
        );
        let gone = former.findings_in(changed);
        let mut rules = self.rules.clone();
        rules.retain(|finding| !gone.contains(finding));
        rules.extend(live.findings_in(changed));
        Some(Arc::new(Self::with_rules(live, rules)))
    }

    /// The path of the site's base address, which all its addresses start with: `/town`; often empty.
    #[must_use]
    pub fn prefix(&self) -> String {
        let prefix = self.with_site(|site| (!site.base.is_relative()).then(|| site.base.prefix.clone()));
        prefix.flatten().unwrap_or_default()
    }

    /// Published address of each static file of the theme, by its path below `static/`.
    #[must_use]
    pub fn statics(&self) -> BTreeMap<String, UrlPath> {
        self.with_site(|site| site.statics.clone()).unwrap_or_default()
    }

    /// What keeps this state from being published.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.known.iter().filter(|finding| finding.severity == Severity::Error)
    }

    fn is_broken(&self) -> bool {
        has_errors(&self.known)
    }

    /// Everything found, ordered by file, line, column. May take a moment when first asked for.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        self.complete.get_or_init(|| {
            let Some(live) = &self.live else {
                return self.known.clone();
            };
            let mut findings = live.built.with_dependent(|_, site| live.planned.findings(site));
            findings.extend_from_slice(&live.content().findings);
            in_order(findings)
        })
    }

    /// What `look` sees in the site; none when the folder is no site.
    pub fn with_site<T>(&self, look: impl FnOnce(&Site<'_>) -> T) -> Option<T> {
        let live = self.live.as_ref()?;
        Some(live.built.with_dependent(|_, site| look(site)))
    }

    /// What stands at `url`: below the prefix, decoded, starting with `/`, without `?` and `#` parts.
    #[must_use]
    pub fn answer(&self, url: &str) -> Answer {
        let Some(live) = &self.live else {
            return Answer::Nothing(Vec::new());
        };
        let plan = &live.planned.plan;
        let folder = url.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        match plan.at(folder.unwrap_or(url)) {
            Some(file) => live.answer(file),
            None if plan.at(&format!("{url}/")).is_some() => Answer::Folder,
            None => match plan.at("/404.html").map(|file| live.answer(file)) {
                Some(Answer::Page(html)) => Answer::Nothing(html),
                _ => Answer::Nothing(Vec::new()),
            },
        }
    }
}
