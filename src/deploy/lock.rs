//! One publication at a time for one destination.
//!
//! The lock is a file at the destination with a random token and the time at which its holder last renewed it. Its holder
//! may be on another computer, so nothing but its age tells that it was killed. To end that wait for the computer that
//! was killed itself, the site's cache remembers the tokens that this computer used; a lock of the operating system on
//! that file keeps two publications of one computer apart.
//!
//! Clocks of two computers may differ. A lock that seems old, or later than now, is watched: while it is renewed, its
//! holder is running.

use super::cache::destination_cache;
use super::error::PublishError;
use super::storage::Storage;
use std::fs::{File, TryLockError};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The name of the lock at a destination.
pub(super) const NAME: &str = ".xiangyin-lock";

const FIRST_LINE: &str = "xiangyin publishing 1";

/// The line by which a computer remembers that it published to the destination.
const HAS_PUBLISHED: &str = "published";

/// How many tokens a computer remembers before it forgets those that are of no use.
const MAX_TOKENS: usize = 100;

/// How often it is created at most, when one that is in the way is gone before it is read.
const MAX_TRIES: usize = 5;

/// The times of a lock.
#[derive(Debug, Clone, Copy)]
pub(super) struct LockTiming {
    /// How often its holder renews it.
    pub(super) renewal: Duration,
    /// The age from which it may be that of a killed publication.
    pub(super) stale: Duration,
    /// How long it is watched before it is taken over.
    pub(super) watch: Duration,
}

impl LockTiming {
    pub(super) const DEFAULT: Self = Self {
        renewal: Duration::from_secs(15),
        stale: Duration::from_secs(300),
        watch: Duration::from_secs(40),
    };
}

/// A held lock.
pub(super) struct DestinationLock<'s> {
    storage: &'s dyn Storage,
    token: String,
    is_lost: AtomicBool,
    /// Whether the lock of a killed publication was taken over.
    pub(super) was_abandoned: bool,
    /// Whether this computer published to the destination before.
    pub(super) was_published: bool,
    /// Whether more is remembered than is of use.
    is_memory_long: bool,
    /// Held until the publication ends.
    memory: Option<File>,
}

impl<'s> DestinationLock<'s> {
    /// Takes the lock of the destination `name` of the site in `site`.
    ///
    /// # Errors
    /// When another publication holds it, and when the destination cannot be written to.
    pub(super) fn acquire(
        storage: &'s dyn Storage,
        (site, name): (&Path, &str),
        timing: LockTiming,
    ) -> Result<Self, PublishError> {
        let (memory, mut known) = open_memory(site, name)?;
        let was_published = known.iter().any(|line| line == HAS_PUBLISHED);
        let is_memory_long = known.len() > MAX_TOKENS;
        known.retain(|line| line != HAS_PUBLISHED);
        let token = format!("{:016x}", RandomState::new().hash_one(name));
        let mut lock = Self {
            storage,
            token,
            is_lost: AtomicBool::new(false),
            was_abandoned: false,
            was_published,
            is_memory_long,
            memory,
        };
        lock.remember(&lock.token);
        for _ in 0..MAX_TRIES {
            if storage.create(NAME, lock.text().as_bytes())? {
                return Ok(lock);
            }
            // It may have been released just now.
            let Some(found) = storage.read(NAME)? else { continue };
            let (token, time) = parse(&found).unwrap_or_default();
            // The answer to a creation may have been lost, and a second one is refused.
            if token == lock.token {
                return Ok(lock);
            }
            if !known.contains(&token) {
                lock.check_abandoned(&found, time, timing)?;
            }
            lock.was_abandoned = true;
            storage.write(NAME, lock.text().as_bytes())?;
            // Another publication may have taken it over at the same time. The last one has it.
            return lock.check().map(|()| lock);
        }
        Err(lock.busy())
    }

    /// Refuses a lock whose holder seems to run.
    fn check_abandoned(&self, found: &[u8], time: u64, timing: LockTiming) -> Result<(), PublishError> {
        let age = seconds_since_1970().checked_sub(time);
        let is_fresh = age.is_some_and(|age| age < timing.stale.as_secs());
        if is_fresh {
            return Err(self.busy());
        }
        std::thread::sleep(timing.watch);
        match self.storage.read(NAME)? {
            Some(later) if later != found => Err(self.busy()),
            _ => Ok(()),
        }
    }

