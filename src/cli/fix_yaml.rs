//! Fixes a YAML file: settings, a roster, kinds, metrics.
//!
//! A pure function: text and findings in, text out. What the readers of these files understood but want written in
//! another way is in their findings, so each value has one rule.

use crate::diag::Diagnostic;
use crate::yaml::certain_typos;
use std::ops::Range;

/// Keys whose values are maps, so that a sentence in their place is a typo.
const MAPS: &[&str] = &["owner", "markdown", "policy", "labels"];

/// Returns the text of `file` with its typos fixed, and with the values as `findings` propose them. `None` when nothing
/// needs a fix.
pub(super) fn fix_yaml(file: &str, text: &str, findings: &[Diagnostic]) -> Option<String> {
    let typos = certain_typos(text, MAPS).into_iter();
    let mut edits: Vec<(Range<usize>, String)> = typos.map(|edit| (edit.range, edit.replacement)).collect();
    edits.extend(findings.iter().filter_map(|finding| value_edit(file, text, finding)));
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut fixed = String::with_capacity(text.len());
    let mut at = 0;
    for (range, replacement) in edits {
        // Two findings may propose the same change.
        if range.start >= at {
            fixed.push_str(&text[at..range.start]);
            fixed.push_str(&replacement);
            at = range.end;
        }
    }
    fixed.push_str(&text[at..]);
    (fixed != text).then_some(fixed)
}

/// The change that a finding promises, in bytes of `text`. `None` for findings about other files and without a promise.
fn value_edit(file: &str, text: &str, finding: &Diagnostic) -> Option<(Range<usize>, String)> {
    let place = finding.place.as_ref().filter(|place| place.file == file)?;
    let is_promised = finding.values.iter().any(|(name, _)| *name == "fix");
    // The corrected line differs from the excerpt in the marked part only.
    let replacement = finding.written_replacement().filter(|_| is_promised)?;
    let (from, to) = place.marked_span;
    let line_start: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let before = text[line_start..].chars().take(place.column - 1);
    let start = line_start + before.map(char::len_utf8).sum::<usize>();
    let range = start..start + (to - from);
    (text.get(range.clone()) == place.written_excerpt().get(from..to)).then(|| (range, replacement.to_owned()))
}
