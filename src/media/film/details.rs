//! The details that cameras and programs write beside the pictures: `udta` and `meta`.

use super::boxes::{BoxHeader, BoxReader, Edits, MAX_XMP_LEN};
use std::io::{self, Read, Seek};

/// The boxes of `udta` that are kept: titles, chapters, rights and what streaming servers need.
const KEPT_USER_DATA: [&[u8; 4]; 10] = [
    b"name", b"titl", b"\xA9nam", b"cprt", b"\xA9cpy", b"chpl", b"hnti", b"hinf", b"kind", b"tagc",
];
/// The entries of `ilst` that are kept, by their four letters or their key.
const KEPT_ENTRIES: [&[u8]; 12] = [
    b"\xA9nam",
    b"\xA9ART",
    b"aART",
    b"\xA9alb",
    b"trkn",
    b"disk",
    b"cprt",
    b"\xA9cpy",
    b"title",
    b"com.apple.quicktime.title",
    b"AIGC",
    b"com.apple.quicktime.copyright",
];
/// The most bytes of a list of keys.
const MAX_KEYS_LEN: u64 = 1 << 20;

/// Overwrites the boxes of `udta` that are not kept.
pub(super) fn clean_user_data<F: Read + Seek>(
    reader: &mut BoxReader<'_, F>,
    user_data: &BoxHeader,
    edits: &mut Edits,
) -> io::Result<()> {
    for child in reader.children(user_data.content, user_data.end)? {
        match &child.kind {
            b"meta" => clean_meta(reader, &child, edits)?,
            b"free" | b"skip" => edits.clear(&child),
            b"XMP_" => edits.remove_xmp(&child, &reader.content(child.content, child.end, MAX_XMP_LEN)?),
            kind if KEPT_USER_DATA.contains(&kind) => {}
            _ => edits.remove(&child),
        }
    }
    Ok(())
}

/// Overwrites the entries of `meta` that are not kept. In QuickTime it has only boxes; in MP4, a version before them.
pub(super) fn clean_meta<F: Read + Seek>(
    reader: &mut BoxReader<'_, F>,
    meta: &BoxHeader,
    edits: &mut Edits,
) -> io::Result<()> {
    let head = reader.content(meta.content, meta.end, 12)?;
    let start = match (head.get(4..8), head.get(8..12)) {
        (Some(b"hdlr"), _) => meta.content,
        (_, Some(b"hdlr")) => meta.content + 4,
        _ => {
            edits.remove(meta);
            return Ok(());
        }
    };
    let children = reader.children(start, meta.end)?;
    let mut keys = Vec::new();
    if let Some(list) = children.iter().find(|child| &child.kind == b"keys") {
        keys = read_keys(&reader.content(list.content, list.end, MAX_KEYS_LEN)?);
    }
    for child in &children {
        match &child.kind {
            b"hdlr" | b"keys" => {}
            b"ilst" => clean_entries(reader, child, &keys, edits)?,
            b"free" | b"skip" => edits.clear(child),
            _ => edits.remove(child),
        }
    }
    Ok(())
}

/// The names in a box `keys`: a version, their number, and for each a length, a name space and the name.
fn read_keys(content: &[u8]) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    let mut rest = content.get(8..).unwrap_or_default();
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some((name, after)) = length.checked_sub(8).and_then(|length| after.split_at_checked(length)) else {
            break;
        };
        names.push(name.to_vec());
        rest = after;
    }
    names
}

fn clean_entries<F: Read + Seek>(
    reader: &mut BoxReader<'_, F>,
    list: &BoxHeader,
    keys: &[Vec<u8>],
    edits: &mut Edits,
) -> io::Result<()> {
    for entry in reader.children(list.content, list.end)? {
        let name = entry_name(reader, &entry, keys)?;
        edits.info.is_generated |= name == b"AIGC";
        if !KEPT_ENTRIES.contains(&name.as_slice()) {
            edits.remove(&entry);
        }
    }
    Ok(())
}

/// The name of an entry: its four letters, the key with its number, or of `----` the name in it.
fn entry_name<F: Read + Seek>(
    reader: &mut BoxReader<'_, F>,
    entry: &BoxHeader,
    keys: &[Vec<u8>],
) -> io::Result<Vec<u8>> {
    if &entry.kind == b"----" {
        let parts = reader.children(entry.content, entry.end)?;
        let Some(name) = parts.iter().find(|part| &part.kind == b"name") else {
            return Ok(Vec::new());
        };
        return reader.content((name.content + 4).min(name.end), name.end, 256);
    }
    let number = u32::from_be_bytes(entry.kind) as usize;
    Ok(number
        .checked_sub(1)
        .and_then(|index| keys.get(index).cloned())
        .unwrap_or_else(|| entry.kind.to_vec()))
}
