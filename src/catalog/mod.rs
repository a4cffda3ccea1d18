//! All records of a site, in order, with everything that takes two of them to know.
//!
//! Role: `Records → Catalog`. Sorts, groups by kind, tag, village, team and year, and resolves what each text links
//! to. Immutable once made. It decides no address and judges nothing: a link that leads nowhere is kept as such, for
//! `check` to speak of.

mod asset;
mod index;
mod links;
mod resolved;
mod suggest;

pub use crate::ids::{AssetId, RecordId};
pub use asset::{Asset, ImageProbe};
pub use index::{Catalog, KindGroups};
pub use resolved::{ResolvedLinks, ResolvedTarget};

use crate::ids::{TiSlice, TiVec};
use crate::paths::SourcePath;
use crate::record::{Link, Record, Section};
use crate::schema::{FieldValue, Kinds, Moment, Rosters, Taxonomy};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a catalog is made from.
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
    /// Files to be copied.
    pub assets: Arc<TiVec<AssetId, Asset>>,
    /// Records that exist but are not published: drafts and posts of the future.
    pub withheld: Vec<Arc<Record>>,
}

impl Catalog {
    /// Puts the records in order and resolves what they refer to.
    #[must_use]
    pub fn new(parts: CatalogInputs) -> Self {
        let mut records = parts.records;
        let mut withheld = parts.withheld;
        withheld.sort_by(|a, b| a.path.cmp(&b.path));
        let mut rows: Vec<Arc<Record>> = records.extract_if(.., |record| !record.has_page).collect();
        records.sort_by_cached_key(|record| sort_key(record));
        rows.sort_by_cached_key(|record| sort_key(record));
        let records: TiVec<RecordId, Arc<Record>> = records.into();
        let by_path = records
            .iter_enumerated()
            .map(|(at, record)| (record.path.clone(), at))
            .collect();
        let sections = parts
            .sections
            .into_iter()
            .map(|section| (section.folder.clone(), section))
            .collect();
        let mut of_kind = group_by(&records, |record, put| put(record.kind.clone()));
        of_kind.retain(|kind, _| parts.kinds.get(kind).is_some_and(|kind| kind.dated));
        let parts_of = |(kind, posts): (&String, &Vec<_>)| (kind.clone(), KindGroups::new(&records, posts));
        let mut catalog = Self {
            groups_by_kind: Arc::new(of_kind.iter().map(parts_of).collect()),
            posts_by_kind: Arc::new(of_kind),
            tags: Arc::new(group_by(&records, |record, put| {
                record.meta.tags.iter().cloned().for_each(put)
            })),
            villages: Arc::new(group_by(&records, |record, put| {
                record.meta.village.iter().cloned().for_each(put)
            })),
            teams: Arc::new(group_by(&records, |record, put| {
                record.team().map(str::to_owned).into_iter().for_each(put)
            })),
            years: Arc::new(group_by(&records, |record, put| {
                record.meta.date.map(|at| at.date.year()).into_iter().for_each(put)
            })),
            records,
            ledger_rows: Arc::new(rows),
            sections: Arc::new(sections),
            kinds: parts.kinds,
            rosters: parts.rosters,
            assets: parts.assets,
            record_links: TiVec::new(),
            section_links: Arc::default(),
            withheld: Arc::new(withheld),
            by_path: Arc::new(by_path),
        };
        let (mut resolved, mut section_links) = links::resolve_all(&catalog);
        suggest::suggest_nearest(&catalog, &mut resolved, &mut section_links);
        catalog.record_links = resolved.into_iter().map(Arc::new).collect();
        catalog.section_links = Arc::new(section_links);
        catalog
    }

    /// The same catalog with `record` in the place of its former version; none where anything else may be another
    /// then: the order, a group, a count, a link from elsewhere.
    ///
    /// May differ: the title, the summary and the text, but for the places in it that others link to.
    #[must_use]
    pub fn with_replaced_record(&self, record: &Arc<Record>) -> Option<Self> {
        let at = self.find_record(&record.path)?;
        let former = &self.records[at];
        let is_alike = former.kind == record.kind
            && former.has_page == record.has_page
            && former.meta.differs_in_text_only(&record.meta)
            && former.body.anchors == record.body.anchors;
        if !is_alike {
            return None;
        }
        let resolved = links::resolve_record(self, at, record);
        // What was meant is looked for in all files, links that lead nowhere sharing out the effort.
        if resolved.targets().any(suggest::is_missing) || self.record_links[at].targets().any(suggest::is_missing) {
            return None;
        }
        let mut catalog = self.clone();
        catalog.records[at] = Arc::clone(record);
        catalog.record_links[at] = Arc::new(resolved);
        Some(catalog)
    }
}

impl Record {
    /// The id of the volunteer team, for posts whose kind has such a field.
    #[must_use]
    pub fn team(&self) -> Option<&str> {
        match self.meta.fields.get("team") {
            Some(FieldValue::Reference(id)) => Some(id),
            _ => None,
        }
    }
}

/// Newest first, then undated by weight; the path breaks every tie, so that the order is total.
fn sort_key(record: &Record) -> (Reverse<Option<Moment>>, i64, SourcePath) {
    (Reverse(record.meta.date), record.meta.weight, record.path.clone())
}

/// Groups records by the keys that `keys` puts; each group keeps the records' order.
fn group_by<K: Ord>(
    records: &TiSlice<RecordId, Arc<Record>>,
    keys: impl Fn(&Record, &mut dyn FnMut(K)),
) -> BTreeMap<K, Vec<RecordId>> {
    let mut groups: BTreeMap<K, Vec<RecordId>> = BTreeMap::new();
    for (at, record) in records.iter_enumerated() {
        keys(record, &mut |key| groups.entry(key).or_default().push(at));
    }
    groups
}
