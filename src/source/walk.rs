//! Walks over the files of a site's folder: follows the links that may be followed, and meets every file once for each path
//! to it, in order of path.

use super::disk_path::relative_path;
use super::link_targets::{LinkEnd, LinkTargets};
use crate::diag::{Code, Diagnostic, Place};
use std::collections::BTreeSet;
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// How many links to folders may follow one another in a path. A few folders with links to each other make more paths
/// than a disk has files.
const MAX_LINKS: usize = 3;

/// A file on the walk.
pub(super) struct WalkedFile {
    pub(super) disk_path: PathBuf,
    /// Whether its name says that it is never published. A folder of such a name is one entry.
    pub(super) is_leftover: bool,
}

/// What a walk met.
pub(super) struct Walked {
    pub(super) files: Vec<WalkedFile>,
    pub(super) findings: Vec<Diagnostic>,
    /// Whether there was a symbolic link.
    pub(super) has_links: bool,
}

/// The files below `top`, a folder of the site in `root`. Findings: links that lead out of the site or in circles, what is
/// no file, and what cannot be listed. None of these is opened.
pub(super) fn walk(root: &Path, top: &Path, targets: &LinkTargets, is_leftover: impl Fn(&DirEntry) -> bool) -> Walked {
    let mut has_links = false;
    let mut files = Vec::new();
    let mut findings = Vec::new();
    // The depths of the linked folders that the current entry is in.
    let mut links: Vec<usize> = Vec::new();
    // The links that were reported: there may be thousands of paths to one link.
    let mut circles = BTreeSet::new();
    let mut walk = WalkDir::new(top).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let finding = list_error(root, &error);
                let is_loop = finding.code == Code::LinkLoop;
                if !is_loop || error.path().is_none_or(|path| circles.insert(real_place(path))) {
                    findings.push(finding);
                }
                continue;
            }
        };
        has_links |= entry.path_is_symlink();
        links.retain(|depth| *depth < entry.depth());
        let (is_folder, path) = (entry.file_type().is_dir(), relative_path(root, entry.path()));
        let end = match entry.path_is_symlink() {
            true => targets.end_of(entry.path()),
            false => LinkEnd::Allowed,
        };
        let is_leftover = is_leftover(&entry) || end == LinkEnd::NeverPublished;
        let fault = match end {
            _ if is_leftover => None,
            LinkEnd::Out(end) => Some(targets.finding(&path, &end)),
            _ if is_folder && entry.path_is_symlink() && links.len() == MAX_LINKS => {
                circles.insert(real_place(entry.path())).then(|| loop_finding(&path))
            }
            _ if is_special(entry.file_type()) => Some(special_file(&path)),
            _ => None,
        };
        if is_folder && (is_leftover || fault.is_some() || links.len() == MAX_LINKS && entry.path_is_symlink()) {
            walk.skip_current_dir();
        } else if is_folder && entry.path_is_symlink() {
            links.push(entry.depth());
        }
        if is_leftover || (fault.is_none() && !is_folder) {
            let disk_path = entry.into_path();
            files.push(WalkedFile { disk_path, is_leftover });
        }
        findings.extend(fault);
    }
    Walked {
        files,
        findings,
        has_links,
    }
}

/// Where a link is, without the links that lead to it.
fn real_place(link: &Path) -> Option<PathBuf> {
    let folder = link.parent()?.canonicalize().ok()?;
    Some(folder.join(link.file_name()?))
}

/// Whether an entry is a pipe, a socket or a device. Reading one may wait for ever.
fn is_special(file_type: FileType) -> bool {
    !file_type.is_file() && !file_type.is_dir()
}

/// The finding about a folder or link that cannot be listed.
fn list_error(root: &Path, error: &walkdir::Error) -> Diagnostic {
    let path = error.path().map_or_else(String::new, |path| relative_path(root, path));
    let is_too_long = |error: &io::Error| {
        #[cfg(unix)]
        return error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error());
        #[cfg(not(unix))]
        return false;
    };
    if error.loop_ancestor().is_some() || error.io_error().is_some_and(is_too_long) {
        return loop_finding(&path);
    }
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Diagnostic::new(Code::Unreadable)
        .at(Place::whole_file(&path))
        .with("path", path)
        .with("reason", reason)
}

/// The finding about a pipe, a socket or a device at `path`.
pub(super) fn special_file(path: &str) -> Diagnostic {
    Diagnostic::new(Code::SpecialFile)
        .at(Place::whole_file(path))
        .with("path", path)
}

/// The finding about a link that leads in a circle, or that follows too many others.
fn loop_finding(path: &str) -> Diagnostic {
    Diagnostic::new(Code::LinkLoop)
        .at(Place::whole_file(path))
        .with("path", path)
}
