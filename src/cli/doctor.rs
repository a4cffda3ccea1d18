//! `xiangyin doctor`: looks at what the program needs on this computer. Each line says how one thing is and what to do.
//!
//! It only looks: no file is changed.

use super::args::MessageFormat;
use super::command::{CommandError, ExitStatus};
use super::console::{Console, count_warnings};
use super::version::version;
use super::write_aside::write_aside;
use super::{args, command, today};
use crate::config::Settings;
use crate::deploy;
use crate::messages::{self, Lang};
use crate::output::{CACHE_NAME, SPARE_FOLDER};
use crate::pipeline::{self, NoProgress, Request};
use crate::source;
use clap::ArgMatches;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use walkdir::WalkDir;

pub(super) const COMMAND: command::Command = command::Command {
    name: "doctor",
    declare,
    run,
};

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// As it should be.
    Good,
    /// Something works less well than it could.
    Note,
    /// Something does not work.
    Bad,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Bad => "bad",
        }
    }
}

/// What was found about one thing.
struct Finding {
    /// The thing: `doctor-NAME` in the locales.
    name: &'static str,
    state: State,
    text: String,
    /// What to do.
    help: Option<String>,
}

/// The fonts of an official document (GB/T 9704-2012, 5.2.2), each with the names under which systems have it.
const FONTS: [(&str, &[&str]); 4] = [
    ("小标宋", &["小标宋", "fzxbs", "xiaobiaosong"]),
    ("仿宋", &["仿宋", "fangsong", "simfang", "stfangso"]),
    ("楷体", &["楷体", "kaiti", "simkai", "stkaiti"]),
    ("黑体", &["黑体", "simhei", "heiti", "stheiti"]),
];

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command.arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let today = today::today(console, &site)?;
    let settings = pipeline::load_settings(&site).ok();
    let mut findings = vec![look_at_program(console)];
    findings.extend(look_at_site(console, &site, settings.as_ref(), today));
    let settings = settings.unwrap_or_default();
    findings.push(look_at_clock(console, &site, &settings, today));
    findings.extend(look_at_watches(console, &site));
    findings.push(look_at_cache(console, &site));
    findings.push(look_at_fonts(console));
    findings.push(look_at_git(console, &site));
    findings.extend(look_at_targets(console, &site, &settings));
    findings.iter().try_for_each(|finding| print(console, finding))?;
    let is_bad = findings.iter().any(|finding| finding.state == State::Bad);
    Ok(if is_bad { ExitStatus::Findings } else { ExitStatus::Done })
}

fn print(console: &Console, finding: &Finding) -> io::Result<()> {
    if console.format == MessageFormat::Json {
        return console.print_json(&json!({
            "check": finding.name, "state": finding.state.as_str(), "message": finding.text, "help": finding.help,
        }));
    }
    if console.is_quiet && finding.state == State::Good {
        return Ok(());
    }
    let mark = match finding.state {
        State::Good => "✓",
        State::Note => "!",
        State::Bad => "✗",
    };
    let name = console.text(&format!("doctor-{}", finding.name), &[]);
    console.print_line(&format!("{mark} {name}{}{}", console.text("colon", &[]), finding.text))?;
    let mut help = finding.help.iter();
    help.try_for_each(|help| console.print_line(&format!("  {help}")))
}

fn look_at_program(console: &Console) -> Finding {
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    Finding {
        name: "program",
        state: State::Good,
        text: console.text("doctor-program-is", &[("version", &version()), ("system", &system)]),
        help: None,
    }
}

