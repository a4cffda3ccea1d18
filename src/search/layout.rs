//! The files of the search index and their addresses.
//!
//! Their number depends only on the number of records, so that an edit to a text does not change the plan.

use crate::paths::UrlPath;

/// Texts in one file. Showing a result costs the loading of one such file.
const TEXTS_PER_FILE: usize = 4;
/// Records per shard of pairs. With texts of a thousand characters a shard has about 10 KB.
const RECORDS_PER_SHARD: usize = 10;
/// The minimum and maximum number of shards of pairs.
const PAIR_SHARDS_RANGE: (usize, usize) = (16, 4096);

/// A file of the search index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SearchFile {
    /// The file to load first: the numbers of files, and the kind and year of each document.
    Overview,
    /// A part of the index. Shards of pairs of characters come first, then those of single characters.
    Shard(usize),
    /// The titles, addresses and texts of a few documents.
    Texts(usize),
}

/// The number of documents, and the number of files for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SearchLayout {
    /// The number of documents. They are numbered from the oldest to the newest, so that a new post does not change the
    /// numbers of the others.
    pub documents: usize,
    /// The number of shards of pairs; a power of two.
    pub pair_shards: usize,
    /// The number of shards of single characters; a power of two.
    pub single_shards: usize,
    /// Documents in one file of texts.
    pub texts_per_file: usize,
}

impl SearchLayout {
    /// The layout for `documents` documents.
    #[must_use]
    pub(crate) fn for_documents(documents: usize) -> Self {
        let wanted = documents.div_ceil(RECORDS_PER_SHARD).next_power_of_two();
        let pairs = wanted.clamp(PAIR_SHARDS_RANGE.0, PAIR_SHARDS_RANGE.1);
        Self {
            documents,
            pair_shards: pairs,
            single_shards: pairs / 4,
            texts_per_file: TEXTS_PER_FILE,
        }
    }

    /// The number of all shards.
    #[must_use]
    pub(crate) const fn shard_count(&self) -> usize {
        self.pair_shards + self.single_shards
    }

    /// All files, in order.
    pub(crate) fn files(self) -> impl Iterator<Item = SearchFile> {
        let texts = self.documents.div_ceil(self.texts_per_file);
        std::iter::once(SearchFile::Overview)
            .chain((0..self.shard_count()).map(SearchFile::Shard))
            .chain((0..texts).map(SearchFile::Texts))
    }
}

impl SearchFile {
    /// The address of the file.
    #[must_use]
    pub(crate) fn address(self) -> UrlPath {
        match self {
            Self::Overview => UrlPath::file("search/overview.js"),
            Self::Shard(at) => UrlPath::file(&format!("search/index/{at}.js")),
            Self::Texts(at) => UrlPath::file(&format!("search/texts/{at}.js")),
        }
    }
}
