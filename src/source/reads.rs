//! What a build has read, so that the next one can tell whether there is anything to do.
//!
//! A file is noted with the hash of the bytes that the build was given, not of those that lie there afterwards: a file
//! that changes while a site is built is then found to differ the next time.

use super::look::Look;
use super::{SourceFile, list, list_folder, settings};
use crate::diag::Diagnostic;
use crate::fingerprint;
use crate::paths::SourcePath;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use xxhash_rust::xxh3::Xxh3;

/// A file that a build depends on, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// Which file.
    pub path: SourcePath,
    /// What was in it.
    pub print: FilePrint,
}

/// What was in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FilePrint {
    /// Of its bytes.
    pub hash: u128,
    /// How it looked before it was read; a file that still looks so need not be read again.
    pub look: Option<Look>,
}

/// The files that a build has read so far. Many threads may read through it.
#[derive(Debug, Default)]
pub struct Reads(Mutex<Vec<Input>>);

impl Reads {
    /// Reads a file whole and notes it.
    ///
    /// # Errors
    /// As [`super::read`]; nothing is noted then, and nothing is published either.
    pub fn read(&self, file: &SourceFile) -> Result<Vec<u8>, Box<Diagnostic>> {
        let (bytes, print) = read_printed(file)?;
        let path = file.path.clone();
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reads.push(Input { path, print });
        Ok(bytes)
    }

    /// What was read, together with `others`, in order of path.
    #[must_use]
    pub fn with(&self, others: impl IntoIterator<Item = Input>) -> Vec<Input> {
        let mut inputs = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        inputs.extend(others);
        inputs.sort();
        // The settings may be read more than once.
        inputs.dedup_by(|a, b| (&a.path, a.print.hash) == (&b.path, b.print.hash));
        inputs
    }
}

/// When a file was last written, and how long it is: while both are the same, so is the file, as far as a preview goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    at: SystemTime,
    length: u64,
}

/// The last change of a file; none when nobody knows.
#[must_use]
pub fn change(file: &SourceFile) -> Option<Change> {
    let metadata = std::fs::metadata(&file.disk).ok()?;
    let at = metadata.modified().ok()?;
    // What was written this moment may be written again without another time.
    let is_settled = SystemTime::now().duration_since(at).is_ok_and(|age| age >= SETTLED);
    is_settled.then_some(Change {
        at,
        length: metadata.len(),
    })
}

/// Longer than any file system takes to tell two times of writing apart: two seconds on FAT.
const SETTLED: Duration = Duration::from_secs(3);

/// Reads a file whole.
///
/// # Errors
/// As [`super::read`].
pub fn read_printed(file: &SourceFile) -> Result<(Vec<u8>, FilePrint), Box<Diagnostic>> {
    let read = || {
        let mut open = File::open(&file.disk)?;
        let metadata = open.metadata()?;
        let look = Look::of(&metadata);
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default().min(ROOM));
        open.read_to_end(&mut bytes)?;
        let hash = fingerprint::of_file(&bytes);
        Ok((bytes, FilePrint { hash, look }))
    };
    read().map_err(|error: io::Error| Box::new(super::unreadable(file.path.as_str(), &error)))
}

/// Bytes that are set aside for a file before it is read, at most; the system may say anything of its size.
const ROOM: usize = 1 << 20;
/// Bytes of a large file that are hashed at a time.
const PORTION: usize = 1 << 16;

/// What is in a file, without holding all of it.
///
/// # Errors
/// A finding that names the file and the system's reason.
pub fn print(file: &SourceFile) -> Result<FilePrint, Box<Diagnostic>> {
    let printed = print_of(&file.disk, &mut Vec::new());
    printed.map_err(|error| Box::new(super::unreadable(file.path.as_str(), &error)))
}

fn print_of(path: &Path, portion: &mut Vec<u8>) -> io::Result<FilePrint> {
    portion.resize(PORTION, 0);
    let mut file = File::open(path)?;
    let look = Look::of(&file.metadata()?);
    let hash = hash_of(&mut file, portion)?;
    Ok(FilePrint { hash, look })
}

fn hash_of(file: &mut File, portion: &mut [u8]) -> io::Result<u128> {
    let first = fill(file, portion)?;
    if first < PORTION {
        return Ok(fingerprint::of_file(&portion[..first]));
    }
    let mut hash = Xxh3::new();
    let mut length = first;
    while length > 0 {
        hash.update(&portion[..length]);
        length = fill(file, portion)?;
    }
    Ok(hash.digest128())
}

/// Whether a file has the bytes that it had. It is read only if it looks otherwise.
fn is_same(file: &SourceFile, print: &FilePrint, portion: &mut Vec<u8>) -> bool {
    let looks_same = |look: Look| fs::metadata(&file.disk).is_ok_and(|now| Look::of(&now) == Some(look));
    print.look.is_some_and(looks_same) || print_of(&file.disk, portion).is_ok_and(|now| now.hash == print.hash)
}

