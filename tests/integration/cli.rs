//! The command line through the real program.

mod figures;
mod findings;
mod scaffold;

use crate::common::{program, project_folder, write_file};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in `folder`.
fn xiangyin(folder: &Path, arguments: &[&str]) -> Output {
    program().args(arguments).current_dir(folder).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn help_is_in_the_requested_language_only() {
    let zh = xiangyin(project_folder(), &["build", "--help", "--lang", "zh-CN"]);
    assert_eq!(zh.status.code(), Some(0));
    assert!(out(&zh).contains("用法：xiangyin build [选项]"), "{}", out(&zh));
    for word in ["Usage", "Options", "Print help", "default", "possible values"] {
        assert!(!out(&zh).contains(word), "{word}: {}", out(&zh));
    }
    let en = xiangyin(project_folder(), &["--help"]);
    assert!(out(&en).starts_with("Xiangyin: builds"), "{}", out(&en));
    assert!(out(&en).contains("Commands:\n  build "), "{}", out(&en));
}

#[test]
fn environment_variables_choose_the_language() {
    let output = program()
        .arg("--help")
        .env("LC_ALL", "")
        .env("LC_MESSAGES", "")
        .env("LANG", "zh_CN.UTF-8")
        .output()
        .unwrap();
    assert!(out(&output).starts_with("乡音"));
}

#[test]
fn version_flag_prints_the_version() {
    let output = xiangyin(project_folder(), &["--version"]);
    assert_eq!(out(&output), format!("xiangyin {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn invalid_command_lines_exit_with_2_and_a_suggestion() {
    for (arguments, said) in [
        (&["bild"][..], &["没有“bild”这个命令", "是不是“build”？"][..]),
        (
            &["build", "--drfts"],
            &["没有“--drfts”这个参数", "是不是“--drafts”？", "xiangyin build --help"],
        ),
        (&["build", "--out"], &["“--out”后面要写一个值"]),
        (
            &["build", "--base-url", "qihe.example"],
            &["“--base-url”不能是“qihe.example”", "https://"],
        ),
        (&["build", "--site", "a", "--site", "b"], &["“--site”只能写一次"]),
        (
            &["check", "--message-format", "xml"],
            &["“--message-format”不能是“xml”", "human、json"],
        ),
        (&["init"], &["缺少参数：<DIR>"]),
        (&["completions", "tcsh"], &["bash、zsh、fish、powershell、elvish"]),
    ] {
        let output = xiangyin(project_folder(), &[&["--lang", "zh-CN"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(out(&output), "", "{arguments:?}");
        for words in said {
            assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
        }
    }
    let english = xiangyin(project_folder(), &["bild"]);
    assert!(
        err(&english).starts_with("error: there is no command `bild`"),
        "{}",
        err(&english)
    );
    assert_eq!(
        xiangyin(project_folder(), &[]).status.code(),
        Some(2),
        "no command at all"
    );
}

#[test]
fn init_writes_a_site_and_overwrites_nothing() {
    for lang in ["zh-CN", "en"] {
        let dir = tempfile::tempdir().unwrap();
        let made = xiangyin(dir.path(), &["init", "town", "--lang", lang]);
        assert_eq!(made.status.code(), Some(0), "{}", err(&made));
        for file in [
            "content/site.yaml",
            "content/_data/villages.yaml",
            "content/about.md",
            ".gitignore",
        ] {
            assert!(dir.path().join("town").join(file).is_file(), "{file}");
        }
        let post = fs::read_to_string(dir.path().join("town/content/volunteer/2026/clean-river.md")).unwrap();
        assert!(post.contains("\ndate: 2026-03-05\n"), "{post}");
        let again = xiangyin(
            dir.path(),
            &["init", "town", "--lang", lang, "--message-format", "json"],
        );
        assert_eq!(again.status.code(), Some(1));
        let finding: serde_json::Value = serde_json::from_str(out(&again).trim()).unwrap();
        assert_eq!(finding["code"], "foreign-output");
    }
}

#[test]
fn completion_scripts_contain_the_flags() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = xiangyin(project_folder(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(
            out(&output).contains("--base-url") || out(&output).contains("base-url"),
            "{shell}"
        );
    }
}

#[cfg(unix)]
#[test]
fn closed_pipe_is_not_an_error() {
    let program = env!("CARGO_BIN_EXE_xiangyin");
    let script = format!("{program} completions bash 2>err | true; test ! -s err");
    let dir = tempfile::tempdir().unwrap();
    let status = Command::new("sh")
        .args(["-c", &script])
        .current_dir(dir.path())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn invalid_source_date_epoch_is_a_usage_error() {
    let output = program()
        .args(["check", "--lang", "en"])
        .env("SOURCE_DATE_EPOCH", "yesterday")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("`yesterday`"));
}

/// A site with one post, to be built in its own folder.
fn small_site(folder: &Path) {
    write_file(
        &folder.join("content/site.yaml"),
        "title: 测试\npolicy: {review: off}\n",
    );
    let post = "---\ntitle: 甲\ndate: 2022-05-12\nsummary: 摘要\n---\n\n正文。\n";
    write_file(&folder.join("content/study/a.md"), post);
}

#[test]
fn explain_prints_why_each_file_was_written() {
    let dir = tempfile::tempdir().unwrap();
    small_site(dir.path());
    let explain = |arguments: &[&str]| {
        let output = xiangyin(dir.path(), &[&["build", "--explain"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    };
    let first = explain(&["--lang", "zh-CN"]);
    assert!(
        first.contains("没有上一次生成的记录") && first.contains("沿用 0"),
        "{first}"
    );
    let nothing = explain(&["--lang", "en"]);
    assert!(
        nothing.starts_with("Nothing to do: ") && nothing.contains("1 warning"),
        "{nothing}"
    );
    fs::write(
        dir.path().join("content/study/a.md"),
        "---\ntitle: 甲\ndate: 2022-05-12\nsummary: 摘要\n---\n\n改过的正文。\n",
    )
    .unwrap();
    let changed = explain(&["--lang", "zh-CN"]);
    let (search, lines): (Vec<&str>, Vec<&str>) = changed.lines().partition(|line| line.starts_with("search/"));
    assert!(
        !search.is_empty() && search.iter().all(|line| line.ends_with("：搜索用的文字改了")),
        "{changed}"
    );
    assert_eq!(
        lines[..3],
        [
            "feed.xml：列出的内容改了（feed）",
            "study/a/index.html：稿件改了（post）",
            "study/feed.xml：列出的内容改了（feed）",
        ]
    );
    assert!(lines[3].contains(&format!("新做 {}", 3 + search.len())), "{changed}");
    fs::remove_file(dir.path().join("public/404.html")).unwrap();
    fs::rename(
        dir.path().join("content/study/a.md"),
        dir.path().join("content/study/b.md"),
    )
    .unwrap();
    let json = explain(&["--message-format", "json"]);
    let lines: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reason = |output: &str| {
        let found = lines.iter().find(|line| line["output"] == output).unwrap();
        (found["reason"].as_str().unwrap().to_owned(), found["parts"].clone())
    };
    assert_eq!(reason("404.html"), ("missing".to_owned(), serde_json::json!([])));
    assert_eq!(reason("study/a/index.html"), ("gone".to_owned(), serde_json::json!([])));
    assert_eq!(reason("study/b/index.html"), ("new".to_owned(), serde_json::json!([])));
    assert_eq!(
        reason("study/index.html"),
        ("changed".to_owned(), serde_json::json!(["list"]))
    );
    let forced = explain(&["--lang", "en", "--force"]);
    assert!(
        forced.contains("--force was given") && forced.contains(", 0 kept"),
        "{forced}"
    );
}

#[test]
fn unchanged_build_repeats_its_findings_in_the_requested_language() {
    let dir = tempfile::tempdir().unwrap();
    small_site(dir.path());
    let build = |lang: &str| err(&xiangyin(dir.path(), &["build", "--lang", lang]));
    let (zh, en) = (build("zh-CN"), build("en"));
    assert!(zh.contains("警告") && en.contains("warning"), "{zh}\n{en}");
    assert_eq!((build("zh-CN"), build("en")), (zh, en));
}
