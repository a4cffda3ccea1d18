//! How a file or folder of the tree looks from outside: what tells whether somebody touched it since it was written.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Size and time of a file's last change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// In bytes; 0 for a folder, whose size means nothing.
    pub(super) size: u64,
    /// In nanoseconds since 1970, before then negative.
    pub(super) changed: i64,
}

impl Stamp {
    /// The stamp that `metadata` gives.
    pub(super) fn of(metadata: &Metadata) -> io::Result<Self> {
        let size = if metadata.is_dir() { 0 } else { metadata.len() };
        Ok(Self {
            size,
            changed: nanoseconds(metadata.modified()?),
        })
    }

    /// The stamp of the file at `path`; none when there is none, or something that is no file.
    pub(super) fn of_file(path: &Path) -> Option<Self> {
        let metadata = fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
        Self::of(&metadata).ok()
    }

    /// The stamp of the folder or file at `path`; none when there is none.
    pub(super) fn of_other(path: &Path) -> Option<Self> {
        Self::of(&fs::symlink_metadata(path).ok()?).ok()
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

/// Whether all `paths` below `root` have the stamps that go with them; ends at the first that has not.
pub(super) fn all_are(root: &Path, paths: &[(String, Stamp)], look: impl Fn(&Path) -> Option<Stamp> + Sync) -> bool {
    paths
        .par_iter()
        .all(|(path, stamp)| look(&root.join(path)) == Some(*stamp))
}
