//! Where the posts of an issued report are today.
//!
//! A post is known again by its path, else by what it says, else by its kind, title and date. A path that now holds a
//! wholly different post is not it.

use super::issued::{IssuedPost, IssuedReport};
use crate::fingerprint::hash_bytes;
use crate::metrics::{MetricResults, PostId};
use crate::record::Record;
use crate::schema::FieldValue;
use std::collections::{BTreeMap, BTreeSet};

/// The digest of the beginning of a record's text; empty for a record without text.
#[must_use]
pub(crate) fn text_digest(record: &Record) -> String {
    let summary = record.summary().trim();
    if summary.is_empty() {
        return String::new();
    }
    format!("{:016x}", hash_bytes(summary.as_bytes()))
}

/// The digest of everything by which a record is broken down.
#[must_use]
pub(crate) fn fields_digest(record: &Record) -> String {
    let meta = &record.meta;
    let mut text = format!(
        "{:?}",
        (&meta.village, &meta.event, &meta.tags, &meta.source, &meta.author)
    );
    for (name, value) in &meta.fields {
        text.push_str(name);
        text.push('=');
        match value {
            FieldValue::List(items) => items.iter().for_each(|item| text.push_str(&(item.key() + ","))),
            single => text.push_str(&single.key()),
        }
        text.push('\n');
    }
    format!("{:016x}", hash_bytes(text.as_bytes()))
}

/// The posts of an issued report that exist today, by the path at the issue. Drafts and future posts are among them.
pub(super) fn find_posts(counts: &MetricResults<'_>, issued: &IssuedReport) -> BTreeMap<String, PostId> {
    if issued.is_former_format {
        let items = issued.all_figures().flat_map(|(_, _, figure)| &figure.items);
        let found = items.filter_map(|item| Some((item.key.clone(), counts.posts.find_by_path(&item.key)?.0)));
        return found.collect();
    }
    let mut search = Search {
        counts,
        issued,
        found: BTreeMap::new(),
        taken: BTreeSet::new(),
    };
    // From the surest to the least sure.
    search.by_path(|record, post| same_title(record, post) || same_text(record, post));
    search.elsewhere(|record, post| same_title(record, post) && same_text(record, post));
    search.elsewhere(|record, post| same_title(record, post) && same_date(record, post));
    search.by_path(same_date);
    search.elsewhere(|record, post| same_date(record, post) && same_text(record, post));
    search.found
}

/// The posts found so far. Each post of today is found once at most.
struct Search<'s, 'r, 'a> {
    counts: &'s MetricResults<'a>,
    issued: &'r IssuedReport,
    found: BTreeMap<String, PostId>,
    taken: BTreeSet<PostId>,
}

impl Search<'_, '_, '_> {
    /// Finds the posts that are still at their path and agree by `rule`.
    fn by_path(&mut self, rule: fn(&Record, &IssuedPost) -> bool) {
        for (path, post) in &self.issued.posts {
            if self.found.contains_key(path) {
                continue;
            }
            let at_path = self.counts.posts.find_by_path(path).map(|(id, _)| id);
            if let Some(id) = at_path.filter(|&id| self.agrees(id, post, rule)) {
                self.take(path, id);
            }
        }
    }

    /// Finds posts that are at another path and agree by `rule`. Of several, the one with the same date is meant;
    /// otherwise nobody can tell which of them it is.
    fn elsewhere(&mut self, rule: fn(&Record, &IssuedPost) -> bool) {
        for (path, post) in &self.issued.posts {
            if self.found.contains_key(path) {
                continue;
            }
            let all = (0..).zip(&self.counts.posts.posts).map(|(id, _)| id);
            let candidates: Vec<PostId> = all.filter(|&id| self.agrees(id, post, rule)).collect();
            let of_date = candidates
                .iter()
                .find(|&&id| same_date(self.counts.posts.post(id).record, post));
            let only = candidates.first().filter(|_| candidates.len() == 1);
            if let Some(&id) = of_date.or(only) {
                self.take(path, id);
            }
        }
    }

    fn agrees(&self, id: PostId, post: &IssuedPost, rule: fn(&Record, &IssuedPost) -> bool) -> bool {
        let record = self.counts.posts.post(id).record;
        record.kind == post.kind && !self.taken.contains(&id) && rule(record, post)
    }

    fn take(&mut self, path: &str, id: PostId) {
        self.taken.insert(id);
        self.found.insert(path.to_owned(), id);
    }
}

fn same_title(record: &Record, post: &IssuedPost) -> bool {
    record.meta.title == post.title
}

fn same_date(record: &Record, post: &IssuedPost) -> bool {
    record.meta.date.map(|moment| moment.date) == post.date
}

fn same_text(record: &Record, post: &IssuedPost) -> bool {
    !post.digest.is_empty() && text_digest(record) == post.digest
}
