//! A reader that takes bytes from the front of a slice.

/// The bytes that are not read yet.
pub(super) struct ByteReader<'b> {
    pub(super) bytes: &'b [u8],
}

impl<'b> ByteReader<'b> {
    /// Reads `count` bytes. `None` when there are fewer; then nothing is read.
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    /// Reads four bytes. `None` when there are fewer; then nothing is read.
    pub(super) fn take_four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }
}
