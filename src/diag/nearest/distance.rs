//! How far two names are from each other.

/// How far a name is from another, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Distance {
    /// Typing errors, and their number.
    Typos(usize),
    /// A short form, or another form with the same parts.
    Parts {
        /// What they share.
        shared: SharedPart,
        /// How many characters only one of them has.
        missing: usize,
    },
}

/// What two Chinese names share, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SharedPart {
    /// One has all characters of the other in their order, with the same first and last one: 护河队, 护河志愿服务队.
    BothEnds,
    /// The same with the first one only, or with a common beginning that is most of both.
    Head,
    /// All characters except those that many names have: 石桥志愿队, 石桥村服务站.
    Core,
    /// One contains all characters of the other in their order.
    Within,
}

impl Distance {
    /// Whether a name this far away is no clear suggestion when another one is as far away as `other`.
    pub(super) fn is_ambiguous_beside(self, other: Self) -> bool {
        match (self, other) {
            (
                Self::Parts { shared, missing },
                Self::Parts {
                    shared: also,
                    missing: more,
                },
            ) => shared == also && (missing > 1 || missing == more),
            _ => false,
        }
    }
}

/// The most characters that may differ in a word of `length` characters.
pub(super) const fn max_distance(length: usize) -> usize {
    if length < 6 { 1 } else { length / 3 }
}
