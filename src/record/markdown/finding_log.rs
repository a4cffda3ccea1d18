//! The findings about one text, with their places.

use super::line_index::LineIndex;
use crate::diag::{Code, Diagnostic, Place};
use std::ops::Range;

/// The maximum number of findings per text: more do not help anybody.
const MAX_FINDINGS: usize = 200;

/// Findings in one file.
pub(super) struct FindingLog<'a> {
    line_index: LineIndex<'a>,
    findings: Vec<Diagnostic>,
}

impl<'a> FindingLog<'a> {
    /// Starts an empty log for `text`, the text of `file`.
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

    /// Returns the findings in the order of their places.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut findings = self.findings;
        findings.sort_by_key(position);
        findings
    }
}

fn position(finding: &Diagnostic) -> Option<(usize, usize)> {
    finding.place.as_ref().map(|place| (place.line, place.column))
}
