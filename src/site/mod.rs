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
mod list_filter;
pub(crate) mod locale;
mod publication;
mod related;
#[expect(clippy::module_inception, reason = "the module is named after its one value")]
mod site;
mod terms;
pub(crate) mod value;
mod video;

pub(crate) use address::{BaseUrl, make_links_relative};
pub(crate) use figures::{ChartData, ChartRow, ColumnRule, EvidenceEntry, FigureTable, FigureTableRow, MetricInputs};
pub(crate) use images::{ResponsiveImage, image_assets};
pub(crate) use links::record_addresses;
pub(crate) use list_filter::ListFilter;
pub(crate) use locale::{Locale, is_fact};
pub(crate) use publication::{Fate, globs};
pub(crate) use site::Site;
pub(crate) use video::detect_platform;
