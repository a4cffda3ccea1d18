//! Which generator made a site, and how its posts become ours.

use crate::config::{MarkdownSettings, SlugStyle};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// A generator of sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generator {
    /// <https://hexo.io>
    Hexo,
    /// <https://gohugo.io>
    Hugo,
    /// <https://www.getzola.org>
    Zola,
    /// <https://jekyllrb.com>
    Jekyll,
}

impl Generator {
    /// All generators.
    pub(crate) const ALL: [Self; 4] = [Self::Hexo, Self::Hugo, Self::Zola, Self::Jekyll];

    /// Its name on the command line.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Hexo => "hexo",
            Self::Hugo => "hugo",
            Self::Zola => "zola",
            Self::Jekyll => "jekyll",
        }
    }

    /// Whether posts lie in a folder of their own, so that other texts are pages even with a date.
    pub(super) const fn has_post_folder(self) -> bool {
        matches!(self, Self::Hexo | Self::Jekyll)
    }
}

/// How posts are made.
#[derive(Debug, Clone)]
pub(crate) struct SiteOptions<'o> {
    /// The id and the folder of the kind of all dated posts; `None` leaves them where they are, as pages.
    pub(crate) kind: Option<(&'o str, &'o str)>,
    /// How file names become addresses.
    pub(crate) slug: SlugStyle,
    /// How Markdown is read.
    pub(crate) markdown: MarkdownSettings,
    /// The addresses that the new site has already, with the paths of their files below `content/`; of a page that the site
    /// makes by itself, no path.
    pub(crate) taken: &'o BTreeMap<String, String>,
    /// The zone of times that state none.
    pub(crate) zone: &'o TimeZone,
}
