//! `xiangyin man`: prints the manual page of the program or of one of its commands.

use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::Console;
use super::{args, commands, usage};
use crate::diag::nearest;
use crate::messages::Lang;
use clap::ArgMatches;
use clap_mangen::Man;
use std::io::{self, Write as _};

pub(super) const COMMAND: Command = Command {
    name: "man",
    declare,
    run,
};

/// The name of the page about the whole program.
const PROGRAM: &str = "xiangyin";

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command
        .arg(args::positional(lang, "command").required(false))
        .arg(args::flag(lang, "list"))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let mut root = commands::root_command(console.lang);
    root.build();
    let mut out = io::stdout();
    if matches.get_flag("list") {
        writeln!(out, "{PROGRAM}")?;
        for command in root.get_subcommands() {
            writeln!(out, "{PROGRAM}-{}", command.get_name())?;
        }
        return Ok(ExitStatus::Done);
    }
    let written = matches.get_one::<String>("command").map_or(PROGRAM, String::as_str);
    let name = written.strip_prefix("xiangyin-").unwrap_or(written);
    let (page, title) = if name == PROGRAM {
        (Some(&root), PROGRAM.to_owned())
    } else {
        (root.find_subcommand(name), format!("{PROGRAM}-{name}"))
    };
    let Some(page) = page else {
        return Err(CommandError::Usage(unknown_command(console, &root, name)));
    };
    // The page is made whole before any of it is printed.
    let mut text = Vec::new();
    Man::new(page.clone()).title(title).render(&mut text)?;
    out.write_all(&text)?;
    Ok(ExitStatus::Done)
}

/// The usage error for a command that does not exist, with the one that was probably meant.
fn unknown_command(console: &Console, root: &clap::Command, name: &str) -> UsageError {
    let known = || root.get_subcommands().map(clap::Command::get_name);
    UsageError::new(console.text("usage-unknown-command", &[("command", name)]))
        .with_hint(nearest(name, known()).map(|word| usage::did_you_mean(console.lang, word)))
        .with_hint(usage::choices(console.lang, known()))
}
