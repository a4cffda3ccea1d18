//! A bar on the terminal for builds that take long enough to wonder.

use crate::messages::{Lang, cli_text};
use crate::pipeline::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Builds shorter than this show no bar: it would only flicker.
const SHOW_DELAY: Duration = Duration::from_millis(500);

/// The bar; stays hidden when standard error is no terminal.
#[derive(Debug)]
pub(super) struct BuildProgressBar {
    bar: ProgressBar,
    start: Instant,
    is_shown: AtomicBool,
}

impl BuildProgressBar {
    /// A bar that starts to wait now.
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
            // Draws nothing when standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
