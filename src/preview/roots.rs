//! The watched folders of a site, and how paths in them are spelt.
//!
//! The system may report a file by another path than the requested one: an absolute path, or one without symbolic
//! links. Everything above this module sees one spelling, that of the request.

use crate::source::is_ignored_path;
use std::path::{Path, PathBuf};

/// The folders of one site.
#[derive(Debug, Clone)]
pub(super) struct Roots {
    /// The site's folder as spelt in the request.
    site: PathBuf,
    /// All spellings of the site's folder.
    spellings: Vec<PathBuf>,
}

impl Roots {
    /// The roots of the site in `site`.
    pub(super) fn new(site: &Path) -> Self {
        let absolute = std::path::absolute(site).ok();
        let real = site.canonicalize().ok();
        let site = site.to_owned();
        let mut spellings: Vec<PathBuf> = std::iter::once(site.clone()).chain(absolute).chain(real).collect();
        spellings.dedup();
        Self { site, spellings }
    }

    /// Every folder to watch: the site's folder, and the folders of its sources.
    pub(super) fn watched_folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.site.clone()];
        folders.append(&mut self.source_folders());
        folders
    }

    /// The folders of the site's sources.
    pub(super) fn source_folders(&self) -> Vec<PathBuf> {
        vec![self.site.join("content"), self.site.join("themes")]
    }

    /// The folders that a site must have.
    pub(super) fn required_folders(&self) -> [PathBuf; 2] {
        [self.site.clone(), self.site.join("content")]
    }

    /// Whether `folder` is the site's folder.
    pub(super) fn is_site(&self, folder: &Path) -> bool {
        folder == self.site
    }

    /// Whether `path` is one of the watched folders itself.
    pub(super) fn is_root(&self, path: &Path) -> bool {
        self.is_site(path) || self.source_folders().iter().any(|folder| folder == path)
    }

    /// A path as the request would spell it. `None` when it is outside the site.
    pub(super) fn normalize(&self, path: &Path) -> Option<PathBuf> {
        let rest = self
            .spellings
            .iter()
            .find_map(|spelling| path.strip_prefix(spelling).ok())?;
        Some(if rest.as_os_str().is_empty() {
            self.site.clone()
        } else {
            self.site.join(rest)
        })
    }

    /// Whether a normalized path is a file or folder that the site may be made from.
    pub(super) fn is_source_path(&self, path: &Path) -> bool {
        let Ok(rest) = path.strip_prefix(&self.site) else {
            return false;
        };
        let first = rest.components().next().map(|part| part.as_os_str().to_string_lossy());
        matches!(first.as_deref(), Some("content" | "themes")) && !is_ignored_path(&self.display_path(path))
    }

    /// A path relative to the site's folder, with forward slashes, as in findings.
    pub(super) fn display_path(&self, path: &Path) -> String {
        let rest = path.strip_prefix(&self.site).unwrap_or(path);
        let parts: Vec<_> = rest
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        parts.join("/")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_to_the_spelling_of_the_request() {
        let roots = Roots::new(Path::new("."));
        let absolute = std::env::current_dir().unwrap().join("./content/a.md");
        assert_eq!(roots.normalize(&absolute), Some(PathBuf::from("./content/a.md")));
        assert_eq!(roots.normalize(Path::new("/elsewhere/a.md")), None);
        assert_eq!(
            roots.normalize(&std::env::current_dir().unwrap()),
            Some(PathBuf::from("."))
        );
        assert_eq!(roots.display_path(Path::new("./content/a.md")), "content/a.md");
    }

    #[test]
    fn temporary_files_and_other_folders_are_ignored() {
        let roots = Roots::new(Path::new("town"));
        let is_inside = |path: &str| roots.is_source_path(Path::new(path));
        assert!(is_inside("town/content/a.md") && is_inside("town/themes/own/static/a.css"));
        assert!(is_inside("town/content"));
        for path in [
            "town/public/index.html",
            "town/.xiangyin-cache/pictures/a",
            "town/content/.xiangyin-cache/a",
            "town/content/.a.md.swp",
            "town/content/.git/x",
            "town/content/a.md~",
            "town/content/~$report.docx",
            "other/content/a.md",
        ] {
            assert!(!is_inside(path), "{path}");
        }
    }
}
