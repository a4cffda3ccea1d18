//! Debounces errors: reports them only after they have lasted for a moment.
//!
//! A half-written file has errors that nobody made. The end of all errors is reported at once, new errors only if there
//! are still errors after [`HOLD`]. The clock is an input. Errors are only compared, never inspected.

use std::time::{Duration, Instant};

/// How long errors last before they are reported.
pub(super) const HOLD: Duration = Duration::from_millis(150);

/// The reported errors, and those that wait for their deadline.
#[derive(Debug)]
pub(super) struct ErrorDebounce<T> {
    reported: Vec<T>,
    pending: Option<(Instant, Vec<T>)>,
}

impl<T: PartialEq + Clone> ErrorDebounce<T> {
    /// A debounce whose reported errors are `errors`.
    pub(super) const fn new(errors: Vec<T>) -> Self {
        Self {
            reported: errors,
            pending: None,
        }
    }

    /// The errors that were reported last.
    pub(super) fn reported(&self) -> &[T] {
        &self.reported
    }

    /// Observes that `errors` are all errors at `now`. Returns whether there is something to report at once.
    pub(super) fn observe(&mut self, errors: Vec<T>, now: Instant) -> bool {
        if errors == self.reported {
            self.pending = None;
            return false;
        }
        if errors.is_empty() {
            self.pending = None;
            self.reported = errors;
            return true;
        }
        let due = self.pending.as_ref().map_or(now + HOLD, |(due, _)| *due);
        self.pending = Some((due, errors));
        self.flush(now)
    }

    /// When [`Self::flush`] may have something to report. `None` when nothing waits.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.pending.as_ref().map(|(due, _)| *due)
    }

    /// Returns whether errors have lasted long enough; then they count as reported.
    pub(super) fn flush(&mut self, now: Instant) -> bool {
        match self.pending.take_if(|(due, _)| *due <= now) {
            Some((_, errors)) => {
                self.reported = errors;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lived_errors_are_not_reported() {
        let start = Instant::now();
        let mut debounce = ErrorDebounce::new(Vec::new());
        assert!(!debounce.observe(vec!["half"], start));
        assert!(!debounce.flush(start + HOLD / 2));
        assert!(!debounce.observe(vec![], start + HOLD / 2));
        assert_eq!(debounce.deadline(), None);
        assert!(debounce.reported().is_empty());
    }

    #[test]
    fn lasting_errors_are_reported_once_and_fixes_at_once() {
        let start = Instant::now();
        let mut debounce = ErrorDebounce::new(Vec::new());
        assert!(!debounce.observe(vec!["a"], start));
        assert!(
            !debounce.observe(vec!["a", "b"], start + HOLD / 2),
            "still within the time"
        );
        assert_eq!(debounce.deadline(), Some(start + HOLD), "counted from the first");
        assert!(debounce.flush(start + HOLD));
        assert_eq!(debounce.reported(), ["a", "b"]);
        assert!(!debounce.observe(vec!["a", "b"], start + HOLD * 2));
        assert!(debounce.observe(vec![], start + HOLD * 3));
        assert!(debounce.reported().is_empty());
    }
}
