//! `xiangyin publish`: what arrives at a folder, what stays there, and what is said when it cannot be done.

use crate::common::{FileTree, program, read_tree, repetitions, run_on, write_file};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

mod live;

const SETTINGS: &str = "title: 栖禾镇\nbase_url: https://qihe.example/\n";
const PUBLISHED: &str = ".xiangyin-published";

/// A site in the folder `site`, which is published to `www` beside it.
struct Site {
    dir: tempfile::TempDir,
}

impl Site {
    fn new(posts: usize) -> Self {
        let site = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        site.write("content/site.yaml", SETTINGS);
        site.write("content/_publish.yaml", "disk: {to: fs, root: ../www}\n");
        for n in 0..posts {
            site.write_post(&format!("p{n}"), "正文。");
        }
        site
    }

    fn write(&self, path: &str, text: &str) {
        write_file(&self.dir.path().join("site").join(path), text);
    }

    fn write_post(&self, name: &str, text: &str) {
        let path = format!("content/study/2022/{name}.md");
        let text =
            format!("---\ntitle: 学习{name}\ndate: 2022-05-12\nsummary: 摘要。\nform: public-talk\n---\n{text}\n");
        self.write(&path, &text);
    }

    fn remove_post(&self, name: &str) {
        fs::remove_file(self.folder().join(format!("content/study/2022/{name}.md"))).unwrap();
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("site")
    }

    fn www(&self) -> PathBuf {
        self.dir.path().join("www")
    }

    fn run(&self, words: &[&str]) -> Output {
        run_on(&self.folder(), words)
    }

