//! Finds names of `output: {keep: […]}` that the site makes itself: one of both files would be lost.

use super::Plan;
use crate::config::PlacedText;
use crate::diag::{Code, Diagnostic};

/// A finding for each name in `keep` that is an output, contains one, or would be in one.
pub(super) fn find_kept_outputs(keep: &[PlacedText], plan: &Plan) -> Vec<Diagnostic> {
    let finding = |name: &PlacedText| {
        let is_in = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let is_covered = |output: &str| output == name.text || is_in(output, &name.text) || is_in(&name.text, output);
        let output = plan
            .files
            .iter()
            .map(|file| file.output.as_str())
            .find(|output| is_covered(output))?;
        let finding = Diagnostic::new(Code::KeptAndMade).at(name.place.clone());
        Some(finding.with("name", name.text.as_str()).with("output", output))
    };
    keep.iter().filter_map(finding).collect()
}
