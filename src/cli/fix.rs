//! `xiangyin fix`: applies the fixes that need no decision by an editor, and prints every line that it changes.
//!
//! `record::fix`, `fix_yaml` and `source::decode` decide what can be fixed. This module reads files, prints the changes
//! and writes the files. Words and text below the front matter are an editor's own: they are rewritten only with
//! `--text`, and listed otherwise.

use super::args;
use super::command::{Command, CommandError, ExitStatus};
use super::console::{Console, display_path};
use super::fix_yaml::fix_yaml;
use super::write_aside::{self, write_aside};
use crate::diag::{Code, Diagnostic, Place};
use crate::fingerprint::hash_content;
use crate::messages::Lang;
use crate::output::{Action, OutputError};
use crate::paths::SourcePath;
use crate::pipeline::{self, SiteDefinitions};
use crate::privacy;
use crate::record::{fix_front_matter, fix_text};
use crate::schema::Schema;
use crate::source::decode::{decode_encoding, remove_controls};
use crate::source::{self, SourceFile};
use clap::ArgMatches;
use std::fs;
use std::io;
use std::path::Path;

pub(super) const COMMAND: Command = Command {
    name: "fix",
    declare,
    run,
};

/// A file, and its text before and after the fix.
#[derive(Debug)]
struct FileFix {
    file: SourceFile,
    /// The hash of its bytes when they were read.
    hash: u128,
    before: String,
    after: String,
    /// `after` with its text below the front matter fixed, too; `None` when that needs no fix, or is part of `after`.
    text_left: Option<String>,
    /// The file's encoding; `None` for UTF-8.
    encoding: Option<String>,
}

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command
        .arg(args::site_option(lang))
        .arg(args::flag(lang, "dry-run"))
        .arg(args::flag(lang, "text"))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let is_dry = matches.get_flag("dry-run");
    let with_text = matches.get_flag("text");
    let inputs = match pipeline::load_definitions(&site) {
        Ok(inputs) => inputs,
        Err(finding) => {
            console.print_findings(&[*finding])?;
            return Ok(ExitStatus::Findings);
        }
    };
    let mut findings = Vec::new();
    let mut fixed = 0;
    let mut left: Vec<FileFix> = Vec::new();
    if !is_dry {
        write_aside::remove_abandoned_below(&site.join("content"));
    }
    for file in fixable_files(&site, &inputs, &mut findings) {
        match find_fix(file, &inputs, with_text) {
            Ok(None) => {}
            Ok(Some(fix)) => {
                if fix.is_change() {
                    match write_fix(&site, &fix, is_dry) {
                        Ok(WriteOutcome::Written) => {
                            fixed += 1;
                            print_fix(console, &fix)?;
                        }
                        Ok(WriteOutcome::LeftAlone(finding)) => findings.push(*finding),
                        Ok(WriteOutcome::OtherPath) => {}
                        Err(fault) => findings.push(fault.to_diagnostic()),
                    }
                }
                left.extend(fix.text_left.is_some().then_some(fix));
            }
            Err(finding) => findings.push(*finding),
        }
    }
    print_texts_left(console, &left)?;
    console.print_findings(&findings)?;
    let key = match (fixed, is_dry) {
        (0, _) => "fixed-nothing",
        (_, true) => "fixed-dry",
        (_, false) => "fixed",
    };
    console.print_line(&console.text(key, &[("files", &console.pluralize("files", fixed))]))?;
    Ok(if findings.is_empty() {
        ExitStatus::Done
    } else {
        ExitStatus::Findings
    })
}

