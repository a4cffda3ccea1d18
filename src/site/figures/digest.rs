//! The digest of the figures that a report shows, by which a printed report is compared with its page.

use super::chart_data::ChartData;
use super::figures::Figures;
use crate::fingerprint::hash_bytes;
use crate::metrics::Change;
use crate::report::{CallKind, FigureCall, ReportKey, format_number};
use rust_decimal::Decimal;
use std::fmt::Write as _;

impl<'a> Figures<'a> {
    /// Sixteen hexadecimal digits in groups of four, of the report's period and of every number that its text calls for, in
    /// order. Titles and words do not change it. Papers have it, so what is hashed may not change. `None` when there is no such report.
    #[must_use]
    pub(crate) fn digest(&self, key: ReportKey) -> Option<String> {
        let mut text = key.slug();
        for call in self.reports.calls_of(self.reports.get_by_key(key)?) {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{} {}", call.metric.id, call.period);
            for (key, number) in self.called_numbers(&call) {
                let _ = write!(text, "\n{key}\t{}", format_number(number));
            }
        }
        let digits = format!("{:016x}", hash_bytes(text.as_bytes()));
        let groups = [&digits[..4], &digits[4..8], &digits[8..12], &digits[12..]];
        Some(groups.join("-"))
    }

    /// The numbers that a call shows, each with what tells it from the others.
    fn called_numbers(&self, call: &FigureCall<'a>) -> Vec<(String, Option<Decimal>)> {
        let figure = self.reports.figure_of_call(call);
        let whole = |number: Option<Decimal>| vec![(String::new(), number)];
        let difference = |name: &str, change: &Change| (name.to_owned(), change.difference);
        match &call.kind {
            CallKind::Metric { part } => whole(self.reports.called_value(&figure, part.as_ref())),
            CallKind::Change(_) => vec![
                difference("previous", &figure.previous),
                difference("year", &figure.year_earlier),
            ],
            CallKind::Target { .. } => {
                let target = self.reports.target_json(&figure).unwrap_or_default();
                vec![(target.to_string(), figure.value)]
            }
            CallKind::Table { by: None, group, .. } => {
                let value = |metric| self.reports.called_figure(call, metric).value;
                group.iter().map(|metric| (metric.id.clone(), value(metric))).collect()
            }
            CallKind::Chart { .. } | CallKind::Table { .. } | CallKind::Ranking { .. } => self.table_numbers(call),
            // Which posts there are is no number.
            CallKind::Posts(_) | CallKind::Names { .. } => Vec::new(),
        }
    }

    /// The numbers of a chart or a table, row by row.
    fn table_numbers(&self, call: &FigureCall<'a>) -> Vec<(String, Option<Decimal>)> {
        let row = |key: &str, numbers: Vec<Option<Decimal>>| {
            let key = key.to_owned();
            numbers.into_iter().map(move |number| (key.clone(), number))
        };
        if let Some(table) = self.figure_table(call) {
            return table
                .rows
                .iter()
                .flat_map(|of| row(&of.key, of.values.clone()))
                .collect();
        }
        let Some(data) = self.call_chart(call) else {
            return Vec::new();
        };
        let rows = data.rows.iter();
        rows.flat_map(|of| row(&of.key, ChartData::row_numbers(&data, of)))
            .collect()
    }
}
