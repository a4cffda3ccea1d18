//! The index of the search page: made once, and only when a part of it is needed.

use crate::search::{self, SearchFile, SearchIndex, SearchPatch};
use crate::site::Site;
use std::borrow::Cow;
use std::sync::OnceLock;

/// The search page's files of one state of a site.
#[derive(Debug, Default)]
pub(super) struct LazySearchIndex {
    index: OnceLock<SearchIndex>,
    digests: OnceLock<Vec<u64>>,
    /// The files that differ from those of a former index. `None` when an index of all texts is needed.
    patch: OnceLock<Option<SearchPatch>>,
}

impl LazySearchIndex {
    /// The hash of the content of all search files.
    pub(super) fn fingerprint(&self, site: &Site<'_>) -> u64 {
        search::fingerprint(self.digests(site))
    }

    /// The hash of what the search files contain of each document. Do not call this for the first time in a parallel
    /// loop, as [`Self::prepare`].
    pub(super) fn digests(&self, site: &Site<'_>) -> &[u64] {
        self.digests.get_or_init(|| search::document_digests(site))
    }

    /// Finds out which files differ from those of a former index, whose documents had the digests `former`. `read` returns
    /// the bytes of a file of the former index. Returns `None` when an index of all texts is needed.
    pub(super) fn patch(
        &self,
        site: &Site<'_>,
        former: &[u64],
        read: &dyn Fn(SearchFile) -> Option<Vec<u8>>,
    ) -> Option<&SearchPatch> {
        let patch = || SearchPatch::new(site, former, self.digests(site), read);
        self.patch.get_or_init(patch).as_ref()
    }

    /// Whether [`Self::file`] returns a shard without making the index.
    pub(super) fn has_shard(&self, shard: usize) -> bool {
        let patch = self.patch.get().and_then(Option::as_ref);
        self.index.get().is_some() || patch.is_some_and(|patch| patch.file(SearchFile::Shard(shard)).is_some())
    }

    /// Makes the index, so that [`Self::file`] can use it. Do not call this in a parallel loop: it runs a parallel loop
    /// itself, and a thread that waits for the parts of that loop may steal a task that waits for the index.
    pub(super) fn prepare(&self, site: &Site<'_>) {
        let _ = self.index.get_or_init(|| SearchIndex::new(site));
    }

    /// The bytes of a file. Without [`Self::prepare`], each shard costs a whole index.
    pub(super) fn file(&self, site: &Site<'_>, file: SearchFile) -> Cow<'_, [u8]> {
        if let Some(bytes) = self
            .patch
            .get()
            .and_then(Option::as_ref)
            .and_then(|patch| patch.file(file))
        {
            return bytes.into();
        }
        match file {
            SearchFile::Overview => search::overview(site, self.fingerprint(site)).into(),
            SearchFile::Texts(part) => search::texts_file(site, part).into(),
            SearchFile::Shard(part) => match self.index.get() {
                Some(index) => index.shard(part).into(),
                None => SearchIndex::new(site).shard(part).to_vec().into(),
            },
        }
    }
}
