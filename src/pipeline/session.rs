//! What a preview keeps between changes: the site as it is shown, and as it was last read.

use super::{Outcome, Ready, Request, run};
use crate::diag::{Diagnostic, Severity};
use crate::export;
use crate::paths::UrlPath;
use crate::plan::{Base, Content, Site};
use crate::render;
use crate::source::{self, Changes};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A site that follows its files.
#[derive(Debug)]
pub struct Session {
    request: Request,
    shown: Arc<Shown>,
    newest: Arc<Shown>,
}

/// One state of a site, ready to be asked for pages by any thread.
#[derive(Debug, Default)]
pub struct Shown {
    files: HashMap<String, Answer>,
    prefix: String,
    statics: BTreeMap<String, UrlPath>,
    findings: Vec<Diagnostic>,
    request: Option<Request>,
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
        let newest = Arc::new(Shown::of(&request));
        Self {
            request,
            shown: Arc::clone(&newest),
            newest,
        }
    }

    /// Takes note of what changed on the disk.
    pub fn update(&mut self, _changes: &Changes) {
        let newest = Arc::new(Shown::of(&self.request));
        // What was good stays until there is something as good: a site that never was shows what there is.
        if newest.errors().next().is_none() || self.shown.errors().next().is_some() {
            self.shown = Arc::clone(&newest);
        }
        self.newest = newest;
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

impl Shown {
    fn of(request: &Request) -> Self {
        let made = Mutex::new(Self::default());
        let outcome = run(request, &|ready: &Ready<'_>| {
            let mut shown = Self {
                prefix: ready.site.base.prefix.clone(),
                statics: ready.site.statics.clone(),
                ..Self::default()
            };
            for file in &ready.plan.files {
                let answer = match &file.content {
                    Content::Page(view) => match render::render(ready.engine, ready.site, ready.plan, file, view) {
                        Ok(html) if view.is_html() => Answer::Page(html),
                        Ok(bytes) => Answer::Bytes(bytes),
                        Err(findings) => Answer::Broken(findings),
                    },
                    Content::Asset(at) => Answer::File(ready.assets[*at].disk.clone()),
                    Content::Static(path) => {
                        Answer::Bytes(ready.theme.statics.get(path).map_or(Vec::new(), |file| file.bytes.to_vec()))
                    }
                    Content::Download(download) => {
                        let bytes = export::export(ready.site, download, &|at| source::read(&ready.assets[at]).ok());
                        Answer::Bytes(bytes.unwrap_or_default())
                    }
                };
                shown.files.insert(file.url.as_str().to_owned(), answer);
            }
            if let Ok(mut made) = made.lock() {
                *made = shown;
            }
            Outcome::default()
        });
        let mut shown = made.into_inner().unwrap_or_default();
        shown.findings = outcome.findings;
        shown.request = Some(request.clone());
        shown
    }

    /// What `look` makes of this state's site; none when there is no site to be read.
    pub fn with_site<T>(&self, look: impl FnOnce(&Site<'_>) -> T) -> Option<T> {
        let request = self.request.as_ref()?;
        let content = super::content(request).ok()?;
        let counts = content.counts(request.today);
        let reports = content.reports(&counts, request.today);
        let base = Base::new(&content.settings.base_url, request.base_url.as_deref());
        Some(look(&Site::new(&reports.value, &content.settings, &content.theme, base)))
    }

    /// The path of the site's base address, which all its addresses start with: `/town`; often empty.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Published address of each static file of the theme, by its path below `static/`.
    #[must_use]
    pub fn statics(&self) -> &BTreeMap<String, UrlPath> {
        &self.statics
    }

    /// What keeps this state from being published.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// Everything found, ordered by file, line, column. May take a moment when first asked for.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// What stands at `url`: below the prefix, decoded, starting with `/`, without `?` and `#` parts.
    #[must_use]
    pub fn answer(&self, url: &str) -> Answer {
        let folder = url.strip_suffix("index.html").filter(|folder| folder.ends_with('/'));
        match self.files.get(folder.unwrap_or(url)) {
            Some(answer) => answer.clone(),
            None if self.files.contains_key(&format!("{url}/")) => Answer::Folder,
            None => match self.files.get("/404.html") {
                Some(Answer::Page(html)) => Answer::Nothing(html.clone()),
                _ => Answer::Nothing(Vec::new()),
            },
        }
    }
}
