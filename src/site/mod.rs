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
mod related;
#[expect(clippy::module_inception, reason = "the module is named after its one value")]
mod site;
mod terms;
pub(crate) mod value;
mod video;

pub(crate) use address::alias_address;
pub use address::{BaseUrl, ROOT_PLACEHOLDER, make_links_relative};
pub use figures::{ChartData, ChartRow, ChartType, Figures, MetricInputs};
pub use filters::Filters;
pub use images::{Images, ResponsiveImage, image_assets};
pub use links::{Links, record_addresses};
pub use list_filter::ListFilter;
pub use locale::Locale;
pub use site::Site;
pub use terms::Terms;
pub use video::{VideoPlatform, detect_platform};
