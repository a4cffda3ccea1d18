//! `xiangyin report`: the report on a period as a Word file; issuing it.

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
    let freezes = matches.get_flag("freeze");
    let out = matches.get_one::<PathBuf>("word").cloned();
    let mut made = Ok(Vec::new());
    if freezes {
        made = issue(&site, reports, period, today).map(|path| vec![path]);
    }
    if !freezes || out.is_some() {
        made = made.and_then(|paths| {
            let bytes = content.word_document(&shown_site, period);
            let path = save_word_file(out, period, &bytes).map_err(|fault| Box::new(fault.to_diagnostic()))?;
            Ok(paths.into_iter().chain([path]).collect())
        });
    }
    match made {
        Ok(paths) => {
            site_content::print_warnings(console, &warnings)?;
            for path in paths {
                writeln!(io::stdout(), "{}", display_path(&path))?;
            }
            if freezes {
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

/// Writes a Word file to `out`, in the place of an older one; without `out` to a name in this folder that is free,
/// because an editor may have worked on the last one. Returns where.
fn save_word_file(out: Option<PathBuf>, period: Period, bytes: &[u8]) -> Result<PathBuf, OutputError> {
    let path = out.unwrap_or_else(|| {
        let stem = format!("report-{}", period.slug());
        let further = (2..).map(|number| format!("{stem}-{number}.docx"));
        let names = std::iter::once(format!("{stem}.docx")).chain(further);
        names.map(PathBuf::from).find(|path| !path.exists()).unwrap_or_default()
    });
    write_atomically(&path, bytes).map(|()| path)
}

/// Writes the figures of a period that is over and was not issued yet. Returns where.
fn issue(site: &Path, reports: &Reports<'_>, period: Period, today: Date) -> Result<PathBuf, Box<Diagnostic>> {
    let name = format!("content/_frozen/{period}.yaml");
    let path = site.join(&name);
    let issued = reports.issued(period).map(|frozen| frozen.file.clone());
    if let Some(file) = issued.or_else(|| path.exists().then_some(name)) {
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

/// Writes a new file: under another name first, so that no half-written one is ever taken for a whole one.
fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(OutputError::while_trying(Action::MakeFolder, folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Starts with a dot, so that no build takes it for a source.
    let draft = path.with_file_name(format!(".{name}.xiangyin-{}", std::process::id()));
    let written = fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    let written = written.inspect_err(|_| {
        // The failure itself is what the editor must know.
        let _ = fs::remove_file(&draft);
    });
    written.map_err(OutputError::while_trying(Action::Write, path))
}
