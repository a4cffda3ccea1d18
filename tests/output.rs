//! The output folder through the stage: what is replaced, what is refused, and how a failure is told.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use xiangyin::testing::output::{OutputError, OutputLock, RefusalReason, Stage};
use xiangyin::testing::paths::{OutputPath, UrlPath};

/// A site's folder and an output folder's name beside its content.
struct SiteWithOutput {
    dir: tempfile::TempDir,
}

impl SiteWithOutput {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("site/content")).unwrap();
        fs::write(dir.path().join("site/content/site.yaml"), "title: 测试\n").unwrap();
        Self { dir }
    }

    fn site(&self) -> PathBuf {
        self.dir.path().join("site")
    }

    fn out(&self) -> PathBuf {
        self.site().join("public")
    }

    fn open_stage(&self) -> Result<Stage, OutputError> {
        open_stage(&self.site(), &self.out())
    }

    /// Publishes a tree of one page that says `text`.
    fn publish(&self, text: &str) {
        let stage = self.open_stage().unwrap();
        stage.write(&output_path("/"), text.as_bytes()).unwrap();
        assert!(stage.commit().unwrap().remove_old().is_none());
    }

    fn home_page(&self) -> String {
        fs::read_to_string(self.out().join("index.html")).unwrap()
    }

    /// Names in the site's folder, in order.
    fn folder_entries(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.site())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Claims `out`, the output folder of the site in `site`, and opens a staging folder beside it.
fn open_stage(site: &Path, out: &Path) -> Result<Stage, OutputError> {
    Stage::with_lock(OutputLock::acquire(site, out)?)
}

fn output_path(url: &str) -> OutputPath {
    OutputPath::from_url(&UrlPath::file(url))
}

fn refusal_reason(fault: Result<Stage, OutputError>) -> RefusalReason {
    match fault {
        Err(OutputError::NotOurs { why, .. }) => why,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn a_second_build_replaces_the_first_as_a_whole() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    stage.write(&output_path("/"), b"one").unwrap();
    stage.write(&output_path("/gone/"), b"gone").unwrap();
    let _ = stage.commit().unwrap().remove_old();
    place.publish("two");
    assert_eq!(place.home_page(), "two");
    assert!(!place.out().join("gone").exists());
    assert_eq!(place.folder_entries(), ["content", "public"]);
}

#[test]
fn an_empty_folder_and_a_missing_parent_are_accepted() {
    let place = SiteWithOutput::new();
    fs::create_dir(place.out()).unwrap();
    place.publish("one");
    assert_eq!(place.home_page(), "one");
    let deep = place.dir.path().join("a/b/c");
    let stage = open_stage(&place.site(), &deep).unwrap();
    let _ = stage.commit().unwrap().remove_old();
    assert!(deep.join(".xiangyin").exists());
}

#[test]
fn foreign_folder_is_refused_and_untouched() {
    let place = SiteWithOutput::new();
    fs::create_dir(place.out()).unwrap();
    fs::write(place.out().join("thesis.docx"), "mine").unwrap();
    assert_eq!(refusal_reason(place.open_stage()), RefusalReason::NotEmpty);
    assert_eq!(fs::read_to_string(place.out().join("thesis.docx")).unwrap(), "mine");
    assert_eq!(place.folder_entries(), ["content", "public"]);
}

#[test]
fn files_and_folders_around_the_site_are_refused() {
    let place = SiteWithOutput::new();
    let site = place.site();
    fs::write(place.out(), "a file").unwrap();
    assert_eq!(refusal_reason(place.open_stage()), RefusalReason::IsFile);
    let cases = [
        (site.clone(), RefusalReason::HoldsSite),
        (place.dir.path().to_owned(), RefusalReason::HoldsSite),
        (PathBuf::from("/"), RefusalReason::HoldsSite),
        (site.join("content/out"), RefusalReason::InSources),
        (site.join("themes/mine/out"), RefusalReason::InSources),
    ];
    for (out, why) in cases {
        assert_eq!(refusal_reason(open_stage(&site, &out)), why, "{}", out.display());
    }
    assert!(!site.join("themes").exists(), "a refusal makes no folders");
}

#[test]
fn the_folder_of_another_site_is_refused_even_with_a_marker() {
    let (place, other) = (SiteWithOutput::new(), SiteWithOutput::new());
    fs::write(
        other.site().join(".xiangyin"),
        "This folder is made by xiangyin; it is replaced as a whole at every build.\n",
    )
    .unwrap();
    assert_eq!(
        refusal_reason(open_stage(&place.site(), &other.site())),
        RefusalReason::HoldsSite
    );
}

#[test]
fn foreign_file_that_appears_during_a_build_is_kept() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    fs::create_dir(place.out()).unwrap();
    fs::write(place.out().join("mine"), "mine").unwrap();
    assert!(matches!(stage.commit(), Err(OutputError::NotOurs { .. })));
    assert_eq!(place.folder_entries(), ["content", "public"]);
    assert!(place.out().join("mine").exists());
}

