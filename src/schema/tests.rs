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
fn the_built_in_kinds_read_without_findings_and_are_those_of_the_contract() {
    let checked = kinds(&[]);
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
            "study · study · form attendees speaker",
            "response · responses · received answered channel",
            "civility · civility · campaign households",
            "culture · culture · form troupe audience",
            "report · reports · period",
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
    let checked = kinds(&[
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
fn faults_in_a_kind_are_named() {
    let text = "id: Market\nfolder: tags\nfeld: 1\nfields:\n  a: {type: intger}\n  b: {type: roster}\n  c: {type: enum}\n  title: string\n  d: {requird: true, type: integer, min: x}\nremove: zz\n";
    assert_eq!(
        shown(&kinds(&[("content/_kinds/a.yaml", text)]).findings),
        [
            "3:1 unknown-key there is no key `feld` | did you mean `feed`?",
            "5:13 bad-kind the kind's definition is wrong, `type` is “intger”: there is no such type | did you mean `integer`?",
            "6:3 missing-field `roster` is required and missing | add a line `roster: …`",
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
fn rosters_are_read_and_their_faults_named() {
    let checked = rosters(&[
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
        river.in_force("2022-03-31".parse().expect("a date")) && !river.in_force("2022-04-01".parse().expect("a date"))
    );
    assert!(checked.value.get("wording").is_none());
}

#[test]
fn settings_are_read_and_their_faults_named() {
    assert!(settings("content/site.yaml", "").findings.is_empty());
    let good = settings(
        "content/site.yaml",
        "title: 栖禾乡音\r\nbase_url: https://x.example/town/\r\nnav:\r\n  - {label: 志愿, url: /volunteer/}\r\n  - label: 更多\r\n    children: [{label: 关于, url: /about/}]\r\npolicy: {review: off, privacy: warn}\r\nmarkdown: {html: trust, math: true}\r\n",
    );
    assert_eq!(shown(&good.findings), Vec::<String>::new());
    assert_eq!(good.value.base_url, "https://x.example/town");
    assert_eq!(good.value.nav[1].children[0].url, "/about/");
    assert_eq!(good.value.policy.review, None);
    let bad = settings(
        "content/site.yaml",
        "titel: x\nbase_url: x.example\ntimezone: Asia/Shangai\npaginate: 0\nmarkdown: {html: sanitize}\nowner: 栖禾镇\nnav: [{url: volunteer}]\nslug：keep\npolicy:\n  links：warn\n",
    );
    assert_eq!(
        shown(&bad.findings),
        [
            "8:5 full-width-colon a full-width colon follows “slug” | write a plain colon and a space: `: ` (`xiangyin fix` does it for you)",
            "10:8 full-width-colon a full-width colon follows “links” | write a plain colon and a space: `: ` (`xiangyin fix` does it for you)",
            "1:1 unknown-key there is no key `titel` | did you mean `title`?",
            "2:11 bad-url `base_url`: “x.example” is not a full web address | a web address starts with `https://` or `http://`",
            "3:11 unknown-value `timezone` cannot be “Asia/Shangai” | did you mean `Asia/Shanghai`? It can be: Asia/Shanghai, Asia/Urumqi, UTC, …",
            "6:8 wrong-type `owner` cannot be “栖禾镇”: it takes a group of `key: value` lines | for example `owner: {name: 栖禾镇}`",
            "7:7 missing-field `label` is required and missing | add a line `label: …`",
            "7:13 wrong-type `url` cannot be “volunteer”: it takes an address that starts with /, or a full one | for example `url: /volunteer/`",
            "5:18 unknown-value `html` cannot be “sanitize” | did you mean `sanitise`? It can be: sanitise, escape, trust",
            "4:11 out-of-range `paginate` is 0, outside its range | it lies between 1 and 1000",
        ]
    );
}
