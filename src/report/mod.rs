//! Work reports: which there are, what they say, and the figures that they show.
//!
//! Role: `MetricResults → Reports`. A report is a file of `content/reports/`, or, for a finished half-year or year without
//! one (unless the site wants written ones only), a text made from the figures; both are Markdown with calls such as
//! `metric("coverage.national")`, read by the same reader. A report that was issued shows the figures as issued. Knows
//! no addresses and no HTML beyond the reader's.

mod call;
mod compose;
mod displayed;
mod exclusion_text;
mod findings;
mod format;
mod issued;
mod issued_yaml;
mod method;
mod reports;
mod resolved_calls;

pub(crate) use call::{CALL_NAMES, CallKind, FigureCall, figure_calls};
pub(crate) use displayed::DisplayedFigure;
pub use displayed::{EvidenceItem, Exclusion};
pub(crate) use exclusion_text::exclusion_text;
pub use format::format_percent;
pub(crate) use format::{format_amount, format_changes, format_number, json_number};
pub(crate) use issued::{IssuedReport, parse_issued};
pub(crate) use issued_yaml::issued_yaml;
pub(crate) use method::method_text;
pub use reports::Reports;
pub(crate) use reports::{Report, ReportText};

use crate::catalog::{Catalog, RecordId};
use crate::config::{ReportPolicy, Settings};
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::metrics::{self, MetricResults, Metrics, Period};
pub(crate) use crate::record::REPORT_KIND;
use crate::record::Record;
use crate::schema::FieldValue;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What counting came to, without the records that were counted. It holds for every catalog that differs in words only:
/// in no order, no group, and no field that a metric asks for.
#[derive(Debug, Clone)]
pub struct ReportCache {
    counts: metrics::CountCache,
    texts: Vec<(Period, ReportText)>,
    findings: Vec<Diagnostic>,
}

impl<'a> Reports<'a> {
    /// The reports of `catalog`, for which an earlier counting still holds.
    #[must_use]
    pub fn from_cache(
        catalog: &'a Catalog,
        metrics: &'a Metrics,
        settings: &Settings,
        frozen: &'a [IssuedReport],
        today: Date,
        counted: &ReportCache,
    ) -> Checked<Self> {
        let counts = MetricResults::from_cache(catalog, metrics, &counted.counts);
        let mut reports = Self::without_texts(counts, settings, today);
        // What it finds is among what was found.
        let _ = reports.add_issued(frozen);
        reports.set_texts(counted.texts.iter().cloned());
        Checked {
            value: reports,
            findings: counted.findings.clone(),
        }
    }

    /// What counting came to; `findings` are those of these reports.
    #[must_use]
    pub fn to_cache(&self, findings: &[Diagnostic]) -> ReportCache {
        ReportCache {
            counts: self.counts.to_cache(),
            texts: self
                .all
                .iter()
                .map(|report| (report.period, report.text.clone()))
                .collect(),
            findings: findings.to_vec(),
        }
    }

    /// Finds the reports of a site, and what is wrong with them.
    #[must_use]
    pub fn new(
        counts: MetricResults<'a>,
        settings: &Settings,
        frozen: &'a [IssuedReport],
        today: Date,
    ) -> Checked<Self> {
        let mut reports = Self::without_texts(counts, settings, today);
        let mut findings = reports.add_issued(frozen);
        let mut written = reports.written_texts(&mut findings);
        let unwritten = match settings.policy.reports {
            ReportPolicy::Generate => reports.periods_to_generate(&written),
            ReportPolicy::Written => BTreeSet::new(),
        };
        for period in unwritten {
            let text = compose::compose(&reports, period, settings);
            written.insert(period, ReportText::Generated(Arc::new(text)));
        }
        reports.set_texts(written.into_iter());
        findings.extend(findings::findings(&reports));
        Checked {
            value: reports,
            findings,
        }
    }

    /// A report on `period` made from the figures, whether or not there is another one.
    #[must_use]
    pub fn compose(&self, period: Period, settings: &Settings) -> Report<'a> {
        Report {
            period,
            text: ReportText::Generated(Arc::new(compose::compose(self, period, settings))),
            issued: self.issued(period),
        }
    }

    /// Title and Markdown of the report on `period` that is made where nobody writes one, for an editor to go on from.
    #[must_use]
    pub fn draft(&self, period: Period, settings: &Settings) -> (String, String) {
        compose::draft(self, period, settings)
    }

    /// The editors' own reports by period. Of two on one period the first stays.
    fn written_texts(&self, findings: &mut Vec<Diagnostic>) -> BTreeMap<Period, ReportText> {
        let records = &self.counts.catalog.records;
        let mut written: BTreeMap<Period, RecordId> = BTreeMap::new();
        for (at, record) in records
            .iter_enumerated()
            .filter(|(_, record)| record.kind == REPORT_KIND)
        {
            let Some(period) = Self::period_of(record) else {
                findings.extend(bad_period(record));
                continue;
            };
            let first = *written.entry(period).or_insert(at);
            if first != at {
                let finding = Diagnostic::new(Code::DuplicateReport).at(period_place(record));
                let finding = finding.with("period", period.to_string());
                findings.push(finding.with("path", records[first].path.as_str()));
            }
        }
        written
            .into_iter()
            .map(|(period, at)| (period, ReportText::Written(at)))
            .collect()
    }

    /// The finished half-years and years that have posts, and whatever periods were issued, without those that have a
    /// report; oldest first.
    fn periods_to_generate(&self, written: &BTreeMap<Period, ReportText>) -> BTreeSet<Period> {
        let days = self.counts.posts.days_excluding_kind(REPORT_KIND);
        days.into_iter()
            .flat_map(|day| [Period::half_of(day), Period::Year(day.year())])
            .filter(|period| period.last() < self.today)
            .chain(self.issued.keys().copied())
            .filter(|period| !written.contains_key(period))
            .collect()
    }
}

/// A period that is given but cannot be read; one that is missing was reported when the record was read.
fn bad_period(record: &Record) -> Option<Diagnostic> {
    let FieldValue::Text(written) = record.meta.fields.get("period")? else {
        return None;
    };
    Some(
        Diagnostic::new(Code::BadPeriod)
            .at(period_place(record))
            .with("value", written),
    )
}

/// Where a record says its period.
fn period_place(record: &Record) -> Place {
    let place = record.meta.places.get("period").cloned();
    place.unwrap_or_else(|| Place::whole_file(record.path.as_str()))
}
