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
use std::cmp::Ordering;
use std::collections::BTreeMap;
use tera::Value;

/// The numbers of a chart: rows with one value for each series.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartData {
    /// Its name in addresses: `by-month`.
    pub name: String,
    /// The title: what is shown, and its main point.
    pub title: String,
    /// The description for readers who cannot see the chart.
    pub desc: String,
    /// Says that the parts do not add up to the figure; `None` when they do.
    pub note: Option<String>,
    /// What the values count.
    pub unit: String,
    /// What the values are.
    pub measure: ChartMeasure,
    /// The figure's own value. It is not the sum of the rows. `None` for the mean of nothing.
    pub total: Option<Decimal>,
    /// The header of the rows' labels: 月份, 村.
    pub row_head: String,
    /// The names of the series; one for simple charts.
    pub series: Vec<String>,
    /// The index of the series that holds what does not give the field.
    pub rest_series: Option<usize>,
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
    /// Whether it holds what does not give the field.
    pub is_rest: bool,
    /// One value for each series; `None` for the mean of nothing.
    pub values: Vec<Option<Decimal>>,
    /// The row's own value. It is not the sum of `values`.
    pub total: Option<Decimal>,
}

/// What the numbers of a chart are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartMeasure {
    /// Amounts, which people add up. `total` is the head of the rows' own values where the series do not add up to them.
    Amounts {
        /// The name of the metric.
        total: String,
    },
    /// Means, largest or latest values, which nobody adds up.
    Separate,
}

/// How the parts of a figure relate to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartsRelation {
    /// They add up to it.
    AddUp,
    /// They add up to more: something is in several parts.
    More,
    /// They add up to less: something is in no part.
    Fewer,
    /// They are not added up.
    Separate,
}

impl ChartMeasure {
    pub(super) const fn is_separate(&self) -> bool {
        matches!(self, Self::Separate)
    }

