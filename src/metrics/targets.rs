//! The targets of metrics: `content/_targets.yaml`.
//!
//! ```yaml
//! coverage.national: {2022: 10, 2022-H1: 4}
//! coverage.all: {by: village, 2022: {shiqiao: 2, heyuan: 3}}
//! ```

use super::period::Period;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The targets of a site, by metric and period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Targets(BTreeMap<(String, Period), Target>);

/// What a figure is to reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The figure itself.
    Whole(Decimal),
    /// Its parts by a field, each by its key, in the order of the file.
    Parts {
        /// The field.
        by: String,
        /// The keys of the parts with their targets.
        values: Vec<(String, Decimal)>,
    },
}

impl Targets {
    /// The target of the metric with this id in a period. `None` when there is none.
    #[must_use]
    pub(crate) fn get(&self, metric: &str, period: Period) -> Option<&Target> {
        self.0.get(&(metric.to_owned(), period))
    }

    /// Adds a target.
    pub(super) fn insert(&mut self, metric: String, period: Period, target: Target) {
        self.0.insert((metric, period), target);
    }
}
