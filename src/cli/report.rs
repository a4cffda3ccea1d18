//! `xiangyin report`: writes the report on a period as a Word file, or issues it.

use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::{Console, display_path};
use super::out_file::OutFile;
use super::period::parse_period;
use super::write_aside::{self, rename_to_new, write_aside};
use super::{args, site_content, today};
use crate::diag::{Code, Diagnostic};
use crate::export::docx;
use crate::fingerprint::hash_content;
use crate::messages::Lang;
use crate::metrics::Period;
use crate::output::{Action, OutputError};
use crate::pipeline::{self, Request};
use crate::report::{ReportKey, correction_yaml, issued_yaml};
use crate::site::Site;
use crate::source::{self, decode::decode};
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
        .arg(args::flag(lang, "ranking").conflicts_with("freeze"))
        .arg(args::flag(lang, "freeze"))
        .arg(args::option(lang, "reason").value_name("TEXT").requires("freeze"))
        .arg(args::out_file_option(lang, "word"))
        .arg(args::flag(lang, "replace").long("force").requires("word"))
        // What is issued is published.
        .arg(args::flag(lang, "full").long("internal").conflicts_with("freeze"))
        .arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let word = matches.get_one::<String>("period").map_or("", String::as_str);
    let period = parse_period(console, word).map_err(CommandError::Usage)?;
    let today = today::today(console, &site)?;
    let request = Request {
        internal: matches.get_flag("full"),
        ..Request::new(&site, today)
    };
    let Some(content) = site_content::load_content(console, &request)? else {
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
            let key = match matches.get_flag("ranking") {
                true => ReportKey::ranking(period),
                false => ReportKey::work(period),
            };
            let bytes = content.word_document(&shown_site, key);
            let file = OutFile {
                out,
                default: format!("report-{}.docx", key.slug()),
                is_forced: matches.get_flag("replace"),
                is_ours: Some(docx::is_as_written),
            };
            Ok(paths.into_iter().chain([file.save(&bytes)?]).collect())
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
    pipeline::link_targets(request.site, site.settings).check_writable(request.site, &path)?;
    write_aside::remove_abandoned_below(&request.site.join("content"));
    let is_written = write_aside(&path, &path, text.as_bytes(), |temporary| {
        let is_written = match former {
            None => rename_to_new(temporary, &path),
            // A link would be replaced by a file.
            Some((file, hash)) if !path.is_symlink() && read_unchanged(&path, file, hash).is_some() => {
                fs::rename(temporary, &path).map(|()| true)
            }
            Some(_) => Ok(false),
        };
        is_written.map_err(OutputError::while_trying(Action::Write, &path))
    });
    match is_written {
        Ok(true) => Ok(path),
        Ok(false) => Err(meanwhile()),
        Err(fault) => Err(Box::new(fault.to_diagnostic())),
    }
}

/// The text of an issued report's file. `None` when it is not the text that was read before.
fn read_unchanged(path: &Path, file: &str, hash: u128) -> Option<String> {
    let text = decode(file, source::read_disk(path).ok()?).value;
    (hash_content(text.as_bytes()) == hash).then_some(text)
}
