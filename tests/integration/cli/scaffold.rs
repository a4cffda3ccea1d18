//! `new` and `fix`: texts that the program writes for editors.

use super::{err, out, xiangyin};
use std::fs;

/// A new site in `DIR/town`.
fn town() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    assert!(xiangyin(dir.path(), &["init", "town"]).status.success());
    dir
}

#[test]
fn new_writes_a_post_and_overwrites_nothing() {
    let dir = town();
    let town = dir.path().join("town");
    let first = xiangyin(&town, &["new", "volunteer", "清洁河道", "--lang", "zh-CN"]);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let path = "content/volunteer/2026/qing-jie-he-dao.md";
    assert_eq!(out(&first).replace('\\', "/"), format!("{path}\n"));
    let text = fs::read_to_string(town.join(path)).unwrap();
    assert!(text.starts_with("---\ntitle: 清洁河道\ndate: 2026-03-05\n"), "{text}");
    assert!(text.contains("\ndraft: true\n"), "{text}");
    let names = || fs::read_dir(town.join(path).parent().unwrap()).unwrap().count();
    let before = names();
    let second = xiangyin(&town, &["new", "volunteer", "清洁河道"]);
    assert!(out(&second).contains("qing-jie-he-dao-2.md"), "{}", out(&second));
    assert_eq!(fs::read_to_string(town.join(path)).unwrap(), text);
    assert_eq!(names(), before + 1, "nothing is left beside the posts");
}

#[test]
#[cfg(unix)]
fn new_leaves_nothing_behind_when_it_cannot_write() {
    let dir = town();
    let town = dir.path().join("town");
    // The name is too long for the file system only together with the ending of the file that is written aside.
    let title = "a".repeat(245);
    let refused = xiangyin(&town, &["new", "volunteer", &title]);
    let folder = town.join("content/volunteer/2026");
    let names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    let empty = names
        .iter()
        .filter(|name| fs::metadata(folder.join(name)).unwrap().len() == 0);
    assert_eq!(empty.count(), 0, "{names:?} {}", err(&refused));
}

