//! The fingerprint of each planned file: a hash for each part of what the file can show.
//!
//! A page shows its view, through its template and the components that its texts call; these see the theme's words and
//! the parts of `site` that they name. So a view is made for every page, and no template is run. A download of figures is
//! made, and its bytes are hashed. A copy shows its source file.
//!
//! What need not be looked at is found out first (`Reuse`): hardly any file after an edit to a text.

use super::changed_posts::{ChangedPosts, changed_paths};
use super::planned::{BuildContext, PlannedSite};
use crate::export::Download;
use crate::fingerprint::{Fingerprint, FingerprintHasher, FingerprintPart, hash_bytes, hash_value};
use crate::ids::{AssetId, RecordId, TiVec};
use crate::output::{SiteDigests, Snapshot};
use crate::paths::{OutputPath, SourcePath};
use crate::plan::{FileContent, PlannedFile, View};
use crate::record::{Origin, REPORT_KIND};
use crate::render::{self, PageInputs, SiteKeys, TemplateDependencies};
use crate::search::{SearchFile, SearchPatch};
use crate::source::Input;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::sync::{Arc, Mutex, PoisonError};

/// A template, and the components that a page's texts call.
type TemplateUse = (String, BTreeSet<String>);

/// Makes fingerprints. What many files have in common is hashed once.
pub(super) struct Fingerprints<'r, 'a> {
    context: &'r BuildContext<'a>,
    dependencies: &'r TemplateDependencies,
    words_hash: u64,
    site_hashes: BTreeMap<String, u64>,
    /// The hash of each asset's bytes.
    asset_hashes: TiVec<AssetId, u64>,
    /// The hash of everything that the view of any post may depend on, apart from single posts and assets: definitions,
    /// sections, templates and the names of assets.
    article_globals_hash: u64,
    /// The hash of everything that figures and their evidence can show.
    figures_hash: u64,
    /// The hash of everything that any file can show, apart from the texts of posts.
    frame_hash: u64,
    /// The hash of everything that any file can show, apart from the titles, summaries and texts of posts.
    structure_hash: u64,
    /// The parts that pages have in common, by template and the components that texts call.
    shared: Mutex<BTreeMap<TemplateUse, Arc<[FingerprintPart]>>>,
}

/// What is known of the old tree's files before the new ones are examined.
pub(super) struct Reuse<'r> {
    /// The paths of the sources that are not as they were. `None` when more than the texts of posts changed, or when a
    /// report is among them.
    changed_texts: Option<FxHashSet<&'r SourcePath>>,
    same_figures: bool,
    /// `None` when only texts changed, when more changed than titles, summaries and texts of posts, and when figures may
    /// depend on these.
    changed_posts: Option<ChangedPosts>,
    search: SearchReuse<'r>,
}

/// Which of the search page's files can be reused.
enum SearchReuse<'r> {
    All,
    /// All except those in the patch, and the overview.
    Patched(&'r SearchPatch),
    None,
}

/// What was made of a file to compute its fingerprint.
pub(super) enum Precomputed<'r> {
    /// Nothing of the file itself.
    Nothing,
    /// The inputs of a page's template.
    Page(PageInputs),
    /// All bytes of the file.
    Bytes(Cow<'r, [u8]>),
}

impl<'r, 'a> Fingerprints<'r, 'a> {
    /// Prepares fingerprints of a site that was read from `inputs`. `assets` are the inputs to be copied.
    pub(super) fn new(context: &'r BuildContext<'a>, inputs: &[Input], assets: &TiVec<AssetId, Input>) -> Self {
        let site = context.planned.engine.value.site_values();
        let site_hashes: BTreeMap<String, u64> = site.map(|(key, value)| (key.to_owned(), hash_value(value))).collect();
        let dependencies = context.planned.engine.value.dependencies();
        let (words_hash, definitions_hash) = (context.site.page_globals_hash(), hash_definitions(inputs));
        let mut article_globals = FingerprintHasher::default();
        let theme = site_hashes.get("theme").copied().unwrap_or_default();
        for hash in [definitions_hash, words_hash, dependencies.templates_hash(), theme] {
            article_globals.number(hash);
        }
        for section in inputs.iter().filter(|input| input.path.file_name() == "_index.md") {
            article_globals.text(section.path.as_str());
            article_globals.number(hash_input(section));
        }
        assets
            .iter()
            .for_each(|asset| article_globals.text(asset.path.as_str()));
        let asset_hashes: TiVec<AssetId, u64> = assets.iter().map(hash_input).collect();
        let article_globals_hash = article_globals.finish();
        let of_figures = context.site.figure_inputs();
        let mut figures = FingerprintHasher::default();
        figures.number(of_figures.all);
        figures.number(definitions_hash);
        let figures_hash = figures.finish();
        let hash_with_frame = |hash: u64| {
            let mut frame = FingerprintHasher::default();
            frame.number(hash);
            frame.number(article_globals_hash);
            for (key, hash) in &site_hashes {
                frame.text(key);
                frame.number(*hash);
            }
            asset_hashes.iter().for_each(|hash| frame.number(*hash));
            frame.finish()
        };
        let (frame_hash, structure_hash) = (hash_with_frame(figures_hash), hash_with_frame(of_figures.counts));
        Self {
            context,
            dependencies,
            words_hash,
            site_hashes,
            asset_hashes,
            article_globals_hash,
            figures_hash,
            frame_hash,
            structure_hash,
            shared: Mutex::default(),
        }
    }

