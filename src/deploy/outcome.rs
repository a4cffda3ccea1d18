//! What is asked of a publication, and what it did.

use super::difference::Difference;
use crate::diag::Diagnostic;
use std::path::Path;

/// What is published, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublishRequest<'r> {
    /// The site's folder.
    pub(crate) site: &'r Path,
    /// What tells the site from others: its address.
    pub(crate) address: &'r str,
    /// The output folder.
    pub(crate) folder: &'r Path,
    /// The paths of its files, with `/`.
    pub(crate) paths: &'r [String],
    /// The paths of files and folders that the settings keep beside the site.
    pub(crate) keep: &'r [String],
    /// Whether nothing is written.
    pub(crate) is_dry_run: bool,
    /// Whether everything at the destination counts as the site's.
    pub(crate) is_taken_over: bool,
}

/// What a publication did, or would do.
#[derive(Debug, Default)]
pub(crate) struct Publication {
    /// The files that travelled, in order of path, each with whether there was none before.
    pub(crate) sent: Vec<(String, bool)>,
    /// The number of their bytes.
    pub(crate) bytes: u64,
    /// The files that were deleted.
    pub(crate) deleted: Vec<String>,
    /// How many files were there already.
    pub(crate) kept: usize,
    /// Files at the destination that are not the site's. They were left alone.
    pub(crate) foreign: Vec<String>,
    /// Whether a publication that was killed was completed.
    pub(crate) is_resumed: bool,
    /// What was found.
    pub(crate) findings: Vec<Diagnostic>,
}

impl Publication {
    /// The outcome of a publication of `difference`.
    pub(super) fn new(difference: &Difference<'_>, is_resumed: bool, findings: Vec<Diagnostic>) -> Self {
        let sent = difference.uploads.iter();
        let mut deleted = [difference.blockers.as_slice(), &difference.deletions].concat();
        deleted.sort();
        Self {
            sent: sent.map(|upload| (upload.file.path.clone(), upload.is_new)).collect(),
            bytes: difference.bytes(),
            deleted,
            kept: difference.kept,
            foreign: difference.foreign.clone(),
            is_resumed,
            findings,
        }
    }
}

/// Receives the progress of a publication. Called from several threads.
pub(crate) trait TransferProgress: Sync {
    /// `files` files with `bytes` bytes will travel.
    fn start(&self, files: usize, bytes: u64);
    /// A file of `bytes` bytes arrived.
    fn advance(&self, bytes: u64);
    /// All files arrived, or the publication ends.
    fn finish(&self);
}
