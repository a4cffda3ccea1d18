//! A report's figures as a `Dataset` of schema.org, for search engines.

use super::listing::report_downloads;
use crate::report::Report;
use crate::site::Site;
use serde_json::{Value, json};

/// The types of the downloads that hold data, by the keys of their labels.
const DATA_FORMATS: [(&str, &str); 3] = [
    (
        "excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("csv", "text/csv"),
    ("json", "application/json"),
];

/// The `Dataset` of a report with this title and description. `None` for a site without an address: its members are
/// absolute addresses.
pub(super) fn dataset(site: &Site<'_>, report: &Report<'_>, (title, description): (&str, &str)) -> Option<Value> {
    if site.links.base.absolute.is_empty() {
        return None;
    }
    let (reports, language) = (&site.figures.reports, &site.settings.language);
    let downloads = report_downloads(site, report.key()).into_iter();
    let downloads = downloads.filter_map(|(sort, url, _)| {
        let (_, format) = DATA_FORMATS.iter().find(|(known, _)| *known == sort)?;
        let url = site.links.absolute(&url);
        Some(json!({"@type": "DataDownload", "encodingFormat": format, "contentUrl": url}))
    });
    let mut names: Vec<&str> = Vec::new();
    let mut measured: Vec<Value> = Vec::new();
    for metric in reports.calls_of(report).iter().flat_map(|call| call.metrics()) {
        if !names.contains(&metric.id.as_str()) {
            names.push(&metric.id);
            let (name, unit) = (metric.label.get(language), metric.unit.get(language));
            measured.push(json!({"@type": "PropertyValue", "propertyID": metric.id, "name": name, "unitText": unit}));
        }
    }
    let owner = &site.settings.owner;
    let publisher = [&owner.organiser, &owner.name, &site.settings.title];
    let publisher = publisher.into_iter().find(|name| !name.is_empty());
    let description = if description.is_empty() { title } else { description };
    let mut dataset = json!({
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": description,
        "url": site.links.absolute(&site.links.report(report.key())),
        "temporalCoverage": format!("{}/{}", report.period.first(), report.period.last()),
        "inLanguage": language,
        "isAccessibleForFree": true,
        "creator": {"@type": "Organization", "name": publisher},
        "distribution": downloads.collect::<Vec<_>>(),
        "variableMeasured": measured,
    });
    if let Some(day) = site.figures.report_day(report) {
        dataset["datePublished"] = json!(day.to_string());
    }
    if !site.settings.licence.is_empty() {
        dataset["license"] = json!(site.settings.licence);
    }
    Some(dataset)
}
