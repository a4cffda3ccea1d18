//! Posts as official documents: bulletins, circulars, the sheet for reviewers.

use super::{POST, error_text, share_to, site, word_lines};
use crate::common::{run_on, write_file};
use std::path::Path;

const GALA: &str = "---\ntitle: 村晚开演\ndate: 2022-06-02\nai: {text: edited}\n---\n## 节目\n\n一共12个。\n";

fn with_settings(site: &Path, settings: &str) {
    write_file(
        &site.join("content/site.yaml"),
        format!("title: 乡音\nowner: {{organiser: 栖禾镇宣传办公室}}\n{settings}"),
    );
}

/// The lines of the copy of posts.
fn shared_lines(site: &Path, words: &[&str]) -> Vec<String> {
    let _ = std::fs::remove_file(site.join("a.docx"));
    share_to(site, words, "a.docx");
    word_lines(&site.join("a.docx"))
}

#[test]
fn a_post_is_an_issue_of_the_bulletin() {
    let site = site();
    with_settings(
        site.path(),
        "brief: {name: 栖禾宣传简报, report: 县委宣传部, distribute: 各村, copies: 60}\n",
    );
    let lines = shared_lines(site.path(), &["volunteer/a.md", "--for", "brief", "--issue", "3"]);
    assert_eq!(
        lines[..4],
        ["栖禾宣传简报", "第3期", "栖禾镇宣传办公室2026年3月5日", "清洁河道"]
    );
    let end = [
        "报：县委宣传部。",
        "发：各村。",
        "栖禾镇宣传办公室2026年3月5日印发",
        "（共印60份）",
    ];
    assert_eq!(lines[lines.len() - 4..], end);
    // Without a number there is none; another body may issue it; the theme has the fixed words.
    with_settings(site.path(), "theme: ours\nbrief: {send: 镇班子, issuer: 县文明办}\n");
    write_file(&site.path().join("themes/ours/theme.yaml"), "extends: default\n");
    write_file(
        &site.path().join("themes/ours/i18n/zh-CN.yaml"),
        "brief_name: 文明简报\nbrief_send: 呈\n",
    );
    let lines = shared_lines(site.path(), &["volunteer/a.md", "--for", "brief"]);
    assert_eq!(lines[..3], ["文明简报", "县文明办2026年3月5日", "清洁河道"]);
    assert_eq!(lines[lines.len() - 2..], ["呈：镇班子。", "县文明办2026年3月5日印发"]);
    let checked = run_on(site.path(), &["check"]);
    assert!(!error_text(&checked).contains("brief_send"), "{}", error_text(&checked));
}

