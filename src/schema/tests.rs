use super::*;
use crate::diag::Diagnostic;
use crate::messages::{Lang, help, message};

/// Findings as `line:column code message | help`, one a line.
fn shown(findings: &[Diagnostic]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let place = finding
                .place
                .as_ref()
                .map_or_else(String::new, |place| format!("{}:{} ", place.line, place.column));
            let help = help(finding, Lang::En).map_or_else(String::new, |help| format!(" | {help}"));
            assert!(!message(finding, Lang::Zh).contains('{'), "{finding:?}");
            format!("{place}{} {}{help}", finding.code.as_str(), message(finding, Lang::En))
        })
        .collect()
}

#[test]
fn built_in_kinds_match_the_contract() {
    let checked = read_kinds(&[]);
    assert_eq!(shown(&checked.findings), Vec::<String>::new());
    let listed: Vec<String> = checked
        .value
        .iter()
        .map(|kind| {
            let names: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
            format!("{} · {} · {}", kind.id, kind.folder, names.join(" "))
        })
        .collect();
    assert_eq!(
        listed,
        [
            "role-model · role-models · person honor honor_level awarded",
            "volunteer · volunteer · team theme participants hours beneficiaries location",
            "video · videos · video poster captions duration series views likes comments shares counted_on",
            "coverage · coverage · outlet level url piece",
            "submission · submissions · authors outlet submitted adopted level piece",
            "study · study · form attendees speaker",
            "response · responses · received answered channel",
            "civility · civility · campaign households",
            "culture · culture · form troupe audience",
            "report · reports · period form",
            "page ·  · ",
        ]
    );
    for kind in checked.value.iter() {
        assert_eq!(kind.dated, kind.id != "page");
        for field in checked.value.common().iter().chain(&kind.fields) {
            for labels in [&field.labels, &field.help] {
                assert!(!labels.zh.is_empty() && !labels.en.is_empty(), "{}", field.name);
            }
        }
    }
}

#[test]
fn a_site_adds_a_kind_and_changes_one() {
    let checked = read_kinds(&[
        (
            "content/_kinds/market.yaml",
            "label: 赶集\nfields:\n  stalls: integer\n  goods: {type: list, of: string, label: 货品}\n",
        ),
        (
            "content/_kinds/volunteer.yaml",
            "id: volunteer\nlabel: {zh: 志愿红, en: Red vests}\nfields:\n  hours: {required: true}\n  bus: boolean\nremove: [location]\n",
        ),
    ]);
    assert_eq!(shown(&checked.findings), Vec::<String>::new());
    let market = checked.value.get("market").expect("added");
    assert_eq!(
        (market.folder.as_str(), market.labels.en.as_str(), market.feed),
        ("market", "赶集", true)
    );
    assert_eq!(market.fields[1].ty, FieldType::List(Box::new(FieldType::String)));
    let volunteer = checked.value.of_folder("volunteer").expect("built in");
    let names: Vec<&str> = volunteer.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(
        names,
        ["team", "theme", "participants", "hours", "beneficiaries", "bus"]
    );
    let hours = checked.value.field(volunteer, "hours").expect("kept");
    assert!(hours.required && hours.unit == "小时" && hours.ty == FieldType::Decimal);
}

#[test]
fn labels_are_found_by_id_and_language() {
    let text = "labels: {zh: 赶集, en: Markets}\nfields:\n  form: {type: enum, values: {big: {zh: 大集, en: Big}}}\n";
    let kinds = read_kinds(&[("content/_kinds/market.yaml", text)]).value;
    assert_eq!(kinds.label("market", "zh-CN"), Some("赶集"));
    assert_eq!(kinds.label("market", "en"), Some("Markets"));
    assert_eq!(kinds.label("fair", "en"), None);
    let form = &kinds.get("market").expect("added").fields[0].ty;
    assert_eq!(form.value_label("big", "en"), Some("Big"));
    assert_eq!(
        (
            form.value_label("small", "en"),
            FieldType::Date.value_label("big", "en")
        ),
        (None, None)
    );
}

