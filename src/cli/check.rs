//! `xiangyin check`: prints every finding and writes no files.

use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::progress::CommandProgressBar;
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
    command.arg(args::flag(lang, "gov")).arg(args::site_option(lang))
}

/// Checks the posts that a build would publish, so a link to a draft is a finding. The front matter of drafts and of
/// posts with a future date is checked too.
fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let request = Request {
        inspection: matches.get_flag("gov"),
        ..Request::new(site.clone(), today::today(console, &site)?)
    };
    let outcome = pipeline::check(&request, &CommandProgressBar::new(console));
    console.print_findings(&outcome.findings)?;
    if outcome.findings.is_empty() {
        console.print_status(&console.text("checked", &[]))?;
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
