//! All records of a site, in order, and how one of them is found.

use super::asset::Asset;
use super::resolved::{ResolvedLinks, ResolvedTarget};
use crate::config::LinkRules;
use crate::ids::{AssetId, RecordId, TiSlice, TiVec};
use crate::paths::SourcePath;
use crate::record::{Link, Record, Section};
use crate::schema::{Kinds, Rosters, Taxonomy};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Every record, and the orders in which pages show them.
///
/// Its parts are shared, so a catalog that differs from another in the text of one post costs almost nothing.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Newest first; undated records after all dated ones, by weight, then by path.
    pub records: TiVec<RecordId, Arc<Record>>,
    /// Records without a page, in the same order: rows of ledgers, which are counted and shown nowhere else.
    pub ledger_rows: Arc<Vec<Arc<Record>>>,
    /// Folders' own pages, by folder below `content/` (empty for the top).
    pub sections: Arc<BTreeMap<String, Section>>,
    /// The kinds of post.
    pub kinds: Arc<Kinds>,
    /// The rosters.
    pub rosters: Arc<Rosters>,
    /// Files that are published when something refers to them, in order of their paths.
    pub assets: Arc<TiVec<AssetId, Asset>>,
    /// Files and folders that are never published, in order of their paths.
    pub leftovers: Arc<Vec<SourcePath>>,
    /// Posts of each kind that has any, newest first.
    pub posts_by_kind: Arc<BTreeMap<String, Vec<RecordId>>>,
    /// The same posts, grouped by year and by village.
    pub groups_by_kind: Arc<BTreeMap<String, KindGroups>>,
    /// Posts and pages with each tag.
    pub tags: Arc<BTreeMap<String, Vec<RecordId>>>,
    /// Posts of each village, by the row's id.
    pub villages: Arc<BTreeMap<String, Vec<RecordId>>>,
    /// Posts of each volunteer team, by the row's id.
    pub teams: Arc<BTreeMap<String, Vec<RecordId>>>,
    /// Posts of each year.
    pub years: Arc<BTreeMap<i16, Vec<RecordId>>>,
    /// For each record, the targets of its links, cover and files.
    pub record_links: TiVec<RecordId, Arc<ResolvedLinks>>,
    /// For each folder's own page, the targets of its links.
    pub section_links: Arc<BTreeMap<String, Vec<ResolvedTarget>>>,
    /// Records that exist but are not published, by path.
    pub withheld: Arc<Vec<Arc<Record>>>,
    /// Whether it is that of the office's full site and holds something internal, so that its pages are marked.
    pub is_internal: bool,
    /// Where links may lead.
    pub link_rules: LinkRules,
    pub(super) by_path: Arc<HashMap<SourcePath, RecordId>>,
}

/// The posts of one kind, grouped by the filters of its list. Each group is newest first.
#[derive(Debug, Clone, Default)]
pub struct KindGroups {
    /// Of each year.
    pub years: BTreeMap<i16, Vec<RecordId>>,
    /// Of each village, by the row's id.
    pub villages: BTreeMap<String, Vec<RecordId>>,
}

impl KindGroups {
    /// Groups `posts`, which all are of one kind.
    pub(super) fn new(records: &TiSlice<RecordId, Arc<Record>>, posts: &[RecordId]) -> Self {
        let mut parts = Self::default();
        for &at in posts {
            let meta = &records[at].meta;
            if let Some(moment) = meta.date {
                parts.years.entry(moment.date.year()).or_default().push(at);
            }
            if let Some(village) = &meta.village {
                parts.villages.entry(village.clone()).or_default().push(at);
            }
        }
        parts
    }
}

impl Catalog {
    /// The posts of each term of a taxonomy.
    #[must_use]
    pub fn posts_by_term(&self, taxonomy: Taxonomy) -> &BTreeMap<String, Vec<RecordId>> {
        match taxonomy {
            Taxonomy::Tags => &self.tags,
            Taxonomy::Villages => &self.villages,
            Taxonomy::Teams => &self.teams,
        }
    }

    /// All tags, in the order of their earliest posts. Tags that only undated pages have are last.
    #[must_use]
    pub fn tags_by_age(&self) -> Vec<&str> {
        let earliest = |posts: &[RecordId]| posts.iter().filter_map(|&at| self.records[at].meta.date).min();
        let mut tags: Vec<_> = self
            .tags
            .iter()
            .map(|(tag, posts)| (earliest(posts), tag.as_str()))
            .collect();
        tags.sort_by_key(|&(day, tag)| (day.is_none(), day, tag));
        tags.into_iter().map(|(_, tag)| tag).collect()
    }

    /// The record of the file at `path`; `None` when [`Catalog::records`] has none.
    #[must_use]
    pub fn find_record(&self, path: &SourcePath) -> Option<RecordId> {
        self.by_path.get(path).copied()
    }

    /// The asset at `path`; `None` when there is no such file.
    #[must_use]
    pub fn find_asset(&self, path: &SourcePath) -> Option<AssetId> {
        self.assets.binary_search_by(|asset| asset.path().cmp(path)).ok()
    }

    /// Whether the file exists but is not published in this build.
    #[must_use]
    pub fn is_withheld(&self, path: &SourcePath) -> bool {
        self.withheld.binary_search_by(|record| record.path.cmp(path)).is_ok()
    }

    /// Everything that is counted: the records with a page, then those without.
    pub fn counted_records(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().chain(self.ledger_rows.iter()).map(Arc::as_ref)
    }

    /// Whether a record is a post (dated, in lists and feeds) and not a page.
    #[must_use]
    pub fn is_post(&self, record: &Record) -> bool {
        self.kinds.is_dated(&record.kind)
    }

    /// Every link of every text, with its target.
    pub fn all_links(&self) -> impl Iterator<Item = (&Link, &ResolvedTarget)> {
        let records = self.records.iter().zip(&self.record_links);
        let sections = self.sections.values();
        records
            .flat_map(|(record, resolved)| record.body.links.iter().zip(&resolved.links))
            .chain(sections.flat_map(|section| {
                section
                    .body
                    .links
                    .iter()
                    .zip(self.section_links[&section.folder].iter())
            }))
    }

    /// The posts of all kinds, newest first.
    pub fn posts(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.records.keys().filter(|&at| self.is_post(&self.records[at]))
    }
}
