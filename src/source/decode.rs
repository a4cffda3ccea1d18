//! Decodes the bytes of a text file, whatever editor saved them.
//!
//! The expected encoding is UTF-8. The encodings that Windows uses for Chinese text (GBK, GB18030, UTF-16) are decoded
//! and reported. Control characters are removed and reported, so that no later stage meets one. Line ends are kept.

use super::mixed::decode_mixed;
use crate::diag::{Checked, Code, Diagnostic, Place, is_forbidden_control};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// The maximum number of lines with control characters that are reported.
const MAX_REPORTED_LINES: usize = 20;

/// Decodes `bytes`, the content of `file`, and removes control characters.
#[must_use]
pub fn decode(file: &str, bytes: Vec<u8>) -> Checked<String> {
    let Checked { value, mut findings } = decode_encoding(file, bytes);
    let mut cleaned = remove_controls(file, value);
    findings.append(&mut cleaned.findings);
    Checked {
        value: cleaned.value,
        findings,
    }
}

/// Removes control characters from `text`, the text of `file`, with a warning for each line that has some.
#[must_use]
pub(crate) fn remove_controls(file: &str, mut text: String) -> Checked<String> {
    if !may_have_controls(text.as_bytes()) {
        return without_findings(text);
    }
    let mut findings = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((at, c)) = line.char_indices().find(|&(_, c)| is_forbidden_control(c))
            && findings.len() < MAX_REPORTED_LINES
        {
            let at = line_start + at;
            let place = Place::in_text(file, &text, at..at + c.len_utf8());
            let finding = Diagnostic::new(Code::ControlCharacter).at(without_controls(place));
            findings.push(finding.with("character", format!("U+{:04X}", u32::from(c))));
        }
        line_start += line.len();
    }
    text.retain(|c| !is_forbidden_control(c));
    Checked { value: text, findings }
}

/// Whether a text in UTF-8 may have control characters. Most texts have none, so this must be fast.
fn may_have_controls(bytes: &[u8]) -> bool {
    let is_ascii_control = |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F;
    // Without an early exit inside a chunk, the compiler compares many bytes at once.
    let has_ascii_control = |chunk: &[u8]| chunk.iter().fold(false, |found, &byte| found | is_ascii_control(byte));
    let follows = |lead: u8, test: fn(u8) -> bool| {
        let mut leads = memchr::memchr_iter(lead, bytes);
        leads.any(|at| bytes.get(at + 1).is_some_and(|&next| test(next)))
    };
    // U+0080 to U+009F, then the noncharacters of the basic plane, then those of the other planes.
    bytes.chunks(256).any(has_ascii_control)
        || follows(0xC2, |next| next < 0xA0)
        || follows(0xEF, |next| matches!(next, 0xB7 | 0xBF))
        || memchr::memchr3(0xF1, 0xF2, 0xF3, bytes).is_some()
        || memchr::memchr2(0xF0, 0xF4, bytes).is_some()
}

/// The place with visible signs for the control characters of its line.
fn without_controls(place: Place) -> Place {
    let visible = |text: &str| text.replace(is_forbidden_control, "\u{FFFD}");
    let (from, to) = place.marked_span;
    let (before, marked) = (visible(&place.excerpt[..from]), visible(&place.excerpt[from..to]));
    Place {
        marked_span: (before.len(), before.len() + marked.len()),
        excerpt: before + &marked + &visible(&place.excerpt[to..]),
        unmasked: None,
        ..place
    }
}

