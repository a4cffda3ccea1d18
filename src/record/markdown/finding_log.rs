//! What was found in one text, with its places.

use super::line_index::LineIndex;
use crate::diag::{Code, Diagnostic, Place};
use std::ops::Range;

/// More findings than this in one text help nobody.
const MAX_FINDINGS: usize = 200;

/// Findings in one file.
pub(super) struct FindingLog<'a> {
    line_index: LineIndex<'a>,
    findings: Vec<Diagnostic>,
}

impl<'a> FindingLog<'a> {
    /// No findings yet in `text`, the text of `file`.
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            line_index: LineIndex::new(file, text),
            findings: Vec::new(),
        }
    }

    /// The place of a range of the file.
    pub(super) fn place(&mut self, range: Range<usize>) -> Place {
        self.line_index.place(range)
    }

    /// Reports a finding at a range of the file.
    pub(super) fn report(&mut self, code: Code, range: Range<usize>, more: impl FnOnce(Diagnostic) -> Diagnostic) {
        if self.findings.len() < MAX_FINDINGS {
            let place = self.place(range);
            self.findings.push(more(Diagnostic::new(code).at(place)));
        }
    }

    /// The findings in the order of their places.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut findings = self.findings;
        findings.sort_by_key(position);
        findings
    }
}

fn position(finding: &Diagnostic) -> Option<(usize, usize)> {
    finding.place.as_ref().map(|place| (place.line, place.column))
}
