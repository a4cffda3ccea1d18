//! What a request's path asks for.

use super::inject::OWN;
use percent_encoding::percent_decode_str;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// A file of the preview's own, by its name in their folder; empty for the folder itself.
    Own(String),
    /// An address of the site, decoded and below the prefix.
    Site(String),
    /// The root of the host, where the site lies below it; or the prefix without its slash.
    Start,
    /// Nothing that could be: not UTF-8, or a way out of the site.
    Nowhere,
}

/// Reads a request's `path` for a site below `root` (`/town`, decoded; or empty).
pub(super) fn asked(path: &str, root: &str) -> Asked {
    let Ok(path) = percent_decode_str(path).decode_utf8() else {
        return Asked::Nowhere;
    };
    if !is_plain(&path) {
        return Asked::Nowhere;
    }
    let below = path.strip_prefix(root).filter(|rest| rest.starts_with('/'));
    // The preview's own files are found with and without the prefix: a page loaded under another one still finds them.
    for place in [below, Some(&*path)].into_iter().flatten() {
        if let Some(name) = place.strip_prefix(OWN) {
            return Asked::Own(name.to_owned());
        }
        if place == OWN.trim_end_matches('/') {
            return Asked::Own("..".to_owned());
        }
    }
    match below {
        Some(below) => Asked::Site(below.to_owned()),
        None if path == "/" || path == root => Asked::Start,
        None => Asked::Nowhere,
    }
}

/// Whether a decoded path has no parts that lead elsewhere: `..`, empty ones, back slashes, control characters.
fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let is_part =
        |part: &str| !matches!(part, "" | "." | "..") && !part.contains(|c: char| c == '\\' || c.is_control());
    rest.is_empty() || rest.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(path: &str) -> Asked {
        Asked::Site(path.to_owned())
    }

    #[test]
    fn the_prefix_is_taken_off_and_the_rest_decoded() {
        assert_eq!(asked("/a%20b/%E6%B2%B3/", ""), site("/a b/河/"));
        assert_eq!(asked("/", ""), site("/"));
        assert_eq!(asked("/town/a/", "/town"), site("/a/"));
        assert_eq!(asked("/%E9%95%87/a/", "/镇"), site("/a/"));
        assert_eq!(asked("/", "/town"), Asked::Start);
        assert_eq!(asked("/town", "/town"), Asked::Start);
        assert_eq!(asked("/towns/", "/town"), Asked::Nowhere);
    }

    #[test]
    fn the_own_folder_is_found_with_and_without_the_prefix() {
        for path in ["/_xiangyin/live.js", "/town/_xiangyin/live.js"] {
            assert_eq!(asked(path, "/town"), Asked::Own("live.js".to_owned()));
        }
        assert_eq!(asked("/_xiangyin/", ""), Asked::Own(String::new()));
        assert_eq!(asked("/_xiangyin", "/town"), Asked::Own("..".to_owned()));
    }

    #[test]
    fn ways_out_lead_nowhere() {
        for path in [
            "/../../etc/passwd",
            "/%2e%2e/x",
            "/a/%2e%2e%2fb",
            "/a/..%5cb",
            "/a%00",
            "/%ff",
            "//evil.example/",
            "/a//b",
            "*",
            "",
            "/./a",
        ] {
            assert_eq!(asked(path, ""), Asked::Nowhere, "{path}");
        }
    }
}
