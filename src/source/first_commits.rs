//! When the files of a site entered version control.
//!
//! Asks the system's `git` once for all files. Without `git`, without a repository, in a shallow clone, or when the
//! answer takes too long, nothing is known, which is no error.

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The time of the first commit that holds each file, by the file's path in the site. A renamed file keeps the time of
/// its former name.
pub(crate) type FirstCommits = BTreeMap<String, Timestamp>;

/// How long `git` may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first commits of the files in the folder `content` of the site.
#[must_use]
pub(crate) fn first_commits(site: &Path) -> FirstCommits {
    // In a shallow clone, the oldest commit seems to add all files.
    if git_output(site, &["rev-parse", "--is-shallow-repository"]).is_none_or(|answer| answer.trim_ascii() != b"false")
    {
        return FirstCommits::new();
    }
    let log = [
        "log",
        "--reverse",
        "--no-show-signature",
        "--no-ext-diff",
        "--no-color",
        "--format=%x01%at",
        "-z",
        "--name-status",
        "-M",
        "--diff-filter=AR",
        "--relative",
        "--",
        "content",
    ];
    git_output(site, &log).map(|log| parse_log(&log)).unwrap_or_default()
}

/// What `git` writes in the folder `site`. `None` when it fails or takes too long. It runs no program that the settings
/// of the repository name.
#[must_use]
pub(crate) fn git_output(site: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut git = Command::new("git")
        .arg("-C")
        .arg(site)
        .args(["--no-pager", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdout = git.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = Vec::new();
        let read = stdout.read_to_end(&mut output);
        // The receiver is gone when the answer took too long.
        let _ = sender.send(read.map(|_| output));
    });
    let output = receiver.recv_timeout(PATIENCE);
    if output.is_err() {
        // It may have ended just now; then there is nothing to stop.
        let _ = git.kill();
    }
    let status = git.wait().ok()?;
    output.ok()?.ok().filter(|_| status.success())
}

/// Reads the log: `\x01` and the time of a commit, then the letter and the names of each file, all ended by NUL.
fn parse_log(log: &[u8]) -> FirstCommits {
    let mut found = FirstCommits::new();
    let mut time = None;
    let mut fields = log.split(|byte| *byte == 0).map(|field| String::from_utf8_lossy(field));
    while let Some(field) = fields.next() {
        let field = field.trim_start_matches('\n');
        if let Some(seconds) = field.strip_prefix('\x01') {
            time = seconds
                .parse()
                .ok()
                .and_then(|seconds| Timestamp::from_second(seconds).ok());
            continue;
        }
        let first = match field.as_bytes().first() {
            Some(b'A') => time,
            Some(b'R') => fields.next().and_then(|former| found.get(&*former).copied()).or(time),
            _ => continue,
        };
        if let Some((path, first)) = fields.next().zip(first) {
            found.entry(path.into_owned()).or_insert(first);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_commit_is_that_of_the_former_name() {
        let log = b"\x01100\0\nA\0content/b c.md\0A\0content/\xe4\xb8\x80.md\0\x01200\0\nR100\0content/\xe4\xb8\x80.md\0content/z.md\0\x01300\0\nA\0content/b c.md\0";
        let found = parse_log(log);
        let second = |path: &str| found[path].as_second();
        assert_eq!(second("content/z.md"), 100);
        assert_eq!(second("content/b c.md"), 100);
        assert!(parse_log(b"A\0content/a.md\0R\0\x01x\0A").is_empty());
    }

    #[test]
    fn nothing_is_known_outside_a_repository() {
        assert!(first_commits(Path::new("/proc/nowhere")).is_empty());
    }
}
