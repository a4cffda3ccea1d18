//! The stage itself: counting, and what it comes to.

use super::super::links::Links;
use super::super::locale::Locale;
use super::super::terms::Terms;
use super::chart_data::ChartData;
use super::pages::{FigurePages, part_slug};
use super::post_texts::PostTexts;
use super::unnamed::unnamed_rosters;
use crate::catalog::Catalog;
use crate::config::Settings;
use crate::diag::{Checked, Diagnostic};
use crate::fingerprint::SharedValues;
use crate::metrics::{FigureFilter, Metric, MetricResults, Metrics, Period};
use crate::paths::UrlPath;
use crate::report::{IssuedReport, Report, ReportCache, ReportText, Reports};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// The inputs of counting: the metrics, the issued reports and the day.
#[derive(Debug, Clone, Copy)]
pub struct MetricInputs<'a> {
    /// The metrics.
    pub metrics: &'a Metrics,
    /// The issued reports.
    pub issued: &'a [IssuedReport],
    /// The day that counts as today.
    pub today: Date,
    /// The results of an earlier count, when they are still valid.
    pub count_cache: Option<&'a ReportCache>,
}

impl<'a> MetricInputs<'a> {
    /// Makes the reports. Counts everything unless there is a cache.
    #[must_use]
    pub fn build_reports(self, catalog: &'a Catalog, settings: &Settings) -> Checked<Reports<'a>> {
        if let Some(cache) = self.count_cache {
            return Reports::from_cache(catalog, self.metrics, settings, self.issued, self.today, cache);
        }
        let counts = MetricResults::new(catalog, self.metrics, self.today);
        Reports::new(counts, settings, self.issued, self.today)
    }
}

/// The results of counting.
#[derive(Debug)]
pub struct Figures<'a> {
    /// The reports, with the figures that they are made from.
    pub reports: Reports<'a>,
    /// Findings about the reports.
    pub findings: Vec<Diagnostic>,
    /// The pages of figures that exist.
    pub(crate) pages: FigurePages<'a>,
    pub(super) catalog: &'a Catalog,
    pub(super) links: Arc<Links<'a>>,
    pub(super) locale: Arc<Locale>,
    pub(super) terms: Arc<Terms<'a>>,
    charts: BTreeMap<Period, OnceLock<Vec<ChartData>>>,
    /// The rosters of people whose names pages do not show.
    pub(super) unnamed_rosters: BTreeSet<String>,
    /// What lists of evidence show of each post, by its id.
    pub(super) post_texts: Box<[OnceLock<PostTexts>]>,
    pub(super) shared: Arc<SharedValues>,
}

/// What figures are made from.
#[derive(Debug)]
pub(in crate::site) struct FigureInputs<'a> {
    pub(in crate::site) catalog: &'a Catalog,
    pub(in crate::site) settings: &'a Settings,
    pub(in crate::site) metrics: MetricInputs<'a>,
    pub(in crate::site) links: Arc<Links<'a>>,
    pub(in crate::site) locale: Arc<Locale>,
    pub(in crate::site) terms: Arc<Terms<'a>>,
    pub(in crate::site) shared: Arc<SharedValues>,
}

/// The figures of a site. Counting uses all threads, so it is done when the site is made. Where the counts are kept from
/// an earlier state, the rest is sequential and waits until a page first asks for a figure: most edits need none.
#[derive(Debug)]
pub struct LazyFigures<'a> {
    inputs: FigureInputs<'a>,
    figures: OnceLock<Figures<'a>>,
}

impl<'a> LazyFigures<'a> {
    /// Counts, unless that was done before.
    pub(in crate::site) fn new(inputs: FigureInputs<'a>) -> Self {
        let must_count = inputs.metrics.count_cache.is_none();
        let lazy = Self {
            inputs,
            figures: OnceLock::new(),
        };
        if must_count {
            let _ = lazy.get();
        }
        lazy
    }

    fn get(&self) -> &Figures<'a> {
        self.figures.get_or_init(|| Figures::new(&self.inputs))
    }
}

impl<'a> std::ops::Deref for LazyFigures<'a> {
    type Target = Figures<'a>;

