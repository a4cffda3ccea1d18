//! `xiangyin check`: every finding, nothing written.

use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::progress::BuildProgressBar;
use super::{args, today};
use crate::diag::Severity;
use crate::messages::Lang;
use crate::pipeline::{self, Request};
use clap::ArgMatches;

pub(super) const COMMAND: Command = Command {
    name: "check",
    declare,
    run,
};

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command.arg(args::site_option(lang))
}

/// Looks at the posts that a build would publish, so that a link to a draft is found. The front matter of drafts and
/// posts of the future is read all the same, and what is wrong in it reported.
fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let request = Request::new(site.clone(), today::today(console, &site)?);
    let outcome = pipeline::check(&request, &BuildProgressBar::new(console.lang));
    console.print_findings(&outcome.findings)?;
    if outcome.findings.is_empty() {
        console.print_line(&console.text("checked", &[]))?;
    }
    let has_errors = outcome
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Ok(if has_errors {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}
