//! The breakdown of a figure: the numbers of its parts, with the pages that list their posts.

use super::chart_data::{ChartData, ChartMeasure, ChartRow, ChartType};
use super::figures::Figures;
use super::words::ChartSubject;
use crate::catalog::RecordId;
use crate::metrics::{Dimension, Metric, Period};
use crate::paths::UrlPath;
use crate::report::{CrossBreakdown, DisplayedFigure, FigurePart, field_label, format_amount};
use crate::schema::Taxonomy;
use rust_decimal::Decimal;

impl<'a> Figures<'a> {
    /// The chart of a figure's parts: one row for each part, with one series for each part of `split`.
    #[must_use]
    pub fn breakdown_chart(
        &self,
        figure: &DisplayedFigure<'a>,
        by: &Dimension,
        split: Option<&Dimension>,
        form: ChartType,
    ) -> ChartData {
        let metric = figure.metric;
        let label = metric.label.get(&self.locale.language);
        let measure = chart_measure(metric, &self.locale.language);
        let split = split.and_then(|split| self.split_rows(figure, by, split, &measure));
        let (series, rest_series, mut rows) = split.unwrap_or_else(|| {
            let parts = self.reports.parts(figure, by).into_iter();
            let rows = parts.map(|part| self.chart_row(metric, by, &part, vec![part.value]));
            (vec![label.to_owned()], None, rows.collect())
        });
        if form == ChartType::Ranking {
            sort_largest_first(&mut rows);
        }
        rows.sort_by_key(|row| row.is_rest);
        let data = ChartData {
            name: format!("{}-by-{}", metric.id.replace('.', "-"), by.name()),
            title: String::new(),
            desc: String::new(),
            note: None,
            unit: metric.unit.get(&self.locale.language).to_owned(),
            measure,
            total: figure.value,
            row_head: self.dimension_label(metric, by),
            series,
            rest_series,
            rows,
            chart_type: form,
        };
        let amount = |value| format_amount(value, metric, self.reports.lang);
        self.with_words(data, &ChartSubject { label, amount: &amount })
    }

    /// The series, the index of the one that holds what does not give the field, and the rows of a figure's parts, each
    /// broken down by `split`; `None` when there is nothing to show.
    fn split_rows(
        &self,
        figure: &DisplayedFigure<'a>,
        by: &Dimension,
        split: &Dimension,
        measure: &ChartMeasure,
    ) -> Option<(Vec<String>, Option<usize>, Vec<ChartRow>)> {
        let metric = figure.metric;
        let CrossBreakdown { columns, rows } = self.reports.cross_breakdown(figure, by, split);
        let is_used = |index: &usize| rows.iter().any(|(_, values)| measure.is_shown(values[*index]));
        let used: Vec<usize> = (0..columns.len()).filter(is_used).collect();
        let pick = |values: &[Option<Decimal>]| used.iter().map(|&index| values[index]).collect::<Vec<_>>();
        let names = used
            .iter()
            .map(|&index| self.reports.part_label(metric, split, &columns[index]));
        let rows = rows
            .iter()
            .map(|(part, values)| self.chart_row(metric, by, part, pick(values)));
        let rest = used.iter().position(|&index| columns[index].key.is_empty());
        (!used.is_empty()).then(|| (names.collect(), rest, rows.collect()))
    }

    fn chart_row(&self, metric: &Metric, by: &Dimension, part: &FigurePart, values: Vec<Option<Decimal>>) -> ChartRow {
        let (url, anchor) = self.part_page(by, &part.key).unzip();
        ChartRow {
            key: part.key.clone(),
            label: self.reports.part_label(metric, by, part),
            url,
            anchor: anchor.unwrap_or_default(),
            is_rest: part.key.is_empty(),
            values,
            total: part.value,
        }
    }

    /// The address and anchor of the page that lists the posts of a part; `None` when there is none.
    pub(crate) fn part_page(&self, by: &Dimension, key: &str) -> Option<(UrlPath, String)> {
        let catalog = self.catalog;
        match by {
            Dimension::Month => {
                let Some(Period::Month(year, month)) = Period::parse(key) else {
                    return None;
                };
                let posts: &[RecordId] = catalog.years.get(&year)?;
                let in_month = |&at: &RecordId| {
                    catalog.records[at]
                        .meta
                        .date
                        .is_some_and(|moment| moment.date.month() == month)
                };
                let url = UrlPath::folder(&format!("archive/{year}"));
                posts.iter().any(in_month).then(|| (url, format!("#m{month}")))
            }
            Dimension::Kind => Some((self.links.kind(key), String::new())),
            Dimension::Field(name) => {
                let taxonomy = Taxonomy::of_field(name)?;
                let is_known = match taxonomy {
                    Taxonomy::Tags => catalog.tags.contains_key(key),
                    Taxonomy::Villages | Taxonomy::Teams => catalog.rosters.get(taxonomy.name())?.by_id(key).is_some(),
                };
                is_known.then(|| (self.links.term(taxonomy, key), String::new()))
            }
        }
    }

    /// The label of a dimension: 月份, or the field's name.
    pub(crate) fn dimension_label(&self, metric: &Metric, by: &Dimension) -> String {
        match by {
            Dimension::Month | Dimension::Kind => self.locale.get(by.name()).to_owned(),
            Dimension::Field(name) if metric.is_stock() => {
                let own = self.locale.by_key.get(&format!("roster_{name}"));
                let label = || field_label(&self.reports.counts, metric, name, self.reports.lang);
                own.map_or_else(|| label().to_owned(), String::clone)
            }
            Dimension::Field(name) => field_label(&self.reports.counts, metric, name, self.reports.lang).to_owned(),
        }
    }
}

/// Sorts rows by their value. The sort is stable: equal rows keep the roster's order. Rows without a value come last.
pub(super) fn sort_largest_first(rows: &mut [ChartRow]) {
    rows.sort_by_key(|row| std::cmp::Reverse(row.total));
}

/// Whether the numbers of a metric's parts are amounts, which people add up.
pub(super) fn chart_measure(metric: &Metric, language: &str) -> ChartMeasure {
    match metric.value_of_nothing().filter(|_| !metric.is_at_end()) {
        Some(_) => ChartMeasure::Amounts {
            total: metric.label.get(language).to_owned(),
        },
        None => ChartMeasure::Separate,
    }
}
