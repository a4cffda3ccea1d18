//! Splits a file into front matter and text.

use crate::diag::{Checked, Code, Diagnostic, Place};
use std::ops::Range;

/// The maximum length of front matter, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// The byte ranges of front matter and text in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontMatterSplit {
    /// The YAML between the `---` lines; `None` when the file has no front matter, or when it is not closed.
    pub yaml: Option<Range<usize>>,
    /// The text after it.
    pub body: Range<usize>,
}

/// Finds front matter: an opening `---` on the first line, a closing `---` or `...`.
#[must_use]
pub fn split_front_matter(file: &str, text: &str) -> Checked<FrontMatterSplit> {
    let whole = 0..text.len();
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.trim_end() != "---" {
        let finding = Diagnostic::new(Code::FrontMatterMissing).at(Place::in_text(file, text, 0..0));
        return Checked {
            value: FrontMatterSplit {
                yaml: None,
                body: whole,
            },
            findings: vec![finding],
        };
    }
    let start = first.len();
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return check_length(file, text, start..at, at + line.len());
        }
        at += line.len();
    }
    let finding = Diagnostic::new(Code::FrontMatterUnclosed).at(Place::in_text(file, text, 0..3));
    Checked {
        value: FrontMatterSplit {
            yaml: None,
            body: start..text.len(),
        },
        findings: vec![finding],
    }
}

/// Returns the split into front matter at `yaml` and the text from `body` on. Front matter that is too long is left
/// out, with a finding.
fn check_length(file: &str, text: &str, yaml: Range<usize>, body: usize) -> Checked<FrontMatterSplit> {
    let body = body..text.len();
    if yaml.len() <= MAX_BYTES {
        return Checked {
            value: FrontMatterSplit { yaml: Some(yaml), body },
            findings: Vec::new(),
        };
    }
    let finding = Diagnostic::new(Code::FrontMatterTooLong)
        .at(Place::in_text(file, text, 0..3))
        .with("limit", "64 KB");
    Checked {
        value: FrontMatterSplit { yaml: None, body },
        findings: vec![finding],
    }
}
