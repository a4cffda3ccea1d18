//! The floor of the comparison: how long merely writing a finished site takes.
//!
//! `floor SOURCE TARGET` reads every file of SOURCE into memory, then writes the same tree to
//! TARGET on two threads and prints the seconds that the writing took. It knows nothing of
//! sites; a generator can at best come close to this figure. `compare.py` compiles it.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, io, thread};

fn main() -> io::Result<()> {
    let paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [source, target] = paths.as_slice() else {
        return Err(io::Error::other("usage: floor SOURCE TARGET"));
    };
    let mut files = Vec::new();
    read_tree(source, Path::new(""), &mut files)?;
    fs::create_dir_all(target)?;

    let start = Instant::now();
    let (first, second) = files.split_at(files.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| write_files(target, second));
        write_files(target, first).and(other.join().expect("the writer does not panic"))
    })?;
    println!("{:.6}", start.elapsed().as_secs_f64());
    Ok(())
}

/// Collects the files below `root/inside` with their paths relative to `root`, folder by folder.
fn read_tree(root: &Path, inside: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(root.join(inside))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = inside.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            read_tree(root, &path, files)?;
        } else {
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// Writes the files below `target`, making a folder when the first of its files comes.
fn write_files(target: &Path, files: &[(PathBuf, Vec<u8>)]) -> io::Result<()> {
    let mut last = None;
    for (path, bytes) in files {
        let place = target.join(path);
        let folder = place.parent().map(Path::to_path_buf);
        if let Some(folder) = folder.filter(|folder| last.as_ref() != Some(folder)) {
            fs::create_dir_all(&folder)?;
            last = Some(folder);
        }
        fs::write(place, bytes)?;
    }
    Ok(())
}
