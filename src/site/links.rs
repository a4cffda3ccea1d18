//! The addresses of everything in a site, and the links that pages write to them.

use super::address::{self, BaseUrl};
use super::list_filter::ListFilter;
use crate::catalog::{AssetId, Catalog, RecordId, ResolvedTarget};
use crate::config::{Settings, SlugStyle};
use crate::ids::TiVec;
use crate::metrics::Period;
use crate::paths::{UrlPath, percent_encode};
use crate::report::{REPORT_KIND, ReportKey};
use crate::schema::Taxonomy;
use crate::theme::{Theme, hashed_name};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Addresses and links. Methods named after a thing return its [`UrlPath`]. Methods named `to_…` return a link as a
/// page writes it.
#[derive(Debug)]
pub struct Links<'a> {
    catalog: &'a Catalog,
    slug: SlugStyle,
    /// How links are written.
    pub base: BaseUrl,
    /// The address of each record, in the catalog's order.
    pub records: Arc<TiVec<RecordId, UrlPath>>,
    assets: TiVec<AssetId, UrlPath>,
    tags: BTreeMap<String, UrlPath>,
    /// The published address of each static file of the theme, by its path below `static/`.
    pub statics: BTreeMap<String, UrlPath>,
}

/// The addresses of all records. A report's address follows from its period and form, not from the name of its file.
#[must_use]
pub(crate) fn record_addresses(catalog: &Catalog, settings: &Settings) -> TiVec<RecordId, UrlPath> {
    let mut addresses = address::addresses_from_paths(catalog, settings);
    for (address, record) in addresses.iter_mut().zip(&catalog.records) {
        if let Some(key) = ReportKey::of(record) {
            *address = UrlPath::folder(&format!("reports/{}", key.slug()));
        }
    }
    addresses
}

impl<'a> Links<'a> {
    /// The links of a site. `records` are the addresses that [`record_addresses`] returns.
    pub(super) fn new(
        catalog: &'a Catalog,
        settings: &Settings,
        theme: &Theme,
        base: BaseUrl,
        records: Arc<TiVec<RecordId, UrlPath>>,
    ) -> Self {
        let published = |path: &str, bytes: &[u8]| UrlPath::file(&format!("static/{}", hashed_name(path, bytes)));
        let statics = theme.statics.iter();
        Self {
            catalog,
            slug: settings.slug,
            base,
            records,
            assets: address::asset_addresses(catalog, settings.slug),
            tags: address::tag_addresses(catalog, settings.slug),
            statics: statics
                .map(|(path, file)| (path.clone(), published(path, &file.bytes)))
                .collect(),
        }
    }

    /// A link for `href` or `src`.
    #[must_use]
    pub fn link(&self, url: &UrlPath) -> String {
        self.base.link(url)
    }

    /// The absolute address; root-relative when the site's address is unknown.
    #[must_use]
    pub fn absolute(&self, url: &UrlPath) -> String {
        self.base.absolute(url)
    }

    /// The address of a record.
    #[must_use]
    pub fn record(&self, at: RecordId) -> &UrlPath {
        &self.records[at]
    }

    /// The link to a record.
    #[must_use]
    pub fn to_record(&self, at: RecordId) -> String {
        self.link(self.record(at))
    }

    /// The address of the list of a kind.
    #[must_use]
    pub fn kind(&self, kind: &str) -> UrlPath {
        let folder = self.catalog.kinds.get(kind).map_or("", |kind| &kind.folder);
        self.folder(folder)
    }

    /// The address of a kind's list with a filter.
    pub(crate) fn filtered_list(&self, kind: &str, filter: &ListFilter) -> UrlPath {
        let whole = self.kind(kind);
        match filter {
            ListFilter::All => whole,
            ListFilter::Year(year) => address::filtered_address(&whole, "years", &year.to_string(), self.slug),
            ListFilter::Village(id) => address::filtered_address(&whole, Taxonomy::Villages.name(), id, self.slug),
        }
    }

    /// The address of the feed of a kind, or of the whole site.
    pub(crate) fn feed(&self, kind: Option<&str>) -> UrlPath {
        kind.map_or_else(
            || UrlPath::file("feed.xml"),
            |kind| UrlPath::file(&format!("{}feed.xml", &self.kind(kind).as_str()[1..])),
        )
    }

    /// The address of a folder's list. That of reports is always `/reports/`, whatever a town calls their folder.
    #[must_use]
    pub fn folder(&self, folder: &str) -> UrlPath {
        if folder == self.reports_folder() {
            return UrlPath::folder("reports");
        }
        address::folder_address(folder, self.slug)
    }

    /// The folder of the reports that editors write.
    pub(crate) fn reports_folder(&self) -> &str {
        self.catalog
            .kinds
            .get(REPORT_KIND)
            .map_or("reports", |kind| &kind.folder)
    }

    /// The address of a tag (by name), village or team (by id).
    pub(crate) fn term(&self, taxonomy: Taxonomy, key: &str) -> UrlPath {
        match self.tags.get(key).filter(|_| taxonomy == Taxonomy::Tags) {
            Some(address) => address.clone(),
            None => address::row_address(taxonomy, key, self.slug),
        }
    }

    /// The address of an asset.
    #[must_use]
    pub fn asset(&self, at: AssetId) -> UrlPath {
        self.assets[at].clone()
    }

    /// The address of a report.
    pub(crate) fn report(&self, key: ReportKey) -> UrlPath {
        UrlPath::folder(&format!("reports/{}", key.slug()))
    }

    /// The address of a period's statistics.
    pub(crate) fn stats(&self, period: Period) -> UrlPath {
        UrlPath::folder(&format!("stats/{}", period.slug()))
    }

    /// The link to a resolved target; `None` when the target is missing or withheld.
    #[must_use]
    pub fn to_target(&self, target: &ResolvedTarget) -> Option<String> {
        self.format_target(target, |url| self.link(url), &self.base.prefix)
    }

    /// The absolute address of a resolved target; `None` when the target is missing or withheld.
    #[must_use]
    pub fn to_target_absolute(&self, target: &ResolvedTarget) -> Option<String> {
        self.format_target(target, |url| self.absolute(url), &self.base.absolute)
    }

    fn format_target(&self, target: &ResolvedTarget, link: impl Fn(&UrlPath) -> String, root: &str) -> Option<String> {
        let with_fragment = |url: &UrlPath, fragment: &str| {
            let link = link(url);
            if fragment.is_empty() {
                link
            } else {
                format!("{link}#{}", percent_encode(fragment))
            }
        };
        match target {
            ResolvedTarget::Record(at, fragment) => Some(with_fragment(self.record(*at), fragment)),
            ResolvedTarget::Section(folder, fragment) => Some(with_fragment(&self.folder(folder), fragment)),
            ResolvedTarget::Asset(at) => Some(link(&self.asset(*at))),
            ResolvedTarget::Address { path, tail, .. } => Some(format!("{root}{}{tail}", percent_encode(path))),
            ResolvedTarget::External(url) => Some(url.clone()),
            ResolvedTarget::Missing(_) | ResolvedTarget::Withheld => None,
        }
    }
}
