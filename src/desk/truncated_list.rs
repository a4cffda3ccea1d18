//! A list of which the desk shows the first rows.

/// The first rows of a list that may be very long, and the number of all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruncatedList<T> {
    /// The first rows, at most [`MAX_ROWS`].
    pub first: Vec<T>,
    /// The number of all rows.
    pub count: usize,
}

/// The most rows of a list on the desk. A page with more is slow to read and slow to update.
pub const MAX_ROWS: usize = 200;

impl<T> TruncatedList<T> {
    /// Converts the first [`MAX_ROWS`] of `all` with `row`.
    pub(super) fn from_slice<S>(all: &[S], row: impl Fn(&S) -> T) -> Self {
        Self {
            first: all.iter().take(MAX_ROWS).map(row).collect(),
            count: all.len(),
        }
    }

    /// The number of rows that are not in [`TruncatedList::first`].
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.count - self.first.len()
    }
}
