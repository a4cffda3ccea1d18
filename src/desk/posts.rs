//! Posts before publication: drafts, future posts, posts with missing reviews.

use super::truncated_list::TruncatedList;
use crate::catalog::RecordId;
use crate::paths::{SourcePath, UrlPath};
use crate::record::Record;
use crate::schema::Labels;
use crate::site::Site;
use jiff::civil::Date;
use std::cmp::Reverse;

/// A post in a list of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPost {
    /// The title; the path when the title is empty.
    pub title: String,
    /// The label of its kind.
    pub kind: Labels,
    /// Its file, relative to the site's folder. For a row of a ledger also sheet and row: `…/activities.xlsx 2022年!7`.
    pub path: String,
    /// Its date.
    pub date: Option<Date>,
    /// Its page, if the site has one.
    pub url: Option<UrlPath>,
}

/// A post that a build would not publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpublished {
    /// Which.
    pub post: DeskPost,
    /// Why.
    pub reason: UnpublishedReason,
}

/// Why a build would not publish a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnpublishedReason {
    /// Its front matter has `draft: true`.
    Draft,
    /// Its date is after today.
    Future,
}

/// A post with missing reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingReview {
    /// Which.
    pub post: DeskPost,
    /// The reviewers of the first, second and third review (三审); `None` for a missing review.
    pub reviewers: [Option<String>; 3],
    /// Whether it is already published in spite of missing reviews.
    pub is_published: bool,
}

/// A record with its id in the catalog; `None` for withheld records, which have no page.
pub(super) type IndexedRecord<'a> = (&'a Record, Option<RecordId>);

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
            path: record.source_location(),
            date: record.meta.date.map(|moment| moment.date),
            url: at.map(|at| site.links.record(at).clone()),
        }
    }
}

/// The page of a file: of a post, a page or a folder's `_index.md`. `None` when it has no page.
pub(super) fn page_address(site: &Site<'_>, file: &str) -> Option<UrlPath> {
    if let Some(at) = site.catalog.find_record(&SourcePath::new(file)) {
        return Some(site.links.record(at).clone());
    }
    let folder = file.strip_prefix("content/")?.strip_suffix("_index.md")?;
    let folder = folder.trim_end_matches('/');
    site.catalog.sections.get(folder).map(|_| site.links.folder(folder))
}

/// Why a build would not publish a record; `None` when it would.
pub(super) fn unpublished_reason(site: &Site<'_>, record: &Record) -> Option<UnpublishedReason> {
    if record.meta.draft {
        return Some(UnpublishedReason::Draft);
    }
    let day = record.meta.date?.date;
    (day > site.today).then_some(UnpublishedReason::Future)
}

/// Records that satisfy `chosen`, withheld ones included, the latest first. Those without a date come first, because
/// somebody has only begun them.
pub(super) fn records_latest_first<'a>(site: &Site<'a>, chosen: impl Fn(&Record) -> bool) -> Vec<IndexedRecord<'a>> {
    let with_page = site
        .catalog
        .records
        .iter_enumerated()
        .map(|(at, record)| (&**record, Some(at)));
    let withheld = site.catalog.withheld.iter().map(|record| (&**record, None));
    let mut found: Vec<IndexedRecord<'a>> = with_page.chain(withheld).filter(|(record, _)| chosen(record)).collect();
    found.sort_by_key(|(record, _)| {
        let date = record.meta.date;
        (date.is_some(), Reverse(date), &record.path)
    });
    found
}

/// Drafts and future posts. Rows of ledgers without a page are excluded, because nobody continues to write them.
pub(super) fn unpublished_posts(site: &Site<'_>) -> TruncatedList<Unpublished> {
    let all = records_latest_first(site, |record| {
        record.has_page && unpublished_reason(site, record).is_some()
    });
    TruncatedList::from_slice(&all, |found| Unpublished {
        post: DeskPost::new(site, *found),
        reason: unpublished_reason(site, found.0).unwrap_or(UnpublishedReason::Draft),
    })
}

/// Posts, published or not, with fewer than three reviews; `None` when the policy does not require reviews.
pub(super) fn pending_reviews(site: &Site<'_>) -> Option<TruncatedList<PendingReview>> {
    site.settings.policy.review?;
    let is_pending = |record: &Record| {
        record.has_page && site.catalog.is_post(record) && record.meta.review.iter().any(Option::is_none)
    };
    let all = records_latest_first(site, is_pending);
    Some(TruncatedList::from_slice(&all, |found| PendingReview {
        post: DeskPost::new(site, *found),
        reviewers: found.0.meta.review.clone().map(|review| review.map(|review| review.by)),
        is_published: unpublished_reason(site, found.0).is_none(),
    }))
}
