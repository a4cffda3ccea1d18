//! The site's cache folder: everything that the program remembers from run to run.
//!
//! Role: `.xiangyin-cache` in the site's folder, beside its content. It may be deleted at any time, and it may be missing
//! or stale on another computer that builds the same site: whatever is read from it is checked, and what is missing is
//! made again. So no failure here is reported.
//!
//! - `outputs/KEY/`: what the last build wrote to one output folder (`manifest`), and a copy of it (`spare`). `KEY` stands
//!   for the folder's path.
//! - `pictures/`: files made from pictures (`image_cache`).
//! - `records/`: what was read from posts (`record_cache`).
//! - `destinations/`: what is needed to publish to each destination (`deploy`).
//! - `.gitignore`: keeps the folder out of the site's Git history.

use crate::fingerprint;
use std::cmp::Reverse;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The cache's folder in the site's folder. Hidden, so that nothing in it is taken for content.
pub(crate) const NAME: &str = ".xiangyin-cache";

/// The folder with one folder for each output folder.
const OUTPUTS: &str = "outputs";

/// How many output folders are remembered: the last ones that were built.
const MAX_OUTPUTS: usize = 8;

/// Keeps the folder out of the site's Git history.
const GITIGNORE: &str = "*\n";

/// A folder in the cache. It is made when the first file is written to it.
#[derive(Debug, Clone)]
pub(crate) struct CacheFolder {
    /// The cache of the site.
    root: PathBuf,
    /// The folder; in `root`.
    folder: PathBuf,
}

impl CacheFolder {
    /// The folder with this name in the cache of the site in `site`.
    pub(crate) fn new(site: &Path, name: &str) -> Self {
        let root = site.join(NAME);
        Self {
            folder: root.join(name),
            root,
        }
    }

    /// The folder for what is remembered of the output folder `out`. Both paths are absolute and without links. A
    /// folder inside the site is known by its path in the site, so the cache moves with the site.
    pub(super) fn of_output(site: &Path, out: &Path) -> Self {
        let path = out.strip_prefix(site).unwrap_or(out);
        let key = fingerprint::hash_bytes(path.as_os_str().as_encoded_bytes());
        Self::new(site, &format!("{OUTPUTS}/{key:016x}"))
    }

    /// The path of the folder.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    /// The path of a folder in the folder, which need not exist.
    ///
    /// # Errors
    /// When it or a folder above it is a link, or is no folder.
    pub(super) fn subfolder(&self, name: &str) -> io::Result<PathBuf> {
        let subfolder = Self {
            root: self.root.clone(),
            folder: self.folder.join(name),
        };
        subfolder.check_no_links()?;
        Ok(subfolder.folder)
    }

