//! Findings stored in the manifest: a build with nothing to do reports the findings of the build before it, in the
//! language of the current request.

use crate::diag::{Code, Diagnostic, Place, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A finding as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredFinding {
    code: String,
    is_error: bool,
    values: Vec<(String, String)>,
    fix: Option<String>,
    place: Option<StoredPlace>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredPlace {
    file: String,
    sheet: Option<String>,
    line: usize,
    column: usize,
    excerpt: String,
    marked: (usize, usize),
}

impl StoredFinding {
    pub(super) fn from_diagnostic(finding: &Diagnostic) -> Self {
        let values = finding.values.iter();
        Self {
            code: finding.code.as_str().to_owned(),
            is_error: finding.severity == Severity::Error,
            values: values
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            fix: finding.fix.clone(),
            place: finding.place.as_ref().map(StoredPlace::from_place),
        }
    }
}

impl StoredPlace {
    fn from_place(place: &Place) -> Self {
        Self {
            file: place.shown_file().into_owned(),
            sheet: place.sheet.clone(),
            line: place.line,
            column: place.column,
            excerpt: place.excerpt.clone(),
            marked: place.marked_span,
        }
    }

    fn to_place(&self) -> Place {
        Place {
            file: self.file.clone(),
            sheet: self.sheet.clone(),
            line: self.line,
            column: self.column,
            excerpt: self.excerpt.clone(),
            unmasked: None,
            marked_span: self.marked,
        }
    }
}

/// Restores the findings. `None` when one of them has a code that this program does not know.
pub(super) fn to_diagnostics(stored: &[StoredFinding]) -> Option<Vec<Diagnostic>> {
    let mut names = NameInterner::default();
    stored
        .iter()
        .map(|stored| {
            Some(Diagnostic {
                place: stored.place.as_ref().map(StoredPlace::to_place),
                code: *Code::ALL.iter().find(|code| code.as_str() == stored.code)?,
                severity: if stored.is_error {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                values: stored
                    .values
                    .iter()
                    .map(|(name, value)| (names.intern(name), value.clone()))
                    .collect(),
                fix: stored.fix.clone(),
                unmasked_fix: None,
            })
        })
        .collect()
}

/// Interns the names of values. A finding's names are `&'static str`, so names from a manifest are leaked. There are
/// some twenty of them, and the program reads a manifest only once.
#[derive(Default)]
struct NameInterner(BTreeMap<String, &'static str>);

impl NameInterner {
    fn intern(&mut self, name: &str) -> &'static str {
        if let Some(known) = self.0.get(name) {
            return known;
        }
        let lasting: &'static str = Box::leak(name.to_owned().into_boxed_str());
        self.0.insert(name.to_owned(), lasting);
        lasting
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn stored_findings_round_trip() {
        let text = "---\ntitle：标题\n---\n";
        let findings = [
            Diagnostic::new(Code::NoBaseUrl),
            Diagnostic::new(Code::FullWidthColon)
                .at(Place::in_text("content/a.md", text, 9..12))
                .with("key", "title")
                .with("value", "标题")
                .with_fix("title: 标题")
                .with_severity(Severity::Warning),
            Diagnostic::new(Code::BadFormula).at(Place::in_ledger(
                "content/_data/a.xlsx",
                "表",
                (3, 2),
                [(2, "#REF!")],
            )),
        ];
        let stored: Vec<StoredFinding> = findings.iter().map(StoredFinding::from_diagnostic).collect();
        let bytes = postcard::to_stdvec(&stored).unwrap();
        let read: Vec<StoredFinding> = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(to_diagnostics(&read).unwrap(), findings);
        let strange = StoredFinding {
            code: "unheard-of".to_owned(),
            ..stored[0].clone()
        };
        assert!(to_diagnostics(&[strange]).is_none());
    }
}
