//! Sections of the desk about time: how fresh columns are, the figures of a half-year, the lengths of posts.

use super::{desk, desk_with, page, post};
use jiff::civil::date;
use xiangyin::testing::desk::{Freshness, UpdateRule};
use xiangyin::testing::messages::Lang;

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
fn figures_cover_the_current_half_year_or_the_latest_with_posts() {
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
    assert_eq!(study.value, Some(1.into()));
    let evidence = study.evidence.as_ref().map(|url| url.as_str().to_owned());
    assert_eq!(evidence.as_deref(), Some("/stats/2022-h2/evidence/study.all/"));
    assert!(
        zh.contains("href=\"/town/stats/2022-h2/evidence/study.all/\"") && zh.contains("1次"),
        "{zh}"
    );
    assert!(zh.contains("2022年下半年（截至2022年7月20日）"), "{zh}");
    let (earlier, zh) = half("2021-03-01");
    assert_eq!(
        (earlier.period.to_string().as_str(), earlier.is_current),
        ("2021-H1", false)
    );
    assert!(zh.contains("这里是最近一个有稿件的半年"));
    assert!(zh.contains("2021年上半年") && !zh.contains("截至"), "{zh}");
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
