//! Wrong names, and what is suggested for them.

use super::*;

/// The wrong name, the known names, and the one that was meant.
type Row = (&'static str, &'static [&'static str], Option<&'static str>);

const TEAMS: &[&str] = &[
    "clean-river",
    "护河志愿服务队",
    "shiqiao",
    "石桥村志愿服务队",
    "hewan",
    "河湾村志愿服务队",
    "xicun",
    "西村志愿服务队",
    "peaceful-home",
    "平安家园巡逻队",
];
const VILLAGES: &[&str] = &["石桥村", "河湾村", "东岭村", "西岭村", "大塘社区", "小塘村"];
const LEVELS: &[&str] = &[
    "national",
    "国家级",
    "National",
    "provincial",
    "省级",
    "Provincial",
    "municipal",
    "市级",
    "Municipal",
    "district",
    "区级",
    "District",
];
const THEMES: &[&str] = &[
    "我们的节日",
    "防范电信诈骗",
    "环境整治",
    "精神宣讲",
    "普法宣传",
    "安全教育",
    "看望孤寡老人",
    "留守儿童",
    "帮助困难群众",
];
const HEADS: &[&str] = &["标题", "日期", "负责人", "参与人次", "服务时长", "受益人次", "活动地点"];
const KEYS: &[&str] = &[
    "title",
    "date",
    "updated",
    "summary",
    "participants",
    "hours",
    "beneficiaries",
    "location",
];
const FILES: &[&str] = &["图片.jpg", "合影2.jpg", "hexie.png", "photo-12.jpg", "活动现场.webp"];

const ROWS: &[Row] = &[
    // Levels of government.
    ("镇级", LEVELS, None),
    ("村级", LEVELS, None),
    ("乡级", LEVELS, None),
    ("街道级", LEVELS, None),
    ("国际级", LEVELS, None),
    ("省", LEVELS, Some("省级")),
    ("国家", LEVELS, Some("国家级")),
    ("中央级", LEVELS, Some("国家级")),
    ("县级", LEVELS, Some("区级")),
    ("区县级", LEVELS, Some("区级")),
    ("地市级", LEVELS, Some("市级")),
    ("省市级", LEVELS, None),
    ("省级媒体", LEVELS, Some("省级")),
    ("nationl", LEVELS, Some("national")),
    ("munipical", LEVELS, Some("municipal")),
    ("county", LEVELS, None),
    ("town", LEVELS, None),
    ("country", &["county", "town"], None),
    // Teams.
    ("护河队", TEAMS, Some("护河志愿服务队")),
    ("护河志愿队", TEAMS, Some("护河志愿服务队")),
    ("护河志愿者服务队", TEAMS, Some("护河志愿服务队")),
    ("青芦镇护河志愿服务队", TEAMS, Some("护河志愿服务队")),
    ("护河自愿服务队", TEAMS, Some("护河志愿服务队")),
    ("护河志愿服务对", TEAMS, Some("护河志愿服务队")),
    ("护河志原服务队", TEAMS, Some("护河志愿服务队")),
    ("护河服务志愿队", TEAMS, Some("护河志愿服务队")),
    ("护河", TEAMS, Some("护河志愿服务队")),
    ("护林志愿服务队", TEAMS, None),
    ("护林队", TEAMS, None),
    ("志愿服务队", TEAMS, None),
    ("石桥志愿队", TEAMS, Some("石桥村志愿服务队")),
    ("石桥社区志愿服务队", TEAMS, Some("石桥村志愿服务队")),
    ("石桥镇志愿服务队", TEAMS, None),
    ("石板村志愿服务队", TEAMS, None),
    ("东村志愿服务队", TEAMS, None),
    ("平安家园", TEAMS, Some("平安家园巡逻队")),
    ("平安家园巡查队", TEAMS, Some("平安家园巡逻队")),
    ("clean river", TEAMS, Some("clean-river")),
    ("clena-river", TEAMS, Some("clean-river")),
    ("shiqaio", TEAMS, Some("shiqiao")),
    ("peaceful-homes", TEAMS, Some("peaceful-home")),
    // Villages.
    ("石桥", VILLAGES, Some("石桥村")),
    ("石乔村", VILLAGES, Some("石桥村")),
    ("石桥镇", VILLAGES, None),
    ("石板村", VILLAGES, None),
    ("南岭村", VILLAGES, None),
    ("岭村", VILLAGES, None),
    ("大塘", VILLAGES, Some("大塘社区")),
    ("大塘村", VILLAGES, Some("大塘社区")),
    ("大糖社区", VILLAGES, Some("大塘社区")),
    ("塘村", VILLAGES, None),
    ("湾河村", VILLAGES, Some("河湾村")),
    // Themes and heads of ledgers.
    ("我们的节目", THEMES, Some("我们的节日")),
    ("防范电信欺诈", THEMES, Some("防范电信诈骗")),
    ("防诈骗", THEMES, Some("防范电信诈骗")),
    ("看望孤老", THEMES, Some("看望孤寡老人")),
    ("环境整制", THEMES, Some("环境整治")),
    ("普法", THEMES, Some("普法宣传")),
    ("帮扶困难群众", THEMES, Some("帮助困难群众")),
    ("敬老爱老", THEMES, None),
    ("参与人数", HEADS, Some("参与人次")),
    ("服务时常", HEADS, Some("服务时长")),
    ("活动地址", HEADS, Some("活动地点")),
    ("联系人", HEADS, None),
    // Keys, files and opposites.
    ("particpants", KEYS, Some("participants")),
    ("hour", KEYS, Some("hours")),
    ("Titel", KEYS, Some("title")),
    ("ｔｉｔｌｅ", KEYS, Some("title")),
    ("remarks", KEYS, None),
    ("图片.jpeg", FILES, Some("图片.jpg")),
    ("图片 .JPG", FILES, Some("图片.jpg")),
    ("合影3.jpg", FILES, None),
    ("photo-13.jpg", FILES, None),
    ("photo-012.jpg", FILES, Some("photo-12.jpg")),
    ("hexei.png", FILES, Some("hexie.png")),
    ("活动现场.web", FILES, Some("活动现场.webp")),
    (
        "implement-client-credentials-grant",
        &["实现-client-credential-grant", "实现-code-flow"],
        Some("实现-client-credential-grant"),
    ),
    ("implement", &["实现"], None),
    ("north-bridge", &["south-bridge"], None),
    ("unanswered", &["answered"], None),
    ("答复前", &["答复后"], None),
    ("第二季度", &["第一季度"], None),
    ("", TEAMS, None),
];

#[test]
fn suggestions_are_near_in_meaning() {
    let wrong: Vec<String> = ROWS
        .iter()
        .filter(|(word, known, meant)| nearest(word, known.iter().copied()) != *meant)
        .map(|(word, known, meant)| {
            format!(
                "{word}: {:?} instead of {meant:?}",
                nearest(word, known.iter().copied())
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn suggestions_do_not_depend_on_the_order_of_candidates() {
    for (word, known, meant) in ROWS {
        assert_eq!(nearest(word, known.iter().rev().copied()), *meant, "{word}");
    }
}

#[test]
fn name_index_agrees_with_linear_search() {
    let words = [
        "volunteer",
        "videos",
        "a",
        "ab",
        "B.md",
        "b.md",
        "图片.jpg",
        "图片.jpeg",
        "coverage",
        "İ.md",
    ];
    let mut names: NameIndex<'_> = words.into_iter().collect();
    let mut budget = SearchBudget::default();
    for word in [
        "volunter",
        "VIDEO",
        "b",
        "",
        "  a ",
        "B.MD",
        "图片.JPG",
        "nothing",
        "covreage",
        "i̇.md",
        "volunteers",
    ] {
        assert_eq!(names.nearest(word, &mut budget), nearest(word, words), "{word}");
    }
    assert_eq!(nearest("volunter", words), Some("volunteer"));
}

#[test]
fn search_stops_when_budget_is_spent() {
    let texts: Vec<String> = (0..1000).map(|n| format!("note-{n:03}.md")).collect();
    let mut names: NameIndex<'_> = texts.iter().map(String::as_str).collect();
    let mut budget = SearchBudget(2500);
    let mut near = |word: &str| names.nearest(word, &mut budget).is_some();
    assert!(near("note-00x.md") && near("note-1x.md"));
    assert!(!near("note-02x.md"), "the third search exceeds the budget");
    assert!(near("note-00x.md"), "a repeated word costs nothing");
    assert!(!near("x"), "no name is as short, so no comparison is needed");
}