/// The text files of the site that may be rewritten, in order of path.
fn fixable_files(site: &Path, inputs: &SiteDefinitions, findings: &mut Vec<Diagnostic>) -> Vec<SourceFile> {
    let targets = pipeline::link_targets(site, &inputs.settings);
    let listing = source::list(site, &targets);
    findings.extend(listing.findings);
    let listing = listing.value;
    let others = source::list_folder(site, "content", &targets).value;
    let mut files: Vec<SourceFile> = others.into_iter().filter(|file| is_setting(&file.path)).collect();
    files.extend(listing.sections);
    files.extend(listing.posts);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Whether a YAML file of `content/` belongs to the site's own: settings, rosters, kinds, metrics, issued reports. Other
/// YAML files are published as they are.
fn is_setting(path: &SourcePath) -> bool {
    let is_yaml = matches!(path.extension().as_str(), "yaml" | "yml");
    let is_own = |path: &str| path.starts_with('_') || path == "site.yaml";
    is_yaml && path.in_content().is_some_and(is_own)
}

impl FileFix {
    /// Whether the file is rewritten.
    fn is_change(&self) -> bool {
        self.before != self.after || self.encoding.is_some()
    }
}

/// The fix of one file; `None` when there is nothing to fix, or the file's encoding cannot be read.
fn find_fix(file: SourceFile, inputs: &SiteDefinitions, with_text: bool) -> Result<Option<FileFix>, Box<Diagnostic>> {
    let bytes = source::read(&file)?;
    let hash = hash_content(&bytes);
    let decoded = decode_encoding(file.path.as_str(), bytes);
    let (mut encoding, mut is_readable) = (None, true);
    for finding in decoded.findings {
        match finding.code {
            Code::EncodingGbk | Code::EncodingUtf16 | Code::EncodingMixed => {
                encoding = finding
                    .values
                    .into_iter()
                    .find(|(name, _)| *name == "encoding")
                    .map(|(_, value)| value);
            }
            // The text cannot be decoded, and writing it back would lose content. `check` reports it.
            _ => is_readable = false,
        }
    }
    if !is_readable {
        return Ok(None);
    }
    let before = decoded.value;
    let is_post = !is_setting(&file.path);
    let fixed = if is_post {
        let schema = Schema {
            kinds: &inputs.kinds,
            rosters: &inputs.rosters,
            policy: &inputs.settings.policy,
            zone: &inputs.settings.timezone,
            site: &inputs.settings.links.site,
        };
        fix_front_matter(&file.path, &before, &schema)
    } else {
        fix_setting(&file, &before, inputs)
    };
    let head_fixed = fixed.unwrap_or_else(|| before.clone());
    let text_fixed = is_post.then(|| fix_text(&file.path, &head_fixed)).flatten();
    let text_fixed = fix_words(&file.path, text_fixed.as_deref().unwrap_or(&head_fixed), inputs).or(text_fixed);
    let (after, text_left) = match text_fixed {
        Some(text) if with_text => (text, None),
        left => (head_fixed, left),
    };
    let fix = FileFix {
        file,
        hash,
        before,
        after,
        text_left,
        encoding,
    };
    Ok((fix.is_change() || fix.text_left.is_some()).then_some(fix))
}

/// The text of a post, of a folder's page or of the settings with the right words; `None` when it has no wrong one.
/// Other files with definitions have names and ids.
fn fix_words(path: &SourcePath, text: &str, inputs: &SiteDefinitions) -> Option<String> {
    let has_texts = !is_setting(path) || path.in_content() == Some("site.yaml");
    has_texts.then(|| inputs.fix_wording(path, text)).flatten()
}

/// The text of a YAML file fixed; `None` when it needs no fix.
fn fix_setting(file: &SourceFile, text: &str, inputs: &SiteDefinitions) -> Option<String> {
    let clean = remove_controls(file.path.as_str(), text.to_owned()).value;
    let fixed = fix_yaml(file.path.as_str(), &clean, &inputs.findings).unwrap_or(clean);
    (fixed != text).then_some(fixed)
}

/// Prints the changes: the file, its encoding, and each changed line before and after.
fn print_fix(console: &Console, fix: &FileFix) -> io::Result<()> {
    console.print_line(&privacy::mask(fix.file.path.as_str()))?;
    if let Some(encoding) = &fix.encoding {
        console.print_line(&format!("  {encoding} → UTF-8"))?;
    }
    print_diff(console, &fix.before, &fix.after)
}

/// Prints what `--text` would change.
fn print_texts_left(console: &Console, fixes: &[FileFix]) -> io::Result<()> {
    if fixes.is_empty() {
        return Ok(());
    }
    console.print_line(&console.text("fix-text-left", &[("files", &console.pluralize("files", fixes.len()))]))?;
    for fix in fixes {
        console.print_line(&privacy::mask(fix.file.path.as_str()))?;
        print_diff(console, &fix.after, fix.text_left.as_deref().unwrap_or(&fix.after))?;
    }
    Ok(())
}

/// Prints each line that differs, with its number in the text before. Fixes add and remove few lines, so the nearest
/// equal line is where both texts meet again.
fn print_diff(console: &Console, before: &str, after: &str) -> io::Result<()> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let (mut at, mut to) = (0, 0);
    while at < old.len() || to < new.len() {
        if at < old.len() && old.get(at) == new.get(to) {
            (at, to) = (at + 1, to + 1);
            continue;
        }
        let (removed, added) = next_difference(&old[at..], &new[to..]);
        if removed == added {
            // Lines that were only changed stand in pairs.
            let pairs = old[at..at + removed].iter().zip(&new[to..to + added]).enumerate();
            for (offset, (before, after)) in pairs.filter(|(_, (before, after))| before != after) {
                print_diff_line(console, at + offset, '-', before)?;
                print_diff_line(console, at + offset, '+', after)?;
            }
        } else {
            for (offset, line) in old[at..at + removed].iter().enumerate() {
                print_diff_line(console, at + offset, '-', line)?;
            }
            for line in &new[to..to + added] {
                print_diff_line(console, at, '+', line)?;
            }
        }
        (at, to) = (at + removed, to + added);
    }
    Ok(())
}

