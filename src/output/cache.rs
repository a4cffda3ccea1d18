//! What was made of pictures, kept from build to build.
//!
//! Role: a folder in the site's own, beside its content, in which a file's name says what it was made from. So an output
//! folder that was deleted, a forced build and a preview find what an earlier one has made. A file that was damaged is
//! as good as none, and no failure here is told: the picture is then made again.

use crate::fingerprint;
use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// The folder in the site's. Hidden, so that nothing in it is taken for content.
const FOLDER: &str = ".xiangyin-cache";

/// Keeps the folder out of the site's history, wherever that is kept.
const IGNORE: &str = "*\n";

/// Bytes of the hash that a file starts with.
const HASH: usize = 16;

/// The pictures that were made for one site.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The one of the site in `root`.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        Self {
            folder: root.join(FOLDER).join("pictures"),
        }
    }

    /// Whether there is something of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.folder.join(name).is_file()
    }

    /// What is kept under a name; none when there is nothing, or it is damaged.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.folder.join(name)).ok()?;
        let (hash, rest) = bytes.split_first_chunk::<HASH>()?;
        if *hash != fingerprint::of_file(rest).to_le_bytes() {
            return None;
        }
        bytes.drain(..HASH);
        Some(bytes)
    }

    /// Keeps something under a name; what cannot be kept is made again the next time.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let _ = self.write(name, bytes);
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !self.folder.is_dir() {
            fs::create_dir_all(&self.folder)?;
            fs::write(self.folder.with_file_name(".gitignore"), IGNORE)?;
        }
        // Under another name until it is whole: a build may be stopped at any time, or run beside a preview.
        let passing = self.folder.join(format!(".{:016x}", RandomState::new().hash_one(name)));
        let whole = [&fingerprint::of_file(bytes).to_le_bytes()[..], bytes].concat();
        let written = fs::write(&passing, whole).and_then(|()| fs::rename(&passing, self.folder.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&passing);
        }
        written
    }

    /// Removes everything of another name.
    pub fn keep_only(&self, names: &BTreeSet<String>) {
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
    fn what_was_kept_comes_back_unless_it_was_damaged() {
        let site = tempfile::tempdir().unwrap();
        let cache = Cache::of(site.path());
        assert!(!cache.has("a") && cache.get("a").is_none());
        cache.put("a", b"picture");
        cache.put("b", b"");
        assert_eq!(cache.get("a").unwrap(), b"picture");
        assert_eq!(cache.get("b").unwrap(), b"");
        let file = cache.folder.join("a");
        for end in 0..=HASH {
            fs::write(&file, &fs::read(&file).unwrap()[..end.min(HASH)]).unwrap();
            assert!(cache.get("a").is_none(), "{end}");
            cache.put("a", b"picture");
        }
        let mut bytes = fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&file, bytes).unwrap();
        assert!(cache.get("a").is_none());
    }

    #[test]
    fn what_is_not_used_goes_and_nothing_is_left_of_writing() {
        let site = tempfile::tempdir().unwrap();
        let cache = Cache::of(site.path());
        cache.keep_only(&BTreeSet::new());
        for name in ["a", "b", "c"] {
            cache.put(name, b"x");
        }
        fs::write(cache.folder.join(".passing"), "half").unwrap();
        cache.keep_only(&BTreeSet::from(["b".to_owned()]));
        let left: Vec<_> = fs::read_dir(&cache.folder)
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        assert_eq!(left, ["b"]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_no_matter() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join(FOLDER), "a file").unwrap();
        let cache = Cache::of(site.path());
        cache.put("a", b"x");
        cache.keep_only(&BTreeSet::new());
        assert!(cache.get("a").is_none());
    }
}