    /// The digests for the record of the build. Do not call this for the first time in a parallel loop.
    pub(super) fn digests(&self) -> SiteDigests {
        SiteDigests {
            figures: self.figures_hash,
            frame: self.frame_hash,
            structure: self.structure_hash,
            documents: self.context.search_index.digests(self.context.site).to_vec(),
        }
    }

    /// The fingerprint of a file, and what was made of the file to compute it.
    pub(super) fn compute(&self, file: &PlannedFile) -> (Fingerprint, Precomputed<'_>) {
        let fingerprint = match &file.content {
            FileContent::Page(view) => {
                let inputs = self.page_inputs(file, view);
                let mut fingerprint = self.page_fingerprint(&inputs);
                fingerprint.view_key = self.view_key(view);
                return (fingerprint, Precomputed::Page(inputs));
            }
            FileContent::Search(part) if *part != SearchFile::Overview => {
                let bytes = self.context.search_index.file(self.context.site, *part);
                return (
                    Fingerprint::single("search", hash_bytes(&bytes)),
                    Precomputed::Bytes(bytes),
                );
            }
            FileContent::Asset(id) => Fingerprint::single("file", self.asset_hashes[*id]),
            FileContent::ResizedImage(id, variant) => {
                let mut hasher = FingerprintHasher::default();
                hasher.number(self.asset_hashes[*id]);
                hasher.text(&variant.cache_key());
                Fingerprint::single("file", hasher.finish())
            }
            FileContent::Static(path) => {
                Fingerprint::single("file", hash_bytes(self.context.content.static_file(path)))
            }
            FileContent::Download(download) => {
                let (content, site) = (self.context.content, self.context.site);
                // When it cannot be made, making it reports why.
                let Ok(bytes) = content.download_bytes(site, file, download) else {
                    return (Fingerprint::default(), Precomputed::Nothing);
                };
                let mut fingerprint = Fingerprint::single("figures", hash_bytes(&bytes));
                fingerprint.view_key = Some(self.download_key(download));
                return (fingerprint, Precomputed::Bytes(bytes.into()));
            }
            FileContent::Search(_) => self.search_overview_fingerprint(),
        };
        (fingerprint, Precomputed::Nothing)
    }

    fn page_inputs(&self, file: &PlannedFile, view: &View) -> PageInputs {
        let PlannedSite { plan, engine } = self.context.planned;
        render::page_inputs(&engine.value, self.context.site, plan, file, view)
    }

