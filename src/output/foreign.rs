//! Files in the output folder that no build made. They are found before the tree is replaced, because replacing it would
//! remove them.
//!
//! A marker holds a digest of the names of all files of its tree. While the names on the disk give the same digest, every
//! file is from a build, whichever computer made it, and whether or not anything is remembered of it. Otherwise the
//! manifest, or else the plan of the new tree, tells which files are known.
//! After most edits no name need be read (`known_names`).

use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;
use xxhash_rust::xxh3::xxh3_64;

/// The digest of the names of the files of a tree, which does not depend on their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct NamesDigest(pub(super) u64);

impl NamesDigest {
    /// The digest of one name: a path in the tree, with `/`.
    pub(super) fn of(path: &str) -> Self {
        // Some file systems give names back in another normal form.
        if path.is_ascii() {
            Self(xxh3_64(path.as_bytes()))
        } else {
            Self(xxh3_64(path.nfc().collect::<String>().as_bytes()))
        }
    }

    /// The digest of several names.
    pub(super) fn of_all<'p>(paths: impl IntoIterator<Item = &'p str>) -> Self {
        paths.into_iter().map(Self::of).fold(Self::default(), Self::with)
    }

    /// The digest of both sets of names.
    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
}

/// A tree whose files are examined.
pub(super) struct Tree<'t> {
    pub(super) folder: &'t Path,
    /// Files and folders in it, by their paths, that are never examined.
    pub(super) ignored: BTreeSet<&'t str>,
}

/// A file or folder of a tree.
pub(super) struct Entry {
    /// Its path in the tree, with `/`. Letters that are not Unicode are replaced.
    pub(super) path: String,
    disk_path: PathBuf,
    pub(super) is_folder: bool,
}

impl Tree<'_> {
    /// The digest of the names of all files. Links are files.
    pub(super) fn names_digest(&self) -> io::Result<NamesDigest> {
        self.digest_in(self.folder, "")
    }

    fn digest_in(&self, folder: &Path, path: &str) -> io::Result<NamesDigest> {
        let entries = self.entries(folder, path)?;
        let digest = |entry: &Entry| {
            if entry.is_folder {
                self.digest_in(&entry.disk_path, &entry.path)
            } else {
                Ok(NamesDigest::of(&entry.path))
            }
        };
        let digests = entries.par_iter().map(digest);
        digests.try_reduce(NamesDigest::default, |a, b| Ok(a.with(b)))
    }

    /// The paths of files that are not in `known`, in order. A folder without known files stands for all that is in it.
    pub(super) fn unknown_files(&self, known: &BTreeSet<String>) -> io::Result<Vec<String>> {
        let mut unknown = Vec::new();
        self.collect_unknown(self.folder, "", known, &mut unknown)?;
        unknown.sort();
        Ok(unknown)
    }

    fn collect_unknown(
        &self,
        folder: &Path,
        path: &str,
        known: &BTreeSet<String>,
        unknown: &mut Vec<String>,
    ) -> io::Result<()> {
        for entry in self.entries(folder, path)? {
            let name: String = entry.path.nfc().collect();
            if !entry.is_folder {
                unknown.extend((!known.contains(&name)).then_some(entry.path));
                continue;
            }
            let start = format!("{name}/");
            let has_known = known
                .range(start.clone()..)
                .next()
                .is_some_and(|next| next.starts_with(&start));
            if has_known {
                self.collect_unknown(&entry.disk_path, &entry.path, known, unknown)?;
            } else if self.has_file(&entry)? {
                unknown.push(entry.path);
            }
        }
        Ok(())
    }

    /// Whether there is a file in a folder, at any depth.
    fn has_file(&self, folder: &Entry) -> io::Result<bool> {
        for entry in self.entries(&folder.disk_path, &folder.path)? {
            if !entry.is_folder || self.has_file(&entry)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What is in the folder at `path` of the tree, which is `folder` on the disk, without what is ignored.
    pub(super) fn entries(&self, folder: &Path, path: &str) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let path = if path.is_empty() {
                name.into_owned()
            } else {
                format!("{path}/{name}")
            };
            if !self.ignored.contains(path.as_str()) {
                let is_folder = entry.file_type()?.is_dir();
                let disk_path = entry.path();
                entries.push(Entry {
                    path,
                    disk_path,
                    is_folder,
                });
            }
        }
        Ok(entries)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    #[test]
    fn digest_depends_on_the_names_alone() {
        let names = ["index.html", "a/b/c.html", "图/甲.jpg"];
        let dir = tree(&names);
        let whole = Tree {
            folder: dir.path(),
            ignored: BTreeSet::new(),
        };
        let expected = names
            .iter()
            .fold(NamesDigest::default(), |sum, name| sum.with(NamesDigest::of(name)));
        assert_eq!(whole.names_digest().unwrap(), expected);
        fs::create_dir(dir.path().join("empty")).unwrap();
        fs::write(dir.path().join("index.html"), "other bytes").unwrap();
        assert_eq!(whole.names_digest().unwrap(), expected);
        fs::write(dir.path().join("a/new"), "").unwrap();
        assert_ne!(whole.names_digest().unwrap(), expected);
        let without = Tree {
            folder: dir.path(),
            ignored: BTreeSet::from(["a/new"]),
        };
        assert_eq!(without.names_digest().unwrap(), expected);
        assert_eq!(NamesDigest::of("e\u{301}"), NamesDigest::of("\u{e9}"));
    }

    #[test]
    fn folders_without_known_files_stand_for_their_content() {
        let dir = tree(&[
            "index.html",
            "post/index.html",
            "post/mine.jpg",
            ".git/refs/heads/main",
            "uploads/a",
            "kept/a",
        ]);
        fs::create_dir_all(dir.path().join("empty/empty")).unwrap();
        let tree = Tree {
            folder: dir.path(),
            ignored: BTreeSet::from(["kept"]),
        };
        let known = ["index.html", "post/index.html", "uploads-of-ours/a"].map(str::to_owned);
        let unknown = tree.unknown_files(&BTreeSet::from(known)).unwrap();
        assert_eq!(unknown, [".git", "post/mine.jpg", "uploads"]);
    }
}
