//! One build at a time for one output folder.
//!
//! The lock is the operating system's (advisory, released with the process), so a killed build leaves only the empty
//! file, not the lock.

use super::error::{Action, OutputError};
use super::target::OutputTarget;
use same_file::Handle;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// The companion name of the lock file.
pub(super) const NAME: &str = "lock";

/// A held lock. Dropping it releases the lock and removes the file.
#[derive(Debug)]
pub(super) struct FileLock {
    path: PathBuf,
    file: Option<File>,
}

impl FileLock {
    /// Takes the lock for `target`, without waiting: an editor who starts a second build wants to know about the
    /// first.
    pub(super) fn acquire(target: &OutputTarget) -> Result<Self, OutputError> {
        let path = target.companion(NAME);
        loop {
            let file = open_lock_file(&path)?;
            match file.try_lock() {
                // The previous holder may have removed the file after we opened it and before we locked it. Then this
                // lock guards a file that others cannot see.
                Ok(()) if !is_same_file(&file, &path) => {}
                Ok(()) => return Ok(Self { path, file: Some(file) }),
                Err(TryLockError::WouldBlock) => {
                    return Err(OutputError::Busy {
                        out: target.folder().to_owned(),
                    });
                }
                // Some network drives have no locks. Building there is better than refusing; see `is_exclusive`.
                Err(TryLockError::Error(_)) => return Ok(Self { path, file: None }),
            }
        }
    }

    /// Moves this lock out, for a value that outlives its first holder.
    pub(super) fn hand_over(&mut self) -> Self {
        Self {
            path: std::mem::take(&mut self.path),
            file: self.file.take(),
        }
    }

    /// Whether no other build can be running. False only when the file system has no locks.
    pub(super) const fn is_exclusive(&self) -> bool {
        self.file.is_some()
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // A failure leaves an empty file, which the next build uses again.
        if self.file.is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens the lock file, or makes it. Its bytes are left alone, and a link is not followed: whoever may write to the folder
/// could let it lead to any file.
fn open_lock_file(path: &Path) -> Result<File, OutputError> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe without a reader is not waited for.
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    }
    let is_strange = fs::symlink_metadata(path).is_ok_and(|found| !found.is_file());
    if is_strange {
        return Err(OutputError::NotAFile { path: path.to_owned() });
    }
    options
        .open(path)
        .map_err(OutputError::while_trying(Action::Write, path))
}

/// Whether `path` still names the open `file`.
fn is_same_file(file: &File, path: &Path) -> bool {
    let held = file.try_clone().and_then(Handle::from_file);
    held.is_ok_and(|held| Handle::from_path(path).is_ok_and(|named| held == named))
}
