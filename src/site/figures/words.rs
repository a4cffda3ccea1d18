//! What a chart says in words: its title, and its description for readers who cannot see it. Both speak of the numbers
//! that are drawn, and of the figure's own value.

use super::chart_data::{ChartData, PartsRelation};
use super::figures::Figures;
use crate::messages::report_text;
use rust_decimal::Decimal;

/// The most names that a title lists. More would only repeat the chart.
const MAX_NAMES: usize = 3;

/// What a chart shows, for its title and description.
pub(super) struct ChartSubject<'w> {
    /// What is counted: 志愿服务活动.
    pub(super) label: &'w str,
    /// Formats a number with its unit.
    pub(super) amount: &'w dyn Fn(Decimal) -> String,
}

/// The largest of the numbers that are drawn.
struct Largest {
    /// The names of all parts that have it.
    names: Vec<String>,
    amount: String,
}

impl Figures<'_> {
    /// The same chart with its title and description.
    pub(super) fn with_words(&self, mut data: ChartData, subject: &ChartSubject<'_>) -> ChartData {
        let largest = largest(&data, subject);
        data.title = self.chart_title(&data, subject, largest.as_ref());
        data.note = self.parts_note(&data, subject);
        data.desc = self.chart_desc(&data, subject, largest.as_ref());
        data
    }

    /// A title that states the main point: which part is the largest.
    fn chart_title(&self, data: &ChartData, subject: &ChartSubject<'_>, largest: Option<&Largest>) -> String {
        let label = ("label", subject.label);
        if data.is_calendar() {
            return subject.label.to_owned();
        }
        let Some(largest) = largest else {
            return self.locale.fill("chart_nothing", &[label, ("by", &data.row_head)]);
        };
        let amount = ("amount", largest.amount.as_str());
        let is_value = data.relation() == PartsRelation::Separate;
        if largest.names.len() > MAX_NAMES {
            let key = if is_value { "chart_many_highest" } else { "chart_many" };
            let count = largest.names.len().to_string();
            return self.locale.fill(key, &[label, amount, ("n", &count)]);
        }
        let key = if is_value { "chart_highest" } else { "chart_point" };
        let names = largest.names.join(self.locale.get("list_comma"));
        self.locale.fill(key, &[label, amount, ("names", &names)])
    }

    /// The number of parts, the figure's own value, the largest part, and the note.
    fn chart_desc(&self, data: &ChartData, subject: &ChartSubject<'_>, largest: Option<&Largest>) -> String {
        let lang = self.reports.lang;
        let (Some(largest), Some(total)) = (largest, data.total) else {
            return report_text(lang, "chart-empty", &[]);
        };
        let is_value = data.relation() == PartsRelation::Separate;
        let (entries, total) = (data.rows.len().to_string(), (subject.amount)(total));
        let key = if is_value { "chart-overall" } else { "chart-total" };
        let mut text = report_text(lang, key, &[("n", &entries), ("total", &total)]);
        let (key, names) = match (largest.names.len() > MAX_NAMES, is_value) {
            (true, false) => ("chart-most-many", largest.names.len().to_string()),
            (true, true) => ("chart-highest-many", largest.names.len().to_string()),
            (false, false) => ("chart-most", largest.names.join(lang.list_separator())),
            (false, true) => ("chart-highest", largest.names.join(lang.list_separator())),
        };
        text += &report_text(lang, key, &[("names", &names), ("most", &largest.amount)]);
        if let Some(note) = &data.note {
            text += &report_text(lang, "chart-note", &[("note", note)]);
        }
        text
    }

    /// Says that the parts do not add up to the figure. `None` when they do, and when nobody would add them up.
    fn parts_note(&self, data: &ChartData, subject: &ChartSubject<'_>) -> Option<String> {
        let key = match data.relation() {
            PartsRelation::AddUp | PartsRelation::Separate => return None,
            PartsRelation::More => "parts-more",
            PartsRelation::Fewer => "parts-fewer",
        };
        let total = (subject.amount)(data.total?);
        Some(report_text(self.reports.lang, key, &[("total", &total)]))
    }
}

/// The largest number of a chart. The part of what does not give the field is not named unless it is the only one.
/// `None` when there is no number, or only 0 of something that is counted.
fn largest(data: &ChartData, subject: &ChartSubject<'_>) -> Option<Largest> {
    let items: Vec<(String, Decimal, bool)> = data
        .drawn_values()
        .into_iter()
        .filter(|(_, value, _)| data.measure.is_shown(*value))
        .filter_map(|(name, value, is_rest)| Some((name, value?, is_rest)))
        .collect();
    let named = items.iter().any(|(_, _, is_rest)| !is_rest);
    let candidates = || items.iter().filter(|(_, _, is_rest)| !(named && *is_rest));
    let most = candidates().map(|(_, value, _)| *value).max()?;
    let names = candidates().filter(|(_, value, _)| *value == most);
    Some(Largest {
        names: names.map(|(name, _, _)| name.clone()).collect(),
        amount: (subject.amount)(most),
    })
}
