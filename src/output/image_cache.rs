//! Files made from pictures, kept from build to build.
//!
//! Role: the folder `pictures` of the site's cache. A file's name says what the file was made from. So a build after the
//! output folder was deleted, a forced build and a preview reuse what an earlier build made. A damaged file counts as
//! missing. No failure here is reported: the picture is then made again.

use super::cache::CacheFolder;
use crate::fingerprint;
use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;

/// The length in bytes of the hash that each file starts with.
const HASH_SIZE: usize = 16;

/// The cached files of one site.
#[derive(Debug, Clone)]
pub(crate) struct ImageCache {
    folder: CacheFolder,
}

impl ImageCache {
    /// The cache of the site in `root`.
    #[must_use]
    pub(crate) fn for_site(root: &Path) -> Self {
        Self {
            folder: CacheFolder::new(root, "pictures"),
        }
    }

    /// Whether there is a file with this name, damaged or not.
    #[must_use]
    pub(crate) fn has(&self, name: &str) -> bool {
        self.folder.file(name).is_file()
    }

    /// The bytes stored under a name. `None` when the file is missing or damaged.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = self.folder.read(name).ok()?;
        let (hash, rest) = bytes.split_first_chunk::<HASH_SIZE>()?;
        if *hash != fingerprint::hash_content(rest).to_le_bytes() {
            return None;
        }
        bytes.drain(..HASH_SIZE);
        Some(bytes)
    }

    /// Stores bytes under a name. A failure is ignored: the picture is then made again the next time.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        let whole = [&fingerprint::hash_content(bytes).to_le_bytes()[..], bytes].concat();
        // A random name, because a build may run beside a preview.
        let temporary = format!(".{:016x}", RandomState::new().hash_one(name));
        let _ = self.folder.write(name, &temporary, &whole);
    }

    /// Removes every file whose name is not in `names`.
    pub(crate) fn retain(&self, names: &BTreeSet<String>) {
        self.folder.retain(|name| names.contains(name));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn cached_bytes_round_trip_unless_damaged() {
        let site = tempfile::tempdir().unwrap();
        let cache = ImageCache::for_site(site.path());
        assert!(!cache.has("a") && cache.get("a").is_none());
        cache.put("a", b"picture");
        cache.put("b", b"");
        assert_eq!(cache.get("a").unwrap(), b"picture");
        assert_eq!(cache.get("b").unwrap(), b"");
        let file = cache.folder.file("a");
        for end in 0..=HASH_SIZE {
            fs::write(&file, &fs::read(&file).unwrap()[..end.min(HASH_SIZE)]).unwrap();
            assert!(cache.get("a").is_none(), "{end}");
            cache.put("a", b"picture");
        }
        let mut bytes = fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&file, bytes).unwrap();
        assert!(cache.get("a").is_none());
    }

    #[test]
    fn retain_removes_unused_and_temporary_files() {
        let site = tempfile::tempdir().unwrap();
        let cache = ImageCache::for_site(site.path());
        cache.retain(&BTreeSet::new());
        for name in ["a", "b", "c"] {
            cache.put(name, b"x");
        }
        fs::write(cache.folder.file(".passing"), "half").unwrap();
        cache.retain(&BTreeSet::from(["b".to_owned()]));
        let left: Vec<_> = fs::read_dir(site.path().join(".xiangyin-cache/pictures"))
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        assert_eq!(left, ["b"]);
    }

    #[test]
    fn unwritable_cache_folder_is_ignored() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join(".xiangyin-cache"), "a file").unwrap();
        let cache = ImageCache::for_site(site.path());
        cache.put("a", b"x");
        cache.retain(&BTreeSet::new());
        assert!(cache.get("a").is_none());
    }
}