    fn busy(&self) -> PublishError {
        PublishError::Busy {
            reason: "destination-busy-elsewhere",
            lock: Some(self.storage.display(NAME)),
        }
    }

    /// Refuses to go on when another publication took the lock over.
    ///
    /// # Errors
    /// When it did, and when the lock cannot be read.
    pub(super) fn check(&self) -> Result<(), PublishError> {
        let is_held = !self.is_lost.load(Ordering::Relaxed) && self.is_ours()?;
        match is_held {
            true => Ok(()),
            false => Err(self.busy()),
        }
    }

    /// Whether another publication took the lock over, as far as is known.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    fn is_ours(&self) -> Result<bool, PublishError> {
        let found = self.storage.read(NAME)?;
        Ok(found
            .and_then(|found| parse(&found))
            .is_some_and(|(token, _)| token == self.token))
    }

    /// Renews the lock until the sender of `end` is dropped.
    pub(super) fn renew_until(&self, end: &Receiver<()>, timing: LockTiming) {
        while end.recv_timeout(timing.renewal) == Err(RecvTimeoutError::Timeout) {
            match self.is_ours() {
                Ok(true) => {
                    // When the destination cannot be reached for a moment, the next renewal counts.
                    let _ = self.storage.write(NAME, self.text().as_bytes());
                }
                Ok(false) => return self.is_lost.store(true, Ordering::Relaxed),
                Err(_) => {}
            }
        }
    }

    /// Has the site's cache remember that the site was published.
    pub(super) fn remember_publication(&self) {
        if !self.was_published {
            self.remember(HAS_PUBLISHED);
        }
    }

    /// Releases the lock.
    pub(super) fn release(self) {
        // A lock that cannot be deleted is taken over next time, because its token is remembered.
        let is_released = self.is_ours().unwrap_or(false) && self.storage.delete(NAME).is_ok();
        // There is no lock whose token must be known.
        if let (true, true, Some(file)) = (is_released, self.is_memory_long, &self.memory) {
            let _ = file.set_len(0);
            self.remember(HAS_PUBLISHED);
        }
    }

    fn text(&self) -> String {
        format!("{FIRST_LINE}\n{} {}\n", self.token, seconds_since_1970())
    }

    /// Adds a line to what the site's cache remembers. Nothing is replaced: a publication that is killed meanwhile must not
    /// lose the token of an earlier one.
    fn remember(&self, line: &str) {
        if let Some(mut file) = self.memory.as_ref() {
            // Without it, the lock of a killed publication is waited for, and an empty destination is not noticed.
            let _ = file.write_all(format!("\n{line}\n").as_bytes());
        }
    }
}

/// Keeps two publications of this computer to the destination `name` apart, until the file is dropped. `None` where files
/// cannot be locked.
///
/// # Errors
/// When another publication is running.
pub(super) fn lock_here(site: &Path, name: &str) -> Result<Option<File>, PublishError> {
    open_memory(site, name).map(|(file, _)| file)
}

/// Opens and locks the file with the tokens that this computer used for the destination, and reads them. Where the file
/// cannot be locked, nothing is known.
fn open_memory(site: &Path, name: &str) -> Result<(Option<File>, Vec<String>), PublishError> {
    let (folder, key) = destination_cache(site, name);
    let Ok(mut file) = folder.open(&key, File::options().read(true).append(true).create(true)) else {
        return Ok((None, Vec::new()));
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let (reason, lock) = ("destination-busy-here", None);
            return Err(PublishError::Busy { reason, lock });
        }
        Err(TryLockError::Error(_)) => return Ok((None, Vec::new())),
    }
    let mut text = String::new();
    // What is no text has no tokens.
    let _ = file.read_to_string(&mut text);
    let tokens = text.lines().map(str::to_owned).filter(|line| !line.is_empty());
    let tokens = tokens.collect();
    Ok((Some(file), tokens))
}

