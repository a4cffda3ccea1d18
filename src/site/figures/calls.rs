//! The arguments of the theme's components for calls for figures.

use super::arrange::arrange;
use super::breakdown::chart_measure;
use super::chart_data::{ChartData, ChartRow, ChartType};
use super::figures::Figures;
use super::values::LinkFn;
use super::words::ChartSubject;
use crate::messages::report_text;
use crate::metrics::{Dimension, Period, Source};
use crate::record::Shortcode;
use crate::report::{CallKind, DisplayedFigure, FigureCall, format_amount};
use crate::schema::FieldType;
use jiff::civil::Date;
use rust_decimal::Decimal;
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
        let figure = self.reports.figure_of_call(call);
        Some(match &call.kind {
            CallKind::Metric { part } => {
                let value = self.reports.called_value(&figure, part.as_ref());
                vec![("figure", self.amount_value(&figure, (value, &call.narrowed_to()), link))]
            }
            CallKind::Change(style) => vec![("change", self.change_value_as(&figure, *style))],
            CallKind::Target { part } => {
                let text = self.reports.target_text(&figure, part.as_deref());
                vec![("target", text.unwrap_or_default().into())]
            }
            CallKind::Chart { .. } => {
                let id = format!("chart-{}-{}", shortcode.place.line, shortcode.place.column);
                let chart = self.call_chart(call)?.template_value(&self.locale, &id, None, link);
                vec![("chart", chart)]
            }
            CallKind::Table { by: Some(_), .. } => {
                let table = match self.figure_table(call) {
                    Some(table) => table.template_value(link),
                    None => self.call_chart(call)?.table_value(&self.locale, link),
                };
                vec![("table", table)]
            }
            CallKind::Ranking { .. } => vec![("table", self.figure_table(call)?.template_value(link))],
            CallKind::Table { by: None, group, .. } => vec![("table", self.metrics_table(group, call, link))],
            CallKind::Names { .. } => vec![("names", self.names(call)?.template_value(link))],
            CallKind::Posts(arrangement) => {
                let items: Vec<Value> = self
                    .listed_items(&figure, arrangement)
                    .into_iter()
                    .zip(1..)
                    .map(|(item, number)| self.entry_value(&self.evidence_entry(&figure, item, number), link))
                    .collect();
                vec![("items", items.into()), ("figure", self.figure_value(&figure, link))]
            }
        })
    }

    /// The numbers of a call for a chart, or for a table by a dimension; `None` for other calls.
    #[must_use]
    pub fn call_chart(&self, call: &FigureCall<'a>) -> Option<ChartData> {
        let figure = self.reports.figure_of_call(call);
        let mut data = self.chart_of(&figure, call)?;
        if let CallKind::Chart { arrangement, .. } | CallKind::Table { arrangement, .. } = &call.kind {
            let rest = arrange(&mut data.rows, arrangement, |row| (row.total, row.is_rest));
            data.note = join_notes(data.note.take(), self.rest_note(data.rows.len(), rest));
        }
        if is_counted_today(&figure, call) {
            let today = report_text(self.reports.lang, "counted-today", &[]);
            data.note = join_notes(data.note, Some(today));
        }
        if let Some(title) = &call.title {
            data.title.clone_from(title);
        }
        Some(data)
    }

    fn chart_of(&self, figure: &DisplayedFigure<'a>, call: &FigureCall<'a>) -> Option<ChartData> {
        match &call.kind {
            CallKind::Chart { by, split, shape, .. } => {
                let form = match shape {
                    Some("line") => ChartType::Lines,
                    Some("ranking") => ChartType::Ranking,
                    Some("bars") => ChartType::Bars,
                    Some(_) => return Some(self.calendar_chart(figure)),
                    None => self.default_chart_type(by, call),
                };
                Some(self.breakdown_chart(figure, by, split.as_ref(), form))
            }
            CallKind::Table { by: Some(by), .. } => Some(self.breakdown_chart(figure, by, None, ChartType::Bars)),
            _ => None,
        }
    }

    /// The default chart type: bars for months and short lists, a ranking for villages, teams and long lists.
    fn default_chart_type(&self, by: &Dimension, call: &FigureCall<'a>) -> ChartType {
        let Dimension::Field(name) = by else {
            return ChartType::Bars;
        };
        let field = self.reports.counts.field_of(call.metric, name).map(|field| &field.ty);
        let many = match (field, &self.reports.counts.subject(call.metric).source) {
            (Some(FieldType::Enum(values)), _) => values.len() > MAX_VERTICAL_BARS,
            (Some(FieldType::Boolean), _) => false,
            (Some(ty), _) => ty.is_categorical() || matches!(ty, FieldType::List(_)),
            (None, Source::Roster(_)) => true,
            (None, Source::Kinds(_) | Source::Metrics(_)) => false,
        };
        if many { ChartType::Ranking } else { ChartType::Bars }
    }

    /// The figure of each day, as a calendar.
    fn calendar_chart(&self, figure: &DisplayedFigure<'a>) -> ChartData {
        let metric = figure.metric;
        let row = |(day, value): (Date, Option<Decimal>)| ChartRow {
            key: day.to_string(),
            label: day.to_string(),
            url: None,
            anchor: String::new(),
            is_rest: false,
            values: vec![value],
            total: value,
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
            rest_series: None,
            rows: self.reports.values_by_day(figure).into_iter().map(row).collect(),
            chart_type: ChartType::Calendar(figure.period),
        };
        let amount = |value| format_amount(value, metric, self.reports.lang);
        self.with_words(data, &ChartSubject { label, amount: &amount })
    }
}

/// Two notes as one.
fn join_notes(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one} {other}")),
        (one, other) => one.or(other),
    }
}

/// Whether a chart or table of an issued report shows numbers of today, because the report does not keep them.
fn is_counted_today(figure: &DisplayedFigure<'_>, call: &FigureCall<'_>) -> bool {
    match &call.kind {
        CallKind::Chart {
            shape: Some("calendar"),
            ..
        } => figure.is_missing_days(),
        CallKind::Chart { by, split, .. } => figure.is_missing_breakdown(by, split.as_ref()),
        CallKind::Table { by: Some(by), .. } => figure.is_missing_breakdown(by, None),
        _ => false,
    }
}
