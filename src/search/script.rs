//! The files as scripts: `xiangyinSearch("index/12", …)`.

/// A file that hands `payload`, which is an expression, to the search page under the name `part`.
pub(super) fn file(part: &str, payload: &str) -> Vec<u8> {
    format!("xiangyinSearch(\"{part}\",{payload})\n").into_bytes()
}

/// Appends a text as a string of a script. Line separators are escaped because older scripts may not hold them.
pub(super) fn quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || matches!(c, '"' | '\\' | '\u{7F}' | '\u{2028}' | '\u{2029}')) {
        out.push_str(&rest[..at]);
        let mut characters = rest[at..].chars();
        if let Some(c) = characters.next() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                c => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            }
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_one_string() {
        let text = "甲\"乙\\丙\n\t\u{2028}\u{0}丁";
        let mut out = String::new();
        quoted(text, &mut out);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        assert!(!out.contains(['\n', '\u{2028}', '\t', '\u{0}']));
    }
}
