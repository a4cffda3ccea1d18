//! Every command writes whole files or none: when it is killed, when the disk is full, when there are no more handles, and
//! when others work on the same files.

use super::{SETTINGS, Site, said};
use crate::common::{FileTree, program, read_tree, repetitions};
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// A command that writes, and where it does so, relative to the folder of the site.
struct WritingCommand {
    words: &'static [&'static str],
    /// Makes the command have something to write.
    prepare: fn(&Site),
    /// The folder that it writes to.
    folder: &'static str,
}

const COMMANDS: [WritingCommand; 5] = [
    WritingCommand {
        words: &["new", "volunteer", "新的活动"],
        prepare: |site| {
            let _ = fs::remove_dir_all(site.path("site/content/volunteer/2026"));
        },
        folder: "site/content",
    },
    WritingCommand {
        words: &["fix"],
        prepare: |site| {
            for number in 0..5 {
                let text = format!("---\ntitle：第{number}次\ndate: 2022年5月1{number}日\n---\n\n文字。\n");
                site.write(&format!("site/content/volunteer/2022/fix-{number}.md"), text);
            }
        },
        folder: "site/content",
    },
    WritingCommand {
        words: &["report", "2022-H1", "--freeze"],
        prepare: |site| {
            let _ = fs::remove_dir_all(site.path("site/content/_frozen"));
        },
        folder: "site/content",
    },
    WritingCommand {
        words: &["report", "2022-H1", "--force", "--out", "OUT/报告.docx"],
        prepare: |site| site.write("out/报告.docx", "old"),
        folder: "out",
    },
    WritingCommand {
        words: &["init", "OUT"],
        prepare: |site| {
            let _ = fs::remove_dir_all(site.path("out"));
        },
        folder: "out",
    },
];

impl WritingCommand {
    /// The arguments of the program.
    fn arguments(&self, site: &Site) -> Vec<String> {
        let out = site.path("out");
        let words = self.words.iter().map(|word| word.replace("OUT", out.to_str().unwrap()));
        let mut words: Vec<String> = words.collect();
        if words[0] != "init" {
            words.extend(["--site".to_owned(), site.path("site").to_str().unwrap().to_owned()]);
        }
        words
    }

    fn start(&self, site: &Site) -> Command {
        let mut command = program();
        command.args(self.arguments(site));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program in a shell that has done `limits` before.
    fn run_limited(&self, site: &Site, limits: &str) -> Output {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            &format!("{limits}; exec \"$@\""),
            "sh",
            env!("CARGO_BIN_EXE_xiangyin"),
        ]);
        command.args(self.arguments(site));
        command.env("LC_ALL", "C").env("SOURCE_DATE_EPOCH", "1772640000");
        command.output().unwrap()
    }

    /// Every file that the command may write, without temporary ones, whose names begin with a dot.
    fn files(&self, site: &Site) -> FileTree {
        let folder = site.path(self.folder);
        let mut files = if folder.exists() {
            read_tree(&folder)
        } else {
            FileTree::new()
        };
        files.retain(|path, _| {
            let names: Vec<_> = path
                .components()
                .map(|name| name.as_os_str().to_string_lossy())
                .collect();
            !names.iter().any(|name| name.starts_with(".xiangyin-"))
        });
        files
    }

    fn has_temporary_files(&self, site: &Site) -> bool {
        let tree = read_tree(&site.path(self.folder));
        tree.keys().any(|path| path.to_string_lossy().contains(".xiangyin-"))
    }
}

/// Whether every file of `found` is as in `old` or as in `new`, and none of the old ones is missing.
fn is_whole(found: &FileTree, old: &FileTree, new: &FileTree) -> bool {
    let is_known = |(path, bytes)| old.get(path) == Some(bytes) || new.get(path) == Some(bytes);
    found.iter().all(is_known) && old.keys().all(|path| found.contains_key(path))
}

#[test]
fn killed_commands_leave_whole_files_and_the_next_run_cleans_up() {
    const KILLS: usize = 12;
    let random = RandomState::new();
    for command in &COMMANDS {
        let site = Site::new();
        (command.prepare)(&site);
        let old = command.files(&site);
        let start = Instant::now();
        let output = command.start(&site).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{:?}: {}", command.words, said(&output));
        let (span, new) = (start.elapsed(), command.files(&site));
        assert_ne!(old, new);
        for round in 0..repetitions(KILLS) {
            (command.prepare)(&site);
            let mut child = command.start(&site).spawn().unwrap();
            // Files are written at the end.
            let share = u32::try_from(random.hash_one(round) % 700).unwrap() + 400;
            std::thread::sleep(span * share / 1000);
            child.kill().unwrap();
            child.wait().unwrap();
            let found = command.files(&site);
            let what = format!("{:?}, kill {round}", command.words);
            if command.words[0] == "init" {
                let has_site = found.keys().any(|path| path.starts_with("content"));
                assert!(!has_site || found == new, "{what}: half a site");
            } else {
                assert!(is_whole(&found, &old, &new), "{what}: {:?}", found.keys());
            }
        }
        (command.prepare)(&site);
        let output = command.start(&site).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{:?}: {}", command.words, said(&output));
        assert!(command.files(&site) == new && !command.has_temporary_files(&site));
    }
}

