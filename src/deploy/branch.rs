//! A branch of a Git repository as a destination, as hosts of pages take it.
//!
//! The site becomes one commit on top of those that are there, and a push brings it over as a whole. So visitors see the
//! old site or the new one, and nothing is locked: when somebody else pushed meanwhile, the push is refused.

use super::compressed::add_compressed;
use super::destination::Destination;
use super::difference::{DestinationState, Difference};
use super::error::PublishError;
use super::git::Git;
use super::inventory::{Inventory, PUBLISHED};
use super::local::{LocalFile, read_files};
use super::lock::lock_here;
use super::outcome::{Publication, PublishRequest, TransferProgress};
use super::storage::{Entry, Listing};
use crate::source;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// The name of the fetched branch in the repository of the cache.
const FETCHED: &str = "refs/xiangyin/published";
/// The id by which an index is told that a file is gone.
const NO_OBJECT: &str = "0000000000000000000000000000000000000000";

/// What the branch holds.
#[derive(Default)]
struct Branch {
    /// Whether there is one.
    exists: bool,
    listing: Listing,
    /// The ids of its files' contents, by path.
    ids: BTreeMap<String, String>,
}

/// Publishes a site to `branch` of the repository `remote`.
///
/// # Errors
/// When `git` fails, when foreign files are in the way, and when somebody else pushed to the branch meanwhile.
pub(super) fn publish_to_branch(
    destination: &Destination,
    (remote, branch): (&str, &str),
    request: PublishRequest<'_>,
    progress: &dyn TransferProgress,
) -> Result<Publication, PublishError> {
    let _lock = lock_here(request.site, &destination.name)?;
    let git = Git::open(request.site, &destination.name, remote)?;
    let reference = format!("refs/heads/{branch}");
    if git
        .run("act-git-prepare", &["check-ref-format", &reference], b"")
        .is_err()
    {
        let reason = "destination-bad-branch";
        return Err(PublishError::BadRoot { reason });
    }
    let remote = resolve_remote(request.site, remote);
    let mut local = read_files(request.folder, request.paths)?;
    add_compressed(&mut local, &destination.compress, request.site)?;
    let found = fetch(&git, &remote, &reference)?;
    let mut findings = Vec::new();
    let bytes = match found.listing.contains_key(PUBLISHED) {
        true => Some(git.run(
            "act-git-fetch",
            &["cat-file", "blob", &format!("{FETCHED}:{PUBLISHED}")],
            b"",
        )?),
        false => None,
    };
    let inventory = Inventory::read(request.address, bytes.as_deref(), destination, PUBLISHED, &mut findings);
    let ids = store(&git, &local)?;
    let state = DestinationState {
        listing: &found.listing,
        inventory: &inventory,
        publishing: &BTreeSet::new(),
        keep: request.keep,
        is_taken_over: request.is_taken_over,
    };
    let has_same_bytes = |file: &LocalFile| Ok(found.ids.get(&file.path) == ids.get(&file.path));
    let difference = Difference::new(&local, &state, has_same_bytes)?.without_conflicts()?;
    let wanted = Inventory::of(request.address, &local);
    let has_changes = !difference.is_empty() || inventory != wanted;
    if has_changes && !request.is_dry_run {
        progress.start(difference.uploads.len(), difference.bytes());
        let commit = commit(&git, &difference, &ids, &wanted, found.exists)?;
        push(&git, &remote, &commit, &reference)?;
        progress.finish();
    }
    Ok(Publication::new(&difference, false, findings))
}

/// Looks whether a repository can be read.
///
/// # Errors
/// When it cannot, or does not answer in time.
pub(super) fn check_remote(site: &Path, remote: &str) -> Result<(), PublishError> {
    let address = resolve_remote(site, remote);
    match source::git_output(site, &["ls-remote", "--", &address]) {
        Some(_) => Ok(()),
        None => Err(PublishError::Service {
            action: "act-git-fetch",
            path: remote.to_owned(),
            reason: "why-git-failed",
            detail: String::new(),
            credentials: None,
        }),
    }
}

/// The remote for `git`: an address as it is, the name of a remote of the site's own repository as its address, and a
/// path from the site's folder.
fn resolve_remote(site: &Path, remote: &str) -> String {
    let is_name = !remote.contains(['/', '\\', ':', '.']);
    if is_name && let Some(address) = source::git_output(site, &["remote", "get-url", "--", remote]) {
        return String::from_utf8_lossy(&address).trim().to_owned();
    }
    // `host:path` is an address, `C:\path` is not.
    let is_address = remote.contains("://") || remote.find(':').is_some_and(|at| at > 1);
    match is_address {
        true => remote.to_owned(),
        false => {
            let path = site.join(remote);
            std::path::absolute(&path).unwrap_or(path).display().to_string()
        }
    }
}

