//! The order in which files travel.

use super::compressed::Encoding;

/// A group of files that travel at the same time. A group starts when the one before it is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// What pages show and link to: style sheets, scripts, pictures, downloads.
    Assets,
    /// Pages that are not at the destination. No page that visitors see links to them.
    NewPages,
    /// Pages that replace others. They may link to new ones.
    ChangedPages,
    /// What leads readers and programs to pages: feeds, the site map, the search's index.
    Indexes,
}

impl Phase {
    /// All phases, in order.
    pub(super) const ALL: [Self; 4] = [Self::Assets, Self::NewPages, Self::ChangedPages, Self::Indexes];

    /// The phase of the file at `path`; `is_new` when there is none at the destination.
    pub(super) fn of(path: &str, is_new: bool) -> Self {
        // A compressed copy travels with its text.
        let path = Encoding::text_path(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_html = name.ends_with(".html");
        let is_feed = name == "feed.xml" || name.starts_with("sitemap") && name.ends_with(".xml");
        match () {
            () if is_html && is_new => Self::NewPages,
            () if is_html => Self::ChangedPages,
            () if is_feed || name == "robots.txt" || path.starts_with("search/") => Self::Indexes,
            () => Self::Assets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_what_they_show_and_indexes_follow_pages() {
        assert_eq!(Phase::of("static/style.f6ec10e9.css", true), Phase::Assets);
        assert_eq!(Phase::of("files/sitemap.pdf", true), Phase::Assets);
        assert_eq!(Phase::of("volunteer/a/index.html", true), Phase::NewPages);
        assert_eq!(Phase::of("index.html", false), Phase::ChangedPages);
        assert_eq!(Phase::of("search/index.html", false), Phase::ChangedPages);
        assert_eq!(Phase::of("search/index.html.gz", false), Phase::ChangedPages);
        assert_eq!(Phase::of("sitemap.xml.br", true), Phase::Indexes);
        for path in [
            "feed.xml",
            "volunteer/feed.xml",
            "sitemap.xml",
            "sitemap-video.xml",
            "robots.txt",
            "search/texts/0.js",
        ] {
            assert_eq!(Phase::of(path, true), Phase::Indexes, "{path}");
        }
    }
}
