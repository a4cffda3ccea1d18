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
    let texts: Vec<TextOfPost<'_>> = posts.iter().map(|post| TextOfPost::new(post)).collect();
    let mut by_hash: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut findings = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let indexed = &text.sketch[..text.sketch.len().min(INDEXED)];
        let candidates = indexed.iter().filter_map(|hash| by_hash.get(hash)).flatten();
        let same = candidates
            .copied()
            .find(|&other| text.may_be_copy_of(&texts[other]) && !are_both_numbered(posts[other], posts[index]));
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

/// What is compared of a post.
struct TextOfPost<'p> {
    sketch: &'p [u64],
    /// The length of the text in characters.
    length: usize,
    /// Whether it is a report in the media, which may have the words of the town's own post.
    is_report: bool,
}

impl<'p> TextOfPost<'p> {
    fn new(post: &'p Record) -> Self {
        Self {
            sketch: &post.body.sketch,
            length: post.body.character_count,
            is_report: post.meta.fields.contains_key("outlet"),
        }
    }

    /// Whether the texts are about as long, and nearly the same.
    fn may_be_copy_of(&self, other: &Self) -> bool {
        let (shorter, longer) = (self.length.min(other.length), self.length.max(other.length));
        self.is_report == other.is_report && shorter * 5 >= longer * 4 && share_enough(self.sketch, other.sketch)
    }
}

/// Whether two sketches share at least [`MIN_SHARED`] hashes. Both are in ascending order. Most sketches that are compared
/// share few, which shows soon.
fn share_enough(a: &[u64], b: &[u64]) -> bool {
    let Some(mut misses_left) = a.len().checked_sub(MIN_SHARED) else {
        return false;
    };
    let mut others = b.iter().peekable();
    for hash in a {
        while others.next_if(|other| *other < hash).is_some() {}
        if others.next_if_eq(&hash).is_none() {
            let Some(left) = misses_left.checked_sub(1) else {
                return false;
            };
            misses_left = left;
        }
    }
    true
}
