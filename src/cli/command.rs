//! What every command is, and how one ends.

use super::console::Console;
use crate::messages::Lang;
use clap::ArgMatches;
use std::io;

/// A command: its name, its arguments, and what it does.
pub(crate) struct Command {
    /// Its name.
    pub(super) name: &'static str,
    /// Adds its arguments.
    pub(super) declare: fn(Lang, clap::Command) -> clap::Command,
    /// Runs it.
    pub(super) run: fn(&Console, &ArgMatches) -> Result<ExitStatus, CommandError>,
}

/// How a command ended; the numbers are the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Done.
    Done = 0,
    /// The content, or the output place, has errors; nothing was published.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
}

/// Why a command could not do its work at all.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// The command line asks for something that does not exist.
    Usage(UsageError),
    /// What it has to say could not be written.
    Output(io::Error),
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// What is wrong with a command line, and what helps.
#[derive(Debug)]
pub(crate) struct UsageError {
    pub(super) message: String,
    pub(super) hints: Vec<String>,
}

impl UsageError {
    /// A mistake without a hint.
    pub(super) const fn new(message: String) -> Self {
        Self {
            message,
            hints: Vec::new(),
        }
    }

    /// The same mistake with a further hint.
    pub(super) fn with_hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hints.extend(hint.into());
        self
    }
}
