//! Compound files (MS-CFB): Word, Excel and PowerPoint before 2007, and WPS.
//!
//! The structure of these files is not read. Word and PowerPoint store text as UTF-16 or with one byte for each
//! character, in long pieces, so a search of the raw bytes in both forms finds the numbers in it. Numbers in cells of
//! Excel are no text; `ledger` reads them.

pub(super) const SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The bytes as text in both forms. Control characters become line ends.
pub(super) fn texts(bytes: &[u8]) -> Vec<String> {
    let shown = |c: char| if c.is_control() { '\n' } else { c };
    let wide = |bytes: &[u8]| -> String {
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| shown(c.unwrap_or('\n'))).collect()
    };
    let narrow = bytes
        .iter()
        .map(|&byte| if byte.is_ascii() { shown(char::from(byte)) } else { '\n' });
    vec![narrow.collect(), wide(bytes), wide(bytes.get(1..).unwrap_or_default())]
}
