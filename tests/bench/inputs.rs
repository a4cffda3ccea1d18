//! The floor of a build with nothing to do: how long it takes to look at a site's files and to hash what is in them.
//!
//! `inputs FOLDER …` finds every file below the folders, asks for its size and time, reads it and hashes it, on all
//! threads, and prints the seconds that this took. A generator that wants to know whether anything changed can at
//! best come close to this figure. `rebuild.py` compiles it.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, io, thread};

fn main() -> io::Result<()> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        return Err(io::Error::other("usage: inputs FOLDER ..."));
    }
    let start = Instant::now();
    let mut files = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        collect_files(folder, &mut files)?;
    }
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let portion = files.len().div_ceil(threads).max(1);
    let sum = thread::scope(|scope| {
        let parts: Vec<_> = files.chunks(portion).map(|part| scope.spawn(|| hash_files(part))).collect();
        let parts = parts.into_iter().map(|part| part.join().expect("no thread panics"));
        parts.sum::<io::Result<Sum>>()
    })?;
    println!("{:.6} {} {:016x}", start.elapsed().as_secs_f64(), files.len(), sum.0);
    Ok(())
}

/// The hashes of many files in one number.
struct Sum(u64);

impl std::iter::Sum for Sum {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        Self(sums.fold(0, |sum, next| sum.wrapping_add(next.0)))
    }
}

/// Adds every file below `folder`.
fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect_files(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Asks for the size of each file, reads it and hashes it.
fn hash_files(files: &[PathBuf]) -> io::Result<Sum> {
    let hash_file = |file: &PathBuf| {
        let metadata = fs::metadata(file)?;
        let bytes = fs::read(file)?;
        Ok(Sum(hash(&bytes) ^ metadata.len()))
    };
    files.iter().map(hash_file).sum()
}

/// Eight bytes at a time, as fast as memory gives them; good enough to be no shortcut.
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64;
    let mut mix = |word: u64| hash = (hash ^ word).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| mix(u64::from_le_bytes(*word)));
    rest.iter().for_each(|byte| mix(u64::from(*byte)));
    hash
}
