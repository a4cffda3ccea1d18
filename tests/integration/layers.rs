//! Holds the rooms of `src/` to the order in `src/README.md`: imports run downwards only.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the lowest to the highest. Rooms on one line may not import one another.
const LAYERS: &[&[&str]] = &[
    &["diag", "fingerprint"],
    &["paths"],
    &["chart", "media"],
    &["messages", "yaml"],
    &["config"],
    &["slug"],
    &["theme"],
    &["source"],
    &["ledger"],
    &["schema"],
    &["record"],
    &["catalog"],
    &["check", "metrics"],
    &["report"],
    &["plan"],
    &["search"],
    &["render", "export", "desk"],
    &["output"],
    &["pipeline"],
    &["preview"],
    &["cli"],
];

/// Rooms that may touch the world outside the process.
const IO_MODULES: &[&str] = &["source", "output", "preview", "cli", "main"];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// Each source file with the room that it stands in and its text without its unit tests.
fn module_files() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let room_of = |path: &Path| {
        let relative = path.strip_prefix(&src).expect("files lie in src");
        let first = relative
            .components()
            .next()
            .expect("a file has a name")
            .as_os_str()
            .to_string_lossy();
        first.trim_end_matches(".rs").to_owned()
    };
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("source files are UTF-8");
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
            (room_of(&path), path, code)
        })
        .collect()
}

/// The rooms named after `crate::` in a file, also inside braces: `use crate::{diag::Code, paths}`.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with('$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            found.extend(
                list.split(',')
                    .map(|name| name.trim().split("::").next().unwrap_or_default().to_owned()),
            );
        } else {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            found.push(rest[..end].to_owned());
        }
    }
    found
}

#[test]
fn imports_run_downwards() {
    let levels: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(level, rooms)| rooms.iter().map(move |&room| (room, level)))
        .collect();
    let mut wrong = Vec::new();
    for (room, path, code) in module_files() {
        if room == "lib" || room == "main" {
            continue;
        }
        let Some(&own) = levels.get(room.as_str()) else {
            wrong.push(format!("{} is in no room of the order", path.display()));
            continue;
        };
        for import in imports(&code).iter().filter(|import| **import != room) {
            if levels.get(import.as_str()).is_some_and(|&other| other >= own) {
                wrong.push(format!("{} ({room}) imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the order:\n{}", wrong.join("\n"));
}

#[test]
fn only_io_modules_do_io() {
    let signs = [
        "std::fs",
        "std::net",
        "std::process",
        "std::env",
        "SystemTime",
        "Zoned::now",
        "Instant::now",
    ];
    let mut wrong = Vec::new();
    for (room, path, code) in module_files() {
        if !IO_MODULES.contains(&room.as_str()) {
            wrong.extend(
                signs
                    .iter()
                    .filter(|sign| code.contains(**sign))
                    .map(|sign| format!("{}: {sign}", path.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "these touch the world outside:\n{}", wrong.join("\n"));
}

#[test]
fn imports_are_found_in_paths_and_braces() {
    assert_eq!(
        imports("use crate::{diag::Code, paths::UrlPath};\ncrate::plan::x()"),
        ["diag", "paths", "plan"]
    );
}
