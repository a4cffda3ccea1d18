//! The editors' desk, from a site's files to its page.

mod half_year;

use crate::common::preview_process::PreviewProcess;
use crate::common::write_file;
use jiff::civil::{Date, date};
use xiangyin::testing::desk::{Desk, DeskLinks, Freshness, MAX_ROWS, UnpublishedReason, render_desk};
use xiangyin::testing::diag::{Code, Diagnostic, Place, Severity};
use xiangyin::testing::messages::Lang;
use xiangyin::testing::pipeline::{Request, Session};

/// The day that counts as today.
const TODAY: Date = date(2022, 7, 20);

/// The desk of a site with these files and these lines in its settings, and further findings.
fn desk_with(settings: &str, files: &[(&str, &str)], findings: &[Diagnostic], drafts: bool) -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| write_file(&folder.path().join("content").join(path), text);
    write(
        "site.yaml",
        &format!("title: 栖禾乡音\nbase_url: https://x.example/\n{settings}"),
    );
    files.iter().for_each(|(path, text)| write(path, text));
    let session = Session::open(Request {
        drafts,
        future: drafts,
        ..Request::new(folder.path(), TODAY)
    });
    let newest = session.latest();
    let all: Vec<Diagnostic> = newest.findings().iter().chain(findings).cloned().collect();
    newest
        .with_site(|site| Desk::new(site, &all))
        .unwrap_or_else(|| Desk::without_site(&all))
}

fn desk(files: &[(&str, &str)]) -> Desk {
    desk_with("", files, &[], false)
}

fn page(desk: &Desk, lang: Lang) -> String {
    let links = DeskLinks {
        prefix: "/town",
        is_live: true,
    };
    render_desk(desk, lang, links)
}

/// A post with a text of so many characters.
fn post(title: &str, day: &str, more: &str, characters: usize) -> String {
    format!(
        "---\ntitle: {title}\ndate: {day}\n{more}---\n{}\n",
        "字".repeat(characters)
    )
}

#[test]
fn desk_of_an_empty_site_has_every_section() {
    let desk = desk(&[]);
    let content = desk.content.as_ref().expect("the site can be read");
    assert!(content.half_year.is_none() && content.pending_reviews.is_none());
    assert_eq!(content.columns.home.freshness, Freshness::Empty);
    let (zh, en) = (page(&desk, Lang::Zh), page(&desk, Lang::En));
    for id in ["findings", "waiting", "unpublished", "columns", "figures", "lengths"] {
        assert!(zh.contains(&format!("<h2 id=\"{id}\"")), "{id}");
    }
    for (zh_words, en_words) in [
        ("没有错误，也没有警告。", "No errors and no warnings."),
        ("这个网站没有要求三审", "This site asks for no reviews"),
        (
            "没有草稿，也没有日期在今天以后的稿件。",
            "No drafts and no posts dated after today.",
        ),
        ("还没有已发布的稿件。", "Nothing has been published yet."),
        ("空栏目", "Empty"),
        ("还没有启用的栏目：榜样", "Columns not in use yet: Role models"),
    ] {
        assert!(zh.contains(zh_words), "{zh_words}");
        assert!(en.contains(en_words), "{en_words}");
    }
    assert!(zh.contains("<html lang=\"zh-CN\">") && en.contains("<html lang=\"en\">"));
}

#[test]
fn findings_are_grouped_by_file_with_errors_first() {
    let (a, b) = (
        post("甲", "2022/7/1", "", 5),
        post("乙", "2022-07-02", "villag: x\n", 5),
    );
    let late = "---\ntitle: 丙\ndate: 2022/7/3\nvillag: x\n---\n[无](none.md)\n";
    let files = [
        ("volunteer/a.md", a.as_str()),
        ("volunteer/z.md", b.as_str()),
        ("volunteer/y.md", late),
        ("volunteer/_index.md", "---\ntitle: 志愿\n---\n[无](none.md)\n"),
    ];
    let desk = desk(&files);
    let listed: Vec<_> = desk
        .problems
        .files
        .iter()
        .map(|file| {
            let url = file.url.as_ref().map(|url| url.as_str().to_owned());
            (
                file.file.as_deref().unwrap_or_default(),
                url,
                file.errors,
                file.warnings,
            )
        })
        .collect();
    let url = |url: &str| Some(url.to_owned());
    assert_eq!(
        listed,
        [
            ("content/volunteer/_index.md", url("/volunteer/"), 1, 0),
            ("content/volunteer/y.md", url("/volunteer/y/"), 2, 1),
            ("content/volunteer/z.md", url("/volunteer/z/"), 1, 0),
            ("content/volunteer/a.md", url("/volunteer/a/"), 0, 1),
        ]
    );
    assert_eq!((desk.problems.errors, desk.problems.warnings), (4, 2));
    let codes: Vec<Code> = desk.problems.files[1].findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::UnknownKey, Code::DeadLink, Code::LooseDate]);
    let zh = page(&desk, Lang::Zh);
    assert!(zh.contains("href=\"/town/volunteer/y/\"") && zh.contains("<code>content/volunteer/y.md</code>"));
    assert!(
        zh.contains("<mark>villag</mark>: x") && zh.contains("第 4 行第 1 个字"),
        "{zh}"
    );
    assert!(zh.contains("是不是想写") && zh.contains("<code>village</code>"));
    let en = page(&desk, Lang::En);
    assert!(en.contains("line 4, column 1") && en.contains("errors: 2"));
}

