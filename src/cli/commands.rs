//! All commands, and the whole command line declared in one language.
//!
//! clap's own words exist in English only, so help and version flags, headings and usage lines are declared here;
//! its errors are put into words in `usage`.

use super::args::{MessageFormat, one_of, option};
use super::command::Command;
use super::{
    authors, build, check, completions, doctor, explain_code, fix, import, init, man, metrics, new, publish, report,
    serve, share, version,
};
use crate::messages::{Lang, cli_text};
use clap::{Arg, ArgAction};
use std::ffi::OsString;

/// Every command, in the order in which the help lists them.
pub(crate) const COMMANDS: &[Command] = &[
    build::COMMAND,
    serve::COMMAND,
    check::COMMAND,
    new::COMMAND,
    import::COMMAND,
    metrics::COMMAND,
    report::COMMAND,
    authors::COMMAND,
    fix::COMMAND,
    init::COMMAND,
    explain_code::COMMAND,
    share::COMMAND,
    publish::COMMAND,
    doctor::COMMAND,
    completions::COMMAND,
    man::COMMAND,
];

/// The whole command line, declared in `lang`.
pub(crate) fn root_command(lang: Lang) -> clap::Command {
    let root = with_help_template(lang, clap::Command::new("xiangyin"), "root")
        .about(cli_text(lang, "about", &[]))
        .version(version::version())
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_help_heading(cli_text(lang, "heading-commands", &[]))
        .after_help(cli_text(lang, "after-help", &[]))
        .arg(one_of(
            global_option(lang, "message-format").value_name("FORMAT"),
            MessageFormat::NAMED.map(|(name, _)| name),
        ))
        .arg(one_of(global_option(lang, "lang").value_name("LANG"), ["zh-CN", "en"]))
        .arg(global_option(lang, "quiet").short('q').action(ArgAction::SetTrue))
        .arg(global_option(lang, "help").short('h').action(ArgAction::HelpShort))
        .arg(
            global_option(lang, "version")
                .short('V')
                .action(ArgAction::Version)
                .global(false),
        );
    COMMANDS.iter().fold(root, |root, command| {
        let bare = with_help_template(lang, clap::Command::new(command.name), command.name).about(cli_text(
            lang,
            &format!("command-{}", command.name),
            &[],
        ));
        root.subcommand((command.declare)(lang, bare))
    })
}

/// A command with its usage line and the frame of its help.
fn with_help_template(lang: Lang, command: clap::Command, name: &str) -> clap::Command {
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

/// The command that shows the help for what was tried: `xiangyin build --help`.
pub(super) fn help_command(lang: Lang, arguments: &[OsString]) -> String {
    let root = root_command(lang);
    let named = arguments.iter().skip(1).find_map(|word| root.find_subcommand(word));
    named.map_or_else(
        || "xiangyin --help".to_owned(),
        |command| format!("xiangyin {} --help", command.get_name()),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_sound_in_both_languages() {
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
}
