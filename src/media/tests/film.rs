//! Films made of boxes, with places wherever cameras write them.

use super::super::film::{FilmProblem, clean_film, has_film_signature, probe_film};
use super::SECRET;
use proptest::prelude::*;
use std::io::Cursor;

fn film_box(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

fn joined(boxes: &[Vec<u8>]) -> Vec<u8> {
    boxes.concat()
}

/// A track whose samples have this format.
fn track(format: &[u8; 4], more: &[u8]) -> Vec<u8> {
    let entry = film_box(format, more);
    let description = film_box(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1], entry.as_slice()].concat());
    let media = film_box(b"mdia", &film_box(b"minf", &film_box(b"stbl", &description)));
    film_box(b"trak", &joined(&[film_box(b"tkhd", &[1; 84]), media]))
}

/// `meta` as QuickTime has it: a title, a place and a camera by their keys.
fn quicktime_meta() -> Vec<u8> {
    let names: [&[u8]; 3] = [
        b"com.apple.quicktime.location.ISO6709",
        b"com.apple.quicktime.title",
        b"com.apple.quicktime.model",
    ];
    let keys = names.map(|name| [&(name.len() as u32 + 8).to_be_bytes(), b"mdta".as_slice(), name].concat());
    let keys = [&[0, 0, 0, 0, 0, 0, 0, 3], keys.concat().as_slice()].concat();
    let entry = |number: u8, text: &[u8]| film_box(&[0, 0, 0, number], &film_box(b"data", &[&[0; 8], text].concat()));
    let list = joined(&[entry(1, SECRET), entry(2, "清河行动".as_bytes()), entry(3, SECRET)]);
    film_box(
        b"meta",
        &joined(&[
            film_box(b"hdlr", &[0; 25]),
            film_box(b"keys", &keys),
            film_box(b"ilst", &list),
        ]),
    )
}

fn film(tracks: &[Vec<u8>]) -> Vec<u8> {
    let itunes = joined(&[
        film_box(b"\xA9nam", &film_box(b"data", "乡音".as_bytes())),
        film_box(b"\xA9xyz", &film_box(b"data", SECRET)),
        film_box(
            b"----",
            &joined(&[film_box(b"mean", SECRET), film_box(b"name", b"\0\0\0\0place")]),
        ),
    ]);
    let versioned = [
        &[0; 4],
        joined(&[film_box(b"hdlr", &[0; 25]), film_box(b"ilst", &itunes)]).as_slice(),
    ]
    .concat();
    let user_data = joined(&[
        film_box(b"\xA9xyz", SECRET),
        film_box(b"loci", SECRET),
        film_box(b"GPMF", SECRET),
        film_box(b"XMP_", SECRET),
        film_box(b"cprt", "青芦镇".as_bytes()),
        film_box(b"meta", &versioned),
        vec![0; 4],
    ]);
    let movie = joined(&[
        film_box(b"mvhd", &[1; 100]),
        tracks.concat(),
        film_box(b"udta", &user_data),
        quicktime_meta(),
        film_box(b"free", SECRET),
        film_box(b"uuid", SECRET),
    ]);
    joined(&[
        film_box(b"ftyp", b"qt  \0\0\0\0qt  "),
        film_box(b"wide", b""),
        film_box(b"uuid", SECRET),
        // A length of 64 bits.
        [&[0, 0, 0, 1], b"mdat".as_slice(), &24_u64.to_be_bytes(), b"PICTURES"].concat(),
        film_box(b"moov", &movie),
        film_box(b"skip", SECRET),
    ])
}

fn cleaned(film: &[u8]) -> Vec<u8> {
    let mut file = Cursor::new(film.to_vec());
    clean_film(&mut file).unwrap();
    file.into_inner()
}

