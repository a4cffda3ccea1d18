//! Watches `content/` and `themes/` for changes.
//!
//! Role: turns the operating system's events, or the results of polling, into [`Changes`], one for each batch of
//! events. The site's folder is also watched, but not recursively: so `content/` and `themes/` may be deleted and made
//! again, and the built site beside them causes no events. Does not know what the files mean.

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

/// How long after a new folder was found it is scanned again: files may have been written into it before the system
/// began to watch it.
const RESCAN_DELAY: Duration = Duration::from_millis(100);

/// How often to check whether a missing folder is back.
const SEARCH_INTERVAL: Duration = Duration::from_millis(500);

/// Why files are polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PollingReason {
    /// The user asked for it.
    Requested,
    /// The folder is on a file system of this type, which reports no changes.
    FileSystem(String),
    /// The system's limit on watched folders is reached, or it cannot watch at all.
    WatchLimit(String),
}

/// The result of waiting for changes.
#[derive(Debug)]
pub(super) enum WatchEvent {
    /// Files changed.
    Changes(Changes),
    /// From now on, files are polled.
    Polling(PollingReason),
    /// Nothing happened until the deadline.
    Timeout,
    /// There will be no more events.
    Closed,
}

/// Watches one site.
#[derive(Debug)]
pub(super) struct SiteWatcher {
    roots: Roots,
    events: Receiver<FileEvent>,
    sender: Sender<FileEvent>,
    /// `None` when polling.
    watcher: Option<RecommendedWatcher>,
    /// Why it polls, until that was reported.
    unreported_polling: Option<PollingReason>,
    /// Folders of the site that are watched.
    watched: BTreeSet<PathBuf>,
    /// New folders to be scanned again: when, which, and the files at the first scan.
    pending_rescans: Vec<(Instant, PathBuf, FolderSnapshot)>,
}

impl SiteWatcher {
    /// Starts to watch the site in `root`. Polls if `polling`, or when watching is not possible.
    pub(super) fn start(root: &Path, polling: bool) -> Self {
        let (sender, events) = channel();
        let mut watch = Self {
            roots: Roots::new(root),
            events,
            sender,
            watcher: None,
            unreported_polling: None,
            watched: BTreeSet::new(),
            pending_rescans: Vec::new(),
        };
        if let Err(reason) = watch.start_watching(polling) {
            watch.start_polling(reason);
        }
        watch
    }

    /// Waits for changes, at most until `deadline`.
    pub(super) fn next_event(&mut self, deadline: Option<Instant>) -> WatchEvent {
        loop {
            if let Some(reason) = self.unreported_polling.take() {
                return WatchEvent::Polling(reason);
            }
            let wake = [deadline, self.next_wake()].into_iter().flatten().min();
            let changes = match next_batch(&self.events, wake) {
                Batch::Closed => return WatchEvent::Closed,
                Batch::Timeout => self.rescan(),
                Batch::Events(events) => self.changes_from_events(events),
            };
            if let Some(changes) = changes.or_else(|| self.watch_returned_folders()) {
                return WatchEvent::Changes(changes);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return WatchEvent::Timeout;
            }
        }
    }

    /// Starts to watch for changes. Fails with the reason to poll.
    fn start_watching(&mut self, polling: bool) -> Result<(), PollingReason> {
        if polling {
            return Err(PollingReason::Requested);
        }
        if let Some(fs_type) = self
            .roots
            .watched_folders()
            .iter()
            .find_map(|folder| mounts::unwatchable_fs(folder))
        {
            return Err(PollingReason::FileSystem(fs_type));
        }
        let sender = self.sender.clone();
        let tell = move |event: notify::Result<notify::Event>| {
            for event in file_events(event) {
                // Fails only when the program ends and the receiver is gone.
                let _ = sender.send(event);
            }
        };
        let watcher =
            notify::recommended_watcher(tell).map_err(|error| PollingReason::WatchLimit(error.to_string()))?;
        self.watcher = Some(watcher);
        self.watch_all()
    }

    /// Polls the files from now on, and reports once that anything may have changed: a change between the last event
    /// and the first poll is missed by both.
    fn fall_back_to_polling(&mut self, reason: PollingReason) {
        self.start_polling(reason);
        // Cannot fail: `self` holds the receiver.
        let _ = self.sender.send(FileEvent::Missed);
    }

