//! JPEG (ITU-T T.81, annex B): segments, each behind a marker, and the picture itself between some of them.
//!
//! The crate that edits such files keeps all that follows the first scan as it is, and there phones put a second
//! picture with a place of its own. So the file is read here, to its end marker and no further.

use super::byte_reader::ByteReader;
use crate::media::format::ImageError;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// The file with those segments only that the picture is shown by.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(&[0xFF, SOI]);
    let mut has_picture = false;
    let has_end = for_each_segment(bytes, |marker, segment, picture| {
        if is_segment_kept(marker, &segment[2..]) {
            out.extend_from_slice(&[0xFF, marker]);
            out.extend_from_slice(segment);
        }
        has_picture |= marker == SOS;
        out.extend_from_slice(picture);
    });
    out.extend_from_slice(&[0xFF, EOI]);
    if has_picture && has_end {
        Ok(out)
    } else {
        Err(ImageError::Damaged)
    }
}

/// Whether the file stops before its end marker. Decoders make the rest of such a picture grey and say nothing.
pub(in crate::media) fn is_truncated(bytes: &[u8]) -> bool {
    !for_each_segment(bytes, |_, _, _| {})
}

/// Calls `each` with every marker that has a segment, the segment with its length, and the coded picture behind it, up
/// to the end marker. Whether there is one.
fn for_each_segment(bytes: &[u8], mut each: impl FnMut(u8, &[u8], &[u8])) -> bool {
    let mut front = ByteReader { bytes };
    while let Some(marker) = next_marker(&mut front) {
        match marker {
            EOI => return true,
            // Without a length and of no meaning here.
            0x01 | 0xD0..=SOI => {}
            _ => {
                let Some(segment) = take_segment(&mut front) else { break };
                let picture = if marker == SOS { take_scan_data(&mut front) } else { &[] };
                each(marker, segment, picture);
            }
        }
    }
    false
}

/// The marker after whatever stands before it.
fn next_marker(front: &mut ByteReader<'_>) -> Option<u8> {
    let at = memchr::memchr(0xFF, front.bytes)?;
    front.bytes = &front.bytes[at..];
    let fill = front.bytes.iter().take_while(|&&byte| byte == 0xFF).count();
    front.take(fill)?;
    front.take(1)?.first().copied()
}

/// A segment with its length, which counts itself; none when it is cut off.
fn take_segment<'b>(front: &mut ByteReader<'b>) -> Option<&'b [u8]> {
    let length = u16::from_be_bytes(front.bytes.get(..2)?.try_into().ok()?);
    front.take(usize::from(length)).filter(|segment| segment.len() >= 2)
}

/// The coded picture up to the next marker that is none of its own.
fn take_scan_data<'b>(front: &mut ByteReader<'b>) -> &'b [u8] {
    let is_own = |next: Option<&u8>| matches!(next, None | Some(0x00 | 0xD0..=0xD7 | 0xFF));
    let mut signs = memchr::memchr_iter(0xFF, front.bytes);
    let end = signs.find(|at| !is_own(front.bytes.get(at + 1)));
    let (picture, rest) = front.bytes.split_at(end.unwrap_or(front.bytes.len()));
    front.bytes = rest;
    picture
}

/// Whether a segment is needed to show the picture: of the application segments (APPn) the plain JFIF head, the colour
/// profile and Adobe's note on colours; no comment; all that describes the coding.
fn is_segment_kept(marker: u8, content: &[u8]) -> bool {
    match marker {
        // Longer ones hold a thumbnail.
        0xE0 => content.starts_with(b"JFIF\0") && content.len() == 14,
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        0xEE => content.starts_with(b"Adobe"),
        other => !(0xE0..=0xFE).contains(&other),
    }
}
