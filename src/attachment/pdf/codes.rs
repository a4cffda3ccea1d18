//! The table of a font from its codes to characters (`ToUnicode`; ISO 32000-1, 9.10.3).

use std::collections::BTreeMap;

/// The most codes of one table.
const MAX_CODES: usize = 65_536;

/// What the codes of a font mean.
#[derive(Debug, Default)]
pub(super) struct CodeTable {
    characters: BTreeMap<u16, char>,
}

impl CodeTable {
    /// Reads the entries between `beginbfchar` and `endbfchar`, and those of ranges. Only the first character of an
    /// entry counts: digits have one.
    pub(super) fn parse(content: &[u8]) -> Self {
        let mut table = Self::default();
        let text = String::from_utf8_lossy(content);
        for part in text.split("beginbfchar").skip(1) {
            let part = part.split("endbfchar").next().unwrap_or_default();
            let codes: Vec<u32> = hex_strings(part).collect();
            for pair in codes.chunks_exact(2) {
                table.insert(pair[0], pair[1]);
            }
        }
        for part in text.split("beginbfrange").skip(1) {
            let part = part.split("endbfrange").next().unwrap_or_default();
            for line in part.split(['\r', '\n']) {
                table.insert_range(line);
            }
        }
        table
    }

    /// Whether a number can be written with the font.
    pub(super) fn has_digits(&self) -> bool {
        self.characters.values().any(char::is_ascii_digit)
    }

    /// `<0010> <0019> <0030>`, or a list of characters instead of the first one.
    fn insert_range(&mut self, line: &str) {
        let codes: Vec<u32> = hex_strings(line).collect();
        let [first, last, targets @ ..] = codes.as_slice() else {
            return;
        };
        for (offset, code) in (*first..=(*last).min(first + 0xFFFF)).enumerate() {
            let target = match targets {
                [only] if !line.contains('[') => only.checked_add(u32::try_from(offset).unwrap_or(0)),
                list => list.get(offset).copied(),
            };
            if let Some(target) = target {
                self.insert(code, target);
            }
        }
    }

    fn insert(&mut self, code: u32, target: u32) {
        if let (Ok(code), Some(c), true) = (
            u16::try_from(code),
            char::from_u32(target),
            self.characters.len() < MAX_CODES,
        ) {
            self.characters.insert(code, c);
        }
    }

    /// The text of codes of two bytes. Unknown codes become line ends.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let codes = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        codes
            .map(|code| self.characters.get(&code).copied().unwrap_or('\n'))
            .collect()
    }

    /// The text of codes of one byte. Unknown codes become line ends.
    pub(super) fn decode_narrow(&self, bytes: &[u8]) -> String {
        let codes = bytes.iter().map(|&byte| u16::from(byte));
        codes
            .map(|code| self.characters.get(&code).copied().unwrap_or('\n'))
            .collect()
    }
}

/// The first two bytes of each hexadecimal string, as a number.
fn hex_strings(text: &str) -> impl Iterator<Item = u32> {
    text.split('<').skip(1).filter_map(|part| {
        let hex = part.split('>').next()?.trim();
        u32::from_str_radix(hex.get(..hex.len().min(4))?, 16).ok()
    })
}
