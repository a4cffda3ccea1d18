//! What the program remembers from build to build: where it lies, and that no build depends on it.

use crate::common::{FileTree, read_tree, run_on, write_file};
use std::fs;
use std::path::{Path, PathBuf};

/// The cache's folder in a site.
const CACHE: &str = ".xiangyin-cache";

/// A folder with one or more copies of a small site.
struct Sites(tempfile::TempDir);

impl Sites {
    fn new() -> Self {
        let sites = Self(tempfile::tempdir().unwrap());
        write_file(
            &sites.path("a/content/site.yaml"),
            "title: 测试\nbase_url: https://x.example/\n",
        );
        for name in ["one", "two"] {
            sites.write_post("a", name, "文字。");
        }
        sites
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write_post(&self, site: &str, name: &str, text: &str) {
        let text = format!("---\ntitle: {name}\ndate: 2022-05-12\n---\n\n{text}\n");
        write_file(&self.path(&format!("{site}/content/volunteer/2022/{name}.md")), text);
    }

    /// Builds a site into a folder. Returns the tree.
    fn build(&self, site: &str, out: &str, words: &[&str]) -> FileTree {
        let out = self.path(out);
        let words = [&["build", "--out", out.to_str().unwrap()], words].concat();
        let output = run_on(&self.path(site), &words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        read_tree(&out)
    }

    /// Builds a site into a folder where some build left its tree, and holds the result to a build from nothing.
    fn build_like_a_clean_one(&self, site: &str, out: &str, what: &str) {
        let found = self.build(site, out, &[]);
        let clean = self.build(site, "clean", &["--force"]);
        fs::remove_dir_all(self.path("clean")).unwrap();
        assert!(found == clean, "{what}: {:?} {:?}", found.keys(), clean.keys());
    }

    /// Copies a folder with all times, as a backup or a synchronised folder would.
    fn copy(&self, from: &str, to: &str) {
        let status = std::process::Command::new("cp")
            .arg("-a")
            .arg(self.path(from))
            .arg(self.path(to))
            .status()
            .unwrap();
        assert!(status.success());
    }
}

/// The names in a folder, in order.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn nothing_but_the_site_lies_in_and_beside_the_output() {
    let sites = Sites::new();
    let tree = sites.build("a", "www/public", &[]);
    assert_eq!(names_in(&sites.path("www")), ["public"]);
    let hidden: Vec<_> = tree
        .keys()
        .filter(|path| path.to_string_lossy().starts_with('.'))
        .collect();
    assert_eq!(hidden, [Path::new(".xiangyin")]);
    assert_eq!(names_in(&sites.path("a")), [CACHE, "content"]);
    let cache = sites.path("a").join(CACHE);
    assert_eq!(names_in(&cache), [".gitignore", "outputs", "records"]);
    assert_eq!(fs::read_to_string(cache.join(".gitignore")).unwrap(), "*\n");
}

#[test]
fn each_output_folder_is_remembered_by_itself() {
    let sites = Sites::new();
    for out in ["a/public", "www/public"] {
        sites.build("a", out, &[]);
    }
    assert_eq!(names_in(&sites.path("a").join(CACHE).join("outputs")).len(), 2);
    sites.write_post("a", "one", "改了。");
    for out in ["a/public", "www/public", "www/public"] {
        sites.build_like_a_clean_one("a", out, out);
    }
}

#[test]
fn cache_may_be_deleted_at_any_time() {
    let sites = Sites::new();
    sites.build("a", "a/public", &[]);
    let cache = sites.path("a").join(CACHE);
    fs::remove_dir_all(&cache).unwrap();
    sites.build_like_a_clean_one("a", "a/public", "nothing changed");
    fs::remove_dir_all(&cache).unwrap();
    sites.write_post("a", "one", "改了。");
    sites.write_post("a", "three", "新的。");
    sites.build_like_a_clean_one("a", "a/public", "an edit and a new post");
    fs::remove_dir_all(&cache).unwrap();
    fs::remove_file(sites.path("a/content/volunteer/2022/two.md")).unwrap();
    sites.build_like_a_clean_one("a", "a/public", "a post is gone");
    fs::remove_dir_all(&cache).unwrap();
    fs::remove_file(sites.path("a/public/index.html")).unwrap();
    sites.build_like_a_clean_one("a", "a/public", "a page is gone");
}

#[test]
fn damaged_records_are_read_again() {
    let sites = Sites::new();
    sites.write_post("a", "three", "[一](one.md)和{{ notice(title=\"甲\") }}乙{{ /notice }}");
    sites.build("a", "a/public", &[]);
    let records = sites.path("a").join(CACHE).join("records");
    type Damage<'d> = &'d dyn Fn(&[u8]) -> Vec<u8>;
    let damages: [Damage<'_>; 4] = [
        &|bytes| bytes[..bytes.len() / 2].to_vec(),
        &|_| Vec::new(),
        &|bytes| bytes.iter().map(|byte| byte ^ 1).collect(),
        &|bytes| [bytes, bytes].concat(),
    ];
    for (number, damage) in damages.iter().enumerate() {
        for file in 0..2 {
            let names = names_in(&records);
            assert_eq!(names.len(), 2, "the index and the records");
            let path = records.join(&names[file]);
            fs::write(&path, damage(&fs::read(&path).unwrap())).unwrap();
            sites.write_post("a", "one", &format!("第 {number} 次，{file}。"));
            sites.build_like_a_clean_one("a", "a/public", &format!("damage {number} of {}", names[file]));
        }
    }
    // The folder's defaults and the kinds are among what posts are read with.
    write_file(
        &sites.path("a/content/volunteer/_index.md"),
        "---\ncascade: {village: x}\n---\n",
    );
    write_file(&sites.path("a/content/_data/villages.yaml"), "- {id: x, name: 甲村}\n");
    sites.build_like_a_clean_one("a", "a/public", "other settings");
}

#[test]
fn two_computers_build_into_one_folder() {
    let sites = Sites::new();
    sites.build("a", "www", &[]);
    sites.copy("a", "b");
    fs::remove_dir_all(sites.path("b").join(CACHE)).unwrap();
    for round in 0..2 {
        for site in ["a", "b"] {
            sites.write_post(site, &format!("only-{site}-{round}"), "只在一台电脑上。");
            let _ = fs::remove_file(sites.path(&format!("{site}/content/volunteer/2022/only-{site}-{}.md", round - 1)));
            sites.write_post(site, "one", &format!("{site} {round}"));
            sites.build_like_a_clean_one(site, "www", &format!("{site} in round {round}"));
        }
    }
}

#[test]
fn copied_site_goes_on_where_the_first_one_was() {
    let sites = Sites::new();
    sites.build("a", "a/public", &[]);
    sites.copy("a", "b");
    sites.write_post("a", "one", "在第一台电脑上改了。");
    sites.build("a", "a/public", &[]);
    let time = || {
        fs::metadata(sites.path("b/public/index.html"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = time();
    sites.build("b", "b/public", &[]);
    assert_eq!(time(), before, "the cache moves with the site");
    sites.write_post("b", "two", "在第二台电脑上改了。");
    sites.build_like_a_clean_one("b", "b/public", "an edit of the copy");
    // The tree of the second comes back to the first, whose cache knows another one.
    fs::remove_dir_all(sites.path("a/public")).unwrap();
    sites.copy("b/public", "a/public");
    sites.build_like_a_clean_one("a", "a/public", "a tree from elsewhere");
}

#[test]
fn cache_is_never_content_and_never_an_output() {
    let sites = Sites::new();
    sites.build("a", "a/public", &[]);
    sites.copy("a/.xiangyin-cache", "a/content/.xiangyin-cache");
    let tree = sites.build("a", "a/public", &[]);
    assert!(!tree.keys().any(|path| path.to_string_lossy().contains("cache")));
    let out = sites.path("a/.xiangyin-cache/out");
    let output = run_on(&sites.path("a"), &["build", "--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("error[foreign-output]") && said.contains(CACHE), "{said}");
    assert!(!out.exists());
}

/// A cache that somebody else made may have a link in the place of the copy of the output folder.
#[test]
#[cfg(unix)]
fn nothing_behind_a_link_in_place_of_the_copy_is_touched() {
    let sites = Sites::new();
    sites.build("a", "a/public", &[]);
    sites.write_post("a", "one", "另外的文字。");
    sites.build("a", "a/public", &[]);
    let outputs = fs::read_dir(sites.path("a/.xiangyin-cache/outputs")).unwrap();
    let copy = outputs.flatten().next().unwrap().path().join("spare");
    write_file(&sites.path("photos/mine.jpg"), "mine");
    write_file(&sites.path("photos/old/mine.jpg"), "mine");
    for round in 0..3 {
        if copy.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            fs::remove_dir_all(&copy).unwrap();
        }
        if copy.symlink_metadata().is_err() {
            std::os::unix::fs::symlink(sites.path("photos"), &copy).unwrap();
        }
        sites.write_post("a", "one", &format!("文字之{round}。"));
        sites.build_like_a_clean_one("a", "a/public", "a link");
        assert_eq!(fs::read_to_string(sites.path("photos/old/mine.jpg")).unwrap(), "mine");
        assert_eq!(fs::read_dir(sites.path("photos")).unwrap().count(), 2);
    }
}
