//! The reports of a site as values. Each has its period, its text and its figures as issued.

use super::call::{CALL_NAMES, FigureCall, figure_calls};
use super::form::{ReportForm, ReportKey};
use super::issued::IssuedReport;
use super::known_posts::find_posts;
use super::parse_call::{CallContext, parse_call};
use super::resolved_calls::ResolvedCalls;
use crate::catalog::RecordId;
use crate::config::Settings;
use crate::diag::{Code, Diagnostic, Place};
use crate::ids::{ReportId, TiVec};
use crate::messages::Lang;
use crate::metrics::{MetricResults, Period, PostId};
use crate::record::{Body, Record, Shortcode};
use jiff::civil::Date;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// All reports of a site.
#[derive(Debug)]
pub struct Reports<'a> {
    /// The figures of all metrics.
    pub counts: MetricResults<'a>,
    /// The language of their text.
    pub lang: Lang,
    /// The day that counts as today.
    pub today: Date,
    /// The reports, the latest period first.
    pub all: TiVec<ReportId, Report<'a>>,
    pub(super) issued: BTreeMap<Period, &'a IssuedReport>,
    /// The index of each report in `all`.
    by_key: BTreeMap<ReportKey, ReportId>,
    pub(super) calls: ResolvedCalls<'a>,
    /// Where the posts of issued reports are today, by path at the issue. Made at the first use.
    known_posts: BTreeMap<Period, OnceLock<BTreeMap<String, PostId>>>,
}

/// One report.
#[derive(Debug)]
pub struct Report<'a> {
    /// Its period.
    pub period: Period,
    /// What it is.
    pub form: ReportForm,
    /// Its text.
    pub text: ReportText,
    /// The figures as issued. `None` when the report was not issued.
    pub issued: Option<&'a IssuedReport>,
}

/// Where a report's text comes from.
#[derive(Debug, Clone)]
pub enum ReportText {
    /// The text of a record.
    Written(RecordId),
    /// Generated from the figures.
    Generated(Arc<GeneratedText>),
}

/// A text generated from the figures.
#[derive(Debug)]
pub struct GeneratedText {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: Body,
    /// The same text as blocks, for the Word file.
    pub blocks: Vec<crate::record::Block>,
}

impl Report<'_> {
    /// What tells it from others.
    #[must_use]
    pub const fn key(&self) -> ReportKey {
        ReportKey {
            period: self.period,
            form: self.form,
        }
    }
}

impl<'a> Reports<'a> {
    /// Creates the value without any reports.
    pub(super) fn without_texts(counts: MetricResults<'a>, settings: &Settings, today: Date) -> Self {
        Self {
            counts,
            lang: Lang::from_tag(&settings.language),
            today,
            all: TiVec::new(),
            issued: BTreeMap::new(),
            by_key: BTreeMap::new(),
            calls: ResolvedCalls::default(),
            known_posts: BTreeMap::new(),
        }
    }

