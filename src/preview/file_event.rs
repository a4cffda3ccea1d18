//! Events of the files that a preview watches.

use std::path::PathBuf;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileEvent {
    /// A file was written, or is gone.
    Modified(PathBuf),
    /// A path is new or no longer exists. If it is a folder now, everything below it is new, too.
    CreatedOrRemoved(PathBuf),
    /// Some events were lost: anything may have changed.
    Missed,
    /// The system's limit on watched folders is reached.
    WatchLimit,
}
