//! The properties of documents of Office 97 to 2003 (MS-OLEPS): doc, xls, ppt, and WPS's own formats.
//!
//! The sets of properties are found by their ids, not by the file's directory: they are small, so they lie in one piece.

use super::detail::{DetailKind, Details};
use encoding_rs::{Encoding, GBK, UTF_8, WINDOWS_1252};

/// The id of a set, and its properties that are read.
type PropertySet = ([u8; 16], &'static [(u32, DetailKind)]);

/// The two sets that tell names.
const SETS: [PropertySet; 2] = [
    (
        [
            0xE0, 0x85, 0x9F, 0xF2, 0xF9, 0x4F, 0x68, 0x10, 0xAB, 0x91, 0x08, 0x00, 0x2B, 0x27, 0xB3, 0xD9,
        ],
        &[(4, DetailKind::Author), (8, DetailKind::Editor)],
    ),
    (
        [
            0x02, 0xD5, 0xCD, 0xD5, 0x9C, 0x2E, 0x1B, 0x10, 0x93, 0x97, 0x08, 0x00, 0x2B, 0x2C, 0xF9, 0xAE,
        ],
        &[(14, DetailKind::Author), (15, DetailKind::Company)],
    ),
];
/// The bytes of a stream before the id of its first set.
const ID_OFFSET: usize = 28;
const CODE_PAGE: u32 = 1;
/// More properties than a set has.
const MAX_PROPERTIES: u32 = 200;

pub(super) fn read_properties(file: &[u8], details: &mut Details) {
    for (id, wanted) in &SETS {
        for at in memchr::memmem::find_iter(file, id) {
            let Some(stream) = at.checked_sub(ID_OFFSET).and_then(|start| file.get(start..)) else {
                continue;
            };
            // Not a stream that happens to contain the id.
            if stream.starts_with(&[0xFE, 0xFF]) && read_set(stream, wanted, details).is_some() {
                break;
            }
        }
    }
}

fn read_set(stream: &[u8], wanted: &[(u32, DetailKind)], details: &mut Details) -> Option<()> {
    let set = stream.get(u32_at(stream, ID_OFFSET + 16)? as usize..)?;
    let count = u32_at(set, 4)?.min(MAX_PROPERTIES);
    let properties: Vec<(u32, &[u8])> = (0..count as usize)
        .filter_map(|index| {
            let offset = u32_at(set, 8 + 8 * index + 4)? as usize;
            Some((u32_at(set, 8 + 8 * index)?, set.get(offset..)?))
        })
        .collect();
    let page = properties.iter().find(|(id, _)| *id == CODE_PAGE);
    let page = page.and_then(|(_, value)| Some(u32_at(value, 4)? & 0xFFFF));
    for (id, value) in &properties {
        if let Some((_, kind)) = wanted.iter().find(|(known, _)| known == id) {
            details.add(*kind, &text_of(value, page)?);
        }
    }
    Some(())
}

/// The text of a property: a type, a length and the characters.
fn text_of(value: &[u8], page: Option<u32>) -> Option<String> {
    const LPSTR: u32 = 0x1E;
    const LPWSTR: u32 = 0x1F;
    let length = u32_at(value, 4)? as usize;
    let is_wide = match u32_at(value, 0)? & 0xFFFF {
        LPSTR => page == Some(1200),
        LPWSTR => true,
        _ => return None,
    };
    let bytes = if is_wide && u32_at(value, 0)? & 0xFFFF == LPWSTR {
        length.checked_mul(2)?
    } else {
        length
    };
    let bytes = value.get(8..8_usize.checked_add(bytes)?)?;
    let text = if is_wide {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    } else {
        let encoding: &Encoding = match page {
            Some(936 | 54936) => GBK,
            Some(65001) => UTF_8,
            _ => WINDOWS_1252,
        };
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    };
    Some(text.trim_end_matches('\0').to_owned())
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let bytes = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}
