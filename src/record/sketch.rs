//! The sketch of a text, by which nearly equal texts are found.
//!
//! It is made of the smallest hashes of the text's sequences of letters. Two texts share about as large a part of their
//! sketches as of their sequences (A. Broder, “On the resemblance and containment of documents”, 1997).

use super::body::Body;

/// The fewest letters of a text that is compared. Short notices resemble one another.
const MIN_LETTERS: usize = 100;
/// The most letters of a text that are compared, from its beginning. More would cost more than they tell: texts of about
/// the same length that begin alike go on alike.
const MAX_LETTERS: usize = 600;
/// The length of the sequences.
const SEQUENCE_LENGTH: usize = 8;
/// The number of hashes in a sketch.
const SKETCH_SIZE: usize = 32;

/// The smallest hashes of a text, in ascending order. Empty for a short text.
pub(super) fn sketch(body: &Body) -> Vec<u64> {
    if body.character_count < MIN_LETTERS / 2 {
        return Vec::new();
    }
    let letters = letters(&body.html);
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
    hashes.shrink_to_fit();
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
