//! Records that an earlier run read, kept as bytes.
//!
//! Role: the folder `records` of the site's cache: an index, and one file with the bytes of all records, one after the
//! other. New records are appended; when half of the file is out of date, it is written again. The index is written last
//! and names the file, so a run that is killed leaves an index that still holds. Each record has a checksum: what is
//! damaged counts as missing, and its source is read again. No failure here is reported. Does not know what is in a
//! record.

use super::cache::CacheFolder;
use crate::fingerprint;
use crate::paths::SourcePath;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// The name of the index.
const INDEX: &str = "index";
/// Its name while it is written.
const TEMPORARY_INDEX: &str = "index-new";
/// The first bytes of the index: its type and the number of its format.
const MAGIC: &[u8; 8] = b"XYREC\x00\x00\x01";
/// The magic, then the checksum of everything after it.
const HEADER_SIZE: usize = 8 + 8;
/// How many records are put into bytes before they are written. It bounds the memory.
const RECORDS_PER_WRITE: usize = 512;

/// The records of one site.
#[derive(Debug)]
pub(crate) struct RecordCache {
    folder: CacheFolder,
    /// What the records were read with.
    key: u64,
    stored: Option<StoredRecords>,
}

/// What is stored, and the file that it is in.
#[derive(Debug)]
struct StoredRecords {
    file_name: String,
    /// The size of the file in bytes when the index was written.
    size: u64,
    by_path: FxHashMap<SourcePath, Entry>,
    file: File,
}

/// One stored record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// The digest of the source's bytes.
    source: u128,
    /// The record's bytes in the file.
    offset: u64,
    length: u32,
    checksum: u64,
}

/// The index as it is stored.
#[derive(Debug, Serialize, Deserialize)]
struct Index {
    key: u64,
    file_name: String,
    size: u64,
    entries: Vec<(SourcePath, Entry)>,
}

/// Makes the bytes of one of the records to be kept. `None` when it cannot be stored.
type EncodeFn<'f> = &'f (dyn Fn(usize) -> Option<Vec<u8>> + Sync);

impl RecordCache {
    /// Opens the cache of the site in `root`. It holds only records that were read with the same `key`.
    #[must_use]
    pub(crate) fn open(root: &Path, key: u64) -> Self {
        let folder = CacheFolder::new(root, "records");
        let stored = read_index(&folder).filter(|index| index.key == key);
        let stored = stored.and_then(|index| {
            let file = File::open(folder.file(&index.file_name)).ok()?;
            (file.metadata().ok()?.len() >= index.size).then(|| StoredRecords {
                file_name: index.file_name,
                size: index.size,
                by_path: index.entries.into_iter().collect(),
                file,
            })
        });
        Self { folder, key, stored }
    }

    /// The cache of the site in `root`, as if nothing were stored.
    #[must_use]
    pub(crate) fn empty(root: &Path, key: u64) -> Self {
        Self {
            folder: CacheFolder::new(root, "records"),
            key,
            stored: None,
        }
    }

    /// The bytes of the record of the source at `path`, whose bytes have the digest `source`. They are read into the
    /// `buffer`, which one thread may use for many records. `None` when the record is not stored, or damaged.
    #[must_use]
    pub(crate) fn get<'b>(&self, path: &SourcePath, source: u128, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        let stored = self.stored.as_ref()?;
        let entry = stored.by_path.get(path).filter(|entry| entry.source == source)?;
        let length = usize::try_from(entry.length).ok()?;
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        let bytes = &mut buffer[..length];
        read_exact_at(&stored.file, bytes, entry.offset).ok()?;
        (fingerprint::hash_bytes(bytes) == entry.checksum).then_some(&*bytes)
    }

    /// Keeps the records of `sources`, and forgets all others. A source is its path and the digest of its bytes. `encode`
    /// makes the bytes of the record of one of them. A failure is ignored.
    pub(crate) fn keep(self, sources: &[(&SourcePath, u128)], encode: EncodeFn<'_>) {
        let Self { folder, key, stored } = self;
        let Some(kept) = write_records(&folder, stored.as_ref(), sources, encode) else {
            return;
        };
        let index = Index { key, ..kept };
        let Ok(body) = postcard::to_stdvec(&index) else { return };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(fingerprint::hash_bytes(&body).to_le_bytes());
        bytes.extend(body);
        if folder.write(INDEX, TEMPORARY_INDEX, &bytes).is_ok() {
            folder.retain(|name| name == INDEX || name == index.file_name);
        }
    }
}

