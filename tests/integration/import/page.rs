//! Saved web pages and e-mails.

use super::*;
use data_encoding::BASE64;

#[test]
fn a_saved_article_brings_its_pictures() {
    let site = site();
    let article = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta property=\"og:title\" content=\"护河队清理河道\"></head><body>\
        <a id=\"js_name\">栖禾发布</a><script>var ct = \"1652313600\";</script><div id=\"js_content\" style=\"visibility: hidden;\">\
        <p><span style=\"font-weight:700\">一、现场</span></p><p>26名*队员*清理了河道。</p>\
        <p><img src=\"./河_files/640\" data-src=\"https://mmbiz.qpic.cn/a\"></p><p>图为队员在河边</p>\
        <p><img src=\"../secret.jpg\"></p><p><img data-src=\"https://mmbiz.qpic.cn/b\"></p></div></body></html>";
    write_file(&site.path().join("saved/河.html"), article);
    write_file(&site.path().join("saved/河_files/640"), picture());
    write_file(&site.path().join("secret.jpg"), picture());
    let file = site.path().join("saved/河.html");
    let done = run_on(site.path(), &["import", file.to_str().unwrap(), "--kind", "volunteer"]);
    assert!(done.status.success(), "{}", error_text(&done));
    for part in [
        "web server only",
        "mmbiz.qpic.cn/b",
        "files are not there",
        "secret.jpg",
    ] {
        assert!(error_text(&done).contains(part), "{part}: {}", error_text(&done));
    }
    let folder = site.path().join("content/volunteer/2022/hu-he-dui-qing-li-he-dao");
    let names: Vec<_> = read_tree(&folder).into_keys().collect();
    assert_eq!(names, [Path::new("1.jpg"), Path::new("index.md")]);
    let draft = fs::read_to_string(folder.join("index.md")).unwrap();
    assert!(
        draft.contains("title: 护河队清理河道\ndate: 2022-05-12\nsource: 栖禾发布\n"),
        "{draft}"
    );
    assert!(
        draft.ends_with(
            "---\n\n## 一、现场\n\n26名\\*队员\\*清理了河道。\n\n![](1.jpg \"图为队员在河边\")\n\n<!-- https://mmbiz.qpic.cn/b -->\n"
        ),
        "{draft}"
    );
    assert_eq!(check_errors(site.path()), [""; 0]);
}

#[test]
fn an_email_brings_what_is_attached() {
    let site = site();
    let mail = format!(
        "From: =?utf-8?B?55+z6Zuo5qGQ?= <a@x.example>\r\nSubject: Fwd: river\r\nDate: Thu, 12 May 2022 09:30:00 +0800\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         26名队员清理了河道。\r\n--b\r\nContent-Type: image/jpeg; name=a.jpg\r\nContent-Disposition: attachment; filename=a.jpg\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b\r\nContent-Type: application/pdf; name=b.pdf\r\n\
         Content-Disposition: attachment; filename=b.pdf\r\n\r\n%PDF\r\n--b--\r\n",
        BASE64.encode(&picture())
    );
    let file = site.path().join("a.eml");
    write_file(&file, mail);
    let done = run_on(site.path(), &["import", file.to_str().unwrap()]);
    assert!(done.status.success(), "{}", error_text(&done));
    assert!(
        error_text(&done).contains("attachments (b.pdf)"),
        "{}",
        error_text(&done)
    );
    let draft = fs::read_to_string(output_text(&done).trim()).unwrap();
    assert!(
        draft.contains("title: river\ndate: 2022-05-12\nauthor: 石雨桐\n"),
        "{draft}"
    );
    assert!(
        draft.ends_with("---\n\n26名队员清理了河道。\n\n![](1.jpg)\n"),
        "{draft}"
    );
    assert_eq!(check_errors(site.path()), [""; 0]);
}
