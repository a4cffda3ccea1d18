//! Edits of every sort after the issue.

use super::{Finding, ISSUED_FOLDERS, build, build_with_findings, edit, issued_town, town};
use crate::common::{FileTree, read_tree, write_file};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

/// An edit: what it is, how it is made, the figures that must be named (period and metric), and what lists show in place of
/// a title or of a link.
struct Edit {
    name: &'static str,
    make: fn(&Path),
    named: &'static [(&'static str, &'static str)],
    /// Titles of posts that the edit takes back.
    withdrawn: &'static [&'static str],
    /// Whether links to posts or months may differ.
    moves_links: bool,
}

/// What reports tell of a post with several fields, and its title.
const RIVER: [&str; 3] = [
    "《清洁河道》桥头（参与12人次）",
    "《清洁河道》（参与12人次）",
    "清洁河道",
];

const EDITS: &[Edit] = &[
    Edit {
        name: "a number is changed",
        make: |site| edit(site, "volunteer/river.md", "participants: 12", "participants: 15"),
        named: &[
            ("2025-H1", "volunteer.participants"),
            ("2025", "volunteer.participants"),
        ],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a theme is changed",
        make: |site| edit(site, "volunteer/river.md", "theme: law", "theme: safety"),
        named: &[
            ("2025-H1", "volunteer.sessions"),
            ("2025-H1", "volunteer.participants"),
            ("2025", "volunteer.sessions"),
        ],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a text field that only a table shows is changed",
        make: |site| edit(site, "volunteer/river.md", "location: 桥头", "location: 河边"),
        named: &[("2025-H1", "volunteer.participants")],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a village is changed",
        make: |site| edit(site, "volunteer/elderly.md", "village: heyuan", "village: zhuxi"),
        named: &[("2025-H1", "volunteer.sessions"), ("2025", "volunteer.participants")],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a title and the text are changed",
        make: |site| edit(site, "volunteer/river.md", "清洁", "打扫"),
        named: &[],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a post is added",
        make: |site| {
            let text = "---\ntitle: 补记\ndate: 2025-03-05\nteam: t1\ntheme: law\nparticipants: 100\n---\n补记。\n";
            write_file(&site.join("content/volunteer/late.md"), text);
        },
        named: &[("2025-H1", "volunteer.sessions"), ("2025", "volunteer.participants")],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a post of the year before is added",
        make: |site| {
            let text = "---\ntitle: 上年补记\ndate: 2024-05-01\nteam: t1\ntheme: law\nparticipants: 4\n---\n补记。\n";
            write_file(&site.join("content/volunteer/late.md"), text);
        },
        named: &[
            ("2025-H1", "volunteer.sessions"),
            ("2025-H1", "volunteer.participants@2024"),
            ("2025", "volunteer.participants"),
        ],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a newspaper of the nation reprints a piece in the second half",
        make: |site| {
            let text =
                "---\ntitle: 国报\ndate: 2025-07-10\noutlet: 国报\nlevel: national\npiece: p\n---\n国报的稿件。\n";
            write_file(&site.join("content/coverage/nation.md"), text);
        },
        named: &[
            ("2025-H1", "coverage.all"),
            ("2025-H1", "coverage.municipal"),
            ("2025", "coverage.national"),
            ("2025", "coverage.municipal"),
        ],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "two events become one",
        make: |site| {
            edit(
                site,
                "volunteer/elderly.md",
                "theme: elderly",
                "theme: elderly\nevent: law-days",
            )
        },
        named: &[("2025-H1", "volunteer.sessions"), ("2025", "volunteer.sessions")],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "rosters are changed",
        make: |site| {
            edit(site, "_data/villages.yaml", "竹溪村", "竹西村");
            edit(site, "_data/teams.yaml", "一队, scope: town", "第一队, scope: village");
            edit(
                site,
                "_data/staff.yaml",
                "- {id: s1",
                "- {id: s2, name: 墨同书}\n- {id: s1",
            );
        },
        named: &[
            ("2025-H1", "teams.town"),
            ("2025", "teams.village"),
            ("2025-H1", "staff.all"),
        ],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "a roster is emptied, by whose columns the text gives numbers",
        make: |site| fs::write(site.join("content/_data/staff.yaml"), "[]\n").unwrap(),
        named: &[("2025-H1", "staff.all"), ("2025", "staff.liaison")],
        withdrawn: &[],
        moves_links: false,
    },
    Edit {
        name: "the site stops generating reports",
        make: |site| edit(site, "site.yaml", "reports: generate", "reports: written"),
        named: &[],
        withdrawn: &[],
        moves_links: true,
    },
    Edit {
        name: "a post moves to another file",
        make: |site| {
            let folder = site.join("content/volunteer");
            fs::rename(folder.join("river.md"), folder.join("moved.md")).unwrap();
        },
        named: &[],
        withdrawn: &[],
        moves_links: true,
    },
    Edit {
        name: "two posts exchange their files",
        make: |site| {
            let folder = site.join("content/volunteer");
            fs::rename(folder.join("river.md"), folder.join("x.md")).unwrap();
            fs::rename(folder.join("elderly.md"), folder.join("river.md")).unwrap();
            fs::rename(folder.join("x.md"), folder.join("elderly.md")).unwrap();
        },
        named: &[],
        withdrawn: &[],
        moves_links: true,
    },
    Edit {
        name: "a post is dated anew",
        make: |site| edit(site, "volunteer/river.md", "date: 2025-03-01", "date: 2025-08-01"),
        named: &[("2025-H1", "volunteer.sessions"), ("2025", "volunteer.sessions")],
        withdrawn: &[],
        moves_links: true,
    },
    Edit {
        name: "a post is deleted",
        make: |site| fs::remove_file(site.join("content/volunteer/river.md")).unwrap(),
        named: &[("2025-H1", "volunteer.sessions"), ("2025", "volunteer.hours")],
        withdrawn: &RIVER,
        moves_links: true,
    },
    Edit {
        name: "a post becomes a draft again",
        make: |site| edit(site, "volunteer/river.md", "team: t1", "team: t1\ndraft: true"),
        named: &[("2025-H1", "volunteer.participants"), ("2025", "volunteer.sessions")],
        withdrawn: &RIVER,
        moves_links: true,
    },
    Edit {
        name: "another post takes the place of one",
        make: |site| {
            let text =
                "---\ntitle: 别的活动\ndate: 2025-02-01\nteam: t1\ntheme: law\nparticipants: 12\n---\n别的事情。\n";
            write_file(&site.join("content/volunteer/river.md"), text);
        },
        named: &[("2025-H1", "volunteer.sessions"), ("2025", "volunteer.participants")],
        withdrawn: &RIVER,
        moves_links: true,
    },
    Edit {
        name: "a post that was left out is deleted",
        make: |site| fs::remove_file(site.join("content/coverage/web.md")).unwrap(),
        // No figure counted it, but the charts of published posts did.
        named: &[("2025-H1", "published"), ("2025", "published")],
        withdrawn: &["网上转载"],
        moves_links: true,
    },
];

