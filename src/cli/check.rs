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

/// Drafts and posts of the future are checked too: they are what an editor is working on.
fn run(console: &Console, matches: &ArgMatches) -> Result<Status, Stop> {
    let site = args::site_folder(matches);
    let request = Request {
        out: None,
        base_url: None,
        drafts: true,
        future: true,
        today: today::today(console, &site)?,
        site,
    };
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
