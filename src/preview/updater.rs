//! Takes changes in, one after the other: the only place that owns the session.

use super::patience::Patience;
use super::roots::Roots;
use super::state::State;
use super::voice::{News, Voice};
use super::watch::{Heard, Watch};
use crate::diag::Diagnostic;
use crate::pipeline::Session;
use crate::source::Changes;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch::Sender;

/// Keeps the shown state up with the files.
#[derive(Debug)]
pub(super) struct Updater {
    session: Session,
    watch: Watch,
    roots: Roots,
    voice: Arc<Voice>,
    states: Sender<Arc<State>>,
    patience: Patience<Diagnostic>,
    number: u64,
}

impl Updater {
    /// An updater for a session whose first state is shown in `states`.
    pub(super) fn new(
        session: Session,
        watch: Watch,
        site: &Path,
        voice: Arc<Voice>,
        states: Sender<Arc<State>>,
    ) -> Self {
        let patience = Patience::new(states.borrow().errors.clone());
        Self {
            session,
            watch,
            roots: Roots::new(site),
            voice,
            states,
            patience,
            number: 1,
        }
    }

    /// Works until there is nothing to watch any more.
    pub(super) fn run(mut self) {
        if !self.patience.told().is_empty() {
            self.tell_errors();
        }
        loop {
            match self.watch.next(self.patience.deadline()) {
                Heard::Changes(changes) => self.update(&changes),
                Heard::Polling(reason) => {
                    (self.voice.tell)(News::Polling(reason));
                }
                Heard::Silence => {
                    if self.patience.ripen(Instant::now()) {
                        self.show();
                        self.tell_errors();
                    }
                }
                Heard::Over => return,
            }
        }
    }

    /// Takes `changes` in.
    fn update(&mut self, changes: &Changes) {
        let start = Instant::now();
        if !self.session.update(changes) {
            return;
        }
        let time = start.elapsed();
        let errors: Vec<Diagnostic> = self.session.newest().errors().cloned().collect();
        let is_told = self.patience.see(errors, Instant::now());
        self.show();
        let paths = self.paths(changes);
        (self.voice.tell)(News::Updated { paths, time });
        if is_told {
            self.tell_errors();
        }
    }

    /// Lets the server and the browsers see how things stand.
    fn show(&mut self) {
        self.number += 1;
        let errors = self.patience.told().to_vec();
        let state = State::new(self.number, self.session.shown(), self.session.newest(), errors);
        self.states.send_replace(Arc::new(state));
    }

    fn tell_errors(&self) {
        let told = self.patience.told();
        (self.voice.tell)(if told.is_empty() {
            News::Mended
        } else {
            News::Errors(told.to_vec())
        });
    }

    /// What changed, for people: files that are there; if there is none, those that are gone; else folders. An editor
    /// that saves by way of another file has made and removed that one, too, which is of no interest.
    fn paths(&self, changes: &Changes) -> Vec<String> {
        let Changes::Paths(paths) = changes else {
            return Vec::new();
        };
        let mut ranked: Vec<_> = paths.iter().map(|path| (rank(path), path)).collect();
        ranked.sort();
        let first = ranked.first().map(|(rank, _)| *rank);
        let of_interest = ranked.into_iter().take_while(|(rank, _)| Some(*rank) == first);
        of_interest.map(|(_, path)| self.roots.shown(path)).collect()
    }
}

fn rank(path: &Path) -> u8 {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => 2,
        Ok(_) => 0,
        Err(_) => 1,
    }
}
