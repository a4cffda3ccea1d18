//! Metrics: their definitions, and the figures of any period.
//!
//! Role: pure functions of the catalog, the rosters and a period. Every figure keeps its evidence. This module neither
//! judges a figure nor puts it into words.

mod breakdown;
mod change;
mod counter;
mod counting;
mod definition;
mod dimension;
mod field_table;
mod figure;
mod filter;
mod matched;
mod merging;
mod metric;
mod period;
mod post_index;
mod score;
mod targets;

pub(crate) use breakdown::overlaps;
pub use breakdown::ranks;
pub(crate) use change::Change;
pub use definition::parse_metrics;
pub(crate) use definition::{counts_events, parse_targets};
pub use dimension::Dimension;
pub(crate) use dimension::{FigureFilter, HIDDEN_KEY};
pub use figure::MetricResults;
pub(crate) use figure::{CountCache, Evidence, Figure, degree_of_completion, row_texts};
pub use matched::ExclusionReason;
pub(crate) use matched::{CountedPost, ExcludedPost, NumberConflict};
pub use metric::{Aggregate, Dedup, Measure, Metric, Metrics, Source};
pub(crate) use metric::{CapSpan, Condition, FEE, Points, Test};
pub use period::Period;
pub use post_index::PostId;
pub(crate) use post_index::PostStatus;
pub(crate) use targets::Target;

#[cfg(test)]
mod tests;
