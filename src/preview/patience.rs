//! When errors are told: not before they have stood for a moment.
//!
//! A file that is half written has errors which nobody made. What is good is told at once, what is wrong only if it
//! still is after [`STANDING`]. A function of what it is given, times included; compares, and knows no content.

use std::time::{Duration, Instant};

/// How long errors stand before they are told.
pub(super) const STANDING: Duration = Duration::from_millis(150);

/// What was told, and what may have to be.
#[derive(Debug)]
pub(super) struct Patience<T> {
    told: Vec<T>,
    waiting: Option<(Instant, Vec<T>)>,
}

impl<T: PartialEq + Clone> Patience<T> {
    /// Where `told` are known from the start.
    pub(super) const fn new(told: Vec<T>) -> Self {
        Self { told, waiting: None }
    }

    /// What was told last.
    pub(super) fn told(&self) -> &[T] {
        &self.told
    }

    /// Takes in that `errors` are what is wrong at `now`. Whether there is something to tell at once.
    pub(super) fn see(&mut self, errors: Vec<T>, now: Instant) -> bool {
        if errors == self.told {
            self.waiting = None;
            return false;
        }
        if errors.is_empty() {
            self.waiting = None;
            self.told = errors;
            return true;
        }
        let due = self.waiting.as_ref().map_or(now + STANDING, |(due, _)| *due);
        self.waiting = Some((due, errors));
        self.ripen(now)
    }

    /// When something may have to be told.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.waiting.as_ref().map(|(due, _)| *due)
    }

    /// Whether errors have stood long enough; they count as told then.
    pub(super) fn ripen(&mut self, now: Instant) -> bool {
        match self.waiting.take_if(|(due, _)| *due <= now) {
            Some((_, errors)) => {
                self.told = errors;
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
    fn a_half_written_file_is_not_told_of() {
        let start = Instant::now();
        let mut patience = Patience::new(Vec::new());
        assert!(!patience.see(vec!["half"], start));
        assert!(!patience.ripen(start + STANDING / 2));
        assert!(!patience.see(vec![], start + STANDING / 2));
        assert_eq!(patience.deadline(), None);
        assert!(patience.told().is_empty());
    }

    #[test]
    fn what_stands_is_told_once_and_what_is_mended_at_once() {
        let start = Instant::now();
        let mut patience = Patience::new(Vec::new());
        assert!(!patience.see(vec!["a"], start));
        assert!(
            !patience.see(vec!["a", "b"], start + STANDING / 2),
            "still within the time"
        );
        assert_eq!(patience.deadline(), Some(start + STANDING), "counted from the first");
        assert!(patience.ripen(start + STANDING));
        assert_eq!(patience.told(), ["a", "b"]);
        assert!(!patience.see(vec!["a", "b"], start + STANDING * 2));
        assert!(patience.see(vec![], start + STANDING * 3));
        assert!(patience.told().is_empty());
    }
}
