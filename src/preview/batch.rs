//! Collects events into batches: waits until a channel has been quiet for a moment.
//!
//! Saving a file in a text editor causes several events, a `git checkout` thousands; each batch becomes one update.
//! Does not know what the events are.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// A batch ends when no event came for this long. Events of one save are well below a millisecond apart.
pub(super) const QUIET_PERIOD: Duration = Duration::from_millis(5);

/// How long a batch may grow, so that an endless stream of events is also delivered.
pub(super) const MAX_BATCH_TIME: Duration = Duration::from_secs(1);

/// The result of waiting for events.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Batch<T> {
    /// The events, in the order in which they came.
    Events(Vec<T>),
    /// No event until the deadline.
    Timeout,
    /// There will be no more events.
    Closed,
}

/// Waits for the first event, at most until `deadline`, and then until the channel is quiet.
pub(super) fn next_batch<T>(events: &Receiver<T>, deadline: Option<Instant>) -> Batch<T> {
    let first = match deadline {
        None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(deadline) => events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
    };
    match first {
        Ok(first) => Batch::Events(collect_until_quiet(events, first)),
        Err(RecvTimeoutError::Timeout) => Batch::Timeout,
        Err(RecvTimeoutError::Disconnected) => Batch::Closed,
    }
}

/// Collects `first` and the events that come before the channel is quiet.
fn collect_until_quiet<T>(events: &Receiver<T>, first: T) -> Vec<T> {
    let mut batch = vec![first];
    let end = Instant::now() + MAX_BATCH_TIME;
    while Instant::now() < end
        && let Ok(event) = events.recv_timeout(QUIET_PERIOD)
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
    fn events_in_quick_succession_are_one_batch() {
        let (sender, events) = channel();
        for number in 0..1000 {
            sender.send(number).unwrap();
        }
        assert_eq!(next_batch(&events, None), Batch::Events((0..1000).collect()));
        sender.send(1).unwrap();
        assert_eq!(next_batch(&events, None), Batch::Events(vec![1]));
    }

    #[test]
    fn endless_stream_is_cut_into_batches() {
        let (sender, events) = sync_channel(1);
        let talker = thread::spawn(move || while sender.send(()).is_ok() {});
        let start = Instant::now();
        // How many events a batch has depends on how often the machine lets the other thread run.
        assert!(matches!(next_batch(&events, None), Batch::Events(_)));
        assert!(start.elapsed() < MAX_BATCH_TIME * 3);
        drop(events);
        talker.join().unwrap();
    }

    #[test]
    fn waiting_ends_at_the_deadline_and_with_the_sender() {
        let (sender, events) = channel::<()>();
        let deadline = Instant::now() + Duration::from_millis(10);
        assert_eq!(next_batch(&events, Some(deadline)), Batch::Timeout);
        drop(sender);
        assert_eq!(next_batch(&events, None), Batch::Closed);
    }
}