/// The site and its theme, with the number of findings about them.
fn look_at_site(console: &Console, site: &Path, settings: Option<&Settings>, today: Date) -> Vec<Finding> {
    let shown = site.canonicalize().unwrap_or_else(|_| site.to_owned());
    let shown = shown.display().to_string();
    let Some(settings) = settings else {
        return vec![Finding {
            name: "site",
            state: State::Bad,
            text: console.text("doctor-site-none", &[("path", &shown)]),
            help: Some(console.text("doctor-site-none-help", &[])),
        }];
    };
    let found = pipeline::check(&Request::new(site, today), &NoProgress).findings;
    let warnings = count_warnings(&found);
    let errors = found.len() - warnings;
    let counted = |key: &str, number: usize| console.pluralize(key, number);
    let text = console.text(
        "doctor-site-is",
        &[
            ("path", &shown),
            ("errors", &counted("errors", errors)),
            ("warnings", &counted("warnings", warnings)),
        ],
    );
    let of_site = Finding {
        name: "site",
        state: match (errors, warnings) {
            (0, 0) => State::Good,
            (0, _) => State::Note,
            _ => State::Bad,
        },
        text,
        help: (!found.is_empty()).then(|| console.text("doctor-site-help", &[])),
    };
    let own = site.join("themes").join(&settings.theme).is_dir();
    let place = if own {
        "doctor-theme-own"
    } else {
        "doctor-theme-built-in"
    };
    let of_theme = Finding {
        name: "theme",
        state: State::Good,
        text: console.text(place, &[("name", &settings.theme)]),
        help: None,
    };
    vec![of_site, of_theme]
}

/// Today's date. A file that was changed tomorrow shows that the clock is wrong.
fn look_at_clock(console: &Console, site: &Path, settings: &Settings, today: Date) -> Finding {
    let zone = settings.timezone.iana_name().unwrap_or("UTC");
    let is_set = std::env::var_os("SOURCE_DATE_EPOCH").is_some_and(|value| !value.is_empty());
    let tomorrow = Timestamp::now().saturating_add(24.hours()).unwrap_or(Timestamp::MAX);
    let changed = WalkDir::new(site.join("content")).into_iter().flatten();
    let mut changed = changed.filter_map(|entry| Timestamp::try_from(entry.metadata().ok()?.modified().ok()?).ok());
    let is_slow = changed.any(|time| time > tomorrow);
    let (state, help) = match (is_set, is_slow) {
        (true, _) => (State::Note, Some("doctor-clock-set")),
        (_, true) => (State::Note, Some("doctor-clock-slow")),
        _ => (State::Good, None),
    };
    Finding {
        name: "clock",
        state,
        text: console.text("doctor-clock-is", &[("day", &today.to_string()), ("zone", zone)]),
        help: help.map(|key| console.text(key, &[])),
    }
}

/// Whether a preview can watch all folders. Only Linux has a limit.
fn look_at_watches(console: &Console, site: &Path) -> Option<Finding> {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?;
    let limit: usize = limit.trim().parse().ok()?;
    let folders = ["content", "themes"]
        .into_iter()
        .flat_map(|name| WalkDir::new(site.join(name)));
    let folders = folders.flatten().filter(|entry| entry.file_type().is_dir()).count();
    // Editors watch the same folders.
    let is_enough = folders.saturating_mul(2) <= limit;
    Some(Finding {
        name: "watches",
        state: if is_enough { State::Good } else { State::Bad },
        text: console.text(
            "doctor-watches-are",
            &[("limit", &limit.to_string()), ("folders", &folders.to_string())],
        ),
        help: (!is_enough).then(|| console.text("doctor-watches-help", &[])),
    })
}

/// The size of what the program remembers, and whether it can write beside it.
fn look_at_cache(console: &Console, site: &Path) -> Finding {
    let cache = site.join(CACHE_NAME);
    // The files of the copy of the output folder are those of the folder itself.
    let sizes = WalkDir::new(&cache)
        .into_iter()
        .filter_entry(|entry| entry.file_name() != SPARE_FOLDER)
        .flatten()
        .filter_map(|entry| entry.metadata().ok());
    let size: u64 = sizes.filter(fs::Metadata::is_file).map(|file| file.len()).sum();
    let megabytes = format!("{:.1}", size as f64 / 1e6);
    let trial = site.join("trial");
    // The file is made, and removed because it gets no name.
    let is_writable = site.is_dir() && write_aside(&trial, &trial, b"", |_| Ok(())).is_ok();
    Finding {
        name: "cache",
        state: if is_writable { State::Good } else { State::Bad },
        text: console.text("doctor-cache-is", &[("size", &megabytes)]),
        help: (!is_writable).then(|| console.text("doctor-cache-help", &[("path", &site.display().to_string())])),
    }
}

