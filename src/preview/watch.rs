//! Notices what changes in `content/` and `themes/`.
//!
//! Role: turns what the operating system tells, or what looking again shows, into [`Changes`], one for each batch of
//! events. The site's folder itself is watched, too, but not what lies deeper in it: so `content/` and `themes/` may be
//! deleted and made again, and the built site beside them wakes nobody. Knows nothing of what the files mean.

use super::batch::{Batch, next_batch};
use super::file_event::FileEvent;
use super::poll::{self, FolderSnapshot};
use super::{mounts, roots::Roots};
use crate::source::Changes;
use notify::event::{EventKind, ModifyKind};
use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// How long after a new folder was seen it is listed once more: files may have been written into it before the system
/// began to report on it.
const RESCAN_DELAY: Duration = Duration::from_millis(100);

/// How often a folder that is gone is looked for.
const SEARCH_INTERVAL: Duration = Duration::from_millis(500);

/// Why files are looked at again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PollingReason {
    /// It was asked for.
    Requested,
    /// The folder lies on this sort of file system, which reports no changes.
    FileSystem(String),
    /// The system's limit on watched folders is reached, or it cannot watch at all.
    WatchLimit(String),
}

/// What came of waiting.
#[derive(Debug)]
pub(super) enum WatchEvent {
    /// These changes.
    Changes(Changes),
    /// From now on, files are looked at again and again.
    Polling(PollingReason),
    /// Nothing until the deadline.
    Timeout,
    /// Nothing will be heard any more.
    Closed,
}

/// Watches one site.
#[derive(Debug)]
pub(super) struct SiteWatcher {
    roots: Roots,
    events: Receiver<FileEvent>,
    sender: Sender<FileEvent>,
    /// None when polling.
    watcher: Option<RecommendedWatcher>,
    /// Why it polls, until that was told.
    unreported_polling: Option<PollingReason>,
    /// Folders of the site that are watched.
    watched: BTreeSet<PathBuf>,
    /// New folders with their files as first seen, and when they are to be seen again.
    pending_rescans: Vec<(Instant, PathBuf, FolderSnapshot)>,
}

impl SiteWatcher {
    /// Starts to watch the site in `root`, or to poll if `asked` to or when watching is not possible.
    pub(super) fn start(root: &Path, asked: bool) -> Self {
        let (sender, signals) = channel();
        let mut watch = Self {
            roots: Roots::new(root),
            events: signals,
            sender,
            watcher: None,
            unreported_polling: None,
            watched: BTreeSet::new(),
            pending_rescans: Vec::new(),
        };
        if let Err(reason) = watch.start_watching(asked) {
            watch.start_polling(reason);
        }
        watch
    }

    /// Waits for changes, until `deadline` if there is one.
    pub(super) fn next_event(&mut self, deadline: Option<Instant>) -> WatchEvent {
        loop {
            if let Some(reason) = self.unreported_polling.take() {
                return WatchEvent::Polling(reason);
            }
            let wake = [deadline, self.next_wake()].into_iter().flatten().min();
            let changes = match next_batch(&self.events, wake) {
                Batch::Closed => return WatchEvent::Closed,
                Batch::Timeout => self.rescan(),
                Batch::Events(signals) => self.changes_from_events(signals),
            };
            if let Some(changes) = changes.or_else(|| self.watch_returned_folders()) {
                return WatchEvent::Changes(changes);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return WatchEvent::Timeout;
            }
        }
    }

    /// Lets the system tell of changes. Fails with the reason to poll.
    fn start_watching(&mut self, asked: bool) -> Result<(), PollingReason> {
        if asked {
            return Err(PollingReason::Requested);
        }
        if let Some(sort) = self
            .roots
            .watched_folders()
            .iter()
            .find_map(|folder| mounts::unwatchable_fs(folder))
        {
            return Err(PollingReason::FileSystem(sort));
        }
        let sender = self.sender.clone();
        let tell = move |event: notify::Result<notify::Event>| {
            for signal in file_events(event) {
                // Nobody listens any more when the program ends.
                let _ = sender.send(signal);
            }
        };
        let system = notify::recommended_watcher(tell).map_err(|error| PollingReason::WatchLimit(error.to_string()))?;
        self.watcher = Some(system);
        self.watch_all()
    }

    /// Looks at the files again and again from now on, and at everything once: what changed between the last event and
    /// the first look was seen by neither.
    fn fall_back_to_polling(&mut self, reason: PollingReason) {
        self.start_polling(reason);
        // This watch holds the receiver itself.
        let _ = self.sender.send(FileEvent::Missed);
    }

    /// Looks at the files again and again from now on.
    fn start_polling(&mut self, reason: PollingReason) {
        self.watcher = None;
        self.pending_rescans.clear();
        poll::start(self.roots.source_folders(), self.sender.clone());
        self.unreported_polling = Some(reason);
    }

