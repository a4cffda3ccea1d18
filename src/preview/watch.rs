//! Notices what changes in `content/` and `themes/`.
//!
//! Role: turns what the operating system tells, or what looking again shows, into [`Changes`], one for each batch of
//! events. The site's folder itself is watched, too, but not what lies deeper in it: so `content/` and `themes/` may be
//! deleted and made again, and the built site beside them wakes nobody. Knows nothing of what the files mean.

use super::batch::{Batch, gather};
use super::poll::{self, Stamps};
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
const SECOND_LOOK: Duration = Duration::from_millis(100);

/// How often a folder that is gone is looked for.
const SEARCH: Duration = Duration::from_millis(500);

/// One thing noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Signal {
    /// A path was written, or is gone.
    Touched(PathBuf),
    /// A path is new or no longer there: if it is a folder now, so is everything below it.
    Moved(PathBuf),
    /// Something was missed.
    Lost,
    /// The system watches no more folders.
    Limit,
}

/// Why files are looked at again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polling {
    /// It was asked for.
    Asked,
    /// The folder lies on this sort of file system, which reports no changes.
    Drive(String),
    /// The system's limit on watched folders is reached, or it cannot watch at all.
    Limit(String),
}

/// What came of waiting.
#[derive(Debug)]
pub(super) enum Heard {
    /// These changes.
    Changes(Changes),
    /// From now on, files are looked at again and again.
    Polling(Polling),
    /// Nothing until the deadline.
    Silence,
    /// Nothing will be heard any more.
    Over,
}

/// Watches one site.
#[derive(Debug)]
pub(super) struct Watch {
    roots: Roots,
    signals: Receiver<Signal>,
    sender: Sender<Signal>,
    /// None when polling.
    system: Option<RecommendedWatcher>,
    /// Why it polls, until that was told.
    polling: Option<Polling>,
    /// Folders of the site that are watched.
    watched: BTreeSet<PathBuf>,
    /// New folders with their files as first seen, and when they are to be seen again.
    again: Vec<(Instant, PathBuf, Stamps)>,
}

impl Watch {
    /// Starts to watch the site in `root`, or to poll if `asked` to or when watching is not possible.
    pub(super) fn start(root: &Path, asked: bool) -> Self {
        let (sender, signals) = channel();
        let mut watch = Self {
            roots: Roots::new(root),
            signals,
            sender,
            system: None,
            polling: None,
            watched: BTreeSet::new(),
            again: Vec::new(),
        };
        if let Err(reason) = watch.listen(asked) {
            watch.poll(reason);
        }
        watch
    }

    /// Waits for changes, until `deadline` if there is one.
    pub(super) fn next(&mut self, deadline: Option<Instant>) -> Heard {
        loop {
            if let Some(reason) = self.polling.take() {
                return Heard::Polling(reason);
            }
            let wake = [deadline, self.next_look()].into_iter().flatten().min();
            let changes = match gather(&self.signals, wake) {
                Batch::Over => return Heard::Over,
                Batch::Silence => self.second_looks(),
                Batch::Of(signals) => self.changes(signals),
            };
            if let Some(changes) = changes.or_else(|| self.search()) {
                return Heard::Changes(changes);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Heard::Silence;
            }
        }
    }

    /// Lets the system tell of changes. Fails with the reason to poll.
    fn listen(&mut self, asked: bool) -> Result<(), Polling> {
        if asked {
            return Err(Polling::Asked);
        }
        if let Some(sort) = self.roots.folders().iter().find_map(|folder| mounts::silent(folder)) {
            return Err(Polling::Drive(sort));
        }
        let sender = self.sender.clone();
        let tell = move |event: notify::Result<notify::Event>| {
            for signal in signals_of(event) {
                // Nobody listens any more when the program ends.
                let _ = sender.send(signal);
            }
        };
        let system = notify::recommended_watcher(tell).map_err(|error| Polling::Limit(error.to_string()))?;
        self.system = Some(system);
        self.watch_all()
    }

    /// Looks at the files again and again from now on, and at everything once: what changed between the last event and
    /// the first look was seen by neither.
    fn give_up(&mut self, reason: Polling) {
        self.poll(reason);
        // This watch holds the receiver itself.
        let _ = self.sender.send(Signal::Lost);
    }

    /// Looks at the files again and again from now on.
    fn poll(&mut self, reason: Polling) {
        self.system = None;
        self.again.clear();
        poll::start(self.roots.content_and_themes(), self.sender.clone());
        self.polling = Some(reason);
    }

