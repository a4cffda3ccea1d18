//! `xiangyin fix`: applies the fixes that need no decision by an editor, and prints every line that it changes.
//!
//! `record::fix` and `source::decode` decide what can be fixed. This module reads files, prints the changes and writes
//! the files.

use super::args;
use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::fix_yaml::fix_yaml;
use crate::diag::{Code, Diagnostic};
use crate::messages::Lang;
use crate::output::{Action, OutputError};
use crate::paths::SourcePath;
use crate::pipeline::{self, SiteDefinitions};
use crate::record::fix_front_matter;
use crate::schema::Schema;
use crate::source::{self, SourceFile, decode::decode};
use clap::ArgMatches;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "fix",
    declare,
    run,
};

/// A file, and its text before and after the fix.
#[derive(Debug)]
struct FileFix {
    file: SourceFile,
    before: String,
    after: String,
    /// The file's encoding; `None` for UTF-8.
    encoding: Option<String>,
}

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command.arg(args::site_option(lang)).arg(args::flag(lang, "dry-run"))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let is_dry = matches.get_flag("dry-run");
    let inputs = match pipeline::load_definitions(&site) {
        Ok(inputs) => inputs,
        Err(finding) => {
            console.print_findings(&[*finding])?;
            return Ok(ExitStatus::Findings);
        }
    };
    let mut findings = Vec::new();
    let mut fixed = 0;
    for file in fixable_files(&site, &mut findings) {
        match find_fix(file, &inputs) {
            Ok(None) => {}
            Ok(Some(fix)) => match if is_dry { Ok(()) } else { write_fix(&fix) } {
                Ok(()) => {
                    fixed += 1;
                    print_diff(console, &fix)?;
                }
                Err(fault) => findings.push(fault.to_diagnostic()),
            },
            Err(finding) => findings.push(*finding),
        }
    }
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
fn fixable_files(site: &Path, findings: &mut Vec<Diagnostic>) -> Vec<SourceFile> {
    let listing = source::list(site);
    findings.extend(listing.findings);
    let listing = listing.value;
    let others = source::list_folder(site, "content").value;
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

/// The fix of one file; `None` when there is nothing to fix, or the file's encoding cannot be read.
fn find_fix(file: SourceFile, inputs: &SiteDefinitions) -> Result<Option<FileFix>, Box<Diagnostic>> {
    let decoded = decode(file.path.as_str(), source::read(&file)?);
    let (mut encoding, mut is_readable) = (None, true);
    for finding in decoded.findings {
        match finding.code {
            Code::EncodingGbk | Code::EncodingUtf16 => {
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
    let schema = Schema {
        kinds: &inputs.kinds,
        rosters: &inputs.rosters,
        policy: &inputs.settings.policy,
        zone: &inputs.settings.timezone,
    };
    let before = decoded.value;
    let is_markdown = !is_setting(&file.path);
    let fixed = if is_markdown {
        fix_front_matter(&file.path, &before, &schema)
    } else {
        fix_yaml(file.path.as_str(), &before, &inputs.findings)
    };
    if fixed.is_none() && encoding.is_none() {
        return Ok(None);
    }
    let after = fixed.unwrap_or_else(|| before.clone());
    Ok(Some(FileFix {
        file,
        before,
        after,
        encoding,
    }))
}

/// Prints the changes: the file, its encoding, and each changed line before and after.
fn print_diff(console: &Console, fix: &FileFix) -> io::Result<()> {
    console.print_line(fix.file.path.as_str())?;
    if let Some(encoding) = &fix.encoding {
        console.print_line(&format!("  {encoding} → UTF-8"))?;
    }
    // Fixes change text inside lines and never add or remove a line.
    let lines = fix.before.lines().zip(fix.after.lines()).enumerate();
    for (index, (before, after)) in lines.filter(|(_, (before, after))| before != after) {
        let number = index + 1;
        console.print_line(&format!("  {number:>4} - {before}"))?;
        console.print_line(&format!("  {number:>4} + {after}"))?;
    }
    Ok(())
}

/// Writes the fixed text to a temporary file beside the old file and renames it, so that a full disk or a kill leaves
/// the old file intact.
fn write_fix(fix: &FileFix) -> Result<(), OutputError> {
    let source_path = Path::new(fix.file.path.as_str());
    let task = || {
        // Rewrites the target of a symbolic link, and keeps the link.
        let path = fs::canonicalize(&fix.file.disk_path)?;
        let temporary = temporary_path(&path);
        let written = fs::write(&temporary, &fix.after)
            .and_then(|()| fs::set_permissions(&temporary, fs::metadata(&path)?.permissions()))
            .and_then(|()| fs::rename(&temporary, &path));
        written.inspect_err(|_| {
            // The editor needs the error of the write, not that of the cleanup.
            let _ = fs::remove_file(&temporary);
        })
    };
    task().map_err(OutputError::while_trying(Action::Write, source_path))
}

/// The path of the temporary file. Its name starts with a dot, so that builds ignore it.
pub(super) fn temporary_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.xiangyin-{}", std::process::id()))
}
