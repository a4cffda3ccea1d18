//! The headline figures of a half-year.

use crate::metrics::{Change, Metric, Period};
use crate::paths::UrlPath;
use crate::site::Site;
use rust_decimal::Decimal;

/// The headline figures of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadlineFigures {
    /// In the order of the metrics.
    pub figures: Vec<HeadlineFigure>,
    /// The period's page of statistics.
    pub url: Option<UrlPath>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadlineFigure {
    /// The metric.
    pub metric: Metric,
    /// The number; the issued one when the period's report was issued.
    pub value: Option<Decimal>,
    /// The change against the previous period (环比).
    pub before: Change,
    /// The change against the same period a year earlier (同比).
    pub year_earlier: Change,
    /// The page of its evidence.
    pub evidence: Option<UrlPath>,
}

pub(super) fn headline_figures(site: &Site<'_>, period: Period) -> HeadlineFigures {
    let figure = |metric: &&Metric| {
        let metric = *metric;
        let displayed = site.figures.reports.displayed_figure(metric, period);
        HeadlineFigure {
            metric: metric.clone(),
            value: displayed.value,
            before: displayed.previous,
            year_earlier: displayed.year_earlier,
            evidence: site.figures.evidence_address(period, metric),
        }
    };
    HeadlineFigures {
        figures: site.figures.headline_metrics().iter().map(figure).collect(),
        url: site.figures.stats_page(period),
    }
}
