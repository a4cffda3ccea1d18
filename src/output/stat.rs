//! The stat of a file or folder of the tree, which shows whether somebody changed it since it was written.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The size and time of a file or folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryStat {
    /// In bytes; 0 for a folder, whose size has no meaning.
    pub(super) size: u64,
    /// When a file was written, in nanoseconds since 1970; negative before then. Of a folder, on Unix, when it last changed
    /// (`ctime`), which programs that restore a backup cannot set back.
    pub(super) modified: i64,
}

impl EntryStat {
    /// The stat in `metadata`.
    pub(super) fn from_metadata(metadata: &Metadata) -> io::Result<Self> {
        let size = if metadata.is_dir() { 0 } else { metadata.len() };
        Ok(Self {
            size,
            modified: nanoseconds(metadata.modified()?),
        })
    }
}

/// A tree whose files are inspected. On Unix, its folder is opened once, so that the system does not resolve the path
/// to it again for each file.
#[derive(Debug)]
pub(super) struct DirHandle {
    #[cfg(not(unix))]
    folder: std::path::PathBuf,
    #[cfg(unix)]
    held: Option<std::os::fd::OwnedFd>,
}

/// An entry at a path in a tree.
struct FoundEntry {
    stat: EntryStat,
    is_file: bool,
}

impl DirHandle {
    /// The tree in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            #[cfg(not(unix))]
            folder: folder.to_owned(),
            #[cfg(unix)]
            held: fs::File::open(folder).ok().map(Into::into),
        }
    }

    /// The stat of the file at `path`. `None` when there is no entry, or when it is not a file.
    pub(super) fn stat_file(&self, path: &str) -> Option<EntryStat> {
        Some(self.stat_entry(path)?)
            .filter(|found| found.is_file)
            .map(|found| found.stat)
    }

    /// The stat of the folder or file at `path`; an empty path is the tree's folder. `None` when there is no entry.
    pub(super) fn stat(&self, path: &str) -> Option<EntryStat> {
        self.stat_entry(path).map(|found| found.stat)
    }

    /// The stats of folders, each with its path. One that cannot be read gets a stat that nothing has.
    pub(super) fn folder_stats(&self, folders: &[String]) -> Vec<(String, EntryStat)> {
        let stat = |path: &String| (path.clone(), self.stat(path).unwrap_or_default());
        folders.par_iter().map(stat).collect()
    }

    /// The stats of folders, each with its path, as [`Self::folder_stats`] finds them. Only those are looked up that are
    /// `touched` or not among the `known` ones. Both lists are in order of path.
    pub(super) fn folder_stats_knowing(
        &self,
        folders: &[String],
        known: &[(String, EntryStat)],
        touched: &BTreeSet<&str>,
    ) -> Vec<(String, EntryStat)> {
        let mut known = known.iter().peekable();
        let mut stat = |path: &String| {
            while known.next_if(|(former, _)| former < path).is_some() {}
            let same = known.peek().filter(|(former, _)| former == path);
            match same.filter(|_| !touched.contains(path.as_str())) {
                Some((_, stat)) => *stat,
                None => self.stat(path).unwrap_or_default(),
            }
        };
        folders.iter().map(|path| (path.clone(), stat(path))).collect()
    }

    /// Whether all `paths` have the given stats. Stops at the first that differs.
    pub(super) fn all_match(&self, paths: &[(String, EntryStat)]) -> bool {
        paths.par_iter().all(|(path, stat)| self.stat(path) == Some(*stat))
    }

    #[cfg(unix)]
    fn stat_entry(&self, path: &str) -> Option<FoundEntry> {
        use rustix::fs::{AtFlags, FileType, statat};
        let path = if path.is_empty() { "." } else { path };
        let found = statat(self.held.as_ref()?, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let file_type = FileType::from_raw_mode(found.st_mode);
        let (size, seconds, nanoseconds) = if file_type == FileType::Directory {
            (0, found.st_ctime, found.st_ctime_nsec)
        } else {
            (found.st_size as u64, found.st_mtime, found.st_mtime_nsec)
        };
        let changed = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        Some(FoundEntry {
            stat: EntryStat {
                size,
                modified: i64::try_from(changed).unwrap_or(i64::MIN),
            },
            is_file: file_type == FileType::RegularFile,
        })
    }

    #[cfg(not(unix))]
    fn stat_entry(&self, path: &str) -> Option<FoundEntry> {
        let metadata = fs::symlink_metadata(self.folder.join(path)).ok()?;
        Some(FoundEntry {
            stat: EntryStat::from_metadata(&metadata).ok()?,
            is_file: metadata.is_file(),
        })
    }
}

/// Nanoseconds since 1970. A time out of range becomes [`i64::MIN`], which no file has.
pub(super) fn nanoseconds(time: SystemTime) -> i64 {
    let (span, sign) = match time.duration_since(UNIX_EPOCH) {
        Ok(span) => (span, 1),
        Err(error) => (error.duration(), -1),
    };
    i64::try_from(span.as_nanos()).map_or(i64::MIN, |span| span * sign)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn stats_of_touched_and_new_folders_are_looked_up() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["a", "b", "c", "e"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let tree = DirHandle::new(dir.path());
        let known = ["a", "b", "d", "e"].map(|path| (path.to_owned(), EntryStat { size: 9, modified: 9 }));
        let folders = ["a", "b", "c", "e", "f"].map(str::to_owned);
        let found = tree.folder_stats_knowing(&folders, &known, &BTreeSet::from(["b", "d"]));
        let now = tree.folder_stats(&folders);
        let [a, b, c, e, f] = found.try_into().unwrap();
        assert_eq!([&b, &c, &f], [&now[1], &now[2], &now[4]]);
        assert_eq!([a, e], [known[0].clone(), known[3].clone()]);
    }
}
