//! What a site is, ready to be shown: the catalog with its addresses, links, names, images and figures.
//!
//! Role: `Catalog → Site`. Every page, download and index is made from it, so what they share is made once. It decides
//! no file (`plan`) and makes no HTML page (`render`).

mod address;
pub(crate) mod card;
pub(crate) mod figures;
mod filters;
mod fingerprints;
mod images;
pub(crate) mod locale;
mod related;
pub(crate) mod value;
mod video;

pub use address::{BaseUrl, ROOT_PLACEHOLDER, make_links_relative};
pub(crate) use address::{alias_address, feed_address, term_address};
pub use figures::{ChartData, ChartRow, ChartType, figure_call_args};
pub use filters::ListFilter;
pub use images::{ResponsiveImage, image_assets};
pub use locale::Locale;
pub use video::{VideoPlatform, detect_platform};

use crate::catalog::{Catalog, RecordIndex, ResolvedTarget};
use crate::config::{NavEntry, Settings};
use crate::diag::{Checked, Diagnostic};
use crate::media::ImageInfo;
use crate::metrics::{MetricResults, Metrics, Period};
use crate::paths::UrlPath;
use crate::record::{Link, Record};
use crate::report::{IssuedReport, REPORT_KIND, ReportCache, Reports};
use crate::schema::{Field, FieldValue};
use crate::theme::{Theme, hashed_name};
use figures::FigurePages;
use filters::FilterOptions;
use images::ImageIndex;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use tera::Value;
use value::map;

/// A catalog, ready to be shown.
#[derive(Debug)]
pub struct Site<'a> {
    /// The records.
    pub catalog: &'a Catalog,
    /// The settings.
    pub settings: &'a Settings,
    /// How links are written.
    pub base: BaseUrl,
    /// The site's language and the theme's words.
    pub locale: Locale,
    /// The theme's own variables.
    pub variables: Value,
    /// The day that counts as today: posts after it are marked.
    pub today: Date,
    /// Address of each record.
    pub addresses: Arc<Vec<UrlPath>>,
    /// Published name of each static file of the theme, by its path.
    pub static_urls: BTreeMap<String, UrlPath>,
    pub(crate) images: ImageIndex,
    metric_inputs: MetricInputs<'a>,
    figures: OnceLock<SiteFigures<'a>>,
    cards: Vec<OnceLock<Value>>,
    kind_values: BTreeMap<String, Value>,
    tag_values: BTreeMap<String, Value>,
    pub(crate) filter_options: BTreeMap<String, FilterOptions>,
}

/// What is counted, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct MetricInputs<'a> {
    /// The metrics.
    pub metrics: &'a Metrics,
    /// Reports as they were issued.
    pub issued: &'a [IssuedReport],
    /// The day that counts as today.
    pub today: Date,
    /// What was counted before, where it still holds.
    pub count_cache: Option<&'a ReportCache>,
}

impl<'a> MetricInputs<'a> {
    /// Counts everything, unless that was done before, and makes the reports.
    #[must_use]
    pub fn build_reports(self, catalog: &'a Catalog, settings: &Settings) -> Checked<Reports<'a>> {
        if let Some(counted) = self.count_cache {
            return Reports::from_cache(catalog, self.metrics, settings, self.issued, self.today, counted);
        }
        let counts = MetricResults::new(catalog, self.metrics, self.today);
        Reports::new(counts, settings, self.issued, self.today)
    }
}

/// Everything that takes counting. Made when it is first asked for: a preview answers for most pages without.
#[derive(Debug)]
struct SiteFigures<'a> {
    reports: Checked<Reports<'a>>,
    pages: FigurePages<'a>,
    charts: BTreeMap<Period, OnceLock<Vec<ChartData>>>,
}

/// The addresses of all records. A report lies where its period says, whatever its file is called.
#[must_use]
pub fn record_addresses(catalog: &Catalog, settings: &Settings) -> Vec<UrlPath> {
    let mut addresses = address::addresses_from_paths(catalog, settings);
    for (address, record) in addresses.iter_mut().zip(&catalog.records) {
        if let Some(period) = Reports::period_of(record) {
            *address = UrlPath::folder(&format!("reports/{}", period.slug()));
        }
    }
    addresses
}

