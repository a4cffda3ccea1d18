//! What a destination can do: list, read, write and delete files by their paths.
//!
//! A path has `/` between its parts and does not begin with one.

use super::error::PublishError;
use super::local::LocalFile;
use std::collections::BTreeMap;

/// What lies at a destination, by path. Folders are not listed.
pub(super) type Listing = BTreeMap<String, Entry>;

/// A file at a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its size in bytes.
    pub(super) size: u64,
    /// Whether it is a file, and not a link or a device.
    pub(super) is_file: bool,
}

/// A place for files. All methods may be called from several threads at once.
pub(super) trait Storage: Sync {
    /// Lists all files, at any depth.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    fn list(&self) -> Result<Listing, PublishError>;

    /// Reads a small file. `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError>;

    /// Whether the file at `path` has the bytes of `file`.
    ///
    /// # Errors
    /// When it cannot be read.
    fn has_bytes_of(&self, path: &str, file: &LocalFile) -> Result<bool, PublishError>;

    /// Writes a small file, so that readers see the whole old or the whole new one.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PublishError>;

    /// Writes a small file if there is none at `path`. Returns whether it did.
    ///
    /// # Errors
    /// When it cannot be written.
    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, PublishError>;

    /// Brings `file` over, so that readers see the whole old or the whole new one. Returns false, and leaves the old one,
    /// when the file of the built site is not what it was.
    ///
    /// # Errors
    /// When it cannot be read or written.
    fn upload(&self, file: &LocalFile) -> Result<bool, PublishError>;

    /// Deletes a file, and the folders above it that are empty then. It is no error when there is none.
    ///
    /// # Errors
    /// When it cannot be deleted.
    fn delete(&self, path: &str) -> Result<(), PublishError>;

    /// The file at `path` as an editor can find it.
    fn display(&self, path: &str) -> String;
}
