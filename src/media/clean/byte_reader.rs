//! Bytes, read from the front.

/// Bytes that are read from the front.
pub(super) struct ByteReader<'b> {
    pub(super) bytes: &'b [u8],
}

impl<'b> ByteReader<'b> {
    /// The next `count` bytes; none, and nothing is read, when there are fewer.
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    /// The next four bytes.
    pub(super) fn take_four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }
}
