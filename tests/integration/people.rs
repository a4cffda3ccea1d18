//! The people whose names a site does not publish: those of its rosters, and its reviewers.

use crate::common::{FileTree, read_tree, write_file};
use std::io::{Cursor, Read as _};
use std::path::Path;
use xiangyin::testing::pipeline::{NoProgress, Request, build};

const SETTINGS: &str = "title: 乡音\nbase_url: https://x.example\npolicy: {reports: generate}\n";
/// The people of the rosters. No other text of the site has these names.
const STAFF: [&str; 3] = ["钟离雪见", "司徒望川", "上官听雨"];
const GUARDS: [&str; 2] = ["欧阳守拙", "诸葛问樵"];
const REVIEWERS: [&str; 3] = ["令狐初霁", "东方未晞", "皇甫长庚"];

/// A site with people in every place that figures show: two rosters of them, values, groups, fields of posts.
fn build_site(settings: &str, frozen: bool) -> FileTree {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| write_file(&folder.path().join("content").join(name), text);
    write("site.yaml", &format!("{SETTINGS}{settings}"));
    write(
        "_data/villages.yaml",
        "- {id: sq, name: 石桥村}\n- {id: hy, name: 禾源村}\n",
    );
    write(
        "_data/teams.yaml",
        "- {id: river, name: 护河队, scope: village, village: sq, members: 12}\n",
    );
    let [one, two, three] = STAFF;
    write(
        "_data/staff.yaml",
        &format!(
            "- {{id: s1, name: {one}, role: liaison, village: sq, since: 2020-01-01}}\n\
             - {{id: s2, name: {two}, role: officer, since: 2020-01-01}}\n\
             - {{id: s3, name: {three}, role: liaison, village: hy, since: 2020-01-01, until: 2022-01-31}}\n"
        ),
    );
    let [first, second] = GUARDS;
    write(
        "_data/guards.csv",
        &format!("编号,姓名,村\ng1,{first},石桥村\ng2,{second},石桥村\n"),
    );
    write(
        "_metrics.yaml",
        "guards.all: {label: 护林员, unit: 名, of: 'roster:guards'}\n\
         guards.villages: {label: 有护林员的村, unit: 个, of: 'roster:guards', aggregate: 'distinct:village'}\n\
         staff.names: {label: 不同姓名, unit: 个, of: 'roster:staff', aggregate: 'distinct:name'}\n\
         teams.members: {label: 队员, unit: 人, of: 'roster:teams', aggregate: 'sum:members'}\n\
         patrol.guards: {label: 出勤护林员, unit: 名, of: patrol, aggregate: 'distinct:guard'}\n",
    );
    write(
        "_kinds/patrol.yaml",
        "id: patrol\nfolder: patrols\nlabels: {zh-CN: 巡山, en: Patrols}\ndated: true\n\
         fields:\n  - {name: guard, type: roster, of: guards, labels: {zh-CN: 护林员, en: Guard}}\n",
    );
    write(
        "patrols/a.md",
        "---\ntitle: 巡山一\ndate: 2022-03-01\nguard: g1\n---\n甲\n",
    );
    write(
        "patrols/b.md",
        "---\ntitle: 巡山二\ndate: 2022-04-01\nguard: g2\n---\n乙\n",
    );
    let [first, second, third] = REVIEWERS;
    write(
        "volunteer/a.md",
        &format!(
            "---\ntitle: 清洁河道\ndate: 2022-05-01\nparticipants: 3\nreview: {{first: {first}, second: {second}, third: {third}}}\n---\n丙\n"
        ),
    );
    if frozen {
        write("_frozen/2022-H1.yaml", &issued_report(folder.path()));
    }
    let out = folder.path().join("public");
    let request = Request {
        out: Some(out.clone()),
        ..Request::new(folder.path(), jiff::civil::date(2023, 1, 31))
    };
    let outcome = build(&request, &NoProgress);
    assert!(outcome.published, "{:?}", outcome.findings);
    read_tree(&out)
}

/// The file of the report on 2022-H1 that the program issues for a site.
fn issued_report(site: &Path) -> String {
    let output = crate::common::program()
        .args(["report", "2022-H1", "--freeze", "--site"])
        .arg(site)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(site.join("content/_frozen/2022-H1.yaml")).unwrap()
}

/// The outputs in which one of `names` stands, also in the parts of Word and Excel files.
fn outputs_with(tree: &FileTree, names: &[&str]) -> Vec<String> {
    let has_name = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        names.iter().any(|name| text.contains(name))
    };
    let mut found = Vec::new();
    for (path, bytes) in tree {
        let path = path.to_string_lossy().replace('\\', "/");
        let is_archive = path.ends_with(".docx") || path.ends_with(".xlsx");
        if (is_archive && archive_parts(bytes).iter().any(|part| has_name(part))) || has_name(bytes) {
            found.push(path);
        }
    }
    found
}

fn archive_parts(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let parts = (0..archive.len()).map(|index| {
        let mut part = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut part).unwrap();
        part
    });
    parts.collect()
}

fn text(tree: &FileTree, path: &str) -> String {
    let bytes = tree.get(Path::new(path)).unwrap_or_else(|| panic!("{path} is missing"));
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn people_of_rosters_are_counted_and_not_named() {
    for frozen in [false, true] {
        let tree = build_site("", frozen);
        assert_eq!(outputs_with(&tree, &STAFF), [""; 0], "frozen: {frozen}");
        // The page of a post shows the field that its editor filled in.
        let pages: Vec<String> = outputs_with(&tree, &GUARDS);
        let own = |path: &String| path.starts_with("patrols/") || path.starts_with("search/");
        assert!(pages.iter().all(own), "frozen: {frozen}: {pages:?}");
        // As many entries as the figure says, each with its own number.
        let page = text(&tree, "reports/2022-h1/evidence/staff.all/index.html");
        assert!(page.contains("第 1 位") && page.contains("第 2 位") && !page.contains("第 3 位"));
        let data: serde_json::Value = serde_json::from_str(&text(&tree, "reports/2022-h1/data.json")).unwrap();
        let metric = |id: &str| &data["metrics"][id];
        assert_eq!(metric("staff.all")["value"], 2);
        assert_eq!(metric("staff.all")["rows"], serde_json::json!(["第 1 位", "第 2 位"]));
        assert_eq!(metric("staff.names")["values"][1]["label"], "第 2 位");
        assert_eq!(
            metric("guards.villages")["values"][0]["rows"],
            serde_json::json!(["第 1 位", "第 2 位"])
        );
        assert_eq!(metric("patrol.guards")["values"].as_array().map(Vec::len), Some(2));
        // Teams are no people, although their members are counted in 人.
        assert_eq!(metric("teams.all")["rows"], serde_json::json!(["护河队"]));
    }
}

#[test]
fn people_of_rosters_are_named_where_the_site_says_so() {
    let found = outputs_with(&build_site("people: {rosters: true}\n", false), &STAFF);
    for path in ["evidence/staff.all/index.html", "data.xlsx", "data.json"] {
        let path = format!("reports/2022-h1/{path}");
        assert!(found.contains(&path), "{path} is not in {found:?}");
    }
}

#[test]
fn reviewers_are_named_unless_the_site_says_otherwise() {
    let found = outputs_with(&build_site("", false), &REVIEWERS);
    assert!(found.contains(&"volunteer/a/index.html".to_owned()), "{found:?}");
    let found = outputs_with(&build_site("people: {reviewers: false}\n", false), &REVIEWERS);
    assert_eq!(found, [""; 0]);
}
