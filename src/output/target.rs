//! Resolves the requested output folder, and checks whether a build may replace it.

use super::cache::{self, CacheFolder};
use super::error::{Action, OutputError, RefusalReason};
use super::foreign::Tree;
use super::marker;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// A folder that a build may replace: its parent exists, and it is absent, empty or an earlier build.
#[derive(Debug, Clone)]
pub(super) struct OutputTarget {
    /// The absolute path, without symbolic links.
    folder: PathBuf,
    /// Its parent folder.
    parent: PathBuf,
    /// Its name in `parent`.
    name: OsString,
    /// What the site remembers of it.
    cache: CacheFolder,
    /// Paths in it, with `/`, of files and folders that are not the site's and stay there.
    kept: Vec<String>,
}

impl OutputTarget {
    /// Resolves `out`, the output folder of the site in `site`, in which the `kept` files stay. When `out` is a symbolic
    /// link to a folder, that folder is the target and the link stays. Missing parent folders are made.
    pub(super) fn resolve(site: &Path, out: &Path, kept: &[String]) -> Result<Self, OutputError> {
        let sources = fs::canonicalize(site).map_err(OutputError::while_trying(Action::Inspect, site))?;
        let absolute = std::path::absolute(out).map_err(OutputError::while_trying(Action::Inspect, out))?;
        check_outside_sources(&sources, &absolute, out)?;
        let folder = resolve_links(&absolute)?;
        check_outside_sources(&sources, &folder, out)?;
        let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
            return Err(OutputError::not_ours(out, RefusalReason::NotEmpty));
        };
        let target = Self {
            parent: parent.to_owned(),
            name: name.to_owned(),
            cache: CacheFolder::of_output(&sources, &folder),
            kept: kept.to_vec(),
            folder,
        };
        target.check_replaceable()?;
        Ok(target)
    }

    /// The folder's absolute path.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder in the site's cache for what is remembered of this output folder.
    pub(super) const fn cache(&self) -> &CacheFolder {
        &self.cache
    }

    /// The paths of the files and folders that stay in the folder.
    pub(super) fn kept(&self) -> &[String] {
        &self.kept
    }

    /// The tree in the folder, without its marker and what is kept.
    pub(super) fn tree(&self) -> Tree<'_> {
        let ignored = self.kept.iter().map(String::as_str).chain([marker::NAME]);
        Tree {
            folder: &self.folder,
            ignored: ignored.collect(),
        }
    }

    /// The parent folder.
    pub(super) fn parent(&self) -> &Path {
        &self.parent
    }

    /// The prefix of the names of all companions of this folder: `.public.xiangyin-`.
    pub(super) fn companion_prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(&self.name);
        prefix.push(".xiangyin-");
        prefix
    }

    /// A file or folder beside the target: `.public.xiangyin-SUFFIX`.
    pub(super) fn companion(&self, suffix: impl AsRef<OsStr>) -> PathBuf {
        let mut name = self.companion_prefix();
        name.push(suffix);
        self.parent.join(name)
    }

    /// Refuses a folder that is neither absent, nor an earlier build, nor empty except for what is kept. Called twice:
    /// before any work, and right before the exchange, which may be minutes later.
    pub(super) fn check_replaceable(&self) -> Result<(), OutputError> {
        let out = &self.folder;
        match fs::metadata(out) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(OutputError::while_trying(Action::Inspect, out)(error)),
            Ok(found) if !found.is_dir() => return Err(OutputError::not_ours(out, RefusalReason::IsFile)),
            Ok(_) => {}
        }
        if out.join("content/site.yaml").exists() {
            return Err(OutputError::not_ours(out, RefusalReason::HoldsSite));
        }
        if marker::is_in(out) {
            return Ok(());
        }
        for entry in fs::read_dir(out).map_err(OutputError::while_trying(Action::Inspect, out))? {
            let name = entry
                .map_err(OutputError::while_trying(Action::Inspect, out))?
                .file_name();
            if !self.kept.iter().any(|kept| name == kept.as_str()) {
                return Err(OutputError::not_ours(out, RefusalReason::NotEmpty));
            }
        }
        Ok(())
    }
}

/// Whether a path, with `/`, leads to a file in the tree.
pub(super) fn is_inside_tree(path: &str) -> bool {
    path.split('/').all(|part| {
        !matches!(part, "" | "." | "..") && !part.contains('\0') && (cfg!(unix) || !part.contains(['\\', ':']))
    })
}

/// Refuses the site's folder, its ancestors, the folders of its sources, and its cache.
fn check_outside_sources(site: &Path, folder: &Path, out: &Path) -> Result<(), OutputError> {
    if site.starts_with(folder) {
        return Err(OutputError::not_ours(out, RefusalReason::HoldsSite));
    }
    if folder.starts_with(site.join("content")) || folder.starts_with(site.join("themes")) {
        return Err(OutputError::not_ours(out, RefusalReason::InSources));
    }
    if folder.starts_with(site.join(cache::NAME)) {
        return Err(OutputError::not_ours(out, RefusalReason::InCache));
    }
    Ok(())
}

/// `absolute` without symbolic links. When it does not exist yet, its parent folders are made.
fn resolve_links(absolute: &Path) -> Result<PathBuf, OutputError> {
    match fs::canonicalize(absolute) {
        Ok(folder) => return Ok(folder),
        Err(error) if error.kind() == ErrorKind::NotFound && !absolute.is_symlink() => {}
        Err(error) => return Err(OutputError::while_trying(Action::Inspect, absolute)(error)),
    }
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        let error = Error::from(ErrorKind::InvalidInput);
        return Err(OutputError::while_trying(Action::MakeFolder, absolute)(error));
    };
    fs::create_dir_all(parent).map_err(OutputError::while_trying(Action::MakeFolder, parent))?;
    let parent = fs::canonicalize(parent).map_err(OutputError::while_trying(Action::Inspect, parent))?;
    Ok(parent.join(name))
}
