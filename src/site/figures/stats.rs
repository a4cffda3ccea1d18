//! The charts of a statistics page.

use super::super::locale::Locale;
use super::breakdown::sort_largest_first;
use super::chart_data::{ChartData, ChartMeasure, ChartRow, ChartType};
use super::figures::Figures;
use super::words::ChartSubject;
use crate::catalog::RecordId;
use crate::messages::{Lang, raw_report_text, report_text};
use crate::metrics::{Dimension, Period, PostStatus};
use crate::paths::UrlPath;
use crate::report::{DisplayedFigure, IssuedTable, REPORT_KIND, format_number};
use crate::schema::Taxonomy;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

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
            let mut values = chart.rows.iter().flat_map(|row| row.values.iter().flatten());
            values.any(|value| !value.is_zero())
        });
        charts
    }

    /// The charts of a period's published posts, as counted now: by month, kind, village and day.
    pub(super) fn posts_charts(&self, period: Period) -> Vec<ChartData> {
        let posts = self.group_posts(&self.counted_posts(period));
        vec![
            self.posts_by_month(&posts, period),
            self.posts_by_kind(&posts),
            self.posts_by_village(&posts, period),
            self.posts_calendar(&posts, period),
        ]
    }

    /// The numbers of `posts`, which are in the order of their days.
    fn group_posts(&self, posts: &[RecordId]) -> PostCounts<'a> {
        let mut counts = PostCounts {
            all: posts.len(),
            ..PostCounts::default()
        };
        for &at in posts {
            let record = &self.catalog.records[at];
            let kind = record.kind.as_str();
            *counts.of_kind.entry(kind).or_default() += 1;
            if let Some(village) = &record.meta.village {
                *counts.of_village.entry(village).or_default() += 1;
            }
            let Some(day) = record.meta.date.map(|moment| moment.date) else {
                continue;
            };
            let month = (day.year(), day.month());
            *counts.of_month_and_kind.entry((month, kind)).or_default() += 1;
            match counts.of_day.last_mut() {
                Some((last, count)) if *last == day => *count += 1,
                _ => counts.of_day.push((day, 1)),
            }
        }
        counts
    }

    /// A chart of published posts as issued.
    fn issued_posts_chart(&self, table: &IssuedTable, period: Period) -> ChartData {
        let locale = &self.locale;
        let chart = match table.name.as_str() {
            "by-month" => PostsChart::by_month(Vec::new()),
            "by-kind" => PostsChart::ranking("by-kind", "posts_by_kind", "kind", locale),
            "by-village" => PostsChart::ranking("by-village", "posts_by_village", "village", locale),
            _ => PostsChart::calendar(period, locale),
        };
        let row = |(key, label, numbers): &(String, String, Vec<Decimal>)| {
            let (url, anchor) = match chart.name {
                "by-month" => self.part_page(&Dimension::Month, key).unzip(),
                "by-village" => {
                    let by = Dimension::Field(Taxonomy::Villages.field().to_owned());
                    self.part_page(&by, key).unzip()
                }
                "by-kind" => (self.catalog.kinds.get(key).map(|_| self.links.kind(key)), None),
                _ => (None, None),
            };
            ChartRow {
                key: key.clone(),
                label: label.clone(),
                url,
                anchor: anchor.unwrap_or_default(),
                is_rest: key.is_empty(),
                values: numbers.iter().copied().map(Some).collect(),
                total: Some(sum(numbers.iter())),
            }
        };
        let rows = table.rows.iter().map(row).collect();
        let series = table.series.clone();
        self.posts_chart(PostsChart { series, ..chart }, rows, table.total)
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
    fn posts_by_month(&self, posts: &PostCounts<'a>, period: Period) -> ChartData {
        let kinds: Vec<&str> = self.kinds_present(posts);
        let months = period.months();
        let one_year = months.len() <= 12;
        let rows = months.into_iter().map(|month| {
            let (year, number) = (month.first().year(), month.first().month());
            let of_kind = |kind: &&str| posts.of_month_and_kind.get(&((year, number), *kind)).copied();
            let of_kinds: Vec<usize> = kinds.iter().map(|kind| of_kind(kind).unwrap_or_default()).collect();
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
                is_rest: false,
                total: Some(of_kinds.iter().sum::<usize>().into()),
                values: of_kinds.into_iter().map(|count| Some(count.into())).collect(),
            }
        });
        let names = kinds.iter().map(|kind| self.terms.kind_label(kind).to_owned());
        let chart = PostsChart::by_month(names.collect());
        self.posts_chart(chart, rows.collect(), posts.all.into())
    }

    fn posts_by_kind(&self, posts: &PostCounts<'a>) -> ChartData {
        let rows = self.kinds_present(posts).into_iter().map(|kind| {
            let count = posts.of_kind.get(kind).copied().unwrap_or_default();
            count_row(kind, self.terms.kind_label(kind), Some(self.links.kind(kind)), count)
        });
        let mut rows: Vec<ChartRow> = rows.collect();
        sort_largest_first(&mut rows);
        let chart = PostsChart::ranking("by-kind", "posts_by_kind", "kind", &self.locale);
        self.posts_chart(chart, rows, posts.all.into())
    }

    /// Posts by village: all villages in force at the end of the period, those with posts, and the posts without a
    /// village.
    fn posts_by_village(&self, posts: &PostCounts<'a>, period: Period) -> ChartData {
        let counts = &posts.of_village;
        let rows = self
            .catalog
            .rosters
            .get(Taxonomy::Villages.name())
            .map_or(&[][..], |roster| roster.rows())
            .iter();
        let listed = rows.filter(|row| row.is_in_force(period.last()) || counts.contains_key(row.id.as_str()));
        let rows = listed.map(|row| {
            let count = counts.get(row.id.as_str()).copied().unwrap_or_default();
            count_row(
                &row.id,
                &row.name,
                Some(self.links.term(Taxonomy::Villages, &row.id)),
                count,
            )
        });
        let mut rows: Vec<ChartRow> = rows.collect();
        sort_largest_first(&mut rows);
        let without = posts.all - counts.values().sum::<usize>();
        // A site without villages has no such chart.
        if without > 0 && !counts.is_empty() {
            let field = self.locale.get("village");
            rows.push(ChartRow {
                is_rest: true,
                ..count_row(
                    "",
                    &report_text(self.reports.lang, "not-stated", &[("field", field)]),
                    None,
                    without,
                )
            });
        }
        let chart = PostsChart::ranking("by-village", "posts_by_village", "village", &self.locale);
        self.posts_chart(chart, rows, posts.all.into())
    }

    fn posts_chart(&self, chart: PostsChart, rows: Vec<ChartRow>, total: Decimal) -> ChartData {
        let (label, unit) = (self.locale.get(chart.title), self.locale.get("posts_unit"));
        let data = ChartData {
            name: chart.name.to_owned(),
            title: String::new(),
            desc: String::new(),
            note: None,
            unit: unit.to_owned(),
            measure: ChartMeasure::Amounts {
                total: label.to_owned(),
            },
            total: Some(total),
            row_head: self.locale.get(chart.row_head).to_owned(),
            series: chart.series,
            rest_series: None,
            rows,
            chart_type: chart.form,
        };
        let amount = |value| self.posts_amount(value);
        self.with_words(data, &ChartSubject { label, amount: &amount })
    }

    /// A number of posts: `12篇`, `1 post`.
    fn posts_amount(&self, value: Decimal) -> String {
        let lang = self.reports.lang;
        let key = if value == Decimal::ONE {
            "unit-post"
        } else {
            "unit-posts"
        };
        let unit = raw_report_text(lang, key);
        match lang {
            Lang::Zh => format_number(value) + unit,
            Lang::En => format!("{} {unit}", format_number(value)),
        }
    }

    /// All posts by day.
    fn posts_calendar(&self, posts: &PostCounts<'a>, period: Period) -> ChartData {
        let days = posts.of_day.iter();
        let rows = days.map(|(day, count)| count_row(&day.to_string(), &day.to_string(), None, *count));
        let chart = PostsChart::calendar(period, &self.locale);
        self.posts_chart(chart, rows.collect(), posts.all.into())
    }

    /// The ids of the kinds that occur among `posts`, in the order of the kinds.
    fn kinds_present(&self, posts: &PostCounts<'a>) -> Vec<&'a str> {
        self.catalog
            .kinds
            .iter()
            .map(|kind| kind.id.as_str())
            .filter(|id| posts.of_kind.contains_key(id))
            .collect()
    }
}

