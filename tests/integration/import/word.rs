//! Word files.

use super::*;

/// A Word file with a picture, as WPS writes one: no styles part, the title centred and bold.
fn manuscript(text: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"w\" xmlns:r=\"r\" xmlns:a=\"a\"><w:body>\
         <w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>护河队清理石桥河段</w:t></w:r></w:p>\
         <w:p><w:r><w:t>来源：栖禾镇党委宣传办公室</w:t></w:r></w:p>\
         <w:p><w:r><w:t>{text}</w:t></w:r></w:p>\
         <w:p><w:r><w:drawing><a:blip r:embed=\"rId1\"/></w:drawing></w:r></w:p>\
         <w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>队员在\"河边\"</w:t></w:r></w:p>\
         <w:p><w:r><w:t>（石雨桐）</w:t></w:r><w:r><w:commentReference w:id=\"0\"/></w:r></w:p>\
         </w:body></w:document>"
    );
    packed(&[
        ("word/document.xml", document.as_bytes()),
        (
            "word/_rels/document.xml.rels",
            b"<Relationships><Relationship Id=\"rId1\" Target=\"media/image1.jpeg\"/></Relationships>",
        ),
        ("word/media/image1.jpeg", &picture()),
    ])
}

#[test]
fn a_manuscript_is_a_folder_with_its_pictures() {
    let site = site();
    let file = site.path().join("稿.docx");
    write_file(
        &file,
        manuscript("2022年5月，<!-- 看 --> 清理。".replace('<', "&lt;").as_str()),
    );
    let done = run_on(site.path(), &["import", file.to_str().unwrap(), "--kind", "volunteer"]);
    assert!(done.status.success(), "{}", error_text(&done));
    assert!(
        error_text(&done).contains("comments of reviewers"),
        "{}",
        error_text(&done)
    );
    let folder = site
        .path()
        .join("content/volunteer/2026/hu-he-dui-qing-li-shi-qiao-he-duan");
    let names: Vec<_> = read_tree(&folder).into_keys().collect();
    assert_eq!(names, [Path::new("1.jpg"), Path::new("index.md")]);
    let draft = fs::read_to_string(folder.join("index.md")).unwrap();
    assert!(draft.contains("source: 栖禾镇党委宣传办公室\n"), "{draft}");
    assert!(
        draft
            .ends_with("\n---\n\n2022年5月，\\<!-- 看 --> 清理。\n\n![](1.jpg \"队员在\\\"河边\\\"\")\n\n（石雨桐）\n"),
        "{draft}"
    );
    assert_eq!(check_errors(site.path()), [""; 0]);
    // Published, the page has the picture with its caption.
    fs::write(folder.join("index.md"), draft.replace("draft: true", "draft: false")).unwrap();
    let built = run_on(site.path(), &["build"]);
    assert!(built.status.success(), "{}", error_text(&built));
    let page = site
        .path()
        .join("public/volunteer/2026/hu-he-dui-qing-li-shi-qiao-he-duan/index.html");
    let page = fs::read_to_string(page).unwrap();
    assert!(
        page.contains("&lt;!-- 看 --&gt; 清理。") || page.contains("&lt;!-- 看 --> 清理。"),
        "{page}"
    );
    assert!(page.contains("<figcaption>队员在"), "{page}");
}

#[test]
fn a_second_import_replaces_nothing() {
    let site = site();
    let file = site.path().join("稿.docx");
    write_file(&file, manuscript("清理。"));
    let first = imported(site.path(), &file, &[]);
    let before = read_tree(&site.path().join("content"));
    let second = imported(site.path(), &file, &[]);
    assert_eq!(first, second);
    let after = read_tree(&site.path().join("content"));
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)));
    assert_eq!(after.len(), before.len() + 2);
    assert_eq!(check_errors(site.path()), [""; 0]);
}

/// A post that `share` wrote as a Word file comes back with its text.
#[test]
fn a_shared_manuscript_comes_back() {
    let site = site();
    let post = "---\ntitle: 清洁河道\ndate: 2022-05-12\nauthor: 石雨桐\n---\n志愿者**362人次**参与[公告](https://x.example/notice)。\n\n\
                ![队员在河边](river.jpg)\n\n## 三天\n\n| 村 | 场次 |\n| --- | ---: |\n| 石桥村 | 3 |\n";
    write_file(&site.path().join("content/volunteer/a.md"), post);
    write_file(&site.path().join("content/volunteer/river.jpg"), picture());
    let file = site.path().join("a.docx");
    let shared = run_on(
        site.path(),
        &[
            "share",
            "volunteer/a.md",
            "--for",
            "word",
            "--out",
            file.to_str().unwrap(),
        ],
    );
    assert!(shared.status.success(), "{}", error_text(&shared));
    let draft = imported(site.path(), &file, &[]);
    for part in [
        "title: 清洁河道\ndate: 2022-05-12\n",
        "author: 石雨桐\n",
        "志愿者**362人次**参与[公告](https://x.example/notice)。\n",
        "![队员在河边](1.jpg \"图1　队员在河边\")\n",
        "## 三天\n",
        "| 村 | 场次 |\n| --- | --- |\n| 石桥村 | 3 |\n",
    ] {
        assert!(draft.contains(part), "{part}: {draft}");
    }
}
