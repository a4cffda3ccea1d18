//! Writes the file that keeps the figures of an issued report.

use super::reports::Reports;
use crate::messages::raw_report_text;
use crate::metrics::{Dimension, Period};
use crate::yaml::{Mapping, Value, write_map};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// The text of a file that keeps a period's figures as counted now, issued on `issued`.
#[must_use]
pub(crate) fn issued_yaml(reports: &Reports<'_>, period: Period, issued: Date) -> String {
    let mut figures = Mapping::new();
    for metric in reports.counts.metrics.iter() {
        let displayed = reports.current_figure(metric, period);
        let mut figure = Mapping::new();
        let mut put = |key: &str, value: Value| figure.insert(key.into(), value);
        put("label", metric.label.get(reports.lang.tag()).into());
        put("value", yaml_number(displayed.value));
        put("unit", metric.unit.get(reports.lang.tag()).into());
        put("before", yaml_number(displayed.previous.base));
        put("year_earlier", yaml_number(displayed.year_earlier.base));
        let posts = displayed
            .evidence
            .iter()
            .map(|item| (item.key(reports).into(), yaml_number(item.amount())));
        put("posts", Value::Mapping(posts.collect()));
        let parts: Mapping = Dimension::for_issued_report(metric, &reports.counts)
            .into_iter()
            .map(|(name, by)| {
                let parts = reports
                    .parts(&displayed, &by)
                    .into_iter()
                    .filter(|part| !part.value.unwrap_or_default().is_zero());
                let parts = parts.map(|part| (part.key.into(), yaml_number(part.value)));
                (name.into(), Value::Mapping(parts.collect()))
            })
            .collect();
        put("by", Value::Mapping(parts));
        figures.insert(metric.id.as_str().into(), Value::Mapping(figure));
    }
    let top = Mapping::from_iter([
        ("period".into(), period.to_string().into()),
        ("issued".into(), issued.to_string().into()),
        ("figures".into(), Value::Mapping(figures)),
    ]);
    let yaml = write_map(&top);
    let note = raw_report_text(reports.lang, "issued-note");
    format!("# {note}\n{yaml}")
}

/// A whole number as an integer, any other number as text that keeps every digit; `null` when there is none.
fn yaml_number(value: impl Into<Option<Decimal>>) -> Value {
    let value: Option<Decimal> = value.into();
    let Some(value) = value else { return Value::Null };
    let text = value.normalize().to_string();
    text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}