fn problem(film: &[u8]) -> Option<FilmProblem> {
    probe_film(&mut Cursor::new(film)).unwrap().problem
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

#[test]
fn films_lose_their_place_and_keep_length_pictures_and_title() {
    let film = film(&[track(b"avc1", b"")]);
    assert!(has_film_signature(&film));
    assert_eq!(problem(&film), None);
    let cleaned = cleaned(&film);
    assert_eq!(cleaned.len(), film.len());
    assert!(contains(&film, SECRET) && !contains(&cleaned, SECRET));
    for kept in [
        "PICTURES",
        "清河行动",
        "乡音",
        "青芦镇",
        "avc1",
        "mvhd",
        "com.apple.quicktime.title",
    ] {
        assert!(contains(&cleaned, kept.as_bytes()), "{kept}");
    }
    assert_eq!(self::cleaned(&cleaned), cleaned, "nothing is left to clear");
}

#[test]
fn bytes_behind_the_last_box_are_cleared() {
    let mut film = film(&[track(b"avc1", b"")]);
    film.extend_from_slice(&[0, 0, 0, 2]);
    film.extend_from_slice(SECRET);
    assert_eq!(problem(&film), None);
    assert!(!contains(&cleaned(&film), SECRET));
}

#[test]
fn what_cannot_be_edited_in_place_is_a_problem() {
    for (format, more, expected) in [
        (b"avc1", b"".as_slice(), None),
        (b"tx3g", b"", None),
        (b"gpmd", b"", Some(FilmProblem::PlaceTrack)),
        (b"camm", b"", Some(FilmProblem::PlaceTrack)),
        (
            b"mebx",
            b"com.apple.quicktime.location.ISO6709",
            Some(FilmProblem::PlaceTrack),
        ),
        (b"mebx", b"com.apple.quicktime.video-orientation", None),
    ] {
        let found = problem(&film(&[track(b"avc1", b""), track(format, more)]));
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(format));
    }
    let without_movie = film_box(b"ftyp", b"isom");
    assert_eq!(problem(&without_movie), Some(FilmProblem::Unreadable));
    let compressed = [without_movie, film_box(b"moov", &film_box(b"cmov", b""))].concat();
    assert_eq!(problem(&compressed), Some(FilmProblem::Unreadable));
}

#[test]
fn subtitles_with_places_are_a_problem() {
    // A drone writes its place into each subtitle. The samples lie in front of the description.
    let subtitled = |subtitle: &[u8]| {
        let samples = joined(&[film_box(b"ftyp", b"isom"), film_box(b"mdat", subtitle)]);
        let entry = film_box(
            b"stsd",
            &[&[0, 0, 0, 0, 0, 0, 0, 1], film_box(b"tx3g", b"").as_slice()].concat(),
        );
        let offset = (samples.len() - subtitle.len()) as u32;
        let chunks = film_box(
            b"stco",
            &[&[0, 0, 0, 0, 0, 0, 0, 1], offset.to_be_bytes().as_slice()].concat(),
        );
        let table = film_box(b"stbl", &joined(&[entry, chunks]));
        let track = film_box(b"trak", &film_box(b"mdia", &film_box(b"minf", &table)));
        [samples, film_box(b"moov", &track)].concat()
    };
    assert_eq!(
        problem(&subtitled(b"\0\x40[latitude: 31.2304] [longitude: 121.4737]")),
        Some(FilmProblem::PlaceTrack)
    );
    let film = subtitled("\0\x12志愿者清理了河道".as_bytes());
    assert_eq!(problem(&film), None);
    // A table that ends before its first number must not end the cleaning.
    for end in film.len() - 12..film.len() {
        assert!(probe_film(&mut Cursor::new(&film[..end])).is_ok(), "{end}");
        assert_eq!(cleaned(&film[..end]).len(), end);
    }
}

#[test]
fn other_formats_are_a_problem_and_copied_as_they_are() {
    for (film, expected) in [
        (b"RIFF\0\0\0\0AVI LIST".as_slice(), Some(FilmProblem::OtherFormat)),
        (
            b"\x1A\x45\xDF\xA3\x93\x42\x82\x88matroska",
            Some(FilmProblem::OtherFormat),
        ),
        (b"\x1A\x45\xDF\xA3\x93\x42\x82\x88webm\0\0\0\0", None),
        (b"FLV\x01\x05\0\0\0\x09\0\0\0\0\0\0\0", Some(FilmProblem::OtherFormat)),
        (
            b"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\0\xAA\0\x62\xCE\x6C",
            Some(FilmProblem::OtherFormat),
        ),
    ] {
        assert!(has_film_signature(film));
        assert_eq!(problem(film), expected, "{}", String::from_utf8_lossy(film));
        assert_eq!(cleaned(film), film);
    }
}

#[test]
fn pictures_and_texts_are_no_films() {
    for head in [
        b"\0\0\0\x18ftypheic\0\0\0\0".as_slice(),
        b"\0\0\0\x1Cftypavif\0\0\0\0",
        b"# mdat",
        b"",
        b"%PDF-1.7",
    ] {
        assert!(!has_film_signature(head), "{}", String::from_utf8_lossy(head));
    }
}

proptest! {
    #[test]
    fn damaged_films_keep_their_length_and_cause_no_panic(
        cut in 0_usize..1400,
        changes in prop::collection::vec((0_usize..1400, any::<u8>()), 0..8),
    ) {
        let mut film = film(&[track(b"avc1", b"")]);
        film.truncate(cut.max(8));
        for (offset, byte) in changes {
            if let Some(old) = film.get_mut(offset) {
                *old = byte;
            }
        }
        let _ = problem(&film);
        prop_assert_eq!(cleaned(&film).len(), film.len());
    }
}
