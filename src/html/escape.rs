//! Escapes text and addresses for HTML.

/// The characters that [`escape`] writes as references.
pub(crate) const ESCAPES: [(char, &str); 4] = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;")];

/// Writes `text` with `&`, `<`, `>` and `"` as references: valid in text and in attributes with double quotes. Control
/// characters are dropped, because no HTML or XML may contain them.
pub(crate) fn escape(out: &mut String, text: &str) {
    if text.bytes().any(is_control) {
        return escape(out, &text.replace(|c| u8::try_from(c).is_ok_and(is_control), ""));
    }
    let bytes = text.as_bytes();
    if memchr::memchr3(b'&', b'<', b'>', bytes).is_none() && memchr::memchr(b'"', bytes).is_none() {
        return out.push_str(text);
    }
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let Some((_, reference)) = ESCAPES.iter().find(|(c, _)| *c == char::from(byte)) else {
            continue;
        };
        out.push_str(&text[done..at]);
        out.push_str(reference);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// Whether a byte is an ASCII control character other than a tab or a line end.
pub(super) const fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Writes an address for an attribute: characters that RFC 3986 does not allow are percent-encoded; `%` itself stays.
pub(crate) fn escape_address(out: &mut String, address: &str) {
    use std::fmt::Write as _;
    for byte in address.bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#x27;"),
            _ if byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$()*+,;=%".contains(&byte) => out.push(char::from(byte)),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}
