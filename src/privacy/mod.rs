//! Personal numbers in texts: finds resident IDs, mobile numbers and bank cards, and masks them.
//!
//! Role: text in, places of numbers out. It reads any text that may be published: Markdown, YAML, HTML, CSV, the XML of
//! an office file. Below `diag`, because every finding masks the line and the values that it quotes.
//!
//! Does not know files, settings or the site's policy. `check::privacy` does.
//!
//! A text is read in one pass. [`clusters`] gathers digits that a reader would see as one number, whatever stands
//! between them: spaces, dashes, zero-width characters, emphasis, elements. [`rules`] decides which of them are a
//! personal number.

mod clusters;
mod context;
mod gaps;
mod number;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use number::{NumberKind, PersonalNumber};

use number::{BANK_CARD_LENGTHS, MOBILE_LENGTH, RESIDENT_ID_LENGTH};
use std::borrow::Cow;

/// Finds the personal numbers in a text, in order. Takes time in proportion to the text's length.
#[must_use]
pub(crate) fn find(text: &str) -> Vec<PersonalNumber> {
    let mut found = Vec::new();
    clusters::for_each(text, &mut |cluster| rules::find_in_cluster(text, cluster, &mut found));
    found
}

/// A text with the middle of each personal number masked. The result has the same length in bytes and in characters, so
/// places in the text stay valid.
#[must_use]
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for number in &found {
        let (first, last) = number.kind.shown_digits();
        for digit in &number.places[first..number.places.len() - last] {
            masked.push_str(&text[at..digit.start]);
            match &text[digit.clone()] {
                wide if wide.chars().count() == 1 && wide.len() == '＊'.len_utf8() => masked.push('＊'),
                narrow => masked.extend(std::iter::repeat_n('*', narrow.len())),
            }
            at = digit.end;
        }
    }
    masked.push_str(&text[at..]);
    Cow::Owned(masked)
}

/// Whether a text is written as [`PersonalNumber::masked`] writes a number.
#[must_use]
pub(crate) fn is_masked_number(text: &str) -> bool {
    let is_form = |kind: NumberKind, length: usize| {
        let (first, last) = kind.shown_digits();
        text.len() == length
            && text.bytes().enumerate().all(|(at, byte)| {
                if at < first || at + last >= length {
                    byte.is_ascii_digit() || (byte == b'X' && kind == NumberKind::ResidentId && at + 1 == length)
                } else {
                    byte == b'*'
                }
            })
    };
    is_form(NumberKind::Mobile, MOBILE_LENGTH)
        || is_form(NumberKind::ResidentId, RESIDENT_ID_LENGTH)
        || BANK_CARD_LENGTHS
            .into_iter()
            .any(|length| is_form(NumberKind::BankCard, length))
}
