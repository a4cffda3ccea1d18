//! Declares the command line in one language, and the arguments that several commands share.
//!
//! clap's own texts exist in English only, so this module declares the help and version flags, headings and usage
//! lines. `usage` translates clap's errors.

use crate::messages::{Lang, cli_text};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use std::ffi::OsString;
use std::path::PathBuf;

/// The output format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageFormat {
    /// Text for people, on standard error.
    Human,
    /// One JSON object per line, on standard output.
    Json,
    /// Annotations of GitHub Actions, on standard output.
    Github,
    /// A code-quality report of GitLab, on standard output.
    Gitlab,
    /// A log in SARIF 2.1.0, on standard output.
    Sarif,
}

impl MessageFormat {
    /// The formats by the names that `--message-format` takes.
    pub(super) const NAMED: [(&'static str, Self); 5] = [
        ("human", Self::Human),
        ("json", Self::Json),
        ("github", Self::Github),
        ("gitlab", Self::Gitlab),
        ("sarif", Self::Sarif),
    ];
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
    let name = matches.get_one::<String>("message-format");
    let found = MessageFormat::NAMED
        .iter()
        .find(|(known, _)| name.is_some_and(|name| name == known));
    found.map_or(MessageFormat::Human, |(_, format)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_option_is_read_in_both_forms() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language(&words("xiangyin build --lang zh-CN")), Lang::Zh);
        assert_eq!(language(&words("xiangyin --lang=en build")), Lang::En);
    }
}
