//! Logs the files that a build reads, so that the next build can tell whether anything changed.
//!
//! Each file is logged with the hash of the bytes that the build received, not of the bytes on the disk afterwards. So
//! the next build sees a file that changed during this one as changed.

use super::file_stat::{FileStat, MIN_AGE, SizeAndMtime};
use super::read_error::read_error;
use super::{LinkTargets, Listing, SourceFile, limits, list, list_folder, open_file, settings_file};
use crate::diag::Diagnostic;
use crate::fingerprint;
use crate::paths::SourcePath;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;
use xxhash_rust::xxh3::Xxh3;

/// A file that a build depends on, with its content at the time of reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// The file's path in the site.
    pub path: SourcePath,
    /// The hash of its content.
    pub content_hash: ContentHash,
}

/// The hash of a file's content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContentHash {
    /// The digest of its bytes.
    pub digest: u128,
    /// The stat of the file before it was read. A file with the same stat need not be read again.
    pub stat: Option<FileStat>,
}

impl ContentHash {
    /// Of a file or folder of which only the name counts.
    pub(crate) const NAME_ONLY: Self = Self { digest: 0, stat: None };
}

/// The files that a build has read so far. Many threads may read through it at once.
#[derive(Debug, Default)]
pub(crate) struct ReadLog(Mutex<Vec<Input>>);

impl ReadLog {
    /// Reads a whole file and logs it.
    ///
    /// # Errors
    /// As [`super::read`]. The file is not logged then, and the build publishes nothing.
    pub(crate) fn read(&self, file: &SourceFile) -> Result<Vec<u8>, Box<Diagnostic>> {
        let (bytes, content_hash) = read_and_hash(file)?;
        let path = file.path.clone();
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reads.push(Input { path, content_hash });
        Ok(bytes)
    }

    /// Returns the files that were read and `others`, in order of path.
    #[must_use]
    pub(crate) fn merged_with(&self, others: impl IntoIterator<Item = Input>) -> Vec<Input> {
        let mut inputs = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        inputs.extend(others);
        inputs.sort();
        // The settings may be read more than once.
        inputs.dedup_by(|a, b| (&a.path, a.content_hash.digest) == (&b.path, b.content_hash.digest));
        inputs
    }
}

/// The size and last change of a file. `None` when the system does not give them or the change is too recent.
#[must_use]
pub(crate) fn size_and_mtime(file: &SourceFile) -> Option<SizeAndMtime> {
    let metadata = std::fs::metadata(&file.disk_path).ok()?;
    let stat = SizeAndMtime::from(&metadata);
    // A file that was written a moment ago may be written again and keep the same time.
    let age = SystemTime::now().duration_since(stat.modified?).ok()?;
    (age >= MIN_AGE).then_some(stat)
}

/// Reads a whole file and hashes it.
///
/// # Errors
/// As [`super::read`].
pub(crate) fn read_and_hash(file: &SourceFile) -> Result<(Vec<u8>, ContentHash), Box<Diagnostic>> {
    let mut open = super::open(file)?;
    let metadata = open.metadata();
    let metadata = metadata.map_err(|error| Box::new(read_error(file.path.as_str(), &error)))?;
    let stat = FileStat::from_metadata(&metadata);
    let bytes = limits::read_to_limit(&file.path, &mut open)?;
    let digest = fingerprint::hash_content(&bytes);
    Ok((bytes, ContentHash { digest, stat }))
}

/// The number of bytes of a large file that are hashed at a time.
const CHUNK_SIZE: usize = 1 << 16;

/// Hashes a file without holding all of it in memory.
///
/// # Errors
/// A finding that names the file and the system's reason.
pub(crate) fn hash_file(file: &SourceFile) -> Result<ContentHash, Box<Diagnostic>> {
    let hash = hash_path(&file.disk_path, &mut Vec::new());
    hash.map_err(|error| Box::new(read_error(file.path.as_str(), &error)))
}

