//! A small site that is edited at random and built again after each edit.

#[path = "photograph.rs"]
mod photograph;

use super::common::tree;
use jiff::civil::{Date, date};
use photograph::photograph;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use xiangyin::testing::pipeline::{NoProgress, Outcome, Request, build};

/// A sequence of numbers that is the same wherever it runs (xorshift64*, Vigna 2016).
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    fn choose<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// How many sorts of edits there are.
pub(crate) const EDIT_KINDS: usize = 40;

const FOLDERS: [&str; 5] = ["volunteer", "coverage", "study", "culture", "civility"];
const TODAY: Date = date(2023, 1, 31);

/// A site with its output folder and one for comparison.
pub(crate) struct EditedSite {
    dir: tempfile::TempDir,
    pub(crate) request: Request,
    /// The sorts of edits that were made.
    pub(crate) tried_edits: Vec<&'static str>,
    /// How many builds were published.
    pub(crate) published: usize,
    count: usize,
    /// A file that was broken, with its text as it was.
    broken_file: Option<(PathBuf, Vec<u8>)>,
}

/// A file or folder of the output, in its order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OutputEntry {
    pub(crate) name: String,
    pub(crate) is_file: bool,
}

/// What tells whether a file was touched: its number on the disk (where the system has one) and its time.
pub(crate) type InodeAndTime = (u64, std::time::SystemTime);