#[test]
fn fix_mends_settings_rosters_metrics_and_kinds() {
    let dir = town();
    let town = dir.path().join("town");
    let content = town.join("content");
    let files = [
        (
            "site.yaml",
            "title: 栖禾乡音\nbase_url: https://town.example\npaginate: １２\nowner:\n  name：栖禾镇\n",
            "title: 栖禾乡音\nbase_url: https://town.example\npaginate: 12\nowner:\n  name: 栖禾镇\n",
        ),
        (
            "_data/teams.yaml",
            "- {id: river, name: 护河队, since: 2022年6月1日, until: 2022/7/1}\n- {id: a, name: 甲, since: ２０２２－０１－０１}\n",
            "- {id: river, name: 护河队, since: 2022-06-01, until: 2022-07-01}\n- {id: a, name: 甲, since: 2022-01-01}\n",
        ),
        (
            "_metrics.yaml",
            "volunteer.big:\n\tlabel：大活动\n\tof: volunteer\n\twhere: {participants: {min: １０}}\n",
            "volunteer.big:\n  label: 大活动\n  of: volunteer\n  where: {participants: {min: 10}}\n",
        ),
        (
            "_kinds/reading.yaml",
            "id: reading\nfolder:reading\nlabels: {zh-CN: 读书会, en: Reading}\n",
            "id: reading\nfolder: reading\nlabels: {zh-CN: 读书会, en: Reading}\n",
        ),
        (
            "_defaults.yaml",
            "volunteer：\n  author: 通讯员\n",
            "volunteer:\n  author: 通讯员\n",
        ),
        (
            "volunteer/_index.md",
            "---\ntitle：志愿服务\n---\n正文：不改。\n",
            "---\ntitle: 志愿服务\n---\n正文：不改。\n",
        ),
        ("open.yaml", "title：公开\n", "title：公开\n"),
    ];
    for (name, before, _) in &files {
        fs::create_dir_all(content.join(name).parent().unwrap()).unwrap();
        fs::write(content.join(name), before).unwrap();
    }
    let fixed = xiangyin(&town, &["fix"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", err(&fixed));
    for (name, _, after) in &files {
        assert_eq!(fs::read_to_string(content.join(name)).unwrap(), *after, "{name}");
    }
    assert_eq!(out(&xiangyin(&town, &["fix"])), "Nothing to mend\n");
}

#[test]
fn new_report_has_its_period_and_figures() {
    let dir = town();
    let town = dir.path().join("town");
    let made = xiangyin(&town, &["new", "report", "栖禾镇2025年下半年工作报告"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert_eq!(out(&made).replace('\\', "/"), "content/reports/2025-h2.md\n");
    let text = fs::read_to_string(town.join("content/reports/2025-h2.md")).unwrap();
    assert!(
        text.contains("\nperiod: 2025-H2\n") && text.contains("{{ metric(\"staff.all\") }}"),
        "{text}"
    );
    assert!(text.contains("\ndraft: true\n"), "{text}");
    let built = xiangyin(&town, &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    let page = town.join("public/reports/2025-h2/index.html");
    let is_published = |page: &std::path::Path| {
        fs::read_to_string(page).is_ok_and(|page| page.contains("<h1>栖禾镇2025年下半年工作报告</h1>"))
    };
    assert!(!is_published(&page), "a new report is a draft");
    let finished = text.replace("\ndraft: true\n", "\n").replace(" (to be confirmed)", "");
    fs::write(town.join("content/reports/2025-h2.md"), finished).unwrap();
    let built = xiangyin(&town, &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    assert!(is_published(&page));
    // Today is in the first half of 2026: without a period in the title, it would be the same report.
    let again = xiangyin(&town, &["new", "report", "工作报告", "--lang", "en"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        err(&again).contains("there is a report on 2025-H2 already: content/reports/2025-h2.md"),
        "{}",
        err(&again)
    );
}

#[test]
fn new_rejects_unknown_kinds_and_folders_without_a_site() {
    let dir = town();
    let wrong = xiangyin(&dir.path().join("town"), &["new", "volunter", "x", "--lang", "zh-CN"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        err(&wrong).contains("是不是“volunteer”？") && err(&wrong).contains("role-model、"),
        "{}",
        err(&wrong)
    );
    let nowhere = xiangyin(dir.path(), &["new", "volunteer", "x", "--message-format", "json"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(out(&nowhere).contains("\"code\":\"not-a-site\""), "{}", out(&nowhere));
}

#[test]
fn fix_dry_run_prints_and_fix_writes_once() {
    let dir = town();
    let town = dir.path().join("town");
    let slip = town.join("content/volunteer/2026/a.md");
    fs::write(
        &slip,
        "---\ntitle：清洁河道\ndate: 2022年6月1日\nparticipants: １２\n---\n\n正文：不改。\n",
    )
    .unwrap();
    let gbk = town.join("content/volunteer/2026/b.md");
    // "---\ntitle: 好人\ndate: 2022-06-01\n---\n" in GBK.
    fs::write(&gbk, b"---\ntitle: \xba\xc3\xc8\xcb\ndate: 2022-06-01\n---\n").unwrap();
    let before = fs::read(&slip).unwrap();
    let dry = xiangyin(&town, &["fix", "--dry-run"]);
    assert_eq!(dry.status.code(), Some(0), "{}", err(&dry));
    for line in [
        "   2 - title：清洁河道",
        "   2 + title: 清洁河道",
        "+ date: 2022-06-01",
        "+ participants: 12",
        "→ UTF-8",
    ] {
        assert!(out(&dry).contains(line), "{line}: {}", out(&dry));
    }
    assert_eq!(fs::read(&slip).unwrap(), before);
    assert_eq!(xiangyin(&town, &["fix"]).status.code(), Some(0));
    let after = "---\ntitle: 清洁河道\ndate: 2022-06-01\nparticipants: 12\n---\n\n正文：不改。\n";
    assert_eq!(fs::read_to_string(&slip).unwrap(), after);
    assert_eq!(
        fs::read_to_string(&gbk).unwrap(),
        "---\ntitle: 好人\ndate: 2022-06-01\n---\n"
    );
    let again = xiangyin(&town, &["fix"]);
    assert_eq!(out(&again), "Nothing to mend\n");
    assert_eq!(
        fs::read_dir(slip.parent().unwrap()).unwrap().count(),
        3,
        "nothing is left beside the texts"
    );
}

#[test]
fn fix_changes_texts_only_when_asked() {
    let dir = town();
    let town = dir.path().join("town");
    let post = town.join("content/volunteer/2026/a.md");
    let head = "---\ntitle: 清洁河道\ndate: 2022-06-01\n---\n";
    fs::write(&post, format!("\n{head}\n##一、现场\u{b}\n\n甲\t乙\n丙\t丁\n")).unwrap();
    let listed = xiangyin(&town, &["fix"]);
    assert_eq!(listed.status.code(), Some(0), "{}", err(&listed));
    for line in ["   1 - ", "`xiangyin fix --text`", "+ ## 一、现场", "+ | 甲 | 乙 |"] {
        assert!(out(&listed).contains(line), "{line}: {}", out(&listed));
    }
    let with_head = format!("{head}\n##一、现场\u{b}\n\n甲\t乙\n丙\t丁\n");
    assert_eq!(fs::read_to_string(&post).unwrap(), with_head);
    assert_eq!(xiangyin(&town, &["fix", "--text"]).status.code(), Some(0));
    let with_text = format!("{head}\n## 一、现场\n\n| 甲 | 乙 |\n| --- | --- |\n| 丙 | 丁 |\n");
    assert_eq!(fs::read_to_string(&post).unwrap(), with_text);
    assert_eq!(out(&xiangyin(&town, &["fix"])), "Nothing to mend\n");
}

#[test]
fn fix_mends_settings_and_rosters() {
    let dir = town();
    let town = dir.path().join("town");
    fs::write(
        town.join("content/site.yaml"),
        "title：镇\nbase_url: https://town.example\npaginate: １２\n",
    )
    .unwrap();
    let roster = town.join("content/_data/teams.yaml");
    fs::write(&roster, "- id: river\n  name: 护河队\n  since: 2021年3月1日\n").unwrap();
    assert_eq!(xiangyin(&town, &["fix"]).status.code(), Some(0));
    let settings = fs::read_to_string(town.join("content/site.yaml")).unwrap();
    assert_eq!(settings, "title: 镇\nbase_url: https://town.example\npaginate: 12\n");
    let fixed = fs::read_to_string(&roster).unwrap();
    assert_eq!(fixed, "- id: river\n  name: 护河队\n  since: 2021-03-01\n");
}

#[test]
fn a_file_in_two_encodings_is_read_by_its_parts() {
    let dir = town();
    let town = dir.path().join("town");
    let post = town.join("content/volunteer/2026/a.md");
    // "护河队来到石桥村。\n" in GBK after front matter in UTF-8.
    let mut bytes = "---\ntitle: 清洁河道\ndate: 2022-05-12\n---\n".as_bytes().to_vec();
    bytes.extend(b"\xbb\xa4\xba\xd3\xb6\xd3\xc0\xb4\xb5\xbd\xca\xaf\xc7\xc5\xb4\xe5\xa1\xa3\n");
    fs::write(&post, &bytes).unwrap();
    let checked = xiangyin(&town, &["check", "--message-format", "json"]);
    assert!(
        out(&checked).contains("\"code\":\"encoding-mixed\""),
        "{}",
        out(&checked)
    );
    assert_eq!(xiangyin(&town, &["fix"]).status.code(), Some(0));
    let text = "---\ntitle: 清洁河道\ndate: 2022-05-12\n---\n护河队来到石桥村。\n";
    assert_eq!(fs::read_to_string(&post).unwrap(), text);
    // Bytes of no encoding stay as they are.
    bytes.extend(b"\xff\xff\xff");
    fs::write(&post, &bytes).unwrap();
    assert_eq!(out(&xiangyin(&town, &["fix"])), "Nothing to mend\n");
    assert_eq!(fs::read(&post).unwrap(), bytes);
}

#[test]
fn today_is_the_day_in_the_time_zone_of_settings_in_gbk() {
    let dir = town();
    let town = dir.path().join("town");
    // "title: 好人" in GBK. The fixed moment is the first of 5 March in Shanghai.
    let mut settings = b"title: \xba\xc3\xc8\xcb\nbase_url: https://town.example\n".to_vec();
    settings.extend(b"timezone: America/New_York\n");
    fs::write(town.join("content/site.yaml"), settings).unwrap();
    let made = xiangyin(&town, &["new", "volunteer", "x"]);
    let path = town.join(out(&made).trim());
    let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{path:?}: {}", err(&made)));
    assert!(text.contains("\ndate: 2026-03-04\n"), "{text}");
}

#[test]
fn fix_corrects_wrong_words_only_when_asked() {
    let dir = town();
    let town = dir.path().join("town");
    let post = town.join("content/volunteer/2026/a.md");
    let text = |group: &str| {
        let head = format!("---\ntitle: {group}\ndate: 2022-05-12\nevent: 领导小姐\n---\n");
        format!("{head}{group}布署，“布署”，[名单](领导小姐.pdf)，新冠肺炎。\n")
    };
    fs::write(&post, text("领导小姐")).unwrap();
    let folder = town.join("content/volunteer/_index.md");
    fs::write(&folder, "---\ntitle: 红马夹\n---\n").unwrap();
    fs::write(
        town.join("content/_data/wording.yaml"),
        "布署: [部署, 布置]\n红马夹: 红马甲\n",
    )
    .unwrap();
    let listed = xiangyin(&town, &["fix"]);
    for line in ["+ title: 领导小组", "+ 领导小组布署，“布署”", "+ title: 红马甲"] {
        assert!(out(&listed).contains(line), "{line}: {}", out(&listed));
    }
    assert_eq!(fs::read_to_string(&post).unwrap(), text("领导小姐"));
    assert_eq!(xiangyin(&town, &["fix", "--text"]).status.code(), Some(0));
    // A name that became outdated after the day of the post stays.
    assert_eq!(fs::read_to_string(&post).unwrap(), text("领导小组"));
    assert_eq!(fs::read_to_string(&folder).unwrap(), "---\ntitle: 红马甲\n---\n");
    assert_eq!(out(&xiangyin(&town, &["fix"])), "Nothing to mend\n");
}
