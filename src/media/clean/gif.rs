//! Sanitizes GIF (CompuServe, version 89a): blocks, each of sub-blocks of up to 255 bytes.

use super::byte_reader::ByteReader;
use crate::media::ai_label::AiLabel;
use crate::media::format::ImageError;

/// The names of the application extensions that are kept: the number of repetitions, and the colour profile.
const KEPT_EXTENSIONS: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// A parsed file.
struct ParsedGif {
    /// The file without comments and the data of programs.
    cleaned: Vec<u8>,
    frames: usize,
}

/// The file without comments and the data of programs.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let gif = parse(bytes);
    gif.filter(|gif| gif.frames > 0)
        .map(|gif| gif.cleaned)
        .ok_or(ImageError::Damaged)
}

/// The label in a file whose blocks hold one. Texts in blocks are cut into pieces; an XMP packet is not.
pub(super) fn find_label(bytes: &[u8]) -> Option<AiLabel> {
    let mut starts = memchr::memmem::find_iter(bytes, b"XMP DataXMP");
    starts.find_map(|at| AiLabel::find(&bytes[at..bytes.len().min(at + MAX_XMP_LEN)]))
}

/// The most bytes of an XMP packet that are searched.
const MAX_XMP_LEN: usize = 64 * 1024;

/// Adds an XMP packet to a cleaned file, before its trailer. A trailer of its own makes it a chain of blocks for programs
/// that do not know it (XMP specification, part 3, 1.1.2).
pub(super) fn with_xmp(bytes: &[u8], xmp: &[u8]) -> Vec<u8> {
    let (rest, _) = bytes.split_at(bytes.len().saturating_sub(1));
    let steps: Vec<u8> = (0..=u8::MAX).rev().collect();
    [rest, b"\x21\xFF\x0BXMP DataXMP", xmp, &[1], &steps, &[0, 0x3B]].concat()
}

/// Whether the picture has more than one frame.
pub(in crate::media) fn has_many_frames(bytes: &[u8]) -> bool {
    parse(bytes).is_some_and(|gif| gif.frames > 1)
}

/// Parses a file up to its end, or as far as it is valid. `None` when it has no header.
fn parse(bytes: &[u8]) -> Option<ParsedGif> {
    let mut reader = ByteReader { bytes };
    let header = reader.take(13)?;
    let mut cleaned = Vec::with_capacity(bytes.len());
    cleaned.extend_from_slice(header);
    cleaned.extend_from_slice(reader.take(color_table_len(header[10]))?);
    let mut gif = ParsedGif { cleaned, frames: 0 };
    while let Some(keep) = next_block(&mut reader, &mut gif.frames) {
        gif.cleaned.extend_from_slice(keep);
    }
    // The trailer, also for a truncated file.
    gif.cleaned.push(0x3B);
    Some(gif)
}

/// The length of the colour table according to the flags.
fn color_table_len(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Reads the next block, and returns what is kept of it: all or nothing. `None` at the end.
fn next_block<'b>(reader: &mut ByteReader<'b>, frames: &mut usize) -> Option<&'b [u8]> {
    let block_start = reader.bytes;
    let mut is_frame = false;
    let is_kept = match reader.take(1)?.first()? {
        0x21 => {
            let label = *reader.take(1)?.first()?;
            let name = reader.bytes.get(1..12).unwrap_or_default();
            label != 0xFE && (label != 0xFF || KEPT_EXTENSIONS.contains(&name))
        }
        0x2C => {
            let flags = reader.take(9)?[8];
            reader.take(color_table_len(flags) + 1)?;
            is_frame = true;
            true
        }
        _ => return None,
    };
    loop {
        let length = usize::from(*reader.take(1)?.first()?);
        if length == 0 {
            break;
        }
        reader.take(length)?;
    }
    *frames += usize::from(is_frame);
    let whole = &block_start[..block_start.len() - reader.bytes.len()];
    Some(if is_kept { whole } else { &[] })
}
