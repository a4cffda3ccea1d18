//! Writes a file so that it is there whole or not at all, also after a kill or on a full disk.
//!
//! The bytes go to a temporary file in the same folder, which is stored on the disk and then renamed. The file is locked
//! while it is written, so that the next run can tell the file of a killed process, which it removes, from that of a
//! running one. `source` passes over files of these names.

use crate::output::{Action, OutputError};
use crate::source::{TEMPORARY_PREFIX, is_own_temporary};
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Writes `bytes` to a temporary file beside `path` and has the disk store it. Then `place` gives the file its final name,
/// or leaves it to be removed. Makes the folder of `path`.
///
/// # Errors
/// The error of `place`, or that of the write, which names `shown`.
pub(super) fn write_aside<T>(
    path: &Path,
    shown: &Path,
    bytes: &[u8],
    place: impl FnOnce(&Path) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(OutputError::while_trying(Action::MakeFolder, folder))?;
    remove_abandoned(
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path()),
    );
    let (temporary, mut file) = create_temporary(folder).map_err(OutputError::while_trying(Action::Write, shown))?;
    let placed = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(OutputError::while_trying(Action::Write, shown))
        .and_then(|()| place(&temporary));
    // It is gone when it was renamed. The editor needs the error of the write, not that of the cleanup.
    let _ = fs::remove_file(&temporary);
    if placed.is_ok() && cfg!(unix) {
        // Stores the new name. Where folders cannot be stored, the system does it in its own time.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    placed
}

/// Gives the file at `temporary` the name `path`, unless there is a file of that name. Returns whether it did.
pub(super) fn rename_to_new(temporary: &Path, path: &Path) -> io::Result<bool> {
    // A rename would replace a file that another program has just made.
    match fs::hard_link(temporary, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(_) if path.symlink_metadata().is_ok() => Ok(false),
        // The file system has no hard links.
        Err(_) => fs::rename(temporary, path).map(|()| true),
    }
}

/// Gives the file at `temporary` the name `path`, or if there is a file of that name, the next free one beside it:
/// `NAME-2.md`, `NAME-3.md`. Returns the path.
///
/// # Errors
/// The error of renaming.
pub(super) fn rename_to_free_name(temporary: &Path, path: &Path) -> Result<PathBuf, OutputError> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let further = (2..).map(|number: u32| path.with_file_name(format!("{stem}-{number}.{extension}")));
    for free in std::iter::once(path.to_owned()).chain(further) {
        if rename_to_new(temporary, &free).map_err(OutputError::while_trying(Action::Write, &free))? {
            return Ok(free);
        }
    }
    let error = ErrorKind::AlreadyExists.into();
    Err(OutputError::while_trying(Action::Write, path)(error))
}

/// Writes `files`, by their names, into a new folder at `path`, or if there is something of that name, at the next free one
/// beside it: `NAME-2`, `NAME-3`. The folder is there with all files or not at all. Returns its path.
///
/// # Errors
/// That of making, writing or renaming.
pub(super) fn write_folder(path: &Path, files: &[(String, Vec<u8>)]) -> Result<PathBuf, OutputError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(OutputError::while_trying(Action::MakeFolder, parent))?;
    let random = RandomState::new().hash_one(std::process::id());
    let staged = parent.join(format!("{TEMPORARY_PREFIX}{random:016x}"));
    fs::create_dir(&staged).map_err(OutputError::while_trying(Action::MakeFolder, &staged))?;
    let placed = fill_folder(&staged, files).and_then(|lock| {
        let placed = rename_folder(&staged, path)?;
        // The lock says that the folder belongs to a running process. It is of no use any more.
        let _ = fs::remove_file(placed.join(lock.file_name().unwrap_or_default()));
        Ok(placed)
    });
    if placed.is_err() {
        // The editor needs the error of the write, not that of the cleanup.
        let _ = fs::remove_dir_all(&staged);
    }
    placed
}