#[test]
fn issuing_changes_nothing_but_the_mark() {
    let site = town();
    let before = issued_files(&build(site.path()));
    drop(site);
    let site = issued_town();
    let after = issued_files(&build(site.path()));
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>(),
        "the same files"
    );
    for (path, text) in before {
        let after = after[&path].replace("2026年3月5日印发", "");
        // A report's day is that of its issue.
        let unmarked = |text: &str| {
            let text = text.replace("2025年7月5日", "").replace("2026年3月5日", "");
            text.replace("\"issued\": \"2026-03-05\"", "\"issued\": null")
        };
        let without_tags = |text: &str| texts_of(&unmarked(text));
        assert_eq!(without_tags(&text), without_tags(&after), "{path}");
    }
}

#[test]
fn nothing_issued_changes_by_an_edit_and_what_would_change_is_named() {
    let town = issued_town();
    let issued = build(town.path());
    for change in EDITS {
        let site = tempfile::tempdir().unwrap();
        for (path, bytes) in read_tree(&town.path().join("content")) {
            write_file(&site.path().join("content").join(path), bytes);
        }
        (change.make)(site.path());
        let (now, findings) = build_with_findings(site.path());
        let (before, after) = match change.moves_links {
            false => (raw_files(&issued), raw_files(&now)),
            true => (issued_files(&issued), issued_files(&now)),
        };
        assert_eq!(
            before.keys().collect::<Vec<_>>(),
            after.keys().collect::<Vec<_>>(),
            "{}",
            change.name
        );
        for (path, text) in &before {
            let mut expected = text.clone();
            for title in change.withdrawn {
                expected = expected.replace(title, "已撤回").replace("《已撤回》", "已撤回");
            }
            match change.withdrawn {
                [] => assert_same(change.name, path, &expected, &after[path]),
                _ => assert_same(change.name, path, &run_together(&expected), &run_together(&after[path])),
            }
        }
        check_findings(&findings, change);
    }
}

/// A text without the ends of its parts: in a sentence, what stands for a post that was taken back is no link, and has a
/// comma where a title in marks has none.
fn run_together(text: &str) -> String {
    text.replace(['\n', '、'], "")
}