#[test]
fn aborted_build_leaves_only_the_old_site() {
    let place = SiteWithOutput::new();
    place.publish("one");
    let stage = place.open_stage().unwrap();
    stage.write(&output_path("/a/b/c/"), b"two").unwrap();
    drop(stage);
    assert_eq!(place.home_page(), "one");
    assert_eq!(place.folder_entries(), ["content", "public"]);
}

#[test]
fn two_builds_to_one_folder_do_not_mix() {
    let place = SiteWithOutput::new();
    let first = place.open_stage().unwrap();
    assert!(matches!(place.open_stage(), Err(OutputError::Busy { .. })));
    first.write(&output_path("/"), b"first").unwrap();
    let committed = first.commit().unwrap();
    assert!(
        matches!(place.open_stage(), Err(OutputError::Busy { .. })),
        "until the old tree is gone"
    );
    let _ = committed.remove_old();
    assert_eq!(place.home_page(), "first");
    place.publish("second");
}

#[test]
fn only_temporary_folders_of_killed_builds_are_removed() {
    let place = SiteWithOutput::new();
    place.publish("one");
    let left = place.site().join(".public.xiangyin-new-0123456789abcdef");
    fs::create_dir(&left).unwrap();
    fs::copy(place.out().join(".xiangyin"), left.join(".xiangyin")).unwrap();
    fs::write(left.join("half.html"), "<p>").unwrap();
    let alike = place.site().join(".public.xiangyin-notes");
    fs::create_dir(&alike).unwrap();
    fs::write(alike.join("a.txt"), "mine").unwrap();
    place.publish("two");
    assert_eq!(place.folder_entries(), [".public.xiangyin-notes", "content", "public"]);
}

#[test]
fn old_site_that_was_moved_aside_is_restored() {
    let place = SiteWithOutput::new();
    place.publish("one");
    fs::rename(place.out(), place.site().join(".public.xiangyin-old-0123456789abcdef")).unwrap();
    drop(place.open_stage().unwrap());
    assert_eq!(place.home_page(), "one");
}

#[test]
fn output_paths_cannot_escape_or_collide() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    for escape in ["/../x", "/a/../../x", "//x", "/a/./b", "/a//b"] {
        let output = OutputPath::from_url(&UrlPath::folder(escape));
        let harmless =
            !output.as_str().contains("..") && !output.as_str().contains("//") && !output.as_str().contains("/./");
        assert_eq!(stage.write(&output, b"x").is_ok(), harmless, "{escape}");
    }
    stage.write(&output_path("/twice.txt"), b"1").unwrap();
    let fault = stage.write(&output_path("/twice.txt"), b"2").unwrap_err();
    assert_eq!(fault.reason(), "exists");
    assert!(stage.write(&output_path("/.xiangyin"), b"x").is_err());
}

#[test]
fn copies_share_nothing_with_their_source() {
    let place = SiteWithOutput::new();
    let source = place.site().join("content/a.jpg");
    fs::write(&source, "picture").unwrap();
    let stage = place.open_stage().unwrap();
    stage.make_folders(&[output_path("/x/y/a.jpg")]).unwrap();
    stage.copy(&output_path("/x/y/a.jpg"), &source).unwrap();
    let _ = stage.commit().unwrap().remove_old();
    fs::write(&source, "changed").unwrap();
    assert_eq!(fs::read_to_string(place.out().join("x/y/a.jpg")).unwrap(), "picture");
}

