//! The tracks of a film: pictures, sound, subtitles, and what cameras record beside them.

use super::boxes::{BoxHeader, BoxReader, Edits};
use super::details::{clean_meta, clean_user_data};
use super::problem::FilmProblem;
use std::io::{self, Read, Seek};

/// The boxes of `trak` that are kept.
const KEPT_TRACK_BOXES: [&[u8; 4]; 10] = [
    b"tkhd", b"edts", b"tref", b"mdia", b"load", b"matt", b"clip", b"imap", b"txas", b"trgr",
];
/// The `uuid` of the box that tells players that a film is spherical.
const SPHERICAL: [u8; 16] = [
    0xFF, 0xCC, 0x82, 0x63, 0xF8, 0x55, 0x4A, 0x93, 0x88, 0x14, 0x58, 0x7A, 0x02, 0x52, 0x1F, 0xDD,
];
/// The formats of tracks with places: GoPro, Google's camera motion, Sony, DJI and the like.
const PLACE_FORMATS: [&[u8; 4]; 8] = [b"gpmd", b"camm", b"rtmd", b"djmd", b"dbgi", b"gps ", b"GPS ", b"nmea"];
/// The formats of subtitles, in which drones write where they fly.
const TEXT_FORMATS: [&[u8; 4]; 3] = [b"text", b"tx3g", b"sbtl"];
/// How places are called in such subtitles, in lower case.
const PLACE_WORDS: [&[u8]; 4] = [b"gps", b"latitude", b"longitude", b"[lat"];
/// The most bytes of the first subtitle.
const MAX_SUBTITLE_LEN: u64 = 1024;
/// The most bytes of the description of a track's samples.
const MAX_DESCRIPTION_LEN: u64 = 1 << 20;

/// Reads a track, and overwrites its boxes that are not kept.
pub(super) fn scan_track<F: Read + Seek>(
    reader: &mut BoxReader<'_, F>,
    track: &BoxHeader,
    edits: &mut Edits,
) -> io::Result<()> {
    for child in reader.children(track.content, track.end)? {
        match &child.kind {
            b"udta" => clean_user_data(reader, &child, edits)?,
            b"meta" => clean_meta(reader, &child, edits)?,
            b"free" | b"skip" => edits.clear(&child),
            b"uuid" if reader.content(child.content, child.end, 16)? == SPHERICAL => {}
            kind if KEPT_TRACK_BOXES.contains(&kind) => {}
            _ => edits.remove(&child),
        }
        if &child.kind == b"mdia" && records_places(reader, &child)? {
            edits.info.problem = Some(FilmProblem::PlaceTrack);
        }
    }
    Ok(())
}

/// Whether the samples of a track are places.
fn records_places<F: Read + Seek>(reader: &mut BoxReader<'_, F>, media: &BoxHeader) -> io::Result<bool> {
    let mut inner = *media;
    let mut tables = Vec::new();
    for kind in [b"minf", b"stbl", b"stsd"] {
        tables = reader.children(inner.content, inner.end)?;
        match tables.iter().find(|child| &child.kind == kind) {
            Some(child) => inner = *child,
            None => return Ok(false),
        }
    }
    let description = reader.content(inner.content, inner.end, MAX_DESCRIPTION_LEN)?;
    let format = description.get(12..16).unwrap_or_default();
    let is_place_format = PLACE_FORMATS.iter().any(|known| *known == format);
    // Apple's timed metadata name the keys of their samples.
    let has_location = format == b"mebx" && memchr::memmem::find(&description, b"location").is_some();
    let is_text = TEXT_FORMATS.iter().any(|known| *known == format);
    Ok(is_place_format || has_location || (is_text && begins_with_place(reader, &tables)?))
}

/// Whether the first sample of a track of texts is about a place. `tables` are the boxes of `stbl`.
fn begins_with_place<F: Read + Seek>(reader: &mut BoxReader<'_, F>, tables: &[BoxHeader]) -> io::Result<bool> {
    for table in tables {
        // The offset of the first chunk, behind a version and the number of chunks.
        let first = reader.content(table.content.saturating_add(8), table.end, 8)?;
        let offset = match (&table.kind, first.as_slice()) {
            (b"stco", [a, b, c, d, ..]) => u32::from_be_bytes([*a, *b, *c, *d]).into(),
            (b"co64", [a, b, c, d, e, f, g, h]) => u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]),
            _ => continue,
        };
        let sample = reader.content(offset, offset.saturating_add(MAX_SUBTITLE_LEN), MAX_SUBTITLE_LEN)?;
        let sample = sample.to_ascii_lowercase();
        let has_word = |word: &&[u8]| memchr::memmem::find(&sample, word).is_some();
        return Ok(PLACE_WORDS.iter().any(has_word));
    }
    Ok(false)
}
