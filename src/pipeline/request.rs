//! The request for a build, and its outcome.

use crate::diag::Diagnostic;
use crate::output::StaleReason;
use jiff::civil::Date;
use std::path::PathBuf;

/// The options of a build or check.
#[derive(Debug, Clone)]
pub struct Request {
    /// The site's folder, which holds `content/site.yaml`.
    pub site: PathBuf,
    /// The output folder; `public` in the site's folder when `None`.
    pub out: Option<PathBuf>,
    /// Replaces `base_url` of `site.yaml`; empty for relative links.
    pub base_url: Option<String>,
    /// Whether drafts are built.
    pub drafts: bool,
    /// Whether posts dated after today are built.
    pub future: bool,
    /// Whether the office's full site is built, with what is internal.
    pub internal: bool,
    /// Whether a check makes the findings of an inspection, too.
    pub inspection: bool,
    /// The day that counts as today.
    pub today: Date,
    /// Identifies the program that builds: its version and whatever else tells two programs apart. Only files of the
    /// same program are reused.
    pub program: String,
    /// Whether everything is rebuilt, whatever the previous build left.
    pub force: bool,
}

impl Request {
    /// A request for the site in `site`, without options.
    #[must_use]
    pub fn new(site: impl Into<PathBuf>, today: Date) -> Self {
        Self {
            site: site.into(),
            out: None,
            base_url: None,
            drafts: false,
            future: false,
            internal: false,
            inspection: false,
            today,
            program: String::new(),
            force: false,
        }
    }
}

/// The outcome of a build or a check.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// All findings, ordered by file, line, column.
    pub findings: Vec<Diagnostic>,
    /// HTML pages made.
    pub pages: usize,
    /// All files of the output, pages included.
    pub files: usize,
    /// Whether the output folder now holds this build.
    pub published: bool,
    /// The files that were made and those that were removed, sorted by path.
    pub changes: Vec<OutputChange>,
    /// How many files were reused.
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
    /// Whether the file was made, not removed.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.reason != StaleReason::Gone
    }
}

/// Receives the progress of a build. Called from several threads.
pub trait Progress: Sync {
    /// Rendering starts; `files` will be written.
    fn start(&self, files: usize);
    /// One more file is done.
    fn advance(&self);
    /// Rendering is over.
    fn finish(&self);
}

/// Ignores the progress of a build.
#[derive(Debug, Clone, Copy)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _files: usize) {}
    fn advance(&self) {}
    fn finish(&self) {}
}
