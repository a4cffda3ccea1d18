//! Calls for figures in a text, as the arguments of the theme's components of the same name.

use super::Figures;
use super::chart_data::{ChartData, ChartType};
use super::values::LinkFn;
use crate::metrics::{Dimension, Period, Source};
use crate::record::Shortcode;
use crate::report::{CallKind, EvidenceItem, FigureCall};
use crate::schema::FieldType;
use tera::Value;

/// Parts beyond which bars lie on their side, so that their names can be read.
const MAX_VERTICAL_BARS: usize = 8;

impl<'a> Figures<'a> {
    /// The arguments of the component that shows a call; none when the call makes no sense, which was reported when the
    /// reports were made. `period` is the report's own, `absolute` asks for full addresses.
    #[must_use]
    pub fn call_args(
        &self,
        made: &Shortcode,
        period: Option<Period>,
        absolute: bool,
    ) -> Option<Vec<(&'static str, Value)>> {
        let call = self.reports.call(made, period)?;
        let link: LinkFn<'_> = if absolute {
            &|url| self.links.absolute(url)
        } else {
            &|url| self.links.link(url)
        };
        let shown = self.reports.displayed_figure(call.metric, call.period);
        Some(match &call.kind {
            CallKind::Metric => vec![("figure", self.figure_value(&shown, link))],
            CallKind::Change => vec![("change", self.change_value(&shown))],
            CallKind::Chart { .. } => {
                let id = format!("chart-{}-{}", made.place.line, made.place.column);
                vec![("chart", self.call_chart(call)?.template_value(self, &id, None, link))]
            }
            CallKind::Table { by: Some(_), .. } => vec![("table", self.call_chart(call)?.table_value(self, link))],
            CallKind::Table { by: None, group } => vec![("table", self.metrics_table(group, call.period, link))],
            CallKind::Posts { limit } => {
                let newest = shown.evidence.iter().rev().take(*limit).collect::<Vec<_>>();
                let items: Vec<Value> = newest
                    .into_iter()
                    .map(|behind| self.evidence_item_value(&shown, behind, link))
                    .collect();
                vec![("items", items.into()), ("figure", self.figure_value(&shown, link))]
            }
        })
    }

    /// The numbers of a call for a chart, or for a table by something; none for other calls.
    #[must_use]
    pub fn call_chart(&self, call: &FigureCall<'a>) -> Option<ChartData> {
        let shown = self.reports.displayed_figure(call.metric, call.period);
        match &call.kind {
            CallKind::Chart { by, split, shape } => {
                let form = match shape {
                    Some("line") => ChartType::Lines,
                    Some("ranking") => ChartType::Ranking,
                    Some("bars") => ChartType::Bars,
                    Some(_) => return Some(self.calendar_chart(&shown.evidence, call)),
                    None => self.default_chart_type(by, call),
                };
                Some(self.breakdown_chart(&shown, by, split.as_ref(), form))
            }
            CallKind::Table { by: Some(by), .. } => Some(self.breakdown_chart(&shown, by, None, ChartType::Bars)),
            _ => None,
        }
    }

    /// Bars for months and short lists, a ranking for villages, teams and long lists.
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
            (None, Source::Kind(_)) => false,
        };
        if many { ChartType::Ranking } else { ChartType::Bars }
    }

    /// How much there was on each day.
    fn calendar_chart(&self, behind: &[EvidenceItem<'a>], call: &FigureCall<'a>) -> ChartData {
        let days = behind.iter().filter_map(|behind| match behind {
            EvidenceItem::Post { day, amount, .. } => Some((*day, *amount)),
            EvidenceItem::Removed { .. } | EvidenceItem::Row(_) => None,
        });
        let label = call.metric.label.get(&self.locale.language);
        self.daily_chart(label, call.metric.unit.get(&self.locale.language), days, call.period)
    }
}