    /// Whether a value says something: an amount other than 0, or any mean.
    pub(super) fn is_shown(&self, value: Option<Decimal>) -> bool {
        value.is_some_and(|value| self.is_separate() || !value.is_zero())
    }
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
            desc: self.desc.clone(),
            unit: self.unit.clone(),
            shape: self.shape(lang, link),
        }
    }

    fn shape(&self, lang: Lang, link: &dyn Fn(&UrlPath) -> String) -> ChartShape {
        let href = |row: &ChartRow| row.url.as_ref().map(|url| link(url) + &row.anchor);
        match self.chart_type {
            ChartType::Calendar(period) => self.calendar(period, lang, &href),
            ChartType::Bars if self.is_stacked() => ChartShape::Stacked {
                series: self.series.clone(),
                columns: self.rows.iter().map(|row| column(row, href(row))).collect(),
            },
            _ if self.is_lines() => ChartShape::Lines {
                labels: self.rows.iter().map(|row| row.label.clone()).collect(),
                lines: (0..self.series.len()).map(|at| self.line(at)).collect(),
            },
            ChartType::Bars => ChartShape::Bars(self.rows.iter().map(|row| bar(row, href(row), None)).collect()),
            _ => {
                let rows = self.rows.iter().zip(self.ranks());
                ChartShape::Ranking(rows.map(|(row, rank)| bar(row, href(row), rank)).collect())
            }
        }
    }

    /// The rank of each row. What does not give the field, and what has no value, has no rank.
    fn ranks(&self) -> Vec<Option<usize>> {
        let ranked = |row: &&ChartRow| !row.is_rest && row.total.is_some();
        let totals: Vec<Decimal> = self.rows.iter().filter(ranked).filter_map(|row| row.total).collect();
        let mut ranks = ranks(&totals).into_iter();
        let rank = |row: &ChartRow| if ranked(&row) { ranks.next() } else { None };
        self.rows.iter().map(rank).collect()
    }

    /// The names and values that are drawn, and whether they belong to what does not give the field.
    pub(super) fn drawn_values(&self) -> Vec<(String, Option<Decimal>, bool)> {
        if self.series.len() == 1 || !self.is_lines() {
            let rows = self.rows.iter();
            return rows.map(|row| (row.label.clone(), row.total, row.is_rest)).collect();
        }
        let points = |row: &ChartRow| {
            let points = self.series.iter().zip(&row.values).enumerate();
            let points = points.map(|(index, (series, value))| {
                let is_rest = row.is_rest || self.rest_series == Some(index);
                (format!("{} · {series}", row.label), *value, is_rest)
            });
            points.collect::<Vec<_>>()
        };
        self.rows.iter().flat_map(points).collect()
    }

    /// How the rows relate to the figure.
    pub(super) fn relation(&self) -> PartsRelation {
        match self.measure {
            ChartMeasure::Separate => PartsRelation::Separate,
            ChartMeasure::Amounts { .. } => relation(self.rows.iter().map(|row| row.total), self.total),
        }
    }

    /// Whether the numbers of the series add up to the row's own number in every row.
    fn series_add_up(&self) -> bool {
        let adds_up = |row: &ChartRow| relation(row.values.iter().copied(), row.total) == PartsRelation::AddUp;
        !self.measure.is_separate() && self.rows.iter().all(adds_up)
    }

    pub(super) fn is_calendar(&self) -> bool {
        matches!(self.chart_type, ChartType::Calendar(_))
    }

    fn line(&self, index: usize) -> LineSeries {
        let value = |row: &ChartRow| row.values.get(index)?.as_ref().map(float);
        LineSeries {
            name: self.series[index].clone(),
            values: self.rows.iter().map(value).collect(),
        }
    }

    fn calendar(&self, period: Period, lang: Lang, href: &dyn Fn(&ChartRow) -> Option<String>) -> ChartShape {
        let day = |row: &ChartRow| Some((row.label.parse::<Date>().ok()?, (float(&row.total?), href(row))));
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
            "note": self.note.as_deref(),
            "svg": safe(&svg(&chart, id)),
            "table": self.table_value(locale, link),
            "csv_url": csv.map(link),
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
            "caption": self.title.as_str(),
            "note": self.note.as_deref(),
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
        match &self.measure {
            _ if !self.has_total_column() => {}
            ChartMeasure::Amounts { total } if !self.series_add_up() => head.push(with_unit(total)),
            _ => head.push(with_unit(locale.get("sum"))),
        }
        head
    }

    /// The numbers of a row; of a chart with several series that draws rows, also the row's own number.
    #[must_use]
    pub fn row_numbers(&self, row: &ChartRow) -> Vec<Option<Decimal>> {
        let mut values = row.values.clone();
        if self.has_total_column() {
            values.push(row.total);
        }
        values
    }

    /// Whether the table has a column of the rows' own numbers.
    fn has_total_column(&self) -> bool {
        self.series.len() > 1 && !self.is_lines()
    }

    /// Columns are stacked only where their parts add up; else their height would be a number that nobody counted.
    fn is_stacked(&self) -> bool {
        self.series.len() > 1 && self.chart_type == ChartType::Bars && self.series_add_up()
    }

    fn is_lines(&self) -> bool {
        match self.chart_type {
            ChartType::Lines => true,
            ChartType::Bars => self.series.len() > 1 && !self.series_add_up(),
            ChartType::Ranking | ChartType::Calendar(_) => false,
        }
    }
}

fn relation(parts: impl Iterator<Item = Option<Decimal>>, total: Option<Decimal>) -> PartsRelation {
    let sum = parts.flatten().fold(Decimal::ZERO, Decimal::saturating_add);
    match sum.cmp(&total.unwrap_or_default()) {
        Ordering::Equal => PartsRelation::AddUp,
        Ordering::Greater => PartsRelation::More,
        Ordering::Less => PartsRelation::Fewer,
    }
}

fn float(value: &Decimal) -> f64 {
    value.to_f64().unwrap_or_default()
}

fn bar(row: &ChartRow, href: Option<String>, rank: Option<usize>) -> Bar {
    Bar {
        label: row.label.clone(),
        value: row.total.as_ref().map(float).unwrap_or_default(),
        value_label: format_number(row.total),
        href: href.filter(|_| has_posts(row)),
        rank,
    }
}

fn column(row: &ChartRow, href: Option<String>) -> StackedColumn {
    StackedColumn {
        label: row.label.clone(),
        parts: row
            .values
            .iter()
            .map(|value| value.as_ref().map(float).unwrap_or_default())
            .collect(),
        total_label: format_number(row.total),
        href: href.filter(|_| has_posts(row)),
    }
}

fn has_posts(row: &ChartRow) -> bool {
    row.total.is_some_and(|total| !total.is_zero())
}