    /// The work report on `period`. `None` when there is none.
    #[must_use]
    pub fn get(&self, period: Period) -> Option<&Report<'a>> {
        self.get_by_key(ReportKey::work(period))
    }

    /// The report with this key. `None` when there is none.
    #[must_use]
    pub fn get_by_key(&self, key: ReportKey) -> Option<&Report<'a>> {
        self.all.get(*self.by_key.get(&key)?)
    }

    /// The parsed call for figures in a text whose report is on `period`. `None` for other calls and for an invalid
    /// call, which is a finding.
    #[must_use]
    pub fn call(&self, call: &Shortcode, period: Option<Period>) -> Option<&FigureCall<'a>> {
        self.calls.get(call, period)?.as_ref().ok()
    }

    /// The same for a text that is none of the site's, such as a report that was composed for a file.
    #[must_use]
    pub fn call_anywhere(&self, call: &Shortcode, period: Option<Period>) -> Option<FigureCall<'a>> {
        match self.calls.get(call, period) {
            Some(known) => known.as_ref().ok().cloned(),
            None if CALL_NAMES.contains(&call.name.as_str()) => parse_call(call, self.call_context(), period).ok(),
            None => None,
        }
    }

    /// What calls for figures are parsed with.
    pub(super) fn call_context(&self) -> CallContext<'_, 'a> {
        CallContext {
            counts: &self.counts,
            lang: self.lang,
            issued: &self.issued,
        }
    }

    /// The valid calls for figures of a report's text, in order.
    #[must_use]
    pub fn calls_of(&self, report: &Report<'a>) -> Vec<FigureCall<'a>> {
        let body = match &report.text {
            ReportText::Written(id) => &self.counts.catalog.records[*id].body,
            ReportText::Generated(text) => &text.body,
        };
        let calls = figure_calls(body).into_iter();
        let parsed = calls.filter_map(|call| parse_call(call, self.call_context(), Some(report.period)).ok());
        parsed.collect()
    }

    /// The valid calls for figures of records and folders' own pages, in the catalog's order.
    pub fn written_calls(&self) -> impl Iterator<Item = &FigureCall<'a>> {
        self.calls.written()
    }

    /// The period of a report's record. `None` for other records, and when the period is missing or invalid.
    #[must_use]
    pub fn period_of(record: &Record) -> Option<Period> {
        ReportKey::of(record).map(|key| key.period)
    }

    /// The issued report of `period`. `None` when it was not issued.
    #[must_use]
    pub fn issued(&self, period: Period) -> Option<&'a IssuedReport> {
        self.issued.get(&period).copied()
    }

    /// The post of today that the issued report on `period` names by `path`, published or not. `None` when it was deleted.
    pub(super) fn known_post(&self, period: Period, path: &str) -> Option<PostId> {
        let issued = self.issued(period)?;
        let known = self.known_posts.get(&period)?;
        let known = known.get_or_init(|| find_posts(&self.counts, issued));
        known.get(path).copied()
    }

    /// The issued periods whose statistics page is kept.
    #[must_use]
    pub fn issued_stats_periods(&self) -> BTreeSet<Period> {
        let kept = self.issued.values().filter(|issued| !issued.published.is_empty());
        kept.map(|issued| issued.period).collect()
    }

    /// Adds issued reports. The first of two files on one period is used; the second is a finding.
    pub(super) fn add_issued(&mut self, issued: &'a [IssuedReport]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for report in issued {
            match self.issued.entry(report.period) {
                Entry::Vacant(place) => {
                    place.insert(report);
                    self.known_posts.insert(report.period, OnceLock::new());
                }
                Entry::Occupied(_) => {
                    let finding = Diagnostic::new(Code::BadIssuedReport).at(Place::whole_file(&report.file));
                    findings.push(finding.with("reason", "issued-twice"));
                }
            }
        }
        findings
    }

    /// Sets the texts of all reports, and parses the calls for figures of all texts.
    pub(super) fn set_texts(&mut self, texts: impl Iterator<Item = (ReportKey, ReportText)>) {
        let report = |(key, text): (ReportKey, ReportText)| Report {
            period: key.period,
            form: key.form,
            text,
            issued: self
                .issued
                .get(&key.period)
                .copied()
                .filter(|_| key.form == ReportForm::Work),
        };
        self.all = texts.map(report).collect();
        // The latest report comes first. Of two that end on the same day, the longer one comes first.
        self.all.sort_by_key(|report| {
            (
                std::cmp::Reverse(report.period.last()),
                report.period.first(),
                report.form,
            )
        });
        let by_key = self.all.iter_enumerated().map(|(id, report)| (report.key(), id));
        self.by_key = by_key.collect();
        let catalog = self.counts.catalog;
        let records = catalog.records.iter();
        let written = records.map(|record| (&*record.body, Self::period_of(record)));
        let written = written.chain(catalog.sections.values().map(|section| (&section.body, None)));
        let generated = self.all.iter().filter_map(|report| match &report.text {
            ReportText::Generated(text) => Some((&text.body, Some(report.period))),
            ReportText::Written(_) => None,
        });
        let calls = ResolvedCalls::new(self.call_context(), written, generated);
        self.calls = calls;
    }
}
