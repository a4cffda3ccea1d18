//! The files of the built site.

use crate::output::{Action, OutputError};
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// The number of bytes that are read at a time.
const CHUNK_SIZE: usize = 1 << 17;

/// A file of the built site, as it was when the publication began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalFile {
    /// Its path in the output folder, with `/`.
    pub(super) path: String,
    /// Its path on the disk.
    pub(super) disk_path: PathBuf,
    /// Its size in bytes.
    pub(super) size: u64,
    /// The hash of its bytes (XXH3, 128 bits).
    pub(super) hash: u128,
}

/// The `paths` in `folder` with their sizes and hashes, in order of path.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn read_files(folder: &Path, paths: &[String]) -> Result<Vec<LocalFile>, OutputError> {
    let read = |path: &String| {
        let disk_path = folder.join(path);
        let (size, hash) = hash_file(&disk_path).map_err(OutputError::while_trying(Action::Inspect, &disk_path))?;
        Ok(LocalFile {
            path: path.clone(),
            disk_path,
            size,
            hash,
        })
    };
    let mut files: Vec<LocalFile> = paths.par_iter().map(read).collect::<Result<_, OutputError>>()?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The size and the hash of a file.
pub(super) fn hash_file(path: &Path) -> io::Result<(u64, u128)> {
    copy_and_hash(&mut crate::source::open_file(path)?, &mut io::sink())
}

/// Copies what is left of `from`. Returns its size and its hash.
pub(super) fn copy_and_hash(from: &mut File, into: &mut dyn Write) -> io::Result<(u64, u128)> {
    let mut hash = Xxh3::new();
    let mut size = 0;
    let mut chunk = vec![0; CHUNK_SIZE];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return Ok((size, hash.digest128())),
            Ok(length) => {
                hash.update(&chunk[..length]);
                into.write_all(&chunk[..length])?;
                size += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
