//! Where the symbolic links of a site may lead: into the site, and into the folders that its settings name.
//!
//! A link in a folder that somebody sent could publish any file of the computer, and a command that writes could change it.

use super::disk_path::relative_path;
use super::leftovers;
use crate::diag::{Code, Diagnostic, Place};
use crate::yaml::write_flow_item;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folders in which links may end.
#[derive(Debug, Clone)]
pub(crate) struct LinkTargets {
    /// The site's folder, without links. `None` when it cannot be resolved; then nothing is in it.
    site: Option<PathBuf>,
    /// The folders out of the site as the settings name them. `None` when links may lead anywhere.
    written: Option<Vec<String>>,
    /// The same folders without links.
    allowed: Vec<PathBuf>,
}

/// Where a link ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LinkEnd {
    /// Where it may.
    Allowed,
    /// At a file or folder whose name says that it is never published.
    NeverPublished,
    /// At this path, out of the site.
    Out(PathBuf),
}

impl LinkTargets {
    /// The targets for the site in `root`, whose settings name the folders `links_out`. Relative ones count from `root`.
    #[must_use]
    pub(crate) fn new<'t>(root: &Path, links_out: impl IntoIterator<Item = &'t str>) -> Self {
        let written: Vec<String> = links_out.into_iter().map(str::to_owned).collect();
        let allowed = written
            .iter()
            .filter_map(|folder| fs::canonicalize(root.join(folder)).ok());
        Self {
            site: fs::canonicalize(root).ok(),
            allowed: allowed.collect(),
            written: Some(written),
        }
    }

    /// Any target, for a list of files that are not published.
    #[must_use]
    pub(super) fn anywhere() -> Self {
        Self {
            site: None,
            written: None,
            allowed: Vec::new(),
        }
    }

    /// Where the link at `link`, or the last link of its path, ends. A link to nothing may stay: reading it is an error.
    pub(super) fn end_of(&self, link: &Path) -> LinkEnd {
        let (Some(_), Ok(end)) = (&self.written, fs::canonicalize(link)) else {
            return LinkEnd::Allowed;
        };
        let folders = self.site.iter().chain(&self.allowed);
        let Some(inside) = folders.filter_map(|folder| end.strip_prefix(folder).ok()).next() else {
            return LinkEnd::Out(end);
        };
        if leftovers::is_never_published_path(&inside.to_string_lossy().replace('\\', "/")) {
            return LinkEnd::NeverPublished;
        }
        LinkEnd::Allowed
    }

    /// Refuses to write `path`, a new file below the site's folder `root`, when a link leads it out of the site.
    ///
    /// # Errors
    /// The finding about the link.
    pub(crate) fn check_writable(&self, root: &Path, path: &Path) -> Result<(), Box<Diagnostic>> {
        let existing = path.ancestors().find(|path| path.symlink_metadata().is_ok());
        let Some((existing, LinkEnd::Out(end))) = existing.map(|existing| (existing, self.end_of(existing))) else {
            return Ok(());
        };
        Err(Box::new(self.finding(&relative_path(root, existing), &end)))
    }

    /// The finding about a link at `path` in the site that ends at `end`, with the setting that allows it.
    pub(super) fn finding(&self, path: &str, end: &Path) -> Diagnostic {
        let folder = if end.is_dir() { end } else { end.parent().unwrap_or(end) };
        let folder = self
            .site
            .as_deref()
            .and_then(|site| relative(site, folder))
            .unwrap_or_else(|| display(folder));
        let folders = self.written.iter().flatten().chain([&folder]);
        let items: Vec<String> = folders.map(|folder| write_flow_item(folder)).collect();
        Diagnostic::new(Code::LinkOut)
            .at(Place::whole_file(path))
            .with("path", path)
            .with("target", display(end))
            .with("line", format!("links_out: [{}]", items.join(", ")))
    }
}

/// A path as an editor writes it: with `/`.
fn display(path: &Path) -> String {
    let text = path.display().to_string();
    if cfg!(windows) {
        text.trim_start_matches(r"\\?\").replace('\\', "/")
    } else {
        text
    }
}

/// The path from `from` to `to`, both absolute and without links. `None` when they have nothing in common.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let common = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
    if !from.components().take(common).any(|part| is_name(&part)) {
        return None;
    }
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to
        .components()
        .skip(common)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    Some(up.chain(down).collect::<Vec<String>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_lead_from_one_folder_to_the_other() {
        let path = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(
            path("/home/li/site", "/home/li/photos/2022").as_deref(),
            Some("../photos/2022")
        );
        assert_eq!(path("/home/li/site", "/home/li").as_deref(), Some(".."));
        assert_eq!(path("/home/li/site", "/etc"), None);
    }
}
