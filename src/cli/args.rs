//! The arguments that several commands share, declared in one language.

use crate::messages::{Lang, cli_text};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use std::ffi::OsString;
use std::path::PathBuf;

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageFormat {
    /// For people, on standard error.
    Human,
    /// One JSON object a line, on standard output.
    Json,
}

/// The language of messages: `--lang` where it stands in `arguments`, else the environment's.
///
/// Looked up before the arguments are understood, because that may fail and must be told in this language.
pub(crate) fn language(arguments: &[OsString]) -> Lang {
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let after = words.windows(2).find(|pair| pair[0] == "--lang").map(|pair| &*pair[1]);
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    match after.or(joined) {
        Some(tag) => Lang::from_tag(tag),
        None => environment_language(),
    }
}

/// The language of the environment, by the variables of POSIX locales; where none is set, Chinese on Windows, whose
/// users are mostly the town's editors, and English elsewhere.
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

/// An option `--NAME` with its help, `arg-NAME` in the locales.
pub(super) fn option(lang: Lang, name: &'static str) -> Arg {
    arg_with_help(lang, name)
        .long(name)
        .help_heading(cli_text(lang, "heading-options", &[]))
}

/// An option that is given or not.
pub(super) fn flag(lang: Lang, name: &'static str) -> Arg {
    option(lang, name).action(ArgAction::SetTrue)
}

/// An option `--out FILE` under another id, because `--out` of `build` names a folder.
pub(super) fn out_file_option(lang: Lang, id: &'static str) -> Arg {
    option(lang, id)
        .long("out")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
}

/// A required argument without a name, in its turn.
pub(super) fn positional(lang: Lang, name: &'static str) -> Arg {
    arg_with_help(lang, name)
        .value_name(name.to_uppercase())
        .required(true)
        .help_heading(cli_text(lang, "heading-arguments", &[]))
}

/// An argument with its help. What may be written and what counts otherwise is part of that, in words, so clap's own
/// English remarks on them are hidden where it would make some.
fn arg_with_help(lang: Lang, name: &'static str) -> Arg {
    Arg::new(name).help(cli_text(lang, &format!("arg-{name}"), &[]))
}

/// The same argument, taking one of `words`.
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

/// The site's folder that was named.
pub(super) fn site_folder(matches: &ArgMatches) -> PathBuf {
    matches
        .get_one::<PathBuf>("site")
        .cloned()
        .unwrap_or_else(|| PathBuf::from("."))
}

/// The form of findings that was asked for.
pub(super) fn message_format(matches: &ArgMatches) -> MessageFormat {
    match matches.get_one::<String>("message-format").map(String::as_str) {
        Some("json") => MessageFormat::Json,
        _ => MessageFormat::Human,
    }
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