#[test]
fn several_posts_are_one_issue_with_a_list() {
    let site = site();
    write_file(&site.path().join("content/culture/b.md"), GALA);
    let words = ["culture/b.md", "volunteer/a.md", "--for", "brief"];
    let lines = shared_lines(site.path(), &words);
    let text = lines.join("\n");
    assert!(
        text.contains("本期要目\n1.村晚开演\n2.清洁河道\n一、村晚开演\n节目"),
        "{text}"
    );
    assert!(
        text.contains("人工智能") && text.contains("\n二、清洁河道\n志愿者"),
        "{text}"
    );
    // A post's own headings are below its title.
    let mut archive = zip::ZipArchive::new(std::fs::File::open(site.path().join("a.docx")).unwrap()).unwrap();
    let xml = std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap();
    let style_of = |heading: &str| {
        let before = &xml[..xml.find(&format!(">{heading}<")).unwrap()];
        before.rsplit("w:pStyle w:val=\"").next().unwrap()[..8].to_owned()
    };
    assert_eq!(
        (style_of("一、村晚开演"), style_of("节目")),
        ("Heading1".to_owned(), "Heading2".to_owned())
    );
    // All posts of a kind in a period, under a title of one's own.
    let words = [
        "--for",
        "brief",
        "--kind",
        "culture",
        "--period",
        "2022-06",
        "--title",
        "六月文化",
    ];
    let lines = shared_lines(site.path(), &words);
    assert!(
        lines.contains(&"六月文化".to_owned()) && !lines.contains(&"村晚开演".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn a_post_is_a_circular() {
    let site = site();
    with_settings(site.path(), "circular: {to: '各村党支部：', copy: 县委宣传部}\n");
    let words = ["volunteer/a.md", "--for", "circular", "--number", "栖宣发〔2022〕3号"];
    let lines = shared_lines(site.path(), &words);
    assert_eq!(
        lines[..4],
        [
            "栖禾镇宣传办公室文件",
            "栖宣发〔2022〕3号",
            "关于清洁河道的通报",
            "各村党支部：",
        ]
    );
    assert!(lines[4].starts_with("志愿者"), "{lines:?}");
    let end = [
        "栖禾镇宣传办公室",
        "2026年3月5日",
        "抄送：县委宣传部。",
        "栖禾镇宣传办公室2026年3月5日印发",
    ];
    assert_eq!(lines[lines.len() - 4..], end);

    with_settings(site.path(), "circular: {name: 宣传文件, issuer: 镇党委}\n");
    write_file(
        &site.path().join("content/culture/b.md"),
        GALA.replace("村晚开演", "关于村晚的通报"),
    );
    let lines = shared_lines(site.path(), &["culture/b.md", "--for", "circular"]);
    assert_eq!(lines[..3], ["宣传文件", "关于村晚的通报", "节目"]);
    assert_eq!(
        lines[lines.len() - 3..],
        ["镇党委", "2026年3月5日", "镇党委2026年3月5日印发"]
    );
    let lines = shared_lines(site.path(), &["culture/b.md", "volunteer/a.md", "--for", "circular"]);
    assert_eq!(lines[1..3], ["关于近期宣传工作的通报", "一、关于村晚的通报"]);
}

#[test]
fn a_draft_has_a_sheet_for_its_reviewers() {
    let site = site();
    let post = POST.replace(
        "author: 石雨桐\n",
        "author: 石雨桐\ndraft: true\nreview: {first: {by: 文述之, date: 2022-05-12}}\n",
    );
    write_file(&site.path().join("content/volunteer/a.md"), post);
    let text = shared_lines(site.path(), &["volunteer/a.md", "--for", "approval"]).join("\n");
    for part in [
        "稿件审签单",
        "清洁河道",
        "石雨桐",
        "一审\n文述之",
        "2022年5月12日",
        "三审",
        "志愿者",
        "图1　队员在河边",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Other outlets get what is published only.
    let done = run_on(site.path(), &["share", "volunteer/a.md", "--for", "brief"]);
    assert_eq!(done.status.code(), Some(2));
}

#[test]
fn what_does_not_go_together_is_said() {
    let site = site();
    write_file(&site.path().join("content/culture/b.md"), GALA);
    for (words, english, chinese) in [
        (&["--for", "brief"][..], "no post is named", "没有写分发哪篇稿件"),
        (
            &["volunteer/a.md", "culture/b.md", "--for", "word"],
            "`word` takes one post",
            "“word”一次只能一篇稿件",
        ),
        (
            &["--for", "plain", "--kind", "culture", "--period", "2022-06"],
            "`plain` takes one post",
            "“plain”一次只能一篇稿件",
        ),
        (
            &["volunteer/a.md", "--for", "ledger", "--kind", "culture"],
            "posts cannot go with --kind and --period",
            "不能再写 --kind 和 --period",
        ),
        (
            &["--for", "ledger", "--kind", "culture"],
            "--kind and --period go together",
            "--kind 和 --period 要一起写",
        ),
        (
            &["--for", "ledger", "--kind", "cultur", "--period", "2022"],
            "there is no kind `cultur`",
            "没有“cultur”这个类型",
        ),
        (
            &["--for", "ledger", "--kind", "culture", "--period", "2022-13"],
            "`2022-13` is no period",
            "“2022-13”不是统计期",
        ),
        (
            &["--for", "ledger", "--kind", "culture", "--period", "2021"],
            "there is no post of the kind `culture` in 2021",
            "2021 没有“culture”的稿件",
        ),
        (
            &["volunteer/a.md", "--for", "word", "--issue", "3"],
            "--issue goes only with --for brief",
            "--issue 只用于 --for brief",
        ),
        (
            &["volunteer/a.md", "--for", "brief", "--number", "3号"],
            "--number goes only with --for circular",
            "--number 只用于 --for circular",
        ),
        (
            &["volunteer/a.md", "--for", "ledger", "--title", "甲"],
            "--title goes only with --for brief, circular",
            "--title 只用于 --for brief、circular",
        ),
        (
            &["volunteer/a.md", "--for", "brief", "--issue", "第三"],
            "a number of an issue is a whole number",
            "期数是从 1 起的整数",
        ),
        (
            &["volunteer/a.md", "culture/c.md", "--for", "brief"],
            "there is no post “culture/c.md”",
            "没有“culture/c.md”这篇稿件",
        ),
    ] {
        for (lang, expected) in [("en", english), ("zh-CN", chinese)] {
            let done = run_on(site.path(), &[&["share"], words, &["--lang", lang]].concat());
            assert_eq!(done.status.code(), Some(2), "{words:?}: {}", error_text(&done));
            assert!(error_text(&done).contains(expected), "{words:?}: {}", error_text(&done));
            assert!(done.stdout.is_empty(), "{words:?}");
        }
    }
}
