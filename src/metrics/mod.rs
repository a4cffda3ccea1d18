//! Counting: what a metric is, and what it comes to in a period.
//!
//! Role: pure functions of the catalog, the rosters and a period. Every figure keeps what it counted. This room
//! neither judges a figure nor says it in words.

mod breakdown;
mod definition;
mod figure;
mod metric;
mod period;
mod pool;
mod table;
mod tally;

pub use breakdown::{Dimension, Group, ranks};
pub use definition::metrics;
pub use figure::{Change, Counted, Counts, Evidence, Figure};
pub use metric::{Aggregate, Condition, Measure, Metric, Metrics, Once, Source, Test};
pub use period::Period;
pub use pool::{Item, Order, Pool, Post, Status};
pub use tally::{Aside, Entry, Reason, Tally, key as value_text};

#[cfg(test)]
mod tests;
