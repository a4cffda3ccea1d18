//! `xiangyin report`: writes the report on a period as a Word file, or issues it.

use super::command::{Command, CommandError, ExitStatus};
use super::console::{Console, display_path};
use super::period::parse_period;
use super::{args, site_content, today};
use crate::diag::{Code, Diagnostic};
use crate::messages::Lang;
use crate::metrics::Period;
use crate::output::{Action, OutputError};
use crate::report::{Reports, issued_yaml};
use clap::ArgMatches;
use jiff::civil::Date;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "report",
    declare,
    run,
};

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command
        .arg(args::positional(lang, "period"))
        .arg(args::flag(lang, "freeze"))
        .arg(args::out_file_option(lang, "word"))
        .arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let word = matches.get_one::<String>("period").map_or("", String::as_str);
    let period = parse_period(console, word).map_err(CommandError::Usage)?;
    let today = today::today(console, &site)?;
    let Some(content) = site_content::load_content(console, &site, today)? else {
        return Ok(ExitStatus::Findings);
    };
    let shown_site = content.site(None, today);
    let (reports, findings) = (&shown_site.figures.reports, &shown_site.figures.findings);
    if site_content::has_errors(findings) {
        console.print_findings(findings)?;
        return Ok(ExitStatus::Findings);
    }
    let mut warnings = content.findings.clone();
    warnings.extend(
        findings
            .iter()
            .filter(|finding| site_content::is_about_period(finding, period))
            .cloned(),
    );
    let is_issuing = matches.get_flag("freeze");
    let out = matches.get_one::<PathBuf>("word").cloned();
    let mut paths = Ok(Vec::new());
    if is_issuing {
        paths = issue(&site, reports, period, today).map(|path| vec![path]);
    }
    if !is_issuing || out.is_some() {
        paths = paths.and_then(|paths| {
            let bytes = content.word_document(&shown_site, period);
            let path = save_word_file(out, period, &bytes).map_err(|fault| Box::new(fault.to_diagnostic()))?;
            Ok(paths.into_iter().chain([path]).collect())
        });
    }
    match paths {
        Ok(paths) => {
            site_content::print_warnings(console, &warnings)?;
            for path in paths {
                writeln!(io::stdout(), "{}", display_path(&path))?;
            }
            if is_issuing {
                console.eprint_line(&console.text("issued", &[]))?;
            }
            Ok(ExitStatus::Done)
        }
        Err(finding) => {
            console.print_findings(&[*finding])?;
            Ok(ExitStatus::Findings)
        }
    }
}

/// Writes a Word file to `out` and replaces an older one. Without `out`, writes to an unused name in the current
/// folder, because an editor may have changed the last file. Returns the path.
fn save_word_file(out: Option<PathBuf>, period: Period, bytes: &[u8]) -> Result<PathBuf, OutputError> {
    let path = out.unwrap_or_else(|| {
        let stem = format!("report-{}", period.slug());
        let further = (2..).map(|number| format!("{stem}-{number}.docx"));
        let names = std::iter::once(format!("{stem}.docx")).chain(further);
        names.map(PathBuf::from).find(|path| !path.exists()).unwrap_or_default()
    });
    write_atomically(&path, bytes).map(|()| path)
}

/// Writes the figures of a period to `content/_frozen/`. Returns the path; an error when the period is not over or was
/// issued before.
fn issue(site: &Path, reports: &Reports<'_>, period: Period, today: Date) -> Result<PathBuf, Box<Diagnostic>> {
    let name = format!("content/_frozen/{period}.yaml");
    let path = site.join(&name);
    let issued_file = reports.issued(period).map(|issued| issued.file.clone());
    if let Some(file) = issued_file.or_else(|| path.exists().then_some(name)) {
        let finding = Diagnostic::new(Code::AlreadyIssued)
            .with("period", period.to_string())
            .with("path", file);
        return Err(Box::new(finding));
    }
    if today <= period.last() {
        let finding = Diagnostic::new(Code::UnfinishedPeriod).with("period", period.to_string());
        return Err(Box::new(finding.with("last", period.last().to_string())));
    }
    write_atomically(&path, issued_yaml(reports, period, today).as_bytes())
        .map_err(|fault| Box::new(fault.to_diagnostic()))?;
    Ok(path)
}

/// Writes a temporary file and renames it to `path`, so that a partly written file never has the final name.
fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(OutputError::while_trying(Action::MakeFolder, folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The name starts with a dot, so that builds ignore the file.
    let temporary = path.with_file_name(format!(".{name}.xiangyin-{}", std::process::id()));
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    let written = written.inspect_err(|_| {
        // The editor needs the error of the write, not that of the cleanup.
        let _ = fs::remove_file(&temporary);
    });
    written.map_err(OutputError::while_trying(Action::Write, path))
}
