//! What is noticed of the files that a preview follows.

use std::path::PathBuf;

/// One thing noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileEvent {
    /// A path was written, or is gone.
    Modified(PathBuf),
    /// A path is new or no longer there: if it is a folder now, so is everything below it.
    CreatedOrRemoved(PathBuf),
    /// Something was missed.
    Missed,
    /// The system watches no more folders.
    WatchLimit,
}
