//! What changed on the disk, as far as somebody saw it.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// Files and folders that may be others than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Anything may have changed: events were lost, or nobody watched.
    Anything,
    /// These paths, as the operating system names them: written, made, removed or moved.
    Paths(BTreeSet<PathBuf>),
}
