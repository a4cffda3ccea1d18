//! The files that the search page looks things up in: which there are, and where.
//!
//! Their number follows from the number of records alone, so that an edit to a text leaves the plan as it is. What is in
//! them is in the room `search`.

use super::{Content, PlannedFile, Site, View, listing};
use crate::paths::{OutputPath, UrlPath};

/// Texts in one file: a result that is shown costs the reading of one such file.
const TEXTS_TOGETHER: usize = 4;
/// Records to one shard of pairs of characters; with texts of a thousand characters a shard has about 10 KB.
const RECORDS_TO_A_SHARD: usize = 10;
/// The fewest and the most shards of pairs.
const SHARDS: (usize, usize) = (16, 4096);

/// A file of the search page's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchFile {
    /// What is needed first: how many files there are; kind and year of each document.
    Overview,
    /// A part of the index: pairs of characters first, then single characters.
    Shard(usize),
    /// The titles, addresses and texts of a few documents.
    Texts(usize),
}

/// How many documents there are, and into how many files they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLayout {
    /// Documents, numbered from the oldest to the newest: a new post leaves the numbers of the others as they are.
    pub documents: usize,
    /// Shards of pairs of characters; a power of two.
    pub pairs: usize,
    /// Shards of single characters; a power of two.
    pub singles: usize,
    /// Documents in one file of texts.
    pub together: usize,
}

impl SearchLayout {
    /// The layout for so many documents.
    #[must_use]
    pub fn of(documents: usize) -> Self {
        let wanted = documents.div_ceil(RECORDS_TO_A_SHARD).next_power_of_two();
        let pairs = wanted.clamp(SHARDS.0, SHARDS.1);
        Self {
            documents,
            pairs,
            singles: pairs / 4,
            together: TEXTS_TOGETHER,
        }
    }

    /// All shards.
    #[must_use]
    pub const fn shards(&self) -> usize {
        self.pairs + self.singles
    }

    /// All files, in order.
    fn files(self) -> impl Iterator<Item = SearchFile> {
        let texts = self.documents.div_ceil(self.together);
        std::iter::once(SearchFile::Overview)
            .chain((0..self.shards()).map(SearchFile::Shard))
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
pub(super) fn files(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    if !site.settings.search {
        return;
    }
    files.push(listing::page(UrlPath::folder("search"), "search", View::Search));
    let parts = SearchLayout::of(site.catalog.records.len()).files();
    files.extend(parts.map(|part| {
        let url = part.address();
        PlannedFile {
            output: OutputPath::of(&url),
            url,
            source: "search".to_owned(),
            content: Content::Search(part),
        }
    }));
}
