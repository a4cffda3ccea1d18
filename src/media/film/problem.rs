//! What a build must know about a film.

/// What a build must know about a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FilmInfo {
    /// Why it cannot be cleaned.
    pub problem: Option<FilmProblem>,
    /// Whether its metadata say that a program generated or changed it.
    pub is_generated: bool,
}

/// Why a film cannot be cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FilmProblem {
    /// A track of it records places.
    PlaceTrack,
    /// Its boxes cannot be read, so nobody knows what they hold.
    Unreadable,
    /// It is in a format that is not read: AVI, Matroska, Windows Media, Flash.
    OtherFormat,
}

impl FilmProblem {
    /// A short name in lower case.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::PlaceTrack => "place-track",
            Self::Unreadable => "unreadable",
            Self::OtherFormat => "format",
        }
    }
}
