//! What a site is: the value that pages, downloads and the index are made from.

use super::address::BaseUrl;
use super::figures::{FigureInputs, LazyFigures, MetricInputs};
use super::filters::Filters;
use super::images::Images;
use super::links::Links;
use super::locale::Locale;
use super::publication::Publication;
use super::terms::Terms;
use crate::catalog::{Catalog, RecordId};
use crate::config::Settings;
use crate::fingerprint::SharedValues;
use crate::ids::TiVec;
use crate::paths::UrlPath;
use crate::record::Record;
use crate::report::ReportKey;
use crate::schema::Kind;
use crate::theme::Theme;
use jiff::civil::Date;
use std::sync::{Arc, OnceLock};
use tera::Value;

/// A catalog with everything that pages need to show it.
#[derive(Debug)]
pub struct Site<'a> {
    /// The records.
    pub catalog: &'a Catalog,
    /// The settings.
    pub settings: &'a Settings,
    /// The day that counts as today. Posts with a later date are marked as future posts.
    pub today: Date,
    /// The site's language and the theme's words in it.
    pub locale: Arc<Locale>,
    /// The theme's own variables.
    pub variables: Value,
    /// Addresses and links.
    pub links: Arc<Links<'a>>,
    /// Kinds, tags, villages and teams by name.
    pub terms: Arc<Terms<'a>>,
    /// The images and their resized variants.
    pub images: Images<'a>,
    /// Which files of `content/` leave.
    pub publication: Publication,
    /// The filtered lists of each kind.
    pub filters: Filters<'a>,
    /// Reports, figures and charts.
    pub figures: LazyFigures<'a>,
    /// The values that many pages show: the cards, and what lists of evidence show of a post.
    pub(crate) shared: Arc<SharedValues>,
    pub(super) cards: TiVec<RecordId, OnceLock<Value>>,
    /// The posts that are related to each record.
    pub(super) related: TiVec<RecordId, OnceLock<Box<[RecordId]>>>,
}

impl<'a> Site<'a> {
    /// The absolute address of a report's page. `None` when there is no such page, or the site's address is unknown.
    #[must_use]
    pub(crate) fn report_address(&self, key: ReportKey) -> Option<String> {
        let is_known = self.figures.reports.get_by_key(key).is_some() && !self.links.base.host().is_empty();
        is_known.then(|| self.links.absolute(&self.links.report(key)))
    }

    /// Whether the list of a kind exists: the kind has posts, its folder has a page of its own, or the menu names it.
    #[must_use]
    pub fn has_list(&self, kind: &Kind) -> bool {
        let is_list = |path: String| path.trim_matches('/') == kind.folder;
        let in_menu = || {
            let entries = self.settings.nav_entries().into_iter();
            entries.filter_map(|entry| self.settings.nav_path(entry)).any(is_list)
        };
        self.catalog.posts_by_kind.contains_key(&kind.id)
            || self.catalog.sections.contains_key(&kind.folder)
            || in_menu()
    }

    /// Computes what all views share. `addresses` comes from `record_addresses`.
    #[must_use]
    pub fn new(
        catalog: &'a Catalog,
        settings: &'a Settings,
        theme: &Theme,
        base: BaseUrl,
        metrics: MetricInputs<'a>,
        addresses: Arc<TiVec<RecordId, UrlPath>>,
    ) -> Self {
        let locale = Arc::new(Locale {
            language: settings.language.clone(),
            by_key: theme.words.clone(),
        });
        let links = Arc::new(Links::new(catalog, settings, theme, base, addresses));
        let terms = Arc::new(Terms::new(catalog, Arc::clone(&links), Arc::clone(&locale)));
        let shared = Arc::new(SharedValues::default());
        Self {
            catalog,
            settings,
            today: metrics.today,
            variables: Value::try_from_serializable(&theme.variables).unwrap_or_else(|_| Value::none()),
            images: Images::new(catalog, Arc::clone(&links)),
            publication: Publication::new(catalog, settings, theme, &links),
            filters: Filters::new(catalog, &links),
            figures: LazyFigures::new(FigureInputs {
                catalog,
                settings,
                metrics,
                links: Arc::clone(&links),
                locale: Arc::clone(&locale),
                terms: Arc::clone(&terms),
                shared: Arc::clone(&shared),
            }),
            shared,
            cards: std::iter::repeat_with(OnceLock::new)
                .take(catalog.records.len())
                .collect(),
            related: std::iter::repeat_with(OnceLock::new)
                .take(catalog.records.len())
                .collect(),
            locale,
            links,
            terms,
        }
    }

    pub(crate) fn language(&self) -> &str {
        &self.settings.language
    }

    /// The record at an index.
    #[must_use]
    pub fn record(&self, at: RecordId) -> &'a Record {
        &self.catalog.records[at]
    }
}
