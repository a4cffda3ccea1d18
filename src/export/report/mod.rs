//! A site's reports as documents and tables: the content of each file.

mod fields;
mod package;
mod table_sheet;
mod tables;
mod text;

use super::document::Document;
use crate::ids::ReportId;
use crate::metrics::Period;
use crate::report::Report;
use crate::site::Site;
pub(crate) use fields::ReadAsset;
use fields::{creation_day, title};
use jiff::civil::Date;
use std::collections::BTreeSet;
pub(super) use tables::figures_sheet;
use tables::{chart_rows, data_json, data_sheet, workbook};
pub(super) use text::post_blocks;

/// A file that holds figures, made when the site is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Download {
    /// `report.docx` of a report.
    Word(ReportId),
    /// `data.xlsx` of a report.
    Excel(ReportId),
    /// `data.csv` of a report.
    Csv(ReportId),
    /// `data.json` of a report.
    Json(ReportId),
    /// `datapackage.json` of a report.
    Package(ReportId),
    /// The numbers of one chart of a period's statistics, by the chart's name.
    Chart(Period, String),
}

/// The bytes of a file that holds figures.
///
/// # Errors
/// The message of the format's writer when a table exceeds the format's limits.
pub(crate) fn export_download(site: &Site<'_>, file: &Download, pictures: ReadAsset<'_>) -> Result<Vec<u8>, String> {
    let report = |id: &ReportId| &site.figures.reports.all[*id];
    Ok(match file {
        Download::Word(id) => word_report(site, report(id), None, pictures),
        Download::Excel(id) => super::xlsx(&workbook(site, report(id)))?,
        Download::Csv(id) => super::csv(data_sheet(site, report(id).period).text_rows()),
        Download::Json(id) => data_json(site, report(id)).into_bytes(),
        Download::Package(id) => package::data_package(site, report(id)).into_bytes(),
        Download::Chart(period, name) => super::csv(chart_rows(site, *period, name)),
    })
}

/// A report as a Word file. `dated` is its date when it has none of its own.
#[must_use]
pub(crate) fn word_report(
    site: &Site<'_>,
    report: &Report<'_>,
    dated: Option<Date>,
    pictures: ReadAsset<'_>,
) -> Vec<u8> {
    let dated = site.figures.report_day(report).or(dated);
    let (blocks, mut closing) = text::blocks(site, report, pictures);
    closing.extend(text::closing(site, report));
    let document = Document {
        title: title(site, report).to_owned(),
        issuer: site.settings.owner.issuing_body().to_owned(),
        date: dated.map(|day| site.locale.date(day)).unwrap_or_default(),
        language: site.settings.language.clone(),
        created: creation_day(site, report),
        blocks,
        closing,
        units: units(site),
        ..Document::default()
    };
    super::docx(&document)
}

/// The units of a site's figures.
fn units(site: &Site<'_>) -> BTreeSet<String> {
    let metrics = site.figures.reports.counts.metrics.iter();
    metrics
        .map(|metric| metric.unit.get(&site.settings.language).to_owned())
        .collect()
}
