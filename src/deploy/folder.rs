//! A folder as a destination: of this computer, of a mounted drive, or of a network share (`\\server\share\www`).

use super::error::PublishError;
use super::local::{LocalFile, copy_and_hash, hash_file};
use super::storage::{Entry, Listing, Storage};
use crate::output::{Action, CACHE_NAME, OutputError};
use crate::source::{self, TEMPORARY_PREFIX};
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use unicode_normalization::UnicodeNormalization as _;
use walkdir::WalkDir;

/// How long an operation is tried again while another program holds the file, as web servers on Windows do.
const RETRIES: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(400),
    Duration::from_millis(900),
];

/// The folders of a site that no site is published to.
const OWN_FOLDERS: [&str; 4] = ["content", "themes", "public", CACHE_NAME];

/// A folder that a site is published to.
#[derive(Debug)]
pub(super) struct FolderStorage {
    root: PathBuf,
}

impl FolderStorage {
    /// Opens the folder `root` of the site in `site`. Makes it when only its last part is missing and `is_made` asks for
    /// it: a longer part is missing when a drive is not connected.
    ///
    /// # Errors
    /// When the folder holds or is a part of the site, and when it cannot be made.
    pub(super) fn open(site: &Path, root: &str, is_made: bool) -> Result<Self, PublishError> {
        let site = fs::canonicalize(site).map_err(inspect(site))?;
        let root = site.join(root);
        let parent = root.parent().unwrap_or(&root);
        let resolved = match fs::canonicalize(&root) {
            Ok(resolved) => resolved,
            Err(error) if error.kind() == ErrorKind::NotFound && !root.is_symlink() => {
                let parent = fs::canonicalize(parent).map_err(inspect(parent))?;
                parent.join(root.file_name().unwrap_or_default())
            }
            Err(error) => return Err(inspect(&root)(error).into()),
        };
        if resolved.is_file() {
            return Err(inspect(&root)(ErrorKind::NotADirectory.into()).into());
        }
        let reason = if site.starts_with(&resolved) {
            Some("destination-holds-site")
        } else if OWN_FOLDERS.iter().any(|own| resolved.starts_with(site.join(own))) {
            Some("destination-in-site")
        } else {
            None
        };
        if let Some(reason) = reason {
            return Err(PublishError::BadRoot { reason });
        }
        if is_made && !resolved.exists() {
            fs::create_dir(&resolved).map_err(OutputError::while_trying(Action::MakeFolder, &resolved))?;
        }
        Ok(Self { root: resolved })
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Has `write` fill a temporary file beside `path`, and has `place` give it its name.
    fn write_aside<T>(
        &self,
        path: &str,
        write: impl FnOnce(&mut File) -> io::Result<Option<T>>,
        place: impl FnOnce(&Path, &Path) -> io::Result<()>,
    ) -> Result<Option<T>, OutputError> {
        let path = self.path(path);
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(OutputError::while_trying(Action::MakeFolder, folder))?;
        let random = RandomState::new().hash_one(&path);
        let temporary = folder.join(format!("{TEMPORARY_PREFIX}{random:016x}"));
        let written = File::create_new(&temporary).and_then(|mut file| write(&mut file));
        let placed = written.and_then(|written| match written {
            Some(value) => place(&temporary, &path).map(|()| Some(value)),
            None => Ok(None),
        });
        if !matches!(placed, Ok(Some(_))) {
            // The editor needs the error of the write. The next publication removes what is left.
            let _ = fs::remove_file(&temporary);
        }
        placed.map_err(OutputError::while_trying(Action::Write, &path))
    }
}

impl Storage for FolderStorage {
    fn list(&self) -> Result<Listing, PublishError> {
        let mut listing = Listing::new();
        if !self.root.exists() {
            return Ok(listing);
        }
        for entry in WalkDir::new(&self.root) {
            let failed = |error: walkdir::Error| {
                let path = error.path().unwrap_or(&self.root).to_owned();
                let io = error.into_io_error().unwrap_or_else(|| ErrorKind::Other.into());
                inspect(&path)(io)
            };
            let found = entry.and_then(|entry| match entry.file_type().is_dir() {
                true => Ok(None),
                false => entry.metadata().map(|metadata| Some((entry, metadata.len()))),
            });
            let (entry, size) = match found {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(error) => match error.io_error().map(io::Error::kind) {
                    // It was deleted meanwhile.
                    Some(ErrorKind::NotFound) => continue,
                    _ => return Err(failed(error).into()),
                },
            };
            let path = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
            let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().nfc().collect()).collect();
            let is_file = entry.file_type().is_file();
            listing.insert(parts.join("/"), Entry { size, is_file });
        }
        Ok(listing)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        let path = self.path(path);
        match retry(|| source::read_disk(&path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(inspect(&path)(error).into()),
        }
    }

