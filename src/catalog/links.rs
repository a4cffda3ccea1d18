//! Resolves what each text links to.
//!
//! An editor writes targets as file paths (`../videos/a.md`, `图 1.jpg`), from the content root (`/images/a.jpg`) or as
//! addresses of the site (`/volunteer/`). Files are resolved here. An address can only be checked once every page is
//! planned, so it is passed on unchanged. `suggest` finds what a missing file was meant to be.

use super::index::Catalog;
use super::resolved::{ResolvedLinks, ResolvedTarget};
use crate::ids::{RecordId, TiVec};
use crate::media::clean_data_url;
use crate::paths::{SourcePath, join};
use crate::record::markdown::{TargetKind, classify_target};
use crate::record::{Link, Record};
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Resolves the links of every record and of every folder's page. Missing targets have no nearest path yet.
pub(super) fn resolve_all(
    catalog: &Catalog,
) -> (TiVec<RecordId, ResolvedLinks>, BTreeMap<String, Vec<ResolvedTarget>>) {
    let records: Vec<ResolvedLinks> = catalog
        .records
        .raw
        .par_iter()
        .enumerate()
        .map(|(index, record)| resolve_record(catalog, RecordId::from(index), record))
        .collect();
    let sections = catalog
        .sections
        .iter()
        .map(|(folder, section)| {
            let links = section
                .body
                .links
                .iter()
                .map(|link| resolve_link(catalog, &section.path, Some(CurrentPage::Section(folder)), link))
                .collect();
            (folder.clone(), links)
        })
        .collect();
    (records.into(), sections)
}

/// Resolves everything that the record `id` refers to.
pub(super) fn resolve_record(catalog: &Catalog, id: RecordId, record: &Record) -> ResolvedLinks {
    let file = |target: &str| resolve_target(catalog, &record.path, None, target);
    ResolvedLinks {
        links: record
            .body
            .links
            .iter()
            .map(|link| resolve_link(catalog, &record.path, Some(CurrentPage::Record(id)), link))
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

/// The page that shows a text.
#[derive(Clone, Copy)]
enum CurrentPage<'a> {
    Record(RecordId),
    Section(&'a str),
}

impl CurrentPage<'_> {
    fn fragment_target(self, fragment: &str) -> ResolvedTarget {
        match self {
            Self::Record(id) => ResolvedTarget::Record(id, fragment.to_owned()),
            Self::Section(folder) => ResolvedTarget::Section(folder.to_owned(), fragment.to_owned()),
        }
    }
}

fn resolve_link(catalog: &Catalog, from: &SourcePath, own: Option<CurrentPage<'_>>, link: &Link) -> ResolvedTarget {
    resolve_target(catalog, from, own, &link.target)
}

/// Resolves one target as written in the file `from`; `own` is that file's page, for targets that consist of `#…`
/// alone.
fn resolve_target(catalog: &Catalog, from: &SourcePath, own: Option<CurrentPage<'_>>, target: &str) -> ResolvedTarget {
    match classify_target(target, true) {
        // A picture itself: without what cameras and programs add.
        TargetKind::External
            if target
                .get(..5)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) =>
        {
            return clean_data_url(target).map_or(ResolvedTarget::Missing(None), ResolvedTarget::External);
        }
        TargetKind::External => return ResolvedTarget::External(target.to_owned()),
        TargetKind::Dangerous => return ResolvedTarget::Missing(None),
        TargetKind::Internal => {}
    }
    let (path, tail) = split_query_and_fragment(target);
    let fragment = tail.rfind('#').map_or("", |at| &tail[at + 1..]);
    if path.is_empty() {
        return own.map_or(ResolvedTarget::Missing(None), |own| own.fragment_target(fragment));
    }
    let Some(WantedFile { path, written }) = wanted_file(from, path) else {
        return ResolvedTarget::Missing(None);
    };
    resolve_path(catalog, &path, fragment).unwrap_or_else(|| {
        if written.starts_with('/') && !looks_like_file(&written) {
            ResolvedTarget::Address(format!("/{}", written.trim_start_matches('/')), tail.to_owned())
        } else {
            ResolvedTarget::Missing(None)
        }
    })
}

/// A target's path, and what follows it from `?` or `#`.
fn split_query_and_fragment(target: &str) -> (&str, &str) {
    target.find(['#', '?']).map_or((target, ""), |at| target.split_at(at))
}

/// The file that a target names.
pub(super) struct WantedFile {
    /// Below `content/`.
    pub(super) path: String,
    /// As the editor wrote it, without escapes.
    pub(super) written: String,
}

/// The file that a dead target in the file `from` was meant to name; `None` when it cannot name a file.
pub(super) fn missing_file(from: &SourcePath, target: &str) -> Option<WantedFile> {
    let (path, _) = split_query_and_fragment(target);
    (classify_target(target, true) == TargetKind::Internal && !path.is_empty()).then(|| wanted_file(from, path))?
}

fn wanted_file(from: &SourcePath, path: &str) -> Option<WantedFile> {
    let folder = from.folder().strip_prefix("content").unwrap_or_default();
    let written = path.replace("%23", "#").replace("%3F", "?");
    let path = join(folder, &written)?;
    Some(WantedFile { path, written })
}

/// The record, folder or file at `path` below `content/`; `None` when there is none.
fn resolve_path(catalog: &Catalog, path: &str, fragment: &str) -> Option<ResolvedTarget> {
    let source = |path: &str| SourcePath::new(&format!("content/{path}"));
    let exact = source(path);
    if let Some(id) = catalog.find_record(&exact) {
        return Some(ResolvedTarget::Record(id, fragment.to_owned()));
    }
    if let Some(id) = catalog.find_asset(&exact) {
        return Some(ResolvedTarget::Asset(id));
    }
    if catalog.is_withheld(&exact) {
        return Some(ResolvedTarget::Withheld);
    }
    let folder = path.strip_suffix("_index.md").unwrap_or(path).trim_end_matches('/');
    if catalog.sections.contains_key(folder) {
        return Some(ResolvedTarget::Section(folder.to_owned(), fragment.to_owned()));
    }
    // A post may also be named without its extension, or by the folder that holds its index.md.
    [format!("{folder}.md"), format!("{folder}/index.md")]
        .iter()
        .find_map(|candidate| catalog.find_record(&source(candidate)))
        .map(|id| ResolvedTarget::Record(id, fragment.to_owned()))
}

/// Whether the last part of a path has an extension, so that it names a file and not a page.
fn looks_like_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}
