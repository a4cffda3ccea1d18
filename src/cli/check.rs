//! `xiangyin check`: every finding, nothing written.

use super::console::Console;
use super::progress::Bar;
use super::{Command, Status, Stop, args, today};
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
    command.arg(args::site(lang))
}

/// Looks at the posts that a build would publish, so that a link to a draft is found. The front matter of drafts and
/// posts of the future is read all the same, and what is wrong in it reported.
fn run(console: &Console, matches: &ArgMatches) -> Result<Status, Stop> {
    let site = args::site_folder(matches);
    let request = Request::new(site.clone(), today::today(console, &site)?);
    let outcome = pipeline::check(&request, &Bar::new(console.lang));
    console.findings(&outcome.findings)?;
    if outcome.findings.is_empty() {
        console.say(&console.text("checked", &[]))?;
    }
    let has_errors = outcome
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Ok(if has_errors { Status::Findings } else { Status::Done })
}
