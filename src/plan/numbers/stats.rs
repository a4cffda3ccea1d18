//! The charts of a statistics page.

use super::super::Site;
use super::data::{ChartData, Form, Row};
use crate::catalog::RecordIndex;
use crate::metrics::{Dimension, Period, Status};
use crate::report::{REPORT, Shown};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Charts of metrics by a field: metric, field, and how they are drawn.
const OF_METRICS: [(&str, &str, Form); 5] = [
    ("volunteer.sessions", "theme", Form::Ranking),
    ("volunteer.sessions", "team", Form::Ranking),
    ("role-model.all", "honor_level", Form::Bars),
    ("coverage.all", "level", Form::Bars),
    ("study.all", "form", Form::Bars),
];
/// Metrics whose months are drawn as a line.
const BY_MONTH: [&str; 3] = ["volunteer.participants", "volunteer.hours", "video.all"];

impl<'a> Site<'a> {
    /// Makes the charts of a period; those without any number are left out.
    pub(in crate::plan) fn make_stats_charts(&self, period: Period) -> Vec<ChartData> {
        let posts = self.posts_in(period);
        let mut charts = vec![
            self.posts_by_month(&posts, period),
            self.posts_by_kind(&posts),
            self.posts_by_village(&posts, period),
        ];
        for (id, field, form) in OF_METRICS {
            charts.extend(self.metric_chart(id, Dimension::Field(field.to_owned()), form, period));
        }
        for id in BY_MONTH.into_iter().filter(|_| period.months().len() > 3) {
            charts.extend(self.metric_chart(id, Dimension::Month, Form::Lines, period));
        }
        let days = posts
            .iter()
            .filter_map(|&at| Some((self.record(at).meta.date?.date, Decimal::ONE)));
        let mut calendar = self.days_data(
            self.words.get("posts_calendar"),
            self.words.get("posts_unit"),
            days,
            period,
        );
        calendar.name = "by-day".to_owned();
        charts.push(calendar);
        charts.retain(|chart| {
            chart
                .rows
                .iter()
                .any(|row| row.values.iter().any(|value| !value.is_zero()))
        });
        charts
    }

    /// The published posts of a period that count, oldest first.
    fn posts_in(&self, period: Period) -> Vec<RecordIndex> {
        let items = &self.reports().counts.pool.items;
        // Oldest first, undated ones before all others.
        let from = items.partition_point(|post| post.day().is_none_or(|day| day < period.first()));
        let to = items.partition_point(|post| post.day().is_none_or(|day| day <= period.last()));
        let posts = items[from..to]
            .iter()
            .filter(|post| post.status == Status::Counts && post.record.kind != REPORT);
        posts.filter_map(|post| post.page).collect()
    }

    fn metric_chart(&self, id: &str, by: Dimension, form: Form, period: Period) -> Option<ChartData> {
        let counts = &self.reports().counts;
        let metric = counts.metrics.iter().find(|metric| metric.id == id)?;
        if let Dimension::Field(name) = &by {
            counts.field_of(metric, name)?;
        }
        let shown: Shown<'a> = self.reports().shown(metric, period);
        Some(self.parts_data(&shown, &by, None, form))
    }

    /// Posts by month, each month by kind.
    fn posts_by_month(&self, posts: &[RecordIndex], period: Period) -> ChartData {
        let kinds: Vec<&str> = self.kinds_of(posts);
        let months = period.months();
        let one_year = months.len() <= 12;
        let mut counts: BTreeMap<(Period, &str), usize> = BTreeMap::new();
        for record in posts.iter().map(|&at| self.record(at)) {
            if let Some(moment) = record.meta.date {
                *counts.entry((Period::month_of(moment.date), &record.kind)).or_default() += 1;
            }
        }
        let rows = months.into_iter().map(|month| {
            let of_kind = |kind: &&str| Decimal::from(counts.get(&(month, *kind)).copied().unwrap_or_default());
            let (year, number) = (month.first().year(), month.first().month());
            let (url, anchor) = self.page_of(&Dimension::Month, &month.to_string()).unzip();
            Row {
                label: if one_year {
                    self.words.month(year, number)
                } else {
                    month.label(self.reports().lang)
                },
                url,
                anchor: anchor.unwrap_or_default(),
                values: kinds.iter().map(of_kind).collect(),
            }
        });
        self.posts_data(
            "by-month",
            "posts_by_month",
            "month",
            kinds.iter().map(|kind| self.kind_label(kind)).collect(),
            rows.collect(),
            Form::Bars,
        )
    }

