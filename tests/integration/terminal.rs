//! What a terminal or a log gets to see of a site that was written to command it.

use crate::common::{program, run_on, write_file};
use std::path::Path;

/// Commands of terminals, and characters that turn the direction of text: ESC sequences, C1, BEL, CR, bidi controls.
const COMMANDS: &str = "\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}31m\r\u{8}\u{85}\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}";

fn is_command(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A site with commands in names and in every sort of text, and faults that make the program quote them.
fn hostile_site(site: &Path) {
    let c = COMMANDS;
    // In YAML, between double quotes, so that a value has them although the file is a sound text.
    let e: String = c.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    write_file(
        &site.join("content/site.yaml"),
        format!("title: \"镇{e}\"\nbase_url: https://x.example/\npolicy: {{review: required, reports: generate, links: warn}}\ntitel{e}: x\n").replace(&format!("titel{e}"), &format!("\"titel{e}\"")),
    );
    write_file(
        &site.join("content/_data/villages.yaml"),
        format!("- {{id: a, name: \"村{e}\"}}\n- {{id: a, name: \"又{e}\"}}\n"),
    );
    write_file(
        &site.join("content/_data/teams.csv"),
        format!("名称,村\n队{c},没有{c}\n"),
    );
    write_file(
        &site.join("content/_metrics.yaml"),
        format!(
            "own.x: {{label: \"数{e}\", unit: \"件{e}\", of: volunteer, aggregate: count}}\nown.y: {{label: 数, unit: 件, of: \"无{e}\", aggregate: count}}\n"
        ),
    );
    for (name, text) in [
        (
            "a",
            format!(
                "---\ntitle: \"题{e}\"\ndate: 2022-05-02\nvillage: \"无{e}\"\nkeyy: \"x{e}\"\n---\n[链接{c}](没有{c}.md) {{{{ metric(\"无{c}\") }}}}\n"
            ),
        ),
        ("b", format!("---\ntitle：题{c}\ndate: ２０２２-05-02\n---\n文{c}\n")),
        (
            "c",
            format!("---\ntitle: \"题{e}\"\ndate: 2022年5月2日\nsummary: \"摘{e}\"\n---\n文\n"),
        ),
    ] {
        write_file(&site.join(format!("content/volunteer/{name}.md")), text);
    }
    // Windows allows no control in a name; elsewhere a name may have any.
    if cfg!(unix) {
        let name = c.replace('/', "");
        write_file(&site.join(format!("content/volunteer/名{name}.md")), "没有题目\n");
        write_file(&site.join(format!("content/volunteer/图{name}.jpg")), "x");
        write_file(
            &site.join(format!("content/_kinds/类{name}.yaml")),
            format!("k{c}: [\n"),
        );
    }
}

#[test]
fn no_output_has_a_character_that_commands_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    hostile_site(&site);
    let sound = dir.path().join("sound");
    write_file(
        &sound.join("content/site.yaml"),
        "title: 镇\nbase_url: https://x.example/\npolicy: {review: \"off\", reports: generate}\n",
    );
    let e: String = COMMANDS.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    write_file(
        &sound.join("content/_metrics.yaml"),
        format!("own.x: {{label: \"数{e}\", unit: \"件{e}\", of: volunteer, aggregate: count}}\n"),
    );
    write_file(
        &sound.join("content/volunteer/a.md"),
        format!("---\ntitle: \"题{e}\"\ndate: 2022-05-02\nauthor: \"人{e}\"\n---\n文\n"),
    );
    let commands: [&[&str]; 12] = [
        &["check"],
        &["check", "--gov"],
        &["build"],
        &["build", "--explain", "--force"],
        &["metrics", "2022-H1"],
        &["metrics", "2022-H1", "own.x"],
        &["metrics", "2022-H1", COMMANDS],
        &["metrics"],
        &["new", "volunteer", COMMANDS],
        &["new", COMMANDS, "题"],
        &["fix", "--dry-run", "--text"],
        &["report", COMMANDS],
    ];
    let mut quoted = 0;
    let mut look = |folder: &Path, words: &[&str], format: &str, lang: &str| {
        let output = run_on(folder, &[words, &["--message-format", format, "--lang", lang]].concat());
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            quoted += usize::from(text.contains("\\u{1b}") || text.contains("\\u001b"));
            let found: Vec<&str> = text.lines().filter(|line| line.contains(is_command)).collect();
            assert!(found.is_empty(), "{words:?} {format} {lang}: {found:?}");
        }
    };
    for folder in [&site, &sound] {
        for (words, lang) in commands.into_iter().zip(["zh-CN", "en"].into_iter().cycle()) {
            look(folder, words, "human", lang);
        }
        // The other formats differ in findings and figures only.
        for format in ["json", "github", "gitlab", "sarif"] {
            look(folder, &["check"], format, "en");
        }
        look(folder, &["metrics", "2022-H1", "own.x"], "json", "zh-CN");
    }
    assert!(quoted > 10, "only {quoted} outputs quote anything");
}

#[test]
fn programs_read_the_characters_themselves() {
    let dir = tempfile::tempdir().unwrap();
    write_file(
        &dir.path().join("content/site.yaml"),
        "title: 镇\nbase_url: https://x.example/\n",
    );
    let e: String = COMMANDS.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    write_file(
        &dir.path().join("content/_metrics.yaml"),
        format!("own.x: {{label: \"数{e}\", unit: 件, of: volunteer, aggregate: count}}\n"),
    );
    let output = run_on(dir.path(), &["metrics", "2022-H1", "own.x", "--message-format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let label = read["metrics"]["own.x"]["label"].as_str().unwrap();
    assert!(label.contains('\u{202e}') && label.starts_with('数'), "{label:?}");
}

#[test]
fn wrong_command_line_is_quoted_without_commands() {
    for words in [
        [COMMANDS, "x"],
        ["check", COMMANDS],
        ["build", "--out"],
        ["explain", COMMANDS],
        ["--lang", COMMANDS],
    ] {
        let output = program().args(words).output().unwrap();
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains(is_command), "{words:?}: {text:?}");
        }
    }
}
