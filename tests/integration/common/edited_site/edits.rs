//! The edits that are made to a site: what editors, theme makers and accidents do.

use super::sources::{report, settings, teams, villages, write_post};
use super::{EditedSite, FOLDERS, Rng, TODAY, append};
use crate::common::photograph::photograph;
use crate::common::{project_folder, read_tree, write_file};
use jiff::civil::date;
use std::fs;
use std::path::{Path, PathBuf};

/// How many kinds of edits there are.
pub(crate) const EDIT_KINDS: usize = 40;

impl EditedSite {
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
        let default = project_folder().join("themes/default").join(name);
        let text = fs::read_to_string(default).unwrap();
        let changed = text.replacen("class=\"", &format!("data-n=\"{}\" class=\"", self.count), 1);
        write_file(&self.theme(name), changed);
    }

    pub(crate) fn add_notice(&self, post: &str) {
        append(
            &self.content(post),
            "\n\n{{ notice(title=\"提示\") }}\n写在后面。\n{{ /notice }}\n",
        );
    }

    pub(crate) fn change_picture(&self, picture: &str) {
        write_file(&self.content(picture), photograph(330, 220, 1, 100));
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
        let default = project_folder().join("themes/default");
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
        write_file(&self.theme(name), text);
        self.record_edit("theme", &self.theme(name))
    }

    fn edit_site(&mut self, sort: usize, random: &mut Rng) -> String {
        let n = self.count;
        if sort == 26 {
            // In another size now and then, and lying on its side.
            let width = 330 + 40 * (n as u32 % 3);
            let picture = self.content("images/a.jpg");
            write_file(
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
            24 => {
                let policy = if n.is_multiple_of(2) { "written" } else { "[2022-Q2]" };
                ("site.yaml", settings(policy, "title: 测试\npaginate: 5\n"))
            }
            25 => ("_defaults.yaml", format!("volunteer:\n  source: 志愿服务队{n}\n")),
            27 => (
                "culture/_index.md",
                format!("---\ntitle: 文化{n}\n---\n\n栏目说明{n}。\n"),
            ),
            _ => ("reports/h1.md", report(&format!("上半年总结{n}"))),
        };
        write_file(&self.content(path), text);
        let _ = random;
        self.record_edit(SITE_EDIT_NAMES[sort - 18], &self.content(path))
    }

    fn edit_output(&mut self, sort: usize, random: &mut Rng) -> String {
        let n = self.count;
        let files: Vec<PathBuf> = read_tree(&self.out())
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
                let strange = self.out().join(format!("strange-{n}"));
                write_file(&strange.join("file.txt"), "mine");
                assert!(!self.build().published, "a stranger in the tree");
                fs::remove_dir_all(strange).unwrap();
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
                write_file(&self.content(&format!("images/new-{n}.jpg")), photograph(40, 30, 6, n));
                self.record_edit("new picture", Path::new(""))
            }
            _ => self.record_edit("nothing", Path::new("")),
        }
    }
}

const SITE_EDIT_NAMES: [&str; 11] = [
    "teams", "villages", "kind", "metrics", "settings", "menu", "pages", "defaults", "picture", "section", "report",
];

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
