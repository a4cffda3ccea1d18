//! `xiangyin share`: writes one post as another outlet takes it.

use super::command::{Command, CommandError, ExitStatus, UsageError};
use super::console::{Console, display_path};
use super::write_aside::{rename_to_free_name, write_aside};
use super::{args, site_content, today, usage};
use crate::catalog::{Catalog, RecordId};
use crate::diag::nearest;
use crate::export::Outlet;
use crate::messages::Lang;
use crate::pipeline::Request;
use crate::record::Record;
use crate::site::Site;
use clap::{ArgMatches, value_parser};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) const COMMAND: Command = Command {
    name: "share",
    declare,
    run,
};

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    let outlet = args::option(lang, "for").value_name("OUTLET").required(true);
    command
        .arg(args::positional(lang, "post"))
        .arg(args::one_of(outlet, Outlet::NAMED.map(|(name, _)| name)))
        .arg(
            args::option(lang, "issue")
                .value_name("NUMBER")
                .value_parser(value_parser!(u32)),
        )
        .arg(args::out_file_option(lang, "shared"))
        .arg(args::site_option(lang))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let folder = args::site_folder(matches);
    let today = today::today(console, &folder)?;
    let name = matches.get_one::<String>("for").map_or("", String::as_str);
    let named = Outlet::NAMED.into_iter().find(|(known, _)| *known == name);
    let outlet = named.map_or(Outlet::Plain, |(_, outlet)| outlet);
    // A draft is approved before it is published.
    let is_approval = matches!(outlet, Outlet::Approval);
    let request = Request {
        drafts: is_approval,
        future: is_approval,
        ..Request::new(&folder, today)
    };
    let Some(content) = site_content::load_content(console, &request)? else {
        return Ok(ExitStatus::Findings);
    };
    let site = content.site(None, today);
    let written = matches.get_one::<String>("post").map_or("", |post| post.trim());
    let Some(id) = find_post(&site, &folder, written) else {
        return Err(CommandError::Usage(unknown_post(console, &content.catalog, written)));
    };
    let issue = matches.get_one::<u32>("issue").copied().unwrap_or_default();
    let shared = content.share_post(&site, id, (outlet, issue));
    let out = matches.get_one::<PathBuf>("shared").cloned();
    let written = match out.or_else(|| outlet.is_word().then(|| word_file(site.record(id)))) {
        Some(path) => {
            let place = |temporary: &Path| rename_to_free_name(temporary, &path);
            write_aside(&path, &path, &shared.bytes, place).map(Some)
        }
        None => {
            io::stdout().write_all(&shared.bytes)?;
            Ok(None)
        }
    };
    match written {
        Ok(path) => {
            if let Some(path) = path {
                writeln!(io::stdout(), "{}", display_path(&path))?;
            }
            for (key, values) in &shared.remarks {
                let values: Vec<(&'static str, &str)> =
                    values.iter().map(|(name, value)| (*name, value.as_str())).collect();
                console.eprint_line(&console.text(key, &values))?;
            }
            Ok(ExitStatus::Done)
        }
        Err(fault) => {
            console.print_findings(&[fault.to_diagnostic()])?;
            Ok(ExitStatus::Findings)
        }
    }
}

/// The published post at a path in `content`, at a path on the disk, or at an address.
fn find_post(site: &Site<'_>, folder: &Path, written: &str) -> Option<RecordId> {
    let path = path_in_content(folder, written);
    let address = written.trim_start_matches(&site.settings.base_url).trim_matches('/');
    let records = || site.catalog.records.iter_enumerated();
    let by_path = records().find(|(_, record)| path_of(record) == path);
    let by_address = || records().find(|(id, _)| site.links.record(*id).as_str().trim_matches('/') == address);
    by_path.or_else(by_address).map(|(id, _)| id)
}

/// A path as editors write it, as one below `content/`: `volunteer/2022/a.md`.
fn path_in_content(folder: &Path, written: &str) -> String {
    let written = written.replace('\\', "/");
    let below_site = Path::new(&written)
        .strip_prefix(folder)
        .map(|path| path.to_string_lossy().replace('\\', "/"));
    let path = below_site.unwrap_or(written);
    let path = path.trim_start_matches("./");
    path.strip_prefix("content/").unwrap_or(path).to_owned()
}

fn path_of(record: &Record) -> &str {
    let path = record.path.as_str();
    path.strip_prefix("content/").unwrap_or(path)
}

/// The usage error for a post that is not published. It suggests the one that was probably meant.
fn unknown_post(console: &Console, catalog: &Catalog, written: &str) -> UsageError {
    let path = path_in_content(Path::new(""), written);
    let is_withheld = catalog.withheld.iter().any(|record| path_of(record) == path);
    let key = if is_withheld {
        "usage-withheld-post"
    } else {
        "usage-unknown-post"
    };
    let near = nearest(&path, catalog.records.iter().map(|record| path_of(record)));
    UsageError::new(console.text(key, &[("post", written)])).with_hint(
        near.filter(|_| !is_withheld)
            .map(|path| usage::did_you_mean(console.lang, path)),
    )
}

/// The name of a manuscript in the current folder: that of the post's file.
fn word_file(record: &Record) -> PathBuf {
    let path = Path::new(path_of(record));
    let stem = path.file_stem().unwrap_or_default();
    // `clean-river/index.md` is called after its folder.
    let stem = match path.parent().and_then(Path::file_name) {
        Some(folder) if stem == "index" => folder,
        _ => stem,
    };
    PathBuf::from(stem).with_extension("docx")
}