    fn has_bytes_of(&self, path: &str, file: &LocalFile) -> Result<bool, PublishError> {
        let path = self.path(path);
        match retry(|| hash_file(&path)) {
            Ok(found) => Ok(found == (file.size, file.hash)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(inspect(&path)(error).into()),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PublishError> {
        let write = |file: &mut File| {
            file.write_all(bytes)?;
            file.sync_all()?;
            Ok(Some(()))
        };
        self.write_aside(path, write, |from, to| retry(|| fs::rename(from, to)))?;
        Ok(())
    }

    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, PublishError> {
        let write = |file: &mut File| file.write_all(bytes).map(|()| Some(()));
        let mut is_made = false;
        self.write_aside(path, write, |temporary, path| {
            is_made = match fs::hard_link(temporary, path) {
                Ok(()) => true,
                Err(_) if path.symlink_metadata().is_ok() => false,
                // The file system has no hard links.
                Err(_) => match File::create_new(path) {
                    Ok(mut file) => file.write_all(bytes).map(|()| true)?,
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
                    Err(error) => return Err(error),
                },
            };
            // If this fails, the next publication removes it.
            let _ = fs::remove_file(temporary);
            Ok(())
        })?;
        Ok(is_made)
    }

    fn upload(&self, file: &LocalFile) -> Result<bool, PublishError> {
        let mut from = source::open_file(&file.disk_path).map_err(inspect(&file.disk_path))?;
        let copy = |into: &mut File| {
            let copied = copy_and_hash(&mut from, into)?;
            Ok((copied == (file.size, file.hash)).then_some(()))
        };
        let uploaded = self.write_aside(&file.path, copy, |from, to| retry(|| fs::rename(from, to)))?;
        Ok(uploaded.is_some())
    }

    fn delete(&self, path: &str) -> Result<(), PublishError> {
        let path = self.path(path);
        match retry(|| fs::remove_file(&path)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(OutputError::while_trying(Action::Remove, &path)(error).into());
            }
            _ => {}
        }
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.root && folder.starts_with(&self.root)) {
            // A folder that is not empty cannot be removed, and stays.
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }

    fn display(&self, path: &str) -> String {
        self.path(path).display().to_string()
    }
}

/// The error of looking at `path`.
fn inspect(path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    OutputError::while_trying(Action::Inspect, path)
}

/// Tries again while another program holds the file.
fn retry<T>(operation: impl Fn() -> io::Result<T>) -> io::Result<T> {
    for pause in RETRIES {
        match operation() {
            Err(error) if is_held(&error) => std::thread::sleep(pause),
            result => return result,
        }
    }
    operation()
}

/// Whether an error may go by itself. Windows refuses access to a file that another program reads.
fn is_held(error: &io::Error) -> bool {
    match error.kind() {
        ErrorKind::ResourceBusy | ErrorKind::Interrupted => true,
        ErrorKind::PermissionDenied => cfg!(windows),
        _ => false,
    }
}
