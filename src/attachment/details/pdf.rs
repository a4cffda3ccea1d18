//! The details of a PDF (ISO 32000): `/Author` and `/Company` of its information, and `dc:creator` of its XMP, which
//! may both lie in compressed streams. An encrypted file has only its XMP.

use super::super::pdf::{object_streams, read_hex, read_literal};
use super::super::{MAX_FILE_BYTES, MAX_UNPACKED_BYTES};
use super::detail::{DetailKind, Details};
use std::io::{self, Read};

/// The most bytes of one text.
const MAX_TEXT_BYTES: usize = 4096;

pub(super) fn read_details(file: &mut impl Read, details: &mut Details) -> io::Result<()> {
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
    let is_encrypted = memchr::memmem::find(&bytes, b"/Encrypt").is_some();
    let mut budget = MAX_UNPACKED_BYTES;
    add_details(&bytes, is_encrypted, details);
    for content in object_streams(&bytes, &mut budget) {
        add_details(&content, is_encrypted, details);
    }
    Ok(())
}

fn add_details(bytes: &[u8], is_encrypted: bool, details: &mut Details) {
    let keys: [(&[u8], DetailKind); 2] = [(b"/Author", DetailKind::Author), (b"/Company", DetailKind::Company)];
    for (key, kind) in keys.into_iter().filter(|_| !is_encrypted) {
        for at in memchr::memmem::find_iter(bytes, key) {
            if let Some(text) = string_at(&bytes[at + key.len()..]) {
                details.add(kind, &text);
            }
        }
    }
    for at in memchr::memmem::find_iter(bytes, b"<dc:creator>") {
        if let Some(text) = list_item(&bytes[at..]) {
            details.add(DetailKind::Author, &text);
        }
    }
}

/// The string after a key: in brackets, or in hexadecimal digits. `None` when it does not end nearby.
fn string_at(rest: &[u8]) -> Option<String> {
    let start = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let rest = &rest[start..rest.len().min(start + MAX_TEXT_BYTES)];
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
    let rest = String::from_utf8_lossy(&rest[..rest.len().min(MAX_TEXT_BYTES)]).into_owned();
    let (list, _) = rest.split_once("</dc:creator>")?;
    let (_, item) = list.split_once("<rdf:li")?;
    let (_, item) = item.split_once('>')?;
    Some(item.split_once('<')?.0.to_owned())
}
