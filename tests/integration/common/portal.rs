//! The sample portal, built once for all tests that read it.

use super::{FileTree, program, project_folder, read_tree, write_file};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

/// Noon of 2023-01-31 in Shanghai: every half-year that the portal's posts cover is over.
const TODAY: &str = "1675137600";

/// The portal as built with four threads.
pub(crate) static PORTAL: LazyLock<FileTree> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    build_without_findings(4, project_folder(), &dir.path().join("out"), &[])
});

/// Copies the portal's sources, and the cache of its pictures, whose making takes longer than all the rest.
pub(crate) fn copy_portal(to: &Path) {
    LazyLock::force(&PORTAL);
    for folder in ["content", "themes", ".xiangyin-cache/pictures"] {
        for (path, bytes) in read_tree(&project_folder().join(folder)) {
            write_file(&to.join(folder).join(path), bytes);
        }
    }
}

/// The program at the portal's date, with findings and figures as JSON.
pub(crate) fn program_at_portal_date(threads: usize) -> Command {
    let mut command = program();
    command
        .args(["--lang", "en", "--message-format", "json"])
        .env("SOURCE_DATE_EPOCH", TODAY)
        .env("RAYON_NUM_THREADS", threads.to_string());
    command
}

/// Builds `site` into `out` at the portal's date; it must succeed without a finding.
pub(crate) fn build_without_findings(threads: usize, site: &Path, out: &Path, arguments: &[&str]) -> FileTree {
    let mut command = program_at_portal_date(threads);
    command.arg("build").arg("--site").arg(site).arg("--out").arg(out);
    assert_no_findings(&command.args(arguments).output().unwrap());
    read_tree(out)
}

/// Builds the site in `site` at the portal's date and returns the output. Warnings are allowed.
pub(crate) fn build_with_warnings(site: &Path, out: &Path) -> FileTree {
    let mut command = program_at_portal_date(2);
    command.arg("build").arg("--site").arg(site).arg("--out").arg(out);
    let output = command.output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    read_tree(out)
}

/// Whether the program succeeded and reported nothing.
pub(crate) fn assert_no_findings(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    let findings = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{findings}{said}");
    assert_eq!(findings, "");
}
