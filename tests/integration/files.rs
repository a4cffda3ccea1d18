//! Files that are not the program's own: those that others put into the output folder, links and devices in a site, files
//! that an editor changed; and that every command writes whole files or none.

mod foreign;
#[cfg(unix)]
mod links;
mod report_file;
#[cfg(unix)]
mod written;

use crate::common::{FileTree, read_tree, run_on, write_file};
use std::fs;
use std::path::PathBuf;
use std::process::Output;

const SETTINGS: &str = "title: 测试\nbase_url: https://x.example/\nassets: {publish: [\"**\"]}\n";

/// A small site in a folder of its own, with room beside it.
struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.write("site/content/site.yaml", SETTINGS);
        for name in ["one", "two"] {
            site.write_post(name, "文字。");
        }
        site
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        write_file(&self.path(path), bytes);
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn write_post(&self, name: &str, text: &str) {
        let text = format!("---\ntitle: {name}\ndate: 2022-05-12\n---\n\n{text}\n");
        self.write(&format!("site/content/volunteer/2022/{name}.md"), text);
    }

    fn run(&self, words: &[&str]) -> Output {
        run_on(&self.path("site"), words)
    }

    /// Builds the site; it must succeed. Returns the tree.
    fn build(&self) -> FileTree {
        let output = self.run(&["build"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        read_tree(&self.path("site/public"))
    }

    /// The tree of a build into a new folder.
    fn build_clean(&self) -> FileTree {
        let out = self.path("clean");
        let output = self.run(&["build", "--out", out.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let tree = read_tree(&out);
        fs::remove_dir_all(out).unwrap();
        tree
    }

    /// The names in a folder, in order.
    fn names_in(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// What a program wrote to its error output.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
