//! Counting: what a metric is, and what it comes to in a period.
//!
//! Role: pure functions of the catalog, the rosters and a period. Every figure keeps what it counted. This room
//! neither judges a figure nor says it in words.

mod breakdown;
mod counting;
mod definition;
mod field_table;
mod figure;
mod metric;
mod period;
mod post_index;

pub use breakdown::{BreakdownPart, Dimension, ranks};
pub use counting::{CountedPost, ExcludedPost, ExclusionReason, MatchedPosts};
pub use definition::parse_metrics;
pub use figure::{Change, CountCache, Evidence, Figure, MetricResults};
pub use metric::{Aggregate, Condition, Dedup, Measure, Metric, Metrics, Source, Test};
pub use period::Period;
pub use post_index::{IndexedPost, PostId, PostIndex, PostOrder, PostStatus};

#[cfg(test)]
mod tests;
