//! `xiangyin share`: writes posts as another outlet takes them.

use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::{Console, display_path};
use super::new::unknown_kind;
use super::period::parse_period;
use super::write_aside::{rename_to_free_name, write_aside};
use super::{args, today, usage};
use crate::export::{Outlet, SharedPost, Sharing};
use crate::messages::Lang;
use crate::pipeline::{Selection, ShareError, Shared, share};
use clap::ArgMatches;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "share",
    declare,
    run,
};

/// The options that only some outlets have.
const OWN_OPTIONS: [(&str, &[Outlet]); 3] = [
    ("issue", &[Outlet::Brief]),
    ("number", &[Outlet::Circular]),
    ("headline", &[Outlet::Brief, Outlet::Circular]),
];

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    let outlet = args::option(lang, "for").value_name("OUTLET").required(true);
    command
        .arg(args::positional(lang, "post").required(false).num_args(0..))
        .arg(args::one_of(outlet, Outlet::NAMED.map(|(name, _)| name)))
        .arg(args::option(lang, "of-kind").long("kind").value_name("KIND"))
        .arg(args::option(lang, "in-period").long("period").value_name("PERIOD"))
        .arg(
            args::option(lang, "issue")
                .value_name("NUMBER")
                .value_parser(parse_issue),
        )
        .arg(args::option(lang, "number").value_name("TEXT"))
        .arg(args::option(lang, "headline").long("title").value_name("TEXT"))
        .arg(args::out_file_option(lang, "shared"))
        .arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let folder = args::site_folder(matches);
    let today = today::today(console, &folder)?;
    let outlet = text(matches, "for")
        .and_then(|name| Outlet::named(&name))
        .unwrap_or(Outlet::Plain);
    let selection = selection(console, matches, outlet).map_err(CommandError::Usage)?;
    let sharing = Sharing {
        issue: matches.get_one::<u32>("issue").copied(),
        number: text(matches, "number"),
        title: text(matches, "headline"),
        period: match selection {
            Selection::Kind(_, period) => Some(period),
            Selection::Posts(_) => None,
        },
        ..Sharing::new(outlet)
    };
    let shared = match share(&folder, today, &selection, &sharing) {
        Ok(shared) => shared,
        Err(error) => return refuse(console, error),
    };
    let out = matches.get_one::<PathBuf>("shared").cloned();
    match out.or_else(|| (!outlet.is_text()).then(|| file_name(&shared, outlet))) {
        Some(path) => write_file(console, &path, &shared.copy),
        None => {
            io::stdout().write_all(&shared.copy.bytes)?;
            print_remarks(console, &shared.copy)
        }
    }
}

/// Parses the number of an issue. The error is the key of its message.
fn parse_issue(value: &str) -> Result<u32, &'static str> {
    let number = value.parse().ok().filter(|number| *number > 0);
    number.ok_or("usage-no-issue")
}

/// The text of an option, without spaces around it.
fn text(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.get_one::<String>(id).map(|text| text.trim().to_owned())
}

/// Which posts are meant.
///
/// # Errors
/// A usage error about what does not go together.
fn selection(console: &Console, matches: &ArgMatches, outlet: Outlet) -> Result<Selection, UsageError> {
    let error = |key: &str, values: &[(&'static str, &str)]| Err(UsageError::new(console.text(key, values)));
    for (option, outlets) in OWN_OPTIONS {
        if matches.contains_id(option) && !outlets.contains(&outlet) {
            let names = outlets.iter().map(|outlet| outlet.name()).collect::<Vec<_>>();
            let option = if option == "headline" { "title" } else { option };
            let values = [
                ("option", option),
                ("outlets", &names.join(console.lang.list_separator())),
            ];
            return error("usage-share-option", &values);
        }
    }
    let posts: Vec<String> = matches.get_many("post").into_iter().flatten().cloned().collect();
    let is_one_too_many = |posts: usize| posts > 1 && !outlet.takes_several();
    match (text(matches, "of-kind"), text(matches, "in-period")) {
        (None, None) if posts.is_empty() => error("usage-share-nothing", &[]),
        (None, None) if is_one_too_many(posts.len()) => error("usage-share-one", &[("outlet", outlet.name())]),
        (None, None) => Ok(Selection::Posts(posts)),
        (Some(_), _) | (_, Some(_)) if !posts.is_empty() => error("usage-share-both", &[]),
        (Some(_), Some(_)) if !outlet.takes_several() => error("usage-share-one", &[("outlet", outlet.name())]),
        (Some(kind), Some(period)) => Ok(Selection::Kind(kind, parse_period(console, &period)?)),
        _ => error("usage-share-half", &[]),
    }
}

/// Says why nothing is shared: prints the findings, or returns the usage error for posts that do not exist or cannot be
/// shared, with what was probably meant.
fn refuse(console: &Console, error: ShareError) -> Result<ExitStatus, CommandError> {
    let error = match error {
        ShareError::Findings(findings) => {
            console.print_findings(&findings)?;
            return Ok(ExitStatus::Findings);
        }
        ShareError::UnknownPost(post, near) => UsageError::new(console.text("usage-unknown-post", &[("post", &post)]))
            .with_hint(near.map(|path| usage::did_you_mean(console.lang, &path))),
        ShareError::Withheld(post) => UsageError::new(console.text("usage-withheld-post", &[("post", &post)])),
        ShareError::UnknownKind(kind, kinds) => unknown_kind(console, &kind, &kinds),
        ShareError::NoPosts(kind, period) => {
            let period = period.to_string();
            UsageError::new(console.text("usage-share-none", &[("kind", &kind), ("period", &period)]))
        }
    };
    Err(CommandError::Usage(error))
}

fn write_file(console: &Console, path: &Path, copy: &SharedPost) -> Result<ExitStatus, CommandError> {
    let place = |temporary: &Path| rename_to_free_name(temporary, path);
    match write_aside(path, path, &copy.bytes, place) {
        Ok(path) => {
            writeln!(io::stdout(), "{}", display_path(&path))?;
            print_remarks(console, copy)
        }
        Err(fault) => {
            console.print_findings(&[fault.to_diagnostic()])?;
            Ok(ExitStatus::Findings)
        }
    }
}

fn print_remarks(console: &Console, copy: &SharedPost) -> Result<ExitStatus, CommandError> {
    for remark in copy.remark_texts(console.lang) {
        console.eprint_line(&remark)?;
    }
    Ok(ExitStatus::Done)
}

/// The name of an office file in the current folder: that of the post's file; of several posts, that of the outlet.
fn file_name(shared: &Shared, outlet: Outlet) -> PathBuf {
    let stem = if shared.posts == 1 && outlet != Outlet::Ledger {
        shared.stem.as_str()
    } else {
        outlet.name()
    };
    PathBuf::from(format!("{stem}.{}", outlet.extension()))
}
