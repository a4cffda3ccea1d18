//! The output folder as asked for, made absolute, and the judgement whether a build may replace it.

use super::error::{Action, OutputError, RefusalReason};
use super::marker;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// A folder that may be replaced: its parent exists, it is absent, empty or an earlier build.
#[derive(Debug, Clone)]
pub(super) struct OutputTarget {
    /// The real folder, free of symbolic links.
    folder: PathBuf,
    /// The folder that holds it.
    parent: PathBuf,
    /// Its name in `parent`.
    name: OsString,
}

impl OutputTarget {
    /// Takes `out` as the output folder of the site in `site`. When `out` is a symbolic link to a folder, that
    /// folder is the target and the link stays. Folders above it are made.
    pub(super) fn resolve(site: &Path, out: &Path) -> Result<Self, OutputError> {
        let sources = fs::canonicalize(site).map_err(OutputError::while_trying(Action::Inspect, site))?;
        let asked = std::path::absolute(out).map_err(OutputError::while_trying(Action::Inspect, out))?;
        check_outside_sources(&sources, &asked, out)?;
        let folder = resolve_links(&asked)?;
        check_outside_sources(&sources, &folder, out)?;
        let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
            return Err(OutputError::not_ours(out, RefusalReason::NotEmpty));
        };
        let target = Self {
            parent: parent.to_owned(),
            name: name.to_owned(),
            folder,
        };
        target.check_replaceable()?;
        Ok(target)
    }

    /// The folder itself, absolute.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that holds it.
    pub(super) fn parent(&self) -> &Path {
        &self.parent
    }

    /// What the names of all companions of this folder start with: `.public.xiangyin-`.
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

    /// Refuses a folder that is neither absent, nor empty, nor an earlier build. Asked twice: before any work, and
    /// right before the exchange, since minutes may lie between.
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
        let mut entries = fs::read_dir(out).map_err(OutputError::while_trying(Action::Inspect, out))?;
        if entries.next().is_some() && !marker::is_in(out) {
            return Err(OutputError::not_ours(out, RefusalReason::NotEmpty));
        }
        Ok(())
    }
}

/// Refuses the site's own folder, those above it, and those in which its sources lie.
fn check_outside_sources(site: &Path, folder: &Path, out: &Path) -> Result<(), OutputError> {
    if site.starts_with(folder) {
        return Err(OutputError::not_ours(out, RefusalReason::HoldsSite));
    }
    if folder.starts_with(site.join("content")) || folder.starts_with(site.join("themes")) {
        return Err(OutputError::not_ours(out, RefusalReason::InSources));
    }
    Ok(())
}

/// `asked` without symbolic links; when it does not exist yet, the folders above it are made.
fn resolve_links(asked: &Path) -> Result<PathBuf, OutputError> {
    match fs::canonicalize(asked) {
        Ok(folder) => return Ok(folder),
        Err(error) if error.kind() == ErrorKind::NotFound && !asked.is_symlink() => {}
        Err(error) => return Err(OutputError::while_trying(Action::Inspect, asked)(error)),
    }
    let (Some(parent), Some(name)) = (asked.parent(), asked.file_name()) else {
        let error = Error::from(ErrorKind::InvalidInput);
        return Err(OutputError::while_trying(Action::MakeFolder, asked)(error));
    };
    fs::create_dir_all(parent).map_err(OutputError::while_trying(Action::MakeFolder, parent))?;
    let parent = fs::canonicalize(parent).map_err(OutputError::while_trying(Action::Inspect, parent))?;
    Ok(parent.join(name))
}
