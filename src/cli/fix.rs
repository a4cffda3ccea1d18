//! `xiangyin fix`: rewrites what can be mended without asking, and shows every line that it changes.
//!
//! What can be mended is decided in `record::fix` and by the decoding of texts; here files are read, shown, written.

use super::args;
use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use crate::diag::{Code, Diagnostic};
use crate::messages::Lang;
use crate::output::{Action, OutputError};
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

/// A file as it is and as it should be.
#[derive(Debug)]
struct FileFix {
    file: SourceFile,
    before: String,
    after: String,
    /// The encoding that it is in, when that is not UTF-8.
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

/// The texts of the site that may be rewritten, in order.
fn fixable_files(site: &Path, findings: &mut Vec<Diagnostic>) -> Vec<SourceFile> {
    let listing = source::list(site);
    findings.extend(listing.findings);
    let listing = listing.value;
    let mut files: Vec<SourceFile> = source::settings_file(site)
        .into_iter()
        .chain(listing.defaults)
        .chain(listing.kinds)
        .chain(listing.rosters)
        .chain(listing.sections)
        .chain(listing.posts)
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// What there is to mend in one file, if anything.
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
            // Not a text that we understand: writing it back would lose what it says. `check` reports it.
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
    let is_post = file.path.extension() == "md";
    let mended = if is_post {
        fix_front_matter(&file.path, &before, &schema)
    } else {
        None
    };
    if mended.is_none() && encoding.is_none() {
        return Ok(None);
    }
    let after = mended.unwrap_or_else(|| before.clone());
    Ok(Some(FileFix {
        file,
        before,
        after,
        encoding,
    }))
}

/// Shows what changes: the file, its encoding, and each changed line before and after.
fn print_diff(console: &Console, fix: &FileFix) -> io::Result<()> {
    console.print_line(fix.file.path.as_str())?;
    if let Some(encoding) = &fix.encoding {
        console.print_line(&format!("  {encoding} → UTF-8"))?;
    }
    // Mending works inside lines and never adds or removes one.
    let lines = fix.before.lines().zip(fix.after.lines()).enumerate();
    for (index, (before, after)) in lines.filter(|(_, (before, after))| before != after) {
        let number = index + 1;
        console.print_line(&format!("  {number:>4} - {before}"))?;
        console.print_line(&format!("  {number:>4} + {after}"))?;
    }
    Ok(())
}

/// Writes the mended text: to a new file beside the old one, which then takes its name, so that a full disk or a
/// kill leaves the old file whole.
fn write_fix(fix: &FileFix) -> Result<(), OutputError> {
    let shown = Path::new(fix.file.path.as_str());
    let task = || {
        // A link stays a link; the file that it leads to is rewritten.
        let path = fs::canonicalize(&fix.file.disk_path)?;
        let draft = temporary_path(&path);
        let written = fs::write(&draft, &fix.after)
            .and_then(|()| fs::set_permissions(&draft, fs::metadata(&path)?.permissions()))
            .and_then(|()| fs::rename(&draft, &path));
        written.inspect_err(|_| {
            // The failure itself is what the editor must know.
            let _ = fs::remove_file(&draft);
        })
    };
    task().map_err(OutputError::while_trying(Action::Write, shown))
}

/// The name of the new file until it is whole. Starts with a dot, so that no build takes it for a source.
fn temporary_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.xiangyin-{}", std::process::id()))
}