/// Reads until `portion` is full or the file ends; returns how much there was.
fn fill(file: &mut File, portion: &mut [u8]) -> io::Result<usize> {
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

/// Whether `files` are exactly the files of `inputs`, with the same bytes; both are in order of path. Ends at the first
/// difference; what cannot be read counts as one.
#[must_use]
pub fn unchanged(files: &[SourceFile], inputs: &[Input]) -> bool {
    let same_names =
        files.len() == inputs.len() && files.iter().zip(inputs).all(|(file, input)| file.path == input.path);
    same_names
        && files
            .par_iter()
            .zip(inputs)
            .map_init(Vec::new, |portion, (file, input)| is_same(file, &input.print, portion))
            .all(|same| same)
}

/// Every file that a build of the site in `root` would read or copy, in order of path; none when not all can be listed.
#[must_use]
pub fn everything(root: &Path) -> Option<Vec<SourceFile>> {
    let mut listing = list(root);
    let themes = list_folder(root, "themes");
    listing.findings.extend(themes.findings);
    if !listing.findings.is_empty() {
        return None;
    }
    let listing = listing.value;
    let mut files: Vec<SourceFile> = settings(root)
        .into_iter()
        .chain(themes.value)
        .chain(listing.posts)
        .chain(listing.sections)
        .chain(listing.rosters)
        .chain(listing.ledgers)
        .chain(listing.kinds)
        .chain(listing.metrics)
        .chain(listing.frozen)
        .chain(listing.defaults)
        .chain(listing.assets)
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Some(files)
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
        let reads = Reads::default();
        let files = everything(dir.path()).unwrap();
        for file in files.iter().filter(|file| file.path.extension() != "jpg") {
            reads.read(file).unwrap();
        }
        let pictures = files.iter().filter(|file| file.path.extension() == "jpg");
        let pictures = pictures.map(|file| Input {
            path: file.path.clone(),
            print: print(file).unwrap(),
        });
        let inputs = reads.with(pictures);
        (dir, inputs)
    }

    #[test]
    fn any_difference_in_names_or_bytes_is_seen_and_no_other() {
        let (dir, inputs) = site();
        let at = |path: &str| dir.path().join(path);
        assert_eq!(inputs.len(), 5);
        assert!(unchanged(&everything(dir.path()).unwrap(), &inputs));
        fs::write(at("content/study/a.md"), "a").unwrap();
        fs::write(at("content/.hidden"), "changed").unwrap();
        assert!(
            unchanged(&everything(dir.path()).unwrap(), &inputs),
            "the same bytes, and a file that no build reads"
        );
        fs::write(at("content/study/a.md"), "b").unwrap();
        assert!(!unchanged(&everything(dir.path()).unwrap(), &inputs));
        fs::write(at("content/study/a.md"), "a").unwrap();
        fs::rename(at("content/study/图.jpg"), at("content/study/画.jpg")).unwrap();
        assert!(!unchanged(&everything(dir.path()).unwrap(), &inputs));
        fs::remove_file(at("content/study/画.jpg")).unwrap();
        assert!(!unchanged(&everything(dir.path()).unwrap(), &inputs));
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_looks_the_same_is_not_read_and_one_that_was_written_to_is() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let disk = dir.path().join("a");
        fs::write(&disk, "1234").unwrap();
        let path = SourcePath::new("a");
        let file = SourceFile {
            path,
            disk: disk.clone(),
        };
        assert_eq!(print(&file).unwrap().look, None, "changed a moment ago");
        std::thread::sleep(std::time::Duration::from_secs(
            super::super::look::SETTLED.unsigned_abs() + 2,
        ));
        let known = print(&file).unwrap();
        assert_eq!(read_printed(&file).unwrap(), (b"1234".to_vec(), known));
        let other = FilePrint { hash: 0, ..known };
        assert!(is_same(&file, &other, &mut Vec::new()), "the look is enough");
        // The same size, and its time put back.
        let time = fs::metadata(&disk).unwrap().modified().unwrap();
        fs::write(&disk, "4321").unwrap();
        File::options()
            .append(true)
            .open(&disk)
            .unwrap()
            .set_modified(time)
            .unwrap();
        assert!(!is_same(&file, &known, &mut Vec::new()));
        fs::write(&disk, "1234").unwrap();
        assert!(is_same(&file, &known, &mut Vec::new()), "the same bytes again");
        fs::set_permissions(&disk, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(
            !is_same(&file, &other, &mut Vec::new()),
            "any change of attributes has it read"
        );
    }

    #[test]
    fn a_large_file_has_the_hash_of_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        for size in [0, 1, PORTION - 1, PORTION, PORTION + 1, 3 * PORTION] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            fs::write(dir.path().join("a"), &bytes).unwrap();
            let found = print_of(&dir.path().join("a"), &mut Vec::new()).unwrap();
            assert_eq!(found.hash, fingerprint::of_file(&bytes), "{size}");
        }
    }
}
