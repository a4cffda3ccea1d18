//! Watching real folders.

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

    /// Waits until every path of `wanted` was told of, or "anything".
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
    let mut scene = WatchedSite::new(false);
    fs::write(scene.path("content/a.md"), "b").unwrap();
    scene.wait_for_paths(&["content/a.md"]);
    fs::read(scene.path("content/a.md")).unwrap();
    fs::create_dir(scene.path("public")).unwrap();
    fs::write(scene.path("content/.a.md.swp"), "b").unwrap();
    assert!(scene.is_quiet());
    fs::write(scene.path("content/.new"), "c").unwrap();
    fs::rename(scene.path("content/.new"), scene.path("content/a.md")).unwrap();
    scene.wait_for_paths(&["content/a.md"]);
    fs::rename(scene.path("content/a.md"), scene.path("content/volunteer/b.md")).unwrap();
    scene.wait_for_paths(&["content/a.md", "content/volunteer/b.md"]);
    fs::remove_file(scene.path("content/volunteer/b.md")).unwrap();
    scene.wait_for_paths(&["content/volunteer/b.md"]);
}

#[test]
fn files_in_new_and_moved_folders_are_reported() {
    let mut scene = WatchedSite::new(false);
    fs::create_dir_all(scene.path("content/x/y")).unwrap();
    fs::write(scene.path("content/x/y/z.md"), "z").unwrap();
    scene.wait_for_paths(&["content/x/y/z.md"]);
    fs::rename(scene.path("content/x"), scene.path("content/w")).unwrap();
    scene.wait_for_paths(&["content/x", "content/w/y/z.md"]);
    fs::write(scene.path("content/w/y/z.md"), "zz").unwrap();
    scene.wait_for_paths(&["content/w/y/z.md"]);
    fs::create_dir_all(scene.path("themes/own/templates")).unwrap();
    scene.wait_for_paths(&["themes"]);
    scene.is_quiet();
    fs::write(scene.path("themes/own/templates/a.html"), "").unwrap();
    scene.wait_for_paths(&["themes/own/templates/a.html"]);
}

#[test]
fn recreated_folder_is_watched_again() {
    let mut scene = WatchedSite::new(false);
    fs::remove_dir_all(scene.path("content")).unwrap();
    fs::create_dir_all(scene.path("content/volunteer")).unwrap();
    fs::write(scene.path("content/volunteer/a.md"), "a").unwrap();
    scene.wait_for_paths(&["content/volunteer/a.md"]);
    while !scene.is_quiet() {}
    fs::write(scene.path("content/volunteer/a.md"), "b").unwrap();
    scene.wait_for_paths(&["content/volunteer/a.md"]);
    fs::remove_dir_all(scene.path("content")).unwrap();
    while !scene.is_quiet() {}
    fs::create_dir_all(scene.path("content")).unwrap();
    while !scene.is_quiet() {}
    fs::write(scene.path("content/b.md"), "b").unwrap();
    scene.wait_for_paths(&["content/b.md"]);
}

#[test]
fn polling_reports_the_same_changes() {
    let mut scene = WatchedSite::new(true);
    fs::write(scene.path("content/a.md"), "bb").unwrap();
    fs::create_dir_all(scene.path("content/x/y")).unwrap();
    fs::write(scene.path("content/x/y/z.md"), "z").unwrap();
    scene.wait_for_paths(&["content/a.md", "content/x/y/z.md"]);
    fs::remove_file(scene.path("content/a.md")).unwrap();
    scene.wait_for_paths(&["content/a.md"]);
}

#[test]
fn missed_event_means_that_anything_may_have_changed() {
    let mut scene = WatchedSite::new(false);
    let rescan = notify::Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
    assert_eq!(file_events(Ok(rescan)), [FileEvent::Missed]);
    assert_eq!(
        file_events(Err(notify::Error::new(ErrorKind::MaxFilesWatch))),
        [FileEvent::WatchLimit]
    );
    scene
        .watch
        .sender
        .send(FileEvent::Modified(scene.path("content/a.md")))
        .unwrap();
    scene.watch.sender.send(FileEvent::Missed).unwrap();
    assert!(matches!(
        scene.watch.next_event(None),
        WatchEvent::Changes(Changes::Anything)
    ));
    scene.watch.sender.send(FileEvent::WatchLimit).unwrap();
    assert!(matches!(
        scene.watch.next_event(None),
        WatchEvent::Polling(PollingReason::WatchLimit(_))
    ));
}
