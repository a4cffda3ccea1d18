//! Which types a file may arrive with.

use crate::deploy::content_type::content_type;
use mime_guess::mime::Mime;

/// Types that mean the same to browsers.
const SYNONYMS: [&[&str]; 5] = [
    &["text/javascript", "application/javascript", "application/x-javascript"],
    &[
        "text/xml",
        "application/xml",
        "application/atom+xml",
        "application/rss+xml",
    ],
    &["image/x-icon", "image/vnd.microsoft.icon"],
    &["font/woff", "application/font-woff", "application/x-font-woff"],
    &["audio/mp4", "audio/x-m4a", "video/mp4"],
];

/// Endings whose types matter: with another one, a browser shows nothing, garbled text, or offers the file for download.
const JUDGED: &[&str] = &[
    "html", "css", "js", "json", "csv", "vtt", "txt", "xml", "svg", "webp", "jpg", "jpeg", "png", "gif", "ico", "avif",
    "mp4", "webm", "mp3", "m4a", "woff", "woff2", "pdf", "docx", "xlsx",
];

/// Endings of texts that do not name their encoding themselves.
const WITHOUT_ENCODING: &[&str] = &["csv", "txt"];

/// Endings of what browsers show, and must not be offered for download.
const SHOWN: &[&str] = &[
    "html", "svg", "webp", "jpg", "jpeg", "png", "gif", "avif", "mp4", "webm", "mp3", "m4a", "pdf",
];

/// The type with which the file at `path` should arrive, when `found` is wrong. `is_ascii` says whether its encoding can
/// be left out.
pub(super) fn wrong_type(path: &str, found: &str, is_ascii: bool) -> Option<String> {
    let ending = ending(path)?;
    if !JUDGED.contains(&ending.as_str()) {
        return None;
    }
    let right = content_type(path);
    let wanted = right.split(';').next().unwrap_or_default();
    let Ok(found) = found.trim().parse::<Mime>() else {
        return Some(right);
    };
    let charset = found
        .get_param("charset")
        .map(|charset| charset.as_str().to_lowercase());
    let has_right_charset = match charset.as_deref() {
        Some("utf-8" | "utf8") => true,
        Some(_) => false,
        None => is_ascii || !WITHOUT_ENCODING.contains(&ending.as_str()),
    };
    let is_right = is_same_type(wanted, found.essence_str()) && has_right_charset;
    (!is_right).then_some(right)
}

/// Whether a file that browsers show is offered for download.
pub(super) fn is_download(path: &str, disposition: &str) -> bool {
    let kind = disposition.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("attachment") && ending(path).is_some_and(|ending| SHOWN.contains(&ending.as_str()))
}

/// The ending of a file's name, in lower case.
pub(super) fn ending(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())
}

fn is_same_type(wanted: &str, found: &str) -> bool {
    let mean_the_same = |types: &&[&str]| types.contains(&wanted) && types.contains(&found);
    wanted == found || SYNONYMS.iter().any(mean_the_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_judged_as_browsers_take_them() {
        for (path, found, is_ascii, expected) in [
            ("index.html", "text/html", false, None),
            ("index.html", "text/html; charset=UTF-8", false, None),
            (
                "index.html",
                "text/html; charset=gb2312",
                false,
                Some("text/html; charset=utf-8"),
            ),
            ("a.csv", "text/csv", false, Some("text/csv; charset=utf-8")),
            ("a.csv", "text/csv", true, None),
            (
                "a.csv",
                "application/octet-stream",
                true,
                Some("text/csv; charset=utf-8"),
            ),
            (
                "a.vtt",
                "application/octet-stream",
                true,
                Some("text/vtt; charset=utf-8"),
            ),
            ("a.js", "application/javascript", true, None),
            ("feed.xml", "application/atom+xml;charset=utf-8", true, None),
            ("a.webp", "", true, Some("image/webp")),
            ("a.WEBP", "image/webp", true, None),
            ("a.bin", "text/html", true, None),
        ] {
            assert_eq!(wrong_type(path, found, is_ascii).as_deref(), expected, "{path} {found}");
        }
    }

    #[test]
    fn only_what_browsers_show_is_no_download() {
        assert!(is_download("a/index.html", "attachment; filename=index.html"));
        assert!(!is_download("a/index.html", "inline"));
        assert!(!is_download("a.xlsx", "attachment"));
    }
}
