//! The preview's output to people: what only the command line knows, passed in as values.

use super::watch::PollingReason;
use crate::diag::Diagnostic;
use crate::messages::{self, Lang};
use jiff::civil::Date;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// What happened, for the terminal.
#[derive(Debug, Clone)]
pub(crate) enum PreviewEvent {
    /// The site was updated after a change.
    Updated {
        /// Paths from the site's folder; empty when anything may have changed.
        paths: Vec<String>,
        /// How long it took.
        time: Duration,
    },
    /// All errors, after they have lasted long enough to be reported.
    Errors(Vec<Diagnostic>),
    /// Warnings that were not reported before.
    Warnings(Vec<Diagnostic>),
    /// The last error is gone.
    ErrorsFixed,
    /// From now on, files are polled.
    Polling(PollingReason),
}

/// The language of the preview, how it displays findings and events, and which day it is.
pub(crate) struct PreviewUi {
    /// The language of the overlay and of the preview's own pages.
    pub lang: Lang,
    /// Renders a finding as the terminal shows it, without colours.
    pub render_finding: fn(Lang, &Diagnostic) -> String,
    /// Today in the time zone of the site in a folder. `None` when `SOURCE_DATE_EPOCH` is not a time.
    pub today: fn(&Path) -> Option<Date>,
    /// Receives events for the terminal. Must not block.
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
    /// A text of the locales, with `values` filled in.
    pub(super) fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        messages::cli_text(self.lang, key, values)
    }
}