    /// The path of a file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads a file of the folder.
    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.check_no_links()?;
        fs::read(self.file(name))
    }

    /// Writes a file of the folder: to `temporary` in it first, so that there is never half a file.
    pub(crate) fn write(&self, name: &str, temporary: &str, bytes: &[u8]) -> io::Result<()> {
        self.make()?;
        let temporary = self.file(temporary);
        let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, self.file(name)));
        written.inspect_err(|_| {
            // If this fails, too, a later write or `retain` removes the file.
            let _ = fs::remove_file(&temporary);
        })
    }

    /// Opens a file of the folder with `options`.
    ///
    /// # Errors
    /// Also when the file or the folder is a link.
    pub(crate) fn open(&self, name: &str, options: &OpenOptions) -> io::Result<File> {
        self.make()?;
        // A link may lead to a file that is not the program's.
        if fs::symlink_metadata(self.file(name)).is_ok_and(|found| !found.is_file()) {
            return Err(ErrorKind::InvalidInput.into());
        }
        options.open(self.file(name))
    }

    /// Makes the folder when it is missing.
    ///
    /// # Errors
    /// Also when it is a link.
    pub(crate) fn make(&self) -> io::Result<()> {
        self.check_no_links()?;
        if !self.folder.is_dir() {
            fs::create_dir_all(&self.folder)?;
        }
        let gitignore = self.root.join(".gitignore");
        if !gitignore.exists() {
            fs::write(gitignore, GITIGNORE)?;
        }
        Ok(())
    }

    /// Removes a file of the folder. A failure is ignored.
    pub(super) fn remove(&self, name: &str) {
        if self.check_no_links().is_ok() {
            let _ = fs::remove_file(self.file(name));
        }
    }

    /// Removes every file of the folder whose name `is_kept` does not accept.
    pub(crate) fn retain(&self, is_kept: impl Fn(&str) -> bool) {
        if self.check_no_links().is_err() {
            return;
        }
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            if !entry.file_name().to_str().is_some_and(&is_kept) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Forgets the output folders that were not built for the longest time.
    pub(super) fn prune_outputs(&self) {
        let (Ok(()), Some(outputs)) = (self.check_no_links(), self.folder.parent()) else {
            return;
        };
        let Ok(entries) = fs::read_dir(outputs) else {
            return;
        };
        let mut folders: Vec<(Reverse<SystemTime>, PathBuf)> = entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|file_type| file_type.is_dir()))
            .filter_map(|entry| Some((Reverse(entry.metadata().ok()?.modified().ok()?), entry.path())))
            .filter(|(_, folder)| *folder != self.folder)
            .collect();
        folders.sort();
        for (_, folder) in folders.into_iter().skip(MAX_OUTPUTS - 1) {
            let _ = fs::remove_dir_all(folder);
        }
    }

    /// An error when a folder of the cache is a symbolic link: the files behind it are not the program's to replace or
    /// remove.
    fn check_no_links(&self) -> io::Result<()> {
        let within = self
            .folder
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root));
        for folder in within {
            match fs::symlink_metadata(folder) {
                Ok(found) if !found.is_dir() => return Err(ErrorKind::NotADirectory.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn written_files_are_read_and_ignored_by_git() {
        let site = tempfile::tempdir().unwrap();
        let cache = CacheFolder::new(site.path(), "things");
        assert_eq!(cache.read("a").unwrap_err().kind(), ErrorKind::NotFound);
        cache.write("a", ".new", b"one").unwrap();
        cache.write("a", ".new", b"two").unwrap();
        assert_eq!(cache.read("a").unwrap(), b"two");
        assert!(!cache.file(".new").exists());
        let ignored = fs::read_to_string(site.path().join(".xiangyin-cache/.gitignore")).unwrap();
        assert_eq!(ignored, "*\n");
        cache.remove("a");
        assert!(cache.read("a").is_err());
    }

    #[test]
    fn outputs_inside_the_site_are_known_after_a_move() {
        let of = |site: &str, out: &str| {
            let site = Path::new(site);
            let folder = CacheFolder::of_output(site, Path::new(out)).folder;
            folder.strip_prefix(site).unwrap().to_owned()
        };
        assert_eq!(of("/a", "/a/public"), of("/b", "/b/public"));
        assert_ne!(of("/a", "/a/public"), of("/a", "/a/www"));
        assert_ne!(of("/a", "/a/public"), of("/a", "/public"));
        assert_eq!(of("/a", "/www/public"), of("/b", "/www/public"));
    }

    #[test]
    fn only_the_last_outputs_are_remembered() {
        let site = tempfile::tempdir().unwrap();
        for number in 0..MAX_OUTPUTS + 3 {
            let out = format!("/out/{number}");
            let cache = CacheFolder::of_output(site.path(), Path::new(&out));
            cache.write("manifest", "new", b"x").unwrap();
            cache.prune_outputs();
            assert!(cache.file("manifest").exists());
        }
        let left = fs::read_dir(site.path().join(".xiangyin-cache/outputs"))
            .unwrap()
            .count();
        assert_eq!(left, MAX_OUTPUTS);
    }

    #[test]
    #[cfg(unix)]
    fn nothing_is_read_written_or_removed_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let others = dir.path().join("photos");
        fs::create_dir(&others).unwrap();
        fs::write(others.join("a"), "mine").unwrap();
        let link_cache = |site: &Path, link: &str| {
            let link = site.join(link);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(&others, link).unwrap();
            CacheFolder::new(site, "things")
        };
        for (site, link) in [("a", ".xiangyin-cache"), ("b", ".xiangyin-cache/things")] {
            let cache = link_cache(&dir.path().join(site), link);
            assert!(cache.read("a").is_err());
            assert!(cache.write("a", ".new", b"ours").is_err());
            cache.remove("a");
            cache.retain(|_| false);
            assert_eq!(fs::read_to_string(others.join("a")).unwrap(), "mine", "{link}");
            assert_eq!(fs::read_dir(&others).unwrap().count(), 1, "{link}");
        }
    }
}
