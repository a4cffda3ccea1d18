//! Posts for other outlets: finds them as a person names them, and shares what the public site shows.
//!
//! The command `share` and the buttons of the preview take this one way, so both give the same bytes and refuse the same
//! posts. Each reads the site anew: a preview also shows drafts and what is internal, which no copy may hold.

use super::content::{SiteContent, load_content};
use super::planned::{PlannedSite, has_errors};
use super::request::Request;
use crate::catalog::{Catalog, RecordId};
use crate::diag::{Diagnostic, nearest};
use crate::export::{Outlet, SharedPost, Sharing};
use crate::metrics::Period;
use crate::record::Record;
use crate::schema::Kinds;
use crate::site::Site;
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;

/// Which posts are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    /// Each by its path in `content`, its path on the disk, or its address.
    Posts(Vec<String>),
    /// All posts of a kind with a date in a period.
    Kind(String, Period),
}

/// A copy with the names that its file may have.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) copy: SharedPost,
    /// The title of the first post.
    pub(crate) title: String,
    /// The name of the first post's file without its ending; of `clean-river/index.md`, that of the folder.
    pub(crate) stem: String,
    /// How many posts the copy holds.
    pub(crate) posts: usize,
}

/// Why nothing was shared.
#[derive(Debug)]
pub(crate) enum ShareError {
    /// The site or the theme's layout has errors.
    Findings(Vec<Diagnostic>),
    /// There is no such post. Holds the path of the one that was probably meant.
    UnknownPost(String, Option<String>),
    /// The post is a draft, has a day to come, or is internal.
    Withheld(String),
    /// There is no such kind. Holds all kinds.
    UnknownKind(String, Arc<Kinds>),
    /// No post of the kind has a date in the period.
    NoPosts(String, Period),
}

/// Shares posts of the site in `folder`.
///
/// # Errors
/// Why nothing was shared.
pub(crate) fn share(
    folder: &Path,
    today: Date,
    selection: &Selection,
    sharing: &Sharing,
) -> Result<Shared, ShareError> {
    let takes_unpublished = sharing.outlet.takes_unpublished();
    let request = Request {
        drafts: takes_unpublished,
        future: takes_unpublished,
        ..Request::new(folder, today)
    };
    let content = load_content(&request).map_err(|finding| ShareError::Findings(vec![*finding]))?;
    if has_errors(&content.findings) {
        return Err(ShareError::Findings(content.findings));
    }
    let site = content.site(None, today);
    let (ids, rows) = find_posts(&content, &site, folder, (selection, sharing.outlet))?;
    let planned = PlannedSite::new(&content, &site);
    let findings: Vec<Diagnostic> = ids.iter().flat_map(|id| planned.findings_in(&site, *id)).collect();
    if has_errors(&findings) {
        return Err(ShareError::Findings(findings));
    }
    let copy = content
        .share_posts(&site, (&ids, &rows), sharing, &planned.engine)
        .map_err(ShareError::Findings)?;
    let posts = ids.iter().map(|id| site.record(*id));
    let first = posts.chain(rows.iter().copied()).next();
    Ok(Shared {
        copy,
        title: first.map(|record| record.meta.title.clone()).unwrap_or_default(),
        stem: first.map(file_stem).unwrap_or_default(),
        posts: ids.len() + rows.len(),
    })
}

/// The posts in the order in which they are named; those of a kind in the order of their days. Of a kind that is wanted as
/// a ledger, also the rows of the site's own ledgers, which have no text and which no other outlet can have.
fn find_posts<'s>(
    content: &SiteContent,
    site: &'s Site<'_>,
    folder: &Path,
    (selection, outlet): (&Selection, Outlet),
) -> Result<(Vec<RecordId>, Vec<&'s Record>), ShareError> {
    match selection {
        Selection::Posts(posts) => {
            let mut ids = Vec::new();
            for post in posts {
                let id = find_post(site, folder, post).ok_or_else(|| unknown_post(&content.catalog, folder, post))?;
                // A post that is named twice is in the copy once.
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            Ok((ids, Vec::new()))
        }
        Selection::Kind(kind, period) => {
            if site.catalog.kinds.get(kind).is_none() {
                return Err(ShareError::UnknownKind(kind.clone(), Arc::clone(&site.catalog.kinds)));
            }
            let is_meant = |record: &Record| {
                record.kind == *kind && record.meta.date.is_some_and(|moment| period.contains(moment.date))
            };
            let rows = site.catalog.ledger_rows.iter().map(Arc::as_ref);
            let rows = rows.filter(|row| outlet == Outlet::Ledger && is_meant(row));
            let rows: Vec<&Record> = rows.collect();
            let all = site.catalog.records.iter_enumerated();
            let mut ids: Vec<RecordId> = all.filter(|(_, record)| is_meant(record)).map(|(id, _)| id).collect();
            ids.sort_by_key(|id| (site.record(*id).meta.date, *id));
            match ids.is_empty() && rows.is_empty() {
                true => Err(ShareError::NoPosts(kind.clone(), *period)),
                false => Ok((ids, rows)),
            }
        }
    }
}

/// The post at a path in `content`, at a path on the disk, or at an address.
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
    let written = written.trim().replace('\\', "/");
    let below_site = Path::new(&written)
        .strip_prefix(folder)
        .map(|path| path.to_string_lossy().replace('\\', "/"));
    let path = below_site.unwrap_or(written);
    let path = path.trim_start_matches("./");
    path.strip_prefix("content/").unwrap_or(path).to_owned()
}

fn path_of(record: &Record) -> &str {
    record.path.in_content().unwrap_or(record.path.as_str())
}

/// Why there is no post that can be shared.
fn unknown_post(catalog: &Catalog, folder: &Path, written: &str) -> ShareError {
    let path = path_in_content(folder, written);
    if catalog.withheld.iter().any(|record| path_of(record) == path) {
        return ShareError::Withheld(written.to_owned());
    }
    let near = nearest(&path, catalog.records.iter().map(|record| path_of(record)));
    ShareError::UnknownPost(written.to_owned(), near.map(str::to_owned))
}

fn file_stem(record: &Record) -> String {
    let path = Path::new(path_of(record));
    let stem = path.file_stem().unwrap_or_default();
    let stem = match path.parent().and_then(Path::file_name) {
        Some(folder) if stem == "index" => folder,
        _ => stem,
    };
    stem.to_string_lossy().into_owned()
}
