//! The files that the search page looks things up in: which there are, and where.
//!
//! Their number follows from the number of records alone, so that an edit to a text leaves the plan as it is. What is in
//! them is in the room `search`.

use super::Site;
use super::file::{FileContent, PlannedFile, SearchFile, View, page_file};
use crate::paths::{OutputPath, UrlPath};

/// Texts in one file: a result that is shown costs the reading of one such file.
const TEXTS_PER_FILE: usize = 4;
/// Records to one shard of pairs of characters; with texts of a thousand characters a shard has about 10 KB.
const RECORDS_PER_SHARD: usize = 10;
/// The fewest and the most shards of pairs.
const PAIR_SHARDS_RANGE: (usize, usize) = (16, 4096);

/// How many documents there are, and into how many files they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLayout {
    /// Documents, numbered from the oldest to the newest: a new post leaves the numbers of the others as they are.
    pub documents: usize,
    /// Shards of pairs of characters; a power of two.
    pub pair_shards: usize,
    /// Shards of single characters; a power of two.
    pub single_shards: usize,
    /// Documents in one file of texts.
    pub texts_per_file: usize,
}

impl SearchLayout {
    /// The layout for so many documents.
    #[must_use]
    pub fn for_documents(documents: usize) -> Self {
        let wanted = documents.div_ceil(RECORDS_PER_SHARD).next_power_of_two();
        let pairs = wanted.clamp(PAIR_SHARDS_RANGE.0, PAIR_SHARDS_RANGE.1);
        Self {
            documents,
            pair_shards: pairs,
            single_shards: pairs / 4,
            texts_per_file: TEXTS_PER_FILE,
        }
    }

    /// All shards.
    #[must_use]
    pub const fn shard_count(&self) -> usize {
        self.pair_shards + self.single_shards
    }

    /// All files, in order.
    fn files(self) -> impl Iterator<Item = SearchFile> {
        let texts = self.documents.div_ceil(self.texts_per_file);
        std::iter::once(SearchFile::Overview)
            .chain((0..self.shard_count()).map(SearchFile::Shard))
            .chain((0..texts).map(SearchFile::Texts))
    }
}

impl SearchFile {
    /// Where it is served.
    #[must_use]
    pub fn address(self) -> UrlPath {
        match self {
            Self::Overview => UrlPath::file("search/overview.js"),
            Self::Shard(at) => UrlPath::file(&format!("search/index/{at}.js")),
            Self::Texts(at) => UrlPath::file(&format!("search/texts/{at}.js")),
        }
    }
}

/// The search page with its files, unless the settings switch it off.
pub(super) fn plan_search_files(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    if !site.settings.search {
        return;
    }
    files.push(page_file(UrlPath::folder("search"), "search", View::Search));
    let parts = SearchLayout::for_documents(site.catalog.records.len()).files();
    files.extend(parts.map(|part| {
        let url = part.address();
        PlannedFile {
            output: OutputPath::from_url(&url),
            url,
            source: "search".to_owned(),
            content: FileContent::Search(part),
        }
    }));
}
