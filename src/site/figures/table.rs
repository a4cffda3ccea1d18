//! Tables of several measures, or of two dimensions: `table(["study.all", "volunteer.hours"], by="village", total=true)`.

use super::arrange::arrange;
use super::breakdown::chart_measure;
use super::chart_data::ChartMeasure;
use super::figures::Figures;
use super::values::LinkFn;
use crate::messages::report_text;
use crate::metrics::{Dimension, Metric};
use crate::paths::UrlPath;
use crate::report::{CallKind, DisplayedFigure, FigureCall, FigurePart, format_amount, format_number};
use crate::site::value::map;
use rust_decimal::Decimal;
use tera::Value;

/// A table of figures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FigureTable {
    /// What it shows: 理论学习、服务时长（按村）.
    pub(crate) caption: String,
    /// The heads of its columns, the first that of the rows' names.
    pub(crate) head: Vec<String>,
    /// How each number column follows from others, for programs that calculate.
    pub(crate) columns: Vec<ColumnRule>,
    /// Its rows; with a total, that of the figures themselves is the last.
    pub(crate) rows: Vec<FigureTableRow>,
    /// Says what does not add up, and what is left out.
    pub(crate) notes: Vec<String>,
}

/// How the numbers of a column follow from those of others. Columns are numbered from 0, without that of the names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColumnRule {
    /// They do not.
    Counted,
    /// The sum of several columns.
    Sum(std::ops::Range<usize>),
    /// The sum of several columns, each times its points.
    Points(Vec<(usize, Decimal)>),
    /// The rank of a column's numbers, the largest first.
    Rank(usize),
    /// What a number falls short of its target.
    Missing {
        /// The column of the targets.
        target: usize,
        /// The column of the numbers.
        value: usize,
    },
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FigureTableRow {
    /// What tells it from other rows; empty for what does not give the field.
    pub(super) key: String,
    /// Its name.
    pub(crate) label: String,
    /// The page that lists its posts.
    pub(crate) url: Option<UrlPath>,
    /// The fragment of a place on that page, with `#`; may be empty.
    pub(crate) anchor: String,
    /// One number for each column; `None` for the mean of nothing.
    pub(crate) values: Vec<Option<Decimal>>,
    /// Whether it has the figures themselves.
    pub(crate) is_total: bool,
}

impl FigureTable {
    pub(super) fn template_value(&self, link: LinkFn<'_>) -> Value {
        let head = self.head.iter().enumerate();
        let head = head.map(|(at, text)| map! { "text": text.as_str(), "numeric": at > 0 });
        let row = |row: &FigureTableRow| {
            let url = row.url.as_ref().map(|url| link(url) + &row.anchor);
            let mut cells = vec![map! { "text": row.label.as_str(), "url": url, "numeric": false }];
            let numbers = row.values.iter();
            cells.extend(
                numbers.map(|value| map! { "text": format_number(*value), "url": Value::none(), "numeric": true }),
            );
            map! { "cells": cells }
        };
        map! {
            "caption": self.caption.as_str(),
            "note": (!self.notes.is_empty()).then(|| self.notes.join(" ")),
            "head": head.collect::<Vec<_>>(),
            "rows": self.rows.iter().filter(|row| !row.is_total).map(row).collect::<Vec<_>>(),
            "total": self.rows.iter().find(|row| row.is_total).map(row),
        }
    }
}

/// The columns of one metric.
pub(super) struct MetricColumns<'a> {
    pub(super) figure: DisplayedFigure<'a>,
    /// The parts by the rows' dimension, each with its numbers in the columns.
    pub(super) rows: Vec<(FigurePart, Vec<Option<Decimal>>)>,
    /// The heads of the columns.
    pub(super) heads: Vec<String>,
    /// The keys of the parts whose columns stand before that of the metric itself.
    pub(super) parts: Vec<String>,
    /// The numbers of the last row.
    pub(super) totals: Vec<Option<Decimal>>,
}

