//! A cache of files made from pictures, kept from build to build.
//!
//! Role: a folder in the site's folder, beside its content. A file's name says what the file was made from. So a build
//! after the output folder was deleted, a forced build and a preview reuse what an earlier build made. A damaged file
//! counts as missing. No failure here is reported: the picture is then made again.

use crate::fingerprint;
use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// The cache's folder in the site's folder. Hidden, so that nothing in it is taken for content.
const FOLDER: &str = ".xiangyin-cache";

/// Keeps the folder out of the site's Git history.
const GITIGNORE: &str = "*\n";

/// The length in bytes of the hash that each file starts with.
const HASH_SIZE: usize = 16;

/// The cached files of one site.
#[derive(Debug, Clone)]
pub(crate) struct ImageCache {
    folder: PathBuf,
}

impl ImageCache {
    /// The cache of the site in `root`.
    #[must_use]
    pub(crate) fn for_site(root: &Path) -> Self {
        Self {
            folder: root.join(FOLDER).join("pictures"),
        }
    }

    /// Whether there is a file with this name, damaged or not.
    #[must_use]
    pub(crate) fn has(&self, name: &str) -> bool {
        self.folder.join(name).is_file()
    }

    /// The bytes stored under a name. `None` when the file is missing or damaged.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.folder.join(name)).ok()?;
        let (hash, rest) = bytes.split_first_chunk::<HASH_SIZE>()?;
        if *hash != fingerprint::hash_content(rest).to_le_bytes() {
            return None;
        }
        bytes.drain(..HASH_SIZE);
        Some(bytes)
    }

    /// Stores bytes under a name. A failure is ignored: the picture is then made again the next time.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        let _ = self.write(name, bytes);
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !self.folder.is_dir() {
            fs::create_dir_all(&self.folder)?;
            fs::write(self.folder.with_file_name(".gitignore"), GITIGNORE)?;
        }
        // Written to a temporary file, then renamed: a build may be stopped at any time, or run beside a preview.
        let temporary = self.folder.join(format!(".{:016x}", RandomState::new().hash_one(name)));
        let whole = [&fingerprint::hash_content(bytes).to_le_bytes()[..], bytes].concat();
        let written = fs::write(&temporary, whole).and_then(|()| fs::rename(&temporary, self.folder.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Removes every file whose name is not in `names`.
    pub(crate) fn retain(&self, names: &BTreeSet<String>) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            if !entry.file_name().to_str().is_some_and(|name| names.contains(name)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn cached_bytes_round_trip_unless_damaged() {
        let site = tempfile::tempdir().unwrap();
        let cache = ImageCache::for_site(site.path());
        assert!(!cache.has("a") && cache.get("a").is_none());
        cache.put("a", b"picture");
        cache.put("b", b"");
        assert_eq!(cache.get("a").unwrap(), b"picture");
        assert_eq!(cache.get("b").unwrap(), b"");
        let file = cache.folder.join("a");
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
        fs::write(cache.folder.join(".passing"), "half").unwrap();
        cache.retain(&BTreeSet::from(["b".to_owned()]));
        let left: Vec<_> = fs::read_dir(&cache.folder)
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        assert_eq!(left, ["b"]);
    }

    #[test]
    fn unwritable_cache_folder_is_ignored() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join(FOLDER), "a file").unwrap();
        let cache = ImageCache::for_site(site.path());
        cache.put("a", b"x");
        cache.retain(&BTreeSet::new());
        assert!(cache.get("a").is_none());
    }
}