/// Decodes `bytes`, the content of `file`.
///
/// Tries in this order: UTF-8 (a byte-order mark is dropped), UTF-16 with a byte-order mark, a mixture of UTF-8 and
/// GBK, GB18030 (a superset of GBK and GB2312). When all fail, decodes as UTF-8 with U+FFFD for each invalid sequence
/// and reports an error.
#[must_use]
pub(crate) fn decode_encoding(file: &str, bytes: Vec<u8>) -> Checked<String> {
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(&bytes) {
        return without_findings(strip_bom(text.into_owned()));
    }
    if let Some((encoding, length)) = Encoding::for_bom(&bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        let (text, had_errors) = encoding.decode_without_bom_handling(&bytes[length..]);
        return with_encoding_finding(
            file,
            text.into_owned(),
            Code::EncodingUtf16,
            encoding.name(),
            had_errors,
        );
    }
    if let Some(mixed) = decode_mixed(&bytes).filter(|mixed| !has_stray_controls(&mixed.text)) {
        let place = Place::in_text(file, &mixed.text, mixed.first_gbk);
        return Checked {
            value: strip_bom(mixed.text),
            findings: vec![
                Diagnostic::new(Code::EncodingMixed)
                    .at(place)
                    .with("encoding", "UTF-8 + GBK"),
            ],
        };
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(&bytes) {
        Some(text) if !has_stray_controls(&text) => {
            with_encoding_finding(file, text.into_owned(), Code::EncodingGbk, "GBK", false)
        }
        _ => with_encoding_finding(
            file,
            strip_bom(String::from_utf8_lossy(&bytes).into_owned()),
            Code::EncodingUnknown,
            "",
            true,
        ),
    }
}

const fn without_findings(text: String) -> Checked<String> {
    Checked {
        value: text,
        findings: Vec::new(),
    }
}

fn strip_bom(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
}

/// Returns a text that was not UTF-8 together with the finding about its encoding.
fn with_encoding_finding(file: &str, text: String, code: Code, encoding: &str, had_errors: bool) -> Checked<String> {
    let finding = if had_errors {
        let start = text.find('\u{fffd}').unwrap_or(0);
        let end = start + text[start..].chars().next().map_or(0, char::len_utf8);
        Diagnostic::new(Code::EncodingUnknown).at(Place::in_text(file, &text, start..end))
    } else {
        Diagnostic::new(code)
            .at(Place::whole_file(file))
            .with("encoding", encoding)
    };
    Checked {
        value: text,
        findings: vec![finding],
    }
}

/// Whether `text` has characters that do not occur in text files. Many binary files decode as GB18030.
fn has_stray_controls(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{1a}'))
            || matches!(c, '\u{e000}'..='\u{f8ff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(checked: &Checked<String>) -> Vec<&'static str> {
        checked.findings.iter().map(|finding| finding.code.as_str()).collect()
    }

    #[test]
    fn utf8_with_bom_or_crlf_has_no_findings() {
        let checked = decode("a.md", "\u{feff}---\r\ntitle: 乡音\r\n".as_bytes().to_vec());
        assert_eq!(checked.value, "---\r\ntitle: 乡音\r\n");
        assert!(checked.findings.is_empty());
    }

    #[test]
    fn gbk_is_decoded_and_reported() {
        let (bytes, ..) = GB18030.encode("标题：清洁河道");
        let checked = decode("a.md", bytes.into_owned());
        assert_eq!(
            (checked.value.as_str(), codes(&checked)),
            ("标题：清洁河道", vec!["encoding-gbk"])
        );
    }

    #[test]
    fn utf16_is_decoded_and_reported() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("标题".encode_utf16().flat_map(u16::to_le_bytes));
        let checked = decode("a.md", bytes);
        assert_eq!(
            (checked.value.as_str(), codes(&checked)),
            ("标题", vec!["encoding-utf16"])
        );
    }

    #[test]
    fn undecodable_bytes_are_an_error_at_their_position() {
        let checked = decode("a.md", b"one\ntwo \xff\xff".to_vec());
        assert_eq!(codes(&checked), ["encoding-unknown"]);
        let place = checked.findings[0].place.as_ref().expect("a place");
        assert_eq!((place.line, place.column), (2, 5));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_decode_without_panic(bytes: Vec<u8>) {
            let _ = decode("a.md", bytes);
        }
    }
}
