//! Figures on pages: which periods have pages, where a figure's evidence stands, and figures as templates see them.

mod calls;
mod chart_data;
mod stats;
mod values;

pub use calls::figure_call_args;
pub use chart_data::{ChartData, ChartRow, ChartType};
pub(crate) use values::LinkFn;

use super::Site;
use crate::metrics::{Metric, Period};
use crate::paths::UrlPath;
use crate::report::{REPORT_KIND, Report, ReportText, Reports, figure_calls, parse_call};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Which pages of figures there are.
#[derive(Debug)]
pub(crate) struct FigurePages<'a> {
    /// Years, halves and quarters with posts that count: each year followed by its parts, the latest year first.
    pub stats_periods: Vec<Period>,
    /// The metrics at the top of statistics pages.
    pub headline_metrics: Vec<&'a Metric>,
    /// The figures that have a page with their evidence, by period.
    pub evidence: BTreeMap<Period, Vec<&'a Metric>>,
    /// The same figures, to be asked for one by one.
    evidence_keys: BTreeSet<(Period, &'a str)>,
}

impl<'a> FigurePages<'a> {
    pub(crate) fn new(reports: &Reports<'a>) -> Self {
        let counts = &reports.counts;
        let days = counts.posts.days_excluding_kind(REPORT_KIND);
        let posts_of = |metric: &&Metric| match &metric.source {
            crate::metrics::Source::Kind(kind) => counts.posts.order.by_kind.contains_key(kind.as_str()),
            crate::metrics::Source::Roster(roster) => counts.catalog.rosters.get(roster).is_some(),
        };
        let headline: Vec<&Metric> = counts
            .metrics
            .iter()
            .filter(|metric| metric.headline)
            .filter(posts_of)
            .collect();
        let stats = periods_with_posts(&days);
        let mut evidence: BTreeMap<Period, Vec<&Metric>> =
            stats.iter().map(|&period| (period, headline.clone())).collect();
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
            evidence_keys: known,
        }
    }

    /// Whether there is a statistics page for `period`.
    pub(crate) fn has_stats_page(&self, period: Period) -> bool {
        self.stats_periods.contains(&period)
    }
}

/// Each year with posts, followed by its halves and quarters with posts; the latest year first.
fn periods_with_posts(days: &BTreeSet<Date>) -> Vec<Period> {
    let years: BTreeSet<i16> = days.iter().map(|day| day.year()).collect();
    let has = |period: &Period| days.range(period.first()..=period.last()).next().is_some();
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

/// The figures that texts call for by name of a period, whatever page it has.
fn called_figures<'a>(reports: &Reports<'a>) -> Vec<(Period, &'a Metric)> {
    let catalog = reports.counts.catalog;
    let records = catalog.records.iter().map(|record| (&record.body, Some(record)));
    let sections = catalog.sections.values().map(|section| (&section.body, None));
    records
        .chain(sections)
        .flat_map(|(body, record)| figure_calls(body).into_iter().map(move |made| (made, record)))
        .filter_map(|(made, record)| {
            let period = record.and_then(|record| Reports::period_of(record));
            parse_call(made, &reports.counts, period).ok()
        })
        .flat_map(|call| {
            let group = match call.kind {
                crate::report::CallKind::Table { group, .. } => group,
                _ => vec![call.metric],
            };
            group.into_iter().map(move |metric| (call.period, metric))
        })
        .collect()
}

impl<'a> Site<'a> {
    /// The address of a period's report.
    pub(crate) fn report_address(&self, period: Period) -> UrlPath {
        UrlPath::folder(&format!("reports/{}", period.slug()))
    }

    /// The day that a report carries: of its issue, else the post's; none for one that nobody issued.
    #[must_use]
    pub fn report_day(&self, report: &Report<'_>) -> Option<Date> {
        let written = match &report.text {
            ReportText::Written(at) => self.record(*at).meta.date.map(|moment| moment.date),
            ReportText::Generated(_) => None,
        };
        report.issued.map(|frozen| frozen.issued_on).or(written)
    }

    /// The address of a period's statistics.
    pub(crate) fn stats_address(&self, period: Period) -> UrlPath {
        UrlPath::folder(&format!("stats/{}", period.slug()))
    }

    /// The metrics at the top of statistics pages.
    #[must_use]
    pub fn headline_metrics(&self) -> &[&'a Metric] {
        &self.figure_pages().headline_metrics
    }

    /// The address of a period's statistics; none when there is no such page.
    #[must_use]
    pub fn stats_page_address(&self, period: Period) -> Option<UrlPath> {
        self.figure_pages()
            .has_stats_page(period)
            .then(|| self.stats_address(period))
    }

    /// The address of the posts behind a figure; none when no page shows them.
    #[must_use]
    pub fn evidence_address(&self, period: Period, metric: &Metric) -> Option<UrlPath> {
        if !self
            .figure_pages()
            .evidence_keys
            .contains(&(period, metric.id.as_str()))
        {
            return None;
        }
        let top = if self.reports().get(period).is_some() {
            "reports"
        } else {
            "stats"
        };
        Some(UrlPath::folder(&format!(
            "{top}/{}/evidence/{}",
            period.slug(),
            metric.id
        )))
    }
}
