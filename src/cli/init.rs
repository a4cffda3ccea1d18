//! `xiangyin init`: creates a new site, which builds without changes.

use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::embedded::files_of;
use super::recipes::{self, AddedFile};
use super::{args, today};
use crate::diag::{Code, Diagnostic};
use crate::messages::Lang;
use crate::output::{Action, OutputError};
use crate::pipeline;
use clap::{ArgAction, ArgMatches, value_parser};
use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "init",
    declare,
    run,
};

/// The example site in both languages. `@DATE@` and `@YEAR@`, in paths and in texts, stand for today's date and year.
static EXAMPLE_SITE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/starter");

/// What version control should ignore: the built site, what lies beside it while a build runs, and the cache.
const GITIGNORE: &str = "/public\n/.public.xiangyin-*\n/.xiangyin-cache\n";

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    let recipe = args::option(lang, "recipe")
        .value_name("RECIPE")
        .action(ArgAction::Append);
    command
        .arg(
            args::positional(lang, "dir")
                .value_parser(value_parser!(PathBuf))
                .required(false)
                .required_unless_present("recipe"),
        )
        .arg(args::one_of(recipe, recipes::NAMES))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let folder = matches.get_one::<PathBuf>("dir").cloned().unwrap_or_else(|| ".".into());
    let names: Vec<&String> = matches.get_many("recipe").into_iter().flatten().collect();
    let today = today::today(console, &folder)?;
    // Recipes are added to a site that exists; without them, a folder with files is an error.
    let is_site = folder.join("content/site.yaml").is_file();
    if names.is_empty() || !is_site {
        if let Err(finding) = create_site(&folder, console.lang, today) {
            console.print_findings(&[*finding])?;
            return Ok(ExitStatus::Findings);
        }
        console.print_status(&console.text("started", &[("path", &folder.display().to_string())]))?;
    }
    for name in names {
        match add_recipe(name, &folder) {
            Ok(files) => print_added(console, &files)?,
            Err(finding) => {
                console.print_findings(&[*finding])?;
                return Ok(ExitStatus::Findings);
            }
        }
    }
    Ok(ExitStatus::Done)
}

fn add_recipe(name: &str, folder: &Path) -> Result<Vec<AddedFile>, Box<Diagnostic>> {
    let settings = pipeline::load_settings(folder)?;
    let added = recipes::add(name, folder, &settings.links.site);
    added.map_err(|fault| Box::new(fault.to_diagnostic()))
}

/// Says which files were added, and which were there.
fn print_added(console: &Console, files: &[AddedFile]) -> io::Result<()> {
    files.iter().try_for_each(|file| {
        let key = if file.is_new { "recipe-added" } else { "recipe-kept" };
        console.print_status(&console.text(key, &[("path", &file.path)]))
    })
}

/// Writes the example site into `folder`, which must be absent or empty: first into a folder in it, whose entries are then
/// renamed. So a kill or a full disk leaves no part of a site.
fn create_site(folder: &Path, lang: Lang, today: Date) -> Result<(), Box<Diagnostic>> {
    if let Some(reason) = unusable_reason(folder) {
        let path = folder.display().to_string();
        let finding = Diagnostic::new(Code::ForeignOutput)
            .with("path", path.clone())
            .with("new", path);
        return Err(Box::new(
            finding.with("action", "act-make-folder").with("reason", reason),
        ));
    }
    let staged = folder.join(STAGED);
    let created = remove_staged(folder)
        .map_err(OutputError::while_trying(Action::Remove, &staged))
        .and_then(|()| write_site(folder, &staged, lang, today));
    created.map_err(|fault| {
        // The editor needs the first error. The next run removes what is left.
        let _ = remove_staged(folder);
        Box::new(fault.to_diagnostic())
    })
}

/// The folder of a site that is not complete.
const STAGED: &str = ".xiangyin-init";

/// The name of the file that Git reads.
const GITIGNORE_NAME: &str = ".gitignore";

/// Writes the example site to `staged`, then moves it into `folder`.
fn write_site(folder: &Path, staged: &Path, lang: Lang, today: Date) -> Result<(), OutputError> {
    for (path, text) in example_files(lang, today) {
        write(&staged.join(path), &text)?;
    }
    // `content` is the site; it is the last.
    for name in [GITIGNORE_NAME, "content"] {
        let to = folder.join(name);
        fs::rename(staged.join(name), &to).map_err(OutputError::while_trying(Action::Write, &to))?;
    }
    fs::remove_dir(staged).map_err(OutputError::while_trying(Action::Remove, staged))
}

