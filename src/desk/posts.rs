//! Posts on their way to being published: drafts, posts of the future, posts without their reviews.

use super::Listed;
use crate::catalog::RecordIndex;
use crate::paths::{SourcePath, UrlPath};
use crate::plan::Site;
use crate::record::{Origin, Record};
use crate::schema::Labels;
use jiff::civil::Date;
use std::cmp::Reverse;

/// A post as the desk's lists name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its title; its path when it has none.
    pub title: String,
    /// The name of its kind.
    pub kind: Labels,
    /// Its file, relative to the site's folder; of a row of a ledger also sheet and row: `…/activities.xlsx 2022年!7`.
    pub path: String,
    /// Its day.
    pub date: Option<Date>,
    /// Its page, when this preview shows it.
    pub url: Option<UrlPath>,
}

/// A post that a build would leave out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpublished {
    /// Which.
    pub post: Post,
    /// Why.
    pub why: Why,
}

/// Why a build would leave a post out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It says `draft: true`.
    Draft,
    /// Its date is after today.
    Future,
}

/// A post that not everyone has reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub post: Post,
    /// Who made the first, second and third review (三审); none for one that is missing.
    pub by: [Option<String>; 3],
    /// Whether it is published already, its reviews notwithstanding.
    pub is_published: bool,
}

/// A record with its place in the catalog, if it has a page.
type Found<'a> = (&'a Record, Option<RecordIndex>);

impl Post {
    pub(super) fn new(site: &Site<'_>, (record, at): Found<'_>) -> Self {
        let title = match record.meta.title.trim() {
            "" => record.path.as_str(),
            title => title,
        };
        let kind = site.catalog.kinds.get(&record.kind);
        Self {
            title: title.to_owned(),
            kind: kind.map_or_else(|| Labels::both(&record.kind), |kind| kind.labels.clone()),
            path: written_in(record),
            date: record.meta.date.map(|moment| moment.date),
            url: at.map(|at| site.addresses[at].clone()),
        }
    }
}

/// Where an editor finds a record.
fn written_in(record: &Record) -> String {
    match &record.origin {
        Origin::File => record.path.as_str().to_owned(),
        Origin::Row { file, sheet, row } if sheet.is_empty() => format!("{file} {row}"),
        Origin::Row { file, sheet, row } => format!("{file} {sheet}!{row}"),
    }
}

/// The page that a file has become: a post's, a page's or that of a folder's own text.
pub(super) fn address_of(site: &Site<'_>, file: &str) -> Option<UrlPath> {
    if let Some(at) = site.catalog.find(&SourcePath::new(file)) {
        return Some(site.addresses[at].clone());
    }
    let folder = file.strip_prefix("content/")?.strip_suffix("_index.md")?;
    let folder = folder.trim_end_matches('/');
    site.catalog.sections.get(folder).map(|_| site.folder_address(folder))
}

/// Why a build would leave a record out; none when it would not.
pub(super) fn why(site: &Site<'_>, record: &Record) -> Option<Why> {
    if record.meta.draft {
        return Some(Why::Draft);
    }
    let day = record.meta.date?.date;
    (day > site.today).then_some(Why::Future)
}

/// All records with or without a page, the latest first; those without a day stand first, for they are begun only.
fn latest_first<'a>(site: &Site<'a>, chosen: impl Fn(&Record) -> bool) -> Vec<Found<'a>> {
    let shown = site
        .catalog
        .records
        .iter()
        .enumerate()
        .map(|(at, record)| (&**record, Some(at)));
    let withheld = site.catalog.withheld.iter().map(|record| (&**record, None));
    let mut found: Vec<Found<'a>> = shown.chain(withheld).filter(|(record, _)| chosen(record)).collect();
    found.sort_by_key(|(record, _)| {
        let date = record.meta.date;
        (date.is_some(), Reverse(date), &record.path)
    });
    found
}

/// Drafts and posts of the future. Rows of ledgers are none: nobody writes them on.
pub(super) fn unpublished(site: &Site<'_>) -> Listed<Unpublished> {
    let all = latest_first(site, |record| record.page && why(site, record).is_some());
    Listed::of(&all, |found| Unpublished {
        post: Post::new(site, *found),
        why: why(site, found.0).unwrap_or(Why::Draft),
    })
}

/// Posts, published or not, without all of the three reviews; none when the policy asks for no reviews.
pub(super) fn waiting(site: &Site<'_>) -> Option<Listed<Waiting>> {
    site.settings.policy.review?;
    let is_waiting =
        |record: &Record| record.page && site.catalog.is_post(record) && record.meta.review.iter().any(Option::is_none);
    let all = latest_first(site, is_waiting);
    Some(Listed::of(&all, |found| Waiting {
        post: Post::new(site, *found),
        by: found.0.meta.review.clone().map(|review| review.map(|review| review.by)),
        is_published: why(site, found.0).is_none(),
    }))
}
