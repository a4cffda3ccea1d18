//! What every command is, and how one ends.

use super::console::Console;
use crate::messages::Lang;
use clap::ArgMatches;
use std::io;

/// A command: its name, and the functions that declare its arguments and run it.
pub(crate) struct Command {
    /// Its name.
    pub(super) name: &'static str,
    /// Adds its arguments.
    pub(super) declare: fn(Lang, clap::Command) -> clap::Command,
    /// Runs it.
    pub(super) run: fn(&Console, &ArgMatches) -> Result<ExitStatus, CommandError>,
}

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
    Usage(UsageError),
    /// The command's output could not be written.
    Output(io::Error),
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// A wrong command line: a message and hints.
#[derive(Debug)]
pub(crate) struct UsageError {
    pub(super) message: String,
    pub(super) hints: Vec<String>,
}

impl UsageError {
    /// An error without a hint.
    pub(super) const fn new(message: String) -> Self {
        Self {
            message,
            hints: Vec::new(),
        }
    }

    /// Adds a hint, if there is one.
    pub(super) fn with_hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hints.extend(hint.into());
        self
    }
}
