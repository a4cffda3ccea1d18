//! The charts of a statistics page.

use super::chart_data::{ChartData, ChartRow, ChartType};
use super::figures::Figures;
use crate::catalog::RecordId;
use crate::metrics::{Dimension, Period, PostStatus};
use crate::report::{DisplayedFigure, IssuedTable, REPORT_KIND};
use crate::schema::Taxonomy;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Charts of metrics by a field: metric, field, chart type.
const FIELD_CHARTS: [(&str, &str, ChartType); 5] = [
    ("volunteer.sessions", "theme", ChartType::Ranking),
    ("volunteer.sessions", "team", ChartType::Ranking),
    ("role-model.all", "honor_level", ChartType::Bars),
    ("coverage.all", "level", ChartType::Bars),
    ("study.all", "form", ChartType::Bars),
];
/// Metrics that are drawn by month as a line.
const MONTHLY_METRICS: [&str; 3] = ["volunteer.participants", "volunteer.hours", "video.all"];

impl<'a> Figures<'a> {
    /// Makes the charts of a period. Charts that contain only zeros are omitted.
    pub(crate) fn make_stats_charts(&self, period: Period) -> Vec<ChartData> {
        let issued = self.reports.issued(period).map(|issued| &issued.published);
        let mut charts = match issued.filter(|tables| !tables.is_empty()) {
            Some(tables) => tables
                .iter()
                .map(|table| self.issued_posts_chart(table, period))
                .collect(),
            None => self.posts_charts(period),
        };
        let calendar = charts.pop();
        for (id, field, form) in FIELD_CHARTS {
            charts.extend(self.metric_chart(id, Dimension::Field(field.to_owned()), form, period));
        }
        for id in MONTHLY_METRICS.into_iter().filter(|_| period.months().len() > 3) {
            charts.extend(self.metric_chart(id, Dimension::Month, ChartType::Lines, period));
        }
        charts.extend(calendar);
        charts.retain(|chart| {
            chart
                .rows
                .iter()
                .any(|row| row.values.iter().flatten().any(|value| !value.is_zero()))
        });
        charts
    }

    /// The charts of a period's published posts, as counted now: by month, kind, village and day.
    pub(super) fn posts_charts(&self, period: Period) -> Vec<ChartData> {
        let posts = self.counted_posts(period);
        let days = posts
            .iter()
            .filter_map(|&at| Some((self.catalog.records[at].meta.date?.date, Decimal::ONE)));
        vec![
            self.posts_by_month(&posts, period),
            self.posts_by_kind(&posts),
            self.posts_by_village(&posts, period),
            self.posts_calendar(days, period),
        ]
    }

    fn posts_calendar(&self, days: impl Iterator<Item = (Date, Decimal)>, period: Period) -> ChartData {
        let (label, unit) = (self.locale.get("posts_calendar"), self.locale.get("posts_unit"));
        self.daily_chart(label, unit, days, period)
    }

    /// A chart of published posts as issued.
    fn issued_posts_chart(&self, table: &IssuedTable, period: Period) -> ChartData {
        let values = |values: &[Decimal]| values.iter().copied().map(Some).collect();
        let row = |(key, label, numbers): &(String, String, Vec<Decimal>)| {
            let (url, anchor) = match table.name.as_str() {
                "by-month" => self.part_page(&Dimension::Month, key).unzip(),
                "by-village" => {
                    let by = Dimension::Field(Taxonomy::Villages.field().to_owned());
                    self.part_page(&by, key).unzip()
                }
                _ => (self.catalog.kinds.get(key).map(|_| self.links.kind(key)), None),
            };
            ChartRow {
                key: key.clone(),
                label: label.clone(),
                url,
                anchor: anchor.unwrap_or_default(),
                values: values(numbers),
            }
        };
        let rows = table.rows.iter().map(row).collect();
        let series = table.series.clone();
        match table.name.as_str() {
            "by-month" => self.posts_chart("by-month", "posts_by_month", "month", series, rows, ChartType::Bars),
            "by-kind" => self.posts_chart("by-kind", "posts_by_kind", "kind", series, rows, ChartType::Ranking),
            "by-village" => {
                let form = ChartType::Ranking;
                self.posts_chart("by-village", "posts_by_village", "village", series, rows, form)
            }
            _ => {
                let days = table.rows.iter();
                let days = days.filter_map(|(day, _, values)| Some((day.parse().ok()?, *values.first()?)));
                self.posts_calendar(days, period)
            }
        }
    }

    /// The published posts of a period that count, oldest first.
    fn counted_posts(&self, period: Period) -> Vec<RecordId> {
        let all = &self.reports.counts.posts.posts;
        // Posts are sorted oldest first; undated ones precede all others.
        let from = all.partition_point(|post| post.day().is_none_or(|day| day < period.first()));
        let to = all.partition_point(|post| post.day().is_none_or(|day| day <= period.last()));
        let posts = all[from..to]
            .iter()
            .filter(|post| post.status == PostStatus::Countable && post.record.kind != REPORT_KIND);
        posts.filter_map(|post| post.page).collect()
    }

    fn metric_chart(&self, id: &str, by: Dimension, form: ChartType, period: Period) -> Option<ChartData> {
        let counts = &self.reports.counts;
        let metric = counts.metrics.iter().find(|metric| metric.id == id)?;
        if let Dimension::Field(name) = &by {
            counts.field_of(metric, name)?;
        }
        let figure: DisplayedFigure<'a> = self.reports.displayed_figure(metric, period);
        Some(self.breakdown_chart(&figure, &by, None, form))
    }

