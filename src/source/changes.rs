//! The changes on the disk that were observed.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// Files and folders that may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Anything may have changed: events were lost, or the folders were not watched.
    Anything,
    /// These paths, as the operating system names them, were written, created, removed or moved.
    Paths(BTreeSet<PathBuf>),
}
