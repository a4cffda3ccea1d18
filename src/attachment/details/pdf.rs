//! The details of a PDF (ISO 32000): `/Author` and `/Company` of its information, and `dc:creator` of its XMP.
//!
//! The file is read in pieces from start to end. Information in compressed objects is not read.

use super::super::pdf::{read_hex, read_literal};
use super::detail::{DetailKind, Details};
use std::io::{self, Read};

/// The bytes that are read at a time.
const PIECE_LEN: usize = 1 << 20;
/// The bytes at the end of a piece that are read again with the next one, so that nothing is cut in two.
const OVERLAP: usize = 4096;

pub(super) fn read_details(file: &mut impl Read, details: &mut Details) -> io::Result<()> {
    let mut window = Vec::with_capacity(PIECE_LEN + OVERLAP);
    loop {
        let before = window.len();
        file.by_ref().take(PIECE_LEN as u64).read_to_end(&mut window)?;
        if window.len() == before {
            return Ok(());
        }
        for (key, kind) in [
            (b"/Author".as_slice(), DetailKind::Author),
            (b"/Company", DetailKind::Company),
        ] {
            for at in memchr::memmem::find_iter(&window, key) {
                if let Some(text) = string_at(&window[at + key.len()..]) {
                    details.add(kind, &text);
                }
            }
        }
        for at in memchr::memmem::find_iter(&window, b"<dc:creator>") {
            if let Some(text) = list_item(&window[at..]) {
                details.add(DetailKind::Author, &text);
            }
        }
        window.drain(..window.len().saturating_sub(OVERLAP));
    }
}

/// The string after a key: in brackets, or in hexadecimal digits. `None` when it does not end nearby.
fn string_at(rest: &[u8]) -> Option<String> {
    let start = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let rest = &rest[start..rest.len().min(start + OVERLAP)];
    let mut text = Vec::new();
    let (end, mark) = match rest {
        [b'(', ..] => (read_literal(rest, 1, &mut text), b')'),
        [b'<', next, ..] if *next != b'<' => (read_hex(rest, 1, &mut text), b'>'),
        _ => return None,
    };
    let has_end = rest.get(end.checked_sub(1)?) == Some(&mark);
    has_end.then(|| decode(&text).replace('\n', " "))
}

/// A text string: UTF-16 or UTF-8 with its mark, else bytes of Latin letters; Chinese programs also write GBK.
fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::GBK.decode_without_bom_handling(bytes).0.into_owned(),
        },
    }
}

/// The first item of a list in XMP.
fn list_item(rest: &[u8]) -> Option<String> {
    let rest = String::from_utf8_lossy(&rest[..rest.len().min(OVERLAP)]).into_owned();
    let (list, _) = rest.split_once("</dc:creator>")?;
    let (_, item) = list.split_once("<rdf:li")?;
    let (_, item) = item.split_once('>')?;
    Some(item.split_once('<')?.0.to_owned())
}
