//! What several formats ask of a report: its title, its day, the bytes of its pictures.

use crate::catalog::AssetId;
use crate::report::{Report, ReportText};
use crate::site::Site;
use jiff::civil::Date;

/// Returns the bytes of an asset; `None` when the file cannot be read.
pub(crate) type ReadAsset<'p> = &'p dyn Fn(AssetId) -> Option<Vec<u8>>;

/// The title of a report.
pub(super) fn title<'r>(site: &'r Site<'_>, report: &'r Report<'_>) -> &'r str {
    match &report.text {
        ReportText::Written(at) => &site.record(*at).meta.title,
        ReportText::Generated(text) => &text.title,
    }
}

/// The day in a file's properties, which must be the same in every build.
pub(super) fn creation_day(site: &Site<'_>, report: &Report<'_>) -> Date {
    site.figures.report_day(report).unwrap_or_else(|| report.period.last())
}
