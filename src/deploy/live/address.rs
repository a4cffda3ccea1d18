//! The address of a published copy.

use crate::paths::{SiteAddress, percent_decode, percent_encode};
use std::fmt;
use url::Url;

/// The front page of a published copy: a web address without user, query or fragment, whose path ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveAddress(Url);

impl LiveAddress {
    /// Reads an address. `None` when it is none of the web, and when it holds a user or a password.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut url = Url::parse(text.trim()).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        if !is_web || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        url.set_query(None);
        url.set_fragment(None);
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Some(Self(url))
    }

    /// The address of the file or folder at `path` of the site.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{}", self.0, percent_encode(path))
    }

    /// The full address of `link` on the page at `path`; the link itself when it is no address.
    pub(super) fn join(&self, path: &str, link: &str) -> String {
        let page = Url::parse(&self.url(path));
        page.and_then(|page| page.join(link))
            .map_or_else(|_| link.to_owned(), String::from)
    }

    /// The path in the site of a full address, without query and fragment. `None` when it leads elsewhere.
    pub(super) fn path_in_site(&self, url: &str) -> Option<String> {
        let url = url.split(['?', '#']).next().unwrap_or(url);
        let rest = url.strip_prefix(self.0.as_str())?;
        Some(percent_decode(rest).into_owned())
    }

    /// The path for which the site was built, when the copy is not at this path. A site without an address can be
    /// anywhere.
    pub(super) fn other_path(&self, base_url: &str) -> Option<String> {
        let built = format!("{}/", SiteAddress::new(base_url).path());
        (!base_url.is_empty() && percent_decode(&built) != percent_decode(self.0.path())).then_some(built)
    }
}

impl fmt::Display for LiveAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn address_of_the_web_ends_with_a_slash() {
        let read = |text| LiveAddress::parse(text).map(|address| address.url("a b/"));
        assert_eq!(read("https://x.example").as_deref(), Some("https://x.example/a%20b/"));
        assert_eq!(
            read("http://X.example:80/town?q#f").as_deref(),
            Some("http://x.example/town/a%20b/")
        );
        assert!(read("https://栖禾.example/").is_some_and(|url| url.starts_with("https://xn--")));
        for wrong in [
            "",
            "x.example",
            "ftp://x.example/",
            "https://me:word@x.example/",
            "file:///a",
            "https://",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn links_are_resolved_and_recognised() {
        let address = LiveAddress::parse("https://x.example/town/").unwrap();
        assert_eq!(address.join("a/", "../b.css"), "https://x.example/town/b.css");
        let path = |url| address.path_in_site(url);
        assert_eq!(path("https://x.example/town/%E4%B8%80/?a#b").as_deref(), Some("一/"));
        assert_eq!(path("https://x.example/other/"), None);
        assert_eq!(address.other_path("https://y.example/town/"), None);
        assert_eq!(address.other_path(""), None);
        assert_eq!(address.other_path("https://x.example/").as_deref(), Some("/"));
    }
}
