//! Finds and reads the files of a site.
//!
//! Role: the first stage, and the only one before `output` that does I/O. It lists the files of `content/` and of the
//! theme's folders, classifies them by the purpose that the contract gives each place, and returns their bytes. It does
//! not interpret the content of a file.

mod changes;
pub(crate) mod decode;
mod file_stat;
mod first_commits;
mod inputs;
mod leftovers;
mod mixed;

pub use changes::Changes;
pub(crate) use file_stat::SizeAndMtime;
pub(crate) use first_commits::{FirstCommits, first_commits};
pub(crate) use inputs::{
    ContentHash, Input, ReadLog, are_unchanged, hash_file, list_inputs, read_and_hash, size_and_mtime,
};
pub(crate) use leftovers::{ROOT_FOLDER, is_ignored_path, leftover_pattern, meant_post};

use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::paths::SourcePath;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

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
    /// Files in the places of definitions that nothing reads, such as `_metrics.yml`.
    pub unused: Vec<SourceFile>,
    /// Everything else. These files are published when something published refers to them. Those below `_root/` are
    /// always published.
    pub assets: Vec<SourceFile>,
    /// Files and folders whose names say that they are never published. They are not opened.
    pub leftovers: Vec<SourceFile>,
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

/// Lists `content/` of the site in `root`.
///
/// Names that say that a file is never published (`Thumbs.db`, `~$…`, `….bak`) are listed apart; such folders are not
/// entered. A folder that cannot be listed is a finding.
#[must_use]
pub(crate) fn list(root: &Path) -> Checked<Listing> {
    let mut listing = Listing::default();
    let mut findings = Vec::new();
    let content = root.join("content");
    let mut walk = WalkDir::new(&content)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if is_leftover(&content, &entry) => {
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                listing.leftovers.push(source_file(root, entry.into_path()));
            }
            Ok(entry) if entry.file_type().is_file() => classify(&mut listing, root, entry.into_path()),
            Ok(_) => {}
            Err(error) => findings.push(list_error(root, &error)),
        }
    }
    Checked {
        value: listing,
        findings,
    }
}

/// Lists every file below `folder` of the site in `root`. The list is empty when the folder does not exist.
#[must_use]
pub(crate) fn list_folder(root: &Path, folder: &str) -> Checked<Vec<SourceFile>> {
    let mut files = Vec::new();
    let mut findings = Vec::new();
    let top = root.join(folder);
    if top.is_dir() {
        let walk = WalkDir::new(&top).follow_links(true).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| !is_leftover_of_theme(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => files.push(source_file(root, entry.into_path())),
                Ok(_) => {}
                Err(error) => findings.push(list_error(root, &error)),
            }
        }
    }
    Checked { value: files, findings }
}

/// Reads a whole file.
///
/// # Errors
/// A finding that names the file and the system's reason.
pub(crate) fn read(file: &SourceFile) -> Result<Vec<u8>, Box<Diagnostic>> {
    std::fs::read(&file.disk_path).map_err(|error| Box::new(read_error(file.path.as_str(), &error)))
}

/// Opens a file that need not be read as a whole.
///
/// # Errors
/// As [`read`].
pub(crate) fn open(file: &SourceFile) -> Result<std::fs::File, Box<Diagnostic>> {
    std::fs::File::open(&file.disk_path).map_err(|error| Box::new(read_error(file.path.as_str(), &error)))
}

/// Reads at most `length` bytes from the start of a file.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_head(file: &SourceFile, length: usize) -> Result<Vec<u8>, Box<Diagnostic>> {
    use std::io::Read as _;
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
    let mut open = std::fs::File::open(&file.disk_path).ok()?.take(limit + 1);
    open.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= limit).then_some(bytes)
}

/// The settings file of the site in `root`. `None` when the folder is not a site.
#[must_use]
pub(crate) fn settings_file(root: &Path) -> Option<SourceFile> {
    let disk = root.join("content").join("site.yaml");
    disk.is_file().then(|| source_file(root, disk))
}

fn read_error(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(Code::Unreadable)
        .at(Place::whole_file(path))
        .with("path", path)
        .with("reason", error.to_string())
}

fn list_error(root: &Path, error: &walkdir::Error) -> Diagnostic {
    let path = error.path().map_or_else(String::new, |path| relative_path(root, path));
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Diagnostic::new(Code::Unreadable)
        .at(Place::whole_file(&path))
        .with("path", path)
        .with("reason", reason)
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

fn source_file(root: &Path, disk: PathBuf) -> SourceFile {
    SourceFile {
        path: SourcePath::new(&relative_path(root, &disk)),
        disk_path: disk,
    }
}

fn relative_path(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
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
        "" if rest == "_defaults.yaml" => listing.defaults = Some(file),
        "" if DEFINITION_FILES.contains(&rest) => {}
        "" if is_yaml && (rest.starts_with('_') || rest == "site.yml") => listing.unused.push(file),
        _ if file.path.file_name() == "_index.md" => listing.sections.push(file),
        _ if matches!(extension.as_str(), "md" | "markdown") => listing.posts.push(file),
        _ => listing.assets.push(file),
    }
}
