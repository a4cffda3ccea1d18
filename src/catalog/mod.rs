//! All records of a site, in order, with everything that depends on more than one record.
//!
//! Role: `Records → Catalog`. Sorts, groups by kind, tag, village, team and year, and resolves what each text links to.
//! Immutable once made. It decides no address and reports nothing: a dead link is kept as `Missing`, and `check`
//! reports it.

mod asset;
mod index;
mod links;
mod references;
mod resolved;
mod suggest;

pub(crate) use crate::ids::{AssetId, RecordId};
pub(crate) use asset::{Asset, Attachment, AttachmentProbe, ImageProbe};
pub use index::Catalog;
pub(crate) use index::KindGroups;
pub(crate) use links::local_file_name;
pub(crate) use references::References;
pub(crate) use resolved::{ResolvedLinks, ResolvedTarget};

use crate::config::LinkRules;
use crate::ids::{TiSlice, TiVec};
use crate::paths::SourcePath;
use crate::record::{Record, Section};
use crate::schema::{FieldValue, Kinds, Moment, Rosters};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

/// The input of a catalog.
#[derive(Debug)]
pub struct CatalogInputs {
    /// The records to publish, and those that are only counted.
    pub records: Vec<Arc<Record>>,
    /// Folders' own pages.
    pub sections: Vec<Section>,
    /// The kinds of post.
    pub kinds: Arc<Kinds>,
    /// The rosters.
    pub rosters: Arc<Rosters>,
    /// Files that are published when something refers to them, in order of their paths.
    pub assets: Arc<TiVec<AssetId, Asset>>,
    /// Files and folders that are never published, in order of their paths.
    pub leftovers: Arc<Vec<SourcePath>>,
    /// Records that exist but are not published: drafts and posts of the future.
    pub withheld: Vec<Arc<Record>>,
    /// Whether it is that of the office's full site and holds something internal, so that its pages are marked.
    pub is_internal: bool,
    /// Where links may lead.
    pub link_rules: LinkRules,
}

impl Catalog {
    /// Puts the records in order and resolves what they refer to.
    #[must_use]
    pub fn new(parts: CatalogInputs) -> Self {
        let mut records = parts.records;
        let mut withheld = parts.withheld;
        withheld.sort_by(|a, b| a.path.cmp(&b.path));
        let mut rows: Vec<Arc<Record>> = records.extract_if(.., |record| !record.has_page).collect();
        records.par_sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        rows.par_sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        let records: TiVec<RecordId, Arc<Record>> = records.into();
        let by_path = records
            .iter_enumerated()
            .map(|(id, record)| (record.path.clone(), id))
            .collect();
        let sections = parts
            .sections
            .into_iter()
            .map(|section| (section.folder.clone(), section))
            .collect();
        let ((mut of_kind, tags), ((villages, teams), years)) = rayon::join(
            || {
                let of_kind: BTreeMap<String, _> = group_by(&records, |record, put| put(record.kind.as_str()));
                let tags = group_by(&records, |record, put| {
                    record.meta.tags.iter().map(String::as_str).for_each(put)
                });
                (of_kind, tags)
            },
            || {
                let villages = group_by(&records, |record, put| {
                    record.meta.village.as_deref().into_iter().for_each(put)
                });
                let teams = group_by(&records, |record, put| record.team().into_iter().for_each(put));
                let year = |record: &Record| Some(record.meta.date?.date.year());
                let years = group_by(&records, |record, put| year(record).into_iter().for_each(put));
                ((villages, teams), years)
            },
        );
        of_kind.retain(|kind, _| parts.kinds.get(kind).is_some_and(|kind| kind.dated));
        let parts_of = |(kind, posts): (&String, &Vec<_>)| (kind.clone(), KindGroups::new(&records, posts));
        let mut catalog = Self {
            groups_by_kind: Arc::new(of_kind.par_iter().map(parts_of).collect()),
            posts_by_kind: Arc::new(of_kind),
            tags: Arc::new(tags),
            villages: Arc::new(villages),
            teams: Arc::new(teams),
            years: Arc::new(years),
            records,
            ledger_rows: Arc::new(rows),
            sections: Arc::new(sections),
            kinds: parts.kinds,
            rosters: parts.rosters,
            assets: parts.assets,
            leftovers: parts.leftovers,
            record_links: TiVec::new(),
            section_links: Arc::default(),
            withheld: Arc::new(withheld),
            is_internal: parts.is_internal,
            link_rules: parts.link_rules,
            by_path: Arc::new(by_path),
        };
        let (mut resolved, mut section_links) = links::resolve_all(&catalog);
        suggest::suggest_nearest(&catalog, &mut resolved, &mut section_links);
        catalog.record_links = resolved.into_iter().map(Arc::new).collect();
        catalog.section_links = Arc::new(section_links);
        catalog
    }

    /// The catalog with `record` in place of its former version. `None` when anything else may change with it: the
    /// order, a group, a count, a link from another text.
    ///
    /// Only the title, the summary and the text may differ; the anchors in the text, to which others link, must not.
    #[must_use]
    pub fn with_replaced_record(&self, record: &Arc<Record>) -> Option<Self> {
        let id = self.find_record(&record.path)?;
        let former = &self.records[id];
        let same_elsewhere = former.kind == record.kind
            && former.has_page == record.has_page
            && former.meta.differs_in_text_only(&record.meta)
            && former.body.anchors == record.body.anchors;
        if !same_elsewhere {
            return None;
        }
        let resolved = links::resolve_record(self, id, record);
        // Suggestions for dead links compare all files, and all dead links share one budget.
        if resolved.targets().any(links::may_be_dead) || self.record_links[id].targets().any(links::may_be_dead) {
            return None;
        }
        let mut catalog = self.clone();
        catalog.records[id] = Arc::clone(record);
        catalog.record_links[id] = Arc::new(resolved);
        Some(catalog)
    }
}

impl Record {
    /// The id of the volunteer team; `None` for posts whose kind has no such field or whose field is empty.
    #[must_use]
    pub fn team(&self) -> Option<&str> {
        match self.meta.fields.get("team") {
            Some(FieldValue::Reference(id)) => Some(id),
            _ => None,
        }
    }
}

/// Newest first, then undated by weight; the path breaks ties, so that the order is total.
fn sort_key(record: &Record) -> (Reverse<Option<Moment>>, i64, &SourcePath) {
    (Reverse(record.meta.date), record.meta.weight, &record.path)
}

/// Groups records by the keys that `keys` passes on; each group keeps the records' order.
fn group_by<'r, K: Eq + Hash, G: Ord + From<K>>(
    records: &'r TiSlice<RecordId, Arc<Record>>,
    keys: impl Fn(&'r Record, &mut dyn FnMut(K)),
) -> BTreeMap<G, Vec<RecordId>> {
    let mut groups: FxHashMap<K, Vec<RecordId>> = FxHashMap::default();
    for (id, record) in records.iter_enumerated() {
        keys(record, &mut |key| groups.entry(key).or_default().push(id));
    }
    groups.into_iter().map(|(key, ids)| (key.into(), ids)).collect()
}
