//! A progress bar on the terminal for long builds.

use super::args::MessageFormat;
use super::console::Console;
use super::terminal;
use crate::deploy::TransferProgress;
use crate::pipeline::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Builds shorter than this show no bar, because it would only flicker.
const SHOW_DELAY: Duration = Duration::from_millis(500);

/// The progress bar of a build or a publication. Stays hidden when standard error is not a terminal.
#[derive(Debug)]
pub(super) struct CommandProgressBar {
    bar: ProgressBar,
    start: Instant,
    is_shown: AtomicBool,
    /// Whether nobody wants a bar: quiet, a program, or a terminal that cannot redraw a line.
    is_unwanted: bool,
}

impl CommandProgressBar {
    /// A hidden bar. [`SHOW_DELAY`] starts now.
    pub(super) fn new(console: &Console) -> Self {
        Self::with_text(console, "progress")
    }

    /// A hidden bar with the text `key`.
    pub(super) fn with_text(console: &Console, key: &str) -> Self {
        let bar = ProgressBar::hidden().with_message(console.text(key, &[]));
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self {
            bar,
            start: Instant::now(),
            is_shown: AtomicBool::new(false),
            is_unwanted: console.is_quiet || console.format != MessageFormat::Human || terminal::is_dumb(),
        }
    }
}

impl Progress for CommandProgressBar {
    fn start(&self, files: usize) {
        self.bar.set_length(files as u64);
    }

    fn advance(&self) {
        self.bar.inc(1);
        if !self.is_unwanted && self.start.elapsed() > SHOW_DELAY && !self.is_shown.swap(true, Ordering::Relaxed) {
            // Draws nothing when standard error is not a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl TransferProgress for CommandProgressBar {
    fn start(&self, files: usize, _bytes: u64) {
        Progress::start(self, files);
    }

    fn advance(&self, _bytes: u64) {
        Progress::advance(self);
    }

    fn finish(&self) {
        Progress::finish(self);
    }
}
