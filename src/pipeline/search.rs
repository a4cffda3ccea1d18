//! When the index of the search page is made: once, and only when something asks for a part of it.

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
    /// The hash of all that the files hold.
    pub(super) fn fingerprint(&self, site: &Site<'_>) -> u64 {
        *self.fingerprint.get_or_init(|| search::fingerprint(site))
    }

    /// Makes the index, for the files that follow. Not to be called inside a parallel loop: making is one itself, and a
    /// thread that waits for its parts may be given one that waits for the index.
    pub(super) fn prepare(&self, site: &Site<'_>) {
        let _ = self.index.get_or_init(|| SearchIndex::new(site));
    }

    /// The bytes of a file. A shard for which nothing was prepared costs the making of the whole index.
    pub(super) fn file(&self, site: &Site<'_>, file: SearchFile) -> Cow<'_, [u8]> {
        match file {
            SearchFile::Overview => search::overview(site, self.fingerprint(site)).into(),
            SearchFile::Texts(at) => match self.index.get() {
                Some(index) => index.texts(site, at).into(),
                None => search::texts_without_index(site, at).into(),
            },
            SearchFile::Shard(at) => match self.index.get() {
                Some(index) => index.shard(at).into(),
                None => SearchIndex::new(site).shard(at).to_vec().into(),
            },
        }
    }
}
