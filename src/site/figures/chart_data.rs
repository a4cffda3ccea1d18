//! The numbers of one chart, and how they become a drawing, a table and rows of a file.

use super::super::locale::Locale;
use crate::chart::{Bar, Chart, ChartShape, LineSeries, StackedColumn, svg};
use crate::messages::{Lang, report_text};
use crate::metrics::{Period, ranks};
use crate::paths::UrlPath;
use crate::report::format_number;
use crate::site::value::{map, safe};
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::collections::BTreeMap;
use tera::Value;

/// The numbers of a chart: rows with one value for each series.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartData {
    /// Its name in addresses: `by-month`.
    pub name: String,
    /// The title: what is shown, and its main point.
    pub title: String,
    /// What the values count.
    pub unit: String,
    /// The header of the rows' labels: 月份, 村.
    pub row_head: String,
    /// The names of the series; one for simple charts.
    pub series: Vec<String>,
    /// The rows in order.
    pub rows: Vec<ChartRow>,
    /// How it is drawn.
    pub chart_type: ChartType,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartRow {
    /// What tells it from other rows: a month, a value's id, a day.
    pub key: String,
    /// Its name.
    pub label: String,
    /// The page that lists its posts.
    pub url: Option<UrlPath>,
    /// The fragment of a place on that page, with `#`; may be empty.
    pub anchor: String,
    /// One value for each series. `None` where there is no value, such as the mean of a month without posts.
    pub values: Vec<Option<Decimal>>,
}

/// How numbers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartType {
    /// Vertical bars; stacked when there are several series.
    Bars,
    /// Lines.
    Lines,
    /// Horizontal bars, the largest first, with ranks.
    Ranking,
    /// Days of a period.
    Calendar(Period),
}

impl ChartData {
    /// The drawing. `link` turns addresses into links.
    #[must_use]
    pub fn chart(&self, lang: Lang, link: &dyn Fn(&UrlPath) -> String) -> Chart {
        Chart {
            title: self.title.clone(),
            desc: self.desc(lang),
            unit: self.unit.clone(),
            shape: self.shape(lang, link),
        }
    }

    fn shape(&self, lang: Lang, link: &dyn Fn(&UrlPath) -> String) -> ChartShape {
        let href = |row: &ChartRow| row.url.as_ref().map(|url| link(url) + &row.anchor);
        match self.chart_type {
            ChartType::Calendar(period) => self.calendar(period, lang, &href),
            ChartType::Lines => ChartShape::Lines {
                labels: self.rows.iter().map(|row| row.label.clone()).collect(),
                lines: (0..self.series.len()).map(|at| self.line(at)).collect(),
            },
            ChartType::Bars if self.series.len() > 1 => ChartShape::Stacked {
                series: self.series.clone(),
                columns: self.rows.iter().map(|row| column(row, href(row))).collect(),
            },
            ChartType::Bars => ChartShape::Bars(self.rows.iter().map(|row| bar(row, href(row), None)).collect()),
            ChartType::Ranking => {
                let ranks = ranks(&self.rows.iter().map(row_total).collect::<Vec<_>>());
                let rows = self.rows.iter().zip(ranks);
                let rank = |row: &ChartRow, rank: usize| row_total(row).map(|_| rank);
                ChartShape::Ranking(rows.map(|(row, at)| bar(row, href(row), rank(row, at))).collect())
            }
        }
    }

    fn line(&self, index: usize) -> LineSeries {
        let value = |row: &ChartRow| row.values.get(index).copied().flatten().map(float);
        LineSeries {
            name: self.series[index].clone(),
            values: self.rows.iter().map(value).collect(),
        }
    }

    fn calendar(&self, period: Period, lang: Lang, href: &dyn Fn(&ChartRow) -> Option<String>) -> ChartShape {
        let day = |row: &ChartRow| Some((row.label.parse::<Date>().ok()?, (float(row_total(row)?), href(row))));
        let days: BTreeMap<Date, (f64, Option<String>)> = self.rows.iter().filter_map(day).collect();
        let weekdays = match lang {
            Lang::Zh => ["一", "二", "三", "四", "五", "六", "日"],
            Lang::En => ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
        };
        let month = |month: i8| match lang {
            Lang::Zh => format!("{month}月"),
            Lang::En => jiff::civil::date(2000, month, 1).strftime("%b").to_string(),
        };
        ChartShape::Calendar {
            from: period.first(),
            to: period.last(),
            days,
            weekdays: weekdays.map(str::to_owned),
            months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(month),
        }
    }

