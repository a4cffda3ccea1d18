//! Figures on pages: which periods have pages, where a figure's evidence stands, and figures as templates see them.
//!
//! Role: a stage of its own, made before any page: the posts are counted, the calls for figures of all texts are
//! resolved, and the reports are known. What follows only reads it, from any thread.

mod breakdown;
mod calls;
mod chart_data;
mod pages;
mod stats;
mod values;

pub use chart_data::{ChartData, ChartRow, ChartType};
pub(crate) use pages::FigurePages;
pub(crate) use values::LinkFn;

use super::{Links, Locale, Terms};
use crate::catalog::Catalog;
use crate::config::Settings;
use crate::diag::{Checked, Diagnostic};
use crate::metrics::{Metric, MetricResults, Metrics, Period};
use crate::paths::UrlPath;
use crate::report::{IssuedReport, Report, ReportCache, ReportText, Reports};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What is counted, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct MetricInputs<'a> {
    /// The metrics.
    pub metrics: &'a Metrics,
    /// Reports as they were issued.
    pub issued: &'a [IssuedReport],
    /// The day that counts as today.
    pub today: Date,
    /// What was counted before, where it still holds.
    pub count_cache: Option<&'a ReportCache>,
}

impl<'a> MetricInputs<'a> {
    /// Counts everything, unless that was done before, and makes the reports.
    #[must_use]
    pub fn build_reports(self, catalog: &'a Catalog, settings: &Settings) -> Checked<Reports<'a>> {
        if let Some(counted) = self.count_cache {
            return Reports::from_cache(catalog, self.metrics, settings, self.issued, self.today, counted);
        }
        let counts = MetricResults::new(catalog, self.metrics, self.today);
        Reports::new(counts, settings, self.issued, self.today)
    }
}

/// Everything that takes counting.
#[derive(Debug)]
pub struct Figures<'a> {
    /// The reports, with the figures that they are made from.
    pub reports: Reports<'a>,
    /// What is wrong with the reports.
    pub findings: Vec<Diagnostic>,
    /// Which pages there are.
    pub(crate) pages: FigurePages<'a>,
    catalog: &'a Catalog,
    links: Arc<Links<'a>>,
    locale: Arc<Locale>,
    terms: Arc<Terms<'a>>,
    charts: BTreeMap<Period, OnceLock<Vec<ChartData>>>,
}

impl<'a> Figures<'a> {
    /// Counts, unless that was done before. Uses all threads.
    pub(super) fn new(
        catalog: &'a Catalog,
        settings: &Settings,
        metrics: MetricInputs<'a>,
        links: Arc<Links<'a>>,
        locale: Arc<Locale>,
        terms: Arc<Terms<'a>>,
    ) -> Self {
        let reports = metrics.build_reports(catalog, settings);
        let pages = FigurePages::new(&reports.value);
        let charts = pages.stats_periods.iter().map(|&period| (period, OnceLock::new()));
        Self {
            charts: charts.collect(),
            reports: reports.value,
            findings: reports.findings,
            pages,
            catalog,
            links,
            locale,
            terms,
        }
    }

    /// What counting came to.
    #[must_use]
    pub fn to_cache(&self) -> ReportCache {
        self.reports.to_cache(&self.findings)
    }

    /// Whether there is a list of reports: there are some, or a text for its page.
    pub(crate) fn has_reports(&self) -> bool {
        !self.reports.all.is_empty() || self.catalog.sections.contains_key(self.links.reports_folder())
    }

    /// The charts of a period's statistics page, in order; none when there is no such page.
    #[must_use]
    pub fn stats_charts(&self, period: Period) -> &[ChartData] {
        let charts = self.charts.get(&period);
        charts.map_or(&[], |charts| charts.get_or_init(|| self.make_stats_charts(period)))
    }

    /// Makes the charts of all periods, on all threads.
    pub(crate) fn make_all_charts(&self) {
        self.pages.stats_periods.par_iter().for_each(|&period| {
            let _ = self.stats_charts(period);
        });
    }

    /// The day that a report carries: of its issue, else the post's; none for one that nobody issued.
    #[must_use]
    pub fn report_day(&self, report: &Report<'_>) -> Option<Date> {
        let written = match &report.text {
            ReportText::Written(at) => self.catalog.records[*at].meta.date.map(|moment| moment.date),
            ReportText::Generated(_) => None,
        };
        report.issued.map(|frozen| frozen.issued_on).or(written)
    }

    /// The metrics at the top of statistics pages.
    #[must_use]
    pub fn headline_metrics(&self) -> &[&'a Metric] {
        &self.pages.headline_metrics
    }

    /// The address of a period's statistics; none when there is no such page.
    #[must_use]
    pub fn stats_page(&self, period: Period) -> Option<UrlPath> {
        self.pages.has_stats_page(period).then(|| self.links.stats(period))
    }

    /// The address of the posts behind a figure; none when no page shows them.
    #[must_use]
    pub fn evidence_address(&self, period: Period, metric: &Metric) -> Option<UrlPath> {
        if !self.pages.evidence_keys.contains(&(period, metric.id.as_str())) {
            return None;
        }
        let top = if self.reports.get(period).is_some() {
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
