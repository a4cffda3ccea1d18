//! When errors are told: not before they have stood for a moment.
//!
//! A file that is half written has errors which nobody made. What is good is told at once, what is wrong only if it
//! still is after [`HOLD`]. A function of what it is given, times included; compares, and knows no content.

use std::time::{Duration, Instant};

/// How long errors stand before they are told.
pub(super) const HOLD: Duration = Duration::from_millis(150);

/// What was told, and what may have to be.
#[derive(Debug)]
pub(super) struct ErrorDebounce<T> {
    reported: Vec<T>,
    pending: Option<(Instant, Vec<T>)>,
}

impl<T: PartialEq + Clone> ErrorDebounce<T> {
    /// Where `told` are known from the start.
    pub(super) const fn new(told: Vec<T>) -> Self {
        Self {
            reported: told,
            pending: None,
        }
    }

    /// What was told last.
    pub(super) fn reported(&self) -> &[T] {
        &self.reported
    }

    /// Takes in that `errors` are what is wrong at `now`. Whether there is something to tell at once.
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

    /// When something may have to be told.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.pending.as_ref().map(|(due, _)| *due)
    }

    /// Whether errors have stood long enough; they count as told then.
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
        let mut patience = ErrorDebounce::new(Vec::new());
        assert!(!patience.observe(vec!["half"], start));
        assert!(!patience.flush(start + HOLD / 2));
        assert!(!patience.observe(vec![], start + HOLD / 2));
        assert_eq!(patience.deadline(), None);
        assert!(patience.reported().is_empty());
    }

    #[test]
    fn lasting_errors_are_reported_once_and_fixes_at_once() {
        let start = Instant::now();
        let mut patience = ErrorDebounce::new(Vec::new());
        assert!(!patience.observe(vec!["a"], start));
        assert!(
            !patience.observe(vec!["a", "b"], start + HOLD / 2),
            "still within the time"
        );
        assert_eq!(patience.deadline(), Some(start + HOLD), "counted from the first");
        assert!(patience.flush(start + HOLD));
        assert_eq!(patience.reported(), ["a", "b"]);
        assert!(!patience.observe(vec!["a", "b"], start + HOLD * 2));
        assert!(patience.observe(vec![], start + HOLD * 3));
        assert!(patience.reported().is_empty());
    }
}
