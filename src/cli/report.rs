//! `xiangyin report`: writes the report on a period as a Word file, or issues it.

use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::{Console, display_path};
use super::period::parse_period;
use super::write_aside::write_aside;
use super::{args, site_content, today};
use crate::diag::{Code, Diagnostic};
use crate::fingerprint::hash_content;
use crate::messages::Lang;
use crate::metrics::Period;
use crate::output::{Action, OutputError};
use crate::report::{correction_yaml, issued_yaml};
use crate::site::Site;
use crate::source::decode::decode;
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
        .arg(args::option(lang, "reason").value_name("TEXT").requires("freeze"))
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
    let reason = matches
        .get_one::<String>("reason")
        .map(|reason| reason.trim().to_owned());
    if reason.is_some() && reports.issued(period).is_none() {
        let error = UsageError::new(console.text("usage-reason-unissued", &[("period", &period.to_string())]));
        return Err(CommandError::Usage(error));
    }
    let out = matches.get_one::<PathBuf>("word").cloned();
    let mut paths = Ok(Vec::new());
    if is_issuing {
        let request = IssueRequest {
            site: &site,
            period,
            today,
            reason: reason.filter(|reason| !reason.is_empty()),
        };
        paths = issue(&request, &shown_site).map(|path| vec![path]);
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
    write_file(&path, bytes, &|| true).map(|_| path)
}

/// A request to issue a report.
struct IssueRequest<'r> {
    site: &'r Path,
    period: Period,
    today: Date,
    /// Why an issued report is issued again.
    reason: Option<String>,
}

/// Writes everything that the report on a period shows to `content/_frozen/`. Returns the path; an error when the period is
/// not over, or when it was issued before and no reason is given.
fn issue(request: &IssueRequest<'_>, site: &Site<'_>) -> Result<PathBuf, Box<Diagnostic>> {
    let period = request.period;
    let reports = &site.figures.reports;
    let name = format!("content/_frozen/{period}.yaml");
    let issued = reports.issued(period);
    let path = request.site.join(issued.map_or(&name, |issued| &issued.file));
    // A file on another period may have this name.
    if (issued.is_some() && request.reason.is_none()) || (issued.is_none() && path.exists()) {
        let file = issued.map_or(name, |issued| issued.file.clone());
        let finding = Diagnostic::new(Code::AlreadyIssued).with("period", period.to_string());
        return Err(Box::new(finding.with("path", file)));
    }
    if request.today <= period.last() {
        let finding = Diagnostic::new(Code::UnfinishedPeriod).with("period", period.to_string());
        return Err(Box::new(finding.with("last", period.last().to_string())));
    }
    let report = site
        .figures
        .to_issued_report(period, request.today, request.reason.clone(), site.settings);
    let meanwhile = || {
        let finding = Diagnostic::new(Code::IssuedMeanwhile);
        Box::new(finding.with(
            "path",
            issued.map_or(report.file.as_str(), |issued| issued.file.as_str()),
        ))
    };
    let former = issued.map(|issued| (issued.file.as_str(), issued.text_hash));
    let text = match former {
        None => issued_yaml(&report, reports.lang),
        Some((file, hash)) => {
            let former = read_unchanged(&path, file, hash).ok_or_else(meanwhile)?;
            correction_yaml(&report, &former, reports.lang).ok_or_else(meanwhile)?
        }
    };
    let is_unchanged = || match former {
        None => !path.exists(),
        Some((file, hash)) => read_unchanged(&path, file, hash).is_some(),
    };
    match write_file(&path, text.as_bytes(), &is_unchanged) {
        Ok(true) => Ok(path),
        Ok(false) => Err(meanwhile()),
        Err(fault) => Err(Box::new(fault.to_diagnostic())),
    }
}

/// The text of an issued report's file. `None` when it is not the text that was read before.
fn read_unchanged(path: &Path, file: &str, hash: u128) -> Option<String> {
    let text = decode(file, fs::read(path).ok()?).value;
    (hash_content(text.as_bytes()) == hash).then_some(text)
}

/// Writes a file aside and renames it to `path`. Returns false, and writes nothing, when `is_wanted` says so just before.
fn write_file(path: &Path, bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<bool, OutputError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(OutputError::while_trying(Action::MakeFolder, folder))?;
    write_aside(path, path, bytes, |temporary| {
        let is_wanted = is_wanted();
        let done = if is_wanted {
            fs::rename(temporary, path)
        } else {
            fs::remove_file(temporary)
        };
        done.map(|()| is_wanted)
            .map_err(OutputError::while_trying(Action::Write, path))
    })
}
