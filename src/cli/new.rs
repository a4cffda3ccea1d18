//! `xiangyin new`: creates a post from its kind's schema in its kind's folder, or a report with its figures.

use super::command::UsageError;
use super::command::{Command, CommandError, ExitStatus};
use super::console::{Console, display_path};
use super::period::period_in_title;
use super::scaffold::{ScaffoldInput, scaffold};
use super::usage;
use super::write_aside::{self, rename_to_free_name, write_aside};
use super::{args, today};
use crate::config::{Settings, SlugStyle};
use crate::diag::{Code, Diagnostic, nearest};
use crate::messages::Lang;
use crate::metrics::Period;
use crate::pipeline::{self, Request};
use crate::report::{FORM_FIELD, RANKING, REPORT_KIND, ReportForm, ReportKey};
use crate::schema::{Kind, Kinds};
use crate::slug::slug;
use clap::ArgMatches;
use jiff::civil::Date;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "new",
    declare,
    run,
};

/// What stands in place of a kind for a bulletin, which is a report of another form.
const BULLETIN_WORDS: [&str; 3] = ["bulletin", "ranking", "通报"];

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command
        .arg(args::positional(lang, "kind"))
        .arg(args::positional(lang, "title"))
        .arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let word = |name| matches.get_one::<String>(name).map_or("", |word| word.trim());
    let (id, title) = (word("kind"), word("title"));
    let inputs = match pipeline::load_definitions(&site) {
        Ok(inputs) => inputs,
        Err(finding) => {
            console.print_findings(&[*finding])?;
            return Ok(ExitStatus::Findings);
        }
    };
    let form = match BULLETIN_WORDS.contains(&id) && inputs.kinds.get(id).is_none() {
        true => ReportForm::Ranking,
        false => ReportForm::Work,
    };
    let wanted = if form == ReportForm::Ranking { REPORT_KIND } else { id };
    let Some(kind) = inputs.kinds.get(wanted) else {
        return Err(CommandError::Usage(unknown_kind(console, id, &inputs.kinds)));
    };
    if title.is_empty() {
        return Err(CommandError::Usage(UsageError::new(
            console.text("usage-no-title", &[]),
        )));
    }
    let today = today::today(console, &site)?;
    let input = ScaffoldInput {
        title,
        today,
        fields: &[],
        is_guessed: false,
    };
    let created = if kind.id == REPORT_KIND {
        create_report(&site, kind, (&input, form), console.lang)
    } else {
        let text = scaffold(&inputs.kinds, kind, &input, console.lang);
        let path = post_path(&site, kind, title, today, inputs.settings.slug);
        create_file(&site, &inputs.settings, &path, &text)
    };
    match created {
        Ok(path) => {
            writeln!(io::stdout(), "{}", display_path(&path))?;
            Ok(ExitStatus::Done)
        }
        Err(finding) => {
            console.print_findings(&[*finding])?;
            Ok(ExitStatus::Findings)
        }
    }
}

/// Creates a report on the period that its title names, else on the last finished half-year, or a bulletin, else on the
/// last finished month. Its text is composed from the figures, for an editor to continue. Returns the path of the file.
fn create_report(
    site: &Path,
    kind: &Kind,
    (input, form): (&ScaffoldInput<'_>, ReportForm),
    lang: Lang,
) -> Result<PathBuf, Box<Diagnostic>> {
    let last = match form {
        ReportForm::Work => Period::half_of(input.today).previous(),
        ReportForm::Ranking => Period::month_of(input.today).previous(),
    };
    let period = period_in_title(input.title).unwrap_or(last);
    let key = ReportKey { period, form };
    let content = pipeline::load_content(&Request::new(site, input.today))?;
    let catalog = &content.catalog;
    let existing = catalog
        .records
        .iter()
        .chain(catalog.withheld.iter())
        .find(|record| ReportKey::of(record) == Some(key));
    if let Some(existing) = existing {
        let finding = Diagnostic::new(Code::DuplicateReport).with("period", period.to_string());
        return Err(Box::new(finding.with("path", existing.path.as_str())));
    }
    let reports = content.reports(input.today).value;
    let period_text = period.to_string();
    let (title, body) = match form {
        ReportForm::Work => reports.draft(period, &content.settings),
        ReportForm::Ranking => reports.bulletin_draft(period, &content.settings),
    };
    // `new bulletin 2022-06` names the period alone.
    let names_period_only = Period::parse(input.title) == Some(period) && form == ReportForm::Ranking;
    let fields = [("period", period_text.as_str()), (FORM_FIELD, RANKING)];
    let input = ScaffoldInput {
        title: if names_period_only { &title } else { input.title },
        fields: if form == ReportForm::Ranking {
            &fields
        } else {
            &fields[..1]
        },
        ..*input
    };
    let text = scaffold(&catalog.kinds, kind, &input, lang) + body.trim_end() + "\n";
    let path = site.join("content").join(&kind.folder).join(key.slug() + ".md");
    create_file(site, &content.settings, &path, &text)
}

/// The usage error for a kind that does not exist. It suggests the kind that was probably meant, and lists all kinds.
pub(super) fn unknown_kind(console: &Console, id: &str, kinds: &Kinds) -> UsageError {
    let known = || kinds.iter().map(|kind| kind.id.as_str());
    // Editors name a kind by its folder or its Chinese label as often as by its id.
    let same = kinds
        .iter()
        .find(|kind| kind.folder == id || kind.labels.zh == id || kind.labels.en == id);
    let meant = same.map(|kind| kind.id.as_str()).or_else(|| nearest(id, known()));
    UsageError::new(console.text("usage-unknown-kind", &[("kind", id)]))
        .with_hint(meant.map(|word| usage::did_you_mean(console.lang, word)))
        .with_hint(usage::choices(console.lang, known()))
}

/// The path of a new post: `content/FOLDER/YEAR/SLUG.md`, without the year for kinds that have no date.
fn post_path(site: &Path, kind: &Kind, title: &str, today: Date, style: SlugStyle) -> PathBuf {
    let mut folder = site.join("content").join(&kind.folder);
    if kind.dated {
        folder.push(today.year().to_string());
    }
    folder.join(slug(title, style) + ".md")
}

/// Writes `text` to a new file at `path` of the site, or at `NAME-2.md`, `NAME-3.md`, … beside it if that exists. Returns
/// the path.
fn create_file(site: &Path, settings: &Settings, path: &Path, text: &str) -> Result<PathBuf, Box<Diagnostic>> {
    pipeline::link_targets(site, settings).check_writable(site, path)?;
    write_aside::remove_abandoned_below(&site.join("content"));
    let created = write_aside(path, path, text.as_bytes(), |temporary| {
        rename_to_free_name(temporary, path)
    });
    created.map_err(|fault| Box::new(fault.to_diagnostic()))
}
