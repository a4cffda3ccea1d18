//! When the index of the search page is made: once, and only when something asks for a part of it.

use crate::plan::{SearchFile, Site};
use crate::search::{self, Index};
use std::borrow::Cow;
use std::sync::OnceLock;

/// The search page's files of one state of a site.
#[derive(Debug, Default)]
pub(super) struct Searching {
    index: OnceLock<Index>,
    print: OnceLock<u64>,
}

impl Searching {
    /// The hash of all that the files hold.
    pub(super) fn print(&self, site: &Site<'_>) -> u64 {
        *self.print.get_or_init(|| search::print(site))
    }

    /// Makes the index, for the files that follow. Not to be called inside a parallel loop: making is one itself, and a
    /// thread that waits for its parts may be given one that waits for the index.
    pub(super) fn prepare(&self, site: &Site<'_>) {
        let _ = self.index.get_or_init(|| Index::new(site));
    }

    /// The bytes of a file. A shard for which nothing was prepared costs the making of the whole index.
    pub(super) fn file(&self, site: &Site<'_>, file: SearchFile) -> Cow<'_, [u8]> {
        match file {
            SearchFile::Overview => search::overview(site, self.print(site)).into(),
            SearchFile::Texts(at) => match self.index.get() {
                Some(index) => index.texts(site, at).into(),
                None => search::texts(site, at).into(),
            },
            SearchFile::Shard(at) => match self.index.get() {
                Some(index) => index.shard(at).into(),
                None => Index::new(site).shard(at).to_vec().into(),
            },
        }
    }
}
