//! What each text links to.
//!
//! An editor writes targets as file paths (`../videos/a.md`, `图 1.jpg`), from the content root (`/images/a.jpg`) or as
//! addresses of the site (`/volunteer/`). Files are resolved here; an address can only be checked once every page is
//! planned, so it is handed on as it is. What a missing file was meant to be is for `suggest` to find.

use super::{Catalog, RecordIndex};
use crate::paths::{SourcePath, join};
use crate::record::markdown::{Sort, sort};
use crate::record::{Link, Record};
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A record, perhaps a heading in it (`#…` without the sign; empty for none).
    Record(RecordIndex, String),
    /// The list page of a folder that has a `_index.md`.
    Section(String, String),
    /// A file that is copied.
    Asset(usize),
    /// An address of the site, to be checked against the plan: path, and what follows it from `?` or `#`.
    Address(String, String),
    /// An address outside the site.
    External(String),
    /// Nothing that exists. With the nearest existing path, written as the editor would.
    Missing(Option<String>),
    /// A record that exists but is not published.
    Withheld,
}

/// Everything that one record refers to.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// For each of the body's links.
    pub links: Vec<Target>,
    /// The cover.
    pub cover: Option<Target>,
    /// Fields that name a file: field's name and target.
    pub files: Vec<(String, Target)>,
}

impl Resolved {
    /// What the file field `name` leads to.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&Target> {
        self.files
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, target)| target)
    }
}

/// Resolves the links of every record and of every folder's page; what is missing has no nearest path yet.
pub(super) fn resolve(catalog: &Catalog) -> (Vec<Resolved>, BTreeMap<String, Vec<Target>>) {
    let records = catalog
        .records
        .par_iter()
        .enumerate()
        .map(|(at, record)| of_record(catalog, at, record))
        .collect();
    let sections = catalog
        .sections
        .iter()
        .map(|(folder, section)| {
            let links = section
                .body
                .links
                .iter()
                .map(|link| of_link(catalog, &section.path, Some(Own::Section(folder)), link))
                .collect();
            (folder.clone(), links)
        })
        .collect();
    (records, sections)
}

/// Resolves what the record at `at` refers to.
pub(super) fn of_record(catalog: &Catalog, at: RecordIndex, record: &Record) -> Resolved {
    let file = |target: &str| of_target(catalog, &record.path, None, target);
    Resolved {
        links: record
            .body
            .links
            .iter()
            .map(|link| of_link(catalog, &record.path, Some(Own::Record(at)), link))
            .collect(),
        cover: record.meta.cover.as_deref().map(file),
        files: file_fields(record)
            .map(|(name, path)| (name.to_owned(), file(path)))
            .collect(),
    }
}

/// The fields of a record that name a file, with the name as written.
pub(super) fn file_fields(record: &Record) -> impl Iterator<Item = (&str, &str)> {
    record.meta.fields.iter().filter_map(|(name, value)| match value {
        FieldValue::Asset(path) => Some((name.as_str(), path.as_str())),
        _ => None,
    })
}

/// The page that a text stands on.
#[derive(Clone, Copy)]
enum Own<'a> {
    Record(RecordIndex),
    Section(&'a str),
}

impl Own<'_> {
    fn at(self, fragment: &str) -> Target {
        match self {
            Self::Record(at) => Target::Record(at, fragment.to_owned()),
            Self::Section(folder) => Target::Section(folder.to_owned(), fragment.to_owned()),
        }
    }
}

fn of_link(catalog: &Catalog, from: &SourcePath, own: Option<Own<'_>>, link: &Link) -> Target {
    of_target(catalog, from, own, &link.target)
}

/// Resolves one target as written in the file `from`; `own` is that file's page, for targets that are a mere `#…`.
fn of_target(catalog: &Catalog, from: &SourcePath, own: Option<Own<'_>>, target: &str) -> Target {
    match sort(target, true) {
        Sort::External => return Target::External(target.to_owned()),
        Sort::Dangerous => return Target::Missing(None),
        Sort::Internal => {}
    }
    let (path, tail) = parts(target);
    let fragment = tail.rfind('#').map_or("", |at| &tail[at + 1..]);
    if path.is_empty() {
        return own.map_or(Target::Missing(None), |own| own.at(fragment));
    }
    let Some(Wanted { path, written }) = wanted(from, path) else {
        return Target::Missing(None);
    };
    of_path(catalog, &path, fragment).unwrap_or_else(|| {
        if written.starts_with('/') && !looks_like_file(&written) {
            Target::Address(format!("/{}", written.trim_start_matches('/')), tail.to_owned())
        } else {
            Target::Missing(None)
        }
    })
}

/// A target's path, and what follows it from `?` or `#`.
fn parts(target: &str) -> (&str, &str) {
    target.find(['#', '?']).map_or((target, ""), |at| target.split_at(at))
}

/// The file that a target means.
pub(super) struct Wanted {
    /// Below `content/`.
    pub(super) path: String,
    /// As the editor wrote it, without escapes.
    pub(super) written: String,
}

/// The file that a target without a file, written in the file `from`, was to lead to; none where no name can be meant.
pub(super) fn missing(from: &SourcePath, target: &str) -> Option<Wanted> {
    let (path, _) = parts(target);
    (sort(target, true) == Sort::Internal && !path.is_empty()).then(|| wanted(from, path))?
}

fn wanted(from: &SourcePath, path: &str) -> Option<Wanted> {
    let folder = from.folder().strip_prefix("content").unwrap_or_default();
    let written = path.replace("%23", "#").replace("%3F", "?");
    let path = join(folder, &written)?;
    Some(Wanted { path, written })
}

/// The record, folder or file at `path` below `content/`.
fn of_path(catalog: &Catalog, path: &str, fragment: &str) -> Option<Target> {
    let source = |path: &str| SourcePath::new(&format!("content/{path}"));
    let exact = source(path);
    if let Some(at) = catalog.find(&exact) {
        return Some(Target::Record(at, fragment.to_owned()));
    }
    if let Some(at) = catalog.asset(&exact) {
        return Some(Target::Asset(at));
    }
    if catalog.is_withheld(&exact) {
        return Some(Target::Withheld);
    }
    let folder = path.strip_suffix("_index.md").unwrap_or(path).trim_end_matches('/');
    if catalog.sections.contains_key(folder) {
        return Some(Target::Section(folder.to_owned(), fragment.to_owned()));
    }
    // A post may also be named without its ending, or by the folder that holds its index.md.
    [format!("{folder}.md"), format!("{folder}/index.md")]
        .iter()
        .find_map(|candidate| catalog.find(&source(candidate)))
        .map(|at| Target::Record(at, fragment.to_owned()))
}

/// Whether the last part of a path has an ending, so that it means a file and not a page's address.
fn looks_like_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}
