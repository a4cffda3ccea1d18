//! Which pages may ask the preview: its own only, except for a link that a person follows.
//!
//! Another site that is open in the same browser can request any address of this machine. Browsers say in `Sec-Fetch-*`
//! (W3C, Fetch Metadata Request Headers) who asks and for what. A different port of this machine is a different program,
//! so `same-site` is refused like `cross-site`. Browsers send these headers to this machine and over HTTPS only; a
//! request to an address of the network is judged by `Origin` (RFC 6454). A picture or script in a foreign page is
//! requested without `Origin`; there the response's `Cross-Origin-Resource-Policy` keeps the page from using it.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Whether a request with these headers comes from a page of the preview, or is a page that a person opens.
pub(super) fn is_own_request(headers: &HeaderMap) -> bool {
    // A header that is no text is no header of a browser.
    let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match value("sec-fetch-site") {
        Some("same-origin" | "none") => true,
        Some(_) => value("sec-fetch-mode") == Some("navigate") && value("sec-fetch-dest") == Some("document"),
        None => value(ORIGIN.as_str()).is_none_or(|origin| {
            let host = origin.strip_prefix("http://");
            host.is_some() && host == value(HOST.as_str())
        }),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn is_own(lines: &[(&str, &str)]) -> bool {
        let header = |(name, value): &(&str, &str)| {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        };
        is_own_request(&lines.iter().map(header).collect())
    }

    #[test]
    fn only_own_pages_and_people_are_answered() {
        let (site, mode, dest) = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest");
        for own in [
            &[][..],
            &[(site, "none"), (mode, "navigate"), (dest, "document")],
            &[(site, "same-origin"), (mode, "cors"), (dest, "empty")],
            &[(site, "same-origin"), (mode, "navigate"), (dest, "iframe")],
            &[(site, "cross-site"), (mode, "navigate"), (dest, "document")],
            &[(site, "same-site"), (mode, "navigate"), (dest, "document")],
            &[("host", "192.168.1.5:4000"), ("origin", "http://192.168.1.5:4000")],
        ] {
            assert!(is_own(own), "{own:?}");
        }
        for foreign in [
            &[(site, "cross-site")][..],
            &[(site, "cross-site"), (mode, "no-cors"), (dest, "image")],
            &[(site, "cross-site"), (mode, "navigate"), (dest, "iframe")],
            &[(site, "cross-site"), (mode, "navigate"), (dest, "object")],
            &[(site, "cross-site"), (mode, "cors"), (dest, "document")],
            &[(site, "same-site"), (mode, "no-cors"), (dest, "script")],
            &[(site, "unheard-of"), (mode, "websocket"), (dest, "empty")],
            &[("host", "192.168.1.5:4000"), ("origin", "http://evil.example")],
            &[("host", "192.168.1.5:4000"), ("origin", "http://192.168.1.5:3000")],
            &[("host", "192.168.1.5:4000"), ("origin", "https://192.168.1.5:4000")],
            &[("host", "192.168.1.5:4000"), ("origin", "null")],
        ] {
            assert!(!is_own(foreign), "{foreign:?}");
        }
    }
}
