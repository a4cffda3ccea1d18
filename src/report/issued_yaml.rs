//! The file that keeps the figures of a report as issued.

use super::reports::Reports;
use crate::messages::raw_report_text;
use crate::metrics::{Dimension, Period};
use crate::yaml::{Mapping, Value, write_map};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// The text of a file that freezes a period's figures as they are counted now, issued on `issued`.
#[must_use]
pub(crate) fn issued_yaml(reports: &Reports<'_>, period: Period, issued: Date) -> String {
    let mut figures = Mapping::new();
    for metric in reports.counts.metrics.iter() {
        let shown = reports.current_figure(metric, period);
        let mut figure = Mapping::new();
        let mut put = |key: &str, value: Value| figure.insert(key.into(), value);
        put("label", metric.label.get(reports.lang.tag()).into());
        put("value", yaml_number(shown.value));
        put("unit", metric.unit.get(reports.lang.tag()).into());
        put("before", yaml_number(shown.previous.base));
        put("year_earlier", yaml_number(shown.year_earlier.base));
        let behind = shown
            .evidence
            .iter()
            .map(|behind| (behind.key(reports).into(), yaml_number(behind.amount())));
        put("posts", Value::Mapping(behind.collect()));
        let parts: Mapping = Dimension::for_issued_report(metric, &reports.counts)
            .into_iter()
            .map(|(name, by)| {
                let parts = reports
                    .parts(&shown, &by)
                    .into_iter()
                    .filter(|part| !part.value.is_zero());
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

/// A whole number as such, any other as text that keeps every digit.
fn yaml_number(value: Decimal) -> Value {
    let text = value.normalize().to_string();
    text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}