/// Which fonts of official documents are missing. They decide how a Word file looks here, not what is in it.
fn look_at_fonts(console: &Console) -> Finding {
    let Some(installed) = installed_fonts() else {
        return Finding {
            name: "fonts",
            state: State::Note,
            text: console.text("doctor-fonts-unknown", &[]),
            help: None,
        };
    };
    let is_installed = |names: &[&str]| names.iter().any(|name| installed.contains(name));
    let missing = FONTS
        .iter()
        .filter(|(_, names)| !is_installed(names))
        .map(|(font, _)| *font);
    let missing = missing.collect::<Vec<_>>().join(console.lang.list_separator());
    let is_complete = missing.is_empty();
    Finding {
        name: "fonts",
        state: if is_complete { State::Good } else { State::Note },
        text: if is_complete {
            console.text("doctor-fonts-all", &[])
        } else {
            console.text("doctor-fonts-missing", &[("fonts", &missing)])
        },
        help: (!is_complete).then(|| console.text("doctor-fonts-help", &[])),
    }
}

/// The names of all fonts, in lower case. `None` when the system does not say.
fn installed_fonts() -> Option<String> {
    let mut list = Command::new("fc-list");
    list.args([":", "family", "file"])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    if let Some(list) = list.output().ok().filter(|list| list.status.success()) {
        return Some(String::from_utf8_lossy(&list.stdout).to_lowercase());
    }
    let home = std::env::var_os(if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" }).unwrap_or_default();
    let home = Path::new(&home);
    let folders = [
        Path::new("C:\\Windows\\Fonts").to_owned(),
        home.join("Microsoft\\Windows\\Fonts"),
        Path::new("/Library/Fonts").to_owned(),
        Path::new("/System/Library/Fonts").to_owned(),
        home.join("Library/Fonts"),
    ];
    let files = folders
        .iter()
        .flat_map(|folder| WalkDir::new(folder).max_depth(3))
        .flatten();
    let names: BTreeSet<String> = files
        .map(|file| file.file_name().to_string_lossy().to_lowercase())
        .collect();
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join("\n"))
}

/// Whether the site can be published to each of its targets.
fn look_at_targets(console: &Console, site: &Path, settings: &Settings) -> Vec<Finding> {
    let destinations = pipeline::load_destinations(site, settings).value;
    let look = |destination: &deploy::Destination| match deploy::check_reachable(site, destination) {
        Ok(()) => Finding {
            name: "target",
            state: State::Good,
            text: console.text("doctor-target-is", &[("name", &destination.name)]),
            help: None,
        },
        Err(finding) => Finding {
            name: "target",
            state: State::Bad,
            text: messages::message(&finding, console.lang),
            help: messages::help(&finding, console.lang),
        },
    };
    destinations.iter().map(look).collect()
}

/// Whether the site is kept in Git, which `check --gov` asks for the dates of files.
fn look_at_git(console: &Console, site: &Path) -> Finding {
    let output = |arguments: &[&str]| {
        let output = source::git_output(site, arguments)?;
        Some(String::from_utf8_lossy(&output).into_owned())
    };
    let version = output(&["--version"]);
    let shallow = output(&["rev-parse", "--is-shallow-repository"]);
    let (state, key) = match (&version, shallow.as_deref().map(str::trim)) {
        (None, _) => (State::Note, "doctor-git-none"),
        (Some(_), None) => (State::Note, "doctor-git-no-repository"),
        (Some(_), Some("true")) => (State::Note, "doctor-git-shallow"),
        (Some(_), Some(_)) => (State::Good, "doctor-git-is"),
    };
    let version = version.unwrap_or_default();
    let version = version.trim().trim_start_matches("git version ");
    Finding {
        name: "git",
        state,
        text: console.text(key, &[("version", version)]),
        help: (state == State::Note).then(|| console.text("doctor-git-help", &[])),
    }
}
