//! Injects the preview's script into a page.

use super::pages::PageVersion;
use super::route::INTERNAL_PREFIX;

/// The page `html` with the script before the last `</body>`, or at its end when there is no `</body>`.
///
/// The script is a file, not inline, so that a page's Content Security Policy may forbid inline scripts.
pub(super) fn inject(html: Vec<u8>, prefix: &str, version: &PageVersion, is_desk: bool) -> Vec<u8> {
    let desk = if is_desk { " data-desk" } else { "" };
    let script = format!(
        r#"<script src="{prefix}{INTERNAL_PREFIX}live.js" data-version="{}" data-style="{}"{desk}></script>"#,
        version.page, version.style
    );
    let offset = end_of_body(&html).unwrap_or(html.len());
    let mut out = Vec::with_capacity(html.len() + script.len());
    out.extend_from_slice(&html[..offset]);
    out.extend_from_slice(script.as_bytes());
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

    fn injected(html: &str) -> String {
        let version = PageVersion {
            page: "v".to_owned(),
            style: "s".to_owned(),
            errors: Vec::new(),
        };
        String::from_utf8(inject(html.as_bytes().to_vec(), "/town", &version, false)).unwrap()
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
}
