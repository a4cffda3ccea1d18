//! Writes the files as scripts: `xiangyinSearch("index/12", …)`.

/// A file that passes `payload`, an expression, to the search page under the name `part`.
pub(super) fn script_file(part: &str, payload: &str) -> Vec<u8> {
    format!("xiangyinSearch(\"{part}\",{payload})\n").into_bytes()
}

/// The payload of a file that [`script_file`] made. `None` for any other bytes.
pub(super) fn payload<'b>(part: &str, bytes: &'b [u8]) -> Option<&'b str> {
    let call = std::str::from_utf8(bytes).ok()?.strip_prefix("xiangyinSearch(\"")?;
    call.strip_prefix(part)?.strip_prefix("\",")?.strip_suffix(")\n")
}

/// Appends a text as a string literal. Line separators are escaped because older JavaScript does not allow them in
/// strings. `<` is escaped so that no reader of the file takes a text for HTML.
pub(super) fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(may_need_escape) {
        out.push_str(&rest[..at]);
        let mut characters = rest[at..].chars();
        if let Some(c) = characters.next() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\0'..' ' | '<' | '\u{7F}' | '\u{2028}' | '\u{2029}' => {
                    out.push_str(&format!("\\u{:04x}", u32::from(c)));
                }
                c => out.push(c),
            }
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Whether this byte may begin a character that must be escaped. 0xE2 begins the line separators.
const fn may_need_escape(byte: u8) -> bool {
    matches!(byte, 0..=0x1F | b'"' | b'<' | b'\\' | 0x7F | 0xE2)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_one_json_string() {
        let text = "甲\"乙\\丙\n\t\u{2028}\u{0}<b>丁";
        let mut out = String::new();
        push_quoted(text, &mut out);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        let file = script_file("texts/1", &out);
        assert_eq!(payload("texts/1", &file), Some(out.as_str()));
        assert_eq!(payload("texts/11", &file), None);
        assert_eq!(payload("texts/1", &file[..file.len() - 1]), None);
        assert!(!out.contains(['\n', '\u{2028}', '\t', '\u{0}', '<']));
    }
}
