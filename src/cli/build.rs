//! `xiangyin build`: builds the site and replaces the previous build.

use super::command::{Command, CommandError, ExitStatus};
use super::console::{Console, count_warnings, display_path};
use super::progress::CommandProgressBar;
use super::{args, explain, today};
use crate::messages::Lang;
use crate::pipeline::{self, Outcome, Request};
use clap::{ArgMatches, value_parser};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};

pub(super) const COMMAND: Command = Command {
    name: "build",
    declare,
    run,
};

/// The folder of the office's full site.
const INTERNAL_FOLDER: &str = "public-internal";

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    let out = args::option(lang, "out")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf));
    let base_url = args::option(lang, "base-url")
        .value_name("URL")
        .value_parser(parse_base_url);
    command
        .arg(args::site_option(lang))
        .arg(out)
        .arg(base_url)
        .arg(args::flag(lang, "drafts"))
        .arg(args::flag(lang, "future"))
        .arg(args::flag(lang, "internal"))
        .arg(args::flag(lang, "explain"))
        .arg(args::flag(lang, "force"))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let start = Instant::now();
    let site = args::site_folder(matches);
    let internal = matches.get_flag("internal");
    let out = matches.get_one::<PathBuf>("out").cloned();
    let request = Request {
        // The full site never lands in the folder that is published.
        out: out.or_else(|| internal.then(|| site.join(INTERNAL_FOLDER))),
        internal,
        base_url: matches.get_one::<String>("base-url").cloned(),
        drafts: matches.get_flag("drafts"),
        future: matches.get_flag("future"),
        inspection: false,
        today: today::today(console, &site)?,
        program: program_fingerprint(),
        force: matches.get_flag("force"),
        site,
    };
    let outcome = pipeline::build(&request, &CommandProgressBar::new(console));
    console.print_findings(&outcome.findings)?;
    if !outcome.published {
        console.eprint_line(&console.text("not-built", &[]))?;
        return Ok(ExitStatus::Findings);
    }
    if matches.get_flag("explain") {
        explain::print_changes(console, &outcome.changes)?;
    }
    let out = request.out.unwrap_or_else(|| request.site.join("public"));
    console.print_status(&summary(console, &outcome, start.elapsed(), &out))?;
    Ok(ExitStatus::Done)
}

/// Identifies this program among those that may have built the folder: its version, and the size and modification time
/// of its executable, because two builds of one version may differ. When the executable cannot be examined, only the
/// version.
pub(super) fn program_fingerprint() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let file = std::env::current_exe().and_then(std::fs::metadata);
    match file.and_then(|file| Ok((file.len(), file.modified()?))) {
        Ok((size, changed)) => {
            let since = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
            format!("{version} {size} {}", since.as_nanos())
        }
        Err(_) => version.to_owned(),
    }
}

/// The last line of a build's output.
fn summary(console: &Console, outcome: &Outcome, time: Duration, out: &Path) -> String {
    let warnings = count_warnings(&outcome.findings);
    let key = if outcome.changes.is_empty() {
        "unchanged"
    } else {
        "built"
    };
    let key = if warnings == 0 {
        key.to_owned()
    } else {
        format!("{key}-with-warnings")
    };
    let made = outcome.changes.iter().filter(|change| change.is_made()).count();
    console.text(
        &key,
        &[
            ("made", &made.to_string()),
            ("kept", &outcome.kept.to_string()),
            ("pages", &console.pluralize("pages", outcome.pages)),
            ("files", &console.pluralize("files", outcome.files)),
            ("seconds", &format!("{:.2}", time.as_secs_f64())),
            ("warnings", &console.pluralize("warnings", warnings)),
            ("out", &display_path(out)),
        ],
    )
}

/// Parses the absolute URL of a site. An empty value is valid and means relative links. The error is the key of its
/// message.
fn parse_base_url(value: &str) -> Result<String, &'static str> {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    let is_address = rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|c: char| c.is_whitespace() || "?#\"<>".contains(c))
    });
    if is_address || value.is_empty() {
        Ok(value.to_owned())
    } else {
        Err("usage-no-address")
    }
}