#[test]
fn site_findings_come_first_and_ledger_findings_name_their_cell() {
    let cell = Place::in_ledger("content/_data/a.xlsx", "六月", (7, 3), [(3, "12场")]);
    let findings = [
        Diagnostic::new(Code::NoBaseUrl),
        Diagnostic::new(Code::BadNumber).at(cell).with("value", "12场"),
    ];
    let desk = desk_with("", &[], &findings, false);
    assert_eq!(desk.problems.files[0].file, None);
    let zh = page(&desk, Lang::Zh);
    assert!(zh.contains("整个网站") && zh.contains("六月!C7"), "{zh}");
}

#[test]
fn long_lists_of_findings_are_counted_in_full_and_listed_in_part() {
    let warning = |file: usize| {
        let place = Place::in_text(&format!("content/volunteer/{file:04}.md"), "title: 甲", 7..10);
        Diagnostic::new(Code::LooseDate).at(place)
    };
    let mut findings: Vec<Diagnostic> = (0..300).map(warning).collect();
    let full = page(&desk_with("", &[], &findings, false), Lang::Zh);
    assert_eq!(full.matches("<details class=\"file\"").count(), 300);
    assert!(full.contains("另外 285 个文件只有警告"), "the rest is folded away");
    findings.extend((300..350).map(warning));
    let place = |line| {
        let mut place = Place::in_text("content/volunteer/0349.md", "title: 甲", 7..10);
        place.line = line;
        place
    };
    findings.extend((1..=70).map(|line| Diagnostic::new(Code::UnknownKey).at(place(line))));
    let desk = desk_with("", &[], &findings, false);
    assert_eq!((desk.problems.errors, desk.problems.warnings), (70, 350));
    let first = &desk.problems.files[0];
    assert_eq!((first.errors, first.findings.len(), first.left_out()), (70, 50, 21));
    assert_eq!(desk.problems.left_out(), 50);
    let en = page(&desk, Lang::En);
    assert!(en.contains("not listed: 50") && en.contains("not listed: 21"), "{en}");
}

