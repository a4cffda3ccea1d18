//! `xiangyin doctor`: looks at what the program needs on this computer. Each line says how one thing is and what to do.
//!
//! It only looks: nothing is changed, and nothing is read but what the checks name.

use super::args::{self, MessageFormat};
use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::today;
use super::version::version;
use crate::diag::Severity;
use crate::messages::Lang;
use crate::pipeline::{self, NoProgress, Request};
use clap::ArgMatches;
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use walkdir::WalkDir;

pub(super) const COMMAND: Command = Command {
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
    let mut findings = vec![look_at_program(console)];
    findings.extend(look_at_site(console, &site)?);
    findings.push(look_at_clock(console, &site)?);
    findings.extend(look_at_watches(console, &site));
    findings.push(look_at_cache(console, &site));
    findings.push(look_at_fonts(console));
    findings.push(look_at_git(console, &site));
    let mut out = io::stdout().lock();
    for finding in &findings {
        print(console, finding, &mut out)?;
    }
    let is_bad = findings.iter().any(|finding| finding.state == State::Bad);
    Ok(if is_bad { ExitStatus::Findings } else { ExitStatus::Done })
}

fn print(console: &Console, finding: &Finding, out: &mut impl io::Write) -> io::Result<()> {
    if console.format == MessageFormat::Json {
        let line = json!({
            "check": finding.name, "state": finding.state.as_str(), "message": finding.text, "help": finding.help,
        });
        return writeln!(out, "{line}");
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
    writeln!(out, "{mark} {name}{}{}", console.text("colon", &[]), finding.text)?;
    match &finding.help {
        Some(help) => writeln!(out, "  {help}"),
        None => Ok(()),
    }
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
fn look_at_site(console: &Console, site: &Path) -> Result<Vec<Finding>, CommandError> {
    let shown = site.canonicalize().unwrap_or_else(|_| site.to_owned());
    let shown = shown.display().to_string();
    let Ok(settings) = pipeline::load_settings(site) else {
        return Ok(vec![Finding {
            name: "site",
            state: State::Bad,
            text: console.text("doctor-site-none", &[("path", &shown)]),
            help: Some(console.text("doctor-site-none-help", &[])),
        }]);
    };
    let found = pipeline::check(&Request::new(site, today::today(console, site)?), &NoProgress).findings;
    let errors = found
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let counted = |key: &str, number: usize| console.pluralize(key, number);
    let warnings = found.len() - errors;
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
    Ok(vec![of_site, of_theme])
}

/// Today's date. A file that was changed tomorrow shows that the clock is wrong.
fn look_at_clock(console: &Console, site: &Path) -> Result<Finding, CommandError> {
    let day = today::today(console, site)?.to_string();
    let zone = pipeline::load_settings(site).unwrap_or_default().timezone;
    let zone = zone.iana_name().unwrap_or("UTC").to_owned();
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
    Ok(Finding {
        name: "clock",
        state,
        text: console.text("doctor-clock-is", &[("day", &day), ("zone", &zone)]),
        help: help.map(|key| console.text(key, &[])),
    })
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
    let cache = site.join(".xiangyin-cache");
    let sizes = WalkDir::new(&cache)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.metadata().ok());
    let size: u64 = sizes.filter(fs::Metadata::is_file).map(|file| file.len()).sum();
    let megabytes = format!("{:.1}", size as f64 / 1e6);
    let is_writable = tempfile_in(site);
    Finding {
        name: "cache",
        state: if is_writable { State::Good } else { State::Bad },
        text: console.text("doctor-cache-is", &[("size", &megabytes)]),
        help: (!is_writable).then(|| console.text("doctor-cache-help", &[("path", &site.display().to_string())])),
    }
}

/// Whether a file can be made in `folder`. It is removed at once.
fn tempfile_in(folder: &Path) -> bool {
    let path = folder.join(format!(".xiangyin-new-{:016x}", std::process::id()));
    let made = fs::File::create_new(&path).is_ok();
    made && fs::remove_file(&path).is_ok()
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
    if let Some(families) = output_of(Process::new("fc-list").args([":", "family", "file"])) {
        return Some(families.to_lowercase());
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

/// Whether the site is kept in Git, which `check --gov` asks for the dates of files.
fn look_at_git(console: &Console, site: &Path) -> Finding {
    let git = || {
        let mut git = Process::new("git");
        git.arg("-C").arg(site);
        git
    };
    let version = output_of(git().arg("--version"));
    let shallow = output_of(git().args(["rev-parse", "--is-shallow-repository"]));
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

/// What a program writes. `None` when it is missing or fails.
fn output_of(program: &mut Process) -> Option<String> {
    let done = program.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    done.status
        .success()
        .then(|| String::from_utf8_lossy(&done.stdout).into_owned())
}
