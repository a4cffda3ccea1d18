use super::*;
use crate::config::Settings;
use crate::messages::{Lang, help, message};
use crate::record::fix_front_matter;
use crate::record::placed_keys::PLACED_KEYS;
use crate::schema::{Kinds, Rosters, read_rosters};
use proptest::prelude::*;

struct TestSite {
    kinds: Kinds,
    rosters: Rosters,
    settings: Settings,
}

impl TestSite {
    fn new() -> Self {
        let mut settings = Settings::default();
        settings.policy.unknown_keys = Severity::Error;
        let rosters = read_rosters(&[
            (
                "content/_data/villages.yaml",
                "- {id: heyuan, name: 禾源村}\n- {id: liutang, name: 柳塘村}\n",
            ),
            ("content/_data/teams.yaml", "- {id: river-team, name: 护河志愿服务队}\n"),
        ]);
        Self {
            kinds: Kinds::built_in(),
            rosters: rosters.value,
            settings,
        }
    }

    fn schema(&self) -> Schema<'_> {
        Schema {
            kinds: &self.kinds,
            rosters: &self.rosters,
            policy: &self.settings.policy,
            zone: &self.settings.timezone,
            site: &self.settings.links.site,
        }
    }

    fn read(&self, path: &str, text: &str) -> Checked<(String, Meta)> {
        let mut split = split_front_matter(path, text);
        let mut read = read(
            &SourcePath::new(path),
            text,
            split.value.yaml,
            &self.schema(),
            &Mapping::new(),
        );
        split.findings.append(&mut read.findings);
        Checked {
            value: read.value,
            findings: split.findings,
        }
    }
}

/// `line:column code message | help | corrected line` in Chinese, with the marked part in brackets.
fn shown(findings: &[Diagnostic]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().expect("a place");
            let marked = &place.excerpt[place.marked_span.0..place.marked_span.1];
            let mut line = format!(
                "{}:{} [{marked}] {} {}",
                place.line,
                place.column,
                finding.code.as_str(),
                message(finding, Lang::Zh)
            );
            let quotes_braces = finding.values.iter().any(|(_, value)| value.contains('{'));
            assert!(
                quotes_braces || !message(finding, Lang::En).contains('{'),
                "{finding:?}"
            );
            if let Some(help) = help(finding, Lang::Zh) {
                line += &format!(" | {help}");
            }
            if let Some(corrected) = &finding.fix {
                line += &format!(" => {corrected}");
            }
            line
        })
        .collect()
}

/// The findings of a volunteer post with this front matter after its title and date.
fn volunteer(rest: &str) -> Vec<String> {
    let text = format!("---\ntitle: 清洁河道\ndate: 2022-06-01\n{rest}\n---\n正文\n");
    shown(&TestSite::new().read("content/volunteer/a.md", &text).findings)
}

