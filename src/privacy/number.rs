//! A personal number: its kind, its digits and its masked form.

use std::ops::{Range, RangeInclusive};

/// The length of a resident ID number (GB 11643-1999), whose last digit may be X.
pub(super) const RESIDENT_ID_LENGTH: usize = 18;
/// The length of a mobile number.
pub(super) const MOBILE_LENGTH: usize = 11;
/// The lengths of bank card numbers (ISO/IEC 7812).
pub(super) const BANK_CARD_LENGTHS: RangeInclusive<usize> = 16..=19;

/// What a personal number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NumberKind {
    /// A resident ID (GB 11643-1999): 18 digits, of which the last may be X.
    ResidentId,
    /// A mobile number of mainland China: 11 digits.
    Mobile,
    /// A bank card (ISO/IEC 7812): 16 to 19 digits.
    BankCard,
}

/// A personal number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonalNumber {
    /// What it is.
    pub(crate) kind: NumberKind,
    /// Its bytes in the text, from its first digit to its last, without a country code.
    pub(crate) range: Range<usize>,
    /// Its digits without separators; the X of a resident ID is a capital letter.
    pub(crate) digits: String,
    /// The bytes of each digit in the text.
    pub(super) places: Vec<Range<usize>>,
}

impl NumberKind {
    /// The key of its name in `locales/words.yml`.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ResidentId => "resident-id",
            Self::Mobile => "mobile",
            Self::BankCard => "bank-card",
        }
    }

    /// The numbers of digits at the start and at the end that a masked number shows.
    pub(super) const fn shown_digits(self) -> (usize, usize) {
        match self {
            Self::ResidentId => (6, 2),
            Self::Mobile => (3, 4),
            Self::BankCard => (4, 4),
        }
    }
}

impl PersonalNumber {
    /// The number without its middle: `138****8000`.
    #[must_use]
    pub(crate) fn masked(&self) -> String {
        let (first, last) = self.kind.shown_digits();
        let is_shown = |at: usize| at < first || at + last >= self.digits.len();
        let digits = self.digits.chars().enumerate();
        digits
            .map(|(at, digit)| if is_shown(at) { digit } else { '*' })
            .collect()
    }
}
