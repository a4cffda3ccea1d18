//! The boxes of a film: a length, four letters, and content, which may be boxes again.

use super::problem::FilmInfo;
use crate::media::ai_label::AiLabel;
use std::io::{self, Read, Seek, SeekFrom};

/// More boxes than any film has besides those of its pictures.
const MAX_BOXES: usize = 100_000;

/// The id of a box `uuid` with XMP (XMP specification, part 3).
pub(super) const XMP_ID: [u8; 16] = [
    0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC,
];
/// The most bytes of XMP that are read.
pub(super) const MAX_XMP_LEN: u64 = 1 << 20;

/// A box: its place in the file, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxHeader {
    pub(super) kind: [u8; 4],
    pub(super) start: u64,
    /// The start of its content.
    pub(super) content: u64,
    pub(super) end: u64,
}

/// What to overwrite in a film.
#[derive(Debug, Default)]
pub(super) struct Edits {
    /// Offsets, and the bytes to write there.
    pub(super) overwrites: Vec<(u64, Vec<u8>)>,
    /// Offsets, and the number of bytes to clear there.
    pub(super) zeros: Vec<(u64, u64)>,
    /// What the boxes told so far.
    pub(super) info: FilmInfo,
}

impl Edits {
    /// Turns a box into an empty one.
    pub(super) fn remove(&mut self, found: &BoxHeader) {
        self.overwrites.push((found.start + 4, b"free".to_vec()));
        self.clear(found);
    }

    /// Turns a box with XMP, `content`, into an empty one. A label of generated content in it stays.
    pub(super) fn remove_xmp(&mut self, found: &BoxHeader, content: &[u8]) {
        let id = if &found.kind == b"uuid" { XMP_ID.len() } else { 0 };
        let label = content.get(id..).and_then(AiLabel::find);
        self.info.is_generated |= label.is_some();
        let Some(mut xmp) = label
            .map(|label| label.to_xmp())
            .filter(|xmp| xmp.len() + id <= content.len() && content.len() as u64 == found.end - found.content)
        else {
            return self.remove(found);
        };
        xmp.resize(content.len() - id, b' ');
        self.overwrites.push((found.content + id as u64, xmp));
    }

    /// Clears the content of a box.
    pub(super) fn clear(&mut self, found: &BoxHeader) {
        if found.end > found.content {
            self.zeros.push((found.content, found.end - found.content));
        }
    }
}

/// Reads the boxes of a file.
pub(super) struct BoxReader<'f, F> {
    file: &'f mut F,
    left: usize,
}

impl<'f, F: Read + Seek> BoxReader<'f, F> {
    pub(super) const fn new(file: &'f mut F) -> Self {
        Self { file, left: MAX_BOXES }
    }

    /// Whether the file has too many boxes to be read.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// The box at `start`, which ends at `end` at the latest. `None` when there is none. The last box of a film that is
    /// incomplete ends with the file.
    pub(super) fn header(&mut self, start: u64, end: u64) -> io::Result<Option<BoxHeader>> {
        if self.left == 0 || end - start < 8 {
            return Ok(None);
        }
        self.left -= 1;
        let head: [u8; 8] = self.bytes(start)?;
        let [a, b, c, d, kind @ ..] = head;
        let (size, header) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (end - start, 8),
            1 if end - start >= 16 => (u64::from_be_bytes(self.bytes(start + 8)?), 16),
            size => (u64::from(size), 8),
        };
        let is_kind = kind.iter().any(|&byte| byte != 0);
        if size < header || !is_kind {
            return Ok(None);
        }
        Ok(Some(BoxHeader {
            kind,
            start,
            content: start + header,
            end: start.saturating_add(size).min(end),
        }))
    }

    /// The boxes from `start` to `end`.
    pub(super) fn children(&mut self, start: u64, end: u64) -> io::Result<Vec<BoxHeader>> {
        let mut found = Vec::new();
        let mut offset = start;
        while offset < end
            && let Some(child) = self.header(offset, end)?
        {
            found.push(child);
            offset = child.end;
        }
        Ok(found)
    }

    /// `N` bytes at `offset`.
    pub(super) fn bytes<const N: usize>(&mut self, offset: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The bytes from `start` to `end`, at most `limit`.
    pub(super) fn content(&mut self, start: u64, end: u64, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(start))?;
        let length = end.saturating_sub(start).min(limit);
        self.file.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
