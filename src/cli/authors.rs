//! `xiangyin authors`: who wrote what in a period, and the fees, as a workbook for the finance office.

use super::args::{self, MessageFormat};
use super::command::{Command, CommandError, ExitStatus};
use super::console::{Console, display_path};
use super::out_file::OutFile;
use super::period::parse_period;
use super::{site_content, today};
use crate::export;
use crate::messages::Lang;
use crate::pipeline::Request;
use clap::ArgMatches;
use std::io::{self, Write as _};
use std::path::PathBuf;

pub(super) const COMMAND: Command = Command {
    name: "authors",
    declare,
    run,
};

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command
        .arg(args::positional(lang, "period"))
        .arg(args::out_file_option(lang, "workbook"))
        .arg(args::flag(lang, "replace").long("force").requires("workbook"))
        .arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let folder = args::site_folder(matches);
    let word = matches.get_one::<String>("period").map_or("", String::as_str);
    let period = parse_period(console, word).map_err(CommandError::Usage)?;
    let today = today::today(console, &folder)?;
    // It is for the office, which sees what is internal.
    let request = Request {
        internal: true,
        ..Request::new(&folder, today)
    };
    let Some(content) = site_content::load_content(console, &request)? else {
        return Ok(ExitStatus::Findings);
    };
    let site = content.site(None, today);
    let ledger = site.figures.reports.author_ledger(period);
    site_content::print_warnings(console, &content.findings)?;
    let out = matches.get_one::<PathBuf>("workbook").cloned();
    if console.format == MessageFormat::Json {
        console.print_json(&export::author_json(&site, &ledger))?;
    }
    if console.format != MessageFormat::Json || out.is_some() {
        let file = OutFile {
            out,
            default: format!("authors-{}.xlsx", period.to_string().to_lowercase()),
            is_forced: matches.get_flag("replace"),
            is_ours: None,
        };
        let workbook = export::author_workbook(&site, &ledger, today);
        let bytes = export::xlsx(&workbook).map_err(io::Error::other)?;
        match file.save(&bytes) {
            Ok(path) if console.format == MessageFormat::Human => {
                writeln!(io::stdout(), "{}", display_path(&path))?;
            }
            Ok(_) => {}
            Err(finding) => {
                console.print_findings(&[*finding])?;
                return Ok(ExitStatus::Findings);
            }
        }
    }
    if ledger.lines.is_empty() {
        console.eprint_line(&console.text("authors-none-sent", &[("period", &period.to_string())]))?;
    } else if ledger.fee.is_none() {
        console.eprint_line(&console.text("authors-no-fee", &[]))?;
    }
    Ok(ExitStatus::Done)
}
