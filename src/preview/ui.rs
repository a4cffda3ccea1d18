//! How the preview speaks: what only the command line knows, handed in as values.

use super::watch::PollingReason;
use crate::diag::Diagnostic;
use crate::messages::{self, Lang};
use std::fmt;
use std::time::Duration;

/// What happened, for the terminal.
#[derive(Debug, Clone)]
pub(crate) enum PreviewEvent {
    /// The site took in a change.
    Updated {
        /// Paths from the site's folder; empty when anything may have changed.
        paths: Vec<String>,
        /// How long it took.
        time: Duration,
    },
    /// These errors have stood long enough to be told; all that there are.
    Errors(Vec<Diagnostic>),
    /// There are no errors any more.
    ErrorsFixed,
    /// Files are looked at again and again from now on.
    Polling(PollingReason),
}

/// The language of the preview, and the ways to say things.
pub(crate) struct PreviewUi {
    /// The language of the overlay and of the preview's own pages.
    pub lang: Lang,
    /// A finding as the terminal shows it, without colours.
    pub render_finding: fn(Lang, &Diagnostic) -> String,
    /// Takes news for the terminal; must not wait.
    pub on_event: Box<dyn Fn(PreviewEvent) + Send + Sync>,
}

impl fmt::Debug for PreviewUi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreviewUi")
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

impl PreviewUi {
    /// A sentence of the locales.
    pub(super) fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        messages::cli_text(self.lang, key, values)
    }
}
