//! The command line through the real program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in `folder` with a fixed today, 2026-03-05 in Shanghai.
fn xiangyin(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xiangyin"))
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1772640000")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn project_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
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
fn the_environment_chooses_the_language() {
    let output = Command::new(env!("CARGO_BIN_EXE_xiangyin"))
        .arg("--help")
        .env("LC_ALL", "")
        .env("LC_MESSAGES", "")
        .env("LANG", "zh_CN.UTF-8")
        .output()
        .unwrap();
    assert!(out(&output).starts_with("乡音"));
}

#[test]
fn version_is_printed() {
    let output = xiangyin(project_folder(), &["--version"]);
    assert_eq!(out(&output), format!("xiangyin {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_command_line_exits_with_2_and_a_suggestion() {
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
fn init_makes_a_site_and_overwrites_nothing() {
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
fn completions_know_the_commands() {
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
    let output = Command::new(env!("CARGO_BIN_EXE_xiangyin"))
        .args(["check", "--lang", "en"])
        .env("SOURCE_DATE_EPOCH", "yesterday")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("`yesterday`"));
}

/// A new site in `DIR/town`.
fn town() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    assert!(xiangyin(dir.path(), &["init", "town"]).status.success());
    dir
}

#[test]
fn new_lays_out_a_post_and_overwrites_nothing() {
    let dir = town();
    let town = dir.path().join("town");
    let first = xiangyin(&town, &["new", "volunteer", "清洁河道", "--lang", "zh-CN"]);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let path = "content/volunteer/2026/qing-jie-he-dao.md";
    assert_eq!(out(&first).replace('\\', "/"), format!("{path}\n"));
    let text = fs::read_to_string(town.join(path)).unwrap();
    assert!(text.starts_with("---\ntitle: 清洁河道\ndate: 2026-03-05\n"), "{text}");
    let second = xiangyin(&town, &["new", "volunteer", "清洁河道"]);
    assert!(out(&second).contains("qing-jie-he-dao-2.md"), "{}", out(&second));
    assert_eq!(fs::read_to_string(town.join(path)).unwrap(), text);
}

#[test]
fn a_new_report_has_its_period_and_its_figures() {
    let dir = town();
    let town = dir.path().join("town");
    let made = xiangyin(&town, &["new", "report", "栖禾镇2025年下半年工作报告"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert_eq!(out(&made).replace('\\', "/"), "content/reports/2025-h2.md\n");
    let text = fs::read_to_string(town.join("content/reports/2025-h2.md")).unwrap();
    assert!(
        text.contains("\nperiod: 2025-H2\n") && text.contains("{{ metric(\"volunteer.sessions\") }}"),
        "{text}"
    );
    let built = xiangyin(&town, &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    let page = fs::read_to_string(town.join("public/reports/2025-h2/index.html")).unwrap();
    assert!(page.contains("<h1>栖禾镇2025年下半年工作报告</h1>"), "{page}");
    // Today is in the first half of 2026: without a period in the title, it would be the same report.
    let again = xiangyin(&town, &["new", "report", "工作报告", "--lang", "en"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        err(&again).contains("there is a report on 2025-H2 already: content/reports/2025-h2.md"),
        "{}",
        err(&again)
    );
}

#[test]
fn new_refuses_a_kind_that_does_not_exist_and_a_folder_that_is_no_site() {
    let dir = town();
    let wrong = xiangyin(&dir.path().join("town"), &["new", "volunter", "x", "--lang", "zh-CN"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        err(&wrong).contains("是不是“volunteer”？") && err(&wrong).contains("role-model、"),
        "{}",
        err(&wrong)
    );
    let nowhere = xiangyin(dir.path(), &["new", "volunteer", "x", "--message-format", "json"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(out(&nowhere).contains("\"code\":\"not-a-site\""), "{}", out(&nowhere));
}

#[test]
fn fix_dry_run_prints_and_fix_writes_once() {
    let dir = town();
    let town = dir.path().join("town");
    let slip = town.join("content/volunteer/2026/a.md");
    fs::write(
        &slip,
        "---\ntitle：清洁河道\ndate: 2022年6月1日\nparticipants: １２\n---\n\n正文：不改。\n",
    )
    .unwrap();
    let gbk = town.join("content/volunteer/2026/b.md");
    // "---\ntitle: 好人\ndate: 2022-06-01\n---\n" in GBK.
    fs::write(&gbk, b"---\ntitle: \xba\xc3\xc8\xcb\ndate: 2022-06-01\n---\n").unwrap();
    let before = fs::read(&slip).unwrap();
    let dry = xiangyin(&town, &["fix", "--dry-run"]);
    assert_eq!(dry.status.code(), Some(0), "{}", err(&dry));
    for line in [
        "   2 - title：清洁河道",
        "   2 + title: 清洁河道",
        "+ date: 2022-06-01",
        "+ participants: 12",
        "→ UTF-8",
    ] {
        assert!(out(&dry).contains(line), "{line}: {}", out(&dry));
    }
    assert_eq!(fs::read(&slip).unwrap(), before);
    assert_eq!(xiangyin(&town, &["fix"]).status.code(), Some(0));
    let after = "---\ntitle: 清洁河道\ndate: 2022-06-01\nparticipants: 12\n---\n\n正文：不改。\n";
    assert_eq!(fs::read_to_string(&slip).unwrap(), after);
    assert_eq!(
        fs::read_to_string(&gbk).unwrap(),
        "---\ntitle: 好人\ndate: 2022-06-01\n---\n"
    );
    let again = xiangyin(&town, &["fix"]);
    assert_eq!(out(&again), "Nothing to mend\n");
    assert_eq!(
        fs::read_dir(slip.parent().unwrap()).unwrap().count(),
        3,
        "nothing is left beside the texts"
    );
}

#[test]
fn today_is_the_day_in_the_time_zone_of_settings_in_gbk() {
    let dir = town();
    let town = dir.path().join("town");
    // "title: 好人" in GBK. The fixed moment is the first of 5 March in Shanghai.
    let mut settings = b"title: \xba\xc3\xc8\xcb\nbase_url: https://town.example\n".to_vec();
    settings.extend(b"timezone: America/New_York\n");
    fs::write(town.join("content/site.yaml"), settings).unwrap();
    let made = xiangyin(&town, &["new", "volunteer", "x"]);
    let path = town.join(out(&made).trim());
    let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{path:?}: {}", err(&made)));
    assert!(text.contains("\ndate: 2026-03-04\n"), "{text}");
}

/// A town with one session of the volunteers in 2025 and a draft.
fn town_with_posts() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("site.yaml", "title: 乡音\nbase_url: https://x.example\n"),
        ("_data/staff.yaml", "- {id: s1, name: 石雨桐, role: liaison}\n"),
        (
            "volunteer/2025/a.md",
            "---\ntitle: 清洁河道\ndate: 2025-03-01\nparticipants: 12\nhours: 20.5\n---\n",
        ),
        (
            "volunteer/2025/草稿.md",
            "---\ntitle: 草稿\ndate: 2025-03-02\nparticipants: 9\ndraft: true\n---\n",
        ),
    ] {
        let file = dir.path().join("content").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    dir
}

#[test]
fn metrics_print_one_json_object() {
    let dir = town_with_posts();
    let output = xiangyin(dir.path(), &["metrics", "2025h1", "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let object: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(object["period"], "2025-H1");
    let metrics = object["metrics"].as_object().unwrap();
    assert!(metrics.len() > 40);
    let hours =
        serde_json::json!({"value": 20.5, "unit": "小时", "label": "志愿服务时长", "posts": ["/volunteer/2025/a/"]});
    assert_eq!(metrics["volunteer.hours"], hours);
    assert_eq!(
        metrics["volunteer.participants"]["value"].to_string(),
        "12",
        "a whole number"
    );
    assert_eq!(metrics["coverage.national"]["value"].to_string(), "0");
    assert_eq!(metrics["staff.all"]["posts"], serde_json::json!([]));
    assert_eq!(metrics["staff.all"]["rows"], serde_json::json!(["s1"]));
    let one = xiangyin(
        dir.path(),
        &["metrics", "2025", "volunteer.sessions", "--message-format", "json"],
    );
    let one: serde_json::Value = serde_json::from_str(&out(&one)).unwrap();
    assert_eq!(one["metrics"].as_object().unwrap().len(), 1);
    let left = &one["metrics"]["volunteer.sessions"]["left_out"];
    assert_eq!(
        *left,
        serde_json::json!([{"post": "content/volunteer/2025/草稿.md", "reason": "草稿"}])
    );
}

#[test]
fn metrics_print_a_table() {
    let dir = town_with_posts();
    let table = xiangyin(dir.path(), &["metrics", "2025-H1", "--lang", "zh-CN"]);
    assert!(
        out(&table).starts_with("2025年上半年（2025-01-01 至 2025-06-30）\n"),
        "{}",
        out(&table)
    );
    assert!(
        out(&table).contains("\n志愿服务时长        20.5  小时     —     —  volunteer.hours\n"),
        "{}",
        out(&table)
    );
    let one = xiangyin(dir.path(), &["metrics", "2026", "volunteer.sessions"]);
    assert!(
        out(&one).contains("not over yet, counted up to 2026-03-05: 0 sessions, "),
        "{}",
        out(&one)
    );
    let list = xiangyin(dir.path(), &["metrics", "--lang", "zh-CN"]);
    assert_eq!(list.status.code(), Some(0));
    assert!(out(&list).contains("volunteer.hours"), "{}", out(&list));
    assert!(
        out(&list).ends_with("看数字：xiangyin metrics 2026-H1\n"),
        "{}",
        out(&list)
    );
}

#[test]
fn metrics_print_suggestions_and_findings() {
    let dir = town_with_posts();
    for (arguments, said) in [
        (&["metrics", "2025-H3"][..], "是不是“2025-H1”？"),
        (&["metrics", "２０２５－Ｈ１"], "是不是“2025-H1”？"),
        (&["metrics", "2025", "volunteer.hour"], "是不是“volunteer.hours”？"),
    ] {
        let output = xiangyin(dir.path(), &[arguments, &["--lang", "zh-CN"]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(out(&output), "", "{arguments:?}");
        assert!(err(&output).contains(said), "{}", err(&output));
    }
    fs::write(dir.path().join("content/_metrics.yaml"), "a.b: {of: volunter}\n").unwrap();
    let output = xiangyin(dir.path(), &["metrics", "2025", "--message-format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).starts_with("{\"code\":\"bad-metric\""), "{}", out(&output));
    assert_eq!(out(&output).lines().count(), 1, "no figures");
}

#[test]
fn report_is_issued_once_after_its_period() {
    let dir = town_with_posts();
    let unfinished = xiangyin(
        dir.path(),
        &["report", "2026-H1", "--freeze", "--message-format", "json"],
    );
    assert_eq!(unfinished.status.code(), Some(1));
    assert!(
        out(&unfinished).contains("\"code\":\"unfinished-period\""),
        "{}",
        out(&unfinished)
    );
    assert!(!dir.path().join("content/_frozen").exists());
    let first = xiangyin(dir.path(), &["report", "2025h1", "--freeze"]);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let path = "content/_frozen/2025-H1.yaml";
    assert_eq!(out(&first).replace('\\', "/"), format!("{path}\n"));
    let text = fs::read_to_string(dir.path().join(path)).unwrap();
    assert!(text.contains("\nperiod: 2025-H1\nissued: 2026-03-05\n"), "{text}");
    let post = dir.path().join("content/volunteer/2025/late.md");
    fs::write(post, "---\ntitle: 补记\ndate: 2025-06-30\n---\n").unwrap();
    let again = xiangyin(
        dir.path(),
        &["report", "2025-H1", "--freeze", "--message-format", "json"],
    );
    assert_eq!(again.status.code(), Some(1));
    assert!(out(&again).contains("\"code\":\"already-frozen\""), "{}", out(&again));
    assert_eq!(
        fs::read_to_string(dir.path().join(path)).unwrap(),
        text,
        "nothing changed"
    );
    assert_eq!(fs::read_dir(dir.path().join("content/_frozen")).unwrap().count(), 1);
    let shown = xiangyin(dir.path(), &["metrics", "2025-H1", "volunteer.sessions"]);
    assert!(
        out(&shown).contains("as issued on 2026-03-05: 1 session,"),
        "{}",
        out(&shown)
    );
    assert!(
        out(&shown).contains("it came after the report was issued"),
        "{}",
        out(&shown)
    );
    assert!(err(&shown).contains("frozen-changed"), "{}", err(&shown));
}

/// A site with one post, to be built in its own folder.
fn small_site(folder: &Path) {
    fs::create_dir_all(folder.join("content/study")).unwrap();
    fs::write(folder.join("content/site.yaml"), "title: 测试\npolicy: {review: off}\n").unwrap();
    fs::write(
        folder.join("content/study/a.md"),
        "---\ntitle: 甲\ndate: 2022-05-12\nsummary: 摘要\n---\n\n正文。\n",
    )
    .unwrap();
}

#[test]
fn explain_says_why_each_file_was_made() {
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
        nothing.starts_with("Nothing to do: ") && nothing.contains("3 warnings"),
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
