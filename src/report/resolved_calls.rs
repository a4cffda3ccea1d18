//! The calls for figures of all texts, each understood once.
//!
//! Pages, Word files, the search index and the findings all need to know what a call asks for. They look it up here, so
//! that they cannot disagree.

use super::call::{FigureCall, figure_calls, parse_call};
use crate::diag::Diagnostic;
use crate::metrics::{MetricResults, Period};
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
    /// Reads the calls of `written` texts (of records and folders' own pages) and of `generated` reports. Each text
    /// comes with the period of its report.
    pub(super) fn new<'t>(
        counts: &MetricResults<'a>,
        written: impl Iterator<Item = (&'t Body, Option<Period>)>,
        generated: impl Iterator<Item = (&'t Body, Option<Period>)>,
    ) -> Self {
        let mut resolved = Self::default();
        for (body, period) in written {
            resolved.add(counts, body, period);
        }
        resolved.written = resolved.calls.len();
        for (body, period) in generated {
            resolved.add(counts, body, period);
        }
        resolved
    }

    fn add(&mut self, counts: &MetricResults<'a>, body: &Body, period: Option<Period>) {
        for call in figure_calls(body) {
            let places = self.by_file.entry(call.place.file.clone()).or_default();
            places.insert((call.place.line, call.place.column, period), self.calls.len());
            self.calls.push(parse_call(call, counts, period));
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
