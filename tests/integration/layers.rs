//! Holds the modules of `src/` to the order in `src/README.md`: imports run downwards only, between the modules and between
//! the files of one module.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

mod imports;

use imports::{ImportGraph, SourceFile, without_tests};

/// The modules from the lowest to the highest. Rooms on one line may not import one another.
const LAYERS: &[&[&str]] = &[
    &["fingerprint", "html", "ids"],
    &["privacy"],
    &["diag"],
    &["paths"],
    &["chart", "media"],
    &["yaml"],
    &["messages"],
    &["config"],
    &["slug"],
    &["theme"],
    &["source"],
    &["attachment", "ledger"],
    &["schema"],
    &["record"],
    &["catalog", "import"],
    &["check", "metrics"],
    &["report"],
    &["site"],
    &["inspection"],
    &["search", "export"],
    &["desk"],
    &["plan"],
    &["render"],
    &["output"],
    &["deploy"],
    &["pipeline"],
    &["preview"],
    &["cli"],
    &["testing"],
];

/// Circles of imports that may stay: a file, what it may import although that leads back to it, and the reason.
const ALLOWED_CIRCLES: &[(&str, &[&str], &str)] = &[
    (
        "cli/completions.rs",
        &["cli/commands.rs"],
        "the script for a shell names all commands, `completions` among them",
    ),
    (
        "cli/man.rs",
        &["cli/commands.rs"],
        "there is a manual page of each command, also of `man`",
    ),
];

/// The module that knows YAML, and the names of the libraries that it alone may use.
const YAML_MODULE: &str = "yaml";
const YAML_LIBRARIES: &[&str] = &["serde_yaml", "serde_norway", "saphyr", "saphyr_parser", "yaml_rust"];

/// Rooms that may do I/O.
const IO_MODULES: &[&str] = &["source", "output", "deploy", "preview", "cli", "main"];

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

/// Each source file with the module that it stands in and its text without its unit tests.
fn module_files() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let top_module_of = |path: &Path| {
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
            (top_module_of(&path), path, without_tests(&text))
        })
        .collect()
}

