//! `xiangyin publish`: builds the site and brings it to a destination of `content/_publish.yaml`, or compares a published
//! copy with it.

use super::build::program_fingerprint;
use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::Console;
use super::progress::CommandProgressBar;
use super::{args, site_content, today, usage};
use crate::config::Settings;
use crate::deploy::{self, Destination, Destinations, LiveAddress, LiveRequest, Publication, PublishRequest};
use crate::diag::Diagnostic;
use crate::messages::Lang;
use crate::pipeline::{self, HeldBuild, Request};
use clap::ArgMatches;
use std::io;
use std::path::Path;

pub(super) const COMMAND: Command = Command {
    name: "publish",
    declare,
    run,
};

/// The most foreign files that are named.
const MAX_NAMES: usize = 20;

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    let check = args::option(lang, "check-live").long("check").value_name("URL");
    let check = check.value_parser(parse_live_address);
    let nothing_sent = ["target", "send-nothing", "take-over"];
    command
        .arg(
            args::positional(lang, "target")
                .required(false)
                .required_unless_present("check-live"),
        )
        .arg(args::flag(lang, "send-nothing").long("dry-run"))
        .arg(args::flag(lang, "take-over"))
        .arg(check.conflicts_with_all(nothing_sent))
        .arg(args::site_option(lang))
}

fn parse_live_address(text: &str) -> Result<LiveAddress, &'static str> {
    LiveAddress::parse(text).ok_or("usage-not-web")
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    // The kept files are those of the settings before the build. When they change meanwhile, the build refuses.
    let settings = match pipeline::load_settings(&site) {
        Ok(settings) => settings,
        Err(finding) => return fail(console, &[*finding]),
    };
    match matches.get_one::<LiveAddress>("check-live") {
        Some(address) => check(console, &site, &settings, address),
        None => publish(console, &site, &settings, matches),
    }
}

/// Publishes the site to the target that the command line names.
fn publish(
    console: &Console,
    site: &Path,
    settings: &Settings,
    matches: &ArgMatches,
) -> Result<ExitStatus, CommandError> {
    let name = matches.get_one::<String>("target").map_or("", |name| name.trim());
    let destinations = pipeline::load_destinations(site, settings);
    let Some(destination) = destinations.value.get(name) else {
        if site_content::has_errors(&destinations.findings) {
            return fail(console, &destinations.findings);
        }
        return Err(CommandError::Usage(unknown_target(console, name, &destinations.value)));
    };
    let is_dry_run = matches.get_flag("send-nothing");
    let published = with_build(console, site, settings, |build, keep| {
        let request = PublishRequest {
            site,
            // A site without an address has nothing better than its name.
            address: match settings.base_url.is_empty() {
                true => &settings.title,
                false => &settings.base_url,
            },
            folder: &build.folder,
            paths: &build.files,
            keep,
            is_dry_run,
            is_taken_over: matches.get_flag("take-over"),
        };
        let progress = CommandProgressBar::with_text(console, "progress-publish");
        deploy::publish(destination, request, &progress)
    })?;
    let Some(published) = published else {
        return Ok(ExitStatus::Findings);
    };
    console.print_findings(&published.findings)?;
    report(console, destination, &published, is_dry_run)?;
    Ok(ExitStatus::Done)
}

/// Compares the site at `address` with the one that would be published now.
fn check(
    console: &Console,
    site: &Path,
    settings: &Settings,
    address: &LiveAddress,
) -> Result<ExitStatus, CommandError> {
    let checked = with_build(console, site, settings, |build, _| {
        let request = LiveRequest {
            address,
            base_url: &settings.base_url,
            folder: &build.folder,
            paths: &build.files,
        };
        let progress = CommandProgressBar::with_text(console, "progress-live");
        let findings = deploy::check_live(request, &progress);
        Ok((findings, build.files.len()))
    })?;
    let Some((findings, files)) = checked else {
        return Ok(ExitStatus::Findings);
    };
    console.print_findings(&findings)?;
    let key = if findings.is_empty() {
        "live-right"
    } else {
        "live-wrong"
    };
    let files = console.pluralize("files", files);
    console.print_status(&console.text(key, &[("url", &address.to_string()), ("files", &files)]))?;
    Ok(match site_content::has_errors(&findings) {
        true => ExitStatus::Findings,
        false => ExitStatus::Done,
    })
}

