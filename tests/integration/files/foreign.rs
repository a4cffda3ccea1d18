//! Files in the output folder that no build made: named and left alone, or kept.

use super::{SETTINGS, Site, said};
use crate::common::read_tree;
use std::fs;
use std::path::Path;

const FOREIGN: [&str; 5] = [
    ".git/refs/heads/main",
    ".well-known/acme/token",
    "CNAME",
    "uploads/2022/甲.jpg",
    "volunteer/2022/mine.txt",
];
const LINE: &str = "output: {keep: [.git, .well-known, CNAME, uploads, volunteer/2022/mine.txt]}";

fn site_with_foreign_files() -> Site {
    let site = Site::new();
    site.build();
    for name in FOREIGN {
        site.write(&format!("site/public/{name}"), name);
    }
    site
}

fn assert_foreign_files_are_there(site: &Site) {
    for name in FOREIGN {
        assert_eq!(site.read(&format!("site/public/{name}")), name);
    }
}

#[test]
fn foreign_files_are_named_and_kept_when_the_advice_is_followed() {
    let site = site_with_foreign_files();
    let before = read_tree(&site.path("site/public"));
    for change in ["", "改了。"] {
        if !change.is_empty() {
            site.write_post("one", change);
        }
        let output = site.run(&["build"]);
        assert_eq!(output.status.code(), Some(1));
        let words = said(&output);
        assert!(
            words.contains("error[foreign-files]") && words.contains(LINE),
            "{words}"
        );
        assert!(read_tree(&site.path("site/public")) == before);
        assert!(!site.names_in("site").iter().any(|name| name.starts_with(".public")));
    }
    site.write("site/content/site.yaml", format!("{SETTINGS}{LINE}\n"));
    let assert_kept = |what: &str| {
        let mut tree = site.build();
        assert_foreign_files_are_there(&site);
        tree.retain(|path, _| !FOREIGN.iter().any(|name| path == Path::new(name)));
        assert!(tree == site.build_clean(), "{what}");
    };
    assert_kept("the edit");
    site.write_post("two", "也改了。");
    assert_kept("a second edit");
    fs::remove_dir_all(site.path("site/.xiangyin-cache")).unwrap();
    fs::remove_file(site.path("site/content/volunteer/2022/two.md")).unwrap();
    assert_kept("a post is gone, and the cache");
    site.write("site/content/site.yaml", SETTINGS);
    site.write_post("one", "又改了。");
    assert_eq!(site.run(&["build"]).status.code(), Some(1));
    assert_foreign_files_are_there(&site);
}

/// In folders that have not changed for long, no names are read. Programs that restore a backup set back the times.
#[test]
#[cfg(unix)]
fn foreign_file_in_an_old_folder_with_its_time_set_back_is_named() {
    let site = Site::new();
    site.build();
    // Longer than the age from which a folder is trusted. The second edit publishes the first tree again.
    std::thread::sleep(std::time::Duration::from_secs(4));
    for change in ["一。", "二。"] {
        site.write_post("one", change);
        site.build();
    }
    let folder = site.path("site/public/volunteer/2022");
    let time = fs::metadata(&folder).unwrap().modified().unwrap();
    fs::write(folder.join("mine.txt"), "mine").unwrap();
    fs::File::open(&folder).unwrap().set_modified(time).unwrap();
    site.write_post("one", "三。");
    let output = site.run(&["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("volunteer/2022/mine.txt"), "{}", said(&output));
    assert_eq!(site.read("site/public/volunteer/2022/mine.txt"), "mine");
    fs::remove_file(folder.join("mine.txt")).unwrap();
    assert!(site.build() == site.build_clean());
}

#[test]
fn foreign_files_are_known_without_a_cache() {
    let site = site_with_foreign_files();
    fs::remove_dir_all(site.path("site/.xiangyin-cache")).unwrap();
    let output = site.run(&["build", "--force"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains(LINE), "{}", said(&output));
    assert_foreign_files_are_there(&site);
}

#[test]
fn folder_with_nothing_but_kept_files_takes_the_site() {
    let site = Site::new();
    site.write("site/public/.git/HEAD", "mine");
    assert_eq!(site.run(&["build"]).status.code(), Some(1));
    site.write(
        "site/content/site.yaml",
        format!("{SETTINGS}output: {{keep: [.git]}}\n"),
    );
    let mut tree = site.build();
    assert_eq!(tree.remove(Path::new(".git/HEAD")).unwrap(), b"mine");
    assert!(tree == site.build_clean());
}

#[test]
fn killed_exchange_is_undone_before_anything_is_removed() {
    let site = Site::new();
    site.write(
        "site/content/site.yaml",
        format!("{SETTINGS}output: {{keep: [.git, a/b]}}\n"),
    );
    site.build();
    site.write("site/public/.git/HEAD", "mine");
    site.write("site/public/a/b/c", "mine, too");
    let whole = site.build();
    let held = site.path("site/.public.xiangyin-kept-0123456789abcdef");
    let take_out = || {
        fs::create_dir_all(held.join("a")).unwrap();
        fs::rename(site.path("site/public/.git"), held.join(".git")).unwrap();
        fs::rename(site.path("site/public/a/b"), held.join("a/b")).unwrap();
    };
    // Killed before the exchange, and in it where folders cannot be exchanged; the settings have changed meanwhile.
    take_out();
    assert!(site.build() == whole && !held.exists());
    take_out();
    fs::rename(
        site.path("site/public"),
        site.path("site/.public.xiangyin-old-0123456789abcdef"),
    )
    .unwrap();
    site.write("site/content/site.yaml", SETTINGS);
    assert_eq!(site.run(&["build"]).status.code(), Some(1));
    assert!(read_tree(&site.path("site/public")) == whole && !held.exists());
    // What cannot be put back is never removed.
    take_out();
    site.write("site/public/.git", "another");
    let output = site.run(&["build"]);
    assert!(said(&output).contains("error[cannot-write]"), "{}", said(&output));
    assert_eq!(fs::read_to_string(held.join(".git/HEAD")).unwrap(), "mine");
}

#[test]
fn names_to_keep_are_checked() {
    let site = Site::new();
    site.build();
    for (keep, code) in [
        ("index.html", "kept-and-made"),
        ("volunteer", "kept-and-made"),
        ("index.html/a", "kept-and-made"),
        ("../other", "wrong-type"),
        ("/etc", "wrong-type"),
        (".xiangyin", "wrong-type"),
    ] {
        site.write(
            "site/content/site.yaml",
            format!("{SETTINGS}output: {{keep: [{keep}]}}\n"),
        );
        let output = site.run(&["check"]);
        let words = said(&output);
        assert_eq!(output.status.code(), Some(1), "{keep}");
        assert!(
            words.contains(&format!("error[{code}]")) && words.contains("site.yaml:4:"),
            "{words}"
        );
    }
}
