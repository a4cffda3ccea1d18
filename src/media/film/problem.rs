//! Why a film cannot be cleaned.

/// Why a film cannot be cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FilmProblem {
    /// A track of it records places.
    PlaceTrack,
    /// Its boxes cannot be read, so nobody knows what they hold.
    Unreadable,
}

impl FilmProblem {
    /// A short name in lower case.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::PlaceTrack => "place-track",
            Self::Unreadable => "unreadable",
        }
    }
}
