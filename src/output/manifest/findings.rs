//! Findings that outlive the build that made them: a build with nothing to do says the same as the one before it, in
//! whichever language it is asked.

use crate::diag::{Code, Diagnostic, Place, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A finding as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    code: String,
    is_error: bool,
    values: Vec<(String, String)>,
    corrected: Option<String>,
    place: Option<KeptPlace>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptPlace {
    file: String,
    sheet: Option<String>,
    line: usize,
    column: usize,
    excerpt: String,
    marked: (usize, usize),
}

impl Kept {
    pub(super) fn of(finding: &Diagnostic) -> Self {
        let values = finding.values.iter();
        Self {
            code: finding.code.as_str().to_owned(),
            is_error: finding.severity == Severity::Error,
            values: values
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            corrected: finding.corrected.clone(),
            place: finding.place.as_ref().map(KeptPlace::of),
        }
    }
}

impl KeptPlace {
    fn of(place: &Place) -> Self {
        Self {
            file: place.file.clone(),
            sheet: place.sheet.clone(),
            line: place.line,
            column: place.column,
            excerpt: place.excerpt.clone(),
            marked: place.marked,
        }
    }

    fn told(&self) -> Place {
        Place {
            file: self.file.clone(),
            sheet: self.sheet.clone(),
            line: self.line,
            column: self.column,
            excerpt: self.excerpt.clone(),
            marked: self.marked,
        }
    }
}

/// The findings again; none when one of them has a code that this program does not know.
pub(super) fn told(kept: &[Kept]) -> Option<Vec<Diagnostic>> {
    let mut names = Names::default();
    kept.iter()
        .map(|kept| {
            Some(Diagnostic {
                place: kept.place.as_ref().map(KeptPlace::told),
                code: *Code::ALL.iter().find(|code| code.as_str() == kept.code)?,
                severity: if kept.is_error {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                values: kept
                    .values
                    .iter()
                    .map(|(name, value)| (names.lasting(name), value.clone()))
                    .collect(),
                corrected: kept.corrected.clone(),
            })
        })
        .collect()
}

/// Names of values. A finding's names are words of the program, which last as long as it; those that were read must be
/// made to. There are some twenty of them, and a manifest is read once in a program's life.
#[derive(Default)]
struct Names(BTreeMap<String, &'static str>);

impl Names {
    fn lasting(&mut self, name: &str) -> &'static str {
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
    fn a_finding_comes_back_as_it_was() {
        let text = "---\ntitle：标题\n---\n";
        let findings = [
            Diagnostic::new(Code::NoBaseUrl),
            Diagnostic::new(Code::FullWidthColon)
                .at(Place::of("content/a.md", text, 9..12))
                .with("key", "title")
                .with("value", "标题")
                .corrected("title: 标题")
                .weighing(Severity::Warning),
            Diagnostic::new(Code::BadFormula).at(Place::in_ledger(
                "content/_data/a.xlsx",
                "表",
                (3, 2),
                [(2, "#REF!")],
            )),
        ];
        let kept: Vec<Kept> = findings.iter().map(Kept::of).collect();
        let bytes = postcard::to_stdvec(&kept).unwrap();
        let read: Vec<Kept> = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(told(&read).unwrap(), findings);
        let strange = Kept {
            code: "unheard-of".to_owned(),
            ..kept[0].clone()
        };
        assert!(told(&[strange]).is_none());
    }
}