/// Fetches the last commit of the branch, and lists its files.
fn fetch(git: &Git, remote: &str, reference: &str) -> Result<Branch, PublishError> {
    let action = "act-git-fetch";
    if git
        .run(action, &["ls-remote", "--", remote, reference], b"")?
        .is_empty()
    {
        return Ok(Branch::default());
    }
    let fetched = format!("+{reference}:{FETCHED}");
    git.run(
        action,
        &["fetch", "--quiet", "--depth=1", "--no-tags", "--", remote, &fetched],
        b"",
    )?;
    let output = git.run(action, &["ls-tree", "-r", "-l", "-z", FETCHED], b"")?;
    let mut branch = Branch {
        exists: true,
        ..Branch::default()
    };
    for line in output.split(|byte| *byte == 0) {
        // `100644 blob ID    SIZE\tPATH`
        let line = String::from_utf8_lossy(line);
        let Some((facts, path)) = line.split_once('\t') else {
            continue;
        };
        let facts: Vec<&str> = facts.split_ascii_whitespace().collect();
        let [mode, _, id, size] = facts[..] else { continue };
        let entry = Entry {
            size: size.parse().unwrap_or_default(),
            is_file: mode.starts_with("100"),
        };
        branch.listing.insert(path.to_owned(), entry);
        branch.ids.insert(path.to_owned(), id.to_owned());
    }
    Ok(branch)
}

/// Stores the files in the repository. Returns their ids by path.
fn store(git: &Git, files: &[LocalFile]) -> Result<BTreeMap<String, String>, PublishError> {
    let action = "act-git-prepare";
    let mut paths = String::new();
    for file in files {
        let path = std::path::absolute(&file.disk_path).unwrap_or_else(|_| file.disk_path.clone());
        // Writing to a string cannot fail.
        let _ = writeln!(paths, "{}", path.display());
    }
    let output = git.run(
        action,
        &["hash-object", "-w", "--no-filters", "--stdin-paths"],
        paths.as_bytes(),
    )?;
    let output = String::from_utf8_lossy(&output);
    let named = files.iter().map(|file| file.path.clone());
    Ok(named.zip(output.lines().map(str::to_owned)).collect())
}

/// Makes the commit. Returns its id.
fn commit(
    git: &Git,
    difference: &Difference<'_>,
    ids: &BTreeMap<String, String>,
    wanted: &Inventory,
    has_parent: bool,
) -> Result<String, PublishError> {
    let action = "act-git-prepare";
    git.clear_index()?;
    if has_parent {
        git.run(action, &["read-tree", FETCHED], b"")?;
    }
    let inventory = git.line(action, &["hash-object", "-w", "--stdin"], wanted.to_text().as_bytes())?;
    let mut changes = String::new();
    for path in difference.blockers.iter().chain(&difference.deletions) {
        let _ = write!(changes, "0 {NO_OBJECT}\t{path}\0");
    }
    for upload in &difference.uploads {
        let id = ids.get(&upload.file.path).map_or(NO_OBJECT, String::as_str);
        let _ = write!(changes, "100644 {id}\t{}\0", upload.file.path);
    }
    let _ = write!(changes, "100644 {inventory}\t{PUBLISHED}\0");
    git.run(action, &["update-index", "-z", "--index-info"], changes.as_bytes())?;
    let tree = git.line(action, &["write-tree"], b"")?;
    // Where the editor is not known to Git, the commit has the program's name.
    let unknown: &[&str] = match git.run(action, &["var", "GIT_COMMITTER_IDENT"], b"") {
        Ok(_) => &[],
        Err(_) => &["-c", "user.name=Xiangyin", "-c", "user.email=xiangyin@localhost"],
    };
    let parent: &[&str] = if has_parent { &["-p", FETCHED] } else { &[] };
    let arguments = [unknown, &["commit-tree", "--no-gpg-sign", &tree], parent].concat();
    git.line(action, &arguments, b"Publish the site\n")
}

/// Pushes the commit. A branch that somebody else changed meanwhile is not replaced.
fn push(git: &Git, remote: &str, commit: &str, reference: &str) -> Result<(), PublishError> {
    let refspec = format!("{commit}:{reference}");
    let pushed = git.run("act-git-push", &["push", "--quiet", "--", remote, &refspec], b"");
    match pushed {
        Ok(_) => {}
        Err(PublishError::Service { detail, .. })
            if detail.contains("fetch first") || detail.contains("non-fast-forward") =>
        {
            return Err(PublishError::Busy {
                reason: "destination-pushed",
                lock: None,
            });
        }
        Err(error) => return Err(error),
    }
    let there = git.line("act-git-fetch", &["ls-remote", "--", remote, reference], b"")?;
    match there.starts_with(commit) {
        true => Ok(()),
        false => Err(PublishError::Busy {
            reason: "destination-pushed",
            lock: None,
        }),
    }
}
