//! The mark of what a generated draft says without any figure saying it, and an editor must confirm.

use crate::diag::{Code, Diagnostic, Place};
use crate::messages::{Lang, raw_report_text};
use std::ops::Range;

/// The mark as a keyboard without full-width brackets writes it.
const NARROW_MARK: &str = "(待确认)";

/// Reports each mark in the text of a report at `body`: what it stands at would be published unconfirmed.
pub(super) fn check(file: &str, text: &str, body: &Range<usize>) -> Vec<Diagnostic> {
    let written = [Lang::Zh, Lang::En].map(|lang| raw_report_text(lang, "unconfirmed-mark").trim());
    let marks = written.into_iter().chain([NARROW_MARK]);
    let places = marks.flat_map(|mark| {
        let start = body.start;
        let found = text[body.clone()].match_indices(mark);
        found.map(move |(at, mark)| start + at..start + at + mark.len())
    });
    let mut places: Vec<Range<usize>> = places.collect();
    places.sort_by_key(|place| place.start);
    let finding = |place| Diagnostic::new(Code::Unconfirmed).at(Place::in_text(file, text, place));
    places.into_iter().map(finding).collect()
}