/// Writes `files` into a folder, beside a locked temporary file. Returns the path of that file.
fn fill_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<PathBuf, OutputError> {
    let (lock, _locked) = create_temporary(folder).map_err(OutputError::while_trying(Action::Write, folder))?;
    for (name, bytes) in files {
        let path = folder.join(name);
        let stored = File::create_new(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        stored.map_err(OutputError::while_trying(Action::Write, &path))?;
    }
    Ok(lock)
}

/// Gives the folder at `staged` the name `path`, or the next free one.
fn rename_folder(staged: &Path, path: &Path) -> Result<PathBuf, OutputError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let further = (2..).map(|number: u32| path.with_file_name(format!("{name}-{number}")));
    for free in std::iter::once(path.to_owned()).chain(further) {
        // An empty folder takes the name, so that nobody else does. The rename replaces it where the system allows it.
        match fs::create_dir(&free) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            made => made.map_err(OutputError::while_trying(Action::MakeFolder, &free))?,
        }
        let renamed = fs::rename(staged, &free).or_else(|_| {
            fs::remove_dir(&free)?;
            fs::rename(staged, &free)
        });
        return renamed
            .map(|()| free.clone())
            .map_err(OutputError::while_trying(Action::Write, &free));
    }
    Err(OutputError::while_trying(Action::Write, path)(
        ErrorKind::AlreadyExists.into(),
    ))
}

/// Removes the temporary files that killed processes left below `folder`.
pub(super) fn remove_abandoned_below(folder: &Path) {
    let entries = WalkDir::new(folder).into_iter().flatten();
    remove_abandoned(entries.map(walkdir::DirEntry::into_path));
}

/// Removes those of the files at `paths` that are temporary files of killed processes. One that cannot be removed stays:
/// no command reads it.
fn remove_abandoned(paths: impl Iterator<Item = PathBuf>) {
    for path in paths.filter(|path| is_temporary(path)) {
        if path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            remove_abandoned_folder(&path);
            continue;
        }
        let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file());
        let file = File::options().write(true).open(&path);
        if let (true, Ok(file)) = (is_file, file)
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Removes a folder that [`write_folder`] did not finish: one with files, of which none is locked.
fn remove_abandoned_folder(folder: &Path) {
    let paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    let mut locks = paths.iter().filter(|path| is_temporary(path));
    let is_running = locks.any(|path| {
        let file = File::options().write(true).open(path);
        file.is_ok_and(|file| file.try_lock().is_err())
    });
    if !paths.is_empty() && !is_running {
        let _ = fs::remove_dir_all(folder);
    }
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(is_own_temporary)
}

/// Makes a temporary file in `folder` and locks it.
fn create_temporary(folder: &Path) -> io::Result<(PathBuf, File)> {
    loop {
        let random = RandomState::new().hash_one(std::process::id());
        let path = folder.join(format!("{TEMPORARY_PREFIX}{random:016x}"));
        let file = File::create_new(&path)?;
        match file.try_lock() {
            // Another process took the file for an abandoned one before it was locked.
            Err(TryLockError::WouldBlock) => {}
            Ok(()) if !path.exists() => {}
            // Some network drives have no locks. Writing there is better than refusing.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok((path, file)),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn write(path: &Path, bytes: &[u8]) {
        write_aside(path, path, bytes, |temporary| {
            fs::rename(temporary, path).map_err(OutputError::while_trying(Action::Write, path))
        })
        .unwrap();
    }

    #[test]
    fn abandoned_files_are_removed_and_locked_ones_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/c.md");
        write(&path, b"one");
        let (locked, _file) = create_temporary(path.parent().unwrap()).unwrap();
        let abandoned = path.with_file_name(".xiangyin-new-0123456789abcdef");
        let mine = path.with_file_name(".xiangyin-new-notes");
        for file in [&abandoned, &mine] {
            fs::write(file, "").unwrap();
        }
        write(&path, b"two");
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(!abandoned.exists() && locked.exists() && mine.exists());
        fs::write(&abandoned, "").unwrap();
        remove_abandoned_below(dir.path());
        assert!(!abandoned.exists() && locked.exists() && mine.exists());
    }

    #[test]
    fn new_name_replaces_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (temporary, path) = (dir.path().join("t"), dir.path().join("a"));
        fs::write(&temporary, "new").unwrap();
        assert!(rename_to_new(&temporary, &path).unwrap());
        // Until the temporary name is removed, both are names of one file.
        let other = dir.path().join("u");
        fs::write(&other, "newer").unwrap();
        assert!(!rename_to_new(&other, &path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn refused_write_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        write_aside(&path, &path, b"x", |_| Ok(())).unwrap();
        assert_eq!(names(dir.path()), [""; 0]);
    }
}
