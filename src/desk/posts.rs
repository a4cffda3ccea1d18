//! Posts on their way to being published: drafts, posts of the future, posts without their reviews.

use super::truncated_list::TruncatedList;
use crate::catalog::RecordId;
use crate::paths::{SourcePath, UrlPath};
use crate::record::{Origin, Record};
use crate::schema::Labels;
use crate::site::Site;
use jiff::civil::Date;
use std::cmp::Reverse;

/// A post as the desk's lists name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPost {
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
    pub post: DeskPost,
    /// Why.
    pub reason: UnpublishedReason,
}

/// Why a build would leave a post out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnpublishedReason {
    /// It says `draft: true`.
    Draft,
    /// Its date is after today.
    Future,
}

/// A post that not everyone has reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingReview {
    /// Which.
    pub post: DeskPost,
    /// Who made the first, second and third review (三审); none for one that is missing.
    pub reviewers: [Option<String>; 3],
    /// Whether it is published already, its reviews notwithstanding.
    pub is_published: bool,
}

/// A record with its place in the catalog, if it has a page.
type IndexedRecord<'a> = (&'a Record, Option<RecordId>);

impl DeskPost {
    pub(super) fn new(site: &Site<'_>, (record, at): IndexedRecord<'_>) -> Self {
        let title = match record.meta.title.trim() {
            "" => record.path.as_str(),
            title => title,
        };
        let kind = site.catalog.kinds.get(&record.kind);
        Self {
            title: title.to_owned(),
            kind: kind.map_or_else(|| Labels::both(&record.kind), |kind| kind.labels.clone()),
            path: source_location(record),
            date: record.meta.date.map(|moment| moment.date),
            url: at.map(|at| site.links.record(at).clone()),
        }
    }
}

/// Where an editor finds a record.
fn source_location(record: &Record) -> String {
    match &record.origin {
        Origin::File => record.path.as_str().to_owned(),
        Origin::Row { file, sheet, row } if sheet.is_empty() => format!("{file} {row}"),
        Origin::Row { file, sheet, row } => format!("{file} {sheet}!{row}"),
    }
}

/// The page that a file has become: a post's, a page's or that of a folder's own text.
pub(super) fn page_address(site: &Site<'_>, file: &str) -> Option<UrlPath> {
    if let Some(at) = site.catalog.find_record(&SourcePath::new(file)) {
        return Some(site.links.record(at).clone());
    }
    let folder = file.strip_prefix("content/")?.strip_suffix("_index.md")?;
    let folder = folder.trim_end_matches('/');
    site.catalog.sections.get(folder).map(|_| site.links.folder(folder))
}

/// Why a build would leave a record out; none when it would not.
pub(super) fn unpublished_reason(site: &Site<'_>, record: &Record) -> Option<UnpublishedReason> {
    if record.meta.draft {
        return Some(UnpublishedReason::Draft);
    }
    let day = record.meta.date?.date;
    (day > site.today).then_some(UnpublishedReason::Future)
}

/// All records with or without a page, the latest first; those without a day stand first, for they are begun only.
fn records_latest_first<'a>(site: &Site<'a>, chosen: impl Fn(&Record) -> bool) -> Vec<IndexedRecord<'a>> {
    let shown = site
        .catalog
        .records
        .iter_enumerated()
        .map(|(at, record)| (&**record, Some(at)));
    let withheld = site.catalog.withheld.iter().map(|record| (&**record, None));
    let mut found: Vec<IndexedRecord<'a>> = shown.chain(withheld).filter(|(record, _)| chosen(record)).collect();
    found.sort_by_key(|(record, _)| {
        let date = record.meta.date;
        (date.is_some(), Reverse(date), &record.path)
    });
    found
}

/// Drafts and posts of the future. Rows of ledgers are none: nobody writes them on.
pub(super) fn unpublished_posts(site: &Site<'_>) -> TruncatedList<Unpublished> {
    let all = records_latest_first(site, |record| {
        record.has_page && unpublished_reason(site, record).is_some()
    });
    TruncatedList::from_slice(&all, |found| Unpublished {
        post: DeskPost::new(site, *found),
        reason: unpublished_reason(site, found.0).unwrap_or(UnpublishedReason::Draft),
    })
}

/// Posts, published or not, without all of the three reviews; none when the policy asks for no reviews.
pub(super) fn pending_reviews(site: &Site<'_>) -> Option<TruncatedList<PendingReview>> {
    site.settings.policy.review?;
    let is_waiting = |record: &Record| {
        record.has_page && site.catalog.is_post(record) && record.meta.review.iter().any(Option::is_none)
    };
    let all = records_latest_first(site, is_waiting);
    Some(TruncatedList::from_slice(&all, |found| PendingReview {
        post: DeskPost::new(site, *found),
        reviewers: found.0.meta.review.clone().map(|review| review.map(|review| review.by)),
        is_published: unpublished_reason(site, found.0).is_none(),
    }))
}
