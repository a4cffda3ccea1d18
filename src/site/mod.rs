//! The site: the catalog together with its addresses, links, names, images and figures.
//!
//! Role: `Catalog → Site`. Every page, download and index is made from it, so shared values are computed once. It does
//! not decide which files exist (`plan`) and does not render HTML pages (`render`).

mod address;
pub(crate) mod card;
pub(crate) mod figures;
pub(crate) mod filters;
mod fingerprints;
mod globals;
mod images;
mod links;
pub(crate) mod locale;
mod related;
mod terms;
pub(crate) mod value;
mod video;

pub(crate) use address::alias_address;
pub use address::{BaseUrl, ROOT_PLACEHOLDER, make_links_relative};
pub use figures::{ChartData, ChartRow, ChartType, Figures, MetricInputs};
pub use filters::{Filters, ListFilter};
pub use images::{Images, ResponsiveImage, image_assets};
pub use links::{Links, record_addresses};
pub use locale::Locale;
pub use terms::Terms;
pub use video::{VideoPlatform, detect_platform};

use crate::catalog::{Catalog, RecordId};
use crate::config::Settings;
use crate::ids::TiVec;
use crate::paths::UrlPath;
use crate::record::Record;
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
    /// The filtered lists of each kind.
    pub filters: Filters<'a>,
    /// Reports, figures and charts.
    pub figures: Figures<'a>,
    cards: TiVec<RecordId, OnceLock<Value>>,
}

impl<'a> Site<'a> {
    /// Computes what all views share. `addresses` comes from [`record_addresses`].
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
        Self {
            catalog,
            settings,
            today: metrics.today,
            variables: Value::try_from_serializable(&theme.variables).unwrap_or_else(|_| Value::none()),
            images: Images::new(catalog, Arc::clone(&links)),
            filters: Filters::new(catalog, &links),
            figures: Figures::new(
                catalog,
                settings,
                metrics,
                Arc::clone(&links),
                Arc::clone(&locale),
                Arc::clone(&terms),
            ),
            cards: std::iter::repeat_with(OnceLock::new)
                .take(catalog.records.len())
                .collect(),
            locale,
            links,
            terms,
        }
    }

    /// The card of a record: what lists show of it.
    pub(crate) fn card(&self, at: RecordId) -> &Value {
        self.cards[at].get_or_init(|| card::card(self, at))
    }

    pub(crate) fn language(&self) -> &str {
        &self.settings.language
    }

    /// The record at an index.
    #[must_use]
    pub fn record(&self, at: RecordId) -> &'a Record {
        &self.catalog.records[at]
    }

    /// The variable `site` of templates.
    #[must_use]
    pub fn template_value(&self) -> Value {
        globals::site_value(self)
    }
}
