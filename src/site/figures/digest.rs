//! The digest of the figures that a report shows, by which a printed report is compared with its page.

use super::figures::Figures;
use crate::fingerprint::hash_bytes;
use crate::metrics::Metric;
use crate::report::{Against, CallKind, DisplayedFigure, FigureCall, ReportKey, format_number};
use rust_decimal::Decimal;
use std::fmt::Write as _;

impl<'a> Figures<'a> {
    /// Sixteen hexadecimal digits in groups of four, of the report's period and of every number that its text calls for, in
    /// order. Titles and words do not change it, nor what a list of posts tells of each. Papers have it, so what is hashed may
    /// not change. `None` when there is no such report.
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
        // A number and what it is compared with decide all that is told of its changes.
        let compared = |of: &str, figure: &DisplayedFigure<'a>| {
            let numbers = [figure.value, figure.previous.base, figure.year_earlier.base];
            numbers.map(|number| (of.to_owned(), number))
        };
        match &call.kind {
            CallKind::Metric { part } => whole(self.reports.called_value(&figure, part.as_ref())),
            CallKind::Change(style) => {
                let [value, previous, year] = compared("", &figure);
                match style.against {
                    None => vec![value, previous, year],
                    Some(Against::Previous) => vec![value, previous],
                    Some(Against::Year) => vec![value, year],
                }
            }
            CallKind::Target { .. } => {
                let target = self.reports.target_json(&figure).unwrap_or_default();
                vec![(target.to_string(), figure.value)]
            }
            CallKind::Table { by: None, group, .. } => {
                let row = |metric: &&'a Metric| compared(&metric.id, &self.reports.called_figure(call, metric));
                group.iter().flat_map(row).collect()
            }
            CallKind::Chart { .. } | CallKind::Table { .. } | CallKind::Ranking { .. } => self.table_numbers(call),
            // Which posts there are, and what is told of each, is no number of the report.
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
        rows.flat_map(|of| row(&of.key, data.row_numbers(of))).collect()
    }
}
