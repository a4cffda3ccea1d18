//! Symbolic links, pipes and devices in a site: what leads out of the site is not read, nothing is written through a link,
//! and nothing waits for a pipe.

use super::{SETTINGS, Site, said};
use crate::common::program;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const POST: &str = "---\ntitle: 外面的\ndate: 2022-05-12\n---\n\n秘密。\n";

/// Runs the program on a site; it must end soon.
fn run_soon(site: &Site, words: &[&str]) -> Output {
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| site.path(name));
    let mut child = program()
        .args(words)
        .arg("--site")
        .arg(site.path("site"))
        .stdout(File::create(&stdout).unwrap())
        .stderr(File::create(&stderr).unwrap())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(100);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("{words:?} waits");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    Output {
        status,
        stdout: fs::read(stdout).unwrap(),
        stderr: fs::read(stderr).unwrap(),
    }
}

fn link(site: &Site, to: &str, at: &str) {
    let at = site.path(at);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    symlink(site.path(to), at).unwrap();
}

fn make_pipe(site: &Site, at: &str) {
    let at = site.path(at);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    let _ = fs::remove_file(&at);
    assert!(Command::new("mkfifo").arg(at).status().unwrap().success());
}

#[test]
fn links_out_of_the_site_are_not_read_unless_the_settings_allow_it() {
    let site = Site::new();
    site.write("out/posts/secret.md", POST);
    site.write("out/data/villages.yaml", "- {id: a, name: 石桥村}\n");
    site.write("out/files/a.pdf", "%PDF-1.4 secret");
    site.write("out/theme/static/a.css", "p { color: red }");
    site.write("site/themes/own/theme.yaml", "extends: default\n");
    link(&site, "out/posts", "site/content/study/2022");
    link(&site, "out/data/villages.yaml", "site/content/_data/villages.yaml");
    link(&site, "out/files/a.pdf", "site/content/files/a.pdf");
    link(&site, "out/theme/static", "site/themes/own/static");
    let output = site.run(&["build"]);
    let words = said(&output);
    assert_eq!(output.status.code(), Some(1), "{words}");
    for (path, line) in [
        ("content/study/2022", "links_out: [../out/posts]"),
        ("content/_data/villages.yaml", "links_out: [../out/data]"),
        ("content/files/a.pdf", "links_out: [../out/files]"),
        ("themes/own/static", "links_out: [../out/theme/static]"),
    ] {
        assert!(words.contains(path) && words.contains(line), "{path}: {words}");
    }
    assert_eq!(words.matches("error[link-out]").count(), 4, "{words}");
    assert!(!site.path("site/public").exists());
    let settings = format!("{SETTINGS}links_out: [../out]\n");
    site.write("site/content/site.yaml", &settings);
    let tree = site.build();
    assert!(tree.keys().any(|path| path.ends_with("study/2022/secret/index.html")));
    assert!(tree.keys().any(|path| path.ends_with("files/a.pdf")));
    // A linked file is an input like any other.
    site.write("out/posts/secret.md", POST.replace("秘密", "新的"));
    assert!(site.build() == site.build_clean());
}

