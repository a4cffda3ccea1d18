//! The breakdown of a figure: the numbers of its parts, with the pages that list their posts.

use super::chart_data::{ChartData, ChartRow, ChartType, row_total};
use super::figures::Figures;
use crate::catalog::RecordId;
use crate::messages::Lang;
use crate::metrics::{Dimension, Metric, Period};
use crate::paths::UrlPath;
use crate::report::{DisplayedFigure, format_number};
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
        let label = metric.label.get(&self.locale.language).to_owned();
        let (series, mut rows): (Vec<String>, Vec<ChartRow>) = match split {
            None => {
                let parts = self.reports.parts(figure, by).into_iter();
                let rows = parts.map(|part| self.chart_row(by, part.key, part.label, vec![part.value]));
                (vec![label.clone()], rows.collect())
            }
            Some(split) => {
                let crossed = self.reports.cross_breakdown(figure, by, split);
                let columns = crossed.columns;
                let used: Vec<usize> = (0..columns.len())
                    .filter(|&index| !columns[index].value.unwrap_or_default().is_zero())
                    .collect();
                let pick = |values: &[Option<Decimal>]| used.iter().map(|&index| values[index]).collect::<Vec<_>>();
                let names = used.iter().map(|&index| self.part_label(&columns[index].label));
                let rows = crossed
                    .rows
                    .into_iter()
                    .map(|(part, values)| self.chart_row(by, part.key, part.label, pick(&values)));
                (names.collect(), rows.collect())
            }
        };
        if form == ChartType::Ranking {
            // The sort is stable: equal rows keep the roster's order.
            rows.sort_by_key(|row| std::cmp::Reverse(row_total(row)));
        }
        ChartData {
            name: format!("{}-by-{}", metric.id.replace('.', "-"), by.name()),
            title: self.chart_title(&label, &self.dimension_label(metric, by), &rows, &|most| {
                crate::report::format_amount(most, metric, self.reports.lang)
            }),
            unit: metric.unit.get(&self.locale.language).to_owned(),
            row_head: self.dimension_label(metric, by),
            series,
            rows,
            chart_type: form,
        }
    }

    fn chart_row(&self, by: &Dimension, key: String, label: String, values: Vec<Option<Decimal>>) -> ChartRow {
        let (url, anchor) = self
            .part_page(by, &key)
            .map_or((None, String::new()), |(url, anchor)| (Some(url), anchor));
        ChartRow {
            label: self.part_label(&label),
            url,
            anchor,
            values,
        }
    }

    /// The label of a part. The part of posts without the field gets the theme's word for "not given".
    fn part_label(&self, label: &str) -> String {
        if label.is_empty() {
            self.locale.get("not_given").to_owned()
        } else {
            label.to_owned()
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
            Dimension::Field(name) => match self.reports.counts.field_of(metric, name) {
                Some(field) => field.labels.get(&self.locale.language).to_owned(),
                None => self
                    .locale
                    .by_key
                    .get(&format!("roster_{name}"))
                    .unwrap_or(name)
                    .clone(),
            },
        }
    }

    /// A number with its unit, for numbers that do not belong to a metric.
    pub(crate) fn amount_with_unit(&self, value: Decimal, unit: &str) -> String {
        match self.reports.lang {
            Lang::Zh => format_number(value) + unit,
            Lang::En => format!("{} {unit}", format_number(value)),
        }
    }

    /// A title that states the main point: which part is the largest.
    pub(crate) fn chart_title(
        &self,
        label: &str,
        dimension: &str,
        rows: &[ChartRow],
        amount: &dyn Fn(Decimal) -> String,
    ) -> String {
        let most = rows.iter().filter_map(row_total).max().unwrap_or_default();
        if most.is_zero() {
            return self
                .locale
                .fill("chart_nothing", &[("label", label), ("by", dimension)]);
        }
        let first: Vec<&str> = rows
            .iter()
            .filter(|row| row_total(row) == Some(most))
            .map(|row| row.label.as_str())
            .collect();
        let amount_text = amount(most);
        let values = [("label", label), ("by", dimension), ("amount", amount_text.as_str())];
        // More than three names would only repeat the chart.
        if first.len() > 3 {
            let count = first.len().to_string();
            return self
                .locale
                .fill("chart_many", &[&values[..], &[("n", count.as_str())]].concat());
        }
        let names = first.join(self.locale.get("list_comma"));
        self.locale
            .fill("chart_point", &[&values[..], &[("names", names.as_str())]].concat())
    }
}