impl EditedSite {
    pub(crate) fn new(policy: &str) -> Self {
        // In memory where that can be had: hundreds of builds write some hundred files each.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let dir = dir.unwrap();
        write_site(dir.path(), policy);
        let request = Request {
            out: Some(dir.path().join("www/public")),
            program: "test".to_owned(),
            ..Request::new(dir.path().join("site"), TODAY)
        };
        fs::create_dir(dir.path().join("www")).unwrap();
        Self {
            dir,
            request,
            tried_edits: Vec::new(),
            published: 0,
            count: 0,
            broken_file: None,
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.dir().join("www/public")
    }

    pub(crate) fn manifest(&self) -> PathBuf {
        self.dir().join("www/.public.xiangyin-manifest")
    }

    pub(crate) fn build(&self) -> Outcome {
        build(&self.request, &NoProgress)
    }

    /// Builds again, and compares the tree with one made from nothing. A broken site must leave the tree alone.
    pub(crate) fn compare_with_clean_build(&mut self, what: &str) {
        let is_published = self.is_published_like_clean_build(what);
        self.published += usize::from(is_published);
    }

    fn is_published_like_clean_build(&self, what: &str) -> bool {
        let before = if self.out().is_dir() {
            tree(&self.out())
        } else {
            BTreeMap::new()
        };
        let outcome = self.build();
        let clean = self.dir().join("clean");
        let request = Request {
            out: Some(clean.clone()),
            force: true,
            ..self.request.clone()
        };
        let from_nothing = build(&request, &NoProgress);
        assert_eq!(
            outcome.published, from_nothing.published,
            "{what}: {:?}",
            outcome.findings
        );
        assert_eq!(outcome.findings, from_nothing.findings, "{what}");
        let found = tree(&self.out());
        if !outcome.published {
            assert!(found == before, "{what}: a broken site changed the tree");
            return false;
        }
        assert_eq!(
            (outcome.pages, outcome.files),
            (from_nothing.pages, from_nothing.files),
            "{what}"
        );
        let made = outcome.changes.iter().filter(|change| change.is_made()).count();
        assert_eq!(made + outcome.kept, outcome.files, "{what}");
        let expected = tree(&clean);
        if found != expected {
            let names: std::collections::BTreeSet<_> = found.keys().chain(expected.keys()).collect();
            let differ: Vec<_> = names
                .into_iter()
                .filter(|name| found.get(*name) != expected.get(*name))
                .collect();
            panic!("{what}: these differ from a build from nothing: {differ:?}");
        }
        true
    }

    /// All posts, in order of path.
    pub(crate) fn posts(&self) -> Vec<PathBuf> {
        let mut posts: Vec<PathBuf> = FOLDERS
            .iter()
            .flat_map(|folder| fs::read_dir(self.request.site.join("content").join(folder)).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("_index.md"))
            .collect();
        posts.sort();
        posts
    }

    /// How every file and folder of the output looks.
    pub(crate) fn inodes_and_times(&self) -> BTreeMap<OutputEntry, InodeAndTime> {
        let mut looks = BTreeMap::new();
        let mut open = vec![self.out()];
        while let Some(next) = open.pop() {
            let is_file = next.is_file();
            let name = next.strip_prefix(self.out()).unwrap().to_string_lossy().into_owned();
            let metadata = fs::metadata(&next).unwrap();
            looks.insert(
                OutputEntry { name, is_file },
                (inode(&metadata), metadata.modified().unwrap()),
            );
            if !is_file {
                open.extend(fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        looks
    }

    /// Edits the site at random.
    pub(crate) fn edit(&mut self, random: &mut Rng) -> String {
        self.fix_broken_file(random).unwrap_or_else(|| {
            let sort = random.below(EDIT_KINDS);
            self.edit_in_way(sort, random)
        })
    }

    /// Mends what is broken, mostly; none when nothing is, or when it stays so for now.
    pub(crate) fn fix_broken_file(&mut self, random: &mut Rng) -> Option<String> {
        let (path, text) = self.broken_file.take_if(|_| random.below(3) > 0)?;
        fs::write(&path, text).unwrap();
        Some(self.record_edit("mended", &path))
    }

    fn record_edit(&mut self, sort: &'static str, path: &Path) -> String {
        self.tried_edits.push(sort);
        format!("{sort} {}", path.display())
    }

    fn content(&self, path: &str) -> PathBuf {
        self.request.site.join("content").join(path)
    }

    fn theme(&self, path: &str) -> PathBuf {
        self.request.site.join("themes/default").join(path)
    }

    /// Edits the site in one way.
    pub(crate) fn edit_in_way(&mut self, sort: usize, random: &mut Rng) -> String {
        self.count += 1;
        match sort {
            0..12 => self.edit_post(sort, random),
            12..18 => self.edit_theme(sort, random),
            18..29 => self.edit_site(sort, random),
            _ => self.edit_output(sort, random),
        }
    }

    /// Changes what a template of the default theme makes, by an override.
    pub(crate) fn change_template(&mut self, name: &str) {
        self.count += 1;
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default").join(name);
        let text = fs::read_to_string(default).unwrap();
        let changed = text.replacen("class=\"", &format!("data-n=\"{}\" class=\"", self.count), 1);
        write(&self.theme(name), changed);
    }

    pub(crate) fn add_notice(&self, post: &str) {
        append(
            &self.content(post),
            "\n\n{{ notice(title=\"提示\") }}\n写在后面。\n{{ /notice }}\n",
        );
    }

    pub(crate) fn change_picture(&self, picture: &str) {
        write(&self.content(picture), photograph(330, 220, 1, 100));
    }

    pub(crate) fn add_post(&self, post: &str, day: &str) {
        write_post(&self.content(post), 99, day);
    }

    fn edit_post(&mut self, sort: usize, random: &mut Rng) -> String {
        let n = self.count;
        let posts = self.posts();
        let post = random.choose(&posts);
        match sort {
            0 => {
                append(&post, &format!("\n\n补记之{n}：[另一篇](/volunteer/)。\n"));
                self.record_edit("body", &post)
            }
            1 => {
                set_front_matter(&post, "title", &format!("改过的标题{n}"));
                self.record_edit("title", &post)
            }
            2 => {
                let year = random.choose(&[2021, 2022]);
                let day = format!("{year}-{:02}-{:02}", 1 + random.below(8), 1 + random.below(28));
                set_front_matter(&post, "date", &day);
                self.record_edit("date", &post)
            }
            3 => {
                set_front_matter(
                    &post,
                    "tags",
                    random.choose(&["[河长]", "[春节, 河长]", "[]", "[新标签]"]),
                );
                self.record_edit("tags", &post)
            }
            4 => {
                set_front_matter(&post, "kind", random.choose(&["study", "culture", "page", "civility"]));
                self.record_edit("kind", &post)
            }
            5 => {
                let to = self.content(random.choose(&FOLDERS)).join(format!("moved-{n}.md"));
                fs::rename(&post, to).unwrap();
                self.record_edit("moved", &post)
            }
            6 if posts.len() > 8 => {
                fs::remove_file(&post).unwrap();
                self.record_edit("deleted", &post)
            }
            6 | 7 => {
                let new = self.content(random.choose(&FOLDERS)).join(format!("new-{n}.md"));
                write_post(&new, n, &format!("2022-{:02}-20", 1 + random.below(6)));
                self.record_edit("new", &new)
            }
            8 => {
                set_front_matter(&post, "summary", &format!("摘要之{n}"));
                self.record_edit("summary", &post)
            }
            9 => {
                set_front_matter(&post, "village", random.choose(&["heyuan", "shiqiao"]));
                self.record_edit("village", &post)
            }
            10 => {
                let call = random.choose(&[
                    "{{ notice(title=\"提示\") }}\n写在前面。\n{{ /notice }}",
                    "{{ figure(src=\"/images/a.jpg\", alt=\"图\") }}",
                    "{{ metric(\"volunteer.sessions\", period=\"2022-H1\") }}",
                    "{{ chart(\"volunteer.hours\", by=\"month\", period=\"2022\") }}",
                    "![图](/images/b.jpg)",
                ]);
                append(&post, &format!("\n\n{call}\n"));
                self.record_edit("call", &post)
            }
            _ => {
                set_front_matter(&post, "draft", random.choose(&["true", "false"]));
                self.record_edit("draft", &post)
            }
        }
    }

    fn edit_theme(&mut self, sort: usize, random: &mut Rng) -> String {
        let n = self.count;
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
        let name = match sort {
            12 => random.choose(&[
                "templates/base.html",
                "templates/article.html",
                "templates/home.html",
                "templates/feed.xml",
            ]),
            13 => random.choose(&[
                "templates/components/card.html",
                "templates/components/colophon.html",
                "templates/components/site-foot.html",
                "templates/components/facts.html",
            ]),
            14 => random.choose(&["templates/shortcodes/notice.html", "templates/shortcodes/metric.html"]),
            15 => "static/style.css",
            16 => "i18n/zh-CN.yaml",
            _ => {
                // The override goes, and the theme's own file is back.
                let overrides = [
                    "templates/base.html",
                    "templates/components/card.html",
                    "static/style.css",
                ];
                let gone = self.theme(random.choose(&overrides));
                let _ = fs::remove_file(&gone);
                return self.record_edit("override gone", &gone);
            }
        };
        let text = fs::read_to_string(default.join(name)).unwrap();
        let text = match sort {
            15 => format!("{text}\n.n{n} {{ color: red }}\n"),
            16 => text.replace("跳到正文", &format!("到正文去{n}")),
            // Inside of what is shown, so that a component's output changes and not only the text around it.
            _ => text.replacen("class=\"", &format!("data-n=\"{n}\" class=\""), 1) + &format!("{{# {n} #}}"),
        };
        write(&self.theme(name), text);
        self.record_edit("theme", &self.theme(name))
    }

    fn edit_site(&mut self, sort: usize, random: &mut Rng) -> String {
        let n = self.count;
        if sort == 26 {
            // In another size now and then, and lying on its side.
            let width = 330 + 40 * (n as u32 % 3);
            let picture = self.content("images/a.jpg");
            write(
                &picture,
                photograph(width, 220, if n.is_multiple_of(2) { 6 } else { 1 }, n),
            );
            return self.record_edit(SITE_EDIT_NAMES[sort - 18], &picture);
        }
        let (path, text) = match sort {
            18 => ("_data/teams.yaml", teams(&format!("河源队{n}"))),
            19 => ("_data/villages.yaml", villages(&format!("禾源村{n}"))),
            20 => (
                "_kinds/civility.yaml",
                format!("id: civility\nlabels: {{zh-CN: 文明新风{n}, en: Civility}}\n"),
            ),
            21 => (
                "_metrics.yaml",
                format!("town.talks:\n  label: 讲堂{n}\n  unit: 场\n  of: study\n  aggregate: count\n"),
            ),
            22 => ("site.yaml", settings("generate", &format!("title: 改名{n}\n"))),
            23 => (
                "site.yaml",
                settings(
                    "generate",
                    &format!("title: 测试\nnav: [{{label: 菜单{n}, url: /study/}}]\n"),
                ),
            ),
            24 => ("site.yaml", settings("written", "title: 测试\npaginate: 5\n")),
            25 => ("_defaults.yaml", format!("volunteer:\n  source: 志愿服务队{n}\n")),
            27 => (
                "culture/_index.md",
                format!("---\ntitle: 文化{n}\n---\n\n栏目说明{n}。\n"),
            ),
            _ => ("reports/h1.md", report(&format!("上半年总结{n}"))),
        };
        write(&self.content(path), text);
        let _ = random;
        self.record_edit(SITE_EDIT_NAMES[sort - 18], &self.content(path))
    }

    fn edit_output(&mut self, sort: usize, random: &mut Rng) -> String {
        let n = self.count;
        let files: Vec<PathBuf> = tree(&self.out())
            .into_keys()
            .filter(|path| !path.ends_with(".xiangyin"))
            .collect();
        let file = self.out().join(random.choose(&files));
        match sort {
            29 => {
                fs::remove_file(&file).unwrap();
                self.record_edit("output deleted", &file)
            }
            30 => {
                append(&file, "altered");
                self.record_edit("output altered", &file)
            }
            31 => {
                write(&self.out().join(format!("strange-{n}/file.txt")), "mine");
                self.record_edit("stranger", &file)
            }
            32 => {
                let _ = fs::remove_file(self.manifest());
                self.record_edit("manifest deleted", &self.manifest())
            }
            33 | 34 => {
                let Ok(mut bytes) = fs::read(self.manifest()) else {
                    return self.record_edit("no manifest to damage", &self.manifest());
                };
                let at = random.below(bytes.len());
                if sort == 33 {
                    bytes.truncate(at);
                } else {
                    bytes[at] ^= 1 << random.below(8);
                }
                fs::write(self.manifest(), bytes).unwrap();
                self.record_edit("manifest damaged", &self.manifest())
            }
            35 => {
                let bases = [None, Some("https://x.example/town/"), Some("")];
                self.request.base_url = random.choose(&bases).map(str::to_owned);
                self.record_edit("base_url", Path::new(""))
            }
            36 => {
                self.request.today = random.choose(&[TODAY, date(2022, 6, 15), date(2024, 2, 1)]);
                self.record_edit("today", Path::new(""))
            }
            37 if self.broken_file.is_none() => {
                let path = random.choose(&self.posts());
                self.broken_file = Some((path.clone(), fs::read(&path).unwrap()));
                set_front_matter(&path, "date", "someday");
                self.record_edit("broken", &path)
            }
            38 => {
                write(&self.content(&format!("images/new-{n}.jpg")), photograph(40, 30, 6, n));
                self.record_edit("new picture", Path::new(""))
            }
            _ => self.record_edit("nothing", Path::new("")),
        }
    }
}

const SITE_EDIT_NAMES: [&str; 11] = [
    "teams", "villages", "kind", "metrics", "settings", "menu", "pages", "defaults", "picture", "section", "report",
];

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &fs::Metadata) -> u64 {
    0
}

/// Writes a file, with the folders above it.
fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Adds text to the end of a file.
pub(crate) fn append(path: &Path, text: &str) {
    let mut bytes = fs::read(path).unwrap();
    bytes.extend(text.as_bytes());
    fs::write(path, bytes).unwrap();
}

/// Sets a key of a post's front matter.
fn set_front_matter(path: &Path, key: &str, value: &str) {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let end = 1 + lines[1..].iter().position(|line| line == "---").unwrap();
    let start = format!("{key}: ");
    match lines[..end].iter_mut().find(|line| line.starts_with(&start)) {
        Some(line) => *line = format!("{start}{value}"),
        None => lines.insert(end, format!("{start}{value}")),
    }
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

/// Copies a tree with the times of its files and folders.
pub(crate) fn copy_with_times(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (old, new) = (
            entry.as_ref().unwrap().path(),
            to.join(entry.as_ref().unwrap().file_name()),
        );
        if old.is_dir() {
            copy_with_times(&old, &new);
        } else {
            fs::copy(&old, &new).unwrap();
            let time = fs::metadata(&old).unwrap().modified().unwrap();
            fs::File::options()
                .write(true)
                .open(&new)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
    }
    let time = fs::metadata(from).unwrap().modified().unwrap();
    fs::File::open(to).unwrap().set_modified(time).unwrap();
}

fn settings(reports: &str, more: &str) -> String {
    format!(
        "{more}base_url: https://x.example/\npolicy: {{review: off, privacy: warn, links: warn, unknown_keys: warn, reports: {reports}}}\n"
    )
}

fn teams(name: &str) -> String {
    format!(
        "- {{id: heyuan-team, name: {name}, village: heyuan, since: 2021-03-05}}\n\
         - {{id: river-team, name: 护河队, since: 2022-03-22}}\n"
    )
}

fn villages(name: &str) -> String {
    format!("- {{id: heyuan, name: {name}}}\n- {{id: shiqiao, name: 石桥村}}\n")
}

fn report(title: &str) -> String {
    format!(
        "---\ntitle: {title}\ndate: 2022-07-05\nperiod: 2022-H1\n---\n\n## 概况\n\n上半年共\
         {{{{ metric(\"volunteer.sessions\") }}}}，见[一篇](/volunteer/p0/)。\n\n![图](/images/a.jpg)\n\n\
         {{{{ chart(\"volunteer.hours\", by=\"month\") }}}}\n"
    )
}

fn write_post(path: &Path, n: usize, day: &str) {
    let folder = path
        .parent()
        .unwrap()
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let own = match folder.as_str() {
        "volunteer" => format!(
            "team: heyuan-team\nvillage: heyuan\nhours: {}.5\nparticipants: {n}\n",
            3 + n
        ),
        "coverage" => "outlet: 县报\nlevel: national\n".to_owned(),
        _ => String::new(),
    };
    let text = format!(
        "---\ntitle: 第{n}次活动\ndate: {day}\ntags: [河长]\n{own}---\n\n这是第{n}篇的开头，写得足够长，让摘要停在这里。\
         后面还有很多话要说，一句接着一句，直到摘要的长度用完为止，再往后的字就不在摘要里了。\
         这一句之后仍然有字，为的是让这一段比摘要更长，长到谁也不会在列表里看见它的末尾，长到一百多个字才肯罢休。\n\n\
         ![图](/images/a.jpg)\n\n第二段，见[另一篇](/volunteer/)。\n"
    );
    write(path, text);
}

fn write_site(dir: &Path, policy: &str) {
    let content = dir.join("site/content");
    write(
        &content.join("site.yaml"),
        settings(policy, "title: 测试\npaginate: 6\n"),
    );
    write(&content.join("_data/teams.yaml"), teams("河源队"));
    write(&content.join("_data/villages.yaml"), villages("禾源村"));
    write(
        &content.join("culture/_index.md"),
        "---\ntitle: 文化\n---\n\n栏目说明。\n",
    );
    write(&content.join("reports/h1.md"), report("上半年总结"));
    for picture in ["a", "b"] {
        write(
            &content.join(format!("images/{picture}.jpg")),
            photograph(330, 220, 1, 0),
        );
    }
    for (at, folder) in FOLDERS.iter().enumerate() {
        // More than a feed holds in all folders together, the first post of the first folder the oldest.
        for n in 0..if at == 0 { 11 } else { 3 } {
            let day = format!("2022-{:02}-{:02}", 1 + (n / 4 + at) % 6, 1 + n);
            write_post(&content.join(format!("{folder}/p{n}.md")), n, &day);
        }
    }
    write(
        &dir.join("site/themes/default/templates/components/colophon.html"),
        fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/templates/components/colophon.html"),
        )
        .unwrap(),
    );
}
