//! Looking at the files again and again, where the system cannot tell of changes.
//!
//! notify's own polling compares modification times in whole seconds and only forwards, so it misses the second save
//! within a second and files moved in from elsewhere; here size and full time are compared for difference.

use super::file_event::FileEvent;
use crate::source::SizeAndMtime;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;
use walkdir::WalkDir;

/// Time between two looks.
const INTERVAL: Duration = Duration::from_millis(700);

/// Files with their stamps.
pub(super) type FolderSnapshot = BTreeMap<PathBuf, SizeAndMtime>;

/// Starts to look at `folders`; ends when nobody listens any more.
pub(super) fn start(folders: Vec<PathBuf>, signals: Sender<FileEvent>) {
    let mut before = take_snapshot(&folders);
    thread::spawn(move || {
        loop {
            thread::sleep(INTERVAL);
            let now = take_snapshot(&folders);
            for path in changed_paths(&before, &now) {
                if signals.send(FileEvent::Modified(path)).is_err() {
                    return;
                }
            }
            before = now;
        }
    });
}

/// All files below `folders`. What cannot be read is left out: reading the site will say so.
pub(super) fn take_snapshot(folders: &[PathBuf]) -> FolderSnapshot {
    folders.iter().flat_map(|folder| walk_files(folder)).collect()
}

fn walk_files(folder: &Path) -> impl Iterator<Item = (PathBuf, SizeAndMtime)> {
    let walk = WalkDir::new(folder)
        .follow_links(true)
        .into_iter()
        .filter_map(Result::ok);
    walk.filter(|entry| !entry.file_type().is_dir()).filter_map(|entry| {
        let stat = SizeAndMtime::from(&entry.metadata().ok()?);
        Some((entry.into_path(), stat))
    })
}

/// Paths that are new, gone or differ.
pub(super) fn changed_paths(before: &FolderSnapshot, now: &FolderSnapshot) -> Vec<PathBuf> {
    let changed = now.iter().filter(|(path, stamp)| before.get(*path) != Some(*stamp));
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    changed.map(|(path, _)| path).chain(gone).cloned().collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::fs;
    use std::time::SystemTime;

    #[test]
    fn new_gone_longer_and_older_files_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["same", "gone", "longer", "older"] {
            fs::write(at(name), name).unwrap();
        }
        let folders = [dir.path().to_owned(), at("absent")];
        let before = take_snapshot(&folders);
        fs::remove_file(at("gone")).unwrap();
        fs::write(at("longer"), "longer by far").unwrap();
        let early = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        fs::File::options()
            .write(true)
            .open(at("older"))
            .unwrap()
            .set_modified(early)
            .unwrap();
        fs::create_dir(at("folder")).unwrap();
        fs::write(at("folder/new"), "").unwrap();
        let mut seen = changed_paths(&before, &take_snapshot(&folders));
        seen.sort();
        assert_eq!(seen, [at("folder/new"), at("gone"), at("longer"), at("older")]);
        assert!(changed_paths(&before, &before).is_empty());
    }
}