#[test]
fn file_of_a_killed_command_is_no_finding_and_goes_with_the_next_one() {
    let site = Site::new();
    let left = "site/content/study/.xiangyin-new-0123456789abcdef";
    site.write(left, "half");
    let output = site.run(&["check"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!said(&output).contains("xiangyin-new"), "{}", said(&output));
    assert_eq!(site.run(&["new", "volunteer", "新的"]).status.code(), Some(0));
    assert!(!site.path(left).exists());
}

#[test]
fn full_disk_leaves_the_old_files() {
    for command in &COMMANDS {
        let site = Site::new();
        (command.prepare)(&site);
        let old = command.files(&site);
        // The signal is ignored: the write fails, as on a full disk. Otherwise it ends the program.
        for (limits, is_told) in [("trap '' XFSZ; ulimit -f 0", true), ("ulimit -c 0; ulimit -f 0", false)] {
            let output = command.run_limited(&site, limits);
            let what = format!("{:?}, {limits}: {}", command.words, said(&output));
            assert!(!output.status.success(), "{what}");
            assert!(command.files(&site) == old, "{what}");
            if is_told {
                assert_eq!(output.status.code(), Some(1), "{what}");
                assert!(said(&output).contains("error[cannot-write]"), "{what}");
            }
        }
        let output = command.start(&site).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{:?}: {}", command.words, said(&output));
        assert!(!command.has_temporary_files(&site), "{:?}", command.words);
    }
}

#[test]
fn build_with_too_few_handles_or_bytes_keeps_the_old_site() {
    let site = Site::new();
    let mut old = site.build();
    site.write_post("three", "又一篇。");
    let build = WritingCommand {
        words: &["build"],
        prepare: |_| {},
        folder: "site/public",
    };
    for limits in [
        "ulimit -n 3",
        "ulimit -n 8",
        "ulimit -n 12",
        "trap '' XFSZ; ulimit -f 0",
        "trap '' XFSZ; ulimit -f 8",
    ] {
        let output = build.run_limited(&site, limits);
        let tree = read_tree(&site.path("site/public"));
        if output.status.success() {
            // So few were enough; the next build has a new site to keep.
            old = tree;
        } else {
            assert!(tree == old, "{limits}: {}", said(&output));
        }
    }
    assert!(site.build() == site.build_clean());
    assert!(!site.names_in("site").iter().any(|name| name.starts_with(".public")));
}

#[test]
fn builds_at_the_same_time_end_with_one_whole_site() {
    let site = Site::new();
    for round in 0..2 {
        site.write_post("one", &format!("第 {round} 次。"));
        let start = || {
            let mut command = program();
            command.args(["build", "--force", "--site"]).arg(site.path("site"));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let builds: Vec<_> = (0..3).map(|_| start()).collect();
        let outputs: Vec<Output> = builds
            .into_iter()
            .map(|build| build.wait_with_output().unwrap())
            .collect();
        assert!(outputs.iter().any(|output| output.status.success()));
        for output in outputs.iter().filter(|output| !output.status.success()) {
            assert!(said(output).contains("another build"), "{}", said(output));
        }
        assert!(read_tree(&site.path("site/public")) == site.build_clean());
        assert!(!site.names_in("site").iter().any(|name| name.starts_with(".public")));
    }
}

#[test]
fn content_that_changes_under_a_build_is_in_the_next_one() {
    let site = Site::new();
    site.build();
    for round in 0..3 {
        let mut command = program();
        command.args(["build", "--site"]).arg(site.path("site"));
        let mut build = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut count = 0;
        while build.try_wait().unwrap().is_none() {
            count += 1;
            site.write_post("one", &format!("第 {round} 次，{count}。"));
            site.write("site/content/files/a.txt", format!("{round} {count}"));
            std::thread::sleep(Duration::from_millis(15));
        }
        assert!(site.build() == site.build_clean(), "round {round}");
    }
}

#[test]
fn clocks_that_are_wrong_do_not_hide_a_change() {
    let site = Site::new();
    site.build();
    let post = site.path("site/content/volunteer/2022/one.md");
    let day = Duration::from_secs(24 * 3600);
    let now = SystemTime::now();
    for (number, time) in [now + 3650 * day, SystemTime::UNIX_EPOCH, now - 3650 * day, now]
        .into_iter()
        .enumerate()
    {
        // Each text has the same length, and two of them the same time.
        for text in ["甲", "乙"] {
            site.write_post("one", &format!("{text}{number}"));
            File::options()
                .append(true)
                .open(&post)
                .unwrap()
                .set_modified(time)
                .unwrap();
            let built = site.build();
            let page = &built[std::path::Path::new("volunteer/2022/one/index.html")];
            assert!(
                String::from_utf8_lossy(page).contains(&format!("{text}{number}")),
                "{time:?}"
            );
        }
    }
    assert!(site.build() == site.build_clean());
    // A day before the posts, and then after them again.
    let build_on = |seconds: &str| {
        let mut command = program();
        command.env("SOURCE_DATE_EPOCH", seconds);
        command.args(["build", "--site"]).arg(site.path("site"));
        assert!(command.output().unwrap().status.success());
        read_tree(&site.path("site/public"))
    };
    let late = build_on("1772640000");
    let early = build_on("1580000000");
    assert!(
        !early.keys().any(|path| path.ends_with("one/index.html")),
        "its day has not come"
    );
    assert!(build_on("1772640000") == late);
    site.write("site/content/site.yaml", format!("{SETTINGS}description: 新\n"));
    assert!(build_on("1580000000") != early);
}
