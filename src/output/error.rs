//! Errors of the output folder, and their findings.
//!
//! Sorts the operating system's errors by kind only; the sentences are in the locales.

use crate::diag::{Code, Diagnostic};
use crate::yaml::write_flow_item;
use std::fmt;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// Why the output folder cannot be, or was not, replaced.
#[derive(Debug)]
pub enum OutputError {
    /// The folder is not one that a build may replace. Nothing was touched.
    NotOurs {
        /// The requested output folder.
        out: PathBuf,
        /// Why it may not be replaced.
        why: RefusalReason,
    },
    /// There are files in the folder that no build made, and replacing it would remove them. Nothing was touched.
    Foreign {
        /// The requested output folder.
        out: PathBuf,
        /// The paths of the files and folders in it, in order.
        names: Vec<String>,
    },
    /// A link, pipe or device is in the place of a file that the program opens for writing.
    NotAFile {
        /// Its path.
        path: PathBuf,
    },
    /// Another build is writing to the same folder.
    Busy {
        /// The requested output folder.
        out: PathBuf,
    },
    /// An I/O operation failed.
    Io {
        /// What was tried.
        action: Action,
        /// The file or folder.
        path: PathBuf,
        /// The file system's error.
        error: Error,
    },
}

/// Why a folder may not be replaced by a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalReason {
    /// It holds files, but not the marker of an earlier build.
    NotEmpty,
    /// It is a file.
    IsFile,
    /// It is the site's folder, or contains it.
    HoldsSite,
    /// It is in the site's `content/` or `themes/`.
    InSources,
    /// It is in the site's cache.
    InCache,
}

/// The operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To inspect a file or folder.
    Inspect,
    /// To make a folder.
    MakeFolder,
    /// To write a file.
    Write,
    /// To copy a file.
    Copy,
    /// To replace the old tree with the new one.
    Replace,
    /// To remove an old tree. Always a warning: the new site is in place.
    Remove,
}

impl Action {
    /// The last part of the key of its words in the locales.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inspect => "look",
            Self::MakeFolder => "make-folder",
            Self::Write => "write",
            Self::Copy => "copy",
            Self::Replace => "replace",
            Self::Remove => "remove",
        }
    }
}

impl RefusalReason {
    /// The last part of the key of its words in the locales.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotEmpty => "not-empty",
            Self::IsFile => "is-file",
            Self::HoldsSite => "holds-site",
            Self::InSources => "in-sources",
            Self::InCache => "in-cache",
        }
    }
}

impl OutputError {
    /// A closure that turns an I/O error into an [`OutputError::Io`] about `path`.
    pub(crate) fn while_trying(action: Action, path: &Path) -> impl FnOnce(Error) -> Self {
        move |error| Self::Io {
            action,
            path: path.to_owned(),
            error,
        }
    }

    /// An [`OutputError::NotOurs`] about `out`.
    pub(super) fn not_ours(out: &Path, why: RefusalReason) -> Self {
        Self::NotOurs {
            out: out.to_owned(),
            why,
        }
    }

    /// The last part of the key of the reason's words in the locales.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotOurs { why, .. } => why.as_str(),
            Self::Foreign { .. } => "not-empty",
            Self::NotAFile { .. } => "not-a-file",
            Self::Busy { .. } => "busy",
            Self::Io { action, error, .. } => io_reason(*action, error),
        }
    }

    /// The finding for the editor; it has no place in the content.
    ///
    /// Values: `path`; `action` and `reason`, ids of words in the locales; `detail`, the system's own words, only
    /// when ours say less. Of foreign files: `path`; `names`; `line`, the line of the settings that keeps them.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let (code, path, action) = match self {
            Self::NotOurs { out, .. } => (Code::ForeignOutput, out, Action::Replace),
            Self::Foreign { out, names } => return foreign_files(out, names),
            Self::NotAFile { path } => (Code::CannotWrite, path, Action::Write),
            Self::Busy { out } => (Code::CannotWrite, out, Action::Replace),
            Self::Io { action, path, .. } => (Code::CannotWrite, path, *action),
        };
        let finding = Diagnostic::new(code)
            .with("path", path.display().to_string())
            .with("action", format!("act-{}", action.as_str()))
            .with("reason", format!("why-{}", self.reason()));
        match self {
            Self::Io { error, .. } if self.reason() == "other" => finding.with("detail", error.to_string()),
            _ => finding,
        }
    }
}

/// The most names in one finding.
const MAX_NAMES: usize = 20;

/// The finding about foreign files, with the line that keeps all of them.
fn foreign_files(out: &Path, names: &[String]) -> Diagnostic {
    let items: Vec<String> = names.iter().map(|name| write_flow_item(name)).collect();
    let items = items.join(", ");
    let shown = &names[..names.len().min(MAX_NAMES)];
    let more = names.len() - shown.len();
    Diagnostic::new(Code::ForeignFiles)
        .with("path", out.display().to_string())
        .with("names", shown.join(", "))
        .with("line", format!("output: {{keep: [{items}]}}"))
        .with_some("more", (more > 0).then(|| more.to_string()))
}

/// The reason for an I/O error, as the last part of a key in the locales.
fn io_reason(action: Action, error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "disk-full",
        ErrorKind::ReadOnlyFilesystem => "read-only",
        ErrorKind::PermissionDenied => "permission",
        ErrorKind::InvalidFilename => "name-too-long",
        ErrorKind::FileTooLarge => "too-large",
        ErrorKind::NotFound => "not-found",
        ErrorKind::NotADirectory => "not-a-folder",
        ErrorKind::AlreadyExists => "exists",
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices if action == Action::Replace => "mount-point",
        ErrorKind::ResourceBusy => "in-use",
        _ => "other",
    }
}

impl fmt::Display for OutputError {
    /// In English, for developers; editors read the finding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs { out, why } => write!(f, "{}: not replaced: {}", out.display(), why.as_str()),
            Self::Foreign { out, names } => write!(f, "{}: not replaced: {} foreign", out.display(), names.len()),
            Self::NotAFile { path } => write!(f, "{}: not a file", path.display()),
            Self::Busy { out } => write!(f, "{}: another build is running", out.display()),
            Self::Io { action, path, error } => write!(f, "{}: {}: {error}", path.display(), action.as_str()),
        }
    }
}

impl std::error::Error for OutputError {}