#[test]
fn every_form_of_a_kind_reads_the_same() {
    let documented = "labels: {zh-CN: 赶集, en: Markets}\nfields:\n  - name: stalls\n    type: integer\n    labels: {zh-CN: 摊位, en: Stalls}\n    min: 1\n    max: 90\n    help: 数一数。\n  - name: form\n    type: enum\n    values:\n      - {id: big, zh-CN: 大集, en: Big}\n      - {id: small, zh-CN: 小集, en: Small}\n  - {name: team, type: roster, of: teams}\n  - {name: goods, type: list, of: string}\n";
    let others = [
        "label: {zh: 赶集, en: Markets}\nfields:\n  stalls: {type: integer, label: {zh: 摊位, en: Stalls}, range: [1, 90], help: {zh: 数一数。, en: 数一数。}}\n  form: {type: enum, values: {big: {zh: 大集, en: Big}, small: {labels: {zh: 小集, en: Small}}}}\n  team: {type: roster, roster: teams}\n  goods: {type: list}\n",
        "labels: {zh: 赶集, en: Markets}\nfields:\n  - {id: stalls, type: integer, label: {zh: 摊位, en: Stalls}, range: [1, 90], help: {zh-CN: 数一数。, en: 数一数。}}\n  - form:\n      type: enum\n      values:\n        - {id: big, labels: {zh-CN: 大集, en: Big}}\n        - small: {zh: 小集, en: Small}\n  - {name: team, type: roster, roster: teams}\n  - goods: {type: list, of: string}\n",
    ];
    let read = |text: &str| {
        let checked = read_kinds(&[("content/_kinds/market.yaml", text)]);
        assert_eq!(shown(&checked.findings), Vec::<String>::new(), "{text}");
        checked.value.get("market").cloned().expect("added")
    };
    let kind = read(documented);
    assert_eq!(kind.fields[0].range, (Some(1.0), Some(90.0)));
    assert_eq!(kind.fields[0].help.en, "数一数。");
    assert_eq!(kind.fields[2].ty, FieldType::Roster("teams".to_owned()));
    for other in others {
        assert_eq!(read(other), kind, "{other}");
    }
    let plain = read("labels: 赶集\nfields: [place, {name: form, type: enum, values: [大集, 小集]}]\n");
    assert_eq!((plain.labels.zh.as_str(), plain.labels.en.as_str()), ("赶集", "赶集"));
    assert_eq!(plain.fields[0].ty, FieldType::String);
    let name = |text: &str| {
        (
            text.to_owned(),
            Labels {
                zh: text.to_owned(),
                en: text.to_owned(),
            },
        )
    };
    assert_eq!(plain.fields[1].ty, FieldType::Enum(vec![name("大集"), name("小集")]));
}

#[test]
fn faults_in_a_list_of_fields_report_their_lines() {
    let text = "labels: {zh-CN: 赶集, de: Markt}\nlabel: 集\nfields:\n  - {name: a, type: intger}\n  - name: b\n    type: enum\n    values:\n      - {id: x, zh-CN: 一, eng: one}\n      - {zh-CN: 二, en: two}\n    requird: true\n  - {name: c, type: integer, range: [x, 9]}\n  - {name: d, type: integer, range: 9}\n  - {type: integer, unit: 个}\n  - {name: c}\n  - {name: e, type: roster}\n";
    assert_eq!(
        shown(&read_kinds(&[("content/_kinds/market.yaml", text)]).findings),
        [
            "13:5 missing-field `name` is required and missing | add a line `name: …`",
            "14:5 duplicate-id “c” is used twice | choose an id that is not taken",
            "9:9 missing-field `id` is required and missing | add a line `id: …`",
            "2:1 unknown-key there is no key `label` | did you mean `labels`?",
            "4:21 bad-kind the kind's definition is wrong, `type` is “intger”: there is no such type | did you mean `integer`?",
            "10:5 unknown-key there is no key `requird` | did you mean `required`?",
            "8:27 unknown-key there is no key `eng` | did you mean `en`?",
            "11:38 wrong-type `min` cannot be “x”: it takes a number | for example `min: 2.5`",
            "12:37 wrong-type `range` cannot be “9”: it takes the smallest and the largest number | for example `range: [0, 100]`",
            "15:5 missing-field `of` is required and missing | add a line `of: …`",
            "1:21 unknown-key there is no key `de` | the keys are: zh-CN, zh, en",
        ]
    );
    let text = "fields: 摊位\n";
    assert_eq!(
        shown(&read_kinds(&[("content/_kinds/market.yaml", text)]).findings),
        [
            "1:9 wrong-type `fields` cannot be “摊位”: it takes a list of fields | for example `fields: [{name: stalls, type: integer}]`"
        ]
    );
}

