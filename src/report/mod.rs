//! Work reports: the list of reports, their texts and their figures.
//!
//! Role: `MetricResults → Reports`. A report is a file of `content/reports/`. The site's policy decides which periods
//! without such a file get a report that is generated from the figures. Both are Markdown with calls such as `metric("coverage.national")`, read by the same reader. An issued report shows the figures as
//! issued. This module does not know addresses, nor HTML beyond the reader's.

mod authors;
mod bulletin;
mod call;
mod call_filter;
mod call_kinds;
mod compose;
mod composed_parts;
mod corrections;
mod displayed;
mod draft_markdown;
mod event_findings;
mod evidence;
mod exclusion_text;
mod figure_evidence;
mod findings;
mod form;
mod format;
mod issued;
mod issued_changes;
mod issued_findings;
mod issued_text;
mod known_posts;
mod labels;
mod method;
mod metric_findings;
mod narrowed;
mod outline;
mod parse_call;
mod parts;
mod proposals;
mod quotient;
mod reports;
mod resolved_calls;
mod targets;
mod zeros;

pub(crate) use authors::{AuthorLedger, AuthorLine, AuthorSum};
pub(crate) use call::{
    Against, Arrangement, CALL_NAMES, CallKind, ChangeStyle, FigureCall, ShownField, ShownOrder, figure_calls,
};
pub(crate) use corrections::{CorrectedFigure, Correction};
pub(crate) use displayed::{CrossBreakdown, DisplayedFigure, FigurePart};
pub(crate) use evidence::EvidenceGroup;
pub use evidence::{EvidenceItem, Exclusion};
pub(crate) use exclusion_text::{NamedPost, exclusion_text};
pub(crate) use form::{FORM_FIELD, RANKING, ReportForm, ReportKey};
pub use format::format_percent;
pub(crate) use format::{format_amount, format_changes, format_changes_as, format_number, format_period, json_number};
pub(crate) use issued::{
    IssuedFigure, IssuedGroup, IssuedItem, IssuedNames, IssuedPart, IssuedPost, IssuedReport, IssuedRow, IssuedTable,
    IssuedText, correction_yaml, issued_yaml, parse_issued,
};
pub(crate) use issued_changes::{FigureChanges, NumberChange, PostChange};
pub(crate) use issued_findings::{ToldNames, names_finding, published_finding};
pub(crate) use known_posts::{fields_digest, text_digest};
pub(crate) use labels::{field_label, roster_label, value_label};
pub(crate) use method::{method_text, shown_method_text};
pub(crate) use quotient::operands_json;
pub use reports::Reports;
pub(crate) use reports::{Report, ReportText};

use crate::catalog::{Catalog, RecordId};
use crate::config::{ReportPolicy, Settings};
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::metrics::{self, MetricResults, Metrics, Period};
pub(crate) use crate::record::REPORT_KIND;
use crate::record::Record;
use crate::schema::FieldValue;
use compose::Purpose;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The reports' data without the records, for a later catalog. It is valid for every catalog that differs in texts
/// only: the order, the groups and all fields that metrics use must be the same.
#[derive(Debug, Clone)]
pub struct ReportCache {
    counts: metrics::CountCache,
    texts: Vec<(ReportKey, ReportText)>,
    findings: Vec<Diagnostic>,
}

impl<'a> Reports<'a> {
    /// The reports of `catalog`, for which `cache` is still valid. Runs no parallel loop: it may run in one, where other
    /// threads wait for its value.
    #[must_use]
    pub fn from_cache(
        catalog: &'a Catalog,
        metrics: &'a Metrics,
        settings: &Settings,
        issued: &'a [IssuedReport],
        today: Date,
        cache: &ReportCache,
    ) -> Checked<Self> {
        let counts = MetricResults::from_cache(catalog, metrics, &cache.counts);
        let mut reports = Self::without_texts(counts, settings, today);
        // The cache has these findings already.
        let _ = reports.add_issued(issued);
        reports.set_texts(cache.texts.iter().cloned());
        Checked {
            value: reports,
            findings: cache.findings.clone(),
        }
    }

    /// The cache for [`Reports::from_cache`]. `findings` are those of these reports.
    #[must_use]
    pub fn to_cache(&self, findings: &[Diagnostic]) -> ReportCache {
        ReportCache {
            counts: self.counts.to_cache(),
            texts: self
                .all
                .iter()
                .map(|report| (report.key(), report.text.clone()))
                .collect(),
            findings: findings.to_vec(),
        }
    }

    /// Collects and generates the reports of a site, and checks them.
    #[must_use]
    pub fn new(
        counts: MetricResults<'a>,
        settings: &Settings,
        issued: &'a [IssuedReport],
        today: Date,
    ) -> Checked<Self> {
        let mut reports = Self::without_texts(counts, settings, today);
        let mut findings = reports.add_issued(issued);
        let mut written = reports.written_texts(&mut findings);
        let periods = reports.periods_to_generate(&written, &settings.policy.reports, &mut findings);
        let generate = |period: Period| {
            let key = ReportKey::work(period);
            let text = match reports.issued(period).and_then(|issued| issued.text.as_ref()) {
                Some(issued) => compose::read_text(key, issued.title.clone(), &issued.markdown, settings),
                None => compose::compose(&reports, period, settings),
            };
            (key, ReportText::Generated(Arc::new(text)))
        };
        let generated: Vec<(ReportKey, ReportText)> = periods.into_par_iter().map(generate).collect();
        written.extend(generated);
        reports.set_texts(written.into_iter());
        findings.extend(findings::findings(&reports, settings));
        Checked {
            value: reports,
            findings,
        }
    }

