//! What a planned file is, and the plan of all files.

use crate::catalog::{AssetId, RecordId};
use crate::export::Download;
use crate::ids::ReportId;
use crate::media::ImageVariant;
use crate::metrics::Period;
use crate::paths::{OutputPath, UrlPath};
use crate::schema::Taxonomy;
use crate::search::SearchFile;
use crate::site::ListFilter;
use rustc_hash::FxHashMap;

/// Every file of the output.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// In the order in which they were planned; each output once, unless two sources claim it.
    pub files: Vec<PlannedFile>,
    by_url: FxHashMap<UrlPath, usize>,
}

impl Plan {
    pub(super) fn new(files: Vec<PlannedFile>) -> Self {
        let addresses = (0..).zip(&files).map(|(index, file)| (file.url.clone(), index));
        let by_url = addresses.collect();
        Self { files, by_url }
    }

    /// The file at an address; `None` when there is none.
    #[must_use]
    pub(crate) fn file_at(&self, url: &str) -> Option<&PlannedFile> {
        self.by_url.get(url).map(|&index| &self.files[index])
    }
}

/// One file of the output.
#[derive(Debug, Clone)]
pub(crate) struct PlannedFile {
    /// Its path in the output folder.
    pub output: OutputPath,
    /// Its address.
    pub url: UrlPath,
    /// Its source, as findings name it.
    pub source: String,
    /// Its content.
    pub content: FileContent,
}

/// The content of a planned file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileContent {
    /// A template filled with a view.
    Page(View),
    /// A copy of an asset. Pictures are sanitized.
    Asset(AssetId),
    /// A resized variant of an asset that is a picture.
    ResizedImage(AssetId, ImageVariant),
    /// A static file of the theme, by its path below `static/`.
    Static(String),
    /// A file made from figures.
    Download(Download),
    /// A file of the search index.
    Search(SearchFile),
}

/// What a page shows. `page_context` turns it into the values that the template receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum View {
    /// `/`.
    Home,
    /// Page `page` of the list of a kind.
    Kind {
        /// The kind's id.
        kind: String,
        /// The posts that it shows.
        filter: ListFilter,
        /// Counted from 1.
        page: usize,
    },
    /// The list of a folder that has a `_index.md` and belongs to no kind.
    Section {
        /// The folder below `content/`.
        folder: String,
    },
    /// A post or page.
    Article(RecordId),
    /// All terms of a taxonomy.
    Terms(Taxonomy),
    /// Page `page` of the posts of one term.
    Term {
        /// The taxonomy.
        taxonomy: Taxonomy,
        /// The tag, or the roster row's id.
        key: String,
        /// Counted from 1.
        page: usize,
    },
    /// `/archive/`.
    Archive,
    /// `/archive/2022/`.
    Year(i16),
    /// `/stats/`.
    StatsIndex,
    /// `/stats/2022-h1/`.
    Stats(Period),
    /// `/reports/`.
    Reports,
    /// The page of a report.
    Report(ReportId),
    /// The evidence of the figure of a metric in a period; or of the part with this slug.
    Evidence(Period, String, Option<String>),
    /// `/search/`.
    Search,
    /// `/404.html`.
    NotFound,
    /// A redirect from a former address to this one.
    Redirect(UrlPath),
    /// The feed of one kind, or of the whole site.
    Feed(Option<String>),
    /// A part of the site map, counted from 0.
    Sitemap(usize),
    /// The list of the site map's parts.
    SitemapIndex,
    /// `/robots.txt`.
    Robots,
}

impl View {
    /// Whether it is an HTML page, in contrast to feeds, site maps and `robots.txt`.
    #[must_use]
    pub(crate) const fn is_html(&self) -> bool {
        !matches!(
            self,
            Self::Feed(_) | Self::Sitemap(_) | Self::SitemapIndex | Self::Robots
        )
    }

    /// Whether search engines should index it: an HTML page, except further pages of a list, filtered lists, evidence,
    /// redirects, the search page and the error page.
    #[must_use]
    pub(crate) const fn is_indexed(&self) -> bool {
        match self {
            Self::Kind {
                filter: narrow, page, ..
            } => matches!(narrow, ListFilter::All) && *page == 1,
            Self::Term { page, .. } => *page == 1,
            Self::NotFound | Self::Search | Self::Redirect(_) | Self::Evidence(..) => false,
            other => other.is_html(),
        }
    }
}

/// A planned page, made from a template.
pub(super) fn page_file(url: UrlPath, source: &str, view: View) -> PlannedFile {
    PlannedFile {
        output: OutputPath::from_url(&url),
        url,
        source: source.to_owned(),
        content: FileContent::Page(view),
    }
}