/// Removes what a killed run left in `folder`.
fn remove_staged(folder: &Path) -> io::Result<()> {
    if !folder.join(STAGED).exists() {
        return Ok(());
    }
    if is_unchanged_gitignore(folder) {
        fs::remove_file(folder.join(GITIGNORE_NAME))?;
    }
    fs::remove_dir_all(folder.join(STAGED))
}

fn is_unchanged_gitignore(folder: &Path) -> bool {
    fs::read(folder.join(GITIGNORE_NAME)).is_ok_and(|text| text == GITIGNORE.as_bytes())
}

/// Why a new site cannot be created in `folder`, as a key of the locales; `None` when it can. An editor's files are
/// never overwritten.
fn unusable_reason(folder: &Path) -> Option<&'static str> {
    if folder.is_file() {
        return Some("why-is-file");
    }
    // A folder that cannot be listed cannot be written to either, and the write reports the reason.
    let names: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    let is_staged = names.iter().any(|name| name == STAGED);
    let is_left =
        |name: &OsString| is_staged && (name == STAGED || (name == GITIGNORE_NAME && is_unchanged_gitignore(folder)));
    (!names.iter().all(is_left)).then_some("why-used")
}

/// Writes one file, creates its parent folders, and has the disk store it.
fn write(path: &Path, text: &str) -> Result<(), OutputError> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(OutputError::while_trying(Action::MakeFolder, parent))?;
    let stored = File::create_new(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    stored.map_err(OutputError::while_trying(Action::Write, path))
}

/// The files of the example site: paths relative to the site's folder, and texts.
fn example_files(lang: Lang, today: Date) -> Vec<(String, String)> {
    let dated = |text: &str| {
        text.replace("@DATE@", &today.to_string())
            .replace("@YEAR@", &today.year().to_string())
    };
    let mut files = vec![(GITIGNORE_NAME.to_owned(), GITIGNORE.to_owned())];
    let example = files_of(&EXAMPLE_SITE, lang.tag()).into_iter();
    files.extend(example.map(|(path, text)| (dated(&path), dated(text))));
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::scaffold::{ScaffoldInput, scaffold};
    use crate::config::Settings;
    use crate::paths::SourcePath;
    use crate::record::front_matter;
    use crate::schema::{self, Kinds, Rosters, Schema};
    use crate::yaml::Mapping;
    use jiff::civil::date;

    /// The findings in the front matter of one post.
    fn findings(path: &str, text: &str, kinds: &Kinds, rosters: &Rosters) -> Vec<Diagnostic> {
        let settings = Settings::default();
        let schema = Schema {
            kinds,
            rosters,
            policy: &settings.policy,
            zone: &settings.timezone,
            site: &settings.links.site,
        };
        let split = front_matter::split_front_matter(path, text);
        let path = SourcePath::new(path);
        let read = front_matter::read(&path, text, split.value.yaml, &schema, &Mapping::new());
        split.findings.into_iter().chain(read.findings).collect()
    }

    #[test]
    fn the_example_site_has_no_findings() {
        for lang in [Lang::Zh, Lang::En] {
            let files = example_files(lang, date(2026, 3, 5));
            let lists: Vec<(&str, &str)> = files
                .iter()
                .filter(|(path, _)| path.contains("_data/"))
                .map(|(path, text)| (path.as_str(), text.as_str()))
                .collect();
            let rosters = schema::read_rosters(&lists);
            assert_eq!(rosters.findings, []);
            for (path, text) in &files {
                if path.ends_with("site.yaml") {
                    assert_eq!(schema::read_settings(path, text).findings, []);
                } else if path.ends_with(".md") {
                    assert_eq!(findings(path, text, &Kinds::built_in(), &rosters.value), [], "{path}");
                }
            }
        }
    }

    #[test]
    fn scaffold_lacks_only_required_fields() {
        let kinds = Kinds::built_in();
        for kind in kinds.iter() {
            let input = ScaffoldInput {
                title: "护河队：清理“石桥”河段",
                today: date(2026, 3, 5),
                fields: &[],
                is_guessed: false,
            };
            let text = scaffold(&kinds, kind, &input, Lang::Zh);
            let path = format!("content/{}/2026/a.md", kind.folder);
            let found = findings(&path, &text, &kinds, &Rosters::default());
            let required = kind.fields.iter().filter(|field| field.required).count();
            assert!(
                found.iter().all(|finding| finding.code == Code::MissingField),
                "{found:?}"
            );
            assert_eq!(found.len(), required, "{}", kind.id);
        }
    }
}
