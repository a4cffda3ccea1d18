//! Which generator made a site, and how its posts become ours.

use crate::config::SlugStyle;
use jiff::tz::TimeZone;

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
    /// The generators by their names.
    pub(crate) const NAMED: [(&'static str, Self); 4] = [
        ("hexo", Self::Hexo),
        ("hugo", Self::Hugo),
        ("zola", Self::Zola),
        ("jekyll", Self::Jekyll),
    ];
}

/// How posts are made.
#[derive(Debug, Clone)]
pub(crate) struct SiteOptions<'o> {
    /// The id and the folder of the kind of all dated posts; `None` leaves them where they are, as pages.
    pub(crate) kind: Option<(&'o str, &'o str)>,
    /// How file names become addresses.
    pub(crate) slug: SlugStyle,
    /// The zone of times that state none.
    pub(crate) zone: &'o TimeZone,
}