    /// The description for readers who cannot see the chart: the sum and the largest part.
    fn desc(&self, lang: Lang) -> String {
        let sum = sum(self.rows.iter().filter_map(row_total));
        let most = self
            .rows
            .iter()
            .max_by_key(|row| row_total(row))
            .filter(|row| !row_total(row).unwrap_or_default().is_zero());
        let Some(most) = most else {
            return report_text(lang, "chart-empty", &[]);
        };
        report_text(
            lang,
            "chart-summary",
            &[
                ("n", &self.rows.len().to_string()),
                ("sum", &format_number(sum)),
                ("unit", &self.unit),
                ("label", &most.label),
                ("most", &format_number(row_total(most))),
            ],
        )
    }

    /// The drawing with its table, for templates. `id` must be unique on the page.
    pub(crate) fn template_value(
        &self,
        locale: &Locale,
        id: &str,
        csv: Option<&UrlPath>,
        link: &dyn Fn(&UrlPath) -> String,
    ) -> Value {
        let chart = self.chart(Lang::from_tag(&locale.language), link);
        map! {
            "id": id,
            "title": chart.title.as_str(),
            "desc": chart.desc.as_str(),
            "svg": safe(&svg(&chart, id)),
            "table": self.table_value(locale, link),
            "csv_url": csv.map(link),
            "note": Value::none(),
        }
    }

    /// The numbers as a table, for templates.
    pub(crate) fn table_value(&self, locale: &Locale, link: &dyn Fn(&UrlPath) -> String) -> Value {
        let head = self.table_head(locale).into_iter().enumerate();
        let head: Vec<Value> = head
            .map(|(at, text)| map! { "text": text, "numeric": at > 0 })
            .collect();
        let row = |row: &ChartRow| {
            let url = row.url.as_ref().map(|url| link(url) + &row.anchor);
            let mut cells = vec![map! { "text": row.label.as_str(), "url": url, "numeric": false }];
            let numbers = self.row_numbers(row).into_iter();
            cells.extend(
                numbers.map(|value| map! { "text": format_number(value), "url": Value::none(), "numeric": true }),
            );
            map! { "cells": cells }
        };
        map! {
            "note": Value::none(),
            "caption": self.title.as_str(),
            "head": head,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        }
    }

    /// The header row of the table.
    #[must_use]
    pub fn table_head(&self, locale: &Locale) -> Vec<String> {
        let lang = Lang::from_tag(&locale.language);
        let with_unit = |name: &str| match self.unit.is_empty() {
            true => name.to_owned(),
            false => report_text(lang, "name-with-unit", &[("name", name), ("unit", &self.unit)]),
        };
        let mut head = vec![self.row_head.clone()];
        head.extend(self.series.iter().map(|name| with_unit(name)));
        if self.is_stacked() {
            head.push(with_unit(locale.get("sum")));
        }
        head
    }

    /// The numbers of a row; for stacked charts also their sum.
    #[must_use]
    pub fn row_numbers(&self, row: &ChartRow) -> Vec<Option<Decimal>> {
        let mut values = row.values.clone();
        if self.is_stacked() {
            values.push(row_total(row));
        }
        values
    }

    fn is_stacked(&self) -> bool {
        self.series.len() > 1 && self.chart_type == ChartType::Bars
    }
}

/// The sum of a row's values; `None` when it has no value.
pub(super) fn row_total(row: &ChartRow) -> Option<Decimal> {
    let mut values = row.values.iter().flatten().copied().peekable();
    values.peek()?;
    Some(sum(values))
}

/// The sum, which saturates at the largest decimal.
fn sum(values: impl Iterator<Item = Decimal>) -> Decimal {
    values.fold(Decimal::ZERO, Decimal::saturating_add)
}

fn float(value: Decimal) -> f64 {
    value.to_f64().unwrap_or_default()
}

fn bar(row: &ChartRow, href: Option<String>, rank: Option<usize>) -> Bar {
    Bar {
        label: row.label.clone(),
        value: row_total(row).map_or(0.0, float),
        value_label: format_number(row_total(row)),
        href: href.filter(|_| !row_total(row).unwrap_or_default().is_zero()),
        rank,
    }
}

fn column(row: &ChartRow, href: Option<String>) -> StackedColumn {
    StackedColumn {
        label: row.label.clone(),
        parts: row.values.iter().map(|value| value.map_or(0.0, float)).collect(),
        total_label: format_number(row_total(row)),
        href: href.filter(|_| !row_total(row).unwrap_or_default().is_zero()),
    }
}
