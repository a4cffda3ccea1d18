//! Declares the command line in one language, and the arguments that several commands share.
//!
//! clap's own texts exist in English only, so this module declares the help and version flags, headings and usage
//! lines. `usage` translates clap's errors.

use super::COMMANDS;
use crate::messages::{Lang, cli_text};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::ffi::OsString;
use std::path::PathBuf;

/// The output format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageFormat {
    /// Text for people, on standard error.
    Human,
    /// One JSON object per line, on standard output.
    Json,
}

/// The language of messages: the value of `--lang` if `arguments` contain it, else the environment's language.
///
/// Searches the raw arguments, because parsing them may fail and the error must be in this language.
pub(crate) fn language(arguments: &[OsString]) -> Lang {
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let separate = words.windows(2).find(|pair| pair[0] == "--lang").map(|pair| &*pair[1]);
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    match separate.or(joined) {
        Some(tag) => Lang::from_tag(tag),
        None => environment_language(),
    }
}

/// The language of the environment, from the variables of POSIX locales. When all are unset, it is Chinese on Windows,
/// whose users are mostly the town's editors, and English elsewhere.
fn environment_language() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match set {
        Some(tag) => Lang::from_tag(&tag),
        None if cfg!(windows) => Lang::Zh,
        None => Lang::En,
    }
}

/// The whole command line, declared in `lang`.
pub(crate) fn root_command(lang: Lang) -> Command {
    let root = with_help_template(lang, Command::new("xiangyin"), "root")
        .about(cli_text(lang, "about", &[]))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_help_heading(cli_text(lang, "heading-commands", &[]))
        .after_help(cli_text(lang, "after-help", &[]))
        .arg(one_of(
            global_option(lang, "message-format").value_name("FORMAT"),
            ["human", "json"],
        ))
        .arg(one_of(global_option(lang, "lang").value_name("LANG"), ["zh-CN", "en"]))
        .arg(global_option(lang, "help").short('h').action(ArgAction::HelpShort))
        .arg(
            global_option(lang, "version")
                .short('V')
                .action(ArgAction::Version)
                .global(false),
        );
    COMMANDS.iter().fold(root, |root, command| {
        let bare = with_help_template(lang, Command::new(command.name), command.name).about(cli_text(
            lang,
            &format!("command-{}", command.name),
            &[],
        ));
        root.subcommand((command.declare)(lang, bare))
    })
}

/// Sets the usage line and the help template of a command.
fn with_help_template(lang: Lang, command: Command, name: &str) -> Command {
    let usage = cli_text(lang, "usage", &[]) + &cli_text(lang, "colon", &[]);
    command
        .disable_help_flag(true)
        .override_usage(cli_text(lang, &format!("usage-{name}"), &[]))
        .help_template(format!(
            "{{about-with-newline}}\n{usage}{{usage}}\n\n{{all-args}}{{after-help}}"
        ))
}

/// An option that all commands accept.
fn global_option(lang: Lang, name: &'static str) -> Arg {
    option(lang, name)
        .global(true)
        .help_heading(cli_text(lang, "heading-common", &[]))
}

/// An option `--NAME`; its help is `arg-NAME` in the locales.
pub(super) fn option(lang: Lang, name: &'static str) -> Arg {
    arg_with_help(lang, name)
        .long(name)
        .help_heading(cli_text(lang, "heading-options", &[]))
}

/// An option without a value.
pub(super) fn flag(lang: Lang, name: &'static str) -> Arg {
    option(lang, name).action(ArgAction::SetTrue)
}

/// An option `--out FILE` with the help of `id`, because `--out` of `build` names a folder.
pub(super) fn out_file_option(lang: Lang, id: &'static str) -> Arg {
    option(lang, id)
        .long("out")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
}

/// A required positional argument.
pub(super) fn positional(lang: Lang, name: &'static str) -> Arg {
    arg_with_help(lang, name)
        .value_name(name.to_uppercase())
        .required(true)
        .help_heading(cli_text(lang, "heading-arguments", &[]))
}

/// An argument with its help. The help also states the possible values and the default, so the callers hide clap's own
/// English remarks on them.
fn arg_with_help(lang: Lang, name: &'static str) -> Arg {
    Arg::new(name).help(cli_text(lang, &format!("arg-{name}"), &[]))
}

/// Restricts `argument` to one of `words`.
pub(super) fn one_of(argument: Arg, words: impl Into<PossibleValuesParser>) -> Arg {
    argument.value_parser(words.into()).hide_possible_values(true)
}

/// `--site DIR`.
pub(super) fn site_option(lang: Lang) -> Arg {
    option(lang, "site")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .default_value(".")
        .hide_default_value(true)
}

/// The site's folder: the value of `--site`, else the current folder.
pub(super) fn site_folder(matches: &ArgMatches) -> PathBuf {
    matches
        .get_one::<PathBuf>("site")
        .cloned()
        .unwrap_or_else(|| PathBuf::from("."))
}

/// The requested output format of findings.
pub(super) fn message_format(matches: &ArgMatches) -> MessageFormat {
    match matches.get_one::<String>("message-format").map(String::as_str) {
        Some("json") => MessageFormat::Json,
        _ => MessageFormat::Human,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn clap_accepts_the_declaration_in_both_languages() {
        root_command(Lang::Zh).debug_assert();
        root_command(Lang::En).debug_assert();
    }

    #[test]
    fn every_argument_has_help_text() {
        for command in root_command(Lang::En).get_subcommands() {
            assert!(
                !command.get_about().unwrap().to_string().starts_with("command-"),
                "{}",
                command.get_name()
            );
            for argument in command.get_arguments() {
                assert!(
                    !argument.get_help().unwrap().to_string().starts_with("arg-"),
                    "{}",
                    argument.get_id()
                );
            }
        }
    }

    #[test]
    fn language_option_is_read_in_both_forms() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language(&words("xiangyin build --lang zh-CN")), Lang::Zh);
        assert_eq!(language(&words("xiangyin --lang=en build")), Lang::En);
    }
}