    /// Watches every folder of the site that is there and not watched yet.
    fn watch_all(&mut self) -> Result<(), PollingReason> {
        let Some(system) = &mut self.watcher else { return Ok(()) };
        for folder in self.roots.watched_folders() {
            if self.watched.contains(&folder) || !folder.is_dir() {
                continue;
            }
            let mode = if self.roots.is_site(&folder) {
                RecursiveMode::NonRecursive
            } else {
                RecursiveMode::Recursive
            };
            match system.watch(&folder, mode) {
                Ok(()) => {
                    self.watched.insert(folder);
                }
                Err(error) if is_limit(&error.kind) => return Err(PollingReason::WatchLimit(error.to_string())),
                // Gone again, or not to be read: it stays on the list of those to look for.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// When something is to be looked at without being told.
    fn next_wake(&self) -> Option<Instant> {
        let again = self.pending_rescans.iter().map(|(due, _, _)| *due).min();
        let search = self.has_missing_folder().then(|| Instant::now() + SEARCH_INTERVAL);
        [again, search].into_iter().flatten().min()
    }

    /// Whether the site or its content is gone. Themes may be missing for good; one that comes is told of by the site's
    /// folder.
    fn has_missing_folder(&self) -> bool {
        self.watcher.is_some()
            && self
                .roots
                .required_folders()
                .iter()
                .any(|folder| !self.watched.contains(folder))
    }

    /// Watches folders that are back. Then anything may have changed.
    fn watch_returned_folders(&mut self) -> Option<Changes> {
        if !self.has_missing_folder() {
            return None;
        }
        let before = self.watched.len();
        if let Err(reason) = self.watch_all() {
            self.fall_back_to_polling(reason);
        }
        (self.watched.len() > before).then_some(Changes::Anything)
    }

    /// What a batch of signals means.
    fn changes_from_events(&mut self, signals: Vec<FileEvent>) -> Option<Changes> {
        let mut paths = BTreeSet::new();
        let mut anything = false;
        for signal in signals {
            let (path, is_moved) = match signal {
                FileEvent::Modified(path) => (path, false),
                FileEvent::CreatedOrRemoved(path) => (path, true),
                FileEvent::Missed => {
                    anything = true;
                    continue;
                }
                FileEvent::WatchLimit if self.watcher.is_some() => {
                    self.fall_back_to_polling(PollingReason::WatchLimit(String::new()));
                    return None;
                }
                FileEvent::WatchLimit => continue,
            };
            let Some(path) = self.roots.normalize(&path) else {
                anything = true;
                continue;
            };
            if is_moved && self.roots.is_root(&path) {
                self.rewatch(&path);
                anything = true;
            } else if self.roots.is_source_path(&path) && (is_moved || !is_folder_touched_by_its_files(&path)) {
                paths.insert((path, is_moved));
            }
        }
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        for (path, is_moved) in paths {
            if is_moved && path.is_dir() {
                files.extend(self.scan_new_folder(&path));
            }
            files.insert(path);
        }
        match anything {
            true => Some(Changes::Anything),
            false => (!files.is_empty()).then_some(Changes::Paths(files)),
        }
    }

    /// A root folder was deleted, moved or made: what was watched is another folder now.
    fn rewatch(&mut self, folder: &Path) {
        self.watched.remove(folder);
        if let Some(system) = &mut self.watcher {
            // Fails when the system has stopped on its own, which is just as well.
            let _ = system.unwatch(folder);
        }
        if let Err(reason) = self.watch_all() {
            self.fall_back_to_polling(reason);
        } else if folder.is_dir() {
            self.scan_new_folder(folder);
        }
    }

    /// The files of a new folder, which is to be seen again soon.
    fn scan_new_folder(&mut self, folder: &Path) -> Vec<PathBuf> {
        let stamps = poll::take_snapshot(&[folder.to_owned()]);
        let files = stamps
            .keys()
            .filter(|file| self.roots.is_source_path(file))
            .cloned()
            .collect();
        if self.watcher.is_some() {
            self.pending_rescans
                .push((Instant::now() + RESCAN_DELAY, folder.to_owned(), stamps));
        }
        files
    }

    /// Looks again at new folders whose time has come.
    fn rescan(&mut self) -> Option<Changes> {
        let now = Instant::now();
        let due: Vec<_> = self.pending_rescans.extract_if(.., |(due, _, _)| *due <= now).collect();
        let mut files = BTreeSet::new();
        for (_, folder, before) in due {
            let seen = poll::take_snapshot(std::slice::from_ref(&folder));
            files.extend(poll::changed_paths(&before, &seen));
            if self.roots.is_root(&folder) {
                // Its old watch may have ended only after the new one was set, and have taken that with it.
                self.watched.remove(&folder);
            }
        }
        if let Err(reason) = self.watch_all() {
            self.fall_back_to_polling(reason);
        }
        files.retain(|file| self.roots.is_source_path(file));
        (!files.is_empty()).then_some(Changes::Paths(files))
    }
}

/// What the system's event means.
fn file_events(event: notify::Result<notify::Event>) -> Vec<FileEvent> {
    let event = match event {
        Ok(event) => event,
        Err(error) if is_limit(&error.kind) => return vec![FileEvent::WatchLimit],
        Err(_) => return vec![FileEvent::Missed],
    };
    if event.need_rescan() {
        return vec![FileEvent::Missed];
    }
    match event.kind {
        // Reading a file is an event, too: ours would have us read again for ever.
        EventKind::Access(_) => Vec::new(),
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
            event.paths.into_iter().map(FileEvent::CreatedOrRemoved).collect()
        }
        _ => event.paths.into_iter().map(FileEvent::Modified).collect(),
    }
}

/// Whether `path` is a folder that counts as touched because something in it was, as Windows has it.
fn is_folder_touched_by_its_files(path: &Path) -> bool {
    cfg!(windows) && path.is_dir()
}

/// Whether an error says that nothing more can be watched: no more watches (`ENOSPC`), or no more open files (`EMFILE`).
fn is_limit(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(error) => matches!(error.raw_os_error(), Some(24 | 28)) && cfg!(unix),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
