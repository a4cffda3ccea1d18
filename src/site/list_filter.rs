//! Which posts a list of a kind shows.

/// The posts of a kind that a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ListFilter {
    /// All posts.
    All,
    /// The posts of a year.
    Year(i16),
    /// The posts of a village, by the id of its roster row.
    Village(String),
}
