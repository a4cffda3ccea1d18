//! The arguments of the theme's components for calls for figures.

use super::breakdown::chart_measure;
use super::chart_data::{ChartData, ChartRow, ChartType};
use super::figures::Figures;
use super::values::LinkFn;
use super::words::ChartSubject;
use crate::metrics::{CountedPost, Dimension, Period, Source};
use crate::record::Shortcode;
use crate::report::{CallKind, DisplayedFigure, EvidenceItem, FigureCall, format_amount};
use crate::schema::FieldType;
use jiff::civil::Date;
use std::collections::BTreeMap;
use tera::Value;

/// The most parts of a chart with vertical bars. With more, bars are horizontal so that their labels are legible.
const MAX_VERTICAL_BARS: usize = 8;

impl<'a> Figures<'a> {
    /// The arguments of the component that shows a call. `None` when the call is invalid, which was reported when the
    /// reports were made. `period` is the report's own period; `absolute` asks for absolute addresses.
    #[must_use]
    pub fn call_args(
        &self,
        shortcode: &Shortcode,
        period: Option<Period>,
        absolute: bool,
    ) -> Option<Vec<(&'static str, Value)>> {
        let call = self.reports.call(shortcode, period)?;
        let link: LinkFn<'_> = if absolute {
            &|url| self.links.absolute(url)
        } else {
            &|url| self.links.link(url)
        };
        let figure = self.reports.displayed_figure(call.metric, call.period);
        Some(match &call.kind {
            CallKind::Metric { part } => {
                let value = self.reports.called_value(&figure, part.as_ref());
                vec![("figure", self.amount_value(&figure, value, link))]
            }
            CallKind::Change => vec![("change", self.change_value(&figure))],
            CallKind::Chart { .. } => {
                let id = format!("chart-{}-{}", shortcode.place.line, shortcode.place.column);
                vec![(
                    "chart",
                    self.call_chart(call)?.template_value(&self.locale, &id, None, link),
                )]
            }
            CallKind::Table { by: Some(_), .. } => {
                vec![("table", self.call_chart(call)?.table_value(&self.locale, link))]
            }
            CallKind::Table { by: None, group } => vec![("table", self.metrics_table(group, call.period, link))],
            CallKind::Posts { limit } => {
                let newest = figure.evidence.iter().rev().take(*limit).collect::<Vec<_>>();
                let items: Vec<Value> = newest
                    .into_iter()
                    .map(|item| self.evidence_item_value(&figure, item, link))
                    .collect();
                vec![("items", items.into()), ("figure", self.figure_value(&figure, link))]
            }
        })
    }

    /// The numbers of a call for a chart, or for a table by a dimension; `None` for other calls.
    #[must_use]
    pub fn call_chart(&self, call: &FigureCall<'a>) -> Option<ChartData> {
        let figure = self.reports.displayed_figure(call.metric, call.period);
        match &call.kind {
            CallKind::Chart { by, split, shape } => {
                let form = match shape {
                    Some("line") => ChartType::Lines,
                    Some("ranking") => ChartType::Ranking,
                    Some("bars") => ChartType::Bars,
                    Some(_) => return Some(self.calendar_chart(&figure)),
                    None => self.default_chart_type(by, call),
                };
                Some(self.breakdown_chart(&figure, by, split.as_ref(), form))
            }
            CallKind::Table { by: Some(by), .. } => Some(self.breakdown_chart(&figure, by, None, ChartType::Bars)),
            _ => None,
        }
    }

    /// The default chart type: bars for months and short lists, a ranking for villages, teams and long lists.
    fn default_chart_type(&self, by: &Dimension, call: &FigureCall<'a>) -> ChartType {
        let Dimension::Field(name) = by else {
            return ChartType::Bars;
        };
        let is_roster = |ty: &FieldType| matches!(ty, FieldType::Roster(_));
        let field = self.reports.counts.field_of(call.metric, name).map(|field| &field.ty);
        let many = match (field, &call.metric.source) {
            (Some(FieldType::Enum(values)), _) => values.len() > MAX_VERTICAL_BARS,
            (Some(ty), _) => is_roster(ty) || matches!(ty, FieldType::String | FieldType::List(_)),
            (None, Source::Roster(_)) => true,
            (None, Source::Kinds(_)) => false,
        };
        if many { ChartType::Ranking } else { ChartType::Bars }
    }

    /// The figure of each day, as a calendar.
    fn calendar_chart(&self, figure: &DisplayedFigure<'a>) -> ChartData {
        let (metric, counts) = (figure.metric, &self.reports.counts);
        let mut of_day: BTreeMap<Date, Vec<CountedPost>> = BTreeMap::new();
        for item in &figure.evidence {
            if let EvidenceItem::Post { post, day, amount } = *item {
                let entry = CountedPost::alone(post, day, amount);
                of_day.entry(day).or_default().push(entry);
            }
        }
        let row = |(day, entries): (Date, Vec<CountedPost>)| {
            let value = counts.aggregate(metric, &entries);
            ChartRow {
                label: day.to_string(),
                url: None,
                anchor: String::new(),
                is_rest: false,
                values: vec![value],
                total: value,
            }
        };
        let label = metric.label.get(&self.locale.language);
        let data = ChartData {
            name: "by-day".to_owned(),
            title: String::new(),
            desc: String::new(),
            note: None,
            unit: metric.unit.get(&self.locale.language).to_owned(),
            measure: chart_measure(metric, &self.locale.language),
            total: figure.value,
            row_head: self.locale.get("day").to_owned(),
            series: vec![label.to_owned()],
            rows: of_day.into_iter().map(row).collect(),
            chart_type: ChartType::Calendar(figure.period),
        };
        let amount = |value| format_amount(value, metric, self.reports.lang);
        self.with_words(data, &ChartSubject { label, amount: &amount })
    }
}
