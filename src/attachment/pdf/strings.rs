//! The strings in the objects and pages of a PDF file (ISO 32000-1, 7.3.4), joined as the page shows them.

use super::codes::CodeTable;

/// Operators behind which a text stands on another line: they move to it.
const LINE_OPERATORS: [&[u8]; 6] = [b"T*", b"Tm", b"ET", b"BT", b"'", b"\""];

/// The texts of lines: as they are, as UTF-16, and by each table of a font.
pub(super) fn decode(lines: &[Vec<u8>], tables: &[CodeTable]) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let join = |decode: &dyn Fn(&[u8]) -> String| -> String { lines.iter().map(|line| decode(line) + "\n").collect() };
    let latin = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
    let wide = |bytes: &[u8]| {
        let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or('\n')).collect::<String>()
    };
    let mut texts = vec![join(&latin), join(&wide)];
    for table in tables {
        texts.push(join(&|bytes| table.decode(bytes)));
        texts.push(join(&|bytes| table.decode_narrow(bytes)));
    }
    texts
}

/// The bytes of the strings in objects or in the commands of a page, those of one line together.
pub(super) fn read_lines(content: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    // The last operands: `0 -14 Td` moves to another line, `14 0 Td` does not.
    let mut last_words: [&[u8]; 2] = [b"", b""];
    let mut at = 0;
    while let Some(&byte) = content.get(at) {
        match byte {
            b'(' => at = read_literal(content, at + 1, &mut line),
            b'<' if content.get(at + 1) == Some(&b'<') => at += 2,
            b'<' => at = read_hex(content, at + 1, &mut line),
            b'%' => at += memchr::memchr2(b'\r', b'\n', &content[at..]).unwrap_or(content.len() - at),
            _ if is_delimiter(byte) => at += 1,
            _ => {
                let length = content[at..].iter().position(|&byte| is_delimiter(byte));
                let word = &content[at..at + length.unwrap_or(content.len() - at).max(1)];
                at += word.len();
                let moves_down = matches!(word, b"Td" | b"TD") && !matches!(last_words[1], b"0" | b"0.0" | b"-0");
                if moves_down || LINE_OPERATORS.contains(&word) || word == b"endobj" || word.starts_with(b"/") {
                    lines.extend((!line.is_empty()).then(|| std::mem::take(&mut line)));
                }
                last_words = [last_words[1], word];
            }
        }
    }
    lines.extend((!line.is_empty()).then_some(line));
    lines
}

const fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%')
}

/// Reads a string in parentheses from `at` on. Returns the position behind it.
pub(in crate::attachment) fn read_literal(content: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    let mut depth = 1;
    while let Some(&byte) = content.get(at) {
        at += 1;
        match byte {
            b'\\' => at = read_escape(content, at, out),
            b'(' => {
                depth += 1;
                out.push(byte);
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
                out.push(byte);
            }
            _ => out.push(byte),
        }
    }
    at
}

/// Reads what follows a backslash.
fn read_escape(content: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let Some(&byte) = content.get(at) else { return at };
    let is_octal = |byte: &&u8| (b'0'..=b'7').contains(byte);
    let octal: Vec<u8> = content[at..].iter().take(3).take_while(is_octal).copied().collect();
    if !octal.is_empty() {
        let value = octal.iter().fold(0_u32, |sum, digit| sum * 8 + u32::from(digit - b'0'));
        out.push(u8::try_from(value & 0xFF).unwrap_or(0));
        return at + octal.len();
    }
    match byte {
        b'\r' | b'\n' => {}
        b'n' | b'r' | b't' | b'b' | b'f' => out.push(b'\n'),
        _ => out.push(byte),
    }
    at + 1
}

/// Reads a hexadecimal string from `at` on. Returns the position behind it.
pub(in crate::attachment) fn read_hex(content: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let length = memchr::memchr(b'>', &content[at..]).unwrap_or(content.len() - at);
    let digits = content[at..at + length]
        .iter()
        .filter_map(|&byte| char::from(byte).to_digit(16));
    let digits: Vec<u32> = digits.collect();
    let values = digits
        .chunks(2)
        .map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0));
    out.extend(values.filter_map(|value| u8::try_from(value).ok()));
    at + length + 1
}
