//! Texts from elsewhere become drafts that have no errors, with their pictures beside them.

use crate::common::{error_text, output_text, program, read_tree, run_on, write_file};
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

mod page;
mod whole_site;
mod word;

/// A site without posts.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_file(&folder.path().join("content/site.yaml"), "title: 乡音\n");
    folder
}

fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
    image::RgbImage::new(40, 30).write_with_encoder(encoder).unwrap();
    bytes
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Imports a file that is to be imported. Returns the text of the draft.
fn imported(site: &Path, file: &Path, words: &[&str]) -> String {
    let mut command = vec!["import", file.to_str().unwrap()];
    command.extend(words);
    let done = run_on(site, &command);
    assert!(done.status.success(), "{}", error_text(&done));
    fs::read_to_string(output_text(&done).trim()).unwrap()
}

/// The findings that `check` calls errors.
fn check_errors(site: &Path) -> Vec<String> {
    let done = run_on(site, &["check", "--message-format", "json"]);
    let lines = output_text(&done);
    let found = lines.lines().filter(|line| line.contains("\"severity\":\"error\""));
    found.map(str::to_owned).collect()
}

#[test]
fn a_text_in_gbk_is_a_draft() {
    let site = site();
    let text = "护河队清理石桥河段\r\n通讯员 石雨桐　2022年5月12日\r\n\r\n　　26名队员**清理**了河道，{{ metric(\"x\") }}。\r\n　　1. 不是列表\r\n";
    let (bytes, ..) = encoding_rs::GB18030.encode(text);
    let file = site.path().join("稿.txt");
    write_file(&file, &bytes);
    let draft = imported(site.path(), &file, &["--kind", "volunteer"]);
    for part in [
        "title: 护河队清理石桥河段\ndate: 2022-05-12\nauthor: 石雨桐\n",
        "# Title, date, author and source were guessed",
        "\ndraft: true\n",
        "\n---\n\n26名队员\\*\\*清理\\*\\*了河道，\\{\\{ metric(",
        "\n\n1. 不是列表\n",
    ] {
        assert!(draft.contains(part), "{part}: {draft}");
    }
    let path = "content/volunteer/2022/hu-he-dui-qing-li-shi-qiao-he-duan.md";
    assert!(site.path().join(path).exists());
    assert_eq!(check_errors(site.path()), [""; 0]);
    // Another import gets another name.
    imported(site.path(), &file, &["--kind", "volunteer"]);
    assert!(site.path().join(path.replace(".md", "-2.md")).exists());
}

#[test]
fn what_cannot_be_imported_is_an_error_with_a_reason() {
    let site = site();
    let files = [
        (
            "a.doc",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 WordDocument".to_vec(),
            "old format of Word",
        ),
        ("b.pdf", b"%PDF-1.4".to_vec(), "is a PDF"),
        ("c.bin", vec![0; 40], "format is not known"),
        ("d.txt", b" \n".to_vec(), "no text"),
        ("e.md", b"---\ntitle: x\n---\n".to_vec(), "format of posts already"),
        ("f.odt", packed(&[("content.xml", b"<x/>")]), "LibreOffice"),
        ("g.docx", packed(&[("word/document.xml", b"<x>")]), "is damaged"),
        ("h.docx", b"PK\x03\x04 cut off".to_vec(), "is damaged"),
        ("i.zip", packed(&[("a.txt", b"x")]), "format is not known"),
    ];
    for (name, bytes, _) in &files {
        write_file(&site.path().join(name), bytes);
    }
    let names: Vec<String> = files
        .iter()
        .map(|(name, ..)| site.path().join(name).display().to_string())
        .collect();
    let mut words = vec!["import"];
    words.extend(names.iter().map(String::as_str));
    words.push("missing.docx");
    let done = run_on(site.path(), &words);
    assert_eq!(done.status.code(), Some(1));
    let said = error_text(&done);
    for (name, _, reason) in &files {
        assert!(said.contains(name) && said.contains(reason), "{name}: {said}");
    }
    assert!(said.contains("cannot read missing.docx"), "{said}");
    assert_eq!(read_tree(&site.path().join("content")).len(), 1);
}

#[test]
fn wrong_command_lines_say_what_to_do() {
    let site = site();
    for (words, part) in [
        (&["import", "https://mp.weixin.qq.com/s/x"][..], "save the page"),
        (&["import", "a.docx", "--kind", "volunter"], "did you mean `volunteer`?"),
        (&["import", "a.docx", "--kind", "report"], "xiangyin new report"),
    ] {
        let done = run_on(site.path(), words);
        assert_eq!(done.status.code(), Some(2), "{words:?}");
        assert!(error_text(&done).contains(part), "{}", error_text(&done));
    }
    assert_eq!(program().arg("import").output().unwrap().status.code(), Some(2));
}
