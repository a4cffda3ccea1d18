//! Posts with nearly the same text.
//!
//! A text is compared by its sketch (`record::sketch`), of which two texts share about as large a part as of their
//! sequences of letters.

use super::duplicates::are_both_numbered;
use super::places::{place_in, source_name};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The number of smallest hashes by which similar texts are found.
const INDEXED: usize = 4;
/// The fewest hashes that two sketches share when their texts are nearly the same: about three quarters of the text.
const MIN_SHARED: usize = 24;
/// The most posts with one hash that others are compared with, the earliest. More of them share a phrase that every post
/// has.
const MAX_CANDIDATES: usize = 16;

/// Reports each post whose text is nearly that of an earlier one. `posts` are in the order of their days.
pub(super) fn check(posts: &[&Record]) -> Vec<Diagnostic> {
    let texts: Vec<TextOfPost<'_>> = posts.iter().map(|post| TextOfPost::new(post)).collect();
    let mut hashes: Vec<(u64, usize)> = texts
        .iter()
        .enumerate()
        .flat_map(|(index, text)| text.indexed().iter().map(move |&hash| (hash, index)))
        .collect();
    hashes.par_sort_unstable();
    // Most hashes are in one text only.
    let with_same_hash: FxHashMap<u64, &[(u64, usize)]> = hashes
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|posts| posts.len() > 1)
        .map(|posts| (posts[0].0, &posts[..posts.len().min(MAX_CANDIDATES)]))
        .collect();
    let finding = |(index, text): (usize, &TextOfPost<'_>)| {
        let mut candidates = text
            .indexed()
            .iter()
            .filter_map(|hash| with_same_hash.get(hash))
            .flat_map(|posts| {
                let posts = posts.iter().map(|&(_, other)| other);
                posts.take_while(|&other| other < index)
            });
        let is_same =
            |&other: &usize| text.may_be_copy_of(&texts[other]) && !are_both_numbered(posts[other], posts[index]);
        let other = candidates.find(is_same)?;
        let finding = Diagnostic::new(Code::SameText).at(place_in(posts[index], "title"));
        Some(finding.with("path", source_name(posts[other])))
    };
    texts.par_iter().enumerate().filter_map(finding).collect()
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

    /// The hashes by which similar texts are found.
    fn indexed(&self) -> &'p [u64] {
        &self.sketch[..self.sketch.len().min(INDEXED)]
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
