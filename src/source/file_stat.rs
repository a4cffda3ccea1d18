//! The metadata of a file, which shows without reading the file that its bytes have not changed.

use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// The minimum time between the last change of a file or folder and the moment when its metadata is taken. A later change
/// then gets another time on every file system, even on FAT, which keeps times to two seconds.
pub(crate) const MIN_AGE: Duration = Duration::from_secs(3);

/// The size of a file and the time when it was last written. A preview takes a file as unchanged while both are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SizeAndMtime {
    /// In bytes.
    pub size: u64,
    /// `None` where the system does not keep this time.
    pub modified: Option<SystemTime>,
}

impl From<&Metadata> for SizeAndMtime {
    fn from(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

/// Size, times and inode of a file. Programs cannot set back `ctime`, the time of the last change of a file or of its
/// attributes, so a file with the same stat has the same bytes.
///
/// A file that changed a moment ago has no stat: the next change may fall into the same tick of the clock. Systems
/// without `ctime` give no stat either. A file without a stat is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileStat {
    size: u64,
    /// Seconds and nanoseconds since 1970.
    modified: (i64, i64),
    changed: (i64, i64),
    inode: u64,
}

impl FileStat {
    /// The stat of `metadata`, which was taken just now. `None` when the last change is less than `MIN_AGE` ago.
    #[cfg(unix)]
    #[must_use]
    pub fn from_metadata(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        use std::time::UNIX_EPOCH;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let is_settled = metadata.ctime() < i64::try_from(now.saturating_sub(MIN_AGE.as_secs())).ok()?;
        is_settled.then(|| Self {
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        })
    }

    /// Always `None`: this system keeps no `ctime`.
    #[cfg(not(unix))]
    #[must_use]
    pub const fn from_metadata(_metadata: &Metadata) -> Option<Self> {
        None
    }
}
