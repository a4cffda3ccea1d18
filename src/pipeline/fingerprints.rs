//! The fingerprint of each planned file: everything that it can show, part by part.
//!
//! A page shows its view, through its template and the components that its texts call; these see the theme's words and
//! the parts of `site` that they name. So views are made for every page, and no template is run. A file of figures
//! shows what is counted. A copy shows the file that it is copied from.

use super::planned::{BuildContext, PlannedSite};
use crate::export::Download;
use crate::fingerprint::{Fingerprint, FingerprintHasher, FingerprintPart, hash_bytes, hash_value};
use crate::ids::{AssetId, TiVec};
use crate::plan::{FileContent, PlannedFile, View};
use crate::render::{self, PageInputs, SiteKeys, TemplateDependencies};
use crate::search::SearchFile;
use crate::source::Input;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A template, and the components that a page's texts call.
type TemplateUse = (String, BTreeSet<String>);

/// Makes fingerprints; what many files have in common is hashed once.
pub(super) struct Fingerprints<'r, 'a> {
    context: &'r BuildContext<'a>,
    dependencies: TemplateDependencies,
    words_hash: u64,
    site_hashes: BTreeMap<String, u64>,
    /// The hash of each asset's bytes.
    asset_hashes: TiVec<AssetId, u64>,
    /// The hash of all files that are no texts: settings, rosters, kinds, metrics, issued figures.
    definitions_hash: u64,
    figures_hash: OnceLock<u64>,
    /// The parts that pages have in common, by template and the components that texts call.
    shared: Mutex<BTreeMap<TemplateUse, Arc<[FingerprintPart]>>>,
}

/// What the fingerprint of a file was taken from.
pub(super) enum Precomputed<'r> {
    /// Nothing of the file itself.
    Nothing,
    /// What is shown on a page.
    Page(PageInputs),
    /// All bytes of the file.
    Bytes(Cow<'r, [u8]>),
}

impl<'r, 'a> Fingerprints<'r, 'a> {
    /// Prepares fingerprints of a site that was read from `inputs`, of which `assets` are those to be copied.
    pub(super) fn new(ready: &'r BuildContext<'a>, inputs: &[Input], assets: &TiVec<AssetId, Input>) -> Self {
        let site = ready.planned.engine.value.site_values();
        Self {
            context: ready,
            dependencies: ready.planned.engine.value.dependencies(),
            words_hash: ready.site.page_globals_hash(),
            site_hashes: site.map(|(key, value)| (key.to_owned(), hash_value(value))).collect(),
            asset_hashes: assets.iter().map(hash_input).collect(),
            definitions_hash: hash_definitions(inputs),
            figures_hash: OnceLock::new(),
            shared: Mutex::default(),
        }
    }

    /// The fingerprint of a file, and what was made of the file for that.
    pub(super) fn compute(&self, file: &PlannedFile) -> (Fingerprint, Precomputed<'_>) {
        let print = match &file.content {
            FileContent::Page(view) => {
                let sketch = self.page_inputs(file, view);
                return (self.page_fingerprint(&sketch), Precomputed::Page(sketch));
            }
            FileContent::Search(part) if *part != SearchFile::Overview => {
                let bytes = self.context.search_index.file(self.context.site, *part);
                return (
                    Fingerprint::single("search", hash_bytes(&bytes)),
                    Precomputed::Bytes(bytes),
                );
            }
            FileContent::Asset(at) => Fingerprint::single("file", self.asset_hashes[*at]),
            FileContent::ResizedImage(at, recipe) => {
                let mut ink = FingerprintHasher::default();
                ink.number(self.asset_hashes[*at]);
                ink.text(&recipe.cache_key());
                Fingerprint::single("file", ink.finish())
            }
            FileContent::Static(path) => {
                Fingerprint::single("file", hash_bytes(self.context.content.static_file(path)))
            }
            FileContent::Download(download) => self.download_fingerprint(download),
            FileContent::Search(_) => self.search_overview_fingerprint(),
        };
        (print, Precomputed::Nothing)
    }

    fn page_inputs(&self, file: &PlannedFile, view: &View) -> PageInputs {
        let PlannedSite { plan, engine } = self.context.planned;
        render::page_inputs(&engine.value, self.context.site, plan, file, view)
    }

