//! GIF (CompuServe, version 89a): blocks, each in sub-blocks of up to 255 bytes.

use super::byte_reader::ByteReader;
use crate::media::format::ImageError;

/// What the application extensions that are kept call themselves: how often the picture moves, and its colours.
const KEPT_EXTENSIONS: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// What is in a file.
struct ParsedGif {
    /// Without comments and programs' own.
    cleaned: Vec<u8>,
    frames: usize,
}

/// The file without comments and without what programs wrote for themselves.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let seen = parse(bytes);
    seen.filter(|seen| seen.frames > 0)
        .map(|seen| seen.cleaned)
        .ok_or(ImageError::Damaged)
}

/// Whether the picture moves.
pub(in crate::media) fn has_many_frames(bytes: &[u8]) -> bool {
    parse(bytes).is_some_and(|seen| seen.frames > 1)
}

/// Reads a file up to its end, or as far as it goes; none when it has no head.
fn parse(bytes: &[u8]) -> Option<ParsedGif> {
    let mut front = ByteReader { bytes };
    let head = front.take(13)?;
    let mut cleaned = Vec::with_capacity(bytes.len());
    cleaned.extend_from_slice(head);
    cleaned.extend_from_slice(front.take(color_table_len(head[10]))?);
    let mut seen = ParsedGif { cleaned, frames: 0 };
    while let Some(keep) = next_block(&mut front, &mut seen.frames) {
        seen.cleaned.extend_from_slice(keep);
    }
    // The end, also of a file that was cut off.
    seen.cleaned.push(0x3B);
    Some(seen)
}

/// The length of the colour table that flags speak of.
fn color_table_len(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// What is to be kept of the next block; none at the end.
fn next_block<'b>(front: &mut ByteReader<'b>, frames: &mut usize) -> Option<&'b [u8]> {
    let from = front.bytes;
    let mut is_frame = false;
    let is_kept = match front.take(1)?.first()? {
        0x21 => {
            let label = *front.take(1)?.first()?;
            let name = front.bytes.get(1..12).unwrap_or_default();
            label != 0xFE && (label != 0xFF || KEPT_EXTENSIONS.contains(&name))
        }
        0x2C => {
            let flags = front.take(9)?[8];
            front.take(color_table_len(flags) + 1)?;
            is_frame = true;
            true
        }
        _ => return None,
    };
    loop {
        let length = usize::from(*front.take(1)?.first()?);
        if length == 0 {
            break;
        }
        front.take(length)?;
    }
    *frames += usize::from(is_frame);
    let whole = &from[..from.len() - front.bytes.len()];
    Some(if is_kept { whole } else { &[] })
}
