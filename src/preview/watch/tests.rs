//! Tests that watch real folders.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use std::fs;

/// A site in a temporary folder, watched, with helpers to wait for a path.
struct WatchedSite {
    dir: tempfile::TempDir,
    watch: SiteWatcher,
}

impl WatchedSite {
    fn new(polling: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("content/volunteer")).unwrap();
        fs::write(dir.path().join("content/a.md"), "a").unwrap();
        let mut watch = SiteWatcher::start(dir.path(), polling);
        if polling {
            assert!(matches!(
                watch.next_event(None),
                WatchEvent::Polling(PollingReason::Requested)
            ));
        }
        Self { dir, watch }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Waits until every path of `wanted` was reported, or [`Changes::Anything`].
    fn wait_for_paths(&mut self, wanted: &[&str]) {
        let mut open: BTreeSet<PathBuf> = wanted.iter().map(|path| self.path(path)).collect();
        let end = Instant::now() + Duration::from_secs(5);
        while !open.is_empty() {
            match self.watch.next_event(Some(end)) {
                WatchEvent::Changes(Changes::Anything) => return,
                WatchEvent::Changes(Changes::Paths(paths)) => open.retain(|path| !paths.contains(path)),
                other => panic!("{other:?} while waiting for {open:?}"),
            }
        }
    }

    fn is_quiet(&mut self) -> bool {
        let end = Instant::now() + Duration::from_millis(250);
        matches!(self.watch.next_event(Some(end)), WatchEvent::Timeout)
    }
}

#[test]
fn writes_renames_and_deletes_are_reported_but_reads_are_not() {
    let mut site = WatchedSite::new(false);
    fs::write(site.path("content/a.md"), "b").unwrap();
    site.wait_for_paths(&["content/a.md"]);
    fs::read(site.path("content/a.md")).unwrap();
    fs::create_dir(site.path("public")).unwrap();
    fs::write(site.path("content/.a.md.swp"), "b").unwrap();
    assert!(site.is_quiet());
    fs::write(site.path("content/.new"), "c").unwrap();
    fs::rename(site.path("content/.new"), site.path("content/a.md")).unwrap();
    site.wait_for_paths(&["content/a.md"]);
    fs::rename(site.path("content/a.md"), site.path("content/volunteer/b.md")).unwrap();
    site.wait_for_paths(&["content/a.md", "content/volunteer/b.md"]);
    fs::remove_file(site.path("content/volunteer/b.md")).unwrap();
    site.wait_for_paths(&["content/volunteer/b.md"]);
}

#[test]
fn files_in_new_and_moved_folders_are_reported() {
    let mut site = WatchedSite::new(false);
    fs::create_dir_all(site.path("content/x/y")).unwrap();
    fs::write(site.path("content/x/y/z.md"), "z").unwrap();
    site.wait_for_paths(&["content/x/y/z.md"]);
    fs::rename(site.path("content/x"), site.path("content/w")).unwrap();
    site.wait_for_paths(&["content/x", "content/w/y/z.md"]);
    fs::write(site.path("content/w/y/z.md"), "zz").unwrap();
    site.wait_for_paths(&["content/w/y/z.md"]);
    fs::create_dir_all(site.path("themes/own/templates")).unwrap();
    site.wait_for_paths(&["themes"]);
    site.is_quiet();
    fs::write(site.path("themes/own/templates/a.html"), "").unwrap();
    site.wait_for_paths(&["themes/own/templates/a.html"]);
}

#[test]
fn recreated_folder_is_watched_again() {
    let mut site = WatchedSite::new(false);
    fs::remove_dir_all(site.path("content")).unwrap();
    fs::create_dir_all(site.path("content/volunteer")).unwrap();
    fs::write(site.path("content/volunteer/a.md"), "a").unwrap();
    site.wait_for_paths(&["content/volunteer/a.md"]);
    while !site.is_quiet() {}
    fs::write(site.path("content/volunteer/a.md"), "b").unwrap();
    site.wait_for_paths(&["content/volunteer/a.md"]);
    fs::remove_dir_all(site.path("content")).unwrap();
    while !site.is_quiet() {}
    fs::create_dir_all(site.path("content")).unwrap();
    while !site.is_quiet() {}
    fs::write(site.path("content/b.md"), "b").unwrap();
    site.wait_for_paths(&["content/b.md"]);
}

#[test]
fn polling_reports_the_same_changes() {
    let mut site = WatchedSite::new(true);
    fs::write(site.path("content/a.md"), "bb").unwrap();
    fs::create_dir_all(site.path("content/x/y")).unwrap();
    fs::write(site.path("content/x/y/z.md"), "z").unwrap();
    site.wait_for_paths(&["content/a.md", "content/x/y/z.md"]);
    fs::remove_file(site.path("content/a.md")).unwrap();
    site.wait_for_paths(&["content/a.md"]);
}

#[test]
fn missed_event_means_that_anything_may_have_changed() {
    let mut site = WatchedSite::new(false);
    let rescan = notify::Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
    assert_eq!(file_events(Ok(rescan)), [FileEvent::Missed]);
    assert_eq!(
        file_events(Err(notify::Error::new(ErrorKind::MaxFilesWatch))),
        [FileEvent::WatchLimit]
    );
    site.watch
        .sender
        .send(FileEvent::Modified(site.path("content/a.md")))
        .unwrap();
    site.watch.sender.send(FileEvent::Missed).unwrap();
    assert!(matches!(
        site.watch.next_event(None),
        WatchEvent::Changes(Changes::Anything)
    ));
    site.watch.sender.send(FileEvent::WatchLimit).unwrap();
    assert!(matches!(
        site.watch.next_event(None),
        WatchEvent::Polling(PollingReason::WatchLimit(_))
    ));
}