    fn deref(&self) -> &Figures<'a> {
        self.get()
    }
}

impl<'a> Figures<'a> {
    /// Counts on all threads unless there is a cache.
    fn new(inputs: &FigureInputs<'a>) -> Self {
        let reports = inputs.metrics.build_reports(inputs.catalog, inputs.settings);
        let unnamed_rosters = unnamed_rosters(inputs.settings, inputs.metrics.metrics);
        let pages = FigurePages::new(&reports.value, &unnamed_rosters);
        let charts = pages.stats_periods.iter().map(|&period| (period, OnceLock::new()));
        let post_texts = (0..reports.value.counts.posts.count()).map(|_| OnceLock::new());
        let mut figures = Self {
            charts: charts.collect(),
            unnamed_rosters,
            post_texts: post_texts.collect(),
            reports: reports.value,
            findings: reports.findings,
            pages,
            catalog: inputs.catalog,
            links: Arc::clone(&inputs.links),
            locale: Arc::clone(&inputs.locale),
            terms: Arc::clone(&inputs.terms),
            shared: Arc::clone(&inputs.shared),
        };
        // The findings of a cache have these already.
        if inputs.metrics.count_cache.is_none() && inputs.metrics.metrics.is_public() {
            let of_issued = [figures.published_findings(), figures.names_findings()];
            figures.findings.extend(of_issued.into_iter().flatten());
        }
        figures
    }

    /// The results of counting, for reuse in [`MetricInputs::count_cache`].
    #[must_use]
    pub fn to_cache(&self) -> ReportCache {
        self.reports.to_cache(&self.findings)
    }

    /// Whether the list of reports exists: there are reports, or its page has a text.
    pub(crate) fn has_reports(&self) -> bool {
        !self.reports.all.is_empty() || self.catalog.sections.contains_key(self.links.reports_folder())
    }

    /// The charts of a period's statistics page, in order; empty when there is no such page.
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

    /// The date of a report: the day of its issue, otherwise the post's date. `None` for a generated report that has
    /// not been issued.
    #[must_use]
    pub fn report_day(&self, report: &Report<'_>) -> Option<Date> {
        let written = match &report.text {
            ReportText::Written(id) => self.catalog.records[*id].meta.date.map(|moment| moment.date),
            ReportText::Generated(_) => None,
        };
        report.issued.map(|issued| issued.issued_on).or(written)
    }

    /// The metrics at the top of statistics pages.
    #[must_use]
    pub fn headline_metrics(&self) -> &[&'a Metric] {
        &self.pages.headline_metrics
    }

    /// The address of a period's statistics; `None` when there is no such page.
    #[must_use]
    pub fn stats_page(&self, period: Period) -> Option<UrlPath> {
        self.pages.has_stats_page(period).then(|| self.links.stats(period))
    }

    /// The address of a figure's evidence; `None` when no page shows it.
    #[must_use]
    pub fn evidence_address(&self, period: Period, metric: &Metric) -> Option<UrlPath> {
        self.evidence_folder(period, metric)
            .map(|folder| UrlPath::folder(&folder))
    }

    /// The address of the evidence of what has the values of `filter`; that of the whole figure when the part has none.
    #[must_use]
    pub fn part_address(&self, period: Period, metric: &'a Metric, filter: &[FigureFilter]) -> Option<UrlPath> {
        if filter.is_empty() {
            return self.evidence_address(period, metric);
        }
        let slug = part_slug(filter);
        let has_page = self
            .pages
            .parts
            .contains_key(&(period, metric.id.as_str(), slug.clone()));
        let folder = self.evidence_folder(period, metric)?;
        Some(UrlPath::folder(&match has_page {
            true => format!("{folder}/{slug}"),
            false => folder,
        }))
    }

    fn evidence_folder(&self, period: Period, metric: &Metric) -> Option<String> {
        if !self.pages.evidence_keys.contains(&(period, metric.id.as_str())) {
            return None;
        }
        let top = if self.reports.get(period).is_some() {
            "reports"
        } else {
            "stats"
        };
        Some(format!("{top}/{}/evidence/{}", period.slug(), metric.id))
    }
}
