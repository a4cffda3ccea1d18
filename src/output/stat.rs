//! How a file or folder of the tree looks from outside: what tells whether somebody touched it since it was written.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Size and time of a file's last change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryStat {
    /// In bytes; 0 for a folder, whose size means nothing.
    pub(super) size: u64,
    /// In nanoseconds since 1970, before then negative.
    pub(super) modified: i64,
}

impl EntryStat {
    /// The stamp that `metadata` gives.
    pub(super) fn from_metadata(metadata: &Metadata) -> io::Result<Self> {
        let size = if metadata.is_dir() { 0 } else { metadata.len() };
        Ok(Self {
            size,
            modified: nanoseconds(metadata.modified()?),
        })
    }
}

/// A tree many of whose files are looked at. The system is asked from its folder on, where it can be, which spares it
/// the way there for each of them.
#[derive(Debug)]
pub(super) struct DirHandle {
    #[cfg(not(unix))]
    folder: std::path::PathBuf,
    #[cfg(unix)]
    held: Option<std::os::fd::OwnedFd>,
}

/// What is at a place in a tree.
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

    /// The stamp of the file at `path`; none when there is none, or something that is no file.
    pub(super) fn stat_file(&self, path: &str) -> Option<EntryStat> {
        Some(self.stat_entry(path)?)
            .filter(|found| found.is_file)
            .map(|found| found.stat)
    }

    /// The stamp of the folder or file at `path`, empty for the tree's own; none when there is none.
    pub(super) fn stat(&self, path: &str) -> Option<EntryStat> {
        self.stat_entry(path).map(|found| found.stat)
    }

    /// Whether all `paths` have the stamps that go with them; ends at the first that has not.
    pub(super) fn all_match(
        &self,
        paths: &[(String, EntryStat)],
        look: impl Fn(&Self, &str) -> Option<EntryStat> + Sync,
    ) -> bool {
        paths.par_iter().all(|(path, stamp)| look(self, path) == Some(*stamp))
    }

    #[cfg(unix)]
    fn stat_entry(&self, path: &str) -> Option<FoundEntry> {
        use rustix::fs::{AtFlags, FileType, statat};
        let path = if path.is_empty() { "." } else { path };
        let found = statat(self.held.as_ref()?, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let sort = FileType::from_raw_mode(found.st_mode);
        let size = if sort == FileType::Directory {
            0
        } else {
            found.st_size as u64
        };
        let changed = i128::from(found.st_mtime) * 1_000_000_000 + i128::from(found.st_mtime_nsec);
        Some(FoundEntry {
            stat: EntryStat {
                size,
                modified: i64::try_from(changed).unwrap_or(i64::MIN),
            },
            is_file: sort == FileType::RegularFile,
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

/// Nanoseconds since 1970; a time too far away for that is as good as any other that no file has.
fn nanoseconds(time: SystemTime) -> i64 {
    let (span, sign) = match time.duration_since(UNIX_EPOCH) {
        Ok(span) => (span, 1),
        Err(error) => (error.duration(), -1),
    };
    i64::try_from(span.as_nanos()).map_or(i64::MIN, |span| span * sign)
}
