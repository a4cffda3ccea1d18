//! Where the site's cache keeps what belongs to a destination.

use crate::fingerprint;
use crate::output::CacheFolder;
use std::path::Path;

/// The folder for destinations in the cache of the site in `site`, and the name in it for the destination `name`.
pub(super) fn destination_cache(site: &Path, name: &str) -> (CacheFolder, String) {
    let key = fingerprint::hash_bytes(name.as_bytes());
    (CacheFolder::new(site, "destinations"), format!("{key:016x}"))
}