#[test]
fn too_long_name_is_reported_with_its_final_path() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    let fault = stage
        .write(&output_path(&format!("/{}.html", "a".repeat(300))), b"x")
        .unwrap_err();
    assert_eq!(fault.reason(), "name-too-long");
    let OutputError::Io { path, .. } = &fault else { panic!() };
    assert!(path.starts_with(fs::canonicalize(place.site()).unwrap().join("public")));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    #[test]
    fn a_link_stays_and_its_folder_is_replaced() {
        let place = SiteWithOutput::new();
        let real = place.dir.path().join("www");
        fs::create_dir(&real).unwrap();
        symlink(&real, place.out()).unwrap();
        place.publish("one");
        place.publish("two");
        assert!(place.out().is_symlink());
        assert_eq!(fs::read_to_string(real.join("index.html")).unwrap(), "two");
        assert_eq!(place.folder_entries(), ["content", "public"]);
    }

    #[test]
    fn a_link_to_the_site_is_refused() {
        let place = SiteWithOutput::new();
        symlink(place.site(), place.dir.path().join("link")).unwrap();
        let out = place.dir.path().join("link");
        assert_eq!(
            refusal_reason(open_stage(&place.site(), &out)),
            RefusalReason::HoldsSite
        );
        symlink("nowhere", place.dir.path().join("dangling")).unwrap();
        let fault = open_stage(&place.site(), &place.dir.path().join("dangling")).unwrap_err();
        assert_eq!(fault.reason(), "not-found");
    }

    #[test]
    fn links_in_an_old_tree_are_removed_not_followed() {
        let place = SiteWithOutput::new();
        place.publish("one");
        let precious = place.dir.path().join("precious");
        fs::create_dir(&precious).unwrap();
        fs::write(precious.join("a"), "a").unwrap();
        symlink(&precious, place.out().join("link")).unwrap();
        place.publish("two");
        assert!(precious.join("a").exists());
    }

    #[test]
    fn permissions_of_the_output_folder_are_kept() {
        let place = SiteWithOutput::new();
        place.publish("one");
        fs::set_permissions(place.out(), fs::Permissions::from_mode(0o2750)).unwrap();
        place.publish("two");
        assert_eq!(fs::metadata(place.out()).unwrap().permissions().mode() & 0o7777, 0o2750);
    }

    /// Runs `task` again in a child in which `script` has prepared `place`; false when the system does not let us.
    fn in_namespace(test: &str, script: &str, place: &Path) -> bool {
        let possible = Command::new("unshare")
            .args(["-rm", "true"])
            .status()
            .is_ok_and(|s| s.success());
        if !possible {
            eprintln!("SKIPPED {test}: mounting a small file system needs `unshare -rm`");
            return false;
        }
        let status = Command::new("unshare")
            .args(["-rm", "sh", "-euc", script, "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env("XIANGYIN_TEST_PLACE", place)
            .status()
            .unwrap();
        assert!(status.success());
        true
    }

    fn namespace_folder() -> Option<PathBuf> {
        std::env::var_os("XIANGYIN_TEST_PLACE").map(PathBuf::from)
    }

    #[test]
    fn a_full_disk_keeps_the_old_site() {
        let Some(dir) = namespace_folder() else {
            let dir = tempfile::tempdir().unwrap();
            let script = "mount -t tmpfs -o size=256k none \"$XIANGYIN_TEST_PLACE\"; exec \"$@\"";
            in_namespace("unix::a_full_disk_keeps_the_old_site", script, dir.path());
            return;
        };
        fs::create_dir_all(dir.join("content")).unwrap();
        let out = dir.join("public");
        let stage = open_stage(&dir, &out).unwrap();
        stage.write(&output_path("/"), b"old").unwrap();
        let _ = stage.commit().unwrap().remove_old();
        let stage = open_stage(&dir, &out).unwrap();
        let fault = (0..100)
            .find_map(|n| stage.write(&output_path(&format!("/{n}.bin")), &[1; 8192]).err())
            .unwrap();
        assert_eq!(fault.reason(), "disk-full");
        drop(stage);
        assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), "old");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2, "nothing is left beside it");
    }

    #[test]
    fn a_disk_that_fills_up_ends_a_build_with_words_and_the_old_site() {
        let Some(dir) = namespace_folder() else {
            let dir = tempfile::tempdir().unwrap();
            let script = "mount -t tmpfs -o size=4m none \"$XIANGYIN_TEST_PLACE\"; exec \"$@\"";
            let test = "unix::a_disk_that_fills_up_ends_a_build_with_words_and_the_old_site";
            in_namespace(test, script, dir.path());
            return;
        };
        let (site, out) = (dir.join("site"), dir.join("www/public"));
        fs::create_dir_all(site.join("content/study")).unwrap();
        fs::write(
            site.join("content/site.yaml"),
            "title: 测试\nbase_url: https://x.example/\n",
        )
        .unwrap();
        fs::write(
            site.join("content/study/a.md"),
            "---\ntitle: 甲\ndate: 2022-05-12\n---\n\n乙。\n",
        )
        .unwrap();
        let build = |lang: &str| {
            Command::new(env!("CARGO_BIN_EXE_xiangyin"))
                .args(["build", "--force", "--lang", lang, "--site"])
                .arg(&site)
                .arg("--out")
                .arg(&out)
                .env("NO_COLOR", "1")
                .output()
                .unwrap()
        };
        assert_eq!(build("en").status.code(), Some(0));
        let old = crate::common::tree(&out);
        // Half of what the site needs is left: files take whole pages of 4 KiB.
        let mut ballast = fs::File::create(dir.join("ballast")).unwrap();
        while ballast.write_all(&[1; 4096]).is_ok() {}
        let filled = ballast.metadata().unwrap().len();
        ballast.set_len(filled - 4096 * old.len() as u64 / 2).unwrap();
        for (lang, said) in [("zh-CN", "磁盘已满"), ("en", "the disk is full")] {
            let output = build(lang);
            assert_eq!(output.status.code(), Some(1), "{lang}");
            let words = String::from_utf8(output.stderr).unwrap();
            assert!(words.contains(said) && words.contains("www"), "{lang}: {words}");
            assert!(!words.contains("os error"), "{lang}: {words}");
            assert!(crate::common::tree(&out) == old, "{lang}: the old site is whole");
            let beside = fs::read_dir(dir.join("www")).unwrap().count();
            assert_eq!(beside, 2, "{lang}: nothing is left beside it but what is known of it");
        }
    }

    #[test]
    fn a_read_only_disk_is_told() {
        let Some(dir) = namespace_folder() else {
            let dir = tempfile::tempdir().unwrap();
            let script = "mount -t tmpfs -o size=256k none \"$XIANGYIN_TEST_PLACE\"; \
                mkdir \"$XIANGYIN_TEST_PLACE\"/content; mount -o remount,ro \"$XIANGYIN_TEST_PLACE\"; exec \"$@\"";
            in_namespace("unix::a_read_only_disk_is_told", script, dir.path());
            return;
        };
        let fault = open_stage(&dir, &dir.join("public")).unwrap_err();
        assert_eq!(fault.reason(), "read-only");
    }

    #[test]
    fn a_mount_point_is_told() {
        let Some(dir) = namespace_folder() else {
            let dir = tempfile::tempdir().unwrap();
            let script = "mkdir \"$XIANGYIN_TEST_PLACE\"/content \"$XIANGYIN_TEST_PLACE\"/public; \
                mount -t tmpfs -o size=256k none \"$XIANGYIN_TEST_PLACE\"/public; exec \"$@\"";
            in_namespace("unix::a_mount_point_is_told", script, dir.path());
            return;
        };
        let stage = open_stage(&dir, &dir.join("public")).unwrap();
        let fault = stage.commit().unwrap_err();
        assert_eq!(fault.reason(), "mount-point");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_without_write_permission_is_told() {
        let place = SiteWithOutput::new();
        let out = place.dir.path().join("shut/public");
        fs::create_dir(place.dir.path().join("shut")).unwrap();
        fs::set_permissions(place.dir.path().join("shut"), fs::Permissions::from_mode(0o555)).unwrap();
        let probe = place.dir.path().join("shut/probe");
        if fs::write(&probe, "").is_ok() {
            eprintln!("SKIPPED a_folder_without_write_permission_is_told: root may write everywhere");
            return;
        }
        assert_eq!(open_stage(&place.site(), &out).unwrap_err().reason(), "permission");
    }
}