/// Builds the site as it is published, and passes the build on with the files that the settings keep. `None`, after the
/// findings, when the site has errors or `then` fails.
fn with_build<T>(
    console: &Console,
    site: &Path,
    settings: &Settings,
    then: impl FnOnce(&HeldBuild, &[String]) -> Result<T, Box<Diagnostic>>,
) -> Result<Option<T>, CommandError> {
    let request = Request {
        program: program_fingerprint(),
        ..Request::new(site, today::today(console, site)?)
    };
    let outcome = pipeline::build(&request, &CommandProgressBar::new(console));
    if !outcome.published {
        return fail(console, &outcome.findings).map(|_| None);
    }
    console.print_findings(&outcome.findings)?;
    let keep: Vec<String> = settings.output.keep.iter().map(|name| name.text.clone()).collect();
    let held = pipeline::hold_build(&request, &keep);
    match held.and_then(|build| then(&build, &keep)) {
        Ok(value) => Ok(Some(value)),
        Err(finding) => fail(console, &[*finding]).map(|_| None),
    }
}

/// The mistake of a target that `_publish.yaml` does not name.
fn unknown_target(console: &Console, name: &str, destinations: &Destinations) -> UsageError {
    if destinations.names().next().is_none() {
        return UsageError::new(console.text("usage-no-targets", &[("target", name)]));
    }
    let hint = match destinations.suggest(name) {
        Some(near) => usage::did_you_mean(console.lang, near),
        None => usage::choices(console.lang, destinations.names()),
    };
    UsageError::new(console.text("usage-unknown-target", &[("target", name)])).with_hint(hint)
}

fn fail(console: &Console, findings: &[Diagnostic]) -> Result<ExitStatus, CommandError> {
    console.print_findings(findings)?;
    console.eprint_line(&console.text("not-published", &[]))?;
    Ok(ExitStatus::Findings)
}

/// Prints what was published. A dry run lists every file; that is what it is for.
fn report(console: &Console, destination: &Destination, published: &Publication, is_dry_run: bool) -> io::Result<()> {
    if is_dry_run {
        for (path, is_new) in &published.sent {
            console.print_line(&format!("{} {path}", if *is_new { '+' } else { '~' }))?;
        }
        for path in &published.deleted {
            console.print_line(&format!("- {path}"))?;
        }
    }
    if !published.foreign.is_empty() {
        let names = published.foreign.iter().take(MAX_NAMES).map(String::as_str);
        let names = names.collect::<Vec<_>>().join(console.lang.list_separator());
        let number = published.foreign.len();
        let key = if number > MAX_NAMES {
            "published-foreign-more"
        } else {
            "published-foreign"
        };
        let more = number.saturating_sub(MAX_NAMES).to_string();
        console.eprint_line(&console.text(key, &[("names", &names), ("more", &more)]))?;
    }
    if published.is_resumed && !is_dry_run {
        console.eprint_line(&console.text("published-resumed", &[]))?;
    }
    let is_same = published.sent.is_empty() && published.deleted.is_empty();
    let key = match (is_dry_run, is_same) {
        (true, _) => "would-publish",
        (false, true) => "published-same",
        (false, false) => "published",
    };
    let counted = |number: usize| console.pluralize("files", number);
    console.print_status(&console.text(
        key,
        &[
            ("name", &destination.name),
            ("sent", &counted(published.sent.len())),
            ("size", &size_text(published.bytes)),
            ("kept", &counted(published.kept)),
            ("deleted", &counted(published.deleted.len())),
        ],
    ))
}

/// A number of bytes as people read it.
fn size_text(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        assert_eq!(
            [0, 999, 1_000, 2_345_678].map(size_text),
            ["0 B", "999 B", "1.0 KB", "2.3 MB"]
        );
    }
}
