//! Finds and reads the files of a site.
//!
//! Role: the first stage, and the only one before `output` that does I/O. It lists the files of `content/` and of the
//! theme's folders, classifies them by the purpose that the contract gives each place, and returns their bytes. It does
//! not interpret the content of a file.

mod changes;
pub(crate) mod decode;
mod disk_path;
mod file_stat;
mod first_commits;
mod inputs;
mod leftovers;
mod limits;
mod link_targets;
mod mixed;
mod read_error;
mod walk;

pub use changes::Changes;
pub(crate) use file_stat::{MIN_AGE, SizeAndMtime};
pub(crate) use first_commits::{FirstCommits, first_commits, git_output};
pub(crate) use inputs::{
    ContentHash, Input, InputFiles, ReadLog, are_unchanged, has_same_stat, hash_file, list_inputs, read_and_hash,
    size_and_mtime,
};
pub(crate) use leftovers::{
    ROOT_FOLDER, TEMPORARY_PREFIX, is_ignored_path, is_own_temporary, leftover_pattern, meant_post,
};
pub(crate) use link_targets::LinkTargets;

use crate::diag::{Checked, Code, Diagnostic};
use crate::paths::SourcePath;
use disk_path::relative_path;
use read_error::read_error;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use walkdir::DirEntry;

/// One file of a site: its path in the site and its path on the disk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Relative to the site's folder.
    pub path: SourcePath,
    /// The path for the operating system.
    pub disk_path: PathBuf,
}

/// The files of `content/`, by purpose. Each list is in the order of the paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listing {
    /// Posts and pages: `**/*.md`.
    pub posts: Vec<SourceFile>,
    /// Folders' own pages: `**/_index.md`.
    pub sections: Vec<SourceFile>,
    /// Rosters: `_data/*.yaml`.
    pub rosters: Vec<SourceFile>,
    /// Rosters and records as tables: `_data/*.csv`, `_data/*.xlsx` and the like.
    pub ledgers: Vec<SourceFile>,
    /// Kinds: `_kinds/*.yaml`.
    pub kinds: Vec<SourceFile>,
    /// Metrics: `_metrics.yaml`.
    pub metrics: Option<SourceFile>,
    /// Figures of issued reports: `_frozen/*.yaml`.
    pub issued: Vec<SourceFile>,
    /// Default front matter: `_defaults.yaml`.
    pub defaults: Option<SourceFile>,
    /// Targets of metrics: `_targets.yaml`.
    pub targets: Option<SourceFile>,
    /// Where the site is published to: `_publish.yaml`.
    pub destinations: Option<SourceFile>,
    /// Files in the places of definitions that nothing reads, such as `_metrics.yml`.
    pub unused: Vec<SourceFile>,
    /// Everything else. These files are published when something published refers to them. Those below `_root/` are
    /// always published.
    pub assets: Vec<SourceFile>,
    /// Files and folders whose names say that they are never published. They are not opened.
    pub leftovers: Vec<SourceFile>,
    /// Whether there is a symbolic link: then the listing depends on where links may lead.
    pub has_links: bool,
}

impl Listing {
    /// Whether the listing contains the file at `path`.
    #[must_use]
    pub(crate) fn has(&self, path: &SourcePath) -> bool {
        self.all().any(|file| file.path == *path)
    }

