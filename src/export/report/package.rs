//! `datapackage.json`: what a report's data files hold, for programs (Frictionless Data Package, version 1).

use super::fields::title;
use crate::report::{Report, shown_method_text};
use crate::site::Site;
use serde_json::{Map, Value, json};

/// The columns of `data.csv`, in their order: the name and the type of each (Table Schema, "Types and Formats"). Changes are
/// texts such as `25%`.
const COLUMNS: [(&str, &str); 9] = [
    ("indicator", "string"),
    ("value", "number"),
    ("unit", "string"),
    ("last_period", "number"),
    ("period_before", "string"),
    ("last_year", "number"),
    ("year_earlier", "string"),
    ("evidence", "string"),
    ("metric", "string"),
];

/// The text of the file: title, period, licence, sources, the columns, and of each metric the name, the unit, the method and
/// the address of its evidence.
pub(super) fn data_package(site: &Site<'_>, report: &Report<'_>) -> String {
    let reports = &site.figures.reports;
    let language = &site.settings.language;
    let period = report.period;
    let metric = |metric: &crate::metrics::Metric| {
        let evidence = site.figures.evidence_address(period, metric);
        let figure = reports.displayed_figure(metric, period);
        let issued = figure.issued_method().map(str::to_owned);
        let method = issued.unwrap_or_else(|| shown_method_text(reports, metric));
        let value = json!({
            "title": metric.label.get(language),
            "unit": metric.unit.get(language),
            "method": method,
            "evidence": evidence.map(|url| site.links.absolute(&url)),
        });
        (metric.id.clone(), value)
    };
    let fields = COLUMNS.map(|(name, ty)| json!({"name": site.locale.get(name), "type": ty, "rdfType": name}));
    let metrics: Map<String, Value> = reports.counts.metrics.iter().map(metric).collect();
    let mut package = json!({
        "name": format!("report-{}", report.key().slug()),
        "title": title(site, report),
        "created": site.figures.report_day(report).map(|day| day.to_string()),
        "homepage": site.links.absolute(&site.links.report(report.key())),
        "period": {
            "name": period.to_string(),
            "first": period.first().to_string(),
            "last": period.last().to_string(),
        },
        "sources": [{"title": site.settings.title, "path": site.links.absolute(&crate::paths::UrlPath::folder(""))}],
        "contributors": [{"title": publisher(site), "role": "publisher"}],
        "resources": [
            {
                "name": "data",
                "path": "data.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "missingValues": ["", "—"]},
            },
            {"name": "evidence", "path": "data.json", "format": "json", "mediatype": "application/json"},
        ],
        "metrics": metrics,
    });
    if !site.settings.licence.is_empty() {
        package["licenses"] = json!([licence(&site.settings.licence)]);
    }
    format!("{package:#}\n")
}

/// Who publishes the data.
fn publisher<'s>(site: &'s Site<'_>) -> &'s str {
    let owner = &site.settings.owner;
    match owner.issuing_body() {
        "" => &site.settings.title,
        body => body,
    }
}

/// A licence by its address, or by its name.
fn licence(written: &str) -> Value {
    match written.starts_with("http") {
        true => json!({"path": written}),
        false => json!({"name": written}),
    }
}