/// The modules named after `crate::` in a file, also inside braces: `use crate::{diag::Code, paths}`.
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
        .flat_map(|(level, top_modules)| top_modules.iter().map(move |&top_module| (top_module, level)))
        .collect();
    let mut wrong = Vec::new();
    for (top_module, path, code) in module_files() {
        if top_module == "lib" || top_module == "main" {
            continue;
        }
        let Some(&own) = levels.get(top_module.as_str()) else {
            wrong.push(format!("{} is in no top_module of the order", path.display()));
            continue;
        };
        for import in imports(&code).iter().filter(|import| **import != top_module) {
            if levels.get(import.as_str()).is_some_and(|&other| other >= own) {
                wrong.push(format!("{} ({top_module}) imports {import}", path.display()));
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
    for (top_module, path, code) in module_files() {
        if !IO_MODULES.contains(&top_module.as_str()) {
            wrong.extend(
                signs
                    .iter()
                    .filter(|sign| code.contains(**sign))
                    .map(|sign| format!("{}: {sign}", path.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "these do I/O:\n{}", wrong.join("\n"));
}

#[test]
fn only_yaml_names_a_yaml_library() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let naming: Vec<&PathBuf> = files
        .iter()
        .filter(|path| !path.starts_with(src.join("yaml")))
        .filter(|path| {
            let text = fs::read_to_string(path).expect("source files are UTF-8");
            ["serde_yaml", "saphyr"].iter().any(|library| text.contains(library))
        })
        .collect();
    assert!(
        naming.is_empty(),
        "these name a YAML library, use crate::yaml: {naming:?}"
    );
}

#[test]
fn the_check_of_imports_can_fail() {
    assert_eq!(
        imports("use crate::{diag::Code, paths::UrlPath};\ncrate::plan::x()"),
        ["diag", "paths", "plan"]
    );
}

/// The files of `src/` as the graph of imports takes them, without those that hold unit tests only.
fn source_files() -> Vec<SourceFile> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| {
        let relative = path.strip_prefix(&src).expect("files lie in src");
        let name = relative.to_string_lossy().replace('\\', "/");
        SourceFile::new(&name, &fs::read_to_string(path).expect("source files are UTF-8"))
    };
    let files = paths.iter().map(read);
    files.filter(|file| !file.is_test()).collect()
}

/// Imports on circles that `allowed` does not name, and entries of `allowed` that no circle needs.
fn circle_faults(files: &[SourceFile], allowed: &[(&str, &[&str], &str)]) -> Vec<String> {
    let pairs = allowed
        .iter()
        .flat_map(|(from, to, _)| to.iter().map(move |to| (*from, *to)));
    let pairs: Vec<(&str, &str)> = pairs.collect();
    let graph = ImportGraph::new(files);
    let opened = graph.without(&pairs);
    let wrong = opened.edges_on_circles().into_iter();
    let mut faults: Vec<String> = wrong.map(|(from, to)| format!("{from} imports {to}")).collect();
    let is_on_circle = |(from, to): &(&str, &str)| graph.has(from, to) && graph.leads(to, from);
    let unneeded = pairs.iter().filter(|pair| !is_on_circle(pair));
    faults.extend(unneeded.map(|(from, to)| format!("no circle needs the exception {from} → {to}; remove it")));
    faults
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "a reader of the test's output sees what is allowed, and why"
)]
fn files_of_a_module_import_one_another_in_one_direction() {
    for (from, to, reason) in ALLOWED_CIRCLES {
        println!("allowed: {from} imports {}: {reason}", to.join(", "));
    }
    let faults = circle_faults(&source_files(), ALLOWED_CIRCLES);
    assert!(faults.is_empty(), "circles of imports:\n{}", faults.join("\n"));
}

/// Files outside of [`YAML_MODULE`] that name a YAML library and are not in `exceptions`, and exceptions that are not
/// needed.
fn yaml_faults(files: &[SourceFile], exceptions: &[&str]) -> Vec<String> {
    let names_library = |file: &&SourceFile| YAML_LIBRARIES.iter().any(|library| file.names(library));
    let offenders = files.iter().filter(|file| file.top_module() != YAML_MODULE);
    let offenders: Vec<&str> = offenders.filter(names_library).map(|file| file.path.as_str()).collect();
    let new = offenders.iter().filter(|path| !exceptions.contains(path));
    let mut faults: Vec<String> = new.map(|path| format!("{path} names a YAML library")).collect();
    let unneeded = exceptions.iter().filter(|path| !offenders.contains(path));
    faults.extend(unneeded.map(|path| format!("{path} names no YAML library; remove the exception")));
    faults
}

#[test]
fn only_the_yaml_module_names_a_yaml_library() {
    let faults = yaml_faults(&source_files(), &[]);
    assert!(
        faults.is_empty(),
        "YAML outside of `{YAML_MODULE}`:\n{}",
        faults.join("\n")
    );
}

/// Made-up sources: `a` and `b` import one another, `b` by way of what `m/mod.rs` re-exports from `a`.
fn circle_of_two() -> Vec<SourceFile> {
    vec![
        SourceFile::new("m/mod.rs", "mod a;\nmod b;\npub use a::{First, helper as help};\n"),
        SourceFile::new("m/a.rs", "use super::b::Second;\n"),
        SourceFile::new("m/b.rs", "fn f() { super::help() }\n"),
    ]
}

#[test]
fn the_check_of_circles_can_fail() {
    let files = circle_of_two();
    assert_eq!(
        circle_faults(&files, &[]),
        ["m/a.rs imports m/b.rs", "m/b.rs imports m/a.rs"]
    );
    let allowed: &[(&str, &[&str], &str)] = &[("m/b.rs", &["m/a.rs"], "made up")];
    assert!(circle_faults(&files, allowed).is_empty());
    let unneeded: &[(&str, &[&str], &str)] = &[("m/mod.rs", &["m/a.rs"], "made up")];
    assert_eq!(circle_faults(&files, unneeded).len(), 3);
}

#[test]
fn a_parent_and_its_child_can_be_a_circle() {
    let circle = |parent: &str| {
        let child = "use crate::m::{Shared, other::{self, Thing}};\n";
        let files = [
            ("m/mod.rs", parent),
            ("m/child.rs", child),
            ("m/other.rs", "pub struct Thing;\n"),
        ];
        circle_faults(&files.map(|(path, text)| SourceFile::new(path, text)), &[])
    };
    let shares = "mod child;\npub struct Shared;\n";
    assert_eq!(circle(&format!("{shares}fn f() {{ child::g() }}\n")).len(), 2);
    assert_eq!(circle(&format!("{shares}use child::Made;\n")).len(), 2);
    assert_eq!(
        circle(&format!("{shares}pub use child::Made;\nfn f() -> Made {{}}\n")).len(),
        2
    );
    assert_eq!(circle(&format!("{shares}pub use child::Made;\n")), [""; 0]);
    assert_eq!(
        circle("mod child;\nuse crate::elsewhere::Shared;\nuse child::Made;\n"),
        [""; 0]
    );
}

#[test]
fn comments_tests_and_visibilities_are_no_imports() {
    let quiet = "//! See [`super::b`].\npub(in super::super) fn f() {} // super::b::g\n\
                 #[cfg(test)]\nmod tests;\nfn g() {}\n#[cfg(test)]\nmod more {\n    use super::super::b;\n}\n";
    let files = [
        SourceFile::new("m/a.rs", quiet),
        SourceFile::new("m/b.rs", "use super::a::f;\n"),
    ];
    assert!(circle_faults(&files, &[]).is_empty());
    let loud = quiet.replace("fn g() {}", "fn g() { super::b::h() }");
    let files = [
        SourceFile::new("m/a.rs", &loud),
        SourceFile::new("m/b.rs", "use super::a::f;\n"),
    ];
    assert_eq!(circle_faults(&files, &[]).len(), 2);
}

#[test]
fn the_check_of_yaml_libraries_can_fail() {
    let files = [
        SourceFile::new("yaml/mod.rs", "pub use serde_yaml::Value;\n"),
        SourceFile::new(
            "record/mod.rs",
            "// serde_yaml is not named here.\nuse crate::yaml::Value;\n",
        ),
        SourceFile::new("cli/today.rs", "let x = serde_yaml::from_str(text);\n"),
    ];
    assert_eq!(yaml_faults(&files, &[]), ["cli/today.rs names a YAML library"]);
    assert!(yaml_faults(&files, &["cli/today.rs"]).is_empty());
    assert_eq!(yaml_faults(&files, &["cli/today.rs", "record/mod.rs"]).len(), 1);
}