    /// Generates a report, whether or not one exists.
    #[must_use]
    pub fn compose(&self, key: ReportKey, settings: &Settings) -> Report<'a> {
        let ReportKey { period, form } = key;
        let text = match form {
            ReportForm::Work => compose::compose(self, period, settings),
            ReportForm::Ranking => {
                let (title, text) = bulletin::draft(self, period, settings);
                compose::read_text(key, title, &text, settings)
            }
        };
        Report {
            period,
            form,
            text: ReportText::Generated(Arc::new(text)),
            issued: self.issued(period).filter(|_| form == ReportForm::Work),
        }
    }

    /// Generates title and Markdown of the bulletin on `period`, as a draft for an editor.
    #[must_use]
    pub fn bulletin_draft(&self, period: Period, settings: &Settings) -> (String, String) {
        bulletin::draft(self, period, settings)
    }

    /// Generates title and Markdown of the report on `period`, as a draft for an editor, who must confirm some of it.
    #[must_use]
    pub fn draft(&self, period: Period, settings: &Settings) -> (String, String) {
        compose::draft(self, period, settings, Purpose::Editing)
    }

    /// The report on `period` as it would be issued today: the editor's own text, else one generated from the figures of
    /// today, with its title and Markdown.
    #[must_use]
    pub fn to_be_issued(&self, period: Period, settings: &Settings) -> (Report<'a>, Option<IssuedText>) {
        let (text, issued) = match self.get(period).map(|report| &report.text) {
            Some(ReportText::Written(id)) => (ReportText::Written(*id), None),
            _ => {
                let (title, markdown) = compose::draft(self, period, settings, Purpose::Issue);
                let text = compose::read_text(ReportKey::work(period), title.clone(), &markdown, settings);
                let issued = IssuedText { title, markdown };
                (ReportText::Generated(Arc::new(text)), Some(issued))
            }
        };
        let report = Report {
            period,
            form: ReportForm::Work,
            text,
            issued: self.issued(period),
        };
        (report, issued)
    }

    /// The editors' own reports by period and form. The first of two equal ones is used.
    fn written_texts(&self, findings: &mut Vec<Diagnostic>) -> BTreeMap<ReportKey, ReportText> {
        let records = &self.counts.catalog.records;
        let mut written: BTreeMap<ReportKey, RecordId> = BTreeMap::new();
        for (id, record) in records
            .iter_enumerated()
            .filter(|(_, record)| record.kind == REPORT_KIND)
        {
            let Some(key) = ReportKey::of(record) else {
                findings.extend(bad_period(record));
                continue;
            };
            let first = *written.entry(key).or_insert(id);
            if first != id {
                let finding = Diagnostic::new(Code::DuplicateReport).at(period_place(record));
                let finding = finding.with("period", key.period.to_string());
                findings.push(finding.with("path", records[first].path.as_str()));
            }
        }
        written
            .into_iter()
            .map(|(key, id)| (key, ReportText::Written(id)))
            .collect()
    }

    /// The periods of the reports to generate: issued periods and those that the policy asks for, each without a written
    /// report.
    fn periods_to_generate(
        &self,
        written: &BTreeMap<ReportKey, ReportText>,
        policy: &ReportPolicy,
        findings: &mut Vec<Diagnostic>,
    ) -> BTreeSet<Period> {
        let mut periods: BTreeSet<Period> = match policy {
            ReportPolicy::Written => BTreeSet::new(),
            ReportPolicy::Generate => self.finished_periods(),
            ReportPolicy::Periods(names) => {
                let bad = names.iter().filter(|name| Period::parse(&name.text).is_none());
                findings.extend(bad.map(zeros::bad_period));
                let asked = names.iter().filter_map(|name| Period::parse(&name.text));
                asked.filter(|period| period.first() <= self.today).collect()
            }
        };
        periods.extend(self.issued.keys());
        periods.retain(|period| !written.contains_key(&ReportKey::work(*period)));
        periods
    }

    /// The finished half-years and years with posts. The policy `generate` asks for a report on each.
    fn finished_periods(&self) -> BTreeSet<Period> {
        let days = self.counts.posts.days_excluding_kind(REPORT_KIND).into_iter();
        let periods = days.flat_map(|day| [Period::half_of(day), Period::Year(day.year())]);
        periods.filter(|period| period.last() < self.today).collect()
    }

    /// The finished half-years and years with posts that have no report, because the policy does not ask for it.
    #[must_use]
    pub fn absent_periods(&self) -> BTreeSet<Period> {
        let mut periods = self.finished_periods();
        periods.retain(|&period| self.get(period).is_none());
        periods
    }
}

/// The finding about a period that cannot be parsed. `None` for a missing period, which was reported when the record
/// was read.
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

/// The place of a record's period, else of the whole file.
fn period_place(record: &Record) -> Place {
    let place = record.meta.places.get("period");
    place.unwrap_or_else(|| Place::whole_file(record.path.as_str()))
}
