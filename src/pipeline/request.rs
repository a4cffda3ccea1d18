//! What is asked of a build, and what comes of it.

use crate::diag::Diagnostic;
use crate::output::StaleReason;
use jiff::civil::Date;
use std::path::PathBuf;

/// What is asked of a build.
#[derive(Debug, Clone)]
pub struct Request {
    /// The site's folder, which holds `content/site.yaml`.
    pub site: PathBuf,
    /// Where the built tree goes; `public` in the site's folder when none.
    pub out: Option<PathBuf>,
    /// Replaces `base_url` of `site.yaml`; empty for relative links.
    pub base_url: Option<String>,
    /// Whether drafts are built.
    pub drafts: bool,
    /// Whether posts dated after today are built.
    pub future: bool,
    /// The day that counts as today.
    pub today: Date,
    /// The program that builds, so that no other one's work is taken over: its version, and what else tells one from
    /// another.
    pub program: String,
    /// Whether everything is made anew, whatever an earlier build left.
    pub force: bool,
}

impl Request {
    /// Asks for what a build without options makes of the site in `site`.
    #[must_use]
    pub fn new(site: impl Into<PathBuf>, today: Date) -> Self {
        Self {
            site: site.into(),
            out: None,
            base_url: None,
            drafts: false,
            future: false,
            today,
            program: String::new(),
            force: false,
        }
    }
}

/// What came of a build or a check.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Everything found, ordered by file, line, column.
    pub findings: Vec<Diagnostic>,
    /// HTML pages made.
    pub pages: usize,
    /// All files of the output, pages included.
    pub files: usize,
    /// Whether the output folder now holds this build.
    pub published: bool,
    /// The files that were made and those that were removed, in order of path.
    pub changes: Vec<OutputChange>,
    /// How many files stayed as they were.
    pub kept: usize,
}

/// A file of the output that was made or removed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputChange {
    /// Its path in the output folder.
    pub output: String,
    /// Why.
    pub reason: StaleReason,
}

impl OutputChange {
    /// Whether the file was made, and not removed.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.reason != StaleReason::Gone
    }
}

/// Told how far a build has come. Called from several threads.
pub trait Progress: Sync {
    /// Rendering starts; `files` will be written.
    fn start(&self, files: usize);
    /// One more file is done.
    fn advance(&self);
    /// Rendering is over.
    fn finish(&self);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _files: usize) {}
    fn advance(&self) {}
    fn finish(&self) {}
}
