//! A new editor's first hour: the starter site without its examples, and the handbook's first chapter to the letter.

use crate::common::preview_process::PreviewProcess;
use crate::common::{program, project_folder, read_tree, write_file};
use jiff::civil::date;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use xiangyin::testing::pipeline::{NoProgress, Request, build};

/// The folders of the starter site's example posts.
const EXAMPLES: [&str; 3] = ["role-models", "videos", "volunteer"];

fn xiangyin(folder: &Path, arguments: &[&str]) -> Output {
    program().args(arguments).current_dir(folder).output().unwrap()
}

/// The standard output of a command that must succeed.
fn output_of(folder: &Path, arguments: &[&str]) -> String {
    let output = xiangyin(folder, arguments);
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {out}{err}");
    out
}

#[test]
fn starter_site_builds_whichever_of_its_examples_are_deleted() {
    for lang in ["zh-CN", "en"] {
        for subset in 0..1 << EXAMPLES.len() {
            let dir = tempfile::tempdir().unwrap();
            output_of(dir.path(), &["init", "town", "--lang", lang]);
            let town = dir.path().join("town");
            let is_deleted = |index: usize| subset & 1 << index != 0;
            for (index, folder) in EXAMPLES.iter().enumerate() {
                let posts = town.join("content").join(folder);
                assert!(posts.is_dir(), "{folder}");
                if is_deleted(index) {
                    fs::remove_dir_all(posts).unwrap();
                }
            }
            let outcome = build(&Request::new(&town, date(2026, 3, 5)), &NoProgress);
            assert_eq!(outcome.findings, [], "{lang}, subset {subset}");
            let is_published = |page: &str| town.join("public").join(page).is_file();
            for (index, folder) in EXAMPLES.iter().enumerate() {
                assert!(is_published(&format!("{folder}/index.html")), "the menu names {folder}");
                let year = town.join("public").join(folder).join("2026");
                assert_eq!(year.exists(), !is_deleted(index), "{folder}");
            }
        }
    }
}

#[test]
fn starter_site_builds_without_examples_and_rosters() {
    let dir = tempfile::tempdir().unwrap();
    output_of(dir.path(), &["init", "town"]);
    let content = dir.path().join("town/content");
    for folder in EXAMPLES.iter().chain(&["_data"]) {
        fs::remove_dir_all(content.join(folder)).unwrap();
    }
    let outcome = build(&Request::new(dir.path().join("town"), date(2026, 3, 5)), &NoProgress);
    assert_eq!(outcome.findings, []);
}

/// The fenced code blocks of a text, in order: language and lines.
fn code_blocks(text: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    // The indentation of the fence, while a block is open.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match (open, line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => {
                blocks.push((language.to_owned(), Vec::new()));
                open = Some(indent);
            }
            (Some(_), Some("")) => open = None,
            (Some(fence), _) => {
                let lines = &mut blocks.last_mut().unwrap().1;
                lines.push(line.get(fence..).unwrap_or_default().to_owned());
            }
            (None, None) => {}
        }
    }
    blocks
}

/// What a reader has done so far who follows the chapter.
struct Reader {
    folder: PathBuf,
    /// The file that the last `xiangyin new` wrote.
    post: Option<PathBuf>,
    /// The first two words of the commands that ran.
    commands: Vec<String>,
}

impl Reader {
    fn run(&mut self, command: &str) {
        let words: Vec<&str> = command.split_whitespace().collect();
        self.commands.push(words[..2.min(words.len())].join(" "));
        match words.as_slice() {
            // The program under test was compiled by whoever runs this test.
            ["cargo", "build", "--release"] => {}
            ["cd", folder] => self.folder.push(folder),
            ["xiangyin", "serve", "--open"] => self.preview(),
            ["xiangyin", arguments @ ..] => {
                let out = output_of(&self.folder, &[arguments, &["--lang", "zh-CN"]].concat());
                if arguments[0] == "new" {
                    self.post = Some(self.folder.join(out.trim()));
                }
                assert!(!out.contains("错误[") && !out.contains("警告["), "{command}: {out}");
            }
            _ => panic!("the chapter has a command that this test does not know: {command}"),
        }
    }

    /// Previews the same files. No browser is opened.
    fn preview(&self) {
        let tree = read_tree(&self.folder.join("content"));
        let files: Vec<(String, String)> = tree
            .into_iter()
            .map(|(path, bytes)| {
                let path = format!("content/{}", path.display()).replace('\\', "/");
                (path, String::from_utf8(bytes).unwrap())
            })
            .collect();
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let preview = PreviewProcess::start(&files, &[]);
        preview.wait_for_text("/", "护河队清理石桥河段");
    }

    /// Saves the text in the file that `xiangyin new` wrote.
    fn save(&self, lines: &[String]) {
        let post = self.post.as_ref().expect("a post was begun");
        write_file(post, lines.join("\n") + "\n");
    }
}

#[test]
fn the_first_chapter_can_be_followed_to_the_letter() {
    let chapter = fs::read_to_string(project_folder().join("content/handbook/getting-started.md")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut reader = Reader {
        folder: dir.path().to_owned(),
        post: None,
        commands: Vec::new(),
    };
    for (language, lines) in code_blocks(&chapter) {
        match language.as_str() {
            "sh" => lines.iter().for_each(|command| reader.run(command)),
            "markdown" => reader.save(&lines),
            "text" => assert!(lines[0].ends_with('/'), "a picture of folders: {lines:?}"),
            other => panic!("the chapter has a block that this test does not know: {other}"),
        }
    }
    for command in ["init", "new", "serve", "check", "build"] {
        let command = format!("xiangyin {command}");
        assert!(reader.commands.contains(&command), "{command}: {:?}", reader.commands);
    }
    let post = reader.post.unwrap();
    let name = post
        .strip_prefix(reader.folder.join("content"))
        .unwrap()
        .with_extension("");
    let page = reader.folder.join("public").join(name).join("index.html");
    let page = fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    assert!(page.contains("<h1>护河队清理石桥河段</h1>"), "{page}");
    let stats = fs::read_to_string(reader.folder.join("public/stats/2022-h1/index.html")).unwrap();
    assert!(stats.contains("志愿服务"), "the post counts: {stats}");
}
