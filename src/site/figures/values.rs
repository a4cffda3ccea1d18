//! The template values of figures, changes and evidence.

use super::figures::Figures;
use crate::metrics::{Change, FigureFilter, Metric};
use crate::paths::UrlPath;
use crate::report::{
    ChangeStyle, DisplayedFigure, FigureCall, format_amount, format_changes_as, format_number, format_percent,
    format_period,
};
use crate::site::value::map;
use rust_decimal::Decimal;
use tera::Value;

/// How a page writes its links.
pub(crate) type LinkFn<'l> = &'l dyn Fn(&UrlPath) -> String;

impl<'a> Figures<'a> {
    /// A figure with the link to its evidence, for templates.
    pub(crate) fn figure_value(&self, figure: &DisplayedFigure<'a>, link: LinkFn<'_>) -> Value {
        self.amount_value(figure, (figure.value, figure.filter()), link)
    }

    /// The same for the part of the figure with the values of a filter, and with its number.
    pub(super) fn amount_value(
        &self,
        figure: &DisplayedFigure<'a>,
        (value, filter): (Option<Decimal>, &[FigureFilter]),
        link: LinkFn<'_>,
    ) -> Value {
        let (metric, lang) = (figure.metric, self.reports.lang);
        map! {
            "id": metric.id.as_str(),
            "label": metric.label.get(&self.locale.language),
            "text": format_amount(value, metric, lang),
            "number": format_number(value),
            "unit": value.map_or("", |value| metric.unit_for(value, &self.locale.language)),
            "url": self.part_address(figure.period, metric, filter).map(|url| link(&url)),
            "period": figure.period.to_string(),
            "period_label": match figure.issued_on {
                Some(_) => figure.period.label(lang),
                None => format_period(figure.period, self.reports.today, lang),
            },
            "counted_today": figure.is_missing_in_issue,
            "zero": value.unwrap_or_default().is_zero(),
        }
    }

    /// How a figure compares with the previous period and with the same period a year earlier.
    pub(crate) fn change_value(&self, figure: &DisplayedFigure<'a>) -> Value {
        self.change_value_as(figure, ChangeStyle::default())
    }

    /// The same, told in the style of a call.
    pub(super) fn change_value_as(&self, figure: &DisplayedFigure<'a>, style: ChangeStyle) -> Value {
        let lang = self.reports.lang;
        let base = |change: &Change| change.base.map(|base| format_amount(base, figure.metric, lang));
        map! {
            "text": format_changes_as(figure, style, lang),
            "before": (!figure.has_single_comparison()).then(|| format_percent(&figure.previous)),
            "year_earlier": format_percent(&figure.year_earlier),
            "before_base": base(&figure.previous),
            "year_earlier_base": base(&figure.year_earlier),
            "before_up": direction(&figure.previous),
            "year_earlier_up": direction(&figure.year_earlier),
        }
    }

    /// The metrics of `list` as a table, for a call: label, figure, changes.
    pub(crate) fn metrics_table(&self, list: &[&'a Metric], call: &FigureCall<'a>, link: LinkFn<'_>) -> Value {
        let period = call.period;
        let head = ["indicator", "value", "period_before", "year_earlier"].map(|key| {
            map! { "text": self.locale.get(key), "numeric": key != "indicator" }
        });
        let cell = |text: String, url: Option<String>| map! { "text": text, "url": url, "numeric": true };
        let row = |metric: &&'a Metric| {
            let figure = self.reports.called_figure(call, metric);
            let url = self.part_address(period, metric, figure.filter()).map(|url| link(&url));
            let cells = vec![
                map! { "text": figure.metric.label.get(&self.locale.language), "url": Value::none(), "numeric": false },
                cell(format_amount(figure.value, figure.metric, self.reports.lang), url),
                cell(format_percent(&figure.previous), None),
                cell(format_percent(&figure.year_earlier), None),
            ];
            map! { "cells": cells }
        };
        map! {
            "note": Value::none(),
            "caption": self.metrics_table_caption(call),
            "head": head.to_vec(),
            "rows": list.iter().map(row).collect::<Vec<_>>(),
        }
    }

    /// The caption of a table of metrics: the call's own, else the period.
    pub(crate) fn metrics_table_caption(&self, call: &FigureCall<'a>) -> String {
        let period = || format_period(call.period, self.reports.today, self.reports.lang);
        call.title.clone().unwrap_or_else(period)
    }
}

/// 1 for an increase, -1 for a decrease, 0 for no change; `None` when there is no base.
fn direction(change: &Change) -> Option<i64> {
    change.percent.map(|percent| match percent.cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
    })
}
