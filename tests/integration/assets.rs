//! Which files leave a site: those that something published refers to, and no others.

use crate::common::photograph::photograph;
use crate::common::{FileTree, read_tree, write_file};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use xiangyin::testing::diag::{Code, Diagnostic};
use xiangyin::testing::messages::{Lang, help, message};
use xiangyin::testing::pipeline::{Answer, NoProgress, Outcome, Request, Session, build};
use xiangyin::testing::source::Changes;

const SETTINGS: &str = "title: 青芦镇之声\nbase_url: https://qinglu.example/\n";

/// A site in a folder of its own.
struct OfficeSite(tempfile::TempDir);

impl OfficeSite {
    fn new(settings: &str) -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.write("site.yaml", settings);
        site
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        write_file(&self.content().join(path), bytes);
    }

    fn content(&self) -> PathBuf {
        self.0.path().join("content")
    }

    fn request(&self) -> Request {
        Request::new(self.0.path(), "2022-12-31".parse().unwrap())
    }

    fn build(&self) -> (Outcome, FileTree) {
        let outcome = build(&self.request(), &NoProgress);
        assert!(outcome.published, "{:?}", outcome.findings);
        (outcome, read_tree(&self.0.path().join("public")))
    }
}

fn post(text: &str) -> String {
    format!("---\ntitle: 清河行动\ndate: 2022-06-01\n---\n护河队清理了河道。\n\n{text}\n")
}

fn of_code(findings: &[Diagnostic], code: Code) -> Vec<&Diagnostic> {
    findings.iter().filter(|finding| finding.code == code).collect()
}

/// The names in the folder of a made-up office: what a year of work leaves behind.
fn office_names() -> Vec<String> {
    let mut names = Vec::new();
    names.extend((1..=12).map(|month| format!("volunteer/2022/{month:02}月志愿活动.docx")));
    names.extend((1..=40).map(|number| format!("volunteer/2022/照片/IMG_{}.jpg", 2000 + number)));
    names.extend((1..=12).map(|month| format!("volunteer/2022/签到表（{month}月）.xlsx")));
    names.extend((1..=20).map(|number| format!("study/2022/微信图片_2022060{}{number:03}.png", number % 10)));
    names.extend((1..=12).map(|month| format!("study/2022/{month}月中心组学习记录.doc")));
    names.extend((1..=10).map(|number| format!("culture/2022/晚会/节目{number}.mp4")));
    names.extend((1..=10).map(|number| format!("culture/2022/晚会/节目{number}.mp4.crdownload")));
    names.extend((1..=12).map(|month| format!("公开文件/2022年{month}月公报.pdf")));
    names.extend((1..=12).map(|month| format!("内部/{month}月工资表.xls")));
    names.extend((1..=8).map(|number| format!("内部/备份/台账 ({number}).xlsx.bak")));
    names.extend((1..=8).map(|number| format!("内部/~$台账 ({number}).xlsx")));
    names.extend((1..=8).map(|number| format!("images/新建文件夹/未命名{number}.psd")));
    let single = [
        "通讯录.xlsx",
        "领导班子分工（2022）.docx",
        "困难群众名单.xls",
        "密码.txt",
        "server.key",
        "id_rsa",
        "cert.pem",
        ".env",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "volunteer/Thumbs.db",
        "volunteer/2022/.DS_Store",
        "volunteer/2022/~WRL0001.tmp",
        "volunteer/2022/清河行动.md.bak",
        "volunteer/2022/敬老.md.txt",
        "volunteer/2022/清河行动（修改稿）.docx",
        "volunteer/2022/合影.heic",
        "volunteer/2022/志愿者花名册.xlsx",
        "volunteer/2022/附件1.pdf",
        "volunteer/2022/附件2.pdf",
        "study/2022/讲稿.ppt",
        "study/2022/讲稿.wps",
        "images/logo.svg",
        "images/logo.ai",
        "images/封面.jpg",
        "方案.zip",
        "index.html",
        "upload.php",
        "数据库.sql",
        "backup.tar.gz",
        "录音.m4a",
        "草稿配图.jpg",
        "预告.jpg",
        "新建 文本文档.txt",
        "README",
    ];
    names.extend(single.map(str::to_owned));
    names
}

