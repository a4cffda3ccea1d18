//! Many events, one batch: waits until a channel has been quiet for a moment.
//!
//! An editor that saves makes several events, a `git checkout` thousands; each batch becomes one update. Knows nothing
//! of what the events are.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long nothing may come for a batch to be over. Events of one save lie well below a millisecond apart.
pub(super) const QUIET_PERIOD: Duration = Duration::from_millis(5);

/// How long a batch may grow, so that a stream of events without end gets through, too.
pub(super) const MAX_BATCH_TIME: Duration = Duration::from_secs(1);

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Batch<T> {
    /// These, in the order in which they came.
    Events(Vec<T>),
    /// Nothing until the deadline.
    Timeout,
    /// Nothing will ever come again.
    Closed,
}

/// Waits for the first event, until `deadline` if there is one, and then for quiet.
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

/// Adds to `first` what comes before it is quiet.
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
        assert!(matches!(next_batch(&events, None), Batch::Events(batch) if batch.len() > 10));
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
