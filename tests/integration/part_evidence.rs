//! The evidence of a part of a figure: what `where` or `part` asks for has a page of its own, with what it counted and
//! nothing else.

use crate::common::{FileTree, read_tree, write_file};
use std::path::Path;
use xiangyin::testing::pipeline::{NoProgress, Request, build};

const SETTINGS: &str = "title: 乡音\nbase_url: https://x.example\npolicy: {review: \"off\"}\n";
const VILLAGES: &str = "- {id: hy, name: 禾源村}\n- {id: sq, name: 石桥村}\n";
const REPORT: &str = "---\ntitle: 上半年报告\ndate: 2022-07-02\nperiod: 2022-H1\n---\n\
    全镇{{ metric(\"volunteer.sessions\") }}，石桥村{{ metric(\"volunteer.sessions\", where={village: \"石桥村\"}) }}，\
    石桥村普法{{ metric(\"volunteer.hours\", where={village: \"sq\", theme: \"普法宣传\"}) }}，\
    换个次序{{ metric(\"volunteer.hours\", where={theme: \"普法宣传\", village: \"石桥村\"}) }}，\
    整治{{ metric(\"volunteer.sessions\", by=\"theme\", part=\"环境整治\") }}，\
    两类{{ metric(\"volunteer.sessions\", where={theme: [\"环境整治\", \"普法宣传\"]}) }}，\
    服务队{{ metric(\"teams.all\", where={village: \"石桥村\"}) }}。\n";

fn site() -> FileTree {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| write_file(&folder.path().join("content").join(name), text);
    write("site.yaml", SETTINGS);
    write("_data/villages.yaml", VILLAGES);
    write(
        "_data/teams.yaml",
        "- {id: river, name: 护河队, scope: village, village: sq}\n- {id: hill, name: 护林队, scope: village, village: hy}\n",
    );
    let posts = [
        ("护河", "hy", "environment", 8),
        ("清渠", "sq", "environment", 3),
        ("普法", "sq", "law", 5),
        ("讲法", "sq", "law", 4),
    ];
    for (index, (title, village, theme, hours)) in posts.into_iter().enumerate() {
        let theme = if theme == "law" { "普法宣传" } else { "环境整治" };
        let text = format!(
            "---\ntitle: {title}\ndate: 2022-05-1{index}\nvillage: {village}\ntheme: {theme}\nhours: {hours}\nparticipants: 4\n---\n甲\n"
        );
        write(&format!("volunteer/{index}.md"), &text);
    }
    write("reports/h1.md", REPORT);
    let request = Request::new(folder.path(), jiff::civil::date(2023, 1, 31));
    let outcome = build(&request, &NoProgress);
    assert!(outcome.published, "{:?}", outcome.findings);
    read_tree(&folder.path().join("public"))
}

fn page<'t>(tree: &'t FileTree, address: &str) -> &'t str {
    let path = format!("{}index.html", address.trim_start_matches('/'));
    std::str::from_utf8(tree.get(Path::new(&path)).unwrap_or_else(|| panic!("no {path}"))).unwrap()
}

/// The address of the link behind `word` in `html`, and its text.
fn link_behind<'h>(html: &'h str, word: &str) -> (&'h str, &'h str) {
    let rest = &html[html.find(word).unwrap_or_else(|| panic!("no {word}")) + word.len()..];
    let (_, rest) = rest.split_once("href=").unwrap();
    let (address, rest) = rest.split_once('>').unwrap();
    let address = address.split(' ').next().unwrap().trim_matches('"');
    (address, rest.split_once('<').unwrap().0)
}

#[test]
fn part_of_a_figure_links_to_what_it_counted_alone() {
    let tree = site();
    let (_, report) = page(&tree, "/reports/2022-h1/").split_once("<article").unwrap();
    let whole = link_behind(report, "全镇");
    assert_eq!(whole, ("/reports/2022-h1/evidence/volunteer.sessions/", "4场次"));
    let expected = [
        ("，石桥村", "3场次", vec!["清渠", "普法", "讲法"], "石桥村"),
        ("石桥村普法", "9小时", vec!["普法", "讲法"], "普法宣传，石桥村"),
        ("整治", "2场次", vec!["护河", "清渠"], "环境整治"),
        (
            "两类",
            "4场次",
            vec!["护河", "清渠", "普法", "讲法"],
            "环境整治、普法宣传",
        ),
        ("服务队", "1支", vec!["护河队"], "石桥村"),
    ];
    for (word, number, counted, part) in expected {
        let (address, text) = link_behind(report, word);
        assert_eq!(text, number, "{word}");
        assert!(address.contains("/part-"), "{word}: {address}");
        let evidence = page(&tree, address);
        assert!(evidence.contains(&format!("（{part}）")), "{word}: {evidence}");
        let list = evidence.split_once("id=counted").unwrap().1;
        for title in ["护河", "清渠", "普法", "讲法", "护河队", "护林队"] {
            let is_listed = list.contains(&format!(">{title}<"));
            assert_eq!(is_listed, counted.contains(&title), "{word}: {title}");
        }
        // The page leads on to the whole figure.
        let folder = address.trim_end_matches('/').rsplit_once('/').unwrap().0;
        assert!(evidence.contains(&format!("\"{folder}/\"")), "{word}");
    }
    // One part has one page, in whatever order its values were written.
    assert_eq!(link_behind(report, "换个次序"), link_behind(report, "石桥村普法"));
}
