//! Posts with nearly the same text.
//!
//! A text is compared by a sketch: the smallest hashes of its sequences of letters. Two texts share about as large a
//! part of their sketches as of their sequences (A. Broder, “On the resemblance and containment of documents”, 1997).

use super::duplicates::are_both_numbered;
use super::places::{place_in, source_name};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The fewest letters of a text that is compared. Short notices resemble one another.
const MIN_LETTERS: usize = 100;
/// The most letters of a text that are compared, from its beginning. More would cost more than they tell: texts of about
/// the same length that begin alike go on alike.
const MAX_LETTERS: usize = 600;
/// The length of the sequences.
const SEQUENCE_LENGTH: usize = 8;
/// The number of hashes in a sketch.
const SKETCH_SIZE: usize = 32;
/// The number of smallest hashes by which similar texts are found.
const INDEXED: usize = 4;
/// The fewest hashes that two sketches share when their texts are nearly the same: about three quarters of the text.
const MIN_SHARED: usize = 24;
/// The most posts with one hash that are compared. More of them share a phrase that every post has.
const MAX_CANDIDATES: usize = 16;

/// Reports each post whose text is nearly that of an earlier one. `posts` are in the order of their days.
pub(super) fn check(posts: &[&Record]) -> Vec<Diagnostic> {
    let sketches: Vec<Vec<u64>> = posts.par_iter().map(|post| sketch(post)).collect();
    let mut by_hash: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut findings = Vec::new();
    for (index, sketch) in sketches.iter().enumerate() {
        let indexed = &sketch[..sketch.len().min(INDEXED)];
        let candidates = indexed.iter().filter_map(|hash| by_hash.get(hash)).flatten();
        let same = candidates.copied().find(|&other| {
            count_shared(&sketches[other], sketch) >= MIN_SHARED && may_be_copies(posts[other], posts[index])
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

/// The smallest hashes of a post's text, in ascending order. Empty for a short text.
fn sketch(post: &Record) -> Vec<u64> {
    if post.body.character_count < MIN_LETTERS / 2 {
        return Vec::new();
    }
    let letters = letters(&post.body.html);
    if letters.len() < MIN_LETTERS {
        return Vec::new();
    }
    let mut hashes = sequence_hashes(&letters);
    // A repeated sequence has the same hash, so somewhat more than the sketch is sorted.
    if hashes.len() > 2 * SKETCH_SIZE {
        hashes.select_nth_unstable(2 * SKETCH_SIZE);
        hashes.truncate(2 * SKETCH_SIZE);
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SKETCH_SIZE);
    hashes
}

/// The first letters and digits of a text outside its tags.
fn letters(html: &str) -> Vec<char> {
    let mut in_tag = false;
    let is_letter = |c: &char| match c {
        '<' => {
            in_tag = true;
            false
        }
        '>' => {
            in_tag = false;
            false
        }
        // Most letters are common Chinese characters, which need no lookup in the tables of Unicode.
        '\u{4E00}'..='\u{9FFF}' => !in_tag,
        c => !in_tag && c.is_alphanumeric(),
    };
    html.chars().filter(is_letter).take(MAX_LETTERS).collect()
}

/// The hash of each sequence of letters. It is a polynomial whose next value follows from the last one, mixed so that its
/// smallest values are spread evenly.
fn sequence_hashes(letters: &[char]) -> Vec<u64> {
    const BASE: u64 = 0x0100_0000_01b3;
    const LEAVING: u64 = BASE.wrapping_pow(SEQUENCE_LENGTH as u32);
    let mut hash = 0_u64;
    let mut hashes = Vec::with_capacity(letters.len());
    for (index, c) in letters.iter().enumerate() {
        hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(u32::from(*c)));
        if let Some(first) = index.checked_sub(SEQUENCE_LENGTH) {
            hash = hash.wrapping_sub(LEAVING.wrapping_mul(u64::from(u32::from(letters[first]))));
        }
        if index + 1 >= SEQUENCE_LENGTH {
            let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hashes.push(mixed ^ (mixed >> 29));
        }
    }
    hashes
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