#[test]
fn settings_behind_a_link_are_reported_and_may_allow_it_themselves() {
    let site = Site::new();
    site.write("out/site.yaml", SETTINGS);
    fs::remove_file(site.path("site/content/site.yaml")).unwrap();
    link(&site, "out/site.yaml", "site/content/site.yaml");
    let words = said(&site.run(&["check"]));
    assert!(
        words.contains("error[link-out]") && words.contains("links_out: [../out]"),
        "{words}"
    );
    site.write("out/site.yaml", format!("{SETTINGS}links_out: [../out]\n"));
    let output = site.run(&["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn link_in_the_site_to_what_is_never_published_is_not_published() {
    let site = Site::new();
    site.write("site/.env", "PASSWORD=1");
    link(&site, "site/.env", "site/content/files/notes.txt");
    let tree = site.build();
    assert!(!tree.values().any(|bytes| bytes.starts_with(b"PASSWORD")));
}

#[test]
fn circles_of_links_end() {
    let site = Site::new();
    link(&site, "site/content", "site/content/study/all");
    link(&site, "site/content/itself.md", "site/content/itself.md");
    // Each folder has a link to every other one.
    let folders: Vec<String> = (0..6).map(|number| format!("site/content/files/{number}")).collect();
    for from in &folders {
        for (number, to) in folders.iter().enumerate() {
            link(&site, to, &format!("{from}/to-{number}"));
        }
    }
    let output = run_soon(&site, &["check", "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(found.lines().count() < 200, "each link is named once");
    for path in ["content/study/all", "content/itself.md"] {
        let is_named = |line: &str| line.contains("\"link-loop\"") && line.contains(path);
        assert!(found.lines().any(is_named), "{path}");
    }
}

#[test]
fn pipes_sockets_and_devices_are_named_and_never_read() {
    let site = Site::new();
    site.write("site/themes/own/theme.yaml", "extends: default\n");
    let places = [
        "content/volunteer/2022/pipe.md",
        "content/_data/villages.yaml",
        "content/_data/teams.csv",
        "content/_kinds/own.yaml",
        "content/_metrics.yaml",
        "content/_frozen/2022-H1.yaml",
        "content/_root/robots.txt",
        "content/files/a.pdf",
        "content/files/a.jpg",
        "themes/own/static/a.css",
        "themes/own/templates/post.html",
        "themes/other/theme.yaml",
    ];
    for place in places {
        make_pipe(&site, &format!("site/{place}"));
    }
    let _socket = UnixListener::bind(site.path("site/content/files/socket")).unwrap();
    symlink("/dev/zero", site.path("site/content/files/zero")).unwrap();
    for command in ["check", "build"] {
        let words = said(&run_soon(&site, &[command, "--lang", "en"]));
        for place in places.iter().chain(&["content/files/socket"]) {
            assert!(words.contains(&format!("{place} is a pipe")), "{place}: {words}");
        }
        assert!(words.contains("content/files/zero leads out"), "{words}");
    }
    for command in [
        &["fix"][..],
        &["new", "volunteer", "三"],
        &["metrics", "2022"],
        &["report", "2022"],
    ] {
        run_soon(&site, command);
    }
    make_pipe(&site, "site/content/site.yaml");
    for command in [
        &["check"][..],
        &["build"],
        &["fix"],
        &["new", "volunteer", "四"],
        &["metrics"],
    ] {
        let output = run_soon(&site, command);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("error[special-file]"), "{}", said(&output));
    }
}

#[test]
fn nothing_is_written_through_a_link() {
    let site = Site::new();
    let broken = POST.replace("title: ", "title：");
    site.write("out/post.md", &broken);
    site.write("out/folder/post.md", &broken);
    link(&site, "out/post.md", "site/content/volunteer/2022/three.md");
    link(&site, "out/folder", "site/content/study");
    site.write("site/content/site.yaml", format!("{SETTINGS}links_out: [../out]\n"));
    // A file of the content is fixed under its own path.
    site.write("site/content/volunteer/2022/four.md", &broken);
    link(
        &site,
        "site/content/volunteer/2022/four.md",
        "site/content/volunteer/2022/five.md",
    );
    for words in [&["fix", "--dry-run"][..], &["fix"]] {
        let output = site.run(words);
        let found = said(&output);
        assert_eq!(found.matches("warning[left-alone]").count(), 2, "{found}");
        assert!(
            found.contains("out/post.md") && found.contains("out/folder/post.md"),
            "{found}"
        );
    }
    assert_eq!(
        (site.read("out/post.md"), site.read("out/folder/post.md")),
        (broken.clone(), broken)
    );
    assert_eq!(site.read("site/content/volunteer/2022/four.md"), POST);
    assert!(site.path("site/content/volunteer/2022/five.md").is_symlink());
    site.write("site/content/site.yaml", SETTINGS);
    let output = site.run(&["new", "study", "新的"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("error[link-out]"), "{}", said(&output));
    assert_eq!(site.names_in("out/folder"), ["post.md"]);
}

#[test]
fn lock_is_not_opened_through_a_link_and_keeps_its_bytes() {
    let site = Site::new();
    site.write("out/precious", "mine");
    let lock = "site/.public.xiangyin-lock";
    link(&site, "out/precious", lock);
    let output = run_soon(&site, &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("error[cannot-write]"), "{}", said(&output));
    assert_eq!(site.read("out/precious"), "mine");
    fs::remove_file(site.path(lock)).unwrap();
    make_pipe(&site, lock);
    assert_eq!(run_soon(&site, &["build"]).status.code(), Some(1));
    fs::remove_file(site.path(lock)).unwrap();
    site.build();
}