#[test]
fn faults_in_a_kind_are_reported() {
    let text = "id: Market\nfolder: tags\nfeld: 1\nfields:\n  a: {type: intger}\n  b: {type: roster}\n  c: {type: enum}\n  title: string\n  d: {requird: true, type: integer, min: x}\nremove: zz\n";
    assert_eq!(
        shown(&read_kinds(&[("content/_kinds/a.yaml", text)]).findings),
        [
            "3:1 unknown-key there is no key `feld` | did you mean `feed`?",
            "5:13 bad-kind the kind's definition is wrong, `type` is “intger”: there is no such type | did you mean `integer`?",
            "6:3 missing-field `of` is required and missing | add a line `of: …`",
            "7:3 missing-field `values` is required and missing | add a line `values: …`",
            "9:7 unknown-key there is no key `requird` | did you mean `required`?",
            "9:42 wrong-type `min` cannot be “x”: it takes a number | for example `min: 2.5`",
            "8:10 bad-kind the kind's definition is wrong, `title`: every kind has this field; it cannot be defined again",
            "10:9 bad-kind the kind's definition is wrong, `remove` is “zz”: there is no such field | it can be: d",
            "1:5 bad-kind the kind's definition is wrong, `id` is “Market”: an id has lower-case letters, digits and hyphens only",
            "2:9 bad-kind the kind's definition is wrong, `folder` is “tags”: a folder has lower-case letters, digits and hyphens only, and is none of tags, villages and the like",
        ]
    );
}

#[test]
fn rosters_are_read_and_their_faults_reported() {
    let checked = read_rosters(&[
        ("content/_data/wording.yaml", "领导小姐: 领导小组\n"),
        (
            "content/_data/teams.yaml",
            "- {id: a, name: 护河队, village: 禾源村, since: 2021-01-01, until: 2022年3月31日}\n- {id: a, name: 二队}\n- {name: 三队}\n- 四队\n- {id: e, name: 五队, village: 何源村}\n",
        ),
        ("content/_data/staff.yaml", "a: b\n"),
        ("content/_data/villages.yaml", "- {id: heyuan, name: 禾源村}\n"),
    ]);
    assert_eq!(
        shown(&checked.findings),
        [
            "1:1 bad-roster the roster is wrong: it is no list | write each row as `- {id: heyuan, name: 禾源村}`",
            "1:62 loose-date `until`: “2022年3月31日” is taken as 2022-03-31 | write `2022-03-31` (`xiangyin fix` does it for you)",
            "2:8 duplicate-id “a” is used twice | choose an id that is not taken",
            "3:3 bad-roster the roster is wrong: this row has no id | write each row as `- {id: heyuan, name: 禾源村}`",
            "4:3 bad-roster the roster is wrong: this row is no group of keys and values | write each row as `- {id: heyuan, name: 禾源村}`",
            "5:30 unknown-reference `village`: “何源村” is not in the roster villages | did you mean `禾源村`?",
        ]
    );
    let teams = checked.value.get("teams").expect("read");
    let river = teams.find("护河队").expect("by name");
    assert_eq!(
        (river.id.as_str(), river.text("village").as_deref()),
        ("a", Some("heyuan"))
    );
    assert!(
        river.is_in_force("2022-03-31".parse().expect("a date"))
            && !river.is_in_force("2022-04-01".parse().expect("a date"))
    );
    assert!(checked.value.get("wording").is_none());
}

