//! A build killed at any moment: the output folder is the whole old site or the whole new one.

use crate::common::{FileTree, program, read_tree, repetitions, test_name, write_file};
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use xiangyin::testing::output::{OutputLock, Stage};
use xiangyin::testing::paths::{OutputPath, UrlPath};

const KILLS: usize = 50;

/// Kills `command` at random moments within `span` after its start, and holds `out` to the trees in `whole`.
/// Returns how often each of the trees was found.
fn kill_at_random_moments(
    command: impl Fn(usize) -> Command,
    out: &Path,
    span: Duration,
    whole: &[FileTree],
) -> Vec<usize> {
    let mut seen = vec![0; whole.len()];
    let random = RandomState::new();
    for round in 0..repetitions(KILLS) {
        let mut child = command(round)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let share = random.hash_one(round) % 1000;
        std::thread::sleep(span * u32::try_from(share).unwrap() / 1000);
        child.kill().unwrap();
        child.wait().unwrap();
        let found = read_tree(out);
        let which = whole.iter().position(|tree| *tree == found);
        let which = which.unwrap_or_else(|| panic!("kill {round}: a mixture of {} files", found.len()));
        seen[which] += 1;
    }
    seen
}

/// Names beside `out` that a build made.
fn count_temporary_files(out: &Path) -> usize {
    fs::read_dir(out.parent().unwrap())
        .unwrap()
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains(".xiangyin-")
        })
        .count()
}

/// Publishes a tree that differs with `version` in every file and in their number.
fn publish(site: &Path, out: &Path, version: usize) {
    let stage = Stage::with_lock(OutputLock::acquire(site, out).unwrap()).unwrap();
    for n in 0..100 + 30 * version {
        let output = OutputPath::from_url(&UrlPath::folder(&format!("posts/{}/{n}", n % 7)));
        stage
            .write(&output, format!("version {version}, page {n}").repeat(50).as_bytes())
            .unwrap();
    }
    assert!(stage.commit().unwrap().remove_old().is_none());
}

/// The child of the test below: publishes two versions in turns until it is killed.
#[test]
#[ignore = "started by the test below"]
fn publish_until_killed() {
    let Some(dir) = std::env::var_os("XIANGYIN_TEST_FOLDER").map(PathBuf::from) else {
        return;
    };
    for version in (0..2).cycle() {
        publish(&dir, &dir.join("public"), version);
    }
}

#[test]
fn killed_stage_leaves_a_complete_tree() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    fs::create_dir(dir.path().join("content")).unwrap();
    let mut slowest = Duration::ZERO;
    let whole = [0, 1].map(|version| {
        let start = Instant::now();
        publish(dir.path(), &out, version);
        slowest = slowest.max(start.elapsed());
        read_tree(&out)
    });
    let command = |_| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test_name(publish_until_killed), "--ignored", "--nocapture"]);
        command.env("XIANGYIN_TEST_FOLDER", dir.path());
        command
    };
    // Time for the child to start and to publish each version once or twice, but not for a machine's busy moment.
    let span = (Duration::from_millis(100) + 4 * slowest).min(Duration::from_millis(700));
    let seen = kill_at_random_moments(command, &out, span, &whole);
    assert!(seen.iter().all(|&times| times > 0), "both trees were seen: {seen:?}");
    publish(dir.path(), &out, 0);
    assert_eq!(
        count_temporary_files(&out),
        0,
        "the next build removes what the killed ones left"
    );
}

/// Two sites, built in turns into one folder by the real binary.
#[test]
fn killed_build_leaves_a_complete_site() {
    let dir = tempfile::tempdir().unwrap();
    let sites = ["a", "b"].map(|name| dir.path().join(name));
    for (n, site) in sites.iter().enumerate() {
        write_site(site, 6 + 3 * n);
    }
    let out = dir.path().join("out/public");
    let build = |round: usize, out: &Path| build(&sites[round % 2], out);
    let mut slowest = Duration::ZERO;
    let whole = [0, 1].map(|round| {
        let start = Instant::now();
        assert!(build(round, &out).status().unwrap().success());
        slowest = slowest.max(start.elapsed());
        read_tree(&out)
    });
    assert_ne!(whole[0], whole[1]);
    kill_at_random_moments(|round| build(round, &out), &out, slowest + slowest / 4, &whole);
    assert!(build(0, &out).status().unwrap().success());
    assert_eq!(read_tree(&out), whole[0]);
    assert_eq!(count_temporary_files(&out), 0, "nothing lies beside it");
}

/// One site with two states of one post, built in turns by the real binary, which makes only what changed; killed at
/// any moment, also between the exchange of the trees and the writing of the manifest.
#[test]
fn killed_incremental_build_leaves_a_complete_site() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    write_site(&site, 40);
    let out = dir.path().join("out/public");
    let change = |round: usize| {
        let text = format!("---\ntitle: 第{}次活动\ndate: 2022-05-12\n---\n\n文字。\n", round % 2);
        fs::write(site.join("content/volunteer/2022/p0.md"), text).unwrap();
    };
    let build = |out: &Path| build(&site, out);
    let mut slowest = Duration::ZERO;
    let whole = [0, 1].map(|round| {
        change(round);
        assert!(build(&out).arg("--force").status().unwrap().success());
        let tree = read_tree(&out);
        change(round + 1);
        let start = Instant::now();
        assert!(build(&out).status().unwrap().success());
        slowest = slowest.max(start.elapsed());
        tree
    });
    assert_ne!(whole[0], whole[1]);
    let next = |round: usize| {
        change(round);
        build(&out)
    };
    kill_at_random_moments(next, &out, slowest + slowest / 4, &whole);
    for (round, expected) in whole.iter().enumerate() {
        change(round);
        assert!(build(&out).status().unwrap().success());
        assert_eq!(read_tree(&out), *expected);
        assert_eq!(count_temporary_files(&out), 0, "nothing lies beside it");
    }
}

/// What a killed build can leave beside a tree that is right: the next one removes it, though nothing changed.
#[test]
fn unchanged_build_removes_temporary_files_of_a_killed_one() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    write_site(&site, 2);
    let out = dir.path().join("out/public");
    let build = || assert!(build(&site, &out).stdout(Stdio::null()).status().unwrap().success());
    build();
    let built = read_tree(&out);
    fs::write(out.with_file_name(".public.xiangyin-lock"), "").unwrap();
    build();
    assert_eq!(count_temporary_files(&out), 0, "the lock is gone");
    let staged = out.with_file_name(".public.xiangyin-new-1");
    fs::create_dir(&staged).unwrap();
    build();
    assert_eq!((count_temporary_files(&out), read_tree(&out)), (0, built));
}

/// The real binary, about to build `site` into `out`.
fn build(site: &Path, out: &Path) -> Command {
    let mut command = program();
    command.args(["build", "--base-url", "https://x.example/", "--site"]);
    command.arg(site).arg("--out").arg(out);
    command
}

fn write_site(site: &Path, posts: usize) {
    write_file(&site.join("content/site.yaml"), "title: 测试\n");
    for n in 0..posts {
        let text = format!("---\ntitle: 第{n}次活动\ndate: 2022-05-12\n---\n\n{posts} 篇中的一篇。\n");
        write_file(&site.join(format!("content/volunteer/2022/p{n}.md")), text);
    }
}
