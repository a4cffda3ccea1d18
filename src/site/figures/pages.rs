//! The pages of figures that exist.

use crate::metrics::{Metric, Period, Source};
use crate::report::{FigureCall, REPORT_KIND, Reports};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The pages of figures that exist.
#[derive(Debug)]
pub(crate) struct FigurePages<'a> {
    /// Years, halves and quarters with posts that count: each year followed by its parts, the latest year first.
    pub stats_periods: Vec<Period>,
    /// The metrics at the top of statistics pages.
    pub headline_metrics: Vec<&'a Metric>,
    /// The figures that have a page with their evidence, by period.
    pub evidence: BTreeMap<Period, Vec<&'a Metric>>,
    /// The finished half-years and years whose report the site's policy does not ask for.
    pub absent_reports: BTreeSet<Period>,
    /// The same figures as period and metric id, for lookups.
    pub(super) evidence_keys: BTreeSet<(Period, &'a str)>,
}

impl<'a> FigurePages<'a> {
    pub(super) fn new(reports: &Reports<'a>) -> Self {
        let counts = &reports.counts;
        let days = counts.posts.days_excluding_kind(REPORT_KIND);
        let posts_of = |metric: &&Metric| match &counts.subject(metric).source {
            Source::Kinds(kinds) => kinds.iter().any(|kind| counts.posts.order.by_kind.contains_key(kind)),
            Source::Roster(roster) => counts.catalog.rosters.get(roster).is_some(),
            Source::Metrics(_) => false,
        };
        let headline: Vec<&Metric> = counts
            .metrics
            .iter()
            .filter(|metric| metric.headline)
            .filter(posts_of)
            .collect();
        // An issued period keeps its page when its posts are gone.
        let issued = reports.issued_stats_periods();
        let stats = periods_with_posts(&days, &issued);
        // The page of a quotient links to those of the figures that it divides.
        let mut with_operands = headline.clone();
        counts.add_operands(&mut with_operands);
        let mut evidence: BTreeMap<Period, Vec<&Metric>> =
            stats.iter().map(|&period| (period, with_operands.clone())).collect();
        for (period, metric) in called_figures(reports) {
            let known = evidence.entry(period).or_default();
            if known.iter().all(|known| known.id != metric.id) {
                known.push(metric);
            }
        }
        for report in &reports.all {
            evidence.insert(report.period, counts.metrics.iter().collect());
        }
        let known = evidence
            .iter()
            .flat_map(|(&period, metrics)| metrics.iter().map(move |metric| (period, metric.id.as_str())))
            .collect();
        Self {
            stats_periods: stats,
            headline_metrics: headline,
            evidence,
            absent_reports: reports.absent_periods(),
            evidence_keys: known,
        }
    }

    /// Whether there is a statistics page for `period`.
    pub(crate) fn has_stats_page(&self, period: Period) -> bool {
        self.stats_periods.contains(&period)
    }
}

/// Each year with posts or an issued page, followed by its halves and quarters with posts; the latest year first.
fn periods_with_posts(days: &BTreeSet<Date>, issued: &BTreeSet<Period>) -> Vec<Period> {
    let years = days.iter().map(|day| day.year());
    let years: BTreeSet<i16> = years.chain(issued.iter().map(|period| period.first().year())).collect();
    let has_posts = |period: &Period| days.range(period.first()..=period.last()).next().is_some();
    let has = |period: &Period| has_posts(period) || issued.contains(period);
    let of_year = |year: i16| {
        let parts = [
            Period::Year(year),
            Period::Half(year, 1),
            Period::Quarter(year, 1),
            Period::Quarter(year, 2),
            Period::Half(year, 2),
            Period::Quarter(year, 3),
            Period::Quarter(year, 4),
        ];
        parts.into_iter().filter(has).collect::<Vec<_>>()
    };
    years.into_iter().rev().flat_map(of_year).collect()
}

/// The figures that calls in texts name. They get evidence even when their period has no page.
fn called_figures<'a>(reports: &Reports<'a>) -> Vec<(Period, &'a Metric)> {
    let figures = |call: &FigureCall<'a>| {
        let mut metrics = call.metrics();
        reports.counts.add_operands(&mut metrics);
        let period = call.period;
        metrics.into_iter().map(move |metric| (period, metric))
    };
    reports.written_calls().flat_map(figures).collect()
}
