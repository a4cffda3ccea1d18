//! What is internal: the public site has not one of its words, counts it all the same, and says so; the office's full site
//! shows it.

use crate::common::{FileTree, read_tree, unpacked_text, write_file};
use std::path::Path;
use xiangyin::testing::pipeline::{NoProgress, Request, build};

/// Words of what is internal. No public text of the site has them.
const WORDS: [&str; 16] = [
    "矛盾排查",
    "调解纪实",
    "泰山石敢当",
    "井台口角",
    "内情甲乙",
    "值守日志",
    "考语甚佳",
    "评语栏",
    "暗访通报稿",
    "稿酬明细",
    "线人某某",
    "备案暗号",
    "grievance",
    "secret-ledger",
    "内参报纸",
    "秘而不宣",
];

/// A site with an internal kind, field, metric, report, column and post, and with public figures that count them.
fn build_site(internal: bool) -> (tempfile::TempDir, FileTree) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| write_file(&folder.path().join("content").join(name), text);
    write(
        "site.yaml",
        "title: 乡音\nbase_url: https://x.example\npolicy: {reports: generate}\ninternal: {teams: [备案]}\n",
    );
    write(
        "_data/villages.yaml",
        "- {id: sq, name: 石桥村}\n- {id: hy, name: 禾源村}\n",
    );
    write(
        "_data/teams.yaml",
        "- {id: river, name: 护河队, scope: village, village: sq, 备案: 备案暗号}\n- {id: hill, name: 护林队, scope: village, village: hy, 备案: 备案暗号}\n",
    );
    write(
        "_kinds/grievance.yaml",
        "id: grievance\nfolder: grievances\nlabels: {zh-CN: 矛盾排查, en: grievance reports}\ninternal: true\nfields:\n  - {name: place, type: string, labels: {zh-CN: 地点, en: Place}}\n",
    );
    write("grievances/_index.md", "---\ntitle: 调解纪实\n---\n调解纪实\n");
    write(
        "_kinds/volunteer.yaml",
        "fields:\n  mark: {type: enum, labels: {zh-CN: 评语栏, en: Mark}, internal: true, values: {good: 考语甚佳, poor: 考语平平}}\n",
    );
    write(
        "_metrics.yaml",
        "concern.all: {label: 化解纠纷, unit: 件, of: grievance}\n\
         concern.places: {label: 涉及地点, unit: 处, of: grievance, aggregate: 'distinct:place'}\n\
         volunteer.good: {label: 优良活动, unit: 场, of: volunteer, where: {mark: good}}\n\
         submission.fee: {label: 稿酬明细, unit: 元, of: coverage, aggregate: score, points: {level: {national: 100}}, internal: true}\n\
         coverage.worth: {label: 篇均所得, unit: 元, ratio: [submission.fee, coverage.all]}\n\
         teams.marked: {label: 备过案的队, unit: 支, of: 'roster:teams', where: {备案: {given: true}}}\n",
    );
    for (name, title, place) in [("a", "泰山石敢当", "井台口角"), ("b", "线人某某", "井台口角")] {
        write(
            &format!("grievances/{name}.md"),
            &format!(
                "---\ntitle: {title}\ndate: 2022-03-0{}\nvillage: sq\nplace: {place}\ntags: [秘而不宣]\n---\n内情甲乙\n",
                if name == "a" { 1 } else { 2 }
            ),
        );
    }
    write(
        "volunteer/a.md",
        "---\ntitle: 护河\ndate: 2022-03-05\nmark: good\nvillage: sq\nteam: river\nparticipants: 3\n---\n甲\n",
    );
    write(
        "volunteer/b.md",
        "---\ntitle: 护河再报\ndate: 2022-03-06\nevent: river-day\nvillage: sq\nteam: river\n---\n甲\n",
    );
    write(
        "volunteer/c.md",
        "---\ntitle: 值守日志\ndate: 2022-03-05\nevent: river-day\nvillage: sq\nteam: river\ninternal: true\n---\n内情甲乙\n",
    );
    write(
        "coverage/a.md",
        "---\ntitle: 清水\ndate: 2022-03-05\nlevel: national\noutlet: 山河日报\n---\n甲\n",
    );
    write(
        "coverage/b.md",
        "---\ntitle: 线人某某\ndate: 2022-03-07\nlevel: national\noutlet: 内参报纸\nsource: secret-ledger\ninternal: true\n---\n内情甲乙\n",
    );
    write(
        "reports/q1.md",
        "---\ntitle: 暗访通报稿\ndate: 2022-04-02\nperiod: 2022-Q1\ninternal: true\n---\n{{ metric(\"submission.fee\") }}\n",
    );
    write(
        "reports/h1.md",
        "---\ntitle: 上半年报告\ndate: 2022-07-02\nperiod: 2022-H1\n---\n化解{{ metric(\"concern.all\") }}，报道{{ metric(\"coverage.all\") }}，{{ names(\"coverage.all\") }}。\n\n{{ table(\"coverage.all\", by=\"outlet\") }}\n\n{{ chart(\"concern.all\", by=\"village\") }}\n\n{{ posts(\"concern.all\") }}\n",
    );
    let request = Request {
        internal,
        ..Request::new(folder.path(), jiff::civil::date(2023, 1, 31))
    };
    let outcome = build(&request, &NoProgress);
    assert!(outcome.published, "{:?}", outcome.findings);
    let tree = read_tree(&folder.path().join("public"));
    (folder, tree)
}

