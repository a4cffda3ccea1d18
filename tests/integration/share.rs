//! One post for other outlets, files for hosts, and the commands that describe the program and the computer.

use crate::common::{error_text, program, run_on, write_file};
use std::path::Path;
use std::process::Output;

mod buttons;
mod layout;
mod ledger;
mod official;

const POST: &str = "---
title: 清洁河道
date: 2022-05-12
summary: 志愿者清理了两公里河道。
author: 石雨桐
---
志愿者**362人次**参与，清理河道1.5公里（两岸都算）。详见[公告](https://x.example/notice)。

![队员在河边](river.webp)

## 三天

- 第一天：捞水草
- 第二天：捡垃圾

| 村 | 场次 |
| --- | ---: |
| 石桥村 | 3 |
";

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_file(
        &folder.path().join("content/site.yaml"),
        "title: 乡音\nbase_url: https://qihe.example/\n",
    );
    write_file(&folder.path().join("content/volunteer/a.md"), POST);
    let mut picture = Vec::new();
    let encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut picture);
    image::RgbImage::new(40, 30).write_with_encoder(encoder).unwrap();
    write_file(&folder.path().join("content/volunteer/river.webp"), picture);
    folder
}

fn shared(site: &Path, post: &str, outlet: &str) -> String {
    let done = run_on(site, &["share", post, "--for", outlet]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// Shares posts into the file `name` of the site's folder.
fn share_to(site: &Path, words: &[&str], name: &str) -> Output {
    let out = site.join(name);
    let words = [&["share"], words, &["--out", out.to_str().unwrap()]].concat();
    let done = run_on(site, &words);
    assert!(done.status.success(), "{}", error_text(&done));
    done
}

/// The text of a Word file's body, paragraph by paragraph.
fn word_lines(path: &Path) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let text = std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap();
    let lines = text.split("</w:p>").map(|paragraph| {
        let runs = paragraph.split("<w:t xml:space=\"preserve\">").skip(1);
        runs.map(|run| run.split("</w:t>").next().unwrap_or_default())
            .collect::<String>()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn a_post_is_plain_text_for_a_form() {
    let site = site();
    for name in [
        "volunteer/a.md",
        "content/volunteer/a.md",
        "/volunteer/a/",
        "https://qihe.example/volunteer/a/",
    ] {
        let text = shared(site.path(), name, "plain");
        for part in [
            "清洁河道\n",
            "2022年5月12日　",
            "石雨桐",
            "362人次参与",
            "公告（https://x.example/notice）",
            "［图1　队员在河边］",
            "• 第一天：捞水草\n• 第二天：捡垃圾",
            "村\t场次\n石桥村\t3",
        ] {
            assert!(text.contains(part), "{name}: {part}: {text}");
        }
        assert!(!text.contains("**") && !text.contains('<'), "{text}");
    }
}

#[test]
fn a_post_is_read_aloud_in_words() {
    let site = site();
    let done = run_on(site.path(), &["share", "volunteer/a.md", "--for", "broadcast"]);
    let text = String::from_utf8(done.stdout.clone()).unwrap();
    assert!(
        text.contains("志愿者三百六十二人次参与，") && text.contains("清理河道一点五公里，两岸都算。"),
        "{text}"
    );
    assert!(
        !text.contains(|c: char| c.is_ascii_digit()) && !text.contains("队员在河边"),
        "{text}"
    );
    assert!(
        error_text(&done).contains("tables that cannot be read aloud"),
        "{}",
        error_text(&done)
    );
}

#[test]
fn a_post_is_pasted_into_an_account() {
    let site = site();
    let html = shared(site.path(), "volunteer/a.md", "wechat");
    for absent in ["class=", "<script", "<style", "<link", "<a ", "webp", "href"] {
        assert!(!html.contains(absent), "{absent}: {html}");
    }
    for part in [
        "<strong>362人次</strong>",
        "公告<sup>[1]</sup>",
        "[1] https://x.example/notice",
        "<img src=\"data:image/jpeg;base64,",
        "<th style=",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let long = POST.replace("title: 清洁河道", &format!("title: {}", "河".repeat(65)));
    write_file(
        &site.path().join("content/volunteer/b.md"),
        long.replace("summary", "# summary"),
    );
    let done = run_on(site.path(), &["share", "volunteer/b.md", "--for", "wechat"]);
    assert!(
        error_text(&done).contains("the title has 65 characters"),
        "{}",
        error_text(&done)
    );
    assert!(
        error_text(&done).contains("there is no summary"),
        "{}",
        error_text(&done)
    );
}

#[test]
fn a_manuscript_is_a_word_file_and_overwrites_none() {
    let site = site();
    for name in ["稿件.docx", "稿件-2.docx"] {
        share_to(site.path(), &["volunteer/a.md", "--for", "word"], "稿件.docx");
        let text = word_lines(&site.path().join(name)).join("\n");
        assert!(text.contains("图1　队员在河边") && text.contains("石雨桐"), "{text}");
    }
}

#[test]
fn posts_that_are_not_published_are_not_shared() {
    let site = site();
    write_file(
        &site.path().join("content/volunteer/b.md"),
        POST.replace("author", "draft: true\nauthor"),
    );
    let draft = run_on(site.path(), &["share", "volunteer/b.md", "--for", "plain"]);
    assert_eq!(draft.status.code(), Some(2));
    assert!(error_text(&draft).contains("is a draft"), "{}", error_text(&draft));
    let near = run_on(site.path(), &["share", "volunteer/aa.md", "--for", "plain"]);
    assert!(error_text(&near).contains("volunteer/a.md"), "{}", error_text(&near));
    let outlet = run_on(site.path(), &["share", "volunteer/a.md", "--for", "weixin"]);
    assert_eq!(outlet.status.code(), Some(2));
    assert!(error_text(&outlet).contains("wechat"), "{}", error_text(&outlet));
}

#[test]
fn the_doctor_says_what_is_missing() {
    let site = site();
    let good = run_on(site.path(), &["doctor"]);
    let text = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(
        text.contains("Site: ") && text.contains("Fonts of official documents: "),
        "{text}"
    );
    let none = run_on(tempfile::tempdir().unwrap().path(), &["doctor"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stdout).contains("xiangyin init"));
    let json = run_on(site.path(), &["doctor", "--message-format", "json"]);
    for line in String::from_utf8(json.stdout).unwrap().lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["check"].is_string() && value["state"].is_string(), "{line}");
    }
}

#[test]
fn there_is_a_manual_page_of_each_command() {
    let list = program().args(["man", "--list"]).output().unwrap();
    let names = String::from_utf8(list.stdout).unwrap();
    assert!(names.lines().count() > 10, "{names}");
    for name in names.lines() {
        let page = program().args(["man", name]).output().unwrap();
        let text = String::from_utf8(page.stdout).unwrap();
        assert!(page.status.success() && text.contains(".TH"), "{name}");
    }
    let wrong = program().args(["man", "buidl"]).output().unwrap();
    assert!(error_text(&wrong).contains("build"), "{}", error_text(&wrong));
}

#[test]
fn recipes_are_added_to_a_site_and_overwrite_nothing() {
    let site = site();
    let folder = site.path().to_str().unwrap();
    write_file(&site.path().join(".gitignore"), "/mine\n");
    let words = ["init", folder, "--recipe", "nginx", "--recipe", "git"];
    let done = program().args(words).output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success() && text.contains("added deploy/nginx.conf"),
        "{text}{}",
        error_text(&done)
    );
    assert!(text.contains(".gitignore exists"), "{text}");
    let nginx = std::fs::read_to_string(site.path().join("deploy/nginx.conf")).unwrap();
    assert!(nginx.contains("server_name qihe.example;"), "{nginx}");
    assert_eq!(
        std::fs::read_to_string(site.path().join(".gitignore")).unwrap(),
        "/mine\n"
    );
    let wrong = program().args(["init", folder, "--recipe", "ngnix"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(error_text(&wrong).contains("nginx"), "{}", error_text(&wrong));
}