/// The names that leave, and what they are called then.
const LEAVING: [(&str, &str); 18] = [
    (
        "volunteer/2022/照片/IMG_2001.jpg",
        "volunteer/2022/zhao-pian/IMG_2001.jpg",
    ),
    (
        "volunteer/2022/照片/IMG_2017.jpg",
        "volunteer/2022/zhao-pian/IMG_2017.jpg",
    ),
    ("volunteer/2022/附件1.pdf", "volunteer/2022/fu-jian-1.pdf"),
    ("images/封面.jpg", "images/feng-mian.jpg"),
    ("culture/2022/晚会/节目1.mp4", "culture/2022/wan-hui/jie-mu-1.mp4"),
    ("images/logo.svg", "images/logo.svg"),
    (
        "公开文件/2022年1月公报.pdf",
        "gong-kai-wen-jian/2022-nian-1-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年2月公报.pdf",
        "gong-kai-wen-jian/2022-nian-2-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年3月公报.pdf",
        "gong-kai-wen-jian/2022-nian-3-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年4月公报.pdf",
        "gong-kai-wen-jian/2022-nian-4-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年5月公报.pdf",
        "gong-kai-wen-jian/2022-nian-5-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年6月公报.pdf",
        "gong-kai-wen-jian/2022-nian-6-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年7月公报.pdf",
        "gong-kai-wen-jian/2022-nian-7-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年8月公报.pdf",
        "gong-kai-wen-jian/2022-nian-8-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年9月公报.pdf",
        "gong-kai-wen-jian/2022-nian-9-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年10月公报.pdf",
        "gong-kai-wen-jian/2022-nian-10-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年11月公报.pdf",
        "gong-kai-wen-jian/2022-nian-11-yue-gong-bao.pdf",
    ),
    (
        "公开文件/2022年12月公报.pdf",
        "gong-kai-wen-jian/2022-nian-12-yue-gong-bao.pdf",
    ),
];

/// The office's site with those of its files that `is_there` lets in.
fn office_site(is_there: impl Fn(&str) -> bool) -> OfficeSite {
    let site = OfficeSite::new(&format!("{SETTINGS}assets: {{publish: [公开文件/**]}}\n"));
    site.write(
        "volunteer/2022/清河行动.md",
        "---\ntitle: 清河行动\ndate: 2022-06-01\ncover: /images/封面.jpg\n---\n护河队清理了河道。\n\n\
         {{ gallery(images=[\"照片/IMG_2001.jpg\", \"照片/IMG_2017.jpg\"], caption=\"河边\") }}\n\n见[附件](附件1.pdf)。\n",
    );
    site.write(
        "culture/2022/晚会.md",
        "---\ntitle: 晚会\ndate: 2022-01-29\nform: gala\n---\n<video src=\"晚会/节目1.mp4\" poster=\"/images/logo.svg\" \
         controls></video>\n\n节目很多。\n",
    );
    site.write(
        "volunteer/2022/草稿.md",
        "---\ntitle: 草稿\ndate: 2022-06-02\ndraft: true\n---\n![](/草稿配图.jpg) [附件](附件2.pdf) ![](照片/IMG_2002.jpg)\n",
    );
    site.write(
        "volunteer/2023.md",
        "---\ntitle: 预告\ndate: 2023-01-02\ncover: /预告.jpg\n---\n正文。\n",
    );
    for (at, name) in office_names().iter().enumerate().filter(|(_, name)| is_there(name)) {
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("jpg") => site.write(name, photograph(640, 480, 1, at)),
            Some("svg") => site.write(
                name,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\" height=\"1\"/>",
            ),
            _ => site.write(name, format!("HOME {at}\n")),
        }
    }
    site
}

