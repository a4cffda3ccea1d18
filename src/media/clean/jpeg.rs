//! Sanitizes JPEG (ITU-T T.81, annex B): segments, each after a marker, with coded picture data between some of them.
//!
//! The crate that edits such files keeps everything after the first scan, where phones put a second picture with its
//! own location. So the file is parsed here, up to its end marker and no further.

use super::byte_reader::ByteReader;
use crate::media::ai_label::AiLabel;
use crate::media::format::ImageError;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// The file with only the segments that are needed to display the picture.
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

/// The label in the segments that are not kept.
pub(super) fn find_label(bytes: &[u8]) -> Option<AiLabel> {
    let mut label = None;
    for_each_segment(bytes, |marker, segment, _| {
        if label.is_none() && !is_segment_kept(marker, &segment[2..]) {
            label = AiLabel::find(&segment[2..]);
        }
    });
    label
}

/// Adds an XMP packet to a cleaned file, behind its JFIF header.
pub(super) fn with_xmp(bytes: &[u8], xmp: &[u8]) -> Vec<u8> {
    const XMP_NAME: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    let header = match bytes {
        [_, _, 0xFF, 0xE0, high, low, ..] => 4 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => 2,
    };
    let (start, rest) = bytes.split_at(header.min(bytes.len()));
    let length = u16::try_from(XMP_NAME.len() + xmp.len() + 2).unwrap_or(u16::MAX);
    [start, &[0xFF, 0xE1], &length.to_be_bytes(), XMP_NAME, xmp, rest].concat()
}

/// Whether the file ends before its end marker. Decoders fill the rest of such a picture with grey and report no error.
pub(in crate::media) fn is_truncated(bytes: &[u8]) -> bool {
    !for_each_segment(bytes, |_, _, _| {})
}

/// Calls `each` with every marker that has a segment, the segment with its length, and the coded data after it, up to
/// the end marker. Returns whether there is an end marker.
fn for_each_segment(bytes: &[u8], mut each: impl FnMut(u8, &[u8], &[u8])) -> bool {
    let mut reader = ByteReader { bytes };
    while let Some(marker) = next_marker(&mut reader) {
        match marker {
            EOI => return true,
            // These markers have no segment, and are not needed.
            0x01 | 0xD0..=SOI => {}
            _ => {
                let Some(segment) = take_segment(&mut reader) else {
                    break;
                };
                let picture = if marker == SOS {
                    take_scan_data(&mut reader)
                } else {
                    &[]
                };
                each(marker, segment, picture);
            }
        }
    }
    false
}

/// Reads up to the next marker, and returns it.
fn next_marker(reader: &mut ByteReader<'_>) -> Option<u8> {
    let offset = memchr::memchr(0xFF, reader.bytes)?;
    reader.bytes = &reader.bytes[offset..];
    let fill = reader.bytes.iter().take_while(|&&byte| byte == 0xFF).count();
    reader.take(fill)?;
    reader.take(1)?.first().copied()
}

/// Reads a segment with its length, which includes the length's own two bytes. `None` when it is truncated.
fn take_segment<'b>(reader: &mut ByteReader<'b>) -> Option<&'b [u8]> {
    let length = u16::from_be_bytes(reader.bytes.get(..2)?.try_into().ok()?);
    reader.take(usize::from(length)).filter(|segment| segment.len() >= 2)
}

/// Reads the coded data up to the next marker that is not part of it.
fn take_scan_data<'b>(reader: &mut ByteReader<'b>) -> &'b [u8] {
    let is_own = |next: Option<&u8>| matches!(next, None | Some(0x00 | 0xD0..=0xD7 | 0xFF));
    let mut markers = memchr::memchr_iter(0xFF, reader.bytes);
    let end = markers.find(|offset| !is_own(reader.bytes.get(offset + 1)));
    let (picture, rest) = reader.bytes.split_at(end.unwrap_or(reader.bytes.len()));
    reader.bytes = rest;
    picture
}

/// Whether a segment is needed to display the picture. Of the application segments (APPn), these are the plain JFIF
/// header, the colour profile and Adobe's colour transform. Comments are dropped. All segments that describe the coding
/// are kept.
fn is_segment_kept(marker: u8, content: &[u8]) -> bool {
    match marker {
        // Longer ones hold a thumbnail.
        0xE0 => content.starts_with(b"JFIF\0") && content.len() == 14,
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        0xEE => content.starts_with(b"Adobe"),
        other => !(0xE0..=0xFE).contains(&other),
    }
}
