//! The command line: parses the arguments, chooses the language, runs the command and sets the exit status.
//!
//! Role: the outermost module. Each command is one file that declares its arguments and runs the command;
//! `commands::COMMANDS` lists them. This module formats output for people and programs. It does not know how a site is built.

mod args;
mod authors;
mod build;
mod check;
mod command;
mod commands;
mod completions;
mod console;
mod doctor;
mod embedded;
mod explain;
mod explain_code;
mod findings;
mod fix;
mod fix_yaml;
mod import;
mod import_losses;
mod import_site;
mod init;
mod machine_formats;
mod man;
mod metrics;
mod new;
mod out_file;
mod period;
mod progress;
mod publish;
mod recipes;
mod report;
mod scaffold;
mod serve;
mod share;
mod site_content;
mod table;
mod terminal;
mod today;
mod usage;
mod version;
mod write_aside;

use crate::messages::Lang;
use clap::ArgMatches;
use command::{CommandError, ExitStatus, UsageError};
use commands::COMMANDS;
use console::Console;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the program. The first of `arguments` is the program's own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let lang = args::language(&arguments);
    let status = match commands::root_command(lang).try_get_matches_from(&arguments) {
        Ok(matches) => run(lang, &matches),
        Err(error) => {
            let help = commands::help_command(lang, &arguments);
            usage::report_clap_error(lang, &error, &help).map_err(CommandError::from)
        }
    };
    ExitCode::from(status.unwrap_or_else(|error| usage::report_command_error(lang, &error)) as u8)
}

/// Runs the subcommand in `matches`.
fn run(lang: Lang, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let named = matches.subcommand();
    let site = named.and_then(|(_, inner)| inner.try_get_one::<PathBuf>("site").ok().flatten());
    let console = Console {
        lang,
        format: args::message_format(matches),
        is_quiet: matches.get_flag("quiet"),
        site: site.cloned().unwrap_or_default(),
    };
    let found = named.and_then(|(name, inner)| COMMANDS.iter().find(|command| command.name == name).zip(Some(inner)));
    match found {
        Some((command, inner)) => (command.run)(&console, inner),
        None => Err(CommandError::Usage(UsageError::new(
            console.text("usage-missing-command", &[]),
        ))),
    }
}
