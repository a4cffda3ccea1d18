//! Templates that do not end, judged once in a build.
//!
//! A page that is given up at its limit has taken seconds. Its build fails in any case, so the other pages of the same
//! template, of which there may be thousands, are given up at once.

use crate::diag::Diagnostic;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The findings about templates and components whose pages were given up, by their names.
#[derive(Debug, Default)]
pub(super) struct EndlessTemplates(Mutex<BTreeMap<String, Diagnostic>>);

impl EndlessTemplates {
    /// The finding about `template`, if one of its pages was given up.
    pub(super) fn get(&self, template: &str) -> Option<Diagnostic> {
        self.lock().get(template).cloned()
    }

    /// Remembers that a page of `template` was given up.
    pub(super) fn insert(&self, template: &str, finding: &Diagnostic) {
        self.lock().insert(template.to_owned(), finding.clone());
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Diagnostic>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
