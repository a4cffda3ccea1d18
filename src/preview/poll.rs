//! Polls the files, for when the system cannot report changes.
//!
//! notify's own polling compares modification times in whole seconds, and only for later times. So it misses the second
//! save within a second, and files moved in from other folders. Here any difference in size or full time counts.

use super::file_event::FileEvent;
use crate::source::SizeAndMtime;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;
use walkdir::WalkDir;

/// The time between two polls.
const INTERVAL: Duration = Duration::from_millis(700);

/// Files with their size and modification time.
pub(super) type FolderSnapshot = BTreeMap<PathBuf, SizeAndMtime>;

/// Starts to poll `folders` on a thread, which ends when the receiver is gone.
pub(super) fn start(folders: Vec<PathBuf>, events: Sender<FileEvent>) {
    let mut before = take_snapshot(&folders);
    thread::spawn(move || {
        loop {
            thread::sleep(INTERVAL);
            let now = take_snapshot(&folders);
            for path in changed_paths(&before, &now) {
                if events.send(FileEvent::Modified(path)).is_err() {
                    return;
                }
            }
            before = now;
        }
    });
}

/// All files below `folders`. A file that cannot be read is omitted: reading the site will report it.
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

/// The paths that are new, gone or changed.
pub(super) fn changed_paths(before: &FolderSnapshot, now: &FolderSnapshot) -> Vec<PathBuf> {
    let changed = now.iter().filter(|(path, stat)| before.get(*path) != Some(*stat));
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
        let path = |name: &str| dir.path().join(name);
        for name in ["same", "gone", "longer", "older"] {
            fs::write(path(name), name).unwrap();
        }
        let folders = [dir.path().to_owned(), path("absent")];
        let before = take_snapshot(&folders);
        fs::remove_file(path("gone")).unwrap();
        fs::write(path("longer"), "longer by far").unwrap();
        let early = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        fs::File::options()
            .write(true)
            .open(path("older"))
            .unwrap()
            .set_modified(early)
            .unwrap();
        fs::create_dir(path("folder")).unwrap();
        fs::write(path("folder/new"), "").unwrap();
        let mut changed = changed_paths(&before, &take_snapshot(&folders));
        changed.sort();
        assert_eq!(
            changed,
            [path("folder/new"), path("gone"), path("longer"), path("older")]
        );
        assert!(changed_paths(&before, &before).is_empty());
    }
}
