//! Resolves what each text links to.
//!
//! An editor writes targets as file paths (`../videos/a.md`, `图 1.jpg`), from the content root (`/images/a.jpg`) or as
//! addresses of the site (`/volunteer/`, or its full address). Files are resolved here, by the name as written before
//! its percent-escapes are decoded. An address can only be checked once every page is planned, so it is passed on
//! unchanged. `suggest` finds what a missing file was meant to be.

use super::index::Catalog;
use super::resolved::{ResolvedLinks, ResolvedTarget};
use crate::ids::{RecordId, TiVec};
use crate::media::clean_data_url;
use crate::paths::{SourcePath, join, percent_decode};
use crate::record::markdown::{TargetKind, address_without_scheme, classify_target};
use crate::record::{Link, LinkRole, Record};
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::borrow::Cow;
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
    resolve_record_in(catalog, CurrentPage::Record(id), record)
}

/// Resolves everything that a record refers to whose page is `own`.
pub(super) fn resolve_record_in(catalog: &Catalog, own: CurrentPage<'_>, record: &Record) -> ResolvedLinks {
    let file = |target: &str| resolve_target(catalog, &record.path, None, LinkRole::Image, target);
    ResolvedLinks {
        links: record
            .body
            .links
            .iter()
            .map(|link| resolve_link(catalog, &record.path, Some(own), link))
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
pub(super) enum CurrentPage<'a> {
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
    resolve_target(catalog, from, own, link.role, &link.target)
}

/// Resolves one target as written in the file `from`; `own` is that file's page, for targets that consist of `#…`
/// alone.
pub(super) fn resolve_target(
    catalog: &Catalog,
    from: &SourcePath,
    own: Option<CurrentPage<'_>>,
    role: LinkRole,
    target: &str,
) -> ResolvedTarget {
    match classify_target(target, true) {
        // Without what cameras and programs add.
        TargetKind::DataImage => clean_data_url(target).map_or(ResolvedTarget::Missing(None), ResolvedTarget::External),
        TargetKind::External => match catalog.link_rules.site.path_in_site(target) {
            Some(path) => resolve_internal(catalog, from, own, &path),
            None => ResolvedTarget::External(target.to_owned()),
        },
        TargetKind::Dangerous | TargetKind::Local => ResolvedTarget::Missing(None),
        TargetKind::Scheme(scheme) => match resolve_internal(catalog, from, own, target) {
            // A file's name may have a colon in it.
            ResolvedTarget::Missing(_) if catalog.link_rules.allows(scheme) => {
                ResolvedTarget::External(target.to_owned())
            }
            found => found,
        },
        TargetKind::Internal => match resolve_internal(catalog, from, own, target) {
            ResolvedTarget::Missing(near) => address_without_scheme(target, role == LinkRole::Page)
                .map_or(ResolvedTarget::Missing(near), ResolvedTarget::External),
            found => found,
        },
    }
}

/// Resolves a target without scheme and host.
fn resolve_internal(
    catalog: &Catalog,
    from: &SourcePath,
    own: Option<CurrentPage<'_>>,
    target: &str,
) -> ResolvedTarget {
    if let Some(found) = find_file_with_marks(catalog, from, target) {
        return found;
    }
    let (path, tail) = split_query_and_fragment(target);
    let fragment = fragment_of(tail);
    if path.is_empty() {
        return own.map_or(ResolvedTarget::Missing(None), |own| own.fragment_target(&fragment));
    }
    let decoded = percent_decode(path);
    let find = |name: &str| resolve_path(catalog, &wanted_file(from, name)?.path, &fragment);
    let found = find(path).or_else(|| (path != decoded).then(|| find(&decoded))?);
    if let Some(found) = found {
        return found;
    }
    let is_checked_later = own.is_some() || !looks_like_file(&decoded);
    if decoded.starts_with('/') && is_checked_later && wanted_file(from, &decoded).is_some() {
        return ResolvedTarget::Address {
            path: format!("/{}", decoded.trim_start_matches('/')),
            tail: tail.to_owned(),
            nearest: None,
        };
    }
    ResolvedTarget::Missing(None)
}

/// The file whose name has a `#` or `?` in it, as `图#1.jpg` has. What follows a later `#` is a heading.
fn find_file_with_marks(catalog: &Catalog, from: &SourcePath, target: &str) -> Option<ResolvedTarget> {
    const MAX_MARKS: usize = 8;
    let mut marks = target.match_indices(['#', '?']).map(|(at, _)| at);
    // Names end before the first mark, or at a later one.
    marks.next()?;
    let ends: Vec<usize> = marks.chain([target.len()]).take(MAX_MARKS).collect();
    ends.into_iter().rev().find_map(|end| {
        let (name, tail) = target.split_at(end);
        let find = |name: &str| find_file(catalog, &wanted_file(from, name)?.path, &fragment_of(tail));
        find(name).or_else(|| find(&percent_decode(name)))
    })
}

/// A target's path, and what follows it from `?` or `#`.
fn split_query_and_fragment(target: &str) -> (&str, &str) {
    target.find(['#', '?']).map_or((target, ""), |at| target.split_at(at))
}

/// The heading that the end of a target names, decoded.
fn fragment_of(tail: &str) -> Cow<'_, str> {
    tail.rfind('#')
        .map_or(Cow::Borrowed(""), |at| percent_decode(&tail[at + 1..]))
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
    match classify_target(target, true) {
        TargetKind::Internal => {
            let (path, _) = split_query_and_fragment(target);
            (!path.is_empty()).then(|| wanted_file(from, &percent_decode(path)))?
        }
        TargetKind::Local => wanted_file(from, &local_file_name(target)?),
        TargetKind::External | TargetKind::DataImage | TargetKind::Scheme(_) | TargetKind::Dangerous => None,
    }
}