    /// Whether the listing contains a file in the folder at `path`, at any depth.
    #[must_use]
    pub(crate) fn has_below(&self, path: &SourcePath) -> bool {
        let below = |file: &SourceFile| {
            file.path
                .as_str()
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        self.all().any(below)
    }

    fn all(&self) -> impl Iterator<Item = &SourceFile> {
        let lists = [
            &self.posts,
            &self.sections,
            &self.rosters,
            &self.ledgers,
            &self.kinds,
            &self.issued,
            &self.unused,
            &self.assets,
            &self.leftovers,
        ];
        lists
            .into_iter()
            .flatten()
            .chain(&self.metrics)
            .chain(&self.targets)
            .chain(&self.destinations)
            .chain(&self.defaults)
    }
}

/// Files of `content/` with definitions, besides those in folders.
pub(crate) const DEFINITION_FILES: [&str; 5] = [
    "site.yaml",
    "_metrics.yaml",
    "_defaults.yaml",
    "_targets.yaml",
    "_publish.yaml",
];

/// The file name extensions of ledgers: CSV files and workbooks.
pub(crate) const LEDGER_EXTENSIONS: [&str; 6] = ["csv", "tsv", "xlsx", "xlsm", "xls", "ods"];

/// Lists `content/` of the site in `root`. Links may lead to `targets`.
///
/// Names that say that a file is never published (`Thumbs.db`, `~$…`, `….bak`) are listed apart; such folders are not
/// entered. A folder that cannot be listed is a finding, and so is what [`walk`] refuses.
#[must_use]
pub(crate) fn list(root: &Path, targets: &LinkTargets) -> Checked<Listing> {
    let content = root.join("content");
    let walked = walk::walk(root, &content, targets, |entry| is_leftover(&content, entry));
    let mut listing = Listing {
        has_links: walked.has_links,
        ..Listing::default()
    };
    for file in walked.files {
        // It goes when its command ends, or with the next command that writes.
        let name = file.disk_path.file_name().unwrap_or_default();
        if is_own_temporary(&name.to_string_lossy()) {
            continue;
        }
        if file.is_leftover {
            listing.leftovers.push(source_file(root, file.disk_path));
        } else {
            classify(&mut listing, root, file.disk_path);
        }
    }
    Checked {
        value: listing,
        findings: walked.findings,
    }
}

/// Lists every file below `folder` of the site in `root`. The list is empty when the folder does not exist.
#[must_use]
pub(crate) fn list_folder(root: &Path, folder: &str, targets: &LinkTargets) -> Checked<Vec<SourceFile>> {
    let top = root.join(folder);
    if !exists(&top) {
        return Checked {
            value: Vec::new(),
            findings: Vec::new(),
        };
    }
    let walked = walk::walk(root, &top, targets, is_leftover_of_theme);
    let files = walked.files.into_iter().filter(|file| !file.is_leftover);
    Checked {
        value: files.map(|file| source_file(root, file.disk_path)).collect(),
        findings: walked.findings,
    }
}

/// Opens a file for reading, unless it is a folder, a pipe, a socket or a device: reading one may wait for ever.
///
/// # Errors
/// The system's error.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe is opened at once. For a file this means nothing.
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"))
    }
}

/// Reads a whole file, as [`open_file`] opens it.
///
/// # Errors
/// The system's error.
pub(crate) fn read_disk(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_file(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a whole file.
///
/// # Errors
/// A finding that names the file and the system's reason, or that the file is too large.
pub(crate) fn read(file: &SourceFile) -> Result<Vec<u8>, Box<Diagnostic>> {
    limits::read_to_limit(&file.path, &mut open(file)?)
}

/// Opens a file that need not be read as a whole.
///
/// # Errors
/// As [`read`].
pub(crate) fn open(file: &SourceFile) -> Result<File, Box<Diagnostic>> {
    open_file(&file.disk_path).map_err(|error| Box::new(read_error(file.path.as_str(), &error)))
}

/// Reads at most `length` bytes from the start of a file.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_head(file: &SourceFile, length: usize) -> Result<Vec<u8>, Box<Diagnostic>> {
    let mut head = Vec::with_capacity(length);
    match open(file)?.take(length as u64).read_to_end(&mut head) {
        Ok(_) => Ok(head),
        Err(error) => Err(Box::new(read_error(file.path.as_str(), &error))),
    }
}

/// Reads a file of at most `limit` bytes. `None` for a larger one, and when it cannot be read.
#[must_use]
pub(crate) fn read_at_most(file: &SourceFile, limit: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut open = open_file(&file.disk_path).ok()?.take(limit + 1);
    open.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= limit).then_some(bytes)
}

