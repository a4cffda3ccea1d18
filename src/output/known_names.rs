//! Whether a tree has the files of its manifest and no others, found out without reading their names.
//!
//! A folder that has had the same stat since long before the manifest was written holds what it held then. Only folders that
//! changed shortly before are listed: another change may have fallen into the same tick of the clock.

use super::foreign::{Entry, Tree};
use super::manifest::Snapshot;
use super::marker;
use super::stat::DirHandle;
use rayon::prelude::*;

/// Whether `tree` is that of `snapshot` and has no other files.
pub(super) fn has_names_of(tree: &Tree<'_>, snapshot: &Snapshot) -> bool {
    let (stats, settled_before) = (DirHandle::new(tree.folder), snapshot.settled_before());
    snapshot.folders.par_iter().all(|(path, stat)| {
        let is_settled = stat.modified < settled_before || path == marker::NAME;
        stats.stat(path) == Some(*stat) && (is_settled || lists_only(tree, path, snapshot))
    })
}

/// Whether all files and folders in the folder at `path` are in `snapshot`.
fn lists_only(tree: &Tree<'_>, path: &str, snapshot: &Snapshot) -> bool {
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
    use std::time::{Duration, SystemTime};

    const FOLDERS: [&str; 3] = ["", "news", "news/a"];

    /// Sets back the time of each folder of a tree by some seconds.
    fn set_back(folder: &Path, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        for path in FOLDERS {
            File::open(folder.join(path)).unwrap().set_modified(time).unwrap();
        }
    }

    fn tree_of(folder: &Path) -> Tree<'_> {
        Tree {
            folder,
            ignored: BTreeSet::from(["uploads", marker::NAME]),
        }
    }

    /// The snapshot of a tree with one page and the kept folder `uploads`.
    fn snapshot(folder: &Path) -> Snapshot {
        let stats = DirHandle::new(folder);
        let stats_of = |paths: &[&str]| -> Vec<(String, EntryStat)> {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            stats.folder_stats(&paths)
        };
        let options = BuildOptions {
            program: String::new(),
            base_url: None,
            drafts: false,
            future: false,
            internal: false,
            today: String::new(),
        };
        let digests = (1, SiteDigests::default());
        let files = stats_of(&["news/a/index.html"]);
        Snapshot::new(options, Vec::new(), &[], digests, files, stats_of(&FOLDERS))
    }

    fn make_tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("news/a")).unwrap();
        fs::create_dir(dir.path().join("uploads")).unwrap();
        fs::write(dir.path().join("news/a/index.html"), "a").unwrap();
        dir
    }

    #[test]
    fn a_change_of_a_settled_folder_is_seen_by_its_time() {
        let dir = make_tree();
        set_back(dir.path(), 60);
        let snapshot = snapshot(dir.path());
        assert!(has_names_of(&tree_of(dir.path()), &snapshot));
        fs::write(dir.path().join("news/mine.txt"), "").unwrap();
        assert!(!has_names_of(&tree_of(dir.path()), &snapshot));
    }

    #[test]
    fn a_change_in_the_tick_of_the_build_is_seen_by_the_names() {
        for (seconds, is_known) in [(0, false), (60, true)] {
            let dir = make_tree();
            set_back(dir.path(), seconds);
            let snapshot = snapshot(dir.path());
            let news = dir.path().join("news");
            let time = fs::metadata(&news).unwrap().modified().unwrap();
            fs::write(news.join("mine.txt"), "").unwrap();
            File::open(&news).unwrap().set_modified(time).unwrap();
            assert_eq!(has_names_of(&tree_of(dir.path()), &snapshot), is_known, "{seconds}");
        }
    }
}
