//! The file of `--out`: what may be replaced, and where the file goes without the option.

use super::console::display_path;
use super::write_aside::{rename_to_free_name, write_aside};
use crate::diag::{Code, Diagnostic};
use crate::output::{Action, OutputError};
use crate::source;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a command writes its file.
pub(super) struct OutFile {
    /// The path of `--out`.
    pub(super) out: Option<PathBuf>,
    /// The name in the current folder without `--out`; a free name like it when it is taken.
    pub(super) default: String,
    /// Whether any file at `--out` may be replaced.
    pub(super) is_forced: bool,
    /// Whether a file is byte for byte as the command wrote it, so that it may be replaced unasked. `None` when no file
    /// shows that, so that none may.
    pub(super) is_ours: Option<fn(&[u8]) -> bool>,
}

impl OutFile {
    /// Writes the file. Returns its path.
    ///
    /// # Errors
    /// The finding about a file that may not be replaced, or about the disk.
    pub(super) fn save(self, bytes: &[u8]) -> Result<PathBuf, Box<Diagnostic>> {
        let fault = |fault: OutputError| Box::new(fault.to_diagnostic());
        let Some(path) = &self.out else {
            let path = PathBuf::from(self.default);
            return write_aside(&path, &path, bytes, |temporary| rename_to_free_name(temporary, &path)).map_err(fault);
        };
        if let Some(finding) = self.refusal(path) {
            return Err(finding);
        }
        let refused = write_aside(path, path, bytes, |temporary| match self.refusal(path) {
            None => fs::rename(temporary, path)
                .map(|()| None)
                .map_err(OutputError::while_trying(Action::Write, path)),
            refused => Ok(refused),
        });
        refused.map_err(fault)?.map_or_else(|| Ok(path.clone()), Err)
    }

    /// Why the file at `path` may not be replaced. `None` when it may, and when there is no file.
    fn refusal(&self, path: &Path) -> Option<Box<Diagnostic>> {
        let reason = match (path.symlink_metadata(), self.is_ours) {
            (Err(_), _) => return None,
            (Ok(found), _) if !found.is_file() => "why-no-file",
            (Ok(_), _) if self.is_forced => return None,
            (Ok(_), None) => "why-exists",
            (Ok(_), Some(is_ours)) if source::read_disk(path).is_ok_and(|bytes| is_ours(&bytes)) => return None,
            (Ok(_), Some(_)) => "why-not-ours",
        };
        let finding = Diagnostic::new(Code::NotReplaced).with("path", display_path(path));
        Some(Box::new(finding.with("reason", reason)))
    }
}