#[test]
fn settings_are_read_and_their_faults_reported() {
    assert!(read_settings("content/site.yaml", "").findings.is_empty());
    let good = read_settings(
        "content/site.yaml",
        "title: 栖禾乡音\r\nbase_url: https://x.example/town/\r\nnav:\r\n  - {label: 志愿, url: /volunteer/}\r\n  - label: 更多\r\n    children: [{label: 关于, url: /about/}]\r\npolicy: {review: off, privacy: warn}\r\nmarkdown: {html: trust, math: true}\r\n",
    );
    assert_eq!(shown(&good.findings), Vec::<String>::new());
    assert_eq!(good.value.base_url, "https://x.example/town");
    assert_eq!(good.value.nav[1].children[0].url, "/about/");
    assert_eq!(good.value.policy.review, None);
    for zone in [
        "北京",
        "Beijing",
        "Asia/Beijing",
        "UTC+8",
        "ＵＴＣ＋８",
        "GMT+08:00",
        "CST",
        "shanghai",
    ] {
        let read = read_settings("content/site.yaml", &format!("timezone: {zone}\n"));
        assert_eq!(shown(&read.findings), Vec::<String>::new(), "{zone}");
        assert_eq!(read.value.timezone.iana_name(), Some("Asia/Shanghai"), "{zone}");
    }
    let bad = read_settings(
        "content/site.yaml",
        "timezone: Beijng\nschemes: [weixin, javascript, 'a b']\n",
    );
    assert_eq!(
        shown(&bad.findings),
        [
            "1:11 unknown-value `timezone` cannot be “Beijng” | did you mean `Asia/Shanghai`? It can be: Asia/Shanghai, Asia/Urumqi, UTC, …",
            "2:19 unknown-value `schemes` cannot be “javascript” | it can be: ftp, sms, weixin, …",
            "2:31 unknown-value `schemes` cannot be “a b” | it can be: ftp, sms, weixin, …",
        ]
    );
    assert_eq!(bad.value.links.schemes, ["weixin"]);
    let bad = read_settings(
        "content/site.yaml",
        "titel: x\nbase_url: x.example\ntimezone: Asia/Shangai\npaginate: 0\nmarkdown: {html: sanitize}\nowner: 栖禾镇\nnav: [{url: volunteer}]\nslug：keep\npolicy:\n  links：warn\n",
    );
    assert_eq!(
        shown(&bad.findings),
        [
            "8:5 full-width-colon a full-width colon follows “slug” | write a plain colon and a space: `: ` (`xiangyin fix` does it for you)",
            "10:8 full-width-colon a full-width colon follows “links” | write a plain colon and a space: `: ` (`xiangyin fix` does it for you)",
            "1:1 unknown-key there is no key `titel` | did you mean `title`?",
            "2:11 bad-url `base_url`: “x.example” is not a full web address | write `base_url: https://x.example`",
            "3:11 unknown-value `timezone` cannot be “Asia/Shangai” | did you mean `Asia/Shanghai`? It can be: Asia/Shanghai, Asia/Urumqi, UTC, …",
            "6:8 wrong-type `owner` cannot be “栖禾镇”: it takes a group of `key: value` lines | for example `owner: {name: 栖禾镇}`",
            "7:7 missing-field `label` is required and missing | add a line `label: …`",
            "7:13 wrong-type `url` cannot be “volunteer”: it takes an address that starts with /, or a full one | for example `url: /volunteer/`",
            "5:18 unknown-value `html` cannot be “sanitize” | did you mean `sanitise`? It can be: sanitise, escape, trust",
            "4:11 out-of-range `paginate` is 0, outside its range | it lies between 1 and 1000",
        ]
    );
}
