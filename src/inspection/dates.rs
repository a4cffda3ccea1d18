//! Whether every item has a date, and whether the date is honest.

use crate::check::{days_between, place_in};
use crate::diag::{Code, Diagnostic};
use crate::record::{Origin, Record};
use crate::site::Site;
use crate::source::FirstCommits;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Days between the date of a post and the first commit of its file that need no explanation.
const NEAR_DAYS: i64 = 31;
/// A commit with at least this many posts whose dates lie far before it is an import of an older site, and says nothing
/// about their dates.
const IMPORTED_POSTS: usize = 10;

/// The records without a date among others of their kind and folder that have one.
pub(super) fn undated_items(site: &Site<'_>) -> Vec<Diagnostic> {
    let group_of = |record: &Record| (record.kind.clone(), record.path.folder().to_owned());
    let records = || {
        site.catalog
            .records
            .iter()
            .filter(|record| record.is_published_on(site.today))
    };
    let dated = records().filter(|record| record.meta.date.is_some());
    let groups: BTreeSet<(String, String)> = dated.map(|record| group_of(record)).collect();
    let undated = records().filter(|record| record.meta.date.is_none() && groups.contains(&group_of(record)));
    undated
        .map(|record| Diagnostic::new(Code::UndatedItem).at(place_in(record, "title")))
        .collect()
}

/// A post whose date is far from the first commit of its file.
struct FarPost<'r> {
    record: &'r Record,
    date: Date,
    committed: Date,
}

/// The posts that are dated far from the day on which their file entered version control, unless it was imported with
/// others. A date of `updated` near that day explains an old post that was added later.
pub(super) fn far_from_first_commit(site: &Site<'_>, first_commits: &FirstCommits) -> Vec<Diagnostic> {
    let mut by_commit: BTreeMap<Timestamp, Vec<FarPost<'_>>> = BTreeMap::new();
    for record in site.catalog.records.iter() {
        let is_post =
            record.origin == Origin::File && site.catalog.is_post(record) && record.is_published_on(site.today);
        let time = first_commits.get(record.path.as_str()).filter(|_| is_post);
        if let Some(time) = time
            && let Some(far) = far_post(site, record, *time)
        {
            by_commit.entry(*time).or_default().push(far);
        }
    }
    let is_import = |posts: &Vec<FarPost<'_>>| {
        let before = posts.iter().filter(|post| post.date < post.committed);
        before.count() >= IMPORTED_POSTS
    };
    let posts = by_commit.into_values().filter(|posts| !is_import(posts)).flatten();
    posts.map(|post| far_finding(&post)).collect()
}

fn far_post<'r>(site: &Site<'_>, record: &'r Record, time: Timestamp) -> Option<FarPost<'r>> {
    let committed = time.to_zoned(site.settings.timezone.clone()).date();
    let meta = &record.meta;
    let given = [meta.date, meta.updated].into_iter().flatten();
    let is_near = given
        .map(|moment| days_between(moment.date, committed))
        .any(|days| days <= NEAR_DAYS);
    (!is_near).then_some(FarPost {
        record,
        date: meta.date?.date,
        committed,
    })
}

fn far_finding(post: &FarPost<'_>) -> Diagnostic {
    let days = days_between(post.date, post.committed).to_string();
    let is_before = post.date < post.committed;
    Diagnostic::new(Code::DateFarFromCommit)
        .at(place_in(post.record, "date"))
        .with("date", post.date.to_string())
        .with("committed", post.committed.to_string())
        .with("days", days.clone())
        .with_some("before", is_before.then_some(days))
}