fn hash_path(path: &Path, portion: &mut Vec<u8>) -> io::Result<ContentHash> {
    portion.resize(CHUNK_SIZE, 0);
    let mut file = open_file(path)?;
    let stat = FileStat::from_metadata(&file.metadata()?);
    let digest = hash_open_file(&mut file, portion)?;
    Ok(ContentHash { digest, stat })
}

fn hash_open_file(file: &mut File, portion: &mut [u8]) -> io::Result<u128> {
    let first = read_chunk(file, portion)?;
    if first < CHUNK_SIZE {
        return Ok(fingerprint::hash_content(&portion[..first]));
    }
    let mut hash = Xxh3::new();
    let mut length = first;
    while length > 0 {
        hash.update(&portion[..length]);
        length = read_chunk(file, portion)?;
    }
    Ok(hash.digest128())
}

/// Whether the stat of a file proves that it still has the bytes of `known`. The file is not read.
#[must_use]
pub(crate) fn has_same_stat(file: &SourceFile, known: &ContentHash) -> bool {
    let now = || FileStat::from_metadata(&fs::metadata(&file.disk_path).ok()?);
    known.stat.is_some_and(|stat| now() == Some(stat))
}

/// Whether a file still has the bytes of `known`. Reads the file only if its stat differs, and not at all if only its
/// name counts.
fn has_same_bytes(file: &SourceFile, known: &ContentHash, portion: &mut Vec<u8>) -> bool {
    *known == ContentHash::NAME_ONLY
        || has_same_stat(file, known)
        || hash_path(&file.disk_path, portion).is_ok_and(|now| now.digest == known.digest)
}

