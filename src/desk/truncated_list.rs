//! A list of which the desk shows the first rows.

/// The first rows of a list that may be very long, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruncatedList<T> {
    /// At most [`MAX_ROWS`].
    pub first: Vec<T>,
    /// All of them.
    pub count: usize,
}

/// How many rows of a list the desk keeps: a page with more is slow to read and slow to swap.
pub const MAX_ROWS: usize = 200;

impl<T> TruncatedList<T> {
    /// The first [`MAX_ROWS`] of `all`.
    pub(super) fn from_slice<S>(all: &[S], row: impl Fn(&S) -> T) -> Self {
        Self {
            first: all.iter().take(MAX_ROWS).map(row).collect(),
            count: all.len(),
        }
    }

    /// How many are not in [`TruncatedList::first`].
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.count - self.first.len()
    }
}