    fn page_fingerprint(&self, inputs: &PageInputs) -> Fingerprint {
        let own = inputs.values.iter();
        Fingerprint {
            shared: self.shared_parts(&inputs.template, &inputs.components),
            own: own
                .map(|(key, value)| (Cow::Borrowed(*key), self.context.site.shared.hash(value)))
                .collect(),
            view_key: None,
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

    /// Finds out what can be reused of the old tree, which was built from `old`. `former` returns the former fingerprint of
    /// a file, and `read` its bytes, when the file is unchanged. Do not call this in a parallel loop.
    pub(super) fn reuse<'m>(
        &self,
        old: &'m Snapshot,
        inputs: &'m [Input],
        former: &dyn Fn(&PlannedFile) -> Option<&'m Fingerprint>,
        read: &dyn Fn(&OutputPath) -> Option<Vec<u8>>,
    ) -> Reuse<'m>
    where
        'r: 'm,
    {
        let catalog = self.context.site.catalog;
        let is_report = |path: &&SourcePath| {
            let id = catalog.find_record(path);
            id.is_some_and(|id| catalog.records[id].kind == REPORT_KIND)
        };
        let changed_texts = (old.digests.frame == self.frame_hash)
            .then(|| changed_paths(&old.inputs, inputs))
            .filter(|changed| !changed.iter().any(is_report));
        Reuse {
            changed_texts,
            same_figures: old.digests.figures == self.figures_hash,
            // With the same frame, only texts changed.
            changed_posts: (old.digests.structure == self.structure_hash && old.digests.frame != self.frame_hash)
                .then(|| ChangedPosts::find(self.context.content, self.context.site, &old.inputs, inputs))
                .flatten(),
            search: self.search_reuse(&old.digests.documents, former, read),
        }
    }

    /// Which of the search page's files can be reused. Prepares what the others are made from.
    fn search_reuse<'m>(
        &self,
        documents: &[u64],
        former: &dyn Fn(&PlannedFile) -> Option<&'m Fingerprint>,
        read: &dyn Fn(&OutputPath) -> Option<Vec<u8>>,
    ) -> SearchReuse<'m>
    where
        'r: 'm,
    {
        let BuildContext { site, search_index, .. } = self.context;
        let parts = || {
            let files = self.context.planned.plan.files.iter();
            files.filter_map(|file| match file.content {
                FileContent::Search(part) => Some((part, file)),
                _ => None,
            })
        };
        if search_index.digests(site) == documents && parts().all(|(_, file)| former(file).is_some()) {
            return SearchReuse::All;
        }
        let files: BTreeMap<SearchFile, &PlannedFile> = parts().collect();
        // The bytes of a former file, if they are those that were built.
        let read_part = |part| {
            let file = files.get(&part)?;
            let bytes = read(&file.output)?;
            let built = Fingerprint::single("search", hash_bytes(&bytes));
            former(file).is_some_and(|former| *former == built).then_some(bytes)
        };
        match search_index.patch(site, documents, &read_part) {
            Some(patch) => SearchReuse::Patched(patch),
            None => {
                search_index.prepare(site);
                SearchReuse::None
            }
        }
    }

    /// The fingerprint of a file. `former` is that of the old tree's file.
    pub(super) fn fingerprint(
        &self,
        file: &PlannedFile,
        former: Option<&Fingerprint>,
        reuse: &Reuse<'_>,
    ) -> Fingerprint {
        let known = former.and_then(|former| self.known_fingerprint(file, former, reuse));
        known.unwrap_or_else(|| self.compute(file).0)
    }

    /// The fingerprint of a file, when it follows from its former one without the file's view or bytes.
    fn known_fingerprint(&self, file: &PlannedFile, former: &Fingerprint, reuse: &Reuse<'_>) -> Option<Fingerprint> {
        let are_not_shown = |posts: &ChangedPosts| posts.are_not_shown_by(file, self.context.site);
        if self.shows_unchanged_only(file, reuse) || reuse.changed_posts.as_ref().is_some_and(are_not_shown) {
            return Some(former.clone());
        }
        match &file.content {
            FileContent::Search(part) => {
                let is_same = match reuse.search {
                    SearchReuse::All => true,
                    SearchReuse::Patched(patch) => *part != SearchFile::Overview && patch.file(*part).is_none(),
                    SearchReuse::None => false,
                };
                is_same.then(|| former.clone())
            }
            FileContent::Page(View::Article(_)) => self.article_fingerprint(file, former),
            FileContent::Page(_) if reuse.same_figures => self.figures_page_fingerprint(file, former),
            FileContent::Download(download) => {
                (former.view_key == Some(self.download_key(download))).then(|| former.clone())
            }
            _ => None,
        }
    }

    /// Whether a file shows nothing that changed, because only texts of posts did and it shows none of them. The texts of
    /// posts are in their pages, in feeds and, of the page at the site's address, on the home page. Everything else
    /// that a view shows of a post is in the hash of the frame: what is in its front matter, its summary, its calls for
    /// figures.
    fn shows_unchanged_only(&self, file: &PlannedFile, reuse: &Reuse<'_>) -> bool {
        let Some(changed) = &reuse.changed_texts else {
            return false;
        };
        match &file.content {
            FileContent::Page(View::Article(id)) => {
                let record = self.context.site.record(*id);
                record.origin != Origin::File || !changed.contains(&record.path)
            }
            FileContent::Page(View::Home | View::Feed(_)) => changed.is_empty(),
            FileContent::Page(
                View::Kind { .. }
                | View::Section { .. }
                | View::Terms(_)
                | View::Term { .. }
                | View::Archive
                | View::Year(_)
                | View::StatsIndex
                | View::Stats(_)
                | View::Reports
                | View::Report(_)
                | View::Evidence(..)
                | View::Search
                | View::NotFound
                | View::Redirect(_)
                | View::Sitemap(_)
                | View::SitemapIndex
                | View::Robots,
            )
            | FileContent::Download(_) => true,
            FileContent::Asset(_) | FileContent::ResizedImage(..) | FileContent::Static(_) | FileContent::Search(_) => {
                false
            }
        }
    }

