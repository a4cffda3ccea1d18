//! Films and recordings in boxes (ISO/IEC 14496-12 and Apple's QuickTime File Format): MP4, MOV, 3GP, M4A.
//!
//! Phones write the place, the camera and the day of a film into boxes beside the pictures. These boxes are overwritten
//! in place with empty ones of the same size, so that nothing moves and a film of any size need not be in memory. Like
//! the cleaning of pictures, this works by a list of what to keep. A track that records places cannot be removed in this
//! way; it is a [`FilmProblem`].

mod boxes;
mod details;
mod problem;
mod tracks;

pub(crate) use problem::{FilmInfo, FilmProblem};

use super::format::has_image_signature;
use boxes::{BoxHeader, BoxReader, Edits, MAX_XMP_LEN, XMP_ID};
use details::{clean_meta, clean_user_data};
use std::io::{self, Read, Seek, SeekFrom, Write};
use tracks::scan_track;

/// The boxes of a whole file that are kept. `moov`, which describes the film, is read.
const KEPT_TOP_BOXES: [&[u8; 4]; 13] = [
    b"ftyp", b"styp", b"mdat", b"moof", b"sidx", b"ssix", b"mfra", b"pdin", b"emsg", b"prft", b"pnot", b"PICT", b"wide",
];
/// The boxes of `moov` that are kept.
const KEPT_MOVIE_BOXES: [&[u8; 4]; 7] = [b"mvhd", b"iods", b"mvex", b"pssh", b"ctab", b"clip", b"ainf"];

/// The bytes at the start that tell a format from others.
const HEAD_LEN: u64 = 64;

/// Whether a file is a film or a recording by its first bytes. Pictures in boxes are none.
#[must_use]
pub(crate) fn has_film_signature(head: &[u8]) -> bool {
    !has_image_signature(head) && (is_other_format(head) || is_in_boxes(head))
}

/// Whether a film is in a format that is not read.
fn is_other_format(head: &[u8]) -> bool {
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => true,
        // Matroska and WebM, Windows Media.
        [0x1A, 0x45, 0xDF, 0xA3, ..] | [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => true,
        _ => head.starts_with(b"FLV\x01"),
    }
}

fn is_in_boxes(head: &[u8]) -> bool {
    // Old films of QuickTime start with another box than `ftyp`.
    let kinds: [&[u8]; 6] = [b"ftyp", b"moov", b"mdat", b"wide", b"skip", b"pnot"];
    head.get(4..8).is_some_and(|kind| kinds.contains(&kind))
}

/// Finds out whether a film can be cleaned, and whether it carries a label. Reads the boxes that describe it, not the
/// pictures.
///
/// # Errors
/// The error of reading.
pub(crate) fn probe_film(file: &mut (impl Read + Seek)) -> io::Result<FilmInfo> {
    Ok(scan(file)?.info)
}

/// Overwrites what must not be published in a copy of a film. Its length does not change.
///
/// # Errors
/// The error of reading or writing.
pub(crate) fn clean_film(file: &mut (impl Read + Write + Seek)) -> io::Result<()> {
    let edits = scan(file)?;
    for (offset, bytes) in edits.overwrites {
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(&bytes)?;
    }
    for (offset, length) in edits.zeros {
        file.seek(SeekFrom::Start(offset))?;
        io::copy(&mut io::repeat(0).take(length), file)?;
    }
    Ok(())
}

/// What to overwrite.
fn scan(file: &mut (impl Read + Seek)) -> io::Result<Edits> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut edits = Edits::default();
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(HEAD_LEN).read_to_end(&mut head)?;
    if is_other_format(&head) {
        // Browsers record WebM; it has no place for metadata of cameras.
        let is_webm = memchr::memmem::find(&head, b"webm").is_some();
        edits.info.problem = (!is_webm).then_some(FilmProblem::OtherFormat);
        return Ok(edits);
    }
    let mut reader = BoxReader::new(file);
    let mut has_movie = false;
    let mut offset = 0;
    while length - offset >= 8 {
        let Some(found) = reader.header(offset, length)? else {
            // What follows the last box, such as the places of an action camera.
            break;
        };
        match &found.kind {
            b"moov" => {
                has_movie = true;
                scan_movie(&mut reader, &found, &mut edits)?;
            }
            b"free" | b"skip" => edits.clear(&found),
            b"uuid" => remove_uuid(&mut reader, &found, &mut edits)?,
            kind if KEPT_TOP_BOXES.contains(&kind) => {}
            _ => edits.remove(&found),
        }
        offset = found.end;
    }
    if !has_movie || reader.is_exhausted() {
        edits.info.problem = Some(FilmProblem::Unreadable);
    }
    if offset < length {
        edits.zeros.push((offset, length - offset));
    }
    Ok(edits)
}

fn scan_movie<F: Read + Seek>(reader: &mut BoxReader<'_, F>, movie: &BoxHeader, edits: &mut Edits) -> io::Result<()> {
    for child in reader.children(movie.content, movie.end)? {
        match &child.kind {
            b"trak" => scan_track(reader, &child, edits)?,
            b"udta" => clean_user_data(reader, &child, edits)?,
            b"meta" => clean_meta(reader, &child, edits)?,
            b"free" | b"skip" => edits.clear(&child),
            // A compressed description, and the list of places of a dashboard camera.
            b"cmov" => edits.info.problem = Some(FilmProblem::Unreadable),
            b"gps " => edits.info.problem = Some(FilmProblem::PlaceTrack),
            b"uuid" => remove_uuid(reader, &child, edits)?,
            kind if KEPT_MOVIE_BOXES.contains(&kind) => {}
            _ => edits.remove(&child),
        }
    }
    Ok(())
}

/// Removes a box of a program; of XMP, the label of generated content stays.
fn remove_uuid<F: Read + Seek>(reader: &mut BoxReader<'_, F>, found: &BoxHeader, edits: &mut Edits) -> io::Result<()> {
    let content = reader.content(found.content, found.end, MAX_XMP_LEN)?;
    if content.starts_with(&XMP_ID) {
        edits.remove_xmp(found, &content);
    } else {
        edits.remove(found);
    }
    Ok(())
}