impl<'a> Site<'a> {
    /// Makes what all views share. `record_addresses` are those of [`record_addresses`]; `pictures` is what is known of the catalog's
    /// assets, in their order.
    #[must_use]
    pub fn new(
        catalog: &'a Catalog,
        settings: &'a Settings,
        theme: &Theme,
        base: BaseUrl,
        counting: MetricInputs<'a>,
        addresses: Arc<Vec<UrlPath>>,
        pictures: &[Option<ImageInfo>],
    ) -> Self {
        let words = Locale {
            language: settings.language.clone(),
            by_key: theme.words.clone(),
        };
        let statics = theme
            .statics
            .iter()
            .map(|(path, file)| {
                (
                    path.clone(),
                    UrlPath::file(&format!("static/{}", hashed_name(path, &file.bytes))),
                )
            })
            .collect();
        let variables = Value::try_from_serializable(&theme.variables).unwrap_or_else(|_| Value::none());
        let mut site = Self {
            addresses,
            catalog,
            settings,
            base,
            locale: words,
            variables,
            today: counting.today,
            static_urls: statics,
            images: ImageIndex::new(pictures, |at| {
                address::asset_address(&catalog.assets[at], settings.slug)
            }),
            metric_inputs: counting,
            figures: OnceLock::new(),
            cards: std::iter::repeat_with(OnceLock::new)
                .take(catalog.records.len())
                .collect(),
            kind_values: BTreeMap::new(),
            tag_values: BTreeMap::new(),
            filter_options: BTreeMap::new(),
        };
        site.kind_values = site.make_kind_values();
        site.tag_values = site.make_tag_values();
        site.filter_options = site.make_filter_options();
        site
    }

