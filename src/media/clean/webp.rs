//! WebP (RFC 9649): a RIFF file of chunks.

use super::byte_reader::ByteReader;
use crate::media::format::ImageError;

/// The chunks that a picture is shown by.
const KEPT_CHUNKS: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// What the head of an extended file says there is (section 2.7).
const ICC_PROFILE_FLAG: u8 = 0b0010_0000;
const EXIF_AND_XMP_FLAGS: u8 = 0b0000_1100;

/// `RIFF`, the length, `WEBP`.
const RIFF_HEADER_LEN: usize = 12;

/// The file with those chunks only.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut front = ByteReader {
        bytes: bytes.get(RIFF_HEADER_LEN..).ok_or(ImageError::Damaged)?,
    };
    let mut out = Vec::with_capacity(bytes.len());
    while let Some((name, content)) = next_chunk(&mut front) {
        if name == *b"VP8X" {
            push_chunk(
                &mut out,
                name,
                &with_flags(content, |flags| flags & !EXIF_AND_XMP_FLAGS),
            );
        } else if KEPT_CHUNKS.contains(&&name) {
            push_chunk(&mut out, name, content);
        }
    }
    if out.is_empty() {
        return Err(ImageError::Damaged);
    }
    Ok(riff_file(&out))
}

/// A file as the encoder wrote it, of `size` in pixels, with a colour profile.
pub(in crate::media) fn with_profile(written: &[u8], has_alpha: bool, size: (u32, u32), profile: &[u8]) -> Vec<u8> {
    let mut front = ByteReader {
        bytes: written.get(RIFF_HEADER_LEN..).unwrap_or_default(),
    };
    let mut out = Vec::with_capacity(written.len() + profile.len() + 64);
    let mut is_extended = false;
    while let Some((name, content)) = next_chunk(&mut front) {
        if name == *b"VP8X" {
            push_chunk(&mut out, name, &with_flags(content, |flags| flags | ICC_PROFILE_FLAG));
        } else if !is_extended {
            push_chunk(&mut out, *b"VP8X", &vp8x_header(has_alpha && name != *b"VP8 ", size));
        }
        if !is_extended {
            push_chunk(&mut out, *b"ICCP", profile);
            is_extended = true;
        }
        if name != *b"VP8X" {
            push_chunk(&mut out, name, content);
        }
    }
    riff_file(&out)
}

/// The head of an extended file with a colour profile: flags, and the size less one in three bytes each.
fn vp8x_header(has_alpha: bool, (width, height): (u32, u32)) -> [u8; 10] {
    let mut head = [0; 10];
    head[0] = ICC_PROFILE_FLAG | if has_alpha { 0b0001_0000 } else { 0 };
    head[4..7].copy_from_slice(&width.saturating_sub(1).to_le_bytes()[..3]);
    head[7..10].copy_from_slice(&height.saturating_sub(1).to_le_bytes()[..3]);
    head
}

fn with_flags(content: &[u8], change: impl Fn(u8) -> u8) -> Vec<u8> {
    let mut content = content.to_vec();
    if let Some(flags) = content.first_mut() {
        *flags = change(*flags);
    }
    content
}

/// The next chunk's name and content; none when it is cut off.
fn next_chunk<'b>(front: &mut ByteReader<'b>) -> Option<([u8; 4], &'b [u8])> {
    let name = front.take_four()?;
    let length = usize::try_from(u32::from_le_bytes(front.take_four()?)).ok()?;
    let content = front.take(length)?;
    if length % 2 == 1 {
        // Of the last chunk, some programs leave the padding out.
        front.take(1);
    }
    Some((name, content))
}

fn push_chunk(out: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    out.extend_from_slice(&name);
    out.extend_from_slice(&u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
}

fn riff_file(chunks: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(chunks.len() + RIFF_HEADER_LEN);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&u32::try_from(chunks.len() + 4).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(b"WEBP");
    out.extend_from_slice(chunks);
    out
}