    fn page_fingerprint(&self, sketch: &PageInputs) -> Fingerprint {
        let own = sketch.values.iter();
        Fingerprint {
            shared: self.shared_parts(&sketch.template, &sketch.components),
            own: own
                .map(|(key, value)| (Cow::Borrowed(*key), hash_value(value)))
                .collect(),
        }
    }

    fn shared_parts(&self, template: &str, components: &BTreeSet<String>) -> Arc<[FingerprintPart]> {
        let key = (template.to_owned(), components.clone());
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = shared.entry(key).or_insert_with(|| {
            let (text, keys) = self.dependencies.fingerprint_and_site_keys(template, components);
            let mut parts: Vec<FingerprintPart> = vec![
                (Cow::Borrowed("template"), text),
                (Cow::Borrowed("words"), self.words_hash),
            ];
            let of_site = self.site_hashes.iter().filter(|(key, _)| match &keys {
                SiteKeys::Only(keys) => keys.contains(*key),
                SiteKeys::All => true,
            });
            parts.extend(of_site.map(|(key, hash)| (Cow::Owned(format!("site.{key}")), *hash)));
            Arc::from(parts)
        });
        Arc::clone(parts)
    }

    /// The hash of all that figures and their evidence can show.
    pub(super) fn figures_hash(&self) -> u64 {
        *self.figures_hash.get_or_init(|| {
            let mut ink = FingerprintHasher::default();
            ink.number(self.context.site.figure_inputs_hash());
            ink.number(self.definitions_hash);
            ink.finish()
        })
    }

    /// The fingerprint of a page that shows figures and no text, from the one that it had while all that figures are
    /// made from was the same. Its view is not made: there are thousands of such pages, and their views cost more than
    /// all others.
    pub(super) fn figures_page_fingerprint(&self, file: &PlannedFile, before: &Fingerprint) -> Option<Fingerprint> {
        let template = match &file.content {
            FileContent::Page(View::Evidence(..)) => "evidence.html",
            FileContent::Page(View::Stats(_)) => "stats.html",
            _ => return None,
        };
        Some(Fingerprint {
            shared: self.shared_parts(template, &BTreeSet::new()),
            own: before.own.clone(),
        })
    }

    /// The fingerprint of the search page's overview: all that any of its files holds. That of the others are their
    /// bytes, because an edit changes few of them.
    fn search_overview_fingerprint(&self) -> Fingerprint {
        Fingerprint::single("search", self.context.search_index.fingerprint(self.context.site))
    }

    /// Whether the search page's files are those of the old tree, of which `old` gives the fingerprints. If not, the
    /// index is made.
    pub(super) fn is_search_unchanged<'m>(&self, old: impl Fn(&PlannedFile) -> Option<&'m Fingerprint>) -> bool {
        let files = || self.context.planned.plan.files.iter();
        let mut search = files().filter_map(|file| match file.content {
            FileContent::Search(part) => Some((file, part)),
            _ => None,
        });
        let overview = self.search_overview_fingerprint();
        let is_same = search
            .all(|(file, part)| old(file).is_some_and(|print| part != SearchFile::Overview || *print == overview));
        if !is_same {
            self.context.search_index.prepare(self.context.site);
        }
        is_same
    }

    fn download_fingerprint(&self, download: &Download) -> Fingerprint {
        let mut print = match download {
            Download::Word(at) => {
                let report = &self.context.site.figures.reports.all[*at];
                self.context
                    .site
                    .docx_fingerprint(report, &|asset| self.asset_hashes[asset])
            }
            _ => Fingerprint::default(),
        };
        print.own.push((Cow::Borrowed("figures"), self.figures_hash()));
        print
    }
}

/// The hash of what was in a file.
fn hash_input(input: &Input) -> u64 {
    hash_bytes(&input.content_hash.digest.to_le_bytes())
}

/// The hash of what settings, kinds, rosters, metrics, defaults and issued figures say, as files.
fn hash_definitions(inputs: &[Input]) -> u64 {
    let mut ink = FingerprintHasher::default();
    for input in inputs {
        let path = &input.path;
        let below = path.in_content().unwrap_or_default();
        let is_text = matches!(path.extension().as_str(), "md" | "markdown");
        if (below.starts_with('_') && !is_text) || below == "site.yaml" {
            ink.text(below);
            ink.number(hash_input(input));
        }
    }
    ink.finish()
}