    fn publish(&self) -> String {
        let output = self.run(&["publish", "disk"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        said(&output)
    }

    /// The built site, without its marker.
    fn built(&self) -> FileTree {
        let mut tree = read_tree(&self.folder().join("public"));
        tree.remove(Path::new(".xiangyin"));
        tree
    }

    /// What lies at the destination, without the inventory.
    fn published(&self) -> FileTree {
        let mut tree = read_tree(&self.www());
        tree.remove(Path::new(PUBLISHED));
        tree
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// When each file was written.
fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let files = read_tree(folder).into_keys();
    files
        .map(|path| {
            let time = fs::metadata(folder.join(&path)).unwrap().modified().unwrap();
            (path, time)
        })
        .collect()
}

#[test]
fn compressed_copies_travel_with_their_texts_and_go_with_them() {
    let site = Site::new(2);
    site.write("content/_publish.yaml", "disk: {to: fs, root: ../www, compress: gz}\n");
    site.write("content/_root/a.csv", &"村,人次\n石桥村,12\n".repeat(100));
    site.write("content/_root/a.csv.gz", "this is not a copy");
    site.write("content/_root/b.csv", "村,人次\n");
    site.publish();
    let published = site.published();
    let mut copies = 0;
    for (path, bytes) in site.built() {
        let copy = published.get(Path::new(&format!("{}.gz", path.display())));
        let name = path.display().to_string();
        match copy {
            Some(_) if name == "a.csv" => {}
            Some(copy) => {
                let mut text = Vec::new();
                flate2::read::GzDecoder::new(copy.as_slice())
                    .read_to_end(&mut text)
                    .unwrap();
                assert!(text == bytes && copy.len() < bytes.len(), "{name}");
                copies += 1;
            }
            None => assert!(
                bytes.len() < 1024 || !(name.ends_with(".html") || name.ends_with(".css") || name.ends_with(".js")),
                "{name} has no copy"
            ),
        }
    }
    assert!(copies > 5, "{copies}");
    assert_eq!(published[Path::new("a.csv.gz")], b"this is not a copy");

    // The copy of a changed post travels with it, and that of a deleted one goes; all others stay.
    site.write_post("p0", "另外的正文。");
    site.remove_post("p1");
    let said = said(&site.run(&["publish", "disk", "--dry-run"]));
    for line in ["~ study/2022/p0/index.html.gz", "- study/2022/p1/index.html.gz"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("a.csv"), "{said}");
    site.publish();
    let published = site.published();
    assert!(!published.contains_key(Path::new("study/2022/p1/index.html.gz")));
    let copies = published
        .keys()
        .filter(|path| path.extension().is_some_and(|end| end == "gz"));
    let kept = read_tree(&site.folder().join(".xiangyin-cache/compressed"));
    assert!(kept.len() < copies.count(), "{} copies are in the cache", kept.len());
    site.write("content/_publish.yaml", "disk: {to: fs, root: ../www}\n");
    site.publish();
    let left: Vec<_> = site
        .published()
        .into_keys()
        .filter(|path| path.extension().is_some_and(|end| end == "gz"))
        .collect();
    assert_eq!(left, [Path::new("a.csv.gz")]);
}

#[test]
fn second_publication_moves_only_what_changed() {
    let site = Site::new(6);
    let said = site.publish();
    assert!(said.contains(&format!("{} files sent", site.built().len())), "{said}");
    assert!(site.published() == site.built());
    assert!(site.publish().contains("up to date"));

    let (before, tree) = (times(&site.www()), site.built());
    site.write_post("p3", "正文改了一句。");
    let said = site.publish();
    assert!(site.published() == site.built());
    let changed: BTreeSet<PathBuf> = site
        .built()
        .into_iter()
        .filter(|(path, bytes)| tree.get(path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    let after = times(&site.www());
    let moved: BTreeSet<PathBuf> = after
        .iter()
        .filter(|(path, time)| before.get(*path) != Some(time) && *path != Path::new(PUBLISHED))
        .map(|(path, _)| path.clone())
        .collect();
    assert_eq!(moved, changed);
    // The page, the feeds with its text, and the parts of the search's index.
    assert!(changed.len() < tree.len() / 3, "{changed:?}");
    assert!(said.contains(&format!("{} files sent", changed.len())), "{said}");

    site.remove_post("p3");
    site.publish();
    assert!(site.published() == site.built());
    assert!(!site.www().join("study/2022/p3").exists(), "no empty folder is left");
}

#[test]
fn dry_run_lists_what_would_travel_and_writes_nothing() {
    let site = Site::new(2);
    let first = site.run(&["publish", "disk", "--dry-run"]);
    assert!(said(&first).contains("\n+ index.html\n"), "{}", said(&first));
    assert!(!site.www().exists());
    site.publish();
    site.write_post("p0", "别的正文。");
    site.remove_post("p1");
    let before = times(&site.www());
    let words = said(&site.run(&["publish", "disk", "--dry-run"]));
    assert!(words.contains("~ study/2022/p0/index.html"), "{words}");
    assert!(words.contains("- study/2022/p1/index.html"), "{words}");
    assert!(words.contains("Nothing was sent"), "{words}");
    assert_eq!(times(&site.www()), before);
}

#[test]
fn foreign_files_stay_until_the_folder_is_taken_over() {
    let site = Site::new(1);
    site.write("content/site.yaml", &format!("{SETTINGS}output: {{keep: [uploads]}}\n"));
    assert_eq!(site.run(&["build"]).status.code(), Some(0));
    let foreign = [("index.html", "old"), ("mine.txt", "mine"), ("uploads/a", "kept")];
    for (path, text) in foreign {
        write_file(&site.www().join(path), text);
    }
    // An equal file is adopted.
    let robots = fs::read(site.folder().join("public/robots.txt")).unwrap();
    write_file(&site.www().join("robots.txt"), robots);
    let before = read_tree(&site.www());
    let refused = site.run(&["publish", "disk"]);
    assert_eq!(refused.status.code(), Some(1));
    let words = said(&refused);
    assert!(
        words.contains("error[foreign-at-destination]") && words.contains("index.html"),
        "{words}"
    );
    assert!(!words.contains("robots.txt") && !words.contains("mine.txt"), "{words}");
    assert!(read_tree(&site.www()) == before);

    fs::remove_file(site.www().join("index.html")).unwrap();
    let words = site.publish();
    assert!(
        words.contains("left alone: mine.txt") && !words.contains("uploads"),
        "{words}"
    );
    assert!(words.contains("1 file unchanged"), "{words}");
    site.remove_post("p0");
    site.publish();
    assert_eq!(fs::read(site.www().join("mine.txt")).unwrap(), b"mine");

    // What another site published is foreign, too.
    site.write("content/site.yaml", "title: 别的镇\nbase_url: https://other.example/\n");
    let refused = site.run(&["publish", "disk"]);
    assert!(
        said(&refused).contains("error[foreign-at-destination]"),
        "{}",
        said(&refused)
    );
    site.write("content/site.yaml", &format!("{SETTINGS}output: {{keep: [uploads]}}\n"));

    let taken = site.run(&["publish", "disk", "--take-over"]);
    assert_eq!(taken.status.code(), Some(0), "{}", said(&taken));
    assert!(!site.www().join("mine.txt").exists() && site.www().join("uploads/a").exists());
}

#[test]
fn files_that_were_damaged_at_the_destination_are_sent_again() {
    let site = Site::new(1);
    site.publish();
    fs::write(site.www().join("index.html"), "").unwrap();
    fs::remove_file(site.www().join("feed.xml")).unwrap();
    let words = site.publish();
    assert!(words.contains("2 files sent"), "{words}");
    assert!(site.published() == site.built());

    fs::write(site.www().join(PUBLISHED), "xiangyin published 1\n../x").unwrap();
    site.write_post("p0", "别的正文。");
    let refused = site.run(&["publish", "disk"]);
    let words = said(&refused);
    assert!(
        words.contains("foreign-at-destination"),
        "nobody knows whose the files are: {words}"
    );
    let taken = site.run(&["publish", "disk", "--take-over"]);
    assert!(said(&taken).contains("warning[damaged-inventory]"), "{}", said(&taken));
    assert!(site.published() == site.built());
}

#[test]
fn folder_that_was_emptied_is_told_because_a_drive_may_be_missing() {
    let site = Site::new(1);
    site.publish();
    fs::remove_dir_all(site.www()).unwrap();
    let refused = site.run(&["publish", "disk"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("perhaps the drive is not connected"),
        "{}",
        said(&refused)
    );
    let taken = site.run(&["publish", "disk", "--take-over"]);
    assert_eq!(taken.status.code(), Some(0), "{}", said(&taken));
    assert!(site.published() == site.built());
}

/// The addresses in a page that lead to a file of the site.
fn links(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in ["href=", "src="] {
        for (at, _) in html.match_indices(attribute) {
            let value = html[at + attribute.len()..].trim_start_matches('"');
            let value = value.split(['"', ' ', '>', '#', '?']).next().unwrap_or_default();
            let local = value.strip_prefix("https://qihe.example").unwrap_or(value);
            if local.starts_with('/') && !local.starts_with("//") {
                found.push(local.trim_start_matches('/').to_owned());
            }
        }
    }
    found
}

/// Follows all links from the front page, and returns those that lead nowhere. Empty where nothing was published yet.
fn dead_links(www: &Path) -> Vec<String> {
    let mut dead = Vec::new();
    let mut open: Vec<String> = Vec::from(["index.html".to_owned()]);
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    if !www.join("index.html").exists() {
        return dead;
    }
    while let Some(page) = open.pop() {
        let Ok(html) = fs::read_to_string(www.join(&page)) else {
            dead.push(page);
            continue;
        };
        for link in links(&html) {
            let file = match link.is_empty() || link.ends_with('/') {
                true => format!("{link}index.html"),
                false => link,
            };
            if !seen.insert(file.clone()) {
                continue;
            }
            if file.ends_with(".html") {
                open.push(file);
            } else if !www.join(&file).is_file() {
                dead.push(format!("{page} → {file}"));
            }
        }
    }
    dead
}

#[test]
fn killed_publications_leave_a_site_without_dead_links_and_are_resumed() {
    let site = Site::new(12);
    let start = Instant::now();
    site.publish();
    let publish = |site: &Site| {
        let mut command = program();
        command.args(["publish", "disk", "--site"]).arg(site.folder());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let unchanged = Instant::now();
    assert!(publish(&site).status().unwrap().success());
    // Half of the time goes into looking whether the site must be built.
    let (from, span) = (unchanged.elapsed() / 3, start.elapsed().min(Duration::from_millis(400)));
    let random = RandomState::new();
    let mut interrupted = 0;
    for round in 0..repetitions(9) {
        // Another style sheet, another page, another text: all old pages link to the one, some to the other.
        site.write("themes/own/theme.yaml", "extends: default\n");
        site.write("themes/own/static/style.css", &format!("a {{ margin: {round}px; }}\n"));
        site.write("content/site.yaml", &format!("{SETTINGS}theme: own\n"));
        site.write_post(&format!("n{round}"), "新的。");
        if round > 1 {
            site.remove_post(&format!("n{}", round - 2));
        }
        assert!(site.run(&["build"]).status.success());
        let mut child = publish(&site).spawn().unwrap();
        let share = u32::try_from(random.hash_one(round) % 1000).unwrap();
        std::thread::sleep(from + span * share / 1000);
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += usize::from(site.www().join(".xiangyin-publishing").exists());
        assert_eq!(dead_links(&site.www()), [""; 0], "round {round}");
        // Some are resumed as they are, others after a further edit.
        if round % 3 == 2 {
            site.publish();
            assert!(site.published() == site.built(), "round {round}");
        }
    }
    site.publish();
    assert!(site.published() == site.built());
    assert_eq!(dead_links(&site.www()), [""; 0]);
    // A slow machine may kill all of them too early.
    let _ = interrupted;
}

#[test]
fn second_publisher_is_refused() {
    let site = Site::new(1);
    site.publish();
    let before = site.published();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let lock = site.www().join(".xiangyin-lock");
    fs::write(&lock, format!("xiangyin publishing 1\n0123456789abcdef {now}\n")).unwrap();
    site.write_post("p0", "别的正文。");
    let refused = site.run(&["publish", "disk"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("error[destination-busy]"), "{}", said(&refused));
    fs::remove_file(&lock).unwrap();
    assert!(site.published() == before);
    site.publish();
    assert!(site.published() == site.built());
}

#[test]
#[cfg(unix)]
fn full_disk_is_told_and_the_publication_goes_on_later() {
    let site = Site::new(1);
    site.publish();
    let before = site.published();
    site.write_post("p0", &"很长的正文。".repeat(900));
    assert!(site.run(&["build"]).status.success());
    for limit in ["ulimit -f 0", "ulimit -f 16"] {
        let program = program();
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("trap '' XFSZ; {limit}; exec \"$0\" publish disk --site \"$1\""));
        command.arg(program.get_program()).arg(site.folder());
        for (name, value) in program.get_envs() {
            command.env(name, value.unwrap());
        }
        let output = command.output().unwrap();
        let words = said(&output);
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(words.contains("error[destination-failed]"), "{words}");
        let left = site.published();
        assert!(
            before.iter().all(|(path, _)| left.contains_key(path)),
            "nothing was deleted"
        );
        assert_eq!(dead_links(&site.www()), [""; 0]);
    }
    let words = site.publish();
    assert!(words.contains("went on from there"), "{words}");
    assert!(site.published() == site.built());
}

/// The answer of `git` in a repository.
fn git(repository: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(repository)
        .args(["-c", "user.name=t", "-c", "user.email=t@t.example"]);
    let output = git.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn branch_gets_one_commit_with_what_changed_and_foreign_files_stay() {
    let site = Site::new(2);
    let bare = site.dir.path().join("pages.git");
    fs::create_dir(&bare).unwrap();
    git(&bare, &["init", "--bare", "--quiet"]);
    site.write(
        "content/_publish.yaml",
        "pages: {to: git, remote: ../pages.git, branch: pages}\n",
    );
    let publish = || {
        let output = site.run(&["publish", "pages"]);
        (output.status.code(), said(&output))
    };
    let clone = site.dir.path().join("clone");
    let clone_path = clone.to_str().unwrap();
    // A branch that is not there yet.
    let (status, words) = publish();
    assert_eq!(status, Some(0), "{words}");
    git(
        site.dir.path(),
        &["clone", "--quiet", "--branch", "pages", "pages.git", clone_path],
    );
    let checked_out = |clone: &Path| {
        let mut tree = read_tree(clone);
        tree.retain(|path, _| !path.starts_with(".git") && path != Path::new(PUBLISHED) && path != Path::new("CNAME"));
        tree
    };
    assert!(checked_out(&clone) == site.built());
    assert!(publish().1.contains("up to date"));
    assert_eq!(git(&bare, &["rev-list", "--count", "pages"]).trim(), "1");

    // Somebody else adds a file. Then one text changes.
    fs::write(clone.join("CNAME"), "qihe.example\n").unwrap();
    git(&clone, &["add", "CNAME"]);
    git(&clone, &["commit", "--quiet", "-m", "A name"]);
    git(&clone, &["push", "--quiet", "origin", "pages"]);
    site.write_post("p0", "别的正文。");
    site.remove_post("p1");
    let dry = said(&site.run(&["publish", "pages", "--dry-run"]));
    assert!(
        dry.contains("~ study/2022/p0/index.html") && dry.contains("Nothing was sent"),
        "{dry}"
    );
    assert_eq!(git(&bare, &["rev-list", "--count", "pages"]).trim(), "2");
    let before = checked_out(&clone);
    let (_, words) = publish();
    assert!(words.contains("left alone: CNAME"), "{words}");
    git(&clone, &["pull", "--quiet"]);
    assert!(checked_out(&clone) == site.built() && clone.join("CNAME").exists());
    assert_eq!(git(&bare, &["rev-list", "--count", "pages"]).trim(), "3");
    let changed = git(&bare, &["diff-tree", "-r", "--name-only", "pages~1", "pages"]);
    let after = site.built();
    let paths: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let expected = paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .count();
    assert_eq!(
        changed.lines().filter(|path| *path != PUBLISHED).count(),
        expected,
        "{changed}"
    );

    // Somebody else's page in the place of one of the site's.
    fs::create_dir_all(clone.join("study/2022/p2")).unwrap();
    fs::write(clone.join("study/2022/p2/index.html"), "mine").unwrap();
    git(&clone, &["add", "."]);
    git(&clone, &["commit", "--quiet", "-m", "A page"]);
    git(&clone, &["push", "--quiet", "origin", "pages"]);
    site.write_post("p2", "正文。");
    let (status, words) = publish();
    assert_eq!(status, Some(1));
    assert!(words.contains("error[foreign-at-destination]"), "{words}");

    site.write(
        "content/_publish.yaml",
        "pages: {to: git, remote: 'https://127.0.0.1:1/a.git', branch: pages}\n",
    );
    let (status, words) = publish();
    assert_eq!(status, Some(1));
    assert!(
        words.contains("error[destination-failed]") && words.contains("127.0.0.1"),
        "{words}"
    );
    site.write(
        "content/_publish.yaml",
        "pages: {to: git, remote: ../pages.git, branch: 'a..b'}\n",
    );
    assert!(publish().1.contains("no branch can have this name"));
}

#[test]
fn drafts_that_lie_in_the_output_folder_are_not_published() {
    let site = Site::new(1);
    site.write(
        "content/study/2022/secret.md",
        "---\ntitle: 未定稿\ndate: 2022-05-13\nsummary: 摘要。\nform: public-talk\ndraft: true\n---\n正文。\n",
    );
    assert!(site.run(&["build", "--drafts"]).status.success());
    assert!(site.folder().join("public/study/2022/secret/index.html").exists());
    site.publish();
    assert!(!site.www().join("study/2022/secret").exists());
}

#[test]
fn open_reviews_are_refused_where_the_policy_requires_them() {
    let site = Site::new(1);
    site.write(
        "content/site.yaml",
        &format!("{SETTINGS}policy: {{review: required}}\n"),
    );
    let refused = site.run(&["publish", "disk"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("error[missing-review]"), "{}", said(&refused));
    assert!(!site.www().exists());
}

#[test]
fn wrong_targets_are_named_in_both_languages() {
    let site = Site::new(1);
    let run = |text: &str, target: &str, lang: &str| {
        site.write("content/_publish.yaml", text);
        let output = site.run(&["publish", target, "--lang", lang]);
        (output.status.code(), said(&output))
    };
    let holds_site = "up: {to: fs, root: ..}\n";
    let in_site = "pub: {to: fs, root: public/www}\n";
    let disk = "disk: {to: fs, root: ../www}\n";
    // With the protocols of the network, the credentials are missing.
    let remote = match cfg!(feature = "remote") {
        true => ("没有找到用户和密码", "there is no user and no password"),
        false => ("不会用 oss", "is built without oss"),
    };
    for (text, target, status, chinese, english) in [
        (disk, "disc", 2, "是不是“disk”", "did you mean `disk`"),
        ("", "disk", 2, "没有写过发布到哪里", "there are no targets yet"),
        (
            holds_site,
            "up",
            1,
            "站点的源文件在这个文件夹里",
            "the sources of the site are in this folder",
        ),
        (in_site, "pub", 1, "这个文件夹在站点的", "this folder lies in content"),
        (
            "far: {to: fs, root: ../no/www}\n",
            "far",
            1,
            "找不到",
            "it was not found",
        ),
        (
            "b: {to: oss, bucket: t, endpoint: 'https://127.0.0.1:1'}\n",
            "b",
            1,
            remote.0,
            remote.1,
        ),
        (
            "b: {to: s3, secret_access_key: x}\n",
            "b",
            1,
            "不能写在站点里",
            "must not stand in the site",
        ),
        ("b: {to: fs}\n", "b", 1, "没有写 root", "it lacks"),
    ] {
        for (lang, words) in [("zh-CN", chinese), ("en", english)] {
            let (code, found) = run(text, target, lang);
            assert_eq!(code, Some(status), "{text}: {found}");
            assert!(found.contains(words), "{text}: {found}");
        }
    }
    assert_eq!(
        read_tree(site.dir.path())
            .keys()
            .filter(|path| path.starts_with("www"))
            .count(),
        0
    );
}
