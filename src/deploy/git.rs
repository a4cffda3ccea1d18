//! Runs the system's `git` in a repository of the site's cache.

use super::cache::destination_cache;
use super::error::PublishError;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The most characters of what `git` says that a finding shows.
const MAX_DETAIL: usize = 300;

/// Variables that would lead `git` to another repository.
const FOREIGN_VARIABLES: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
];

/// A bare repository that is used for one destination.
#[derive(Debug)]
pub(super) struct Git {
    repository: PathBuf,
    /// The remote as the editor wrote it, for findings.
    shown_remote: String,
}

impl Git {
    /// The repository for the destination `name` of the site in `site`. It is made when there is none.
    ///
    /// # Errors
    /// When there is no `git`, and when the repository cannot be made.
    pub(super) fn open(site: &Path, name: &str, shown_remote: &str) -> Result<Self, PublishError> {
        let (folder, key) = destination_cache(site, name);
        let git = Self {
            repository: folder.file(&format!("{key}.git")),
            shown_remote: shown_remote.to_owned(),
        };
        let made = folder.make();
        made.map_err(|error| git.failure("act-git-prepare", error.to_string()))?;
        // Nothing is made anew in a repository that exists.
        git.run("act-git-prepare", &["init", "--bare", "--quiet", "--template="], b"")?;
        Ok(git)
    }

    /// What `git` writes, given `input`. `action` is the key of what is tried.
    ///
    /// # Errors
    /// When it fails, with what it says.
    pub(super) fn run(&self, action: &'static str, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, PublishError> {
        let mut command = Command::new("git");
        for name in FOREIGN_VARIABLES {
            command.env_remove(name);
        }
        let child = command
            .arg("--git-dir")
            .arg(&self.repository)
            .args([
                "--no-pager",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "gc.auto=0",
            ])
            .args(arguments)
            .env("GIT_INDEX_FILE", self.repository.join("index"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.map_err(|error| match error.kind() {
            ErrorKind::NotFound => PublishError::Service {
                action,
                path: self.shown_remote.clone(),
                reason: "why-git-missing",
                detail: String::new(),
                credentials: None,
            },
            _ => self.failure(action, error.to_string()),
        })?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // `git` may answer before it has read everything.
            scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        });
        let output = output.map_err(|error| self.failure(action, error.to_string()))?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(self.failure(action, String::from_utf8_lossy(&output.stderr).into_owned())),
        }
    }

    /// What `git` writes as one line.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(super) fn line(&self, action: &'static str, arguments: &[&str], input: &[u8]) -> Result<String, PublishError> {
        let output = self.run(action, arguments, input)?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }

    /// Starts with an empty index.
    ///
    /// # Errors
    /// When the old one cannot be removed.
    pub(super) fn clear_index(&self) -> Result<(), PublishError> {
        // A killed publication left the lock. No other one uses the index, because the destination is locked.
        for name in ["index.lock", "index"] {
            match fs::remove_file(self.repository.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(self.failure("act-git-prepare", error.to_string()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn failure(&self, action: &'static str, said: String) -> PublishError {
        PublishError::Service {
            action,
            path: self.shown_remote.clone(),
            reason: "why-git-failed",
            detail: detail(&said),
            credentials: None,
        }
    }
}

/// What `git` said, in one line and without passwords.
fn detail(said: &str) -> String {
    let lines = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let text = lines.map(without_password).collect::<Vec<_>>().join("; ");
    text.chars().take(MAX_DETAIL).collect()
}

/// A line without what stands between `://` and `@`.
fn without_password(line: &str) -> String {
    let mut shown = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("://") {
        let end = after
            .find(|c: char| c.is_whitespace() || "/'\"".contains(c))
            .unwrap_or(after.len());
        let host = after[..end].rfind('@').map_or(0, |at| at + 1);
        shown.push_str(before);
        shown.push_str("://");
        rest = &after[host..];
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let said = "fatal: unable to access 'https://me:word@git.example/a.git/': no route\nhint: x\nssh://git@b/ ok\n";
        assert_eq!(
            detail(said),
            "fatal: unable to access 'https://git.example/a.git/': no route; ssh://b/ ok"
        );
    }
}
