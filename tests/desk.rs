//! The editors' desk, from a site's files to its page.

use jiff::civil::{Date, date};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use xiangyin::testing::desk::{Desk, DeskLinks, Freshness, MAX_ROWS, UnpublishedReason, UpdateRule, render_desk};
use xiangyin::testing::diag::{Code, Diagnostic, Place, Severity};
use xiangyin::testing::messages::Lang;
use xiangyin::testing::pipeline::{Request, Session};

/// The day that counts as today.
const TODAY: Date = date(2022, 7, 20);

/// The desk of a site with these files and these lines in its settings, and further findings.
fn desk_with(settings: &str, files: &[(&str, &str)], findings: &[Diagnostic], drafts: bool) -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join("content").join(path);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
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
fn a_site_without_posts_has_every_section_and_says_that_it_is_empty() {
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
fn hundreds_of_findings_are_all_counted_and_not_all_listed() {
    let warning = |file: usize| {
        let place = Place::in_text(&format!("content/volunteer/{file:04}.md"), "title: 甲", 7..10);
        Diagnostic::new(Code::LooseDate).at(place)
    };
    let mut findings: Vec<Diagnostic> = (0..300).map(warning).collect();
    let full = page(&desk_with("", &[], &findings, false), Lang::Zh);
    assert_eq!(full.matches("<details class=\"file\"").count(), 300);
    assert!(full.contains("另外 285 个文件只有警告"), "the rest is folded away");
    findings.extend((300..350).map(warning));
    let place = |line| Place {
        line,
        ..Place::in_text("content/volunteer/0349.md", "title: 甲", 7..10)
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
fn drafts_and_posts_of_the_future_are_listed_with_their_pages_where_the_preview_has_them() {
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
fn columns_of_news_are_stale_after_two_weeks_and_others_after_six_months() {
    let states = |news: &str, other: &str| {
        let (news, other) = (
            post("甲", news, "", 5),
            post("乙", other, "person: 丙\nconsent: true\n", 5),
        );
        let files = [
            ("study/a.md", news.as_str()),
            ("role-models/b.md", other.as_str()),
            ("culture/_index.md", "---\ntitle: 文化\n---\n"),
        ];
        let content = desk(&files).content.expect("the site can be read");
        let columns = content.columns;
        assert_eq!(columns.home.rule, UpdateRule::TwoWeeks);
        columns
            .all()
            .map(|column| (column.url.as_str().to_owned(), column.freshness, column.days))
            .collect::<Vec<_>>()
    };
    let row = |url: &str, state, days| (url.to_owned(), state, days);
    assert_eq!(
        states("2022-07-06", "2022-01-20"),
        [
            row("/", Freshness::Fresh, Some(14)),
            row("/role-models/", Freshness::Fresh, Some(181)),
            row("/study/", Freshness::Fresh, Some(14)),
            row("/culture/", Freshness::Empty, None),
        ]
    );
    assert_eq!(
        states("2022-07-05", "2022-01-19"),
        [
            row("/", Freshness::Stale, Some(15)),
            row("/role-models/", Freshness::Stale, Some(182)),
            row("/study/", Freshness::Stale, Some(15)),
            row("/culture/", Freshness::Empty, None),
        ]
    );
}

#[test]
fn drafts_and_future_posts_do_not_refresh_columns() {
    let (draft, future) = (
        post("甲", "2022-07-19", "draft: true\n", 5),
        post("乙", "2022-07-25", "", 5),
    );
    let old = post("丙", "2022-01-01", "", 5);
    let files = [
        ("study/a.md", draft.as_str()),
        ("study/b.md", future.as_str()),
        ("study/c.md", old.as_str()),
    ];
    let content = desk_with("", &files, &[], true).content.expect("the site can be read");
    assert_eq!(content.columns.home.newest, Some(date(2022, 1, 1)));
}

#[test]
fn figures_are_those_of_todays_half_year_or_of_the_latest_with_posts() {
    let half = |day: &str| {
        let text = post("夜校", day, "form: night-school\n", 5);
        let desk = desk(&[("study/a.md", text.as_str())]);
        let zh = page(&desk, Lang::Zh);
        (
            desk.content.and_then(|content| content.half_year).expect("a half-year"),
            zh,
        )
    };
    let (now, zh) = half("2022-07-01");
    assert_eq!((now.period.to_string().as_str(), now.is_current), ("2022-H2", true));
    let study = now
        .figures
        .figures
        .iter()
        .find(|figure| figure.metric.id == "study.all")
        .expect("a headline figure");
    assert_eq!(study.value.to_string(), "1");
    let evidence = study.evidence.as_ref().map(|url| url.as_str().to_owned());
    assert_eq!(evidence.as_deref(), Some("/stats/2022-h2/evidence/study.all/"));
    assert!(
        zh.contains("href=\"/town/stats/2022-h2/evidence/study.all/\"") && zh.contains("1次"),
        "{zh}"
    );
    let (earlier, zh) = half("2021-03-01");
    assert_eq!(
        (earlier.period.to_string().as_str(), earlier.is_current),
        ("2021-H1", false)
    );
    assert!(zh.contains("这里是最近一个有稿件的半年"));
}

#[test]
fn lengths_are_listed_by_month_and_kind() {
    let long = post("长文", "2022-07-02", "form: night-school\n", 300);
    let thin = post("短文", "2022-07-03", "form: night-school\n", 99);
    let enough = post("刚好", "2022-06-30", "", 100);
    let video = post(
        "视频",
        "2022-07-04",
        "video: https://www.bilibili.com/video/BV1xx411c7mD/\n",
        3,
    );
    let files = [
        ("study/long.md", long.as_str()),
        ("study/thin.md", thin.as_str()),
        ("culture/enough.md", enough.as_str()),
        ("videos/v.md", video.as_str()),
    ];
    let desk = desk(&files);
    let half = desk
        .content
        .as_ref()
        .and_then(|content| content.half_year.clone())
        .expect("a half-year");
    let lengths = half.lengths;
    assert_eq!((lengths.half.posts, lengths.half.characters), (3, 402));
    assert_eq!((lengths.all.posts, lengths.all.average()), (4, Some(126)));
    let months: Vec<_> = lengths
        .months
        .iter()
        .map(|(month, tally)| (month.to_string(), tally.posts))
        .collect();
    assert_eq!(months, [("2022-07".to_owned(), 3)]);
    let kinds: Vec<_> = lengths
        .kinds
        .iter()
        .map(|(kind, half, all)| (kind.zh.as_str(), half.posts, all.posts))
        .collect();
    assert_eq!(kinds, [("短视频", 1, 1), ("理论学习", 2, 2), ("群众文化", 0, 1)]);
    let longest = lengths.longest.map(|written| (written.post.title, written.characters));
    assert_eq!(longest, Some(("长文".to_owned(), 300)));
    let thin: Vec<_> = lengths
        .thin
        .first
        .iter()
        .map(|written| written.post.title.as_str())
        .collect();
    assert_eq!(thin, ["短文"]);
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
fn a_page_outside_a_preview_carries_no_script() {
    let links = DeskLinks {
        prefix: "",
        is_live: false,
    };
    let page = render_desk(&desk(&[]), Lang::Zh, links);
    assert!(!page.contains("<script"));
}

/// A preview that ends with the test.
struct ServeProcess(Child);

impl Drop for ServeProcess {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the preview answers at an address.
fn get(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("a full address");
    let (host, path) = rest.split_once('/').expect("an address with a path");
    let mut stream = TcpStream::connect(host).expect("the preview listens");
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("it can be asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers in UTF-8");
    answer
}

#[test]
fn preview_serves_the_desk_below_the_base_path_in_the_command_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let volunteer = folder.path().join("content/volunteer");
    fs::create_dir_all(&volunteer).expect("a folder");
    let settings = "title: 栖禾乡音\nbase_url: https://x.example/town/\n";
    fs::write(folder.path().join("content/site.yaml"), settings).expect("a file");
    fs::write(volunteer.join("a.md"), post("护河", "2022/7/1", "", 5)).expect("a file");
    let mut preview = Command::new(env!("CARGO_BIN_EXE_xiangyin"));
    preview
        .args(["serve", "--lang", "en", "--port", "0", "--site"])
        .arg(folder.path());
    let preview = preview.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut preview = ServeProcess(preview.expect("the program starts"));
    let out = preview.0.stdout.take().expect("its output is taken");
    // Kept open until the end: a program whose output nobody takes ends.
    let mut lines = BufReader::new(out).lines();
    let first = lines.next().expect("it says something").expect("in UTF-8");
    let url = &first[first.find("http://").expect("it says where it is")..];
    let answer = get(&format!("{url}_xiangyin/"));
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("<main id=\"desk\">") && answer.contains("<html lang=\"en\">"));
    assert!(
        answer.contains("href=\"/town/volunteer/a/\"") && answer.contains("loose-date"),
        "{answer}"
    );
    assert!(
        answer.contains("/town/_xiangyin/live.js"),
        "the preview's script follows changes"
    );
}
