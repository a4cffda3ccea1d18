//! `xiangyin completions`: prints a script with which a shell completes commands and flags.

use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::{args, commands};
use crate::messages::Lang;
use clap::{ArgMatches, ValueEnum as _};
use clap_complete::Shell;
use std::io::{self, Write as _};

pub(super) const COMMAND: Command = Command {
    name: "completions",
    declare,
    run,
};

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    let names = ["bash", "zsh", "fish", "powershell", "elvish"];
    command.arg(args::one_of(args::positional(lang, "shell"), names))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let named = matches
        .get_one::<String>("shell")
        .and_then(|name| Shell::from_str(name, false).ok());
    if let Some(shell) = named {
        let mut script = Vec::new();
        clap_complete::generate(
            shell,
            &mut commands::root_command(console.lang),
            "xiangyin",
            &mut script,
        );
        io::stdout().write_all(&script)?;
    }
    Ok(ExitStatus::Done)
}
