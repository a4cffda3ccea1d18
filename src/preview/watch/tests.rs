//! Watching real folders.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use std::fs;

/// A site in a temporary folder, watched, with helpers to wait for a path.
struct Scene {
    dir: tempfile::TempDir,
    watch: Watch,
}

impl Scene {
    fn new(polling: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("content/volunteer")).unwrap();
        fs::write(dir.path().join("content/a.md"), "a").unwrap();
        let mut watch = Watch::start(dir.path(), polling);
        if polling {
            assert!(matches!(watch.next(None), Heard::Polling(Polling::Asked)));
        }
        Self { dir, watch }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Waits until every path of `wanted` was told of, or "anything".
    fn hears(&mut self, wanted: &[&str]) {
        let mut open: BTreeSet<PathBuf> = wanted.iter().map(|path| self.at(path)).collect();
        let end = Instant::now() + Duration::from_secs(5);
        while !open.is_empty() {
            match self.watch.next(Some(end)) {
                Heard::Changes(Changes::Anything) => return,
                Heard::Changes(Changes::Paths(paths)) => open.retain(|path| !paths.contains(path)),
                other => panic!("{other:?} while waiting for {open:?}"),
            }
        }
    }

    fn is_quiet(&mut self) -> bool {
        let end = Instant::now() + Duration::from_millis(250);
        matches!(self.watch.next(Some(end)), Heard::Silence)
    }
}

#[test]
fn writing_renaming_and_deleting_are_heard_and_reading_is_not() {
    let mut scene = Scene::new(false);
    fs::write(scene.at("content/a.md"), "b").unwrap();
    scene.hears(&["content/a.md"]);
    fs::read(scene.at("content/a.md")).unwrap();
    fs::create_dir(scene.at("public")).unwrap();
    fs::write(scene.at("content/.a.md.swp"), "b").unwrap();
    assert!(scene.is_quiet());
    fs::write(scene.at("content/.new"), "c").unwrap();
    fs::rename(scene.at("content/.new"), scene.at("content/a.md")).unwrap();
    scene.hears(&["content/a.md"]);
    fs::rename(scene.at("content/a.md"), scene.at("content/volunteer/b.md")).unwrap();
    scene.hears(&["content/a.md", "content/volunteer/b.md"]);
    fs::remove_file(scene.at("content/volunteer/b.md")).unwrap();
    scene.hears(&["content/volunteer/b.md"]);
}

#[test]
fn files_in_new_and_moved_folders_are_heard() {
    let mut scene = Scene::new(false);
    fs::create_dir_all(scene.at("content/x/y")).unwrap();
    fs::write(scene.at("content/x/y/z.md"), "z").unwrap();
    scene.hears(&["content/x/y/z.md"]);
    fs::rename(scene.at("content/x"), scene.at("content/w")).unwrap();
    scene.hears(&["content/x", "content/w/y/z.md"]);
    fs::write(scene.at("content/w/y/z.md"), "zz").unwrap();
    scene.hears(&["content/w/y/z.md"]);
    fs::create_dir_all(scene.at("themes/own/templates")).unwrap();
    scene.hears(&["themes"]);
    scene.is_quiet();
    fs::write(scene.at("themes/own/templates/a.html"), "").unwrap();
    scene.hears(&["themes/own/templates/a.html"]);
}

#[test]
fn a_folder_that_was_deleted_and_made_again_is_watched_again() {
    let mut scene = Scene::new(false);
    fs::remove_dir_all(scene.at("content")).unwrap();
    fs::create_dir_all(scene.at("content/volunteer")).unwrap();
    fs::write(scene.at("content/volunteer/a.md"), "a").unwrap();
    scene.hears(&["content/volunteer/a.md"]);
    while !scene.is_quiet() {}
    fs::write(scene.at("content/volunteer/a.md"), "b").unwrap();
    scene.hears(&["content/volunteer/a.md"]);
    fs::remove_dir_all(scene.at("content")).unwrap();
    while !scene.is_quiet() {}
    fs::create_dir_all(scene.at("content")).unwrap();
    while !scene.is_quiet() {}
    fs::write(scene.at("content/b.md"), "b").unwrap();
    scene.hears(&["content/b.md"]);
}

#[test]
fn polling_hears_the_same() {
    let mut scene = Scene::new(true);
    fs::write(scene.at("content/a.md"), "bb").unwrap();
    fs::create_dir_all(scene.at("content/x/y")).unwrap();
    fs::write(scene.at("content/x/y/z.md"), "z").unwrap();
    scene.hears(&["content/a.md", "content/x/y/z.md"]);
    fs::remove_file(scene.at("content/a.md")).unwrap();
    scene.hears(&["content/a.md"]);
}

#[test]
fn a_lost_event_may_be_anything() {
    let mut scene = Scene::new(false);
    let rescan = notify::Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
    assert_eq!(signals_of(Ok(rescan)), [Signal::Lost]);
    assert_eq!(
        signals_of(Err(notify::Error::new(ErrorKind::MaxFilesWatch))),
        [Signal::Limit]
    );
    scene
        .watch
        .sender
        .send(Signal::Touched(scene.at("content/a.md")))
        .unwrap();
    scene.watch.sender.send(Signal::Lost).unwrap();
    assert!(matches!(scene.watch.next(None), Heard::Changes(Changes::Anything)));
    scene.watch.sender.send(Signal::Limit).unwrap();
    assert!(matches!(scene.watch.next(None), Heard::Polling(Polling::Limit(_))));
}