/// Reads until `portion` is full or the file ends. Returns the number of bytes read.
fn read_chunk(file: &mut File, portion: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < portion.len() {
        match file.read(&mut portion[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Whether `files` are exactly the files of `inputs`, with the same bytes. The inputs are in order of path. Stops at the
/// first difference. A file that cannot be read counts as different.
#[must_use]
pub(crate) fn are_unchanged(files: &InputFiles, inputs: &[Input]) -> bool {
    let files = files.in_order();
    let same_names =
        files.len() == inputs.len() && files.iter().zip(inputs).all(|(file, input)| file.path == input.path);
    same_names
        && files
            .par_iter()
            .zip(inputs)
            .map_init(Vec::new, |portion, (file, input)| {
                has_same_bytes(file, &input.content_hash, portion)
            })
            .all(|same| same)
}

/// Every file that a build would read or copy.
#[derive(Debug)]
pub(crate) struct InputFiles {
    settings: Option<SourceFile>,
    themes: Vec<SourceFile>,
    /// The files of `content/`, listed as if links might lead anywhere.
    content: Listing,
}

impl InputFiles {
    /// All files, in order of path.
    fn in_order(&self) -> Vec<&SourceFile> {
        let outside = self.settings.iter().chain(&self.themes);
        let mut files: Vec<&SourceFile> = outside.chain(self.content.all()).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// The listing of `content/`. `None` when it depends on where the settings let links lead.
    #[must_use]
    pub(crate) fn into_listing(self) -> Option<Listing> {
        Some(self.content).filter(|listing| !listing.has_links)
    }
}

/// Lists every file that a build of the site in `root` would read or copy. `None` when a folder cannot be listed.
#[must_use]
pub(crate) fn list_inputs(root: &Path) -> Option<InputFiles> {
    // Where links may lead, only the settings tell. A build that refused one has recorded nothing.
    let targets = LinkTargets::anywhere();
    let listing = list(root, &targets);
    let themes = list_folder(root, "themes", &targets);
    (listing.findings.is_empty() && themes.findings.is_empty()).then(|| InputFiles {
        settings: settings_file(root).ok(),
        themes: themes.value,
        content: listing.value,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn site() -> (tempfile::TempDir, Vec<Input>) {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("content/site.yaml", "title: 乡音\n"),
            ("content/study/a.md", "a"),
            ("content/study/图.jpg", "picture"),
            ("content/_data/teams.yaml", "[]"),
            ("content/.hidden", "not ours"),
            ("themes/own/theme.yaml", "extends: default\n"),
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let reads = ReadLog::default();
        let files = list_inputs(dir.path()).unwrap();
        let files = files.in_order();
        let is_read = |file: &&SourceFile| ["md", "yaml"].contains(&&*file.path.extension());
        for file in files.iter().copied().filter(is_read) {
            reads.read(file).unwrap();
        }
        let others = files.iter().copied().filter(|file| !is_read(file)).map(|file| Input {
            path: file.path.clone(),
            content_hash: match file.path.extension().as_str() {
                "jpg" => hash_file(file).unwrap(),
                _ => ContentHash::NAME_ONLY,
            },
        });
        let inputs = reads.merged_with(others);
        (dir, inputs)
    }

    #[test]
    fn only_changed_names_or_bytes_count_as_changes() {
        let (dir, inputs) = site();
        let disk_path = |path: &str| dir.path().join(path);
        assert_eq!(inputs.len(), 6);
        assert!(are_unchanged(&list_inputs(dir.path()).unwrap(), &inputs));
        fs::write(disk_path("content/study/a.md"), "a").unwrap();
        fs::write(disk_path("content/.hidden"), "changed").unwrap();
        assert!(
            are_unchanged(&list_inputs(dir.path()).unwrap(), &inputs),
            "one file has the same bytes; of the other only the name counts"
        );
        fs::rename(disk_path("content/.hidden"), disk_path("content/.other")).unwrap();
        assert!(!are_unchanged(&list_inputs(dir.path()).unwrap(), &inputs));
        fs::rename(disk_path("content/.other"), disk_path("content/.hidden")).unwrap();
        fs::write(disk_path("content/study/a.md"), "b").unwrap();
        assert!(!are_unchanged(&list_inputs(dir.path()).unwrap(), &inputs));
        fs::write(disk_path("content/study/a.md"), "a").unwrap();
        fs::rename(disk_path("content/study/图.jpg"), disk_path("content/study/画.jpg")).unwrap();
        assert!(!are_unchanged(&list_inputs(dir.path()).unwrap(), &inputs));
        fs::remove_file(disk_path("content/study/画.jpg")).unwrap();
        assert!(!are_unchanged(&list_inputs(dir.path()).unwrap(), &inputs));
    }

    #[test]
    #[cfg(unix)]
    fn files_are_read_again_only_if_their_stat_differs() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let disk = dir.path().join("a");
        fs::write(&disk, "1234").unwrap();
        let path = SourcePath::new("a");
        let file = SourceFile {
            path,
            disk_path: disk.clone(),
        };
        assert_eq!(hash_file(&file).unwrap().stat, None, "changed a moment ago");
        std::thread::sleep(std::time::Duration::from_secs(MIN_AGE.as_secs() + 2));
        let known = hash_file(&file).unwrap();
        assert_eq!(read_and_hash(&file).unwrap(), (b"1234".to_vec(), known));
        let other = ContentHash { digest: 0, ..known };
        assert!(has_same_bytes(&file, &other, &mut Vec::new()), "the stat is enough");
        // The same size and the same modification time, with other bytes.
        let time = fs::metadata(&disk).unwrap().modified().unwrap();
        fs::write(&disk, "4321").unwrap();
        File::options()
            .append(true)
            .open(&disk)
            .unwrap()
            .set_modified(time)
            .unwrap();
        assert!(!has_same_bytes(&file, &known, &mut Vec::new()));
        fs::write(&disk, "1234").unwrap();
        assert!(has_same_bytes(&file, &known, &mut Vec::new()), "the same bytes again");
        fs::set_permissions(&disk, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(
            !has_same_bytes(&file, &other, &mut Vec::new()),
            "a change of attributes causes a read"
        );
    }

    #[test]
    fn hashing_in_chunks_equals_hashing_at_once() {
        let dir = tempfile::tempdir().unwrap();
        for size in [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            fs::write(dir.path().join("a"), &bytes).unwrap();
            let found = hash_path(&dir.path().join("a"), &mut Vec::new()).unwrap();
            assert_eq!(found.digest, fingerprint::hash_content(&bytes), "{size}");
        }
    }
}
