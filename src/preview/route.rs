//! Parses the path of a request into a route.

use percent_encoding::percent_decode_str;

/// The folder of the preview's own files, below the site's prefix.
pub(super) const INTERNAL_PREFIX: &str = "/_xiangyin/";

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// One of the preview's own files, by its name in their folder; empty for the folder itself.
    Internal(String),
    /// An address of the site, decoded and below the prefix.
    Site(String),
    /// The root of the host, when the site has a prefix; or the prefix without its slash.
    Root,
    /// An invalid path: not UTF-8, or outside the site.
    Invalid,
}

/// Parses a request's `path` for a site below `base_path` (`/town`, decoded; or empty).
pub(super) fn parse_route(path: &str, base_path: &str) -> Route {
    let Ok(path) = percent_decode_str(path).decode_utf8() else {
        return Route::Invalid;
    };
    if !is_safe_path(&path) {
        return Route::Invalid;
    }
    let site_path = path.strip_prefix(base_path).filter(|rest| rest.starts_with('/'));
    // The preview's own files are found with and without the prefix: a page loaded under another one still finds them.
    for place in [site_path, Some(&*path)].into_iter().flatten() {
        if let Some(name) = place.strip_prefix(INTERNAL_PREFIX) {
            return Route::Internal(name.to_owned());
        }
        if place == INTERNAL_PREFIX.trim_end_matches('/') {
            return Route::Internal("..".to_owned());
        }
    }
    match site_path {
        Some(site_path) => Route::Site(site_path.to_owned()),
        None if path == "/" || path == base_path => Route::Root,
        None => Route::Invalid,
    }
}

/// What a button on the page of a post asks for, and the page's address below the prefix: `share/wechat/volunteer/a/` is
/// `wechat` and `/volunteer/a/`. `name` is that of an internal file.
pub(super) fn parse_share(name: &str) -> Option<(&str, &str)> {
    let rest = name.strip_prefix("share/")?;
    let slash = rest.find('/')?;
    Some(rest.split_at(slash))
}

/// Whether a decoded path has no unsafe parts: `.`, `..`, empty parts, backslashes, control characters.
fn is_safe_path(path: &str) -> bool {
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

    fn site(path: &str) -> Route {
        Route::Site(path.to_owned())
    }

    #[test]
    fn prefix_is_stripped_and_rest_decoded() {
        assert_eq!(parse_route("/a%20b/%E6%B2%B3/", ""), site("/a b/河/"));
        assert_eq!(parse_route("/", ""), site("/"));
        assert_eq!(parse_route("/town/a/", "/town"), site("/a/"));
        assert_eq!(parse_route("/%E9%95%87/a/", "/镇"), site("/a/"));
        assert_eq!(parse_route("/", "/town"), Route::Root);
        assert_eq!(parse_route("/town", "/town"), Route::Root);
        assert_eq!(parse_route("/towns/", "/town"), Route::Invalid);
    }

    #[test]
    fn internal_folder_is_found_with_and_without_the_prefix() {
        for path in ["/_xiangyin/live.js", "/town/_xiangyin/live.js"] {
            assert_eq!(parse_route(path, "/town"), Route::Internal("live.js".to_owned()));
        }
        assert_eq!(parse_route("/_xiangyin/", ""), Route::Internal(String::new()));
        assert_eq!(parse_route("/_xiangyin", "/town"), Route::Internal("..".to_owned()));
    }

    #[test]
    fn buttons_name_an_outlet_and_a_page() {
        assert_eq!(parse_share("share/wechat/河/a/"), Some(("wechat", "/河/a/")));
        assert_eq!(parse_share("share/offer/"), Some(("offer", "/")));
        for other in ["share", "share/", "share/wechat", "live.js", "shares/word/a/"] {
            assert_eq!(parse_share(other), None, "{other}");
        }
    }

    #[test]
    fn paths_outside_the_site_are_invalid() {
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
            assert_eq!(parse_route(path, ""), Route::Invalid, "{path}");
        }
    }
}