/// Writes the records that are not stored yet, and returns the index of all. `None` when nothing has to be written, or
/// when writing fails.
fn write_records(
    folder: &CacheFolder,
    stored: Option<&StoredRecords>,
    sources: &[(&SourcePath, u128)],
    encode: EncodeFn<'_>,
) -> Option<Index> {
    let known = |(path, source): (&SourcePath, u128)| {
        let entry = stored?.by_path.get(path)?;
        (entry.source == source).then(|| (path.clone(), *entry))
    };
    let mut entries: Vec<(SourcePath, Entry)> = sources.iter().copied().filter_map(known).collect();
    let live: u64 = entries.iter().map(|(_, entry)| u64::from(entry.length)).sum();
    let reused = stored.filter(|stored| live * 2 >= stored.size);
    let (file_name, start, new) = match reused {
        Some(stored) => {
            let is_new = |index: &usize| known(sources[*index]).is_none();
            let new: Vec<usize> = (0..sources.len()).filter(is_new).collect();
            if new.is_empty() && entries.len() == stored.by_path.len() {
                return None;
            }
            (stored.file_name.clone(), stored.size, new)
        }
        None => {
            entries.clear();
            let random = RandomState::new().hash_one(sources.len());
            (format!("records-{random:016x}"), 0, (0..sources.len()).collect())
        }
    };
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    let mut file = folder.open(&file_name, &options).ok()?;
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut size = start;
    for portion in new.chunks(RECORDS_PER_WRITE) {
        let encoded: Vec<Option<Vec<u8>>> = portion.par_iter().map(|&index| encode(index)).collect();
        let mut bytes = Vec::new();
        for (&index, record) in portion.iter().zip(encoded) {
            let (path, source) = sources[index];
            let record = record.unwrap_or_default();
            let length = u32::try_from(record.len()).ok().filter(|&length| length > 0);
            let Some(length) = length else { continue };
            let entry = Entry {
                source,
                offset: size,
                length,
                checksum: fingerprint::hash_bytes(&record),
            };
            entries.push((path.clone(), entry));
            size += u64::from(length);
            bytes.extend(record);
        }
        file.write_all(&bytes).ok()?;
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Some(Index {
        key: 0,
        file_name,
        size,
        entries,
    })
}

fn read_index(folder: &CacheFolder) -> Option<Index> {
    let bytes = folder.read(INDEX).ok()?;
    let body = bytes.get(HEADER_SIZE..)?;
    let is_whole = bytes.starts_with(MAGIC) && bytes[8..HEADER_SIZE] == fingerprint::hash_bytes(body).to_le_bytes();
    let index: Index = is_whole.then(|| postcard::from_bytes(body).ok())??;
    // The name comes from a file, and it must not lead anywhere else.
    let is_plain = index
        .file_name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_plain.then_some(index)
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// Many threads may read at once: each read moves the position, and the checksum shows when another one moved it between.
#[cfg(not(unix))]
fn read_exact_at(mut file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    use std::io::Read as _;
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(bytes)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::fs;

    fn keep(root: &Path, key: u64, records: &[(&str, u128)]) {
        let paths: Vec<SourcePath> = records.iter().map(|(path, _)| SourcePath::new(path)).collect();
        let sources: Vec<(&SourcePath, u128)> = paths
            .iter()
            .zip(records)
            .map(|(path, (_, source))| (path, *source))
            .collect();
        // A record named `x…` cannot be stored.
        RecordCache::open(root, key).keep(&sources, &|index| {
            let (path, source) = records[index];
            (!path.starts_with('x')).then(|| format!("{path}:{source}").into_bytes())
        });
    }

    fn get(root: &Path, key: u64, path: &str, source: u128) -> Option<String> {
        let mut buffer = vec![0; 3];
        let cache = RecordCache::open(root, key);
        let bytes = cache.get(&SourcePath::new(path), source, &mut buffer)?.to_vec();
        Some(String::from_utf8(bytes).unwrap())
    }

    fn files(root: &Path) -> Vec<String> {
        let entries = fs::read_dir(root.join(".xiangyin-cache/records")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn records_are_found_by_path_and_source() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        keep(root, 1, &[("a", 1), ("b", 2), ("x", 3)]);
        assert_eq!(get(root, 1, "a", 1).unwrap(), "a:1");
        assert_eq!(get(root, 1, "a", 2), None);
        assert_eq!(get(root, 1, "x", 3), None);
        assert_eq!(get(root, 2, "a", 1), None, "read with other settings");
        let first = files(root);
        keep(root, 1, &[("a", 1), ("b", 5), ("c", 4)]);
        assert_eq!(files(root), first, "appended");
        for (path, source) in [("a", 1), ("b", 5), ("c", 4)] {
            assert_eq!(get(root, 1, path, source).unwrap(), format!("{path}:{source}"));
        }
        keep(root, 1, &[("c", 4)]);
        assert_ne!(files(root), first, "written again");
        assert_eq!(files(root).len(), 2);
        assert_eq!(get(root, 1, "c", 4).unwrap(), "c:4");
        assert_eq!(get(root, 1, "a", 1), None);
        keep(root, 2, &[("a", 1)]);
        assert_eq!(get(root, 2, "a", 1).unwrap(), "a:1");
    }

    #[test]
    fn damaged_files_count_as_missing() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        keep(root, 1, &[("a", 1), ("b", 2)]);
        for name in files(root) {
            let path = root.join(".xiangyin-cache/records").join(name);
            let bytes = fs::read(&path).unwrap();
            for at in 0..bytes.len() {
                let mut damaged = bytes.clone();
                damaged[at] ^= 0x10;
                fs::write(&path, &damaged).unwrap();
                for (record, source) in [("a", 1), ("b", 2)] {
                    assert!(get(root, 1, record, source).is_none_or(|found| found == format!("{record}:{source}")));
                }
                fs::write(&path, &bytes[..at]).unwrap();
                let _ = get(root, 1, "b", 2);
            }
            fs::write(&path, &bytes).unwrap();
        }
        assert_eq!(get(root, 1, "b", 2).unwrap(), "b:2");
        // Bytes after a killed run's last record do no harm.
        let data = files(root).into_iter().find(|name| name != INDEX).unwrap();
        let path = root.join(".xiangyin-cache/records").join(data);
        fs::write(&path, [fs::read(&path).unwrap(), b"half".to_vec()].concat()).unwrap();
        keep(root, 1, &[("a", 1), ("b", 2), ("c", 3)]);
        assert_eq!(get(root, 1, "c", 3).unwrap(), "c:3");
    }
}