    fn posts_by_kind(&self, posts: &[RecordIndex]) -> ChartData {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for &at in posts {
            *counts.entry(&self.record(at).kind).or_default() += 1;
        }
        let rows = self.kinds_of(posts).into_iter().map(|kind| Row {
            label: self.kind_label(kind),
            url: Some(self.kind_address(kind)),
            anchor: String::new(),
            values: vec![counts.get(kind).copied().unwrap_or_default().into()],
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_by(|a, b| b.values.cmp(&a.values));
        self.posts_data(
            "by-kind",
            "posts_by_kind",
            "kind",
            vec![self.words.get("posts_by_kind").to_owned()],
            rows,
            Form::Ranking,
        )
    }

    /// All villages in force, with their posts.
    fn posts_by_village(&self, posts: &[RecordIndex], period: Period) -> ChartData {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for &at in posts {
            if let Some(village) = &self.record(at).meta.village {
                *counts.entry(village).or_default() += 1;
            }
        }
        let rows = self
            .catalog
            .rosters
            .get("villages")
            .map_or(&[][..], |roster| roster.rows())
            .iter();
        let there = rows.filter(|row| row.in_force(period.last()) || counts.contains_key(row.id.as_str()));
        let rows = there.map(|row| Row {
            label: row.name.clone(),
            url: Some(self.term_address("villages", &row.id)),
            anchor: String::new(),
            values: vec![counts.get(row.id.as_str()).copied().unwrap_or_default().into()],
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_by(|a, b| b.values.cmp(&a.values));
        self.posts_data(
            "by-village",
            "posts_by_village",
            "village",
            vec![self.words.get("posts_by_village").to_owned()],
            rows,
            Form::Ranking,
        )
    }

    fn posts_data(
        &self,
        name: &str,
        title: &str,
        row_head: &str,
        series: Vec<String>,
        rows: Vec<Row>,
        form: Form,
    ) -> ChartData {
        let (label, unit) = (self.words.get(title), self.words.get("posts_unit"));
        ChartData {
            name: name.to_owned(),
            title: self.point(label, self.words.get(row_head), &rows, &|most| {
                self.amount_of(most, unit)
            }),
            unit: unit.to_owned(),
            row_head: self.words.get(row_head).to_owned(),
            series,
            rows,
            form,
        }
    }

    /// Numbers by day, as a calendar of `period`.
    pub(super) fn days_data(
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
        let rows = of_day.into_iter().map(|(day, amount)| Row {
            label: day.to_string(),
            url: None,
            anchor: String::new(),
            values: vec![amount],
        });
        ChartData {
            name: "by-day".to_owned(),
            title: label.to_owned(),
            unit: unit.to_owned(),
            row_head: self.words.get("day").to_owned(),
            series: vec![label.to_owned()],
            rows: rows.collect(),
            form: Form::Calendar(period),
        }
    }

    /// The kinds of some posts, in the order of the kinds.
    fn kinds_of(&self, posts: &[RecordIndex]) -> Vec<&'a str> {
        let there: BTreeSet<&str> = posts.iter().map(|&at| self.record(at).kind.as_str()).collect();
        self.catalog
            .kinds
            .iter()
            .map(|kind| kind.id.as_str())
            .filter(|id| there.contains(id))
            .collect()
    }

    fn kind_label(&self, kind: &str) -> String {
        self.catalog
            .kinds
            .get(kind)
            .map_or(kind, |kind| kind.labels.get(self.language()))
            .to_owned()
    }
}
