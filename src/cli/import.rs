//! `xiangyin import`: makes drafts of texts that were written elsewhere.

use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::{Console, display_path};
use super::import_losses::{loss_findings, source_file};
use super::new::unknown_kind;
use super::scaffold::{ScaffoldInput, scaffold};
use super::write_aside::{self, rename_to_free_name, write_aside, write_folder};
use super::{args, import_site, site_content, today};
use crate::config::Settings;
use crate::diag::{Code, Diagnostic, Place};
use crate::import::{
    FileNames, Generator, ImportedFile, Loss, Losses, Manuscript, picture_extension, read_manuscript, write_markdown,
};
use crate::messages::Lang;
use crate::paths;
use crate::pipeline;
use crate::report::REPORT_KIND;
use crate::schema::{Kind, Kinds};
use crate::slug::slug;
use crate::source;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use jiff::civil::Date;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "import",
    declare,
    run,
};

/// The kind of a draft when no other is asked for. It requires nothing but a title.
const DEFAULT_KIND: &str = "page";

/// The name of a post that has a folder of its own.
const FOLDER_POST: &str = "index.md";

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    let kind = args::option(lang, "import-kind").long("kind").value_name("KIND");
    command.arg(files_argument(lang)).arg(kind).arg(args::site_option(lang))
}

fn files_argument(lang: Lang) -> Arg {
    args::positional(lang, "file")
        .action(ArgAction::Append)
        .num_args(1..)
        .value_parser(value_parser!(PathBuf))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let files: Vec<&PathBuf> = matches.get_many("file").into_iter().flatten().collect();
    if let Some(address) = files.iter().find_map(|file| web_address(file)) {
        let message = console.text("usage-not-saved", &[("address", &address)]);
        return Err(CommandError::Usage(UsageError::new(message)));
    }
    let inputs = match pipeline::load_definitions(&site) {
        Ok(inputs) => inputs,
        Err(finding) => {
            console.print_findings(&[*finding])?;
            return Ok(ExitStatus::Findings);
        }
    };
    let asked = matches.get_one::<String>("import-kind").map(|id| id.trim());
    let id = asked.unwrap_or(DEFAULT_KIND);
    let Some(kind) = inputs.kinds.get(id) else {
        return Err(CommandError::Usage(unknown_kind(console, id, &inputs.kinds)));
    };
    if kind.id == REPORT_KIND {
        let message = console.text("usage-import-report", &[]);
        return Err(CommandError::Usage(UsageError::new(message)));
    }
    let today = today::today(console, &site)?;
    write_aside::remove_abandoned_below(&site.join("content"));
    if let Some((generator, folder)) = whole_site(&files) {
        return import_site::import(console, &inputs, generator, (folder, &site), asked.map(|_| kind));
    }
    let importer = Importer {
        site: &site,
        settings: &inputs.settings,
        kinds: &inputs.kinds,
        kind,
        today,
        lang: console.lang,
    };
    let mut findings = Vec::new();
    for file in files {
        match importer.import(file) {
            Ok((path, mut losses)) => {
                writeln!(io::stdout(), "{}", display_path(&path))?;
                findings.append(&mut losses);
            }
            Err(finding) => findings.push(*finding),
        }
    }
    let has_errors = site_content::has_errors(&findings);
    console.print_findings(&findings)?;
    Ok(if has_errors {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}

/// The generator and the folder of a whole site: `import hexo DIR`.
fn whole_site<'f>(files: &[&'f PathBuf]) -> Option<(Generator, &'f Path)> {
    let [name, folder] = files else { return None };
    let named = Generator::ALL
        .into_iter()
        .find(|generator| name.to_str() == Some(generator.as_str()));
    named.map(|generator| (generator, folder.as_path()))
}

/// The web address that somebody wrote in place of a file.
fn web_address(file: &Path) -> Option<String> {
    let written = file.to_str()?;
    let scheme = paths::url_scheme(written)?.to_ascii_lowercase();
    (scheme == "http" || scheme == "https").then(|| written.to_owned())
}

/// Makes drafts of one kind in one site.
struct Importer<'s> {
    site: &'s Path,
    settings: &'s Settings,
    kinds: &'s Kinds,
    kind: &'s Kind,
    today: Date,
    lang: Lang,
}