/// The name of the file that a path on someone's computer leads to: `合影.jpg` of `file:///C:/照片/合影.jpg`.
#[must_use]
pub(crate) fn local_file_name(target: &str) -> Option<String> {
    let decoded = percent_decode(target);
    let name = decoded.rsplit(['/', '\\', ':']).next().unwrap_or_default().trim();
    (!name.is_empty()).then(|| name.to_owned())
}

fn wanted_file(from: &SourcePath, path: &str) -> Option<WantedFile> {
    let folder = from.folder().strip_prefix("content").unwrap_or_default();
    // Windows writes paths with backslashes.
    let written = path.replace('\\', "/");
    let path = join(folder, &written)?;
    Some(WantedFile { path, written })
}

/// The record or file at exactly `path` below `content/`.
pub(super) fn find_file(catalog: &Catalog, path: &str, fragment: &str) -> Option<ResolvedTarget> {
    let exact = SourcePath::new(&format!("content/{path}"));
    let record = catalog.find_record(&exact);
    let asset = || catalog.find_asset(&exact).map(ResolvedTarget::Asset);
    record
        .map(|id| ResolvedTarget::Record(id, fragment.to_owned()))
        .or_else(asset)
}

/// The record, folder or file at `path` below `content/`; `None` when there is none.
fn resolve_path(catalog: &Catalog, path: &str, fragment: &str) -> Option<ResolvedTarget> {
    if let Some(found) = find_file(catalog, path, fragment) {
        return Some(found);
    }
    let source = |path: &str| SourcePath::new(&format!("content/{path}"));
    if catalog.is_withheld(&source(path)) {
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

/// Whether an address may lead nowhere: it names a file that is none of the content's.
pub(super) fn may_be_dead(target: &ResolvedTarget) -> bool {
    match target {
        ResolvedTarget::Missing(_) => true,
        ResolvedTarget::Address { path, .. } => looks_like_file(path),
        _ => false,
    }
}

/// Whether the last part of a path has an extension, so that it names a file and not a page.
fn looks_like_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}