    /// Not to be asked for the first time inside a parallel loop: counting is one itself, and a thread that waits for
    /// its parts may be given a part that waits for the counting.
    fn figures(&self) -> &SiteFigures<'a> {
        self.figures.get_or_init(|| {
            let reports = self.metric_inputs.build_reports(self.catalog, self.settings);
            let numbers = FigurePages::new(&reports.value);
            let charts = numbers
                .stats_periods
                .iter()
                .map(|&period| (period, OnceLock::new()))
                .collect();
            SiteFigures {
                reports,
                pages: numbers,
                charts,
            }
        })
    }

    /// The reports, with the figures that they are made from.
    #[must_use]
    pub fn reports(&self) -> &Reports<'a> {
        &self.figures().reports.value
    }

    /// What is wrong with the reports.
    #[must_use]
    pub fn report_findings(&self) -> &[Diagnostic] {
        &self.figures().reports.findings
    }

    /// What counting came to; none when nothing has asked for a figure yet.
    #[must_use]
    pub fn count_cache(&self) -> Option<ReportCache> {
        let reports = &self.figures.get()?.reports;
        Some(reports.value.to_cache(&reports.findings))
    }

    pub(crate) fn figure_pages(&self) -> &FigurePages<'a> {
        &self.figures().pages
    }

    /// The charts of a period's statistics page, in order; none when there is no such page.
    #[must_use]
    pub fn stats_charts(&self, period: Period) -> &[ChartData] {
        let charts = self.figures().charts.get(&period);
        charts.map_or(&[], |charts| charts.get_or_init(|| self.make_stats_charts(period)))
    }

    /// Makes the charts of all periods, on all threads.
    pub(crate) fn make_all_charts(&self) {
        self.figure_pages().stats_periods.par_iter().for_each(|&period| {
            let _ = self.stats_charts(period);
        });
    }

    /// What a list shows of a record.
    pub(crate) fn card(&self, at: RecordIndex) -> &Value {
        self.cards[at].get_or_init(|| card::card(self, at))
    }

    fn make_kind_values(&self) -> BTreeMap<String, Value> {
        let value = |kind: &crate::schema::Kind| {
            let label = kind.labels.get(self.language());
            map! { "id": kind.id.as_str(), "label": label, "url": self.base.link(&self.kind_address(&kind.id)) }
        };
        self.catalog
            .kinds
            .iter()
            .map(|kind| (kind.id.clone(), value(kind)))
            .collect()
    }

    fn make_tag_values(&self) -> BTreeMap<String, Value> {
        let value = |tag: &str| map! { "label": tag, "url": self.base.link(&self.term_address("tags", tag)) };
        self.catalog.tags.keys().map(|tag| (tag.clone(), value(tag))).collect()
    }

    pub(crate) fn language(&self) -> &str {
        &self.settings.language
    }

    /// The record at an index.
    #[must_use]
    pub fn record(&self, at: RecordIndex) -> &'a Record {
        &self.catalog.records[at]
    }

    /// The link to a record.
    pub(crate) fn record_link(&self, at: RecordIndex) -> String {
        self.base.link(&self.addresses[at])
    }

    /// The address of the list of a kind.
    #[must_use]
    pub fn kind_address(&self, kind: &str) -> UrlPath {
        let folder = self.catalog.kinds.get(kind).map_or("", |kind| &kind.folder);
        self.folder_address(folder)
    }

    /// The address of a folder's list. Reports lie in one place, whatever a town calls their folder.
    #[must_use]
    pub fn folder_address(&self, folder: &str) -> UrlPath {
        if folder == self.reports_folder() {
            return UrlPath::folder("reports");
        }
        address::folder_address(folder, self.settings.slug)
    }

    /// The folder of the reports that editors write.
    pub(crate) fn reports_folder(&self) -> &str {
        self.catalog
            .kinds
            .get(REPORT_KIND)
            .map_or("reports", |kind| &kind.folder)
    }

    /// Whether there is a list of reports: there are some, or a text for its page.
    pub(crate) fn has_reports(&self) -> bool {
        !self.reports().all.is_empty() || self.catalog.sections.contains_key(self.reports_folder())
    }

    /// The address of a tag (by name), village or team (by id).
    pub(crate) fn term_address(&self, taxonomy: &str, key: &str) -> UrlPath {
        address::term_address(taxonomy, key, self.settings.slug)
    }

    /// The address of a copied file.
    #[must_use]
    pub fn asset_address(&self, at: usize) -> UrlPath {
        address::asset_address(&self.catalog.assets[at], self.settings.slug)
    }

    /// The link that a resolved target becomes; none when it leads nowhere.
    #[must_use]
    pub fn target_link(&self, target: &ResolvedTarget) -> Option<String> {
        self.format_target(target, |url| self.base.link(url), &self.base.prefix)
    }

    /// The full address that a resolved target becomes; none when it leads nowhere.
    #[must_use]
    pub fn target_absolute_link(&self, target: &ResolvedTarget) -> Option<String> {
        self.format_target(target, |url| self.base.absolute(url), &self.base.absolute)
    }

    fn format_target(&self, target: &ResolvedTarget, link: impl Fn(&UrlPath) -> String, root: &str) -> Option<String> {
        let with_fragment = |url: &UrlPath, fragment: &str| {
            let link = link(url);
            if fragment.is_empty() {
                link
            } else {
                format!("{link}#{}", crate::paths::percent_encode(fragment))
            }
        };
        match target {
            ResolvedTarget::Record(at, fragment) => Some(with_fragment(&self.addresses[*at], fragment)),
            ResolvedTarget::Section(folder, fragment) => Some(with_fragment(&self.folder_address(folder), fragment)),
            ResolvedTarget::Asset(at) => Some(link(&self.asset_address(*at))),
            ResolvedTarget::Address(path, tail) => Some(format!("{root}{}{tail}", crate::paths::percent_encode(path))),
            ResolvedTarget::External(url) => Some(url.clone()),
            ResolvedTarget::Missing(_) | ResolvedTarget::Withheld => None,
        }
    }

    pub(crate) fn kind_value(&self, kind: &str) -> Value {
        self.kind_values.get(kind).cloned().unwrap_or_else(Value::none)
    }

    pub(crate) fn tag_value(&self, tag: &str) -> Value {
        self.tag_values.get(tag).cloned().unwrap_or_else(Value::none)
    }

    /// The name of a roster's row.
    pub(crate) fn roster_name(&self, roster: &str, id: &str) -> Option<&str> {
        self.catalog.rosters.get(roster)?.by_id(id).map(|row| row.name.as_str())
    }

    /// The name of a village.
    #[must_use]
    pub fn village_name(&self, id: &str) -> Option<&str> {
        self.roster_name("villages", id)
    }

    /// Name and link of a village or team.
    pub(crate) fn roster_value(&self, roster: &str, id: &str) -> Option<Value> {
        let name = self.roster_name(roster, id)?;
        Some(map! { "name": name, "url": self.base.link(&self.term_address(roster, id)) })
    }

    /// A field's value as pages show it.
    pub(crate) fn field_text(&self, field: &Field, value: &FieldValue) -> String {
        self.locale.field_value(&field.ty, value, &|roster, id| {
            self.roster_name(roster, id).map(str::to_owned)
        })
    }

    /// The editor's summary, else the text's own.
    pub(crate) fn summary<'r>(&self, record: &'r Record) -> &'r str {
        record.meta.summary.as_deref().unwrap_or(&record.body.summary)
    }

    /// Every link of every text, with what it leads to.
    pub(crate) fn all_links(&self) -> impl Iterator<Item = (&'a Link, &'a ResolvedTarget)> + '_ {
        let records = self.catalog.records.iter().zip(&self.catalog.record_links);
        let sections = self.catalog.sections.values();
        records
            .flat_map(|(record, resolved)| record.body.links.iter().zip(&resolved.links))
            .chain(sections.flat_map(|section| {
                section
                    .body
                    .links
                    .iter()
                    .zip(self.catalog.section_links[&section.folder].iter())
            }))
    }

    /// `site` in templates.
    #[must_use]
    pub fn template_value(&self) -> Value {
        let settings = self.settings;
        map! {
            "title": settings.title.as_str(),
            "description": settings.description.as_str(),
            "language": settings.language.as_str(),
            "url": self.base.link(&UrlPath::folder("")),
            "base_url": self.base.absolute.as_str(),
            "owner": Value::from_serializable(&settings.owner),
            "nav": settings.nav.iter().map(|entry| self.nav_value(entry)).collect::<Vec<_>>(),
            "kinds": self.listed_kinds(),
            "kind_counts": self.kind_counts(),
            "feed_url": self.base.link(&UrlPath::file("feed.xml")),
            "archive_url": self.base.link(&UrlPath::folder("archive")),
            "tags_url": self.base.link(&UrlPath::folder("tags")),
            "sitemap_url": self.base.link(&UrlPath::file("sitemap.xml")),
            "search_url": self.settings.search.then(|| self.base.link(&UrlPath::folder("search"))),
            "stats_url": (!self.figure_pages().stats_periods.is_empty()).then(|| self.base.link(&UrlPath::folder("stats"))),
            "reports_url": self.has_reports().then(|| self.base.link(&UrlPath::folder("reports"))),
            "villages_url": self.index_link("villages"),
            "teams_url": self.index_link("teams"),
            "villages": self.roster_term_values("villages"),
            "latest_year": self.catalog.years.keys().next_back().map(|&year| i64::from(year)),
            "players": video::PLAYER_ORIGINS.join(" "),
            "theme": self.variables.clone(),
        }
    }

    /// The link to the index of a roster's pages, where the site has that roster.
    fn index_link(&self, roster: &str) -> Option<String> {
        self.catalog
            .rosters
            .get(roster)
            .map(|_| self.base.link(&UrlPath::folder(roster)))
    }

    fn nav_value(&self, entry: &NavEntry) -> Value {
        let url = match entry.url.as_str() {
            "" => None,
            url if url.starts_with('/') => {
                let (path, tail) = url.find(['?', '#']).map_or((url, ""), |at| url.split_at(at));
                Some(format!(
                    "{}{}{tail}",
                    self.base.prefix,
                    crate::paths::percent_encode(path)
                ))
            }
            url => Some(url.to_owned()),
        };
        let children: Vec<Value> = entry.children.iter().map(|child| self.nav_value(child)).collect();
        map! { "label": entry.label.as_str(), "url": url, "path": entry.url.as_str(), "children": children }
    }

    fn listed_kinds(&self) -> Vec<Value> {
        let listed = self
            .catalog
            .kinds
            .iter()
            .filter(|kind| self.catalog.posts_by_kind.contains_key(&kind.id));
        listed
            .map(|kind| {
                let feed = kind.feed.then(|| self.base.link(&feed_address(self, Some(&kind.id))));
                value::with_pairs(&self.kind_value(&kind.id), [("feed_url", Value::from(feed))])
            })
            .collect()
    }

    /// How many posts each kind has, by id. Apart from the kinds themselves, which every page names in its menu: so a
    /// new post does not have every page made anew.
    fn kind_counts(&self) -> BTreeMap<String, Value> {
        let count = |(kind, posts): (&String, &Vec<RecordIndex>)| (kind.clone(), Value::from(posts.len()));
        self.catalog.posts_by_kind.iter().map(count).collect()
    }

    /// The rows of a roster with their links and numbers of posts, in the roster's order.
    pub(crate) fn roster_term_values(&self, roster: &str) -> Vec<Value> {
        let posts = if roster == "villages" {
            &self.catalog.villages
        } else {
            &self.catalog.teams
        };
        let rows = self
            .catalog
            .rosters
            .get(roster)
            .into_iter()
            .flat_map(|roster| roster.rows().iter());
        rows.map(|row| {
            map! {
                "name": row.name.as_str(),
                "label": row.name.as_str(),
                "url": self.base.link(&self.term_address(roster, &row.id)),
                "count": posts.get(&row.id).map_or(0, Vec::len),
            }
        })
        .collect()
    }
}
