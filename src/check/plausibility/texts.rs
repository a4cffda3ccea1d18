//! Posts with nearly the same text.
//!
//! A text is compared by its sketch (`record::sketch`), of which two texts share about as large a part as of their
//! sequences of letters.

use super::duplicates::are_both_numbered;
use super::places::{place_in, source_name};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use rustc_hash::FxHashMap;

/// The number of smallest hashes by which similar texts are found.
const INDEXED: usize = 4;
/// The fewest hashes that two sketches share when their texts are nearly the same: about three quarters of the text.
const MIN_SHARED: usize = 24;
/// The most posts with one hash that are compared. More of them share a phrase that every post has.
const MAX_CANDIDATES: usize = 16;

/// Reports each post whose text is nearly that of an earlier one. `posts` are in the order of their days.
pub(super) fn check(posts: &[&Record]) -> Vec<Diagnostic> {
    let sketches: Vec<&[u64]> = posts.iter().map(|post| &post.body.sketch[..]).collect();
    let mut by_hash: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut findings = Vec::new();
    for (index, &sketch) in sketches.iter().enumerate() {
        let indexed = &sketch[..sketch.len().min(INDEXED)];
        let candidates = indexed.iter().filter_map(|hash| by_hash.get(hash)).flatten();
        let same = candidates.copied().find(|&other| {
            count_shared(sketches[other], sketch) >= MIN_SHARED && may_be_copies(posts[other], posts[index])
        });
        if let Some(other) = same {
            let finding = Diagnostic::new(Code::SameText).at(place_in(posts[index], "title"));
            findings.push(finding.with("path", source_name(posts[other])));
        }
        for &hash in indexed {
            let with_hash = by_hash.entry(hash).or_default();
            if with_hash.len() < MAX_CANDIDATES {
                with_hash.push(index);
            }
        }
    }
    findings
}

/// Whether two posts that begin alike are one post that is there twice: their texts are about as long. A report in the
/// media may have the words of the town's own post.
fn may_be_copies(a: &Record, b: &Record) -> bool {
    let is_report = |post: &Record| post.meta.fields.contains_key("outlet");
    let lengths = (a.body.character_count, b.body.character_count);
    let (shorter, longer) = (lengths.0.min(lengths.1), lengths.0.max(lengths.1));
    is_report(a) == is_report(b) && shorter * 5 >= longer * 4 && !are_both_numbered(a, b)
}

/// The number of hashes that two sketches share. Both are in ascending order.
fn count_shared(a: &[u64], b: &[u64]) -> usize {
    let mut others = b.iter().peekable();
    let is_shared = |hash: &&u64| {
        while others.next_if(|other| other < hash).is_some() {}
        others.next_if_eq(hash).is_some()
    };
    a.iter().filter(is_shared).count()
}
