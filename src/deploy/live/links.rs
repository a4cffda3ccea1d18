//! Follows the links of pages that are not the built ones: the built pages' own were checked when they were built.

use super::address::LiveAddress;
use super::client::NoAnswer;
use super::faults::{Fault, Faults};
use super::files::{ChangedPage, FileChecker};
use crate::deploy::parallel::in_parallel;
use crate::html::{decode_references, tags};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The most links that are followed. A copy with more of them is another site.
const MAX_LINKS: usize = 2000;

/// The attributes that hold an address.
const LINKING: [&str; 3] = ["href", "src", "poster"];

impl FileChecker<'_> {
    /// Asks for what changed pages link to, unless it was asked for already.
    ///
    /// # Errors
    /// When the server no longer answers.
    pub(super) fn check_links(&self, pages: &[ChangedPage], faults: &Faults) -> Result<(), NoAnswer> {
        let linked: BTreeSet<String> = pages.iter().flat_map(|page| links(self.address, page)).collect();
        let unknown: Vec<String> = linked.into_iter().filter(|path| !self.is_built(path)).collect();
        let check = |path: &String| {
            let answer = self.client.head(&self.address.url(path))?;
            if matches!(answer.status, 404 | 410) {
                faults.add(Fault::DeadLink, path);
            }
            Ok(())
        };
        in_parallel(|| unknown.par_iter().take(MAX_LINKS).try_for_each(check))
    }

    /// Whether the built site has a file at the address `path`.
    pub(super) fn is_built(&self, path: &str) -> bool {
        let page = match path.is_empty() || path.ends_with('/') {
            true => format!("{path}index.html"),
            false => path.to_owned(),
        };
        self.local_file(&page).is_some() || self.local_file(&format!("{path}/index.html")).is_some()
    }
}

/// The paths in the site that a page links to.
fn links(address: &LiveAddress, page: &ChangedPage) -> Vec<String> {
    let mut found = Vec::new();
    for tag in tags(&page.html) {
        let values = LINKING.iter().filter_map(|name| tag.value(name));
        let urls = values.map(|value| address.join(&page.address, decode_references(value).trim()));
        found.extend(urls.filter_map(|url| address.path_in_site(&url)));
    }
    found
}