fn meta(rest: &str) -> Meta {
    let text = format!("---\ntitle: 清洁河道\ndate: 2022-06-01\n{rest}\n---\n正文\n");
    TestSite::new().read("content/volunteer/a.md", &text).value.1
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_valid_post_has_no_findings() {
    let rest = "village: 禾源村\nteam: river-team\ntheme: 环境整治\nparticipants: 36\nhours: 90.5\ntags: [环保, 河道, 环保]\nevent: 2022\nreview: {first: 许禾生, second: {by: 石雨桐, date: 2022-06-02}}\nsummary: |\n  注：第一行\n  title: 第二行\n";
    assert_eq!(volunteer(rest), NOTHING);
    let meta = meta(rest);
    assert_eq!(meta.village.as_deref(), Some("heyuan"));
    assert_eq!(meta.tags, ["环保", "河道"]);
    assert_eq!(meta.event.as_deref(), Some("2022"));
    assert_eq!(
        meta.fields[&"theme".to_owned()],
        FieldValue::Enum("environment".to_owned())
    );
    assert_eq!(
        meta.fields[&"hours".to_owned()],
        FieldValue::Decimal("90.5".parse().expect("a number"))
    );
    assert_eq!(meta.review[1].as_ref().map(|review| review.by.as_str()), Some("石雨桐"));
    let place_of = |key: &str| meta.places.get(key).map(|place| (place.file, place.line, place.column));
    let file = || "content/volunteer/a.md".to_owned();
    assert_eq!(place_of("title"), Some((file(), 2, 8)));
    assert_eq!(place_of("village"), Some((file(), 4, 10)));
    assert_eq!(place_of("review"), Some((file(), 11, 9)));
    assert_eq!(place_of("cover"), None);
    assert_eq!(meta.summary.as_deref(), Some("注：第一行\ntitle: 第二行"));
}

#[test]
fn front_matter_is_split_off() {
    for (text, yaml, body) in [
        ("---\na: b\n---\nc\n", Some("a: b\n"), "c\n"),
        ("---\r\na: b\r\n...\r\nc", Some("a: b\r\n"), "c"),
        ("---\n---", Some(""), ""),
        ("a\n---\n", None, "a\n---\n"),
        ("", None, ""),
        ("---\na: b\n", None, "a: b\n"),
        ("---\ntitle: b\n\nc\n", Some("title: b\n"), "\nc\n"),
        (
            "\n\u{feff} \u{3000}\n---\ntitle: b\n---\nc\n",
            Some("title: b\n"),
            "c\n",
        ),
        ("\u{200b}---\ntitle: b\n---\nc\n", Some("title: b\n"), "c\n"),
        ("———\ntitle：b\n———\nc\n", Some("title：b\n"), "c\n"),
        ("－－－\n标题：b\n---\nc\n", Some("标题：b\n"), "c\n"),
        ("---\ntitle: b\n----\nc\n---\n", Some("title: b\n"), "c\n---\n"),
        ("  ---\n  title: b\n  ---\nc\n", Some("  title: b\n"), "c\n"),
        (
            "---\ntitle: b\nsummary: |\n  甲\n  ---\n  乙\n---\nc\n",
            Some("title: b\nsummary: |\n  甲\n  ---\n  乙\n"),
            "c\n",
        ),
        ("+++\ntitle = 'b'\n+++\nc\n", Some("title = 'b'\n"), "c\n"),
        (
            "title: b\ndate: 2022-05-12\n---\nc\n",
            Some("title: b\ndate: 2022-05-12\n"),
            "c\n",
        ),
        ("title: b\ndraft: true\n\nc\n", Some("title: b\ndraft: true\n"), "\nc\n"),
        (
            "按语。\n\n---\ntitle: b\ndraft: true\n---\nc\n",
            Some("title: b\ndraft: true\n"),
            "c\n",
        ),
        (
            "---------------\n标题：清洁河道\n时间：5月12日\n---------------\nc\n",
            None,
            "---------------\n标题：清洁河道\n时间：5月12日\n---------------\nc\n",
        ),
        ("---\n\n一段话。\n", None, "---\n\n一段话。\n"),
        ("————\n五月，河长说：\n", None, "————\n五月，河长说：\n"),
        (
            "时间：5月12日\n地点：村委会\n\nc\n",
            None,
            "时间：5月12日\n地点：村委会\n\nc\n",
        ),
        (
            "例子：\n\n```\n---\ntitle: b\n---\n```\n",
            None,
            "例子：\n\n```\n---\ntitle: b\n---\n```\n",
        ),
    ] {
        let found = split_front_matter("a.md", text).value;
        assert_eq!(found.yaml.map(|range| &text[range]), yaml, "{text:?}");
        assert_eq!(&text[found.body], body, "{text:?}");
    }
    let codes = |text: &str| {
        split_front_matter("a.md", text)
            .findings
            .iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("# 标题\n"), [Code::FrontMatterMissing]);
    assert_eq!(codes("---\ntitle: x\n"), [Code::FrontMatterUnclosed]);
    assert_eq!(codes("\n---\ntitle: x\n---\n"), [Code::LooseFrontMatter]);
    assert_eq!(
        codes("---\n---\ntitle: x\ndraft: true\n---\n"),
        [Code::LooseFrontMatter]
    );
    assert_eq!(
        codes("---\ntitle: x\n---\ndraft: true\n---\n"),
        [Code::LooseFrontMatter]
    );
    assert_eq!(codes("---\ntitle: x\n---\n时间：5月12日\n地点：村委会\n\n---\n"), []);
    assert_eq!(codes("---\ntitle: x\n---\n\n---\n\n正文\n"), []);
    assert_eq!(
        codes(&format!("---\n# {}\n---\n", "x".repeat(70_000))),
        [Code::FrontMatterTooLong]
    );
}

#[test]
fn input_method_typos_are_reported_with_the_fixed_line() {
    let text = "---\r\n标题：清洁河道\r\ntitle：清洁河道\r\ndate:2022-06-01\r\nvillage:\u{3000}禾源\r\nreview:\r\n\tfirst: 许禾生\r\n  second：石雨桐\r\nsource: http://x.example/a\r\nhours：２.5\r\n---\r\n";
    let read = TestSite::new().read("content/volunteer/a.md", text);
    assert_eq!(
        shown(&read.findings),
        [
            "2:3 [：] full-width-colon “标题”后面是全角冒号“：” | 改成半角冒号加一个空格：`: `（`xiangyin fix` 可代为改好） => 标题: 清洁河道",
            "3:1 [title] duplicate-key “title”写了两次 | 只留下一个",
            "3:6 [：] full-width-colon “title”后面是全角冒号“：” | 改成半角冒号加一个空格：`: `（`xiangyin fix` 可代为改好） => title: 清洁河道",
            "4:5 [:] no-space-after-colon `date:` 的冒号后面缺空格 | 冒号后面加一个空格（`xiangyin fix` 可代为改好） => date: 2022-06-01",
            "5:8 [:\u{3000}] no-space-after-colon `village:` 的冒号后面缺空格 | 冒号后面加一个空格（`xiangyin fix` 可代为改好） => village: 禾源",
            "5:10 [禾源] unknown-reference “village”的值“禾源”不在名册 villages 里 | 是不是想写 `禾源村`？",
            "7:1 [\t] tab-in-yaml 这里用了制表符（Tab） | 改用空格（`xiangyin fix` 可代为改好） =>   first: 许禾生",
            "8:9 [：] full-width-colon “second”后面是全角冒号“：” | 改成半角冒号加一个空格：`: `（`xiangyin fix` 可代为改好） =>   second: 石雨桐",
            "10:6 [：] full-width-colon “hours”后面是全角冒号“：” | 改成半角冒号加一个空格：`: `（`xiangyin fix` 可代为改好） => hours: ２.5",
            "10:7 [２.5] full-width-digits “hours”的值“２.5”里有全角字符，按 2.5 处理 | 写成 `2.5`（`xiangyin fix` 可代为改好） => hours：2.5",
        ]
    );
    assert_eq!(read.value.1.title, "清洁河道");
    assert_eq!(
        read.value.1.review[0].as_ref().map(|review| review.by.as_str()),
        Some("许禾生")
    );
}

#[test]
fn a_single_line_with_a_typo_is_read() {
    let read = |yaml: &str| TestSite::new().read("content/a.md", &format!("---\n{yaml}\n---\n"));
    assert_eq!(read("title:乡音").value.1.title, "乡音");
    assert_eq!(read("title：乡音").value.1.title, "乡音");
    assert_eq!(read("title：乡音: 一").value.1.title, "乡音: 一");
    assert_eq!(read("title:\"乡音\"").value.1.title, "乡音");
}

#[test]
fn syntax_errors_stay_in_their_entry() {
    let found = volunteer(
        "source: \"《栖禾》\"报道\nauthor: 许: 禾\ntags: [a, b\nlocation: \"河边\nteam: @a\nhours: 2小时\nreview:\n  first: \"a\n  second: b",
    );
    assert_eq!(
        found,
        [
            "4:9 [\"《栖禾》\"报道] yaml-syntax 写法有误：值里有特殊符号，或引号、括号没有成对 | 每行写成 `键: 值`；值里有冒号、井号、引号或以特殊符号开头时，用英文引号括起来 => source: '\"《栖禾》\"报道'",
            "5:9 [许: 禾] yaml-syntax 写法有误：值里有特殊符号，或引号、括号没有成对 | 每行写成 `键: 值`；值里有冒号、井号、引号或以特殊符号开头时，用英文引号括起来 => author: '许: 禾'",
            "6:12 [] yaml-syntax 写法有误：值里有特殊符号，或引号、括号没有成对 | 每行写成 `键: 值`；值里有冒号、井号、引号或以特殊符号开头时，用英文引号括起来 => tags: [a, b]",
            "7:14 [] yaml-syntax 写法有误：值里有特殊符号，或引号、括号没有成对 | 每行写成 `键: 值`；值里有冒号、井号、引号或以特殊符号开头时，用英文引号括起来 => location: \"河边\"",
            "8:7 [@a] yaml-syntax 写法有误：值里有特殊符号，或引号、括号没有成对 | 每行写成 `键: 值`；值里有冒号、井号、引号或以特殊符号开头时，用英文引号括起来 => team: '@a'",
            "8:7 [@a] unknown-reference “team”的值“@a”不在名册 teams 里 | 先在 content/_data/teams.yaml 里加上它，写明 id 和 name",
            "9:8 [2小时] bad-number “hours”的值“2小时”不是纯数字 | 写成 `hours: 2`（`xiangyin fix` 可代为改好） => hours: 2",
            "11:12 [] yaml-syntax 写法有误：值里有特殊符号，或引号、括号没有成对 | 每行写成 `键: 值`；值里有冒号、井号、引号或以特殊符号开头时，用英文引号括起来 =>   first: \"a\"",
        ]
    );
    assert_eq!(
        volunteer("hours: 2小时\n只是一句话\ncover: a.jpg"),
        [
            "4:8 [2小时] bad-number “hours”的值“2小时”不是纯数字 | 写成 `hours: 2`（`xiangyin fix` 可代为改好） => hours: 2",
            "5:1 [只是一句话] yaml-syntax 写法有误：这一行缺少 `键: `  | 每行写成 `键: 值`；值里有冒号、井号、引号或以特殊符号开头时，用英文引号括起来",
        ]
    );
}

#[test]
fn duplicate_keys_are_all_reported() {
    assert_eq!(
        volunteer("hours: 2\ntitle: 又一个\nhours: 3\nreview: {first: 甲, first: 乙}"),
        [
            "5:1 [title] duplicate-key “title”写了两次 | 只留下一个",
            "6:1 [hours] duplicate-key “hours”写了两次 | 只留下一个",
            "7:20 [first] duplicate-key “first”写了两次 | 只留下一个",
        ]
    );
    assert_eq!(meta("title: 又一个").title, "清洁河道");
}

#[test]
fn dates_numbers_and_durations_are_understood_or_refused() {
    let town = TestSite::new();
    let video = |rest: &str| {
        town.read(
            "content/videos/a.md",
            &format!("---\ntitle: a\nvideo: a.mp4\n{rest}\n---\n"),
        )
    };
    assert_eq!(
        shown(&video("date: 2022年6月1日\nduration: 3:20\nviews: １２\nlikes: 1.2万\nshares: 很多\ncounted_on: “2022-06-30”\ncomments: 1.5").findings),
        [
            "4:7 [2022年6月1日] loose-date “date”的日期“2022年6月1日”不是标准写法，按 2022-06-01 处理 | 写成 `2022-06-01`（`xiangyin fix` 可代为改好） => date: 2022-06-01",
            "6:8 [１２] full-width-digits “views”的值“１２”里有全角字符，按 12 处理 | 写成 `12`（`xiangyin fix` 可代为改好） => views: 12",
            "7:8 [1.2万] bad-number “likes”的值“1.2万”不是纯数字 | 写成 `likes: 12000`（`xiangyin fix` 可代为改好） => likes: 12000",
            "8:9 [很多] wrong-type “shares”的值“很多”不对：这里要写整数 | 例如 `shares: 12`",
            "9:13 [“2022-06-30”] curly-quotes “counted_on”的值外面是中文引号，已忽略：“2022-06-30” | 去掉引号：`counted_on: 2022-06-30` => counted_on: 2022-06-30",
            "10:11 [1.5] wrong-type “comments”的值“1.5”不对：这里要写整数 | 例如 `comments: 12`",
        ]
    );
    let checked = video("date: 2022-02-30\nduration: 12：30\nviews: -1");
    assert_eq!(
        shown(&checked.findings),
        [
            "4:7 [2022-02-30] bad-date “date”的日期“2022-02-30”不存在或读不懂 | 日期写成 `2022-06-01`，带时间写成 `2022-06-01 09:30`",
            "5:11 [12：30] full-width-digits “duration”的值“12：30”里有全角字符，按 12:30 处理 | 写成 `12:30`（`xiangyin fix` 可代为改好） => duration: 12:30",
            "6:8 [-1] out-of-range “views”的值 -1 超出范围 | 不能小于 0",
        ]
    );
    assert_eq!(
        checked.value.1.fields[&"duration".to_owned()],
        FieldValue::Duration(750)
    );
    assert_eq!(
        shown(&video("date: 2022-05-12T09:30:00+08:00\nduration: 1:02:05\nviews: 12").findings),
        NOTHING
    );
    assert_eq!(shown(&video("date: 2022-05-12 09:30\nduration: abc").findings).len(), 1);
}

#[test]
fn unknown_keys_kinds_and_values_suggest_the_nearest() {
    assert_eq!(
        volunteer(
            "particpants: 3\n河段: 3\n来源地: a\ntheme: 环境整冶\nvillage: 柳糖村\nteam: x\ntags: 环保、河道\nreview: 许禾生"
        ),
        [
            "4:1 [particpants] unknown-key 没有“particpants”这个键 | 是不是想写 `participants`？",
            "5:1 [河段] unknown-key 没有“河段”这个键 | 可以用的键：title、date、updated、kind、summary、tags、village、cover、source、author、draft、aliases、slug、weight、event、internal、consent、team、theme、participants、hours、beneficiaries、location、review、ai",
            "6:1 [来源地] unknown-key 没有“来源地”这个键 | 可以用的键：title、date、updated、kind、summary、tags、village、cover、source、author、draft、aliases、slug、weight、event、internal、consent、team、theme、participants、hours、beneficiaries、location、review、ai",
            "7:8 [环境整冶] unknown-value “theme”不能是“环境整冶” | 是不是想写 `环境整治`？可选：festival（我们的节日）、anti-fraud（防范电信诈骗）、environment（环境整治）、spirit（精神宣讲）、law（普法宣传）、safety（安全教育）、elderly（看望孤寡老人）、children（留守儿童）、hardship（帮助困难群众）",
            "8:10 [柳糖村] unknown-reference “village”的值“柳糖村”不在名册 villages 里 | 是不是想写 `柳塘村`？",
            "9:7 [x] unknown-reference “team”的值“x”不在名册 teams 里 | 先在 content/_data/teams.yaml 里加上它，写明 id 和 name",
            "10:7 [环保、河道] loose-tags “tags”的值“环保、河道”已拆成几项 | 写成 `tags: [环保, 河道]` => tags: [环保, 河道]",
            "11:9 [许禾生] wrong-type “review”的值“许禾生”不对：这里要写三审：first、second、third | 例如 `review: {first: 许禾生, second: 石雨桐, third: 柳闻笛}`",
        ]
    );
    assert_eq!(
        volunteer("kind: volunter\nanything: 1"),
        ["4:7 [volunter] unknown-kind 没有“volunter”这种类型 | 是不是想写 `volunteer`？"]
    );
    let town = TestSite::new();
    let page = town.read("content/about.md", "---\ntitle: 关于\nlayout: wide\n---\n");
    assert_eq!(page.findings[0].severity, Severity::Warning);
    assert_eq!(page.value.0, "page");
    assert_eq!(page.value.1.extra.get("layout").and_then(Value::as_str), Some("wide"));
    let studied = town.read(
        "content/misc/a.md",
        "---\ntitle: a\ndate: 2022-01-01\nkind: 理论学习\nform: public-talk\n---\n",
    );
    assert_eq!((studied.value.0.as_str(), studied.findings.len()), ("study", 0));
}

#[test]
fn missing_values_are_reported_once() {
    let town = TestSite::new();
    let codes = |path: &str, text: &str| shown(&town.read(path, text).findings);
    assert_eq!(
        codes("content/videos/a.md", "---\ntitle:\n---\n"),
        [
            "2:1 [title] missing-field 缺少必填的“title” | 加上一行 `title: …`",
            "2:1 [] missing-field 缺少必填的“date” | 加上一行 `date: …`",
            "2:1 [] missing-field 缺少必填的“video” | 加上一行 `video: …`",
        ]
    );
    assert_eq!(codes("content/a.md", "---\ntitle: a\n---\n"), NOTHING);
    assert_eq!(
        codes("content/volunteer/a.md", "---\ntitle: a\ndate: 昨天\n---\n").len(),
        1
    );
    assert_eq!(
        codes("content/a.md", "# 标题\n"),
        [
            "1:1 [] front-matter-missing 文件开头没有 `---` 之间的标题、日期等信息，按普通页面处理 | 在文件最前面加上三行：`---`、`title: 标题`、`---`"
        ]
    );
}

#[test]
fn front_matter_overrides_defaults() {
    let town = TestSite::new();
    let text = "---\ntitle: a\nauthor: 甲\n---\n";
    let yaml: Value =
        crate::yaml::read("date: 2022-01-02\nauthor: 乙\nteam: 护河志愿服务队\noutlet: 他处\n").expect("yaml");
    let defaults = yaml.as_mapping().expect("a map");
    let range = split_front_matter("a", text).value.yaml;
    let read = read(
        &SourcePath::new("content/volunteer/a.md"),
        text,
        range,
        &town.schema(),
        defaults,
    );
    assert_eq!(shown(&read.findings), NOTHING);
    let meta = read.value.1;
    assert_eq!((meta.author.as_deref(), meta.date.is_some()), (Some("甲"), true));
    assert_eq!(
        meta.fields[&"team".to_owned()],
        FieldValue::Reference("river-team".to_owned())
    );
}

#[test]
fn text_values_keep_their_spelling() {
    let town = TestSite::new();
    let read = town.read(
        "content/a.md",
        "---\ntitle: 1.10\nsource: “引”\nauthor: true\nslug: 0123\ncover: “图 1.jpg”\n---\n",
    );
    let meta = read.value.1;
    assert_eq!(
        (meta.title.as_str(), meta.source.as_deref(), meta.author.as_deref()),
        ("1.10", Some("“引”"), Some("true"))
    );
    assert_eq!(
        (meta.slug.as_deref(), meta.cover.as_deref()),
        (Some("0123"), Some("图 1.jpg"))
    );
    assert_eq!(
        read.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        [Code::CurlyQuotes]
    );
}

#[test]
fn fix_rewrites_only_certain_typos() {
    let town = TestSite::new();
    let path = SourcePath::new("content/volunteer/a.md");
    let text = "---\r\ntitle：“清洁”河道\r\ndate: 2022年6月1日\r\nparticipants: ３６ # 人\r\nhours:2\r\nreview:\r\n\tfirst: 许禾生\r\nsummary: 注：２０２２\r\nteam: “river-team”\r\n---\r\ntitle：正文２\r\n";
    let fixed = fix_front_matter(&path, text, &town.schema()).expect("something to fix");
    assert_eq!(
        fixed,
        "---\r\ntitle: “清洁”河道\r\ndate: 2022-06-01\r\nparticipants: 36 # 人\r\nhours: 2\r\nreview:\r\n  first: 许禾生\r\nsummary: 注：２０２２\r\nteam: river-team\r\n---\r\ntitle：正文２\r\n"
    );
    assert_eq!(fix_front_matter(&path, &fixed, &town.schema()), None);
    assert_eq!(fix_front_matter(&path, "没有 front matter：\n", &town.schema()), None);
}

#[test]
fn chinese_words_are_keys() {
    let town = TestSite::new();
    let text = "---\n标题: 清洁河道\n日期: 2022-06-01\n村: 禾 源 村\n服务队: 护河志愿服务队\n参与人次: 26\n志愿服务队: x\n标签: [护河]\n草稿: 是\n三审: {first: 甲}\n---\n";
    let read = town.read("content/volunteer/a.md", text);
    assert_eq!(
        shown(&read.findings),
        ["7:1 [志愿服务队] duplicate-key “志愿服务队”写了两次 | 只留下一个"]
    );
    let meta = read.value.1;
    assert_eq!((meta.title.as_str(), meta.draft), ("清洁河道", true));
    assert_eq!(meta.village.as_deref(), Some("heyuan"));
    assert_eq!(
        meta.fields[&"team".to_owned()],
        FieldValue::Reference("river-team".to_owned())
    );
    assert_eq!(meta.fields[&"participants".to_owned()], FieldValue::Integer(26));
    assert_eq!(meta.places.get("title").map(|place| place.column), Some(5));
    // A word for the kind names other things too.
    let read = town.read("content/about.md", "---\nTitle: 关于\n类别: 通知\n---\n");
    assert_eq!((read.value.0.as_str(), read.value.1.title.as_str()), ("page", "关于"));
    let read = town.read(
        "content/misc/a.md",
        "---\n标题: 甲\n日期: 2022-06-01\n类型: 志愿服务\n---\n",
    );
    assert_eq!((read.value.0.as_str(), read.findings.len()), ("volunteer", 0));
}

#[test]
fn a_slip_in_the_key_of_a_draft_is_an_error_on_any_page() {
    for line in ["darft: true", "published: false", "状态: 草稿", "Drafts: true"] {
        let read = TestSite::new().read("content/about.md", &format!("---\ntitle: 关于\n{line}\n---\n"));
        assert_eq!(read.findings[0].severity, Severity::Error, "{line}");
    }
    let read = TestSite::new().read("content/about.md", "---\ntitle: 关于\nDRAFT: true\n---\n");
    assert!(read.value.1.draft && read.findings.is_empty());
}

#[test]
fn pages_with_the_fields_of_a_kind_are_reported_once() {
    let town = TestSite::new();
    let codes = |path: &str, rest: &str| {
        let text = format!("---\ntitle: a\n{rest}\n---\n");
        let read = town.read(path, &text);
        read.findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        codes("content/misc/a.md", "team: 护河志愿服务队\nhours: 2"),
        ["page-with-fields"]
    );
    assert_eq!(
        codes("content/a.md", "outlet: 栖禾报\nlevel: 市级"),
        ["page-with-fields"]
    );
    assert_eq!(codes("content/a.md", "url: https://x.example/"), ["unknown-key"]);
    assert_eq!(codes("content/a.md", "comments: true"), ["unknown-key"]);
    assert_eq!(
        codes("content/Volunteer/a.md", "team: 护河志愿服务队\nhours: 2"),
        NOTHING
    );
    assert_eq!(codes("content/a.md", "kind: page\nhours: 2"), ["unknown-key"]);
}

#[test]
fn wide_spaces_are_named_with_their_column_and_fixed() {
    let text = "---\ntitle: a\ndate: 2022-06-01\ntags:\n\u{a0}\u{a0}- 护河\n\u{a0}\u{a0}- 家园\n  -\u{3000}清洁\nreview:\n\u{3000}\u{3000}first: 文述之\nsummary: |\n  \u{3000}\u{3000}缩进的一段\n---\n";
    let town = TestSite::new();
    let read = town.read("content/volunteer/a.md", text);
    assert_eq!(
        read.findings
            .iter()
            .map(|finding| message(finding, Lang::Zh))
            .collect::<Vec<_>>(),
        [
            "第 1 列是 U+00A0，看着像空格，程序不认",
            "第 1 列是 U+00A0，看着像空格，程序不认",
            "第 4 列是 U+3000，看着像空格，程序不认",
            "第 1 列是 U+3000，看着像空格，程序不认",
        ]
    );
    assert_eq!(read.value.1.tags, ["护河", "家园", "清洁"]);
    assert!(read.value.1.review[0].is_some());
    let fixed = fix_front_matter(&SourcePath::new("content/volunteer/a.md"), text, &town.schema());
    let expected = "---\ntitle: a\ndate: 2022-06-01\ntags:\n  - 护河\n  - 家园\n  - 清洁\nreview:\n  first: 文述之\nsummary: |\n  \u{3000}\u{3000}缩进的一段\n---\n";
    assert_eq!(fixed.as_deref(), Some(expected));
}

#[test]
fn fix_writes_the_lines_around_front_matter() {
    let town = TestSite::new();
    let path = SourcePath::new("content/volunteer/a.md");
    for text in [
        "\n---\ntitle: a\ndraft: true\n---\n正文\n",
        "\u{feff}\u{200b}---\ntitle: a\ndraft: true\n---\n正文\n",
        "———\ntitle: a\ndraft: true\n———\n正文\n",
        "+++\ntitle = a\ndraft = true\n+++\n正文\n",
        "   ---\n   title: a\n   draft: true\n   ---\n正文\n",
        "title: a\ndraft: true\n---\n正文\n",
        "---\ntitle: a\ndraft: true\n－－－\n正文\n",
    ] {
        let fixed = fix_front_matter(&path, text, &town.schema());
        assert_eq!(
            fixed.as_deref(),
            Some("---\ntitle: a\ndraft: true\n---\n正文\n"),
            "{text:?}"
        );
        assert!(town.read("content/volunteer/a.md", text).value.1.draft, "{text:?}");
    }
}

/// Text that sometimes resembles a post.
fn arbitrary_post() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("title: "),
        Just("标题"),
        Just("date: "),
        Just("hours: "),
        Just("review:\n  first: "),
        Just("kind: "),
        Just("tags: "),
        Just("village: "),
        Just(": "),
        Just(":"),
        Just("："),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("  "),
        Just("\t"),
        Just("- "),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just("\""),
        Just("'"),
        Just("“"),
        Just("”"),
        Just("|\n"),
        Just("# "),
        Just("&a "),
        Just("*a"),
        Just("!t "),
        Just("---\n"),
        Just("———\n"),
        Just("+++\n"),
        Just("\u{3000}"),
        Just("\u{a0}"),
        Just("\u{b}"),
        Just(" = "),
        Just(" #"),
        Just("草稿"),
        Just("２０２２"),
        Just("2022年6月1日"),
        Just("volunteer"),
        Just("禾源"),
        Just("1.2万"),
        Just("~"),
        Just("\u{feff}"),
        Just("\u{85}"),
        Just("😀"),
        Just("\0"),
        Just("x"),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| format!("---\n{}\n---\n正文", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn fix_is_idempotent_on_any_text(text in prop_oneof![4 => arbitrary_post(), 1 => any::<String>()]) {
        let town = TestSite::new();
        let read = town.read("content/volunteer/a.md", &text);
        let places = read.findings.iter().filter_map(|finding| finding.place.clone());
        let of_keys = PLACED_KEYS.iter().filter_map(|key| read.value.1.places.get(key));
        for place in places.chain(of_keys) {
            prop_assert!(place.excerpt.get(place.marked_span.0..place.marked_span.1).is_some());
        }
        for finding in &read.findings {
            prop_assert!(!message(finding, Lang::Zh).is_empty());
        }
        let path = SourcePath::new("content/volunteer/a.md");
        if let Some(fixed) = fix_front_matter(&path, &text, &town.schema()) {
            prop_assert_eq!(fix_front_matter(&path, &fixed, &town.schema()), None, "{:?}", fixed);
        }
    }

    #[test]
    fn any_bytes_are_decoded_and_read(bytes: Vec<u8>) {
        let checked = crate::source::decode::decode("a.md", [b"---\n", bytes.as_slice(), b"\n---\n"].concat());
        let _ = TestSite::new().read("content/a.md", &checked.value);
    }
}
