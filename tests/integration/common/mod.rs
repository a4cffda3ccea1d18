//! What the tests share: the program with a fixed date, files, the sample portal, and helpers of single subjects.

pub(crate) mod document;
pub(crate) mod edited_site;
pub(crate) mod page;
pub(crate) mod photograph;
pub(crate) mod portal;
pub(crate) mod preview_process;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// 2026-03-05 in Shanghai, as seconds since 1970: the date of every program that [`program`] starts.
const TODAY: &str = "1772640000";

/// The program as tests start it: with a fixed date, in English unless `--lang` says otherwise, without colours.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiangyin"));
    command
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", TODAY);
    command
}

/// Runs the program on the site in a folder.
pub(crate) fn run_on(site: &Path, words: &[&str]) -> Output {
    let mut command = program();
    command.args(words).arg("--site").arg(site);
    command.output().expect("the program starts")
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    program()
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// What the program wrote to its standard output.
pub(crate) fn output_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What the program wrote to its standard error: messages.
pub(crate) fn error_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The text of a file, and of the files in it when it is an office file.
pub(crate) fn unpacked_text(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) {
        for index in 0..archive.len() {
            let mut part = Vec::new();
            archive.by_index(index).unwrap().read_to_end(&mut part).unwrap();
            text += &String::from_utf8_lossy(&part);
        }
    }
    text
}

/// The folder of this project, which is also the site of the sample portal.
pub(crate) fn project_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Writes a file, and the folders above it where there are none.
pub(crate) fn write_file(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Every file below a folder, by its path from there, with its bytes.
pub(crate) type FileTree = BTreeMap<PathBuf, Vec<u8>>;

/// Reads every file below `folder`.
pub(crate) fn read_tree(folder: &Path) -> FileTree {
    let mut files = FileTree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder that can be listed") {
            let path = entry.expect("a folder that can be listed").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("files lie in their folder").to_owned();
                files.insert(name, fs::read(&path).expect("a file that can be read"));
            }
        }
    }
    files
}

/// Prints that a test cannot run here.
#[expect(clippy::print_stderr, reason = "a skipped test must not look like one that passed")]
pub(crate) fn report_skipped(test: &str, reason: &str) {
    eprintln!("SKIPPED {test}: {reason}");
}

/// How often to repeat what is random, `times` at most: as often with `XIANGYIN_TEST_THOROUGH`, half as often otherwise,
/// and a third with `XIANGYIN_TEST_FAST`, which `tests/run --fast` sets. Every sort of edit is tried in any case, by tests
/// that leave nothing to chance.
pub(crate) fn repetitions(times: usize) -> usize {
    let is_set = |name: &str| std::env::var_os(name).is_some();
    match (is_set("XIANGYIN_TEST_FAST"), is_set("XIANGYIN_TEST_THOROUGH")) {
        (true, _) => times / 3,
        (false, true) => times,
        (false, false) => times.div_ceil(2),
    }
}

/// The name of a test as `cargo test -- --exact` takes it: `module::function`.
pub(crate) fn test_name<F: Fn()>(_test: F) -> &'static str {
    let path = std::any::type_name::<F>();
    path.split_once("::").expect("a function is in a crate").1
}

#[test]
fn test_name_is_the_path_below_the_crate() {
    assert_eq!(
        test_name(test_name_is_the_path_below_the_crate),
        "common::test_name_is_the_path_below_the_crate"
    );
}
