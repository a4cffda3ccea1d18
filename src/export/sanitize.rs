//! Sanitizes characters and addresses for the files of office programs.
//!
//! Role: cleans both before they enter a part of a Word or Excel package, because a single forbidden one makes the
//! whole file unreadable. Does not know documents or tables.

use std::borrow::Cow;

/// The text without the characters that XML 1.0 cannot hold, not even escaped (section 2.2, `Char`).
pub(super) fn strip_forbidden_chars(text: &str) -> Cow<'_, str> {
    let forbidden =
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) {
        Cow::Owned(text.replace(forbidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns an absolute address as a valid URI for a relationship: an invalid target makes Word refuse the whole file.
/// After the host, characters that RFC 3986 does not allow, all those outside ASCII among them, are percent-encoded.
/// `None` for an invalid host and for schemes other than `http`, `https` and `mailto`.
pub(super) fn sanitize_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => {
            let rest = rest.strip_prefix("//")?;
            let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
            is_host(host).then(|| format!("{scheme}://{host}{}", percent_encode(path)))
        }
        "mailto" if !rest.is_empty() => Some(format!("{scheme}:{}", percent_encode(rest))),
        _ => None,
    }
}

/// Whether `host` is a name with an optional port. Letters of any script are accepted and left to the reader's
/// resolver.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.') && port.parse::<u16>().is_ok()
}

fn percent_encode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(path.len());
    let mut fragment = false;
    for (index, &byte) in bytes.iter().enumerate() {
        let escaped = || {
            bytes
                .get(index + 1..index + 3)
                .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
        };
        let kept = match byte {
            b'%' => escaped(),
            // A second `#` would begin a second fragment.
            b'#' => !std::mem::replace(&mut fragment, true),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if kept {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn addresses_become_uris_or_none() {
        let cases = [
            ("https://a.example/b?c=d#e", Some("https://a.example/b?c=d#e")),
            (
                " HTTPS://a.example:8080/统 计/ ",
                Some("https://a.example:8080/%E7%BB%9F%20%E8%AE%A1/"),
            ),
            (
                "https://a.example/%E7%BB%9F%zz#a#b",
                Some("https://a.example/%E7%BB%9F%25zz#a%23b"),
            ),
            ("https://镇.example/", Some("https://镇.example/")),
            ("mailto:a@b.example", Some("mailto:a@b.example")),
            ("https://[::1/", None),
            ("https:///x", None),
            ("javascript:alert(1)", None),
            ("file:///C:/x", None),
            ("/stats/", None),
            ("", None),
        ];
        for (address, expected) in cases {
            assert_eq!(super::sanitize_url(address).as_deref(), expected, "{address}");
        }
    }
}