    /// Watches every folder of the site that is there and not watched yet.
    fn watch_all(&mut self) -> Result<(), Polling> {
        let Some(system) = &mut self.system else { return Ok(()) };
        for folder in self.roots.folders() {
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
                Err(error) if is_limit(&error.kind) => return Err(Polling::Limit(error.to_string())),
                // Gone again, or not to be read: it stays on the list of those to look for.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// When something is to be looked at without being told.
    fn next_look(&self) -> Option<Instant> {
        let again = self.again.iter().map(|(due, _, _)| *due).min();
        let search = self.is_searching().then(|| Instant::now() + SEARCH);
        [again, search].into_iter().flatten().min()
    }

    /// Whether the site or its content is gone. Themes may be missing for good; one that comes is told of by the site's
    /// folder.
    fn is_searching(&self) -> bool {
        self.system.is_some() && self.roots.needed().iter().any(|folder| !self.watched.contains(folder))
    }

    /// Watches folders that are back. Then anything may have changed.
    fn search(&mut self) -> Option<Changes> {
        if !self.is_searching() {
            return None;
        }
        let before = self.watched.len();
        if let Err(reason) = self.watch_all() {
            self.give_up(reason);
        }
        (self.watched.len() > before).then_some(Changes::Anything)
    }

    /// What a batch of signals means.
    fn changes(&mut self, signals: Vec<Signal>) -> Option<Changes> {
        let mut paths = BTreeSet::new();
        let mut anything = false;
        for signal in signals {
            let (path, is_moved) = match signal {
                Signal::Touched(path) => (path, false),
                Signal::Moved(path) => (path, true),
                Signal::Lost => {
                    anything = true;
                    continue;
                }
                Signal::Limit if self.system.is_some() => {
                    self.give_up(Polling::Limit(String::new()));
                    return None;
                }
                Signal::Limit => continue,
            };
            let Some(path) = self.roots.home(&path) else {
                anything = true;
                continue;
            };
            if is_moved && self.roots.is_root(&path) {
                self.remade(&path);
                anything = true;
            } else if self.roots.is_inside(&path) && (is_moved || !is_told_of_its_files(&path)) {
                paths.insert((path, is_moved));
            }
        }
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        for (path, is_moved) in paths {
            if is_moved && path.is_dir() {
                files.extend(self.first_look(&path));
            }
            files.insert(path);
        }
        match anything {
            true => Some(Changes::Anything),
            false => (!files.is_empty()).then_some(Changes::Paths(files)),
        }
    }

    /// A root folder was deleted, moved or made: what was watched is another folder now.
    fn remade(&mut self, folder: &Path) {
        self.watched.remove(folder);
        if let Some(system) = &mut self.system {
            // Fails when the system has stopped on its own, which is just as well.
            let _ = system.unwatch(folder);
        }
        if let Err(reason) = self.watch_all() {
            self.give_up(reason);
        } else if folder.is_dir() {
            self.first_look(folder);
        }
    }

    /// The files of a new folder, which is to be seen again soon.
    fn first_look(&mut self, folder: &Path) -> Vec<PathBuf> {
        let stamps = poll::look(&[folder.to_owned()]);
        let files = stamps
            .keys()
            .filter(|file| self.roots.is_inside(file))
            .cloned()
            .collect();
        if self.system.is_some() {
            self.again
                .push((Instant::now() + SECOND_LOOK, folder.to_owned(), stamps));
        }
        files
    }

    /// Looks again at new folders whose time has come.
    fn second_looks(&mut self) -> Option<Changes> {
        let now = Instant::now();
        let due: Vec<_> = self.again.extract_if(.., |(due, _, _)| *due <= now).collect();
        let mut files = BTreeSet::new();
        for (_, folder, before) in due {
            let seen = poll::look(std::slice::from_ref(&folder));
            files.extend(poll::differing(&before, &seen));
            if self.roots.is_root(&folder) {
                // Its old watch may have ended only after the new one was set, and have taken that with it.
                self.watched.remove(&folder);
            }
        }
        if let Err(reason) = self.watch_all() {
            self.give_up(reason);
        }
        files.retain(|file| self.roots.is_inside(file));
        (!files.is_empty()).then_some(Changes::Paths(files))
    }
}

/// What the system's event means.
fn signals_of(event: notify::Result<notify::Event>) -> Vec<Signal> {
    let event = match event {
        Ok(event) => event,
        Err(error) if is_limit(&error.kind) => return vec![Signal::Limit],
        Err(_) => return vec![Signal::Lost],
    };
    if event.need_rescan() {
        return vec![Signal::Lost];
    }
    match event.kind {
        // Reading a file is an event, too: ours would have us read again for ever.
        EventKind::Access(_) => Vec::new(),
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
            event.paths.into_iter().map(Signal::Moved).collect()
        }
        _ => event.paths.into_iter().map(Signal::Touched).collect(),
    }
}

/// Whether `path` is a folder that counts as touched because something in it was, as Windows has it.
fn is_told_of_its_files(path: &Path) -> bool {
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
