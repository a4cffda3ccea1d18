//! Calls for figures in a text, as the arguments of the theme's components of the same name.

use super::super::Site;
use super::data::{ChartData, Form};
use super::values::Link;
use crate::metrics::{Dimension, Period, Source};
use crate::record::Shortcode;
use crate::report::{Behind, Call, CallKind, call};
use crate::schema::FieldType;
use tera::Value;

/// Parts beyond which bars lie on their side, so that their names can be read.
const MOST_UPRIGHT: usize = 8;

/// The arguments of the component that shows a call; none when the call makes no sense, which was reported when the
/// reports were made. `period` is the report's own, `absolute` asks for full addresses.
#[must_use]
pub fn call_values(
    site: &Site<'_>,
    made: &Shortcode,
    period: Option<Period>,
    absolute: bool,
) -> Option<Vec<(&'static str, Value)>> {
    let call = call(made, &site.reports().counts, period).ok()?;
    let link: Link<'_> = if absolute {
        &|url| site.base.absolute(url)
    } else {
        &|url| site.base.link(url)
    };
    let shown = site.reports().shown(call.metric, call.period);
    Some(match &call.kind {
        CallKind::Metric => vec![("figure", site.figure_value(&shown, link))],
        CallKind::Change => vec![("change", site.change_value(&shown))],
        CallKind::Chart { .. } => {
            let id = format!("chart-{}-{}", made.place.line, made.place.column);
            vec![("chart", site.chart_of(&call)?.value(site, &id, None, link))]
        }
        CallKind::Table { by: Some(_), .. } => vec![("table", site.chart_of(&call)?.table(site, link))],
        CallKind::Table { by: None, group } => vec![("table", site.metrics_table(group, call.period, link))],
        CallKind::Posts { limit } => {
            let newest = shown.behind.iter().rev().take(*limit).collect::<Vec<_>>();
            let items: Vec<Value> = newest
                .into_iter()
                .map(|behind| site.behind_value(&shown, behind, link))
                .collect();
            vec![("items", items.into()), ("figure", site.figure_value(&shown, link))]
        }
    })
}

impl<'a> Site<'a> {
    /// The numbers of a call for a chart, or for a table by something; none for other calls.
    #[must_use]
    pub fn chart_of(&self, call: &Call<'a>) -> Option<ChartData> {
        let shown = self.reports().shown(call.metric, call.period);
        match &call.kind {
            CallKind::Chart { by, split, shape } => {
                let form = match shape {
                    Some("line") => Form::Lines,
                    Some("ranking") => Form::Ranking,
                    Some("bars") => Form::Bars,
                    Some(_) => return Some(self.calendar_data(&shown.behind, call)),
                    None => self.usual_form(by, call),
                };
                Some(self.parts_data(&shown, by, split.as_ref(), form))
            }
            CallKind::Table { by: Some(by), .. } => Some(self.parts_data(&shown, by, None, Form::Bars)),
            _ => None,
        }
    }

    /// Bars for months and short lists, a ranking for villages, teams and long lists.
    fn usual_form(&self, by: &Dimension, call: &Call<'a>) -> Form {
        let Dimension::Field(name) = by else { return Form::Bars };
        let is_roster = |ty: &FieldType| matches!(ty, FieldType::Roster(_));
        let field = self.reports().counts.field_of(call.metric, name).map(|field| &field.ty);
        let many = match (field, &call.metric.of) {
            (Some(FieldType::Enum(values)), _) => values.len() > MOST_UPRIGHT,
            (Some(ty), _) => is_roster(ty) || matches!(ty, FieldType::String | FieldType::List(_)),
            (None, Source::Roster(_)) => true,
            (None, Source::Kind(_)) => false,
        };
        if many { Form::Ranking } else { Form::Bars }
    }

    /// How much there was on each day.
    fn calendar_data(&self, behind: &[Behind<'a>], call: &Call<'a>) -> ChartData {
        let days = behind.iter().filter_map(|behind| match behind {
            Behind::Post { day, amount, .. } => Some((*day, *amount)),
            Behind::Gone { .. } | Behind::Row(_) => None,
        });
        let label = call.metric.label.get(self.language());
        self.days_data(label, call.metric.unit.get(self.language()), days, call.period)
    }
}