impl<'a> Figures<'a> {
    /// The table of a call that names several metrics, splits the parts or asks for a total. `None` for other calls.
    #[must_use]
    pub(crate) fn figure_table(&self, call: &FigureCall<'a>) -> Option<FigureTable> {
        let (by, split, group, total, arrangement) = match &call.kind {
            CallKind::Table {
                by: Some(by),
                split,
                group,
                total,
                arrangement,
            } => (by, split, group, total, arrangement),
            CallKind::Ranking { .. } => return self.ranking(call),
            _ => return None,
        };
        if group.len() < 2 && split.is_none() && !total {
            return None;
        }
        let columns: Vec<MetricColumns<'a>> = group
            .iter()
            .map(|metric| self.metric_columns(call, metric, by, split.as_ref(), group.len() > 1))
            .collect();
        let first = columns.first()?;
        let lang = self.reports.lang;
        let mut rows = self.joined_rows(by, &columns);
        let sorted_by = first.heads.len() - 1;
        let size = |row: &FigureTableRow| (row.values.get(sorted_by).copied().flatten(), row.key.is_empty());
        let rest = arrange(&mut rows, arrangement, size);
        let mut notes: Vec<String> = columns
            .iter()
            .filter_map(|columns| self.sum_note(columns, group.len() > 1))
            .collect();
        notes.extend(self.rest_note(rows.len(), rest));
        let is_missing = |columns: &MetricColumns<'a>| {
            let has_split = columns.heads.len() > 1;
            columns
                .figure
                .is_missing_breakdown(by, split.as_ref().filter(|_| has_split))
        };
        if columns.iter().any(is_missing) {
            notes.push(report_text(lang, "counted-today", &[]));
        }
        let row_head = self.dimension_label(first.figure.metric, by);
        let labels: Vec<&str> = columns
            .iter()
            .map(|columns| self.metric_label(columns.figure.metric))
            .collect();
        let labels = labels.join(self.locale.get("list_comma"));
        let caption = || report_text(lang, "table-by", &[("labels", &labels), ("by", &row_head)]);
        let caption = call.title.clone().unwrap_or_else(caption);
        let mut rules = Vec::new();
        for columns in &columns {
            let first = rules.len();
            let parts = columns.heads.len() - 1;
            rules.extend(std::iter::repeat_n(ColumnRule::Counted, parts));
            rules.push(match parts {
                0 => ColumnRule::Counted,
                parts => ColumnRule::Sum(first..first + parts),
            });
        }
        let head = std::iter::once(row_head).chain(columns.iter().flat_map(|columns| columns.heads.clone()));
        let head = head.collect();
        if *total {
            rows.push(FigureTableRow {
                key: String::new(),
                label: self.locale.get("sum").to_owned(),
                url: None,
                anchor: String::new(),
                values: columns.iter().flat_map(|columns| columns.totals.clone()).collect(),
                is_total: true,
            });
        }
        Some(FigureTable {
            caption,
            head,
            columns: rules,
            rows,
            notes,
        })
    }

    fn metric_label(&self, metric: &'a Metric) -> &'a str {
        metric.label.get(&self.locale.language)
    }

    /// The columns of a metric: those of the parts by `split` that have a number, and that of the metric itself.
    pub(super) fn metric_columns(
        &self,
        call: &FigureCall<'a>,
        metric: &'a Metric,
        by: &Dimension,
        split: Option<&Dimension>,
        is_one_of_several: bool,
    ) -> MetricColumns<'a> {
        let figure = self.reports.called_figure(call, metric);
        let has_split = |split: &&Dimension| Dimension::names(metric, &self.reports.counts).contains(&split.name());
        let with_unit = |name: &str| {
            let unit = figure.metric.unit.get(&self.locale.language);
            match unit.is_empty() {
                true => name.to_owned(),
                false => report_text(self.reports.lang, "name-with-unit", &[("name", name), ("unit", unit)]),
            }
        };
        let label = figure.metric.label.get(&self.locale.language).to_owned();
        let Some(split) = split.filter(has_split) else {
            let rows = self.reports.parts(&figure, by).into_iter();
            return MetricColumns {
                rows: rows.map(|part| (part.clone(), vec![part.value])).collect(),
                heads: vec![with_unit(&label)],
                parts: Vec::new(),
                totals: vec![figure.value],
                figure,
            };
        };
        let measure = chart_measure(figure.metric, &self.locale.language);
        let crossed = self.reports.cross_breakdown(&figure, by, split);
        let is_used = |index: &usize| crossed.rows.iter().any(|(_, values)| measure.is_shown(values[*index]));
        let used: Vec<usize> = (0..crossed.columns.len()).filter(is_used).collect();
        let part_head = |index: &usize| {
            let part = self.reports.part_label(figure.metric, split, &crossed.columns[*index]);
            with_unit(&match is_one_of_several {
                true => report_text(
                    self.reports.lang,
                    "table-column",
                    &[("metric", &label), ("part", &part)],
                ),
                false => part,
            })
        };
        let mut heads: Vec<String> = used.iter().map(part_head).collect();
        heads.push(with_unit(&label));
        let mut totals: Vec<Option<Decimal>> = used.iter().map(|&index| crossed.columns[index].value).collect();
        totals.push(figure.value);
        let rows = crossed.rows.iter().map(|(part, values)| {
            let mut numbers: Vec<Option<Decimal>> = used.iter().map(|&index| values[index]).collect();
            numbers.push(part.value);
            (part.clone(), numbers)
        });
        MetricColumns {
            rows: rows.collect(),
            heads,
            parts: used.iter().map(|&index| crossed.columns[index].key.clone()).collect(),
            totals,
            figure,
        }
    }

    /// The rows of all metrics side by side. What does not give the field comes last.
    pub(super) fn joined_rows(&self, by: &Dimension, columns: &[MetricColumns<'a>]) -> Vec<FigureTableRow> {
        let mut rows: Vec<FigureTableRow> = Vec::new();
        for metric in columns {
            for (part, _) in &metric.rows {
                if rows.iter().any(|row| row.key == part.key) {
                    continue;
                }
                let (url, anchor) = self.part_page(by, &part.key).unzip();
                rows.push(FigureTableRow {
                    key: part.key.clone(),
                    label: self.reports.part_label(metric.figure.metric, by, part),
                    url,
                    anchor: anchor.unwrap_or_default(),
                    values: Vec::new(),
                    is_total: false,
                });
            }
        }
        rows.sort_by_key(|row| row.key.is_empty());
        for row in &mut rows {
            for metric in columns {
                match metric.rows.iter().find(|(part, _)| part.key == row.key) {
                    Some((_, values)) => row.values.extend(values),
                    None => {
                        let nothing = metric.figure.metric.value_of_nothing();
                        row.values.extend(metric.heads.iter().map(|_| nothing));
                    }
                }
            }
        }
        rows
    }

    /// Says that the rows of a metric do not add up to its figure. `None` when they do, and when nobody would add them up.
    fn sum_note(&self, columns: &MetricColumns<'a>, is_one_of_several: bool) -> Option<String> {
        let (figure, lang) = (&columns.figure, self.reports.lang);
        if chart_measure(figure.metric, &self.locale.language) == ChartMeasure::Separate {
            return None;
        }
        let sum = columns.rows.iter().filter_map(|(part, _)| part.value);
        let sum = sum.fold(Decimal::ZERO, Decimal::saturating_add);
        let key = match sum.cmp(&figure.value.unwrap_or_default()) {
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => "parts-more",
            std::cmp::Ordering::Less => "parts-fewer",
        };
        let total = format_amount(figure.value, figure.metric, lang);
        let note = report_text(lang, key, &[("total", &total)]);
        Some(match is_one_of_several {
            true => {
                let label = figure.metric.label.get(&self.locale.language);
                report_text(lang, "table-note", &[("label", label), ("note", &note)])
            }
            false => note,
        })
    }
}
