//! A progress bar on the terminal for long builds.

use crate::messages::{Lang, cli_text};
use crate::pipeline::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Builds shorter than this show no bar, because it would only flicker.
const SHOW_DELAY: Duration = Duration::from_millis(500);

/// The progress bar. Stays hidden when standard error is not a terminal.
#[derive(Debug)]
pub(super) struct BuildProgressBar {
    bar: ProgressBar,
    start: Instant,
    is_shown: AtomicBool,
}

impl BuildProgressBar {
    /// A hidden bar. [`SHOW_DELAY`] starts now.
    pub(super) fn new(lang: Lang) -> Self {
        let bar = ProgressBar::hidden().with_message(cli_text(lang, "progress", &[]));
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self {
            bar,
            start: Instant::now(),
            is_shown: AtomicBool::new(false),
        }
    }
}

impl Progress for BuildProgressBar {
    fn start(&self, files: usize) {
        self.bar.set_length(files as u64);
    }

    fn advance(&self) {
        self.bar.inc(1);
        if self.start.elapsed() > SHOW_DELAY && !self.is_shown.swap(true, Ordering::Relaxed) {
            // Draws nothing when standard error is not a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
