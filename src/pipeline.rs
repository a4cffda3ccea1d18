//! The order of the stages, from a folder to a published site.

use crate::diag::Diagnostic;
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
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _files: usize) {}
    fn advance(&self) {}
    fn finish(&self) {}
}

/// Builds the site.
pub fn build(_request: &Request, _progress: &dyn Progress) -> Outcome {
    Outcome::default()
}

/// Finds everything there is to say of the site.
pub fn check(_request: &Request, _progress: &dyn Progress) -> Outcome {
    Outcome::default()
}
