//! The items that the integration tests, the benchmark and the fuzz targets of this repository use besides
//! [`crate::cli::main`].
//!
//! Role: everything else is private, so that the compiler reports unused code. An item is listed here while a test
//! outside `src/` uses it, and is removed with the last such test. This is not a public API: names and signatures
//! change with the code.

pub mod parsers;

/// Records in order.
pub mod catalog {
    pub use crate::catalog::{Catalog, CatalogInputs};
}

/// Charts.
pub mod chart {
    pub use crate::chart::{Chart, ChartShape, emf, svg};
}

/// Settings.
pub mod config {
    pub use crate::config::{HtmlPolicy, LinkRules, MarkdownSettings, ReprintPolicy, Settings};
}

/// The editors' desk.
pub mod desk {
    pub use crate::desk::{
        Desk, DeskLinks, MAX_ROWS, ReviewLedger, Unpublished, UnpublishedReason, render_desk, render_reviews,
    };
    pub use crate::inspection::{Freshness, UpdateRule};
}

/// Findings.
pub mod diag {
    pub use crate::diag::{Code, Diagnostic, Place, Severity};
}

/// Word, Excel and CSV files.
pub mod export {
    pub use crate::export::{csv, document, docx, sheet, xlsx};
}

/// The texts of findings.
pub mod messages {
    pub use crate::messages::{Lang, code_description, code_example, help, message};
}

/// Figures.
pub mod metrics {
    pub use crate::metrics::{
        Aggregate, Dedup, Dimension, ExclusionReason, Measure, Metric, MetricResults, Metrics, Period, PostId, Source,
        parse_metrics, ranks,
    };
}

/// Staged trees.
pub mod output {
    pub use crate::output::{OutputError, OutputLock, RefusalReason, Stage};
}

/// Paths of sources, outputs and pages.
pub mod paths {
    pub use crate::paths::{OutputPath, SiteAddress, SourcePath, UrlPath};
}

/// Whole builds, checks and preview sessions.
pub mod pipeline {
    pub use crate::pipeline::{
        Answer, FullRebuildReason, NoProgress, Outcome, Request, Session, SiteContent, SiteState, StaleReason, build,
        check, load_content,
    };
}

/// Records, and the parsers of their two parts.
pub mod record {
    pub use crate::record::front_matter::{read as read_front_matter, split_front_matter};
    pub use crate::record::markdown::{html_to_blocks, read as read_markdown};
    pub use crate::record::{Body, Fill, Hole, Meta, Origin, Record};
}

/// Reports.
pub mod report {
    pub use crate::report::{EvidenceItem, Exclusion, Reports, format_percent};
}

/// Kinds, rosters and typed values.
pub mod schema {
    pub use crate::schema::{Field, FieldType, FieldValue, Kind, Kinds, Moment, Rosters, Schema, read_rosters};
}

/// Files on disk.
pub mod source {
    pub use crate::source::{Changes, decode::decode};
}

/// YAML values.
pub mod yaml {
    pub use crate::yaml::Mapping;
}
