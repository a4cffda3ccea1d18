//! The pages of figures that exist.

use super::unnamed::refers_to;
use crate::fingerprint::FingerprintHasher;
use crate::metrics::{Dimension, FigureFilter, Metric, Period, Source};
use crate::report::{FigureCall, REPORT_KIND, Reports};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

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
    /// The parts of figures that texts show and that have a page with their evidence, by period, metric and slug.
    pub parts: BTreeMap<(Period, &'a str, String), Vec<FigureFilter>>,
    /// The same figures as period and metric id, for lookups.
    pub(super) evidence_keys: BTreeSet<(Period, &'a str)>,
}

impl<'a> FigurePages<'a> {
    /// The pages of `reports`. Values of `unnamed` rosters, which are people, get none.
    pub(super) fn new(reports: &Reports<'a>, unnamed: &BTreeSet<String>) -> Self {
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
            parts: called_parts(reports, unnamed),
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

/// The parts of figures that calls in texts name. A quotient has none: its page links to those of its operands.
fn called_parts<'a>(
    reports: &Reports<'a>,
    unnamed: &BTreeSet<String>,
) -> BTreeMap<(Period, &'a str, String), Vec<FigureFilter>> {
    let names_people = |metric: &Metric, one: &FigureFilter| match &one.by {
        Dimension::Field(name) => {
            let field = reports.counts.field_of(metric, name);
            field.is_some_and(|field| refers_to(&field.ty, unnamed))
        }
        Dimension::Month | Dimension::Kind => false,
    };
    let parts = |call: &FigureCall<'a>| {
        let (period, filter) = (call.period, in_order(&call.narrowed_to()));
        let metrics = match filter.is_empty() {
            true => Vec::new(),
            false => call.metrics(),
        };
        let is_shown =
            |metric: &&Metric| metric.operands().is_none() && !filter.iter().any(|one| names_people(metric, one));
        let metrics = metrics.into_iter().filter(is_shown);
        let slug = part_slug(&filter);
        let part = |metric: &'a Metric| ((period, metric.id.as_str(), slug.clone()), filter.clone());
        metrics.map(part).collect::<Vec<_>>()
    };
    reports.written_calls().flat_map(parts).collect()
}

/// The last part of the address of a part's evidence. The order in which values were written does not matter.
pub(super) fn part_slug(filter: &[FigureFilter]) -> String {
    let mut hasher = FingerprintHasher::default();
    for one in in_order(filter) {
        hasher.text(one.by.name());
        hasher.number(one.keys.len() as u64);
        one.keys.iter().for_each(|key| hasher.text(key));
    }
    format!("part-{:016x}", hasher.finish())
}

/// The same values in one order.
fn in_order(filter: &[FigureFilter]) -> Vec<FigureFilter> {
    let sorted = |one: &FigureFilter| {
        let mut keys = one.keys.clone();
        keys.sort();
        keys.dedup();
        FigureFilter {
            by: one.by.clone(),
            keys,
        }
    };
    let mut all: Vec<FigureFilter> = filter.iter().map(sorted).collect();
    all.sort_by(|one, other| (one.by.name(), &one.keys).cmp(&(other.by.name(), &other.keys)));
    all
}
