//! The headers with which a published file is served, as far as its path decides them.

/// The type of the file at `path`, by its ending, with UTF-8 for all text.
pub(crate) fn content_type(path: &str) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = mime.type_() == mime_guess::mime::TEXT
        || mime
            .suffix()
            .is_some_and(|suffix| matches!(suffix.as_str(), "xml" | "json"))
        || matches!(
            mime.subtype().as_str(),
            "json" | "javascript" | "xml" | "yaml" | "x-yaml"
        );
    if is_text {
        format!("{}; charset=utf-8", mime.essence_str())
    } else {
        mime.essence_str().to_owned()
    }
}

/// How long browsers may keep the file at `path`. Files of the theme have a hash in their names and never change; all
/// others are asked for again each time.
#[cfg(feature = "remote")]
pub(super) fn cache_control(path: &str) -> &'static str {
    match path.starts_with("static/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_says_that_it_is_utf_8() {
        for (name, expected) in [
            ("a.css", "text/css; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.json", "application/json; charset=utf-8"),
            ("feed.xml", "text/xml; charset=utf-8"),
            ("a.svg", "image/svg+xml; charset=utf-8"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("data.csv", "text/csv; charset=utf-8"),
            ("a.vtt", "text/vtt; charset=utf-8"),
            ("a.MP4", "video/mp4"),
            ("a.jpg", "image/jpeg"),
            ("a.webp", "image/webp"),
            ("unknown", "application/octet-stream"),
        ] {
            assert_eq!(content_type(name), expected);
        }
    }
}
