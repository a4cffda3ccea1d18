//! SVG and HTML: their tags stay, but coordinates, which look like grouped numbers, do not.

use crate::html::{HtmlToken, next_token};

/// Attributes that hold coordinates and other lists of numbers.
const GEOMETRY: [&str; 10] = [
    "d",
    "points",
    "transform",
    "viewbox",
    "values",
    "keytimes",
    "keysplines",
    "path",
    "coords",
    "gradienttransform",
];

/// The text with the values of such attributes as asterisks, which hold no number. Places in the text stay valid.
pub(super) fn without_geometry(text: String) -> String {
    let mut bytes = text.into_bytes();
    let mut masked = Vec::new();
    {
        // The bytes are those of a text.
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let mut at = 0;
        while let Some((token, len)) = next_token(&text[at..]) {
            if let HtmlToken::Tag(tag) = token {
                for attribute in &tag.attributes {
                    let name = tag.text[attribute.name.clone()].to_ascii_lowercase();
                    if let (true, Some(value)) = (GEOMETRY.contains(&name.as_str()), &attribute.value) {
                        masked.push(at + value.start..at + value.end);
                    }
                }
            }
            at += len;
        }
    }
    for range in masked {
        for byte in &mut bytes[range] {
            if byte.is_ascii_digit() {
                *byte = b'*';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}
