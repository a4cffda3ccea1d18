//! A page while it is rendered, which cannot grow without end.

use std::io;

/// The most bytes of a page. The largest page of a site of 50,000 posts has two.
pub(super) const MAX_PAGE_BYTES: usize = 64 << 20;

/// A page while it is rendered. Writing fails when it becomes too large, which ends the rendering.
pub(super) struct LimitedPage {
    pub(super) bytes: Vec<u8>,
    pub(super) is_full: bool,
}

impl LimitedPage {
    pub(super) fn new() -> Self {
        Self {
            bytes: Vec::with_capacity(16 * 1024),
            is_full: false,
        }
    }
}

impl io::Write for LimitedPage {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + part.len() > MAX_PAGE_BYTES {
            self.is_full = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
