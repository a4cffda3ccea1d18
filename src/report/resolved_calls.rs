//! The calls for figures of all texts, each understood once.
//!
//! Pages, Word files, the search index and the findings all need to know what a call asks for. They look it up here, so
//! that they cannot disagree.

use super::call::{FigureCall, figure_calls, parse_call};
use super::reports::{ReportText, Reports};
use crate::diag::Diagnostic;
use crate::metrics::Period;
use crate::record::{Body, Shortcode};
use rustc_hash::FxHashMap;

/// Where a call stands: line, column and the period of its report.
type CallKey = (usize, usize, Option<Period>);

/// What became of each call.
#[derive(Debug, Default)]
pub(super) struct ResolvedCalls<'a> {
    /// Those of records and folders' own pages in the catalog's order, then those of generated reports.
    calls: Vec<Result<FigureCall<'a>, Box<Diagnostic>>>,
    /// How many are of records and folders' own pages.
    written: usize,
    /// Their places in `calls`, by file.
    by_file: FxHashMap<String, FxHashMap<CallKey, usize>>,
}

impl<'a> ResolvedCalls<'a> {
    /// Reads the calls of every text that `reports` can see.
    pub(super) fn new(reports: &Reports<'a>) -> Self {
        let catalog = reports.counts.catalog;
        let mut resolved = Self::default();
        for record in &catalog.records {
            resolved.add(reports, &record.body, Reports::period_of(record));
        }
        for section in catalog.sections.values() {
            resolved.add(reports, &section.body, None);
        }
        resolved.written = resolved.calls.len();
        for report in &reports.all {
            if let ReportText::Generated(text) = &report.text {
                resolved.add(reports, &text.body, Some(report.period));
            }
        }
        resolved
    }

    fn add(&mut self, reports: &Reports<'a>, body: &Body, period: Option<Period>) {
        for call in figure_calls(body) {
            let places = self.by_file.entry(call.place.file.clone()).or_default();
            places.insert((call.place.line, call.place.column, period), self.calls.len());
            self.calls.push(parse_call(call, &reports.counts, period));
        }
    }

    /// What became of a call in a text whose report is on `period`; none for what is no call for figures.
    pub(super) fn get(
        &self,
        call: &Shortcode,
        period: Option<Period>,
    ) -> Option<&Result<FigureCall<'a>, Box<Diagnostic>>> {
        let key = (call.place.line, call.place.column, period);
        let at = self.by_file.get(&call.place.file)?.get(&key)?;
        self.calls.get(*at)
    }

    /// The calls of records and folders' own pages that can be answered.
    pub(super) fn written(&self) -> impl Iterator<Item = &FigureCall<'a>> {
        self.calls[..self.written].iter().filter_map(|call| call.as_ref().ok())
    }
}
