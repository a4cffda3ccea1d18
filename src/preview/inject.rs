//! Injects the preview's scripts into a page.

use super::pages::PageVersion;
use super::route::INTERNAL_PREFIX;
use crate::html::escape;
use crate::paths::percent_encode;

/// What the preview adds to a page beside what every page has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PageRole {
    /// The editors' desk, which takes changes over by itself.
    Desk,
    /// The page of a post, with buttons that share it.
    Post {
        /// The page's address below the prefix, decoded.
        url: String,
        /// The words that the script needs before it has asked for more, by the names of its attributes.
        words: Vec<(&'static str, String)>,
    },
    /// Any other page.
    Plain,
}

/// The page `html` with the scripts before the last `</body>`, or at its end when there is no `</body>`.
///
/// The scripts are files, not inline, so that a page's Content Security Policy may forbid inline scripts.
pub(super) fn inject(html: Vec<u8>, prefix: &str, version: &PageVersion, role: &PageRole) -> Vec<u8> {
    let desk = if *role == PageRole::Desk { " data-desk" } else { "" };
    let mut scripts = format!(
        r#"<script src="{prefix}{INTERNAL_PREFIX}live.js" data-version="{}" data-style="{}"{desk}></script>"#,
        version.page, version.style
    );
    if let PageRole::Post { url, words } = role {
        scripts.push_str(&format!(
            r#"<script src="{prefix}{INTERNAL_PREFIX}share.js" data-page=""#
        ));
        scripts.push_str(&percent_encode(url));
        for (name, word) in words {
            scripts.push_str(&format!(r#"" data-{name}=""#));
            escape(&mut scripts, word);
        }
        scripts.push_str(r#""></script>"#);
    }
    let offset = end_of_body(&html).unwrap_or(html.len());
    let mut out = Vec::with_capacity(html.len() + scripts.len());
    out.extend_from_slice(&html[..offset]);
    out.extend_from_slice(scripts.as_bytes());
    out.extend_from_slice(&html[offset..]);
    out
}

/// The offset of the last `</body>`, in upper or lower case.
fn end_of_body(html: &[u8]) -> Option<usize> {
    const END: &[u8] = b"</body>";
    html.windows(END.len()).rposition(|part| part.eq_ignore_ascii_case(END))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn injected_as(html: &str, role: &PageRole) -> String {
        let version = PageVersion {
            page: "v".to_owned(),
            style: "s".to_owned(),
            errors: Vec::new(),
        };
        String::from_utf8(inject(html.as_bytes().to_vec(), "/town", &version, role)).unwrap()
    }

    fn injected(html: &str) -> String {
        injected_as(html, &PageRole::Plain)
    }

    const SCRIPT: &str = r#"<script src="/town/_xiangyin/live.js" data-version="v" data-style="s"></script>"#;

    #[test]
    fn script_is_injected_before_the_last_body_end() {
        assert_eq!(
            injected("<body><code>&lt;/body></code></body></html>"),
            format!("<body><code>&lt;/body></code>{SCRIPT}</body></html>")
        );
        assert_eq!(injected("</body>x</BODY>"), format!("</body>x{SCRIPT}</BODY>"));
        assert_eq!(injected("<p>no end"), format!("<p>no end{SCRIPT}"));
        assert_eq!(injected(""), SCRIPT);
    }

    #[test]
    fn the_page_of_a_post_has_a_button() {
        let role = PageRole::Post {
            url: "/河\"/".to_owned(),
            words: vec![("label", "分发".to_owned())],
        };
        let button = r#"<script src="/town/_xiangyin/share.js" data-page="/%E6%B2%B3%22/" data-label="分发"></script>"#;
        assert_eq!(injected_as("x</body>", &role), format!("x{SCRIPT}{button}</body>"));
    }
}
