//! Reports a wrong command line in the user's language.
//!
//! Translates clap's errors by their kind and context. clap's own English messages are never printed.

use super::command::{CommandError, ExitStatus, UsageError};
use crate::messages::{Lang, cli_text, escape_control_characters};
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;
use std::io::{self, ErrorKind as IoKind, Write as _};

/// The hint "did you mean".
pub(super) fn did_you_mean(lang: Lang, word: &str) -> String {
    cli_text(lang, "usage-did-you-mean", &[("word", word)])
}

/// The hint that lists the possible values.
pub(super) fn choices<'a>(lang: Lang, words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    cli_text(lang, "usage-choices", &[("words", &words.join(lang.list_separator()))])
}

/// Answers what clap reports instead of arguments: help and version on standard output, mistakes on standard error.
/// `help_command` shows the help for what was tried.
pub(super) fn report_clap_error(lang: Lang, error: &Error, help_command: &str) -> io::Result<ExitStatus> {
    match error.kind() {
        ErrorKind::DisplayHelp => write!(io::stdout(), "{error}").map(|()| ExitStatus::Done),
        ErrorKind::DisplayVersion => {
            writeln!(io::stdout(), "xiangyin {}", env!("CARGO_PKG_VERSION")).map(|()| ExitStatus::Done)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            write!(io::stderr(), "{error}").map(|()| ExitStatus::Usage)
        }
        _ => {
            let see = cli_text(lang, "usage-see", &[("command", help_command)]);
            print_usage_error(lang, &translate_clap_error(lang, error).with_hint(see))?;
            Ok(ExitStatus::Usage)
        }
    }
}

/// Prints why a command could not run, and returns the exit status.
pub(super) fn report_command_error(lang: Lang, error: &CommandError) -> ExitStatus {
    match error {
        CommandError::Usage(mistake) => {
            // When standard error is closed, the message cannot be printed anywhere.
            let _ = print_usage_error(lang, mistake);
            ExitStatus::Usage
        }
        // `xiangyin check | head` closes the pipe, which is not an error.
        CommandError::Output(error) if error.kind() == IoKind::BrokenPipe => ExitStatus::Done,
        CommandError::Output(error) => {
            let _ = print_usage_error(lang, &UsageError::new(error.to_string()));
            ExitStatus::Findings
        }
    }
}

/// Writes a usage error to standard error.
fn print_usage_error(lang: Lang, mistake: &UsageError) -> io::Result<()> {
    let mut out = io::stderr().lock();
    let colon = cli_text(lang, "colon", &[]);
    let message = escape_control_characters(&mistake.message);
    writeln!(out, "{}{colon}{message}", cli_text(lang, "error", &[]))?;
    let mut hints = mistake.hints.iter();
    hints.try_for_each(|hint| writeln!(out, "  {}", escape_control_characters(hint)))
}

/// Translates clap's error.
fn translate_clap_error(lang: Lang, error: &Error) -> UsageError {
    let argument = first_context_value(error, ContextKind::InvalidArg)
        .map(|argument| flag_name(&argument))
        .unwrap_or_default();
    let value = first_context_value(error, ContextKind::InvalidValue).unwrap_or_default();
    let say = |key: &str| UsageError::new(cli_text(lang, key, &[("argument", &argument), ("value", &value)]));
    let meant = |kind| first_context_value(error, kind).map(|word| did_you_mean(lang, &word));
    match error.kind() {
        ErrorKind::UnknownArgument => say("usage-unknown-argument").with_hint(meant(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            let command = first_context_value(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            UsageError::new(cli_text(lang, "usage-unknown-command", &[("command", &command)]))
                .with_hint(meant(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = context_values(error, ContextKind::InvalidArg).join(lang.list_separator());
            UsageError::new(cli_text(lang, "usage-missing-argument", &[("arguments", &missing)]))
        }
        ErrorKind::MissingSubcommand => say("usage-missing-command"),
        ErrorKind::InvalidValue => {
            let key = if value.is_empty() {
                "usage-missing-value"
            } else {
                "usage-bad-value"
            };
            let known = context_values(error, ContextKind::ValidValue);
            let list = (!known.is_empty()).then(|| choices(lang, known.iter().map(String::as_str)));
            say(key).with_hint(meant(ContextKind::SuggestedValue)).with_hint(list)
        }
        // The value parsers of this crate fail with the key of their message.
        ErrorKind::ValueValidation => {
            say("usage-bad-value").with_hint(error.source().map(|source| cli_text(lang, &source.to_string(), &[])))
        }
        ErrorKind::ArgumentConflict => {
            match first_context_value(error, ContextKind::PriorArg).map(|arg| flag_name(&arg)) {
                Some(other) if other != argument => {
                    let values = [("argument", argument.as_str()), ("other", other.as_str())];
                    UsageError::new(cli_text(lang, "usage-conflict", &values))
                }
                _ => say("usage-repeated"),
            }
        }
        ErrorKind::TooManyValues => say("usage-no-value"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => say("usage-missing-value"),
        ErrorKind::InvalidUtf8 => say("usage-not-text"),
        _ => say("usage-wrong"),
    }
}

/// An argument as the user types it: `--out <DIR>` becomes `--out`, `<KIND>` stays.
fn flag_name(argument: &str) -> String {
    match argument.split_once([' ', '=']) {
        Some((flag, _)) if flag.starts_with('-') => flag.to_owned(),
        _ => argument.to_owned(),
    }
}

/// The first text in the error's context under `kind`.
fn first_context_value(error: &Error, kind: ContextKind) -> Option<String> {
    context_values(error, kind).into_iter().next()
}

/// All texts in the error's context under `kind`.
fn context_values(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