#[test]
fn only_what_is_referred_to_leaves_an_office_folder() {
    let names = office_names();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 200);
    let leaving: BTreeSet<&str> = LEAVING.iter().map(|(name, _)| *name).collect();
    let (all, tree) = office_site(|_| true).build();
    // The rest makes no difference: not a file, not a byte.
    let (_, tree_without_rest) = office_site(|name| leaving.contains(name)).build();
    let names_in = |tree: &FileTree| tree.keys().cloned().collect::<BTreeSet<PathBuf>>();
    assert_eq!(names_in(&tree), names_in(&tree_without_rest));
    let differing: Vec<&PathBuf> = tree
        .iter()
        .filter(|(path, bytes)| tree_without_rest[*path] != **bytes)
        .map(|(path, _)| path)
        .collect();
    assert!(differing.is_empty(), "{differing:?}");
    for (name, output) in LEAVING {
        assert!(tree.contains_key(Path::new(output)), "{name} does not leave");
    }
    let others = tree.values().filter(|bytes| bytes.starts_with(b"HOME "));
    assert_eq!(
        others.count(),
        LEAVING
            .iter()
            .filter(|(name, _)| !name.ends_with("jpg") && !name.ends_with("svg"))
            .count()
    );
    // One finding for the site names what nothing refers to, one what never leaves.
    for (code, count) in [(Code::UnpublishedFiles, 114), (Code::NeverPublished, 37)] {
        let found = of_code(&all.findings, code);
        let [finding] = &*found else {
            panic!("{code:?}: {found:?}")
        };
        let text = message(finding, Lang::En);
        assert!(text.contains(&format!("({count})")), "{text}");
    }
}

#[test]
fn the_line_to_write_ends_the_warnings() {
    let site = office_site(|_| true);
    let mut settings = format!("{SETTINGS}assets: {{publish: [公开文件/**]}}\n");
    // Each finding gives the whole line with what the settings have already.
    for _ in 0..40 {
        let (outcome, _) = site.build();
        let codes = [Code::UnpublishedFiles, Code::NeverPublished, Code::NearPost];
        let Some(finding) = codes
            .iter()
            .find_map(|code| of_code(&outcome.findings, *code).first().copied())
        else {
            assert!(
                of_code(&outcome.findings, Code::UnusedGlob).is_empty(),
                "{:?}",
                outcome.findings
            );
            assert!(settings.contains("keep:"));
            return;
        };
        let advice = help(finding, Lang::En).unwrap();
        let line = advice.split('`').find(|part| part.starts_with("assets:")).unwrap();
        settings = format!("{SETTINGS}{line}\n");
        site.write("site.yaml", &settings);
    }
    panic!("there are still findings with {settings}");
}

#[test]
fn a_preview_serves_a_file_once_a_text_refers_to_it() {
    let site = OfficeSite::new(SETTINGS);
    site.write("volunteer/a.md", post(""));
    site.write("volunteer/名单.pdf", "名单");
    site.write("volunteer/图.jpg", photograph(640, 480, 1, 0));
    let mut session = Session::open(site.request());
    let is_served = |session: &Session, url: &str| {
        let answer = session.latest().answer(url);
        matches!(answer, Answer::File(_) | Answer::Generated(..) | Answer::Bytes(_))
    };
    let (list, picture) = ("/volunteer/ming-dan.pdf", "/volunteer/tu.jpg");
    for (text, has_list, has_picture) in [
        ("", false, false),
        ("见[名单](名单.pdf)。", true, false),
        ("见[名单](/volunteer/ming-dan.pdf)。", true, false),
        ("![](图.jpg)", false, true),
        ("没有了。", false, false),
    ] {
        site.write("volunteer/a.md", post(text));
        session.update(&Changes::Paths([site.content().join("volunteer/a.md")].into()));
        assert_eq!(is_served(&session, list), has_list, "{text}");
        assert_eq!(is_served(&session, picture), has_picture, "{text}");
        let clean = build(
            &Request {
                force: true,
                ..site.request()
            },
            &NoProgress,
        );
        assert_eq!(session.latest().findings(), clean.findings, "{text}");
    }
}

