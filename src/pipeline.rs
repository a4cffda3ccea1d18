//! The order of the stages, from a folder to a published site.

use crate::config::Settings;
use crate::diag::{Code, Diagnostic};
use crate::schema::{Kinds, Rosters};
use std::path::Path;
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

/// Everything that a site says of itself apart from its texts: the inputs that each record is read with.
#[derive(Debug)]
pub struct Inputs {
    /// The site's settings.
    pub settings: Settings,
    /// Its kinds of post.
    pub kinds: Kinds,
    /// Its rosters.
    pub rosters: Rosters,
}

/// Reads what a site says of itself.
///
/// # Errors
/// A finding when the folder is no site.
pub fn inputs(root: &Path) -> Result<Inputs, Box<Diagnostic>> {
    if crate::source::settings(root).is_none() {
        return Err(Box::new(Diagnostic::new(Code::NotASite).with("path", root.display().to_string())));
    }
    Ok(Inputs {
        settings: Settings::default(),
        kinds: Kinds::built_in(),
        rosters: Rosters::default(),
    })
}
