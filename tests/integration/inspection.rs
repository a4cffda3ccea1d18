//! `check --gov` with version control: dates far from the first commit of the file.

use crate::common::{program, write_file};
use std::path::Path;
use std::process::Command;

/// A post dated `date`, with further front matter.
fn post(title: &str, date: &str, more: &str) -> String {
    format!("---\ntitle: {title}\ndate: {date}\nparticipants: 3\n{more}---\n清洁河道{title}。\n")
}

/// Runs `git` in `folder` as of `day`. False when there is no `git`.
fn git(folder: &Path, day: &str, arguments: &[&str]) -> bool {
    let time = format!("{day}T12:00:00+08:00");
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "-c",
            "user.name=office",
            "-c",
            "user.email=office@x.example",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .env("GIT_AUTHOR_DATE", &time)
        .env("GIT_COMMITTER_DATE", &time)
        .output();
    match output {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(_) => false,
    }
}

fn commit(folder: &Path, day: &str) {
    git(folder, day, &["add", "-A"]);
    git(folder, day, &["commit", "-q", "-m", "posts"]);
}

/// The lines of the findings about first commits.
fn far_dates(site: &Path) -> Vec<String> {
    let output = program()
        .args(["check", "--gov", "--message-format", "json", "--site"])
        .arg(site)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let findings = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let far = findings.filter(|finding| finding["code"] == "date-far-from-commit");
    far.map(|finding| {
        let file = finding["file"]
            .as_str()
            .unwrap()
            .trim_start_matches("content/volunteer/");
        format!("{file}:{} {}", finding["line"], finding["message"].as_str().unwrap())
    })
    .collect()
}

/// A repository with the site in a folder below its top.
fn repository() -> Option<(tempfile::TempDir, std::path::PathBuf)> {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("portal");
    write_file(
        &site.join("content/site.yaml"),
        "title: 乡音\nbase_url: https://x.example\n",
    );
    if !git(folder.path(), "2026-01-10", &["init", "-q"]) {
        crate::common::report_skipped("inspection", "there is no git");
        return None;
    }
    Some((folder, site))
}

#[test]
fn dates_are_compared_with_the_first_commit_of_the_file() {
    let Some((_folder, site)) = repository() else { return };
    let write = |name: &str, text: String| write_file(&site.join("content/volunteer").join(name), text);
    write("honest.md", post("甲", "2026-01-08", ""));
    write("名 字.md", post("乙", "2025-11-01", ""));
    write("added-later.md", post("丙", "2025-11-01", "updated: 2026-01-09\n"));
    write("renewed.md", post("丁", "2025-12-20", ""));
    write("moved.md", post("戊", "2026-01-05", ""));
    write("draft.md", post("己", "2020-01-01", "draft: true\n"));
    commit(&site, "2026-01-10");
    // An old post is dated anew; a renamed file stays as old as it is.
    write("renewed.md", post("丁", "2026-03-01", ""));
    std::fs::create_dir_all(site.join("content/volunteer/2026")).unwrap();
    std::fs::rename(
        site.join("content/volunteer/moved.md"),
        site.join("content/volunteer/2026/moved.md"),
    )
    .unwrap();
    commit(&site, "2026-03-02");
    // A file that is not committed yet is not compared.
    write("new.md", post("庚", "2020-05-01", ""));
    assert_eq!(
        far_dates(&site),
        [
            "renewed.md:3 the date 2026-03-01 is 50 days after the first commit of the file (2026-01-10)",
            "名 字.md:3 the date 2025-11-01 is 70 days before the first commit of the file (2026-01-10)",
        ]
    );
}

#[test]
fn an_import_of_older_posts_says_nothing_about_their_dates() {
    let Some((_folder, site)) = repository() else { return };
    let write = |day: i32, count: i32| {
        for number in 0..count {
            let name = format!("content/volunteer/{day}-{number}.md");
            write_file(
                &site.join(name),
                post(
                    &format!("第{day}之{number}"),
                    &format!("2024-0{}-{:02}", day, number + 1),
                    "",
                ),
            );
        }
    };
    write(1, 9);
    commit(&site, "2026-01-10");
    assert_eq!(far_dates(&site).len(), 9);
    write(2, 10);
    commit(&site, "2026-01-11");
    assert_eq!(far_dates(&site).len(), 9);
}

#[test]
fn a_site_outside_version_control_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    write_file(
        &folder.path().join("content/site.yaml"),
        "title: 乡音\nbase_url: https://x.example\n",
    );
    write_file(
        &folder.path().join("content/volunteer/a.md"),
        post("甲", "2020-01-01", ""),
    );
    assert_eq!(far_dates(folder.path()), [""; 0]);
}