/// Prints one line of a difference, without personal numbers. `index` counts lines from 0.
fn print_diff_line(console: &Console, index: usize, sign: char, line: &str) -> io::Result<()> {
    console.print_line(&format!("  {:>4} {sign} {}", index + 1, privacy::mask(line)))
}

/// How many lines are removed from the start of `old` and added at the start of `new` before both are equal again.
fn next_difference(old: &[&str], new: &[&str]) -> (usize, usize) {
    const FARTHEST: usize = 40;
    for distance in 1..FARTHEST {
        let mut splits: Vec<(usize, usize)> = (0..=distance).map(|removed| (removed, distance - removed)).collect();
        // A changed line is more likely than a removed one.
        splits.sort_by_key(|(removed, added)| removed.abs_diff(*added));
        for (removed, added) in splits {
            let meets = match (old.get(removed), new.get(added)) {
                (Some(old), Some(new)) => old == new && !old.trim().is_empty(),
                (None, None) => removed == old.len() && added == new.len(),
                _ => false,
            };
            if meets {
                return (removed, added);
            }
        }
    }
    (old.len().min(1), new.len().min(1))
}

/// What happened to a file that was to be rewritten.
#[derive(Debug)]
enum WriteOutcome {
    /// It has the fixed text, or would have it.
    Written,
    /// It is as it was, for this reason.
    LeftAlone(Box<Diagnostic>),
    /// The path leads by a link to another file of the content, which is fixed under its own path.
    OtherPath,
}

/// Replaces the old file by the fixed text, unless `is_dry`.
///
/// A file behind a link is left alone: it may belong to somebody else. So is one that was changed since it was read.
fn write_fix(site: &Path, fix: &FileFix, is_dry: bool) -> Result<WriteOutcome, OutputError> {
    let (path, shown) = (&fix.file.disk_path, Path::new(fix.file.path.as_str()));
    let while_writing = || OutputError::while_trying(Action::Write, shown);
    if source::is_behind_link(site, &fix.file) {
        let target = fs::canonicalize(path).map_err(while_writing())?;
        let content = fs::canonicalize(site.join("content")).map_err(while_writing())?;
        if target.starts_with(content) {
            return Ok(WriteOutcome::OtherPath);
        }
        let finding = left_alone(fix, "why-link").with("target", display_path(&target));
        return Ok(WriteOutcome::LeftAlone(Box::new(finding)));
    }
    if is_dry {
        return Ok(WriteOutcome::Written);
    }
    write_aside(path, shown, fix.after.as_bytes(), |temporary| {
        fs::metadata(path)
            .and_then(|old| fs::set_permissions(temporary, old.permissions()))
            .map_err(while_writing())?;
        let is_unchanged = source::read_disk(path).is_ok_and(|bytes| hash_content(&bytes) == fix.hash);
        if !is_unchanged || source::is_behind_link(site, &fix.file) {
            return Ok(WriteOutcome::LeftAlone(Box::new(left_alone(fix, "why-changed"))));
        }
        let renamed = fs::rename(temporary, path);
        renamed.map(|()| WriteOutcome::Written).map_err(while_writing())
    })
}

fn left_alone(fix: &FileFix, reason: &str) -> Diagnostic {
    let path = fix.file.path.as_str();
    Diagnostic::new(Code::LeftAlone)
        .at(Place::whole_file(path))
        .with("path", path)
        .with("reason", reason)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn file_that_changed_since_it_was_read_is_left_alone() {
        let site = tempfile::tempdir().unwrap();
        let disk_path = site.path().join("content/a.md");
        fs::create_dir(site.path().join("content")).unwrap();
        fs::write(&disk_path, "as it was read").unwrap();
        let fix = FileFix {
            file: SourceFile {
                path: SourcePath::new("content/a.md"),
                disk_path: disk_path.clone(),
            },
            hash: hash_content(b"as it was read"),
            before: "as it was read".to_owned(),
            after: "fixed".to_owned(),
            text_left: None,
            encoding: None,
        };
        fs::write(&disk_path, "saved by an editor").unwrap();
        let outcome = write_fix(site.path(), &fix, false).unwrap();
        assert!(matches!(outcome, WriteOutcome::LeftAlone(finding) if finding.code == Code::LeftAlone));
        assert_eq!(fs::read_to_string(&disk_path).unwrap(), "saved by an editor");
        fs::write(&disk_path, "as it was read").unwrap();
        let outcome = write_fix(site.path(), &fix, false).unwrap();
        assert!(matches!(outcome, WriteOutcome::Written));
        assert_eq!(fs::read_to_string(&disk_path).unwrap(), "fixed");
        assert_eq!(fs::read_dir(site.path().join("content")).unwrap().count(), 1);
    }
}
