//! Applies changes one after the other: the only place that owns the session.

use super::debounce::ErrorDebounce;
use super::roots::Roots;
use super::state::PreviewState;
use super::ui::{PreviewEvent, PreviewUi};
use super::watch::{SiteWatcher, WatchEvent};
use crate::diag::Diagnostic;
use crate::pipeline::Session;
use crate::source::Changes;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch::Sender;

/// Keeps the served state up to date with the files.
#[derive(Debug)]
pub(super) struct Updater {
    session: Session,
    watch: SiteWatcher,
    roots: Roots,
    ui: Arc<PreviewUi>,
    states: Sender<Arc<PreviewState>>,
    debounce: ErrorDebounce<Diagnostic>,
    number: u64,
    /// The warnings that were reported and still hold.
    warnings: BTreeSet<Diagnostic>,
}

impl Updater {
    /// An updater for a session whose first state is in `states`.
    pub(super) fn new(
        session: Session,
        watch: SiteWatcher,
        site: &Path,
        ui: Arc<PreviewUi>,
        states: Sender<Arc<PreviewState>>,
    ) -> Self {
        let debounce = ErrorDebounce::new(states.borrow().errors.clone());
        Self {
            session,
            watch,
            roots: Roots::new(site),
            ui,
            states,
            debounce,
            number: 1,
            warnings: BTreeSet::new(),
        }
    }

    /// Runs until the watcher is closed.
    pub(super) fn run(mut self) {
        self.report_warnings();
        if !self.debounce.reported().is_empty() {
            self.report_errors();
        }
        loop {
            match self.watch.next_event(self.debounce.deadline()) {
                WatchEvent::Changes(changes) => self.update(&changes),
                WatchEvent::Polling(reason) => {
                    (self.ui.on_event)(PreviewEvent::Polling(reason));
                }
                WatchEvent::Timeout => {
                    if self.debounce.flush(Instant::now()) {
                        self.publish_state();
                        self.report_errors();
                    }
                }
                WatchEvent::Closed => return,
            }
        }
    }

    /// Applies `changes`.
    fn update(&mut self, changes: &Changes) {
        let start = Instant::now();
        if !self.session.update(changes) {
            return;
        }
        let time = start.elapsed();
        let errors: Vec<Diagnostic> = self.session.latest().errors().cloned().collect();
        let must_report = self.debounce.observe(errors, Instant::now());
        self.publish_state();
        let paths = self.paths_to_report(changes);
        (self.ui.on_event)(PreviewEvent::Updated { paths, time });
        self.report_warnings();
        if must_report {
            self.report_errors();
        }
    }

    /// Reports the warnings that are new.
    fn report_warnings(&mut self) {
        let state = self.session.latest();
        let now: BTreeSet<Diagnostic> = state.warnings().cloned().collect();
        let fresh: Vec<Diagnostic> = now
            .iter()
            .filter(|warning| !self.warnings.contains(warning))
            .cloned()
            .collect();
        self.warnings = now;
        if !fresh.is_empty() {
            (self.ui.on_event)(PreviewEvent::Warnings(fresh));
        }
    }

    /// Publishes the new state to the server and the browsers.
    fn publish_state(&mut self) {
        self.number += 1;
        let errors = self.debounce.reported().to_vec();
        let state = PreviewState::new(self.number, self.session.last_good(), self.session.latest(), errors);
        self.states.send_replace(Arc::new(state));
    }

    fn report_errors(&self) {
        let errors = self.debounce.reported();
        (self.ui.on_event)(if errors.is_empty() {
            PreviewEvent::ErrorsFixed
        } else {
            PreviewEvent::Errors(errors.to_vec())
        });
    }

    /// The changed paths to report: the files that exist; if there are none, the files that are gone; else the folders.
    /// A text editor that saves through a temporary file also made and removed that file, which is not worth reporting.
    fn paths_to_report(&self, changes: &Changes) -> Vec<String> {
        let Changes::Paths(paths) = changes else {
            return Vec::new();
        };
        let mut ranked: Vec<_> = paths.iter().map(|path| (rank(path), path)).collect();
        ranked.sort();
        let first = ranked.first().map(|(rank, _)| *rank);
        let of_interest = ranked.into_iter().take_while(|(rank, _)| Some(*rank) == first);
        of_interest.map(|(_, path)| self.roots.display_path(path)).collect()
    }
}

fn rank(path: &Path) -> u8 {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => 2,
        Ok(_) => 0,
        Err(_) => 1,
    }
}
