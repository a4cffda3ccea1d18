//! Many events, one batch: waits until a channel has been quiet for a moment.
//!
//! An editor that saves makes several events, a `git checkout` thousands; each batch becomes one update. Knows nothing
//! of what the events are.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long nothing may come for a batch to be over. Events of one save lie well below a millisecond apart.
pub(super) const QUIET: Duration = Duration::from_millis(5);

/// How long a batch may grow, so that a stream of events without end gets through, too.
pub(super) const LONGEST: Duration = Duration::from_secs(1);

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Batch<T> {
    /// These, in the order in which they came.
    Of(Vec<T>),
    /// Nothing until the deadline.
    Silence,
    /// Nothing will ever come again.
    Over,
}

/// Waits for the first event, until `deadline` if there is one, and then for quiet.
pub(super) fn gather<T>(events: &Receiver<T>, deadline: Option<Instant>) -> Batch<T> {
    let first = match deadline {
        None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(deadline) => events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
    };
    match first {
        Ok(first) => Batch::Of(fill(events, first)),
        Err(RecvTimeoutError::Timeout) => Batch::Silence,
        Err(RecvTimeoutError::Disconnected) => Batch::Over,
    }
}

/// Adds to `first` what comes before it is quiet.
fn fill<T>(events: &Receiver<T>, first: T) -> Vec<T> {
    let mut batch = vec![first];
    let end = Instant::now() + LONGEST;
    while Instant::now() < end
        && let Ok(event) = events.recv_timeout(QUIET)
    {
        batch.push(event);
    }
    batch
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::sync::mpsc::{channel, sync_channel};
    use std::thread;

    #[test]
    fn what_comes_together_is_one_batch_and_what_comes_later_another() {
        let (sender, events) = channel();
        for number in 0..1000 {
            sender.send(number).unwrap();
        }
        assert_eq!(gather(&events, None), Batch::Of((0..1000).collect()));
        sender.send(1).unwrap();
        assert_eq!(gather(&events, None), Batch::Of(vec![1]));
    }

    #[test]
    fn a_stream_without_end_gets_through() {
        let (sender, events) = sync_channel(1);
        let talker = thread::spawn(move || while sender.send(()).is_ok() {});
        let start = Instant::now();
        assert!(matches!(gather(&events, None), Batch::Of(batch) if batch.len() > 10));
        assert!(start.elapsed() < LONGEST * 3);
        drop(events);
        talker.join().unwrap();
    }

    #[test]
    fn waiting_ends_at_the_deadline_and_with_the_sender() {
        let (sender, events) = channel::<()>();
        let deadline = Instant::now() + Duration::from_millis(10);
        assert_eq!(gather(&events, Some(deadline)), Batch::Silence);
        drop(sender);
        assert_eq!(gather(&events, None), Batch::Over);
    }
}