fn check_findings(findings: &[Finding], change: &Edit) {
    let changed: Vec<&String> = findings
        .iter()
        .filter(|(code, _, _)| code == "frozen-changed")
        .map(|(_, _, message)| message)
        .collect();
    for (period, metric) in change.named {
        let start = format!("the report on {period} was issued");
        let is_named =
            |message: &&&String| message.starts_with(&start) && message.split([' ', ';']).any(|word| word == *metric);
        assert!(
            changed.iter().any(|message| is_named(&message)),
            "{}: {period} {metric} is not named in {changed:#?}",
            change.name
        );
    }
    if change.named.is_empty() {
        assert!(changed.is_empty(), "{}: {changed:#?}", change.name);
    }
}

/// Reports the first difference of two texts with its surroundings.
fn assert_same(edit: &str, path: &str, expected: &str, actual: &str) {
    let Some(at) = expected.bytes().zip(actual.bytes()).position(|(a, b)| a != b) else {
        assert_eq!(expected.len(), actual.len(), "{edit}: {path}");
        return;
    };
    let around = |text: &str| {
        let bytes = text.as_bytes();
        let part = &bytes[at.saturating_sub(120)..(at + 120).min(bytes.len())];
        String::from_utf8_lossy(part).into_owned()
    };
    panic!(
        "{edit}: {path}\n  issued {}\n  now    {}",
        around(expected),
        around(actual)
    );
}

/// The files of issued reports as they are, except for what changed since the issue and the links to other periods.
fn raw_files(tree: &FileTree) -> BTreeMap<String, String> {
    let issued = tree.iter().filter(|(path, _)| is_issued(path));
    let text = |(path, bytes): (&std::path::PathBuf, &Vec<u8>)| {
        let text = match path.extension().and_then(|ending| ending.to_str()) {
            Some("html") => without_changing_parts(&String::from_utf8(bytes.clone()).unwrap()),
            // Not text: any byte that differs differs here too.
            Some("docx" | "xlsx") => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            _ => String::from_utf8(bytes.clone()).unwrap(),
        };
        (path.to_string_lossy().replace('\\', "/"), text)
    };
    issued.map(text).collect()
}

/// The texts of the files of issued reports, without links.
fn issued_files(tree: &FileTree) -> BTreeMap<String, String> {
    let issued = tree.iter().filter(|(path, _)| is_issued(path));
    let text = |(path, bytes): (&std::path::PathBuf, &Vec<u8>)| {
        let text = match path.extension().and_then(|ending| ending.to_str()) {
            Some("html") => texts_of(&without_changing_parts(&String::from_utf8(bytes.clone()).unwrap())),
            Some("docx") => texts_of(&zip_texts(bytes, &["word/document.xml"])),
            Some("xlsx") => sheet_texts(bytes),
            Some("json") => {
                let mut value: Value = serde_json::from_slice(bytes).unwrap();
                drop_addresses(&mut value);
                format!("{value:#}")
            }
            _ => String::from_utf8(bytes.clone()).unwrap(),
        };
        (path.to_string_lossy().replace('\\', "/"), text)
    };
    issued.map(text).collect()
}

fn is_issued(path: &Path) -> bool {
    ISSUED_FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// A page without its list of what changed since the issue and without links to neighbouring periods.
fn without_changing_parts(page: &str) -> String {
    let mut page = without_elements(page, "<section aria-labelledby=since>", "</section>");
    for start in [
        "<nav class=neighbours",
        "<nav class=\"neighbours",
        "<nav class=period",
        "<nav class=\"period",
    ] {
        page = without_elements(&page, start, "</nav>");
    }
    page
}

fn without_elements(page: &str, start: &str, end: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(start) {
        out.push_str(before);
        rest = after.split_once(end).map_or("", |(_, after)| after);
    }
    out + rest
}

/// The text of HTML or XML without tags.
fn texts_of(markup: &str) -> String {
    let mut out = String::new();
    let mut rest = markup;
    while let Some((text, after)) = rest.split_once('<') {
        if !text.trim().is_empty() {
            out.push_str(text.trim());
            out.push('\n');
        }
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    out
}

fn zip_texts(bytes: &[u8], names: &[&str]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for name in names {
        archive.by_name(name).unwrap().read_to_string(&mut all).unwrap();
    }
    all
}

/// The cells of all sheets of a workbook.
fn sheet_texts(bytes: &[u8]) -> String {
    use calamine::Reader as _;
    let mut workbook = calamine::Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut out = String::new();
    for (name, range) in workbook.worksheets() {
        out += &format!("# {name}\n");
        for row in range.rows() {
            let cells: Vec<String> = row.iter().map(|cell| format!("{cell:?}")).collect();
            out += &(cells.join("\t") + "\n");
        }
    }
    out
}

/// Removes the addresses of posts.
fn drop_addresses(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("posts");
            map.remove("url");
            map.values_mut().for_each(drop_addresses);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_addresses),
        _ => {}
    }
}
