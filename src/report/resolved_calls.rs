//! The calls for figures of all texts, each parsed once.
//!
//! Pages, Word files, the search index and the findings all look up the parsed call here, so they cannot disagree.

use super::call::{FigureCall, figure_calls};
use super::parse_call::{CallContext, parse_call};
use crate::diag::Diagnostic;
use crate::metrics::Period;
use crate::record::{Body, Shortcode};
use rustc_hash::FxHashMap;

/// The key of a call in its file: line, column and the period of its report.
type CallKey = (usize, usize, Option<Period>);

/// The parsed calls.
#[derive(Debug, Default)]
pub(super) struct ResolvedCalls<'a> {
    /// The calls of records and folders' own pages in the catalog's order, then those of generated reports.
    calls: Vec<Result<FigureCall<'a>, Box<Diagnostic>>>,
    /// The number of calls of records and folders' own pages.
    written: usize,
    /// Their indices in `calls`, by file.
    by_file: FxHashMap<String, FxHashMap<CallKey, usize>>,
}

impl<'a> ResolvedCalls<'a> {
    /// Parses the calls of `written` texts (of records and folders' own pages) and of `generated` reports. Each text
    /// comes with the period of its report.
    pub(super) fn new<'t>(
        context: CallContext<'_, 'a>,
        written: impl Iterator<Item = (&'t Body, Option<Period>)>,
        generated: impl Iterator<Item = (&'t Body, Option<Period>)>,
    ) -> Self {
        let mut resolved = Self::default();
        for (body, period) in written {
            resolved.add(context, body, period);
        }
        resolved.written = resolved.calls.len();
        for (body, period) in generated {
            resolved.add(context, body, period);
        }
        resolved
    }

    fn add(&mut self, context: CallContext<'_, 'a>, body: &Body, period: Option<Period>) {
        for call in figure_calls(body) {
            let indices = self.by_file.entry(call.place.file.clone()).or_default();
            indices.insert((call.place.line, call.place.column, period), self.calls.len());
            self.calls.push(parse_call(call, context, period));
        }
    }

    /// The result of parsing a call in a text whose report is on `period`. `None` when it is not a call for figures.
    pub(super) fn get(
        &self,
        call: &Shortcode,
        period: Option<Period>,
    ) -> Option<&Result<FigureCall<'a>, Box<Diagnostic>>> {
        let key = (call.place.line, call.place.column, period);
        let index = self.by_file.get(&call.place.file)?.get(&key)?;
        self.calls.get(*index)
    }

    /// The valid calls of records and folders' own pages.
    pub(super) fn written(&self) -> impl Iterator<Item = &FigureCall<'a>> {
        self.calls[..self.written].iter().filter_map(|call| call.as_ref().ok())
    }
}
