//! The headline figures of a half-year.

use crate::metrics::{Change, Metric, Period};
use crate::paths::UrlPath;
use crate::plan::Site;
use rust_decimal::Decimal;

/// The headline figures of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// In the order of the metrics.
    pub figures: Vec<Figure>,
    /// The period's page of statistics.
    pub url: Option<UrlPath>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What was counted.
    pub metric: Metric,
    /// The number, as issued where the period's report was.
    pub value: Decimal,
    /// Against the period before (环比).
    pub before: Change,
    /// Against the same period a year earlier (同比).
    pub year_earlier: Change,
    /// The page of the posts behind it.
    pub evidence: Option<UrlPath>,
}

pub(super) fn figures(site: &Site<'_>, period: Period) -> Figures {
    let figure = |metric: &&Metric| {
        let metric = *metric;
        let shown = site.reports().shown(metric, period);
        Figure {
            metric: metric.clone(),
            value: shown.value,
            before: shown.before,
            year_earlier: shown.year_earlier,
            evidence: site.evidence_address(period, metric),
        }
    };
    Figures {
        figures: site.headline().iter().map(figure).collect(),
        url: site.stats_page(period),
    }
}
