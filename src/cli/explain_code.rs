//! `xiangyin explain`: what a finding means, with a wrong and a right example.

use super::args::{self, MessageFormat};
use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::Console;
use super::terminal;
use super::usage;
use crate::diag::{Code, nearest};
use crate::messages::{Lang, code_description, code_example};
use crate::pipeline;
use clap::ArgMatches;
use serde_json::json;
use std::io::{self, Write as _};

pub(super) const COMMAND: Command = Command {
    name: "explain",
    declare,
    run,
};

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command.arg(args::positional(lang, "code")).arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let name = matches.get_one::<String>("code").map_or("", |name| name.trim());
    let Some(code) = Code::from_name(&name.to_lowercase()) else {
        let near = nearest(name, Code::ALL.iter().map(|code| code.as_str()));
        let error = UsageError::new(console.text("usage-unknown-code", &[("code", name)]));
        let near = near.map(|word| usage::did_you_mean(console.lang, word));
        return Err(CommandError::Usage(error.with_hint(near)));
    };
    // Without `--lang`, the explanation is in the language of the site, like its content.
    let asked = matches.get_one::<String>("lang").map(|tag| Lang::from_tag(tag));
    let of_site = || {
        let settings = pipeline::load_settings(&args::site_folder(matches)).ok()?;
        Some(Lang::from_tag(&settings.language))
    };
    let lang = asked.or_else(of_site).unwrap_or(console.lang);
    let text = match console.format {
        MessageFormat::Json => explain_json(code, lang),
        _ => explain(
            &Console {
                lang,
                ..console.clone()
            },
            code,
        ),
    };
    writeln!(io::stdout(), "{text}")?;
    Ok(ExitStatus::Done)
}

/// The explanation as text.
fn explain(console: &Console, code: Code) -> String {
    let lang = console.lang;
    let severity = console.text(code.default_severity().as_str(), &[]);
    let rule = if code.is_error_of_form() {
        "explain-fixed"
    } else {
        "explain-settable"
    };
    let width = terminal::width();
    let example = |label: &str, text: &str| {
        let lines = text.trim_end().lines().map(|line| format!("    {line}"));
        let lines: Vec<String> = std::iter::once(console.text(label, &[])).chain(lines).collect();
        lines.join("\n")
    };
    let mut parts = vec![
        format!("{severity}[{}]", code.as_str()),
        terminal::fold_text(code_description(code, lang), width),
    ];
    if let Some((wrong, right)) = code_example(code, lang) {
        parts.extend([example("explain-wrong", wrong), example("explain-right", right)]);
    }
    parts.push(terminal::fold_text(
        &console.text(rule, &[("code", code.as_str())]),
        width,
    ));
    parts.join("\n\n")
}

/// The same for programs.
fn explain_json(code: Code, lang: Lang) -> String {
    let (wrong, right) = code_example(code, lang).unzip();
    let object = json!({
        "code": code.as_str(),
        "severity": code.default_severity().as_str(),
        "about": code_description(code, lang),
        "wrong": wrong,
        "right": right,
        "can_be_lowered": !code.is_error_of_form(),
    });
    object.to_string()
}