#[test]
fn site_text_is_escaped() {
    let text = format!(
        "---\ntitle: '<script>alert(1)</script>{}'\ndate: 2022/7/1\ndraft: true\nvillag: <img src=x>\n---\n甲\n",
        "长".repeat(500)
    );
    let file = "volunteer/<b>&\"'.md";
    let desk = desk_with("policy: {review: warn}\n", &[(file, &text)], &[], true);
    for lang in [Lang::Zh, Lang::En] {
        let page = page(&desk, lang);
        assert!(
            !page.contains("<script>alert") && !page.contains("<img") && !page.contains("<b>&"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;alert(1)"));
        assert!(page.contains("volunteer/&lt;b&gt;&amp;"));
    }
}

#[test]
fn drafts_and_future_posts_are_listed_with_links_to_their_previews() {
    let draft = post("在写", "2022-07-01", "draft: true\n", 5);
    let future = post("下月", "2022-08-01", "", 5);
    let today = post("今天", "2022-07-20", "", 5);
    let files = [
        ("study/draft.md", draft.as_str()),
        ("culture/future.md", future.as_str()),
        ("study/today.md", today.as_str()),
        ("about.md", "---\ntitle: 关于\ndraft: true\n---\n甲\n"),
    ];
    let rows = |drafts| {
        let content = desk_with("", &files, &[], drafts)
            .content
            .expect("the site can be read");
        let row = |row: &xiangyin::testing::desk::Unpublished| {
            let url = row.post.url.as_ref().map(|url| url.as_str().to_owned());
            (row.post.title.clone(), row.reason, row.post.date, url)
        };
        content.unpublished.first.iter().map(row).collect::<Vec<_>>()
    };
    let expected = |urls: [Option<&str>; 3]| {
        let [page, future, draft] = urls.map(|url| url.map(str::to_owned));
        vec![
            ("关于".to_owned(), UnpublishedReason::Draft, None, page),
            (
                "下月".to_owned(),
                UnpublishedReason::Future,
                Some(date(2022, 8, 1)),
                future,
            ),
            (
                "在写".to_owned(),
                UnpublishedReason::Draft,
                Some(date(2022, 7, 1)),
                draft,
            ),
        ]
    };
    assert_eq!(rows(false), expected([None; 3]));
    let shown = [Some("/about/"), Some("/culture/future/"), Some("/study/draft/")];
    assert_eq!(rows(true), expected(shown));
}

#[test]
fn posts_are_listed_under_their_missing_reviews() {
    let full = post(
        "审全",
        "2022-07-01",
        "review: {first: 甲, second: 乙, third: {by: 丙, date: 2022-07-01}}\n",
        5,
    );
    let half = post("一审", "2022-07-02", "review: {first: 张三}\n", 5);
    let draft = post("草稿", "2022-07-03", "draft: true\n", 5);
    let files = [
        ("study/full.md", full.as_str()),
        ("study/half.md", half.as_str()),
        ("study/draft.md", draft.as_str()),
        ("about.md", "---\ntitle: 关于\n---\n甲\n"),
    ];
    let desk = desk_with("policy: {review: required}\n", &files, &[], false);
    let waiting = desk
        .content
        .as_ref()
        .and_then(|content| content.pending_reviews.clone())
        .expect("reviews are asked for");
    let rows: Vec<_> = waiting
        .first
        .iter()
        .map(|row| (row.post.title.as_str(), row.reviewers[0].as_deref(), row.is_published))
        .collect();
    assert_eq!(rows, [("草稿", None, false), ("一审", Some("张三"), true)]);
    let zh = page(&desk, Lang::Zh);
    assert!(
        zh.contains("<td class=\"by\">张三</td><td class=\"by\"><b class=\"missing\">待审</b></td>"),
        "{zh}"
    );
    let off = desk_with("policy: {review: off}\n", &files, &[], false);
    assert_eq!(off.content.expect("the site can be read").pending_reviews, None);
}

#[test]
fn very_long_lists_keep_their_first_rows() {
    let posts: Vec<(String, String)> = (0..MAX_ROWS + 5)
        .map(|n| {
            (
                format!("study/{n}.md"),
                post(&format!("第{n}篇"), "2022-07-01", "draft: true\n", 1),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = posts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let desk = desk(&files);
    let unpublished = desk
        .content
        .as_ref()
        .map(|content| content.unpublished.clone())
        .expect("the site can be read");
    assert_eq!(
        (unpublished.count, unpublished.first.len(), unpublished.left_out()),
        (MAX_ROWS + 5, MAX_ROWS, 5)
    );
    assert!(page(&desk, Lang::Zh).contains("另有 5 篇没有列出"));
}

#[test]
fn folder_without_a_site_has_a_desk_with_findings() {
    let folder = tempfile::tempdir().expect("a folder");
    let session = Session::open(Request::new(folder.path(), TODAY));
    let newest = session.latest();
    assert!(newest.with_site(|_| ()).is_none());
    let desk = Desk::without_site(newest.findings());
    assert_eq!(desk.problems.errors, 1);
    assert_eq!(desk.problems.files[0].findings[0].severity, Severity::Error);
    let zh = page(&desk, Lang::Zh);
    assert!(zh.contains("网站现在读不出来") && !zh.contains("id=\"columns\""));
}

#[test]
fn desk_page_outside_a_preview_has_no_script() {
    let links = DeskLinks {
        prefix: "",
        is_live: false,
    };
    let page = render_desk(&desk(&[]), Lang::Zh, links);
    assert!(!page.contains("<script"));
}

#[test]
fn preview_serves_the_desk_below_the_base_path_in_the_command_language() {
    let settings = "title: 栖禾乡音\nbase_url: https://x.example/town/\n";
    let loose = post("护河", "2022/7/1", "", 5);
    let files = [
        ("content/site.yaml", settings),
        ("content/volunteer/a.md", loose.as_str()),
    ];
    let preview = PreviewProcess::start_in("en", &files, &[]);
    let answer = preview.get("/town/_xiangyin/");
    assert_eq!(answer.status, 200);
    let desk = answer.body;
    assert!(desk.contains("<main id=\"desk\">") && desk.contains("<html lang=\"en\">"));
    assert!(
        desk.contains("href=\"/town/volunteer/a/\"") && desk.contains("loose-date"),
        "{desk}"
    );
    assert!(
        desk.contains("/town/_xiangyin/live.js"),
        "the preview's script follows changes"
    );
}
