//! The fingerprint of each planned file: everything that it can show, part by part.
//!
//! A page shows its view, through its template and the components that its texts call; these see the theme's words and
//! the parts of `site` that they name. So views are made for every page, and no template is run. A file of figures
//! shows what is counted. A copy shows the file that it is copied from.

use super::{Planned, Ready};
use crate::fingerprint::{Fingerprint, Ink, Part, of_bytes, of_value};
use crate::plan::{Content, Download, PlannedFile, SearchFile, View};
use crate::render::{self, Closures, SiteKeys, Sketch};
use crate::source::Input;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A template, and the components that a page's texts call.
type Shape = (String, BTreeSet<String>);

/// Makes fingerprints; what many files have in common is hashed once.
pub(super) struct Prints<'r, 'a> {
    ready: &'r Ready<'a>,
    closures: Closures,
    words: u64,
    site: BTreeMap<String, u64>,
    /// The hash of each asset's bytes.
    assets: Vec<u64>,
    /// The hash of all files that are no texts: settings, rosters, kinds, metrics, issued figures.
    definitions: u64,
    figures: OnceLock<u64>,
    /// The parts that pages have in common, by template and the components that texts call.
    shared: Mutex<BTreeMap<Shape, Arc<[Part]>>>,
}

/// What the fingerprint of a file was taken from.
pub(super) enum Begun<'r> {
    /// Nothing of the file itself.
    Nothing,
    /// What is shown on a page.
    Page(Sketch),
    /// All bytes of the file.
    Whole(Cow<'r, [u8]>),
}

impl<'r, 'a> Prints<'r, 'a> {
    /// Prepares fingerprints of a site that was read from `inputs`, of which `assets` are those to be copied.
    pub(super) fn new(ready: &'r Ready<'a>, inputs: &[Input], assets: &[Input]) -> Self {
        let site = ready.planned.engine.value.site_values();
        Self {
            ready,
            closures: ready.planned.engine.value.closures(),
            words: ready.site.hash_of_words(),
            site: site.map(|(key, value)| (key.to_owned(), of_value(value))).collect(),
            assets: assets.iter().map(hash_of).collect(),
            definitions: definitions(inputs),
            figures: OnceLock::new(),
            shared: Mutex::default(),
        }
    }

    /// The fingerprint of a file, and what was made of the file for that.
    pub(super) fn of(&self, file: &PlannedFile) -> (Fingerprint, Begun<'_>) {
        let print = match &file.content {
            Content::Page(view) => {
                let sketch = self.sketch(file, view);
                return (self.of_page(&sketch), Begun::Page(sketch));
            }
            Content::Search(part) if *part != SearchFile::Overview => {
                let bytes = self.ready.searching.file(self.ready.site, *part);
                return (Fingerprint::single("search", of_bytes(&bytes)), Begun::Whole(bytes));
            }
            Content::Asset(at) => Fingerprint::single("file", self.assets[*at]),
            Content::Picture(at, recipe) => {
                let mut ink = Ink::default();
                ink.number(self.assets[*at]);
                ink.text(&recipe.name());
                Fingerprint::single("file", ink.finish())
            }
            Content::Static(path) => Fingerprint::single("file", of_bytes(self.ready.content.static_file(path))),
            Content::Download(download) => self.of_download(download),
            Content::Search(_) => self.of_search_overview(),
        };
        (print, Begun::Nothing)
    }

    fn sketch(&self, file: &PlannedFile, view: &View) -> Sketch {
        let Planned { plan, engine } = self.ready.planned;
        render::sketch(&engine.value, self.ready.site, plan, file, view)
    }

    fn of_page(&self, sketch: &Sketch) -> Fingerprint {
        let own = sketch.values.iter();
        Fingerprint {
            shared: self.shared(&sketch.template, &sketch.components),
            own: own.map(|(key, value)| (Cow::Borrowed(*key), of_value(value))).collect(),
        }
    }

    fn shared(&self, template: &str, components: &BTreeSet<String>) -> Arc<[Part]> {
        let key = (template.to_owned(), components.clone());
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = shared.entry(key).or_insert_with(|| {
            let (text, keys) = self.closures.of(template, components);
            let mut parts: Vec<Part> = vec![(Cow::Borrowed("template"), text), (Cow::Borrowed("words"), self.words)];
            let of_site = self.site.iter().filter(|(key, _)| match &keys {
                SiteKeys::Some(keys) => keys.contains(*key),
                SiteKeys::All => true,
            });
            parts.extend(of_site.map(|(key, hash)| (Cow::Owned(format!("site.{key}")), *hash)));
            Arc::from(parts)
        });
        Arc::clone(parts)
    }

    /// The hash of all that figures and their evidence can show.
    pub(super) fn figures(&self) -> u64 {
        *self.figures.get_or_init(|| {
            let mut ink = Ink::default();
            ink.number(self.ready.site.hash_of_figures());
            ink.number(self.definitions);
            ink.finish()
        })
    }

    /// The fingerprint of a page that shows figures and no text, from the one that it had while all that figures are
    /// made from was the same. Its view is not made: there are thousands of such pages, and their views cost more than
    /// all others.
    pub(super) fn of_figures_alone(&self, file: &PlannedFile, before: &Fingerprint) -> Option<Fingerprint> {
        let template = match &file.content {
            Content::Page(View::Evidence(..)) => "evidence.html",
            Content::Page(View::Stats(_)) => "stats.html",
            _ => return None,
        };
        Some(Fingerprint {
            shared: self.shared(template, &BTreeSet::new()),
            own: before.own.clone(),
        })
    }

    /// The fingerprint of the search page's overview: all that any of its files holds. That of the others are their
    /// bytes, because an edit changes few of them.
    fn of_search_overview(&self) -> Fingerprint {
        Fingerprint::single("search", self.ready.searching.print(self.ready.site))
    }

    /// Whether the search page's files are those of the old tree, of which `old` gives the fingerprints. If not, the
    /// index is made.
    pub(super) fn has_same_texts<'m>(&self, old: impl Fn(&PlannedFile) -> Option<&'m Fingerprint>) -> bool {
        let files = || self.ready.planned.plan.files.iter();
        let mut search = files().filter_map(|file| match file.content {
            Content::Search(part) => Some((file, part)),
            _ => None,
        });
        let overview = self.of_search_overview();
        let is_same = search
            .all(|(file, part)| old(file).is_some_and(|print| part != SearchFile::Overview || *print == overview));
        if !is_same {
            self.ready.searching.prepare(self.ready.site);
        }
        is_same
    }

    fn of_download(&self, download: &Download) -> Fingerprint {
        let mut print = match download {
            Download::Word(at) => {
                let report = &self.ready.site.reports().all[*at];
                self.ready.site.print_of_word(report, &|asset| self.assets[asset])
            }
            _ => Fingerprint::default(),
        };
        print.own.push((Cow::Borrowed("figures"), self.figures()));
        print
    }
}

/// The hash of what was in a file.
fn hash_of(input: &Input) -> u64 {
    of_bytes(&input.print.hash.to_le_bytes())
}

/// The hash of what settings, kinds, rosters, metrics, defaults and issued figures say, as files.
fn definitions(inputs: &[Input]) -> u64 {
    let mut ink = Ink::default();
    for input in inputs {
        let path = &input.path;
        let below = path.in_content().unwrap_or_default();
        let is_text = matches!(path.extension().as_str(), "md" | "markdown");
        if (below.starts_with('_') && !is_text) || below == "site.yaml" {
            ink.text(below);
            ink.number(hash_of(input));
        }
    }
    ink.finish()
}
