//! `report --out`: a file that somebody changed is not replaced.

use super::{SETTINGS, Site, said};
use std::fs;

#[test]
fn report_replaces_only_a_file_that_is_as_it_was_written() {
    let site = Site::new();
    let out = site.path("报告.docx");
    let report = |words: &[&str]| site.run(&[&["report", "2022-H1", "--out", out.to_str().unwrap()], words].concat());
    assert_eq!(report(&[]).status.code(), Some(0));
    let written = fs::read(&out).unwrap();
    site.write("site/content/site.yaml", SETTINGS.replace("测试", "另一个镇"));
    assert_eq!(report(&[]).status.code(), Some(0), "it is as it was written");
    let newer = fs::read(&out).unwrap();
    assert!(written != newer);
    let mut appended = newer.clone();
    appended.push(b'\n');
    let mut flipped = newer.clone();
    flipped[newer.len() / 2] ^= 1;
    let cut = newer[..newer.len() - 1].to_vec();
    for changed in [appended, flipped, cut, Vec::new(), b"notes".to_vec()] {
        fs::write(&out, &changed).unwrap();
        let output = report(&[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("error[not-replaced]"), "{}", said(&output));
        assert!(fs::read(&out).unwrap() == changed);
    }
    assert_eq!(report(&["--force"]).status.code(), Some(0));
    assert!(fs::read(&out).unwrap() == newer);
    fs::remove_file(&out).unwrap();
    fs::create_dir(&out).unwrap();
    assert_eq!(report(&["--force"]).status.code(), Some(1));
    assert!(out.is_dir());
    assert_eq!(site.names_in("").len(), 2, "nothing is left beside it");
}

#[test]
#[cfg(unix)]
fn report_never_replaces_or_follows_a_link() {
    let site = Site::new();
    site.write("mine.docx", "mine");
    let out = site.path("link.docx");
    std::os::unix::fs::symlink(site.path("mine.docx"), &out).unwrap();
    for words in [&[][..], &["--force"]] {
        let all = [&["report", "2022-H1", "--out", out.to_str().unwrap()], words].concat();
        assert_eq!(site.run(&all).status.code(), Some(1));
        assert!(out.is_symlink());
        assert_eq!(site.read("mine.docx"), "mine");
    }
}
