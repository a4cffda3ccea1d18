//! What only Unix has: symbolic links, permissions, full and read-only file systems.

use super::*;
use crate::common::{program, read_tree, report_skipped, test_name, write_file};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

/// The environment variable that names the folder of a child of [`run_in_namespace`].
const NAMESPACE_FOLDER: &str = "XIANGYIN_TEST_FOLDER";

#[test]
fn symlinked_output_folder_stays_a_symlink() {
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
fn symlink_to_the_site_is_refused() {
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
fn symlink_in_the_old_tree_is_foreign_and_not_followed() {
    let place = SiteWithOutput::new();
    place.publish("one");
    let precious = place.dir.path().join("precious");
    fs::create_dir(&precious).unwrap();
    fs::write(precious.join("a"), "a").unwrap();
    symlink(&precious, place.out().join("link")).unwrap();
    let stage = place.open_stage().unwrap();
    stage.write(&output_path("/"), b"two").unwrap();
    let Err(OutputError::Foreign { names, .. }) = stage.commit() else {
        panic!()
    };
    assert!(names.contains(&"link".to_owned()));
    assert!(precious.join("a").exists() && place.out().join("link").is_symlink());
    assert_eq!(place.home_page(), "one");
}

#[test]
fn permissions_of_the_output_folder_are_kept() {
    let place = SiteWithOutput::new();
    place.publish("one");
    fs::set_permissions(place.out(), fs::Permissions::from_mode(0o2750)).unwrap();
    place.publish("two");
    assert_eq!(fs::metadata(place.out()).unwrap().permissions().mode() & 0o7777, 0o2750);
}

/// Runs `test` again in a child process with its own mounts, where `script` prepares `folder`.
fn run_in_namespace<F: Fn()>(test: F, script: &str, folder: &Path) {
    let name = test_name(test);
    let is_possible = Command::new("unshare")
        .args(["-rm", "true"])
        .status()
        .is_ok_and(|status| status.success());
    if !is_possible {
        report_skipped(name, "mounting a small file system needs `unshare -rm`");
        return;
    }
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-euc", script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(NAMESPACE_FOLDER, folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// The folder in a child of [`run_in_namespace`].
fn namespace_folder() -> Option<PathBuf> {
    std::env::var_os(NAMESPACE_FOLDER).map(PathBuf::from)
}

#[test]
fn full_disk_keeps_the_old_site() {
    let Some(dir) = namespace_folder() else {
        let dir = tempfile::tempdir().unwrap();
        let script = "mount -t tmpfs -o size=256k none \"$XIANGYIN_TEST_FOLDER\"; exec \"$@\"";
        run_in_namespace(full_disk_keeps_the_old_site, script, dir.path());
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
fn build_on_a_full_disk_reports_it_and_keeps_the_old_site() {
    let Some(dir) = namespace_folder() else {
        let dir = tempfile::tempdir().unwrap();
        let script = "mount -t tmpfs -o size=4m none \"$XIANGYIN_TEST_FOLDER\"; exec \"$@\"";
        run_in_namespace(
            build_on_a_full_disk_reports_it_and_keeps_the_old_site,
            script,
            dir.path(),
        );
        return;
    };
    let (site, out) = (dir.join("site"), dir.join("www/public"));
    let settings = "title: 测试\nbase_url: https://x.example/\n";
    write_file(&site.join("content/site.yaml"), settings);
    let post = "---\ntitle: 甲\ndate: 2022-05-12\n---\n\n乙。\n";
    write_file(&site.join("content/study/a.md"), post);
    let build = |lang: &str| {
        program()
            .args(["build", "--force", "--lang", lang, "--site"])
            .arg(&site)
            .arg("--out")
            .arg(&out)
            .output()
            .unwrap()
    };
    assert_eq!(build("en").status.code(), Some(0));
    let old = read_tree(&out);
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
        assert!(read_tree(&out) == old, "{lang}: the old site is whole");
        let beside = fs::read_dir(dir.join("www")).unwrap().count();
        assert_eq!(beside, 1, "{lang}: nothing is left beside it");
    }
}

#[test]
fn read_only_disk_is_reported() {
    let Some(dir) = namespace_folder() else {
        let dir = tempfile::tempdir().unwrap();
        let script = "mount -t tmpfs -o size=256k none \"$XIANGYIN_TEST_FOLDER\"; \
            mkdir \"$XIANGYIN_TEST_FOLDER\"/content; mount -o remount,ro \"$XIANGYIN_TEST_FOLDER\"; exec \"$@\"";
        run_in_namespace(read_only_disk_is_reported, script, dir.path());
        return;
    };
    let fault = open_stage(&dir, &dir.join("public")).unwrap_err();
    assert_eq!(fault.reason(), "read-only");
}

#[test]
fn mount_point_as_output_is_reported() {
    let Some(dir) = namespace_folder() else {
        let dir = tempfile::tempdir().unwrap();
        let script = "mkdir \"$XIANGYIN_TEST_FOLDER\"/content \"$XIANGYIN_TEST_FOLDER\"/public; \
            mount -t tmpfs -o size=256k none \"$XIANGYIN_TEST_FOLDER\"/public; exec \"$@\"";
        run_in_namespace(mount_point_as_output_is_reported, script, dir.path());
        return;
    };
    let stage = open_stage(&dir, &dir.join("public")).unwrap();
    let fault = stage.commit().unwrap_err();
    assert_eq!(fault.reason(), "mount-point");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
}

#[test]
fn missing_write_permission_is_reported() {
    let place = SiteWithOutput::new();
    let out = place.dir.path().join("shut/public");
    fs::create_dir(place.dir.path().join("shut")).unwrap();
    fs::set_permissions(place.dir.path().join("shut"), fs::Permissions::from_mode(0o555)).unwrap();
    let probe = place.dir.path().join("shut/probe");
    if fs::write(&probe, "").is_ok() {
        report_skipped("missing_write_permission_is_reported", "root may write everywhere");
        return;
    }
    assert_eq!(open_stage(&place.site(), &out).unwrap_err().reason(), "permission");
}
