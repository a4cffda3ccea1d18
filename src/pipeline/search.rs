//! The index of the search page: made once, and only when a part of it is needed.

use crate::search::SearchFile;
use crate::search::{self, SearchIndex};
use crate::site::Site;
use std::borrow::Cow;
use std::sync::OnceLock;

/// The search page's files of one state of a site.
#[derive(Debug, Default)]
pub(super) struct LazySearchIndex {
    index: OnceLock<SearchIndex>,
    fingerprint: OnceLock<u64>,
}

impl LazySearchIndex {
    /// The hash of the content of all search files.
    pub(super) fn fingerprint(&self, site: &Site<'_>) -> u64 {
        *self.fingerprint.get_or_init(|| search::fingerprint(site))
    }

    /// Makes the index, so that [`Self::file`] can use it. Do not call this in a parallel loop: it runs a parallel loop
    /// itself, and a thread that waits for the parts of that loop may steal a task that waits for the index.
    pub(super) fn prepare(&self, site: &Site<'_>) {
        let _ = self.index.get_or_init(|| SearchIndex::new(site));
    }

    /// The bytes of a file. Without [`Self::prepare`], each shard costs a whole index.
    pub(super) fn file(&self, site: &Site<'_>, file: SearchFile) -> Cow<'_, [u8]> {
        match file {
            SearchFile::Overview => search::overview(site, self.fingerprint(site)).into(),
            SearchFile::Texts(part) => match self.index.get() {
                Some(index) => index.texts(site, part).into(),
                None => search::texts_without_index(site, part).into(),
            },
            SearchFile::Shard(part) => match self.index.get() {
                Some(index) => index.shard(part).into(),
                None => SearchIndex::new(site).shard(part).to_vec().into(),
            },
        }
    }
}