/// The settings file of the site in `root`.
///
/// # Errors
/// A finding when the folder is not a site, and when the settings are no file.
pub(crate) fn settings_file(root: &Path) -> Result<SourceFile, Box<Diagnostic>> {
    let disk = root.join("content").join("site.yaml");
    match disk.metadata() {
        Ok(found) if found.is_file() => Ok(source_file(root, disk)),
        Ok(found) if !found.is_dir() => Err(Box::new(walk::special_file(&relative_path(root, &disk)))),
        _ => Err(Box::new(
            Diagnostic::new(Code::NotASite).with("path", root.display().to_string()),
        )),
    }
}

/// The path in the site of a path on the disk. `None` when `disk` is outside `root`.
#[must_use]
pub(crate) fn site_path(root: &Path, disk: &Path) -> Option<SourcePath> {
    disk.strip_prefix(root).ok()?;
    Some(SourcePath::new(&relative_path(root, disk)))
}

/// Whether `disk` is a regular file now.
#[must_use]
pub(crate) fn is_file(disk: &Path) -> bool {
    disk.is_file()
}

/// Whether a file, folder or link exists at `disk` now.
#[must_use]
pub(crate) fn exists(disk: &Path) -> bool {
    disk.symlink_metadata().is_ok()
}

/// Whether the name of an entry of a theme's folder says that it is never published.
fn is_leftover_of_theme(entry: &DirEntry) -> bool {
    entry.depth() > 0 && leftovers::is_never_published(&entry.file_name().to_string_lossy())
}

/// Whether the name of an entry of `content` says that it is never published.
fn is_leftover(content: &Path, entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_at_root = entry.depth() > 1 && entry.path().starts_with(content.join(ROOT_FOLDER));
    match entry.depth() {
        0 => false,
        _ if is_at_root => leftovers::is_never_published_at_root(&name),
        _ => leftovers::is_never_published(&name),
    }
}

/// Whether a file of the site in `root` is a link, or lies in a folder that is one: writing it would change a file elsewhere.
#[must_use]
pub(crate) fn is_behind_link(root: &Path, file: &SourceFile) -> bool {
    match (root.canonicalize(), file.disk_path.canonicalize()) {
        (Ok(root), Ok(disk)) => disk != root.join(file.path.as_str()),
        _ => true,
    }
}

fn source_file(root: &Path, disk: PathBuf) -> SourceFile {
    SourceFile {
        path: SourcePath::new(&relative_path(root, &disk)),
        disk_path: disk,
    }
}

/// Adds a file of `content/` to the list for its place.
fn classify(listing: &mut Listing, root: &Path, disk: PathBuf) {
    let file = source_file(root, disk);
    let Some(path) = file.path.in_content() else { return };
    let (top, rest) = path.split_once('/').unwrap_or(("", path));
    let extension = file.path.extension();
    let is_yaml = matches!(extension.as_str(), "yaml" | "yml");
    match top {
        "_data" if is_yaml => listing.rosters.push(file),
        "_data" if LEDGER_EXTENSIONS.contains(&extension.as_str()) => listing.ledgers.push(file),
        "_kinds" if is_yaml && !rest.contains('/') => listing.kinds.push(file),
        "_frozen" if is_yaml && !rest.contains('/') => listing.issued.push(file),
        ROOT_FOLDER => listing.assets.push(file),
        top if top.starts_with('_') => listing.unused.push(file),
        "" if rest == "_metrics.yaml" => listing.metrics = Some(file),
        "" if rest == "_targets.yaml" => listing.targets = Some(file),
        "" if rest == "_publish.yaml" => listing.destinations = Some(file),
        "" if rest == "_defaults.yaml" => listing.defaults = Some(file),
        "" if DEFINITION_FILES.contains(&rest) => {}
        "" if is_yaml && (rest.starts_with('_') || rest == "site.yml") => listing.unused.push(file),
        _ if file.path.file_name() == "_index.md" => listing.sections.push(file),
        _ if matches!(extension.as_str(), "md" | "markdown") => listing.posts.push(file),
        _ => listing.assets.push(file),
    }
}