    /// Posts by month, each month by kind.
    fn posts_by_month(&self, posts: &[RecordId], period: Period) -> ChartData {
        let kinds: Vec<&str> = self.kinds_present(posts);
        let months = period.months();
        let one_year = months.len() <= 12;
        let mut counts: BTreeMap<(Period, &str), usize> = BTreeMap::new();
        for record in posts.iter().map(|&at| &self.catalog.records[at]) {
            if let Some(moment) = record.meta.date {
                *counts.entry((Period::month_of(moment.date), &record.kind)).or_default() += 1;
            }
        }
        let rows = months.into_iter().map(|month| {
            let of_kind = |kind: &&str| Some(Decimal::from(counts.get(&(month, *kind)).copied().unwrap_or_default()));
            let (year, number) = (month.first().year(), month.first().month());
            let (url, anchor) = self.part_page(&Dimension::Month, &month.to_string()).unzip();
            ChartRow {
                key: month.to_string(),
                label: if one_year {
                    self.locale.month(year, number)
                } else {
                    month.label(self.reports.lang)
                },
                url,
                anchor: anchor.unwrap_or_default(),
                values: kinds.iter().map(of_kind).collect(),
            }
        });
        self.posts_chart(
            "by-month",
            "posts_by_month",
            "month",
            kinds
                .iter()
                .map(|kind| self.terms.kind_label(kind).to_owned())
                .collect(),
            rows.collect(),
            ChartType::Bars,
        )
    }

    fn posts_by_kind(&self, posts: &[RecordId]) -> ChartData {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for &at in posts {
            *counts.entry(&self.catalog.records[at].kind).or_default() += 1;
        }
        let rows = self.kinds_present(posts).into_iter().map(|kind| ChartRow {
            key: kind.to_owned(),
            label: self.terms.kind_label(kind).to_owned(),
            url: Some(self.links.kind(kind)),
            anchor: String::new(),
            values: vec![Some(counts.get(kind).copied().unwrap_or_default().into())],
        });
        let mut rows: Vec<ChartRow> = rows.collect();
        rows.sort_by(|a, b| b.values.cmp(&a.values));
        self.posts_chart(
            "by-kind",
            "posts_by_kind",
            "kind",
            vec![self.locale.get("posts_by_kind").to_owned()],
            rows,
            ChartType::Ranking,
        )
    }

    /// Posts by village: all villages in force at the end of the period, and those with posts.
    fn posts_by_village(&self, posts: &[RecordId], period: Period) -> ChartData {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for &at in posts {
            if let Some(village) = &self.catalog.records[at].meta.village {
                *counts.entry(village).or_default() += 1;
            }
        }
        let rows = self
            .catalog
            .rosters
            .get(Taxonomy::Villages.name())
            .map_or(&[][..], |roster| roster.rows())
            .iter();
        let listed = rows.filter(|row| row.is_in_force(period.last()) || counts.contains_key(row.id.as_str()));
        let rows = listed.map(|row| ChartRow {
            key: row.id.clone(),
            label: row.name.clone(),
            url: Some(self.links.term(Taxonomy::Villages, &row.id)),
            anchor: String::new(),
            values: vec![Some(counts.get(row.id.as_str()).copied().unwrap_or_default().into())],
        });
        let mut rows: Vec<ChartRow> = rows.collect();
        rows.sort_by(|a, b| b.values.cmp(&a.values));
        self.posts_chart(
            "by-village",
            "posts_by_village",
            "village",
            vec![self.locale.get("posts_by_village").to_owned()],
            rows,
            ChartType::Ranking,
        )
    }

    fn posts_chart(
        &self,
        name: &str,
        title: &str,
        row_head: &str,
        series: Vec<String>,
        rows: Vec<ChartRow>,
        form: ChartType,
    ) -> ChartData {
        let (label, unit) = (self.locale.get(title), self.locale.get("posts_unit"));
        ChartData {
            name: name.to_owned(),
            title: self.chart_title(label, self.locale.get(row_head), &rows, &|most| {
                self.amount_with_unit(most, unit)
            }),
            unit: unit.to_owned(),
            row_head: self.locale.get(row_head).to_owned(),
            series,
            rows,
            chart_type: form,
        }
    }

    /// Amounts by day, as a calendar of `period`. Amounts of the same day are added.
    pub(crate) fn daily_chart(
        &self,
        label: &str,
        unit: &str,
        days: impl Iterator<Item = (Date, Decimal)>,
        period: Period,
    ) -> ChartData {
        let mut of_day: BTreeMap<Date, Decimal> = BTreeMap::new();
        for (day, amount) in days {
            let sum = of_day.entry(day).or_default();
            *sum = sum.saturating_add(amount);
        }
        let rows = of_day.into_iter().map(|(day, amount)| ChartRow {
            key: day.to_string(),
            label: day.to_string(),
            url: None,
            anchor: String::new(),
            values: vec![Some(amount)],
        });
        ChartData {
            name: "by-day".to_owned(),
            title: label.to_owned(),
            unit: unit.to_owned(),
            row_head: self.locale.get("day").to_owned(),
            series: vec![label.to_owned()],
            rows: rows.collect(),
            chart_type: ChartType::Calendar(period),
        }
    }

    /// The ids of the kinds that occur among `posts`, in the order of the kinds.
    fn kinds_present(&self, posts: &[RecordId]) -> Vec<&'a str> {
        let present: BTreeSet<&str> = posts.iter().map(|&at| self.catalog.records[at].kind.as_str()).collect();
        self.catalog
            .kinds
            .iter()
            .map(|kind| kind.id.as_str())
            .filter(|id| present.contains(id))
            .collect()
    }
}