fn sum<'n>(numbers: impl Iterator<Item = &'n Decimal>) -> Decimal {
    numbers.fold(Decimal::ZERO, |sum, number| sum.saturating_add(*number))
}

/// The numbers of the posts of a period.
#[derive(Default)]
struct PostCounts<'a> {
    all: usize,
    of_kind: FxHashMap<&'a str, usize>,
    /// By the village's id.
    of_village: FxHashMap<&'a str, usize>,
    /// By year and month, and the kind's id.
    of_month_and_kind: FxHashMap<((i16, i8), &'a str), usize>,
    /// Of each day with posts, in order.
    of_day: Vec<(Date, usize)>,
}

/// What distinguishes the charts of all posts. Texts are keys of the theme's words.
struct PostsChart {
    name: &'static str,
    title: &'static str,
    row_head: &'static str,
    series: Vec<String>,
    form: ChartType,
}

impl PostsChart {
    const fn by_month(series: Vec<String>) -> Self {
        Self {
            name: "by-month",
            title: "posts_by_month",
            row_head: "month",
            series,
            form: ChartType::Bars,
        }
    }

    fn calendar(period: Period, locale: &Locale) -> Self {
        Self {
            name: "by-day",
            title: "posts_calendar",
            row_head: "day",
            series: vec![locale.get("posts_calendar").to_owned()],
            form: ChartType::Calendar(period),
        }
    }

    fn ranking(name: &'static str, title: &'static str, row_head: &'static str, locale: &Locale) -> Self {
        Self {
            name,
            title,
            row_head,
            series: vec![locale.get(title).to_owned()],
            form: ChartType::Ranking,
        }
    }
}

fn count_row(key: &str, label: &str, url: Option<UrlPath>, count: usize) -> ChartRow {
    ChartRow {
        key: key.to_owned(),
        label: label.to_owned(),
        url,
        anchor: String::new(),
        is_rest: false,
        values: vec![Some(count.into())],
        total: Some(count.into()),
    }
}