/// The token and the time of a lock.
fn parse(bytes: &[u8]) -> Option<(String, u64)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (token, time) = text.strip_prefix(FIRST_LINE)?.trim().split_once(' ')?;
    Some((token.to_owned(), time.parse().ok()?))
}

fn seconds_since_1970() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::folder::FolderStorage;
    use super::*;
    use std::fs;
    use std::sync::mpsc;

    const QUICK: LockTiming = LockTiming {
        renewal: Duration::from_millis(10),
        stale: Duration::from_secs(60),
        watch: Duration::from_millis(200),
    };

    /// Two sites that publish to one folder, as two computers do.
    fn folders() -> (tempfile::TempDir, FolderStorage) {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        let storage = FolderStorage::open(&dir.path().join("a"), "../www", true).unwrap();
        (dir, storage)
    }

    fn acquire<'s>(
        dir: &tempfile::TempDir,
        site: &str,
        storage: &'s FolderStorage,
    ) -> Result<DestinationLock<'s>, &'static str> {
        let lock = DestinationLock::acquire(storage, (&dir.path().join(site), "disk"), QUICK);
        lock.map_err(|error| match error {
            PublishError::Busy { reason, .. } => reason,
            error => panic!("{error:?}"),
        })
    }

    /// Writes a lock that was renewed `seconds` ago.
    fn write_lock(storage: &FolderStorage, token: &str, seconds: i64) {
        let time = seconds_since_1970().saturating_add_signed(-seconds);
        storage
            .write(NAME, format!("{FIRST_LINE}\n{token} {time}\n").as_bytes())
            .unwrap();
    }

    #[test]
    fn second_publication_is_refused_until_the_first_ends() {
        let (dir, storage) = folders();
        let first = acquire(&dir, "a", &storage).unwrap();
        assert_eq!(acquire(&dir, "a", &storage).err(), Some("destination-busy-here"));
        assert_eq!(acquire(&dir, "b", &storage).err(), Some("destination-busy-elsewhere"));
        first.release();
        assert_eq!(storage.list().unwrap().len(), 0);
        assert!(!acquire(&dir, "b", &storage).unwrap().was_abandoned);
    }

    #[test]
    fn lock_of_a_killed_publication_is_taken_over() {
        let (dir, storage) = folders();
        drop(acquire(&dir, "a", &storage).unwrap());
        assert_eq!(acquire(&dir, "b", &storage).err(), Some("destination-busy-elsewhere"));
        assert!(
            acquire(&dir, "a", &storage).unwrap().was_abandoned,
            "this computer knows its token"
        );
        for seconds in [61, -3600] {
            write_lock(&storage, "1234", seconds);
            assert!(acquire(&dir, "b", &storage).unwrap().was_abandoned, "{seconds}");
        }
        storage.write(NAME, b"").unwrap();
        assert!(acquire(&dir, "b", &storage).unwrap().was_abandoned);
    }

    #[test]
    fn lock_that_is_renewed_by_a_wrong_clock_is_respected() {
        let (dir, storage) = folders();
        for seconds in [3600, -3600] {
            write_lock(&storage, "1234", seconds);
            let is_refused = std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(QUICK.watch / 2);
                    write_lock(&storage, "1234", seconds - 5);
                });
                acquire(&dir, "b", &storage).is_err()
            });
            assert!(is_refused, "{seconds}");
        }
    }

    #[test]
    fn holder_notices_that_the_lock_was_taken_over() {
        let (dir, storage) = folders();
        let lock = acquire(&dir, "a", &storage).unwrap();
        let (end, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            let renewed = &lock;
            scope.spawn(move || renewed.renew_until(&receiver, QUICK));
            std::thread::sleep(QUICK.renewal * 5);
            assert!(lock.check().is_ok());
            // A renewal at the same moment may replace it once.
            for _ in 0..200 {
                write_lock(&storage, "1234", 0);
                std::thread::sleep(QUICK.renewal * 2);
                if lock.is_lost() {
                    break;
                }
            }
            assert!(lock.is_lost() && lock.check().is_err());
            drop(end);
        });
        lock.release();
        assert!(storage.read(NAME).unwrap().is_some(), "the lock of another stays");
    }
}