#[test]
fn a_build_follows_references_and_names() {
    let site = OfficeSite::new(SETTINGS);
    site.write("volunteer/a.md", post(""));
    site.write("volunteer/名单.pdf", "名单");
    let list = Path::new("volunteer/ming-dan.pdf");
    assert!(!site.build().1.contains_key(list));
    site.write("volunteer/a.md", post("见[名单](名单.pdf)。"));
    assert!(site.build().1.contains_key(list));
    let never = |outcome: &Outcome| of_code(&outcome.findings, Code::NeverPublished).len();
    assert_eq!(never(&site.build().0), 0);
    // Nothing but a name that is never opened changes.
    site.write("volunteer/.git/config", "HOME");
    let (outcome, _) = site.build();
    assert_eq!(never(&outcome), 1);
    assert_eq!(outcome.changes.len(), 0);
    fs::remove_dir_all(site.content().join("volunteer/.git")).unwrap();
    assert_eq!(never(&site.build().0), 0);
    site.write("volunteer/a.md", post(""));
    assert!(!site.build().1.contains_key(list));
}

#[test]
fn texts_in_gbk_that_start_like_posts_are_near_posts() {
    let site = OfficeSite::new(SETTINGS);
    site.write("volunteer/a.md", post(""));
    // 标题: 敬老 and 日期: 2022-05-14, in GBK, between lines of dashes.
    let gbk =
        b"---\r\n\xb1\xea\xcc\xe2: \xbe\xb4\xc0\xcf\r\n\xc8\xd5\xc6\xda: 2022-05-14\r\n---\r\n\xd5\xfd\xce\xc4\r\n";
    site.write("volunteer/敬老.txt", gbk);
    let (outcome, _) = site.build();
    let found = of_code(&outcome.findings, Code::NearPost);
    assert_eq!(found.len(), 1, "{:?}", outcome.findings);
    assert!(help(found[0], Lang::En).unwrap().contains("敬老.md"));
    // The advice works.
    fs::rename(
        site.content().join("volunteer/敬老.txt"),
        site.content().join("volunteer/敬老.md"),
    )
    .unwrap();
    let (outcome, tree) = site.build();
    assert!(of_code(&outcome.findings, Code::NearPost).is_empty());
    assert!(tree.contains_key(Path::new("volunteer/jing-lao/index.html")));
}

#[test]
fn web_pages_among_attachments_are_published_only_on_request() {
    const PAGE: &str = "<script>alert(1)</script>";
    for name in ["a.html", "a.XHTML", "a.xml", "a.svgz"] {
        let site_with = |settings: &str| {
            let site = OfficeSite::new(&format!("{SETTINGS}{settings}"));
            site.write(&format!("volunteer/files/{name}"), PAGE);
            site.write("volunteer/a.md", post(&format!("[甲](files/{name})")));
            site
        };
        let refused = build(&site_with("").request(), &NoProgress);
        let found = of_code(&refused.findings, Code::WebPageFile);
        assert!(!refused.published && found.len() == 1, "{name}: {:?}", refused.findings);
        let advice = help(found[0], Lang::En).unwrap();
        let line = advice.split('`').nth(1).unwrap();
        let (outcome, tree) = site_with(&format!("{line}\n")).build();
        assert!(of_code(&outcome.findings, Code::WebPageFile).is_empty(), "{line}");
        assert!(tree.values().any(|bytes| bytes == PAGE.as_bytes()), "{name}");
    }
}
