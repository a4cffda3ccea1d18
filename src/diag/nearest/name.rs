//! A name split into its Chinese and its other characters, and how near two names are.

use super::chinese::{ChineseName, is_han};
use super::distance::{Distance, max_distance};
use unicode_normalization::UnicodeNormalization as _;

/// Words of which one cannot be a typing error for another in its group.
const CONTRASTING_WORDS: [&[&str]; 8] = [
    &["north", "south", "east", "west"],
    &["upper", "lower"],
    &["first", "second", "third", "fourth", "last"],
    &["old", "new"],
    &["large", "small"],
    &["import", "export"],
    &["include", "exclude"],
    &[
        "national",
        "provincial",
        "municipal",
        "district",
        "county",
        "country",
        "town",
        "village",
    ],
];

/// The length of a name that is recognised without its Chinese part.
const LONG_NAME_LEN: usize = 12;

/// A name as it is compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    chinese: ChineseName,
    /// The other characters, in lower case.
    other: String,
    length: usize,
}

impl Name {
    pub(super) fn new(text: &str) -> Self {
        let lower: String = if text.is_ascii() {
            text.trim().to_ascii_lowercase()
        } else {
            text.trim().nfkc().flat_map(char::to_lowercase).collect()
        };
        let length = lower.chars().count();
        if !lower.contains(is_han) {
            return Self {
                chinese: ChineseName::default(),
                other: lower,
                length,
            };
        }
        let is_part = |c: &char| !c.is_whitespace() && (c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_'));
        let (han, other): (String, String) = lower.chars().filter(is_part).partition(|&c| is_han(c));
        Self {
            chinese: ChineseName::new(&han),
            other,
            length,
        }
    }

    /// How far `candidate` is from this name. `None` when nobody means the one who writes the other.
    ///
    /// In Chinese names, characters with the same sound may replace one another, and characters may be missing. In the
    /// rest, up to a third of the characters may differ, at least one; transpositions count once.
    pub(super) fn distance(&self, candidate: &str) -> Option<Distance> {
        let limit = max_distance(self.length);
        if self.chinese.is_empty() && candidate.is_ascii() && candidate.len().abs_diff(self.length) > limit {
            return None; // Each missing or extra character is a difference, so most candidates need no comparison.
        }
        let candidate = Self::new(candidate);
        // In a long name, a Chinese word may stand for a foreign one.
        let is_translated = self.chinese.is_empty() != candidate.chinese.is_empty();
        if is_translated && self.other.len().min(candidate.other.len()) < LONG_NAME_LEN {
            return None;
        }
        let typos = strsim::damerau_levenshtein(&self.other, &candidate.other);
        if typos > limit || (self.chinese.is_empty() && typos >= candidate.length) {
            return None;
        }
        if have_different_numbers(&self.other, &candidate.other) || have_contrast(&self.other, &candidate.other) {
            return None;
        }
        if is_translated {
            return Some(Distance::Typos(typos));
        }
        match self.chinese.distance(&candidate.chinese)? {
            Distance::Typos(more) => Some(Distance::Typos(typos + more)),
            parts => (typos == 0).then_some(parts),
        }
    }
}

/// Whether both texts have numbers, and other ones: `photo-12` is not `photo-13`.
fn have_different_numbers(a: &str, b: &str) -> bool {
    let numbers = |text: &'_ str| -> Vec<String> {
        let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(|run| run.trim_start_matches('0').to_owned()).collect()
    };
    let (a, b) = (numbers(a), numbers(b));
    !a.is_empty() && !b.is_empty() && a != b
}

/// Whether the texts differ by words of opposite meaning: `north-bridge` and `south-bridge`, `answered` and
/// `unanswered`.
fn have_contrast(a: &str, b: &str) -> bool {
    let words = |text: &'_ str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphabetic());
        words.map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    let is_negation = |long: &str, short: &str| short.len() > 3 && long.strip_prefix("un") == Some(short);
    let contrasts = |a: &String, b: &String| {
        let has_both = |group: &&[&str]| group.contains(&a.as_str()) && group.contains(&b.as_str());
        a != b && (CONTRASTING_WORDS.iter().any(has_both) || is_negation(a, b) || is_negation(b, a))
    };
    a.iter().zip(&b).any(|(a, b)| contrasts(a, b))
}
