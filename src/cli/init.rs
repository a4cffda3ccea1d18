//! `xiangyin init`: a new site to start from, which builds as it is.

use super::console::Console;
use super::{Command, Status, Stop, args, today};
use crate::diag::{Code, Diagnostic};
use crate::messages::Lang;
use crate::output::{Action, Fault};
use clap::{ArgMatches, value_parser};
use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "init",
    declare,
    run,
};

/// The example site in both languages. `@DATE@` and `@YEAR@`, in paths and in texts, stand for today.
static STARTER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/starter");

/// What version control should not keep: the built site, and what stands beside it during a build.
const GITIGNORE: &str = "/public\n/.public.xiangyin-*\n";

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command.arg(args::positional(lang, "dir").value_parser(value_parser!(PathBuf)))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<Status, Stop> {
    let folder = matches.get_one::<PathBuf>("dir").cloned().unwrap_or_default();
    let today = today::today(console, &folder)?;
    match start(&folder, console.lang, today) {
        Ok(()) => {
            console.say(&console.text("started", &[("path", &folder.display().to_string())]))?;
            Ok(Status::Done)
        }
        Err(finding) => {
            console.findings(&[*finding])?;
            Ok(Status::Findings)
        }
    }
}

/// Writes the example site into `folder`, which must be absent or empty.
fn start(folder: &Path, lang: Lang, today: Date) -> Result<(), Box<Diagnostic>> {
    if let Some(reason) = unusable(folder) {
        let path = folder.display().to_string();
        let finding = Diagnostic::new(Code::ForeignOutput)
            .with("path", path.clone())
            .with("new", path);
        return Err(Box::new(
            finding.with("action", "act-make-folder").with("reason", reason),
        ));
    }
    for (path, text) in files(lang, today) {
        write(&folder.join(path), &text).map_err(|fault| Box::new(fault.diagnostic()))?;
    }
    Ok(())
}

/// Why a new site cannot be made in `folder`, as a word of the locales: nothing of an editor's is ever overwritten.
fn unusable(folder: &Path) -> Option<&'static str> {
    if folder.is_file() {
        return Some("why-is-file");
    }
    // A folder that cannot be looked at cannot be written to either, and writing tells why.
    let is_used = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    is_used.then_some("why-used")
}

/// Writes one file, with the folders above it.
fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(Fault::while_trying(Action::MakeFolder, parent))?;
    fs::write(path, text).map_err(Fault::while_trying(Action::Write, path))
}

/// Paths, relative to the site's folder, and texts of the example site.
fn files(lang: Lang, today: Date) -> Vec<(String, String)> {
    let dated = |text: &str| {
        text.replace("@DATE@", &today.to_string())
            .replace("@YEAR@", &today.year().to_string())
    };
    let mut files = vec![(".gitignore".to_owned(), GITIGNORE.to_owned())];
    let mut open: Vec<&Dir<'_>> = STARTER.get_dir(lang.tag()).into_iter().collect();
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs());
        for file in dir.files() {
            let path = file.path().strip_prefix(lang.tag()).unwrap_or(file.path());
            let text = file.contents_utf8().unwrap_or_default();
            files.push((dated(&path.to_string_lossy()), dated(text)));
        }
    }
    files
}
