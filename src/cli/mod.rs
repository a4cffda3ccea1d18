//! The command line: parses the arguments, chooses the language, runs the command and sets the exit status.
//!
//! Role: the outermost module. Each command is one file that declares its arguments and runs the command; `COMMANDS`
//! lists them. This module formats output for people and programs. It does not know how a site is built.

mod args;
mod build;
mod check;
mod completions;
mod console;
mod explain;
mod findings;
mod fix;
mod init;
mod metrics;
mod new;
mod period;
mod progress;
mod report;
mod scaffold;
mod serve;
mod site_content;
mod table;
mod today;
mod usage;

use crate::messages::Lang;
use clap::ArgMatches;
use console::Console;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

/// A command: its name, and the functions that declare its arguments and run it.
pub(crate) struct Command {
    name: &'static str,
    declare: fn(Lang, clap::Command) -> clap::Command,
    run: fn(&Console, &ArgMatches) -> Result<ExitStatus, CommandError>,
}

/// Every command, in the order in which the help lists them.
pub(crate) const COMMANDS: &[Command] = &[
    build::COMMAND,
    serve::COMMAND,
    check::COMMAND,
    new::COMMAND,
    metrics::COMMAND,
    report::COMMAND,
    fix::COMMAND,
    init::COMMAND,
    completions::COMMAND,
];

/// How a command ended. The numbers are the exit status of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Success.
    Done = 0,
    /// The content or the output folder has errors. Nothing was published.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// The command line asks for something that does not exist.
    Usage(usage::UsageError),
    /// The command's output could not be written.
    Output(io::Error),
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the program. The first of `arguments` is the program's own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let lang = args::language(&arguments);
    let status = match args::root_command(lang).try_get_matches_from(&arguments) {
        Ok(matches) => run(lang, &matches),
        Err(error) => usage::report_clap_error(lang, &error, &arguments).map_err(CommandError::from),
    };
    ExitCode::from(status.unwrap_or_else(|error| usage::report_command_error(lang, &error)) as u8)
}

/// Runs the subcommand in `matches`.
fn run(lang: Lang, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let console = Console::new(lang, args::message_format(matches));
    let named = matches.subcommand();
    let found = named.and_then(|(name, inner)| COMMANDS.iter().find(|command| command.name == name).zip(Some(inner)));
    match found {
        Some((command, inner)) => (command.run)(&console, inner),
        None => Err(CommandError::Usage(usage::UsageError::new(
            console.text("usage-missing-command", &[]),
        ))),
    }
}
