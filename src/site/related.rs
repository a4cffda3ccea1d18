//! Related posts: the previous one, the next one, and the three most similar ones.

use crate::catalog::{Catalog, RecordId};

/// How many related posts a page shows.
const MAX_RELATED: usize = 3;
/// How many posts before and after a post are candidates in each tag, village, team and kind. This bounds the work at
/// any size of site; posts farther away in a list of hundreds are old news.
const WINDOW: usize = 12;

/// The next older and the next newer post of the record's kind; `None` for pages.
#[must_use]
pub(crate) fn neighbours(catalog: &Catalog, at: RecordId) -> (Option<RecordId>, Option<RecordId>) {
    let Some(posts) = catalog.posts_by_kind.get(&catalog.records[at].kind) else {
        return (None, None);
    };
    let Ok(place) = posts.binary_search(&at) else {
        return (None, None);
    };
    let newer = place.checked_sub(1).map(|place| posts[place]);
    (posts.get(place + 1).copied(), newer)
}

/// The posts most similar to a record: those that share the most tags, village, team and kind with it. A rare tag
/// weighs more than a common one. Among equals the nearest in time comes first. Undated pages and the record itself are
/// excluded.
#[must_use]
pub(crate) fn related_posts(catalog: &Catalog, at: RecordId) -> Vec<RecordId> {
    let record = &catalog.records[at];
    if !catalog.is_post(record) {
        return Vec::new();
    }
    let mut shared: Vec<(RecordId, f64)> = Vec::new();
    let mut add = |group: Option<&Vec<RecordId>>, weight: f64| {
        let Some(group) = group else { return };
        // A group that most posts share says little, so weight by rarity (inverse document frequency).
        let rarity = (catalog.records.len() as f64 / group.len() as f64).ln_1p();
        shared.extend(window(group, at).iter().map(|&other| (other, weight * rarity)));
    };
    for tag in &record.meta.tags {
        add(catalog.tags.get(tag), 2.0);
    }
    add(
        record.meta.village.as_ref().and_then(|id| catalog.villages.get(id)),
        1.0,
    );
    add(record.team().and_then(|id| catalog.teams.get(id)), 1.0);
    add(catalog.posts_by_kind.get(&record.kind), 0.5);
    let distance = |other: RecordId| usize::from(other).abs_diff(usize::from(at));
    let mut ranked = sums(shared);
    ranked.sort_unstable_by(|a, b| {
        b.1.total_cmp(&a.1)
            .then(distance(a.0).cmp(&distance(b.0)))
            .then(a.0.cmp(&b.0))
    });
    let others = ranked.into_iter().map(|(other, _)| other);
    let posts = others.filter(|&other| other != at && catalog.is_post(&catalog.records[other]));
    posts.take(MAX_RELATED).collect()
}

/// The sum of the scores of each record, in order of the records. Scores are added in the order in which they stand.
fn sums(mut scores: Vec<(RecordId, f64)>) -> Vec<(RecordId, f64)> {
    scores.sort_by_key(|(record, _)| *record);
    scores.dedup_by(|next, sum| {
        let is_same = next.0 == sum.0;
        if is_same {
            sum.1 += next.1;
        }
        is_same
    });
    scores
}

/// The members of a group around `at`. Indices are in order of time, so neighbours in a group are close in time.
fn window(group: &[RecordId], at: RecordId) -> &[RecordId] {
    let place = group.partition_point(|&other| other < at);
    &group[place.saturating_sub(WINDOW)..(place + WINDOW + 1).min(group.len())]
}