    /// Polls the files from now on.
    fn start_polling(&mut self, reason: PollingReason) {
        self.watcher = None;
        self.pending_rescans.clear();
        poll::start(self.roots.source_folders(), self.sender.clone());
        self.unreported_polling = Some(reason);
    }

    /// Watches every folder of the site that exists and is not watched yet.
    fn watch_all(&mut self) -> Result<(), PollingReason> {
        let Some(watcher) = &mut self.watcher else {
            return Ok(());
        };
        for folder in self.roots.watched_folders() {
            if self.watched.contains(&folder) || !folder.is_dir() {
                continue;
            }
            let mode = if self.roots.is_site(&folder) {
                RecursiveMode::NonRecursive
            } else {
                RecursiveMode::Recursive
            };
            match watcher.watch(&folder, mode) {
                Ok(()) => {
                    self.watched.insert(folder);
                }
                Err(error) if is_limit(&error.kind) => return Err(PollingReason::WatchLimit(error.to_string())),
                // Gone again, or not readable: it stays among the missing folders.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// When to check something without an event: a new folder, or missing folders. `None` when there is nothing to
    /// check.
    fn next_wake(&self) -> Option<Instant> {
        let again = self.pending_rescans.iter().map(|(due, _, _)| *due).min();
        let search = self.has_missing_folder().then(|| Instant::now() + SEARCH_INTERVAL);
        [again, search].into_iter().flatten().min()
    }

    /// Whether the site's folder or its content is missing. `themes/` may be missing for good; when it is made, the
    /// site's folder reports it.
    fn has_missing_folder(&self) -> bool {
        self.watcher.is_some()
            && self
                .roots
                .required_folders()
                .iter()
                .any(|folder| !self.watched.contains(folder))
    }

    /// Watches missing folders that are back. Then anything may have changed.
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

    /// The changes that a batch of events means. `None` when it concerns no source file.
    fn changes_from_events(&mut self, events: Vec<FileEvent>) -> Option<Changes> {
        let mut paths = BTreeSet::new();
        let mut anything = false;
        for event in events {
            let (path, is_moved) = match event {
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

    /// Watches a root folder again that was deleted, moved or made: the old watch is on another folder.
    fn rewatch(&mut self, folder: &Path) {
        self.watched.remove(folder);
        if let Some(watcher) = &mut self.watcher {
            // Fails when the system has already ended the watch, which is fine.
            let _ = watcher.unwatch(folder);
        }
        if let Err(reason) = self.watch_all() {
            self.fall_back_to_polling(reason);
        } else if folder.is_dir() {
            self.scan_new_folder(folder);
        }
    }

    /// Lists the files of a new folder, and schedules a second scan.
    fn scan_new_folder(&mut self, folder: &Path) -> Vec<PathBuf> {
        let snapshot = poll::take_snapshot(&[folder.to_owned()]);
        let files = snapshot
            .keys()
            .filter(|file| self.roots.is_source_path(file))
            .cloned()
            .collect();
        if self.watcher.is_some() {
            self.pending_rescans
                .push((Instant::now() + RESCAN_DELAY, folder.to_owned(), snapshot));
        }
        files
    }

    /// Scans new folders again whose time has come. Returns the files that changed since the first scan.
    fn rescan(&mut self) -> Option<Changes> {
        let now = Instant::now();
        let due: Vec<_> = self.pending_rescans.extract_if(.., |(due, _, _)| *due <= now).collect();
        let mut files = BTreeSet::new();
        for (_, folder, before) in due {
            let after = poll::take_snapshot(std::slice::from_ref(&folder));
            files.extend(poll::changed_paths(&before, &after));
            if self.roots.is_root(&folder) {
                // Its old watch may have ended only after the new one was set, and may have removed the new one.
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

/// Translates the system's event.
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
        // Reading a file is an event, too: our own reads would trigger updates without end.
        EventKind::Access(_) => Vec::new(),
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
            event.paths.into_iter().map(FileEvent::CreatedOrRemoved).collect()
        }
        _ => event.paths.into_iter().map(FileEvent::Modified).collect(),
    }
}

/// Whether `path` is a folder that was reported only because a file in it changed, as Windows does.
fn is_folder_touched_by_its_files(path: &Path) -> bool {
    cfg!(windows) && path.is_dir()
}

/// Whether an error means that a limit is reached: of watches (`ENOSPC`), or of open files (`EMFILE`).
fn is_limit(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(error) => matches!(error.raw_os_error(), Some(24 | 28)) && cfg!(unix),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