impl Importer<'_> {
    /// Makes a draft of a file. Returns its path, and what was not carried over.
    fn import(&self, file: &Path) -> Result<(PathBuf, Vec<Diagnostic>), Box<Diagnostic>> {
        let bytes = source::read(&source_file(file))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let mut manuscript = read_manuscript(&name, bytes).map_err(|error| {
            let finding = Diagnostic::new(Code::NotImported).at(Place::whole_file(&file.display().to_string()));
            Box::new(
                finding
                    .with("path", file.display().to_string())
                    .with("reason", error.as_str()),
            )
        })?;
        let mut losses = std::mem::take(&mut manuscript.losses);
        let folder = file.parent().unwrap_or(Path::new(""));
        let files = named_pictures(std::mem::take(&mut manuscript.files), folder, &mut losses);
        let names: Vec<Option<String>> = files.iter().map(|file| Some(file.as_ref()?.0.clone())).collect();
        let names = FileNames {
            paths: &names,
            captions: &manuscript.captions,
        };
        let body = write_markdown(&manuscript.blocks, &names, self.settings.markdown);
        let title = self.title(&manuscript, file);
        let text = self.front_matter(&manuscript, &title) + &body;
        let path = self.write(&manuscript, &title, text, files.into_iter().flatten().collect())?;
        Ok((path, loss_findings(file, &losses)))
    }

    /// The title, or else the name of the file without its ending.
    fn title(&self, manuscript: &Manuscript, file: &Path) -> String {
        let title = manuscript.facts.title.as_deref().map(str::trim).unwrap_or_default();
        if !title.is_empty() {
            return title.to_owned();
        }
        file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn front_matter(&self, manuscript: &Manuscript, title: &str) -> String {
        let facts = &manuscript.facts;
        let date = facts.date.map(|date| date.to_string());
        let fields: Vec<(&str, &str)> = [("date", &date), ("source", &facts.source), ("author", &facts.author)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .collect();
        let input = ScaffoldInput {
            title,
            today: facts.date.unwrap_or(self.today),
            fields: &fields,
            is_guessed: true,
        };
        scaffold(self.kinds, self.kind, &input, self.lang)
    }

    /// Writes the draft: a file, or with pictures a folder that holds it and them. Returns the path of the draft.
    fn write(
        &self,
        manuscript: &Manuscript,
        title: &str,
        text: String,
        mut files: Vec<(String, Vec<u8>)>,
    ) -> Result<PathBuf, Box<Diagnostic>> {
        let mut folder = self.site.join("content").join(&self.kind.folder);
        if self.kind.dated {
            folder.push(manuscript.facts.date.unwrap_or(self.today).year().to_string());
        }
        let path = free_name(&folder, &slug(title, self.settings.slug));
        pipeline::link_targets(self.site, self.settings).check_writable(self.site, &path)?;
        let written = if files.is_empty() {
            // The name may have dots of its own.
            let mut path = path.into_os_string();
            path.push(".md");
            let path = PathBuf::from(path);
            write_aside(&path, &path, text.as_bytes(), |temporary| {
                rename_to_free_name(temporary, &path)
            })
        } else {
            files.push((FOLDER_POST.to_owned(), text.into_bytes()));
            write_folder(&path, &files).map(|folder| folder.join(FOLDER_POST))
        };
        written.map_err(|fault| Box::new(fault.to_diagnostic()))
    }
}

/// `NAME`, or `NAME-2`, `NAME-3`, …, of which there is neither a post nor a folder: both would have one address.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let further = (2..).map(|number: u32| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(further);
    let is_free = |name: &String| {
        let is_taken = |name: &str| source::exists(&folder.join(name));
        !is_taken(name) && !is_taken(&format!("{name}.md"))
    };
    folder.join(names.find(is_free).unwrap_or_else(|| name.to_owned()))
}

/// The pictures of a manuscript with the names that they get beside the draft: `1.jpg`, `2.png`. `None` for one that is not
/// there or that no site publishes, which is a loss.
fn named_pictures(files: Vec<ImportedFile>, folder: &Path, losses: &mut Losses) -> Vec<Option<(String, Vec<u8>)>> {
    let mut number = 0;
    let named = files.into_iter().map(|file| {
        let (name, bytes) = match file {
            ImportedFile::Inside { name, bytes } => (name, Some(bytes)),
            ImportedFile::Beside(path) => {
                let bytes = read_beside(folder, &path);
                (path, bytes)
            }
        };
        let extension = bytes.as_deref().and_then(picture_extension);
        match (bytes, extension) {
            (Some(bytes), Some(extension)) => {
                number += 1;
                return Some((format!("{number}.{extension}"), bytes));
            }
            (Some(_), None) => losses.add_named(Loss::Picture, &name),
            (None, _) => losses.add_named(Loss::MissingPicture, &name),
        }
        None
    });
    named.collect()
}

/// The bytes of a file at a path from a folder, which must not lead out of it.
fn read_beside(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let inside = paths::join("", path)?;
    let inside: PathBuf = inside.split('/').collect();
    source::read(&source_file(&folder.join(inside))).ok()
}