    /// The fingerprint of a page that shows figures and no text. `before` is its fingerprint from a build in which the
    /// inputs of all figures were the same. `None` for any other file. The page's view is not made: there are thousands
    /// of such pages, and their views cost more than all others.
    fn figures_page_fingerprint(&self, file: &PlannedFile, before: &Fingerprint) -> Option<Fingerprint> {
        let template = match &file.content {
            FileContent::Page(View::Evidence(..)) => "evidence.html",
            FileContent::Page(View::Stats(_)) => "stats.html",
            _ => return None,
        };
        Some(Fingerprint {
            shared: self.shared_parts(template, &BTreeSet::new()),
            own: before.own.clone(),
            view_key: None,
        })
    }

    /// The fingerprint of a post's page, when its view was made from the same as in the build of `before`, the page's
    /// former fingerprint. `None` otherwise, and for any other file.
    fn article_fingerprint(&self, file: &PlannedFile, before: &Fingerprint) -> Option<Fingerprint> {
        let FileContent::Page(view @ View::Article(id)) = &file.content else {
            return None;
        };
        let key = self.view_key(view)?;
        if before.view_key != Some(key) {
            return None;
        }
        let site = self.context.site;
        let kind = site.catalog.kinds.get(&site.record(*id).kind)?;
        Some(Fingerprint {
            shared: self.shared_parts(&kind.template, &BTreeSet::new()),
            own: before.own.clone(),
            view_key: Some(key),
        })
    }

    /// The hash of everything that a view is made from. `None` for views other than posts, and for posts whose texts
    /// call components.
    fn view_key(&self, view: &View) -> Option<u64> {
        let View::Article(id) = view else { return None };
        let inputs = self
            .context
            .site
            .article_inputs_hash(*id, &|asset| self.asset_hashes[asset])?;
        let mut hasher = FingerprintHasher::default();
        hasher.number(self.article_globals_hash);
        hasher.number(inputs);
        hasher.number(self.source_hash(*id)?);
        Some(hasher.finish())
    }

    /// The hash of a record's source: its file, or its row's name, as ledgers are among the definitions.
    fn source_hash(&self, id: RecordId) -> Option<u64> {
        let record = self.context.site.record(id);
        let inputs = self.context.inputs;
        match record.origin {
            Origin::Row { .. } => Some(hash_bytes(record.path.as_str().as_bytes())),
            Origin::File => {
                let index = inputs.binary_search_by(|input| input.path.cmp(&record.path)).ok()?;
                Some(hash_input(&inputs[index]))
            }
        }
    }

    /// The fingerprint of the search page's overview: it covers the content of all search files. The other files are
    /// fingerprinted by their bytes, because an edit changes few of them.
    fn search_overview_fingerprint(&self) -> Fingerprint {
        Fingerprint::single("search", self.context.search_index.fingerprint(self.context.site))
    }

    /// The hash of everything that a download is made from.
    fn download_key(&self, download: &Download) -> u64 {
        let mut hasher = FingerprintHasher::default();
        hasher.number(self.figures_hash);
        if let Download::Word(id) = download {
            let site = self.context.site;
            let report = &site.figures.reports.all[*id];
            hasher.number(site.docx_hash(report, &|asset| self.asset_hashes[asset]));
        }
        hasher.finish()
    }
}

/// The hash of an input's content.
fn hash_input(input: &Input) -> u64 {
    hash_bytes(&input.content_hash.digest.to_le_bytes())
}

/// The hash of the files with settings, kinds, rosters, metrics, defaults and issued figures.
fn hash_definitions(inputs: &[Input]) -> u64 {
    let mut hasher = FingerprintHasher::default();
    for input in inputs {
        let path = &input.path;
        let path_in_content = path.in_content().unwrap_or_default();
        let is_text = matches!(path.extension().as_str(), "md" | "markdown");
        if (path_in_content.starts_with('_') && !is_text) || path_in_content == "site.yaml" {
            hasher.text(path_in_content);
            hasher.number(hash_input(input));
        }
    }
    hasher.finish()
}
