//! Sanitizes WebP (RFC 9649): a RIFF file of chunks.

use super::byte_reader::ByteReader;
use crate::media::ai_label::AiLabel;
use crate::media::format::ImageError;
use std::borrow::Cow;

/// The chunks that are needed to display a picture.
const KEPT_CHUNKS: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// Flags in the header of an extended file (section 2.7).
const ICC_PROFILE_FLAG: u8 = 0b0010_0000;
const EXIF_AND_XMP_FLAGS: u8 = 0b0000_1100;
const XMP_FLAG: u8 = 0b0000_0100;

/// The length of `RIFF`, the size and `WEBP`.
const RIFF_HEADER_LEN: usize = 12;

/// The file with only those chunks.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut reader = ByteReader {
        bytes: bytes.get(RIFF_HEADER_LEN..).ok_or(ImageError::Damaged)?,
    };
    let mut out = Vec::with_capacity(bytes.len());
    while let Some((name, content)) = next_chunk(&mut reader) {
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

/// The label in the chunks that are not kept.
pub(super) fn find_label(bytes: &[u8]) -> Option<AiLabel> {
    let mut reader = ByteReader {
        bytes: bytes.get(RIFF_HEADER_LEN..)?,
    };
    while let Some((name, content)) = next_chunk(&mut reader) {
        let label = (!KEPT_CHUNKS.contains(&&name))
            .then(|| AiLabel::find(content))
            .flatten();
        if label.is_some() {
            return label;
        }
    }
    None
}

/// Adds an XMP packet to a cleaned file; `size` is in pixels.
pub(super) fn with_xmp(bytes: &[u8], has_alpha: bool, size: (u32, u32), xmp: &[u8]) -> Vec<u8> {
    let mut chunks = extended_chunks(bytes, XMP_FLAG, has_alpha, size);
    chunks.push((*b"XMP ", Cow::Borrowed(xmp)));
    file_of(&chunks)
}

/// Adds a colour profile to a file that the encoder wrote; `size` is in pixels.
pub(in crate::media) fn with_profile(written: &[u8], has_alpha: bool, size: (u32, u32), profile: &[u8]) -> Vec<u8> {
    let mut chunks = extended_chunks(written, ICC_PROFILE_FLAG, has_alpha, size);
    chunks.insert(chunks.len().min(1), (*b"ICCP", Cow::Borrowed(profile)));
    file_of(&chunks)
}

/// A chunk: its name and its content.
type Chunk<'b> = ([u8; 4], Cow<'b, [u8]>);

/// The chunks of an extended file with `flag` in its header, made of the chunks of `bytes`.
fn extended_chunks(bytes: &[u8], flag: u8, has_alpha: bool, size: (u32, u32)) -> Vec<Chunk<'_>> {
    let mut reader = ByteReader {
        bytes: bytes.get(RIFF_HEADER_LEN..).unwrap_or_default(),
    };
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    while let Some((name, content)) = next_chunk(&mut reader) {
        if name == *b"VP8X" {
            chunks.push((name, Cow::Owned(with_flags(content, |flags| flags | flag))));
            continue;
        }
        if chunks.is_empty() {
            let header = vp8x_header(flag, has_alpha && name != *b"VP8 ", size);
            chunks.push((*b"VP8X", Cow::Owned(header.to_vec())));
        }
        chunks.push((name, Cow::Borrowed(content)));
    }
    chunks
}

fn file_of(chunks: &[Chunk<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, content) in chunks {
        push_chunk(&mut out, *name, content);
    }
    riff_file(&out)
}

/// The header of an extended file: the flags, then width and height, each minus one in three bytes.
fn vp8x_header(flags: u8, has_alpha: bool, (width, height): (u32, u32)) -> [u8; 10] {
    let mut header = [0; 10];
    header[0] = flags | if has_alpha { 0b0001_0000 } else { 0 };
    header[4..7].copy_from_slice(&width.saturating_sub(1).to_le_bytes()[..3]);
    header[7..10].copy_from_slice(&height.saturating_sub(1).to_le_bytes()[..3]);
    header
}

fn with_flags(content: &[u8], change: impl Fn(u8) -> u8) -> Vec<u8> {
    let mut content = content.to_vec();
    if let Some(flags) = content.first_mut() {
        *flags = change(*flags);
    }
    content
}

/// Reads the next chunk, and returns its name and content. `None` at the end, or when the chunk is truncated.
fn next_chunk<'b>(reader: &mut ByteReader<'b>) -> Option<([u8; 4], &'b [u8])> {
    let name = reader.take_four()?;
    let length = usize::try_from(u32::from_le_bytes(reader.take_four()?)).ok()?;
    let content = reader.take(length)?;
    if length % 2 == 1 {
        // Some programs omit the padding of the last chunk.
        reader.take(1);
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
