//! What a build has read, so that the next one can tell whether there is anything to do.
//!
//! A file is noted with the hash of the bytes that the build was given, not of those that lie there afterwards: a file
//! that changes while a site is built is then found to differ the next time.

use super::{SourceFile, list, list_folder, settings};
use crate::diag::Diagnostic;
use crate::fingerprint;
use crate::paths::SourcePath;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::Xxh3;

/// A file that a build depends on, and the hash of what was in it.
pub type Input = (SourcePath, u128);

/// The files that a build has read so far. Many threads may read through it.
#[derive(Debug, Default)]
pub struct Reads(Mutex<Vec<Input>>);

impl Reads {
    /// Reads a file whole and notes it.
    ///
    /// # Errors
    /// As [`super::read`]; nothing is noted then, and nothing is published either.
    pub fn read(&self, file: &SourceFile) -> Result<Vec<u8>, Box<Diagnostic>> {
        let bytes = super::read(file)?;
        self.note(file.path.clone(), fingerprint::of_file(&bytes));
        Ok(bytes)
    }

    fn note(&self, path: SourcePath, hash: u128) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((path, hash));
    }

    /// What was read, together with `others`, in order of path.
    #[must_use]
    pub fn with(&self, others: impl IntoIterator<Item = Input>) -> Vec<Input> {
        let mut inputs = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        inputs.extend(others);
        inputs.sort();
        // The settings may be read more than once.
        inputs.dedup();
        inputs
    }
}

/// Bytes of a large file that are hashed at a time.
const PORTION: usize = 1 << 16;

/// The hash of a file, without holding all of it.
///
/// # Errors
/// A finding that names the file and the system's reason.
pub fn hash(file: &SourceFile) -> Result<u128, Box<Diagnostic>> {
    hash_of(&file.disk, &mut Vec::new()).map_err(|error| Box::new(super::unreadable(file.path.as_str(), &error)))
}

fn hash_of(path: &Path, portion: &mut Vec<u8>) -> io::Result<u128> {
    portion.resize(PORTION, 0);
    let mut file = File::open(path)?;
    let first = fill(&mut file, portion)?;
    if first < PORTION {
        return Ok(fingerprint::of_file(&portion[..first]));
    }
    let mut hash = Xxh3::new();
    let mut length = first;
    while length > 0 {
        hash.update(&portion[..length]);
        length = fill(&mut file, portion)?;
    }
    Ok(hash.digest128())
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
        files.len() == inputs.len() && files.iter().zip(inputs).all(|(file, (path, _))| file.path == *path);
    same_names
        && files
            .par_iter()
            .zip(inputs)
            .map_init(Vec::new, |portion, (file, (_, hash))| {
                hash_of(&file.disk, portion).is_ok_and(|found| found == *hash)
            })
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
    use std::fs;

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
        let pictures: Vec<Input> = pictures.map(|file| (file.path.clone(), hash(file).unwrap())).collect();
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
    fn a_large_file_has_the_hash_of_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        for size in [0, 1, PORTION - 1, PORTION, PORTION + 1, 3 * PORTION] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            fs::write(dir.path().join("a"), &bytes).unwrap();
            let found = hash_of(&dir.path().join("a"), &mut Vec::new()).unwrap();
            assert_eq!(found, fingerprint::of_file(&bytes), "{size}");
        }
    }
}
