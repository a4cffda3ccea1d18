//! Sanitizes PNG (W3C, third edition): chunks, each with its length, name, content and checksum.

use super::byte_reader::ByteReader;
use crate::media::ai_label::AiLabel;
use crate::media::format::ImageError;
use flate2::Crc;
use flate2::read::ZlibDecoder;
use std::io::Read as _;

/// The chunks that are needed to display a picture, also an animated one. All others are texts, times, places and data
/// of programs.
const KEPT_CHUNKS: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
    b"hIST", b"cICP", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT", b"sPLT",
];

const SIGNATURE_LEN: usize = 8;
/// The most bytes of a compressed text that are read.
const MAX_TEXT_LEN: u64 = 1 << 20;
/// The most bytes that a colour profile may unpack to. Real ones have at most a few million; a file of one million may
/// unpack to a thousand times as many, in each reader's browser.
const MAX_PROFILE_LEN: u64 = 64 << 20;

/// The file with only those chunks, up to the end chunk.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut reader = ByteReader { bytes };
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(reader.take(SIGNATURE_LEN).ok_or(ImageError::Damaged)?);
    let mut has_picture = false;
    while let Some((name, chunk)) = next_chunk(&mut reader) {
        if name == *b"iCCP" && !is_profile_within_limit(chunk) {
            return Err(ImageError::Damaged);
        }
        if KEPT_CHUNKS.contains(&&name) {
            out.extend_from_slice(chunk);
        }
        has_picture |= name == *b"IDAT";
        if name == *b"IEND" {
            break;
        }
    }
    if has_picture { Ok(out) } else { Err(ImageError::Damaged) }
}

/// Whether the colour profile in a chunk (11.3.2.3) unpacks to at most [`MAX_PROFILE_LEN`] bytes. One that cannot be
/// unpacked is no danger.
fn is_profile_within_limit(chunk: &[u8]) -> bool {
    let content = chunk.get(8..).unwrap_or_default();
    // A name, its end and the method come before it.
    let packed = content
        .splitn(2, |&byte| byte == 0)
        .nth(1)
        .and_then(|rest| rest.get(1..));
    let mut profile = ZlibDecoder::new(packed.unwrap_or_default()).take(MAX_PROFILE_LEN + 1);
    // What cannot be unpacked to its end counts as far as it goes.
    let _ = std::io::copy(&mut profile, &mut std::io::sink());
    profile.limit() > 0
}

/// The label in the chunks that are not kept.
pub(super) fn find_label(bytes: &[u8]) -> Option<AiLabel> {
    let mut reader = ByteReader { bytes };
    reader.take(SIGNATURE_LEN)?;
    while let Some((name, chunk)) = next_chunk(&mut reader) {
        let label = (!KEPT_CHUNKS.contains(&&name))
            .then(|| find_in_chunk(name, chunk))
            .flatten();
        if label.is_some() || name == *b"IEND" {
            return label;
        }
    }
    None
}

fn find_in_chunk(name: [u8; 4], chunk: &[u8]) -> Option<AiLabel> {
    AiLabel::find(chunk).or_else(|| AiLabel::find(&unpacked_text(name, chunk)?))
}

/// The keyword and the text of a chunk whose text is compressed (11.3.3): `zTXt` and a form of `iTXt`.
fn unpacked_text(name: [u8; 4], chunk: &[u8]) -> Option<Vec<u8>> {
    let content = chunk.get(8..chunk.len().checked_sub(4)?)?;
    let mut parts = content.splitn(2, |&byte| byte == 0);
    let (keyword, rest) = (parts.next()?, parts.next()?);
    let packed = match (&name, rest) {
        (b"zTXt", [0, packed @ ..]) => packed,
        // A language and a translated keyword, each with its end, stand before the text.
        (b"iTXt", [1, 0, rest @ ..]) => rest.splitn(3, |&byte| byte == 0).nth(2)?,
        _ => return None,
    };
    let mut text = [keyword, b" "].concat();
    // Of a damaged text, the part that can be unpacked.
    let _ = ZlibDecoder::new(packed).take(MAX_TEXT_LEN).read_to_end(&mut text);
    Some(text)
}

/// Adds an XMP packet to a cleaned file, behind its header chunk.
pub(super) fn with_xmp(bytes: &[u8], xmp: &[u8]) -> Vec<u8> {
    const HEADER_LEN: usize = SIGNATURE_LEN + 25;
    let content = [b"iTXtXML:com.adobe.xmp\0\0\0\0\0".as_slice(), xmp].concat();
    let length = u32::try_from(content.len() - 4).unwrap_or_default();
    let (start, rest) = bytes.split_at(HEADER_LEN.min(bytes.len()));
    [
        start,
        &length.to_be_bytes(),
        &content,
        &checksum(&content).to_be_bytes(),
        rest,
    ]
    .concat()
}

/// The checksum of a chunk's name and content (annex D).
fn checksum(bytes: &[u8]) -> u32 {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    checksum.sum()
}

/// Reads the next chunk, and returns its name and the whole chunk; of a truncated chunk, the part that is there. `None`
/// at the end.
fn next_chunk<'b>(reader: &mut ByteReader<'b>) -> Option<([u8; 4], &'b [u8])> {
    let length = u32::from_be_bytes(reader.bytes.get(..4)?.try_into().ok()?);
    let name = reader.bytes.get(4..8)?.try_into().ok()?;
    let whole = usize::try_from(length).ok()?.checked_add(12)?;
    let chunk = reader.take(whole.min(reader.bytes.len()))?;
    Some((name, chunk))
}