#[test]
fn the_public_site_has_no_word_of_what_is_internal() {
    let (_folder, tree) = build_site(false);
    assert!(tree.len() > 50);
    for (path, bytes) in &tree {
        let (path, text) = (path.to_string_lossy(), unpacked_text(bytes));
        for word in WORDS {
            assert!(!text.contains(word), "{path} has “{word}”");
            assert!(!path.contains(word), "{path}");
        }
    }
    let file = |path: &str| &tree[Path::new(path)];
    let page = unpacked_text(file("reports/2022-h1/index.html"));
    assert!(page.contains("2件"), "a public figure counts what is internal");
    let evidence = unpacked_text(file("reports/2022-h1/evidence/concern.all/index.html"));
    assert!(evidence.contains("依据不公开"));
    let evidence = unpacked_text(file("reports/2022-h1/evidence/coverage.all/index.html"));
    assert!(evidence.contains("另有1篇计入，依据不公开") && evidence.contains("清水"));
    let method = unpacked_text(file("reports/2022-h1/evidence/volunteer.good/index.html"));
    assert!(method.contains("依据不公开"));
    let data: serde_json::Value = serde_json::from_slice(file("reports/2022-h1/data.json")).unwrap();
    assert_eq!(data["metrics"]["concern.all"]["value"], 2);
    assert_eq!(data["metrics"]["concern.all"]["hidden"], 2);
    assert_eq!(data["metrics"]["coverage.worth"]["value"], 100);
    assert!(data["metrics"]["submission.fee"].is_null() && data["metrics"]["grievance.all"].is_null());
}

#[test]
fn the_full_site_shows_it_and_says_that_it_is_not_to_be_published() {
    let (_folder, tree) = build_site(true);
    let whole = |(path, bytes): (&std::path::PathBuf, &Vec<u8>)| format!("{} {}", path.display(), unpacked_text(bytes));
    let all: String = tree.iter().map(whole).collect();
    for word in WORDS {
        assert!(all.contains(word), "no file has “{word}”");
    }
    let home = unpacked_text(&tree[Path::new("index.html")]);
    assert!(home.contains("内部网站") && home.contains("noindex"));
}

/// Every sort of file in which a word of a post can be.
const PLACES: [(&str, &str); 9] = [
    ("a page", "index.html"),
    ("the search index", "search/"),
    ("a feed", "feed.xml"),
    ("the site map", "sitemap.xml"),
    ("the data of a report", "data.json"),
    ("the table of a report", "data.csv"),
    ("the workbook of a report", "data.xlsx"),
    ("the Word file of a report", "report.docx"),
    ("the description of the data", "datapackage.json"),
];

/// The test above would pass on a file that hides its words. In each sort of file, the full site has one that is seen.
#[test]
fn internal_words_are_seen_in_every_sort_of_file_of_the_full_site() {
    let (_folder, tree) = build_site(true);
    for (what, place) in PLACES {
        let mut files = tree
            .iter()
            .filter(|(path, _)| path.to_string_lossy().replace('\\', "/").contains(place));
        let has_word = |(_, bytes): (&std::path::PathBuf, &Vec<u8>)| {
            let text = unpacked_text(bytes);
            WORDS.iter().any(|word| text.contains(word))
        };
        assert!(files.any(has_word), "no internal word is seen in {what}");
    }
}
