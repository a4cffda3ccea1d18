//! Whether all files of a tree are in its manifest, found out without reading most names.
//!
//! A folder that changed long before the manifest was written, and not since, has the same names as then. The others are
//! listed.

use super::foreign::{Entry, Tree};
use super::manifest::Snapshot;
use super::marker;
use super::stat::DirHandle;
use rayon::prelude::*;

/// Whether all files of `tree` are in `snapshot`. Some of the snapshot's may be missing.
pub(super) fn has_known_names_only(tree: &Tree<'_>, snapshot: &Snapshot) -> bool {
    let stats = DirHandle::new(tree.folder);
    snapshot.folders.par_iter().all(|(path, stat)| {
        let is_settled = stat.modified < snapshot.settled_before && stats.stat(path) == Some(*stat);
        is_settled || path == marker::NAME || lists_known_names_only(tree, path, snapshot)
    })
}

/// Whether all files and folders in the folder at `path` are in `snapshot`.
fn lists_known_names_only(tree: &Tree<'_>, path: &str, snapshot: &Snapshot) -> bool {
    let entries = tree.entries(&tree.folder.join(path), path);
    let is_known = |entry: &Entry| snapshot.has_entry(&entry.path, entry.is_folder);
    entries.is_ok_and(|entries| entries.iter().all(is_known))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::output::stat::EntryStat;
    use crate::output::{BuildOptions, SiteDigests};
    use std::collections::BTreeSet;
    use std::fs::{self, File};
    use std::path::Path;

    /// Makes a tree with one page and the kept folder `uploads`.
    fn make_tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("news/a")).unwrap();
        fs::create_dir(dir.path().join("uploads")).unwrap();
        fs::write(dir.path().join("news/a/index.html"), "a").unwrap();
        dir
    }

    fn tree_of(folder: &Path) -> Tree<'_> {
        Tree {
            folder,
            ignored: BTreeSet::from(["uploads", marker::NAME]),
        }
    }

    /// The snapshot of the tree with one page.
    fn snapshot(folder: &Path) -> Snapshot {
        let stats = DirHandle::new(folder);
        let stats_of = |paths: &[&str]| -> Vec<(String, EntryStat)> {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            stats.folder_stats(&paths)
        };
        let options = BuildOptions::default();
        let digests = (1, SiteDigests::default());
        let (files, folders) = (stats_of(&["news/a/index.html"]), stats_of(&["", "news", "news/a"]));
        Snapshot::new(options, Vec::new(), &[], digests, files, folders)
    }

    #[test]
    #[cfg(unix)]
    fn a_file_of_others_is_found_in_new_and_in_old_folders() {
        for settled_before in [i64::MIN, i64::MAX] {
            let dir = make_tree();
            let mut snapshot = snapshot(dir.path());
            snapshot.settled_before = settled_before;
            assert!(has_known_names_only(&tree_of(dir.path()), &snapshot));
            // Even when the time of the folder is set back, as by programs that restore a backup.
            let news = dir.path().join("news");
            let time = fs::metadata(&news).unwrap().modified().unwrap();
            // A change in the same tick of the clock has the same time.
            std::thread::sleep(std::time::Duration::from_millis(20));
            fs::write(news.join("mine.txt"), "").unwrap();
            File::open(&news).unwrap().set_modified(time).unwrap();
            assert!(
                !has_known_names_only(&tree_of(dir.path()), &snapshot),
                "{settled_before}"
            );
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_changed_before_its_stat_was_taken_is_listed() {
        let dir = make_tree();
        fs::write(dir.path().join("news/mine.txt"), "").unwrap();
        let snapshot = snapshot(dir.path());
        let newest = snapshot.files.iter().map(|(_, stat)| stat.modified).max().unwrap();
        let seconds = (newest - snapshot.settled_before) / 1_000_000_000;
        assert!((3..10).contains(&seconds), "{seconds}");
        assert!(!has_known_names_only(&tree_of(dir.path()), &snapshot));
    }

    #[test]
    #[cfg(unix)]
    fn nothing_is_settled_by_a_file_of_the_future_or_on_a_disk_without_times_of_folders() {
        let dir = make_tree();
        let page = File::options()
            .write(true)
            .open(dir.path().join("news/a/index.html"))
            .unwrap();
        page.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(3600))
            .unwrap();
        assert_eq!(snapshot(dir.path()).settled_before, i64::MIN);
    }
}
