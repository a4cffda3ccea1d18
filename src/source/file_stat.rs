//! How a file looks from outside: what tells, without reading it, that nobody wrote to it since it was read.

use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::time::Duration;

/// Time that must lie between a file's last change and a look at it. A change after that has another time on every
/// file system: FAT keeps times to two seconds, all others are finer.
pub(super) const MIN_AGE: Duration = Duration::from_secs(3);

/// Size, times and number of a file. Nobody sets the time of the last change of a file or of its attributes (`ctime`)
/// back, so a file with the same look has the same bytes.
///
/// A file changed a moment ago has none: the next change may fall into the same tick of the clock. Neither has one on
/// systems that keep no such time; such files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileStat {
    size: u64,
    /// Seconds and nanoseconds since 1970.
    modified: (i64, i64),
    changed: (i64, i64),
    inode: u64,
}

impl FileStat {
    /// The look that `metadata`, got just now, gives.
    #[cfg(unix)]
    #[must_use]
    pub fn from_metadata(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        use std::time::{SystemTime, UNIX_EPOCH};
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let newest = i64::try_from(now.checked_sub(MIN_AGE.as_secs())?).ok()?;
        let is_settled = metadata.ctime() < newest;
        is_settled.then(|| Self {
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        })
    }

    /// None on this system.
    #[cfg(not(unix))]
    #[must_use]
    pub const fn from_metadata(_metadata: &Metadata) -> Option<Self> {
        None
    }
}
