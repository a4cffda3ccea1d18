//! The staging folder: takes files from many threads, then becomes the output folder or is removed.

use super::error::{Action, OutputError};
use super::foreign::NamesDigest;
use super::kept;
use super::leftovers;
use super::manifest::Snapshot;
use super::marker;
use super::output_lock::{BuildRecord, KnownFiles, OutputLock};
use super::spare::{self, TreeChanges};
use super::stat::{DirHandle, EntryStat};
use super::swap;
use super::target::is_inside_tree;
use crate::diag::{Diagnostic, Severity};
use crate::paths::OutputPath;
use crate::source;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Error, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A new tree beside the output folder. Dropping it without [`Stage::commit`] removes it.
#[derive(Debug)]
pub struct Stage {
    folder: PathBuf,
    /// Where the old tree is moved on systems that cannot exchange two folders.
    aside: PathBuf,
    /// Where kept files are during the exchange.
    holder: PathBuf,
    /// The digest of the names of all files so far.
    names: AtomicU64,
    /// When the folder began as a copy of the old tree.
    copy: Option<TreeCopy>,
    /// Whether files of the old tree were copied, because they could not be linked.
    has_copied_files: AtomicBool,
    committed: bool,
    /// The last field, so that it is dropped after everything else.
    lock: OutputLock,
}

/// A folder that began as a copy of the old tree.
#[derive(Debug)]
struct TreeCopy {
    tree: DirHandle,
    /// The stats of its folders and of its marker when it began.
    folders: Vec<(String, EntryStat)>,
    /// Whether its files are certainly those of the old tree: each name in it and in the old tree stands for the same file as
    /// when the copy was made. The system has to tell when a name changed (`ctime` of folders).
    has_same_files: bool,
    /// Whether a file that was not as built was linked anew.
    is_mended: AtomicBool,
}

/// A new tree that is in place. The old one may still have to be removed.
#[derive(Debug)]
#[must_use = "the old tree stays on the disk until `remove_old`"]
pub struct Committed {
    old: Option<PathBuf>,
    /// The stats of its folders before the build changed some of them, in order of path; empty when they are not known.
    folders: Vec<(String, EntryStat)>,
    /// Whether some of its files are copies of files of the old tree: then the old one cannot be its copy in links.
    has_copied_files: bool,
    lock: OutputLock,
}

impl Stage {
    /// Makes a staging folder beside the output folder that `lock` holds.
    ///
    /// # Errors
    /// [`OutputError::Io`] when the staging folder cannot be made.
    pub fn with_lock(lock: OutputLock) -> Result<Self, OutputError> {
        Self::over(lock, None, false)
    }

    /// Makes a staging folder, as [`Self::with_lock`]. If there is a copy of the `old` tree, the folder is that copy.
    /// `has_same_folders` tells whether the folders of the old tree are as they were built.
    ///
    /// # Errors
    /// As [`Self::with_lock`].
    pub(crate) fn over(lock: OutputLock, old: Option<&Snapshot>, has_same_folders: bool) -> Result<Self, OutputError> {
        let random = RandomState::new().hash_one(std::process::id());
        let folder = lock.target.companion(format!("new-{random:016x}"));
        let folders = old.and_then(|old| spare::take(&lock.target, old.files_digest(), &folder));
        let copy = folders.map(|folders| TreeCopy {
            tree: DirHandle::new(&folder),
            folders,
            has_same_files: cfg!(unix) && has_same_folders,
            is_mended: AtomicBool::new(false),
        });
        let stage = Self {
            aside: lock.target.companion(format!("old-{random:016x}")),
            holder: kept::holder(&lock.target, random),
            names: AtomicU64::new(0),
            copy,
            has_copied_files: AtomicBool::new(false),
            committed: false,
            folder,
            lock,
        };
        if !stage.is_copy() {
            fs::create_dir(&stage.folder).map_err(OutputError::while_trying(Action::MakeFolder, &stage.folder))?;
            marker::write(&stage.folder).map_err(OutputError::while_trying(Action::Write, &stage.folder))?;
        }
        Ok(stage)
    }

    /// Whether the folder began as a copy of the old tree: then it has all folders and files of that tree.
    #[must_use]
    pub(crate) const fn is_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Removes the files of the old tree that the new one does not have, and folders that are then empty. Does nothing in
    /// a folder that began empty. Call this before anything is written.
    ///
    /// # Errors
    /// [`OutputError::Io`] for a file that cannot be removed.
    pub(crate) fn remove_gone<'p>(&self, outputs: impl IntoIterator<Item = &'p str>) -> Result<(), OutputError> {
        if !self.is_copy() {
            return Ok(());
        }
        spare::remove_files(&self.folder, outputs).map_err(OutputError::while_trying(Action::Remove, &self.folder))
    }

    /// Makes room for a file that the old tree has, too. Its folder stays, because other threads may write to it.
    ///
    /// # Errors
    /// [`OutputError::Io`] when the old file cannot be removed.
    pub(crate) fn make_room(&self, output: &OutputPath) -> Result<(), OutputError> {
        if !self.is_copy() {
            return Ok(());
        }
        let path = self.staged_path(output)?;
        leftovers::ignore_not_found(fs::remove_file(&path))
            .map_err(OutputError::while_trying(Action::Remove, &self.published_path(output)))
    }

    /// Makes the folders of all `outputs` at once. [`Stage::write`] also makes missing folders, but only after a first
    /// attempt has failed.
    ///
    /// # Errors
    /// [`OutputError::Io`] for a folder that cannot be made.
    pub fn make_folders<'a>(&self, outputs: impl IntoIterator<Item = &'a OutputPath>) -> Result<(), OutputError> {
        let mut levels: Vec<BTreeSet<&str>> = Vec::new();
        for output in outputs {
            check_inside_tree(output)?;
            let text = output.as_str();
            for (depth, (index, _)) in text.match_indices('/').enumerate() {
                if depth == levels.len() {
                    levels.push(BTreeSet::new());
                }
                levels[depth].insert(&text[..index]);
            }
        }
        levels.iter().try_for_each(|level| {
            level.par_iter().try_for_each(|folder| {
                let path = self.folder.join(folder);
                match fs::create_dir(&path) {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
                    made => made.map_err(OutputError::while_trying(Action::MakeFolder, &path)),
                }
            })
        })
    }

    /// Reuses a file of the old tree, which has the stat `built`: as a hard link, or, when the file system has no hard
    /// links, as a copy with the same modification time. Nothing is to be done for a file that is in the copy of the tree.
    ///
    /// # Errors
    /// [`OutputError::Io`], also when a file that is to be linked was changed after the old tree was examined; then no file
    /// has the name.
    pub(crate) fn reuse(&self, output: &OutputPath, built: EntryStat) -> Result<EntryStat, OutputError> {
        let path = self.staged_path(output)?;
        if let Some(copy) = &self.copy {
            if copy.has_same_files || copy.tree.stat_file(output.as_str()) == Some(built) {
                self.add_name(output);
                return Ok(built);
            }
            copy.is_mended.store(true, Ordering::Relaxed);
            self.make_room(output)?;
        }
        let old = self.published_path(output);
        retry_after_creating_folder(&path, || {
            if fs::hard_link(&old, &path).is_err() {
                copy_with_time(&old, &path)?;
                self.has_copied_files.store(true, Ordering::Relaxed);
            }
            let stat = EntryStat::from_metadata(&fs::symlink_metadata(&path)?)?;
            if stat == built {
                return Ok(stat);
            }
            fs::remove_file(&path)?;
            Err(Error::new(ErrorKind::InvalidData, "changed since it was built"))
        })
        .inspect(|_| self.add_name(output))
        .map_err(OutputError::while_trying(Action::Copy, &old))
    }

    /// Writes one file. May be called from many threads; folders are made as needed.
    ///
    /// # Errors
    /// [`OutputError::Io`], also when the same output was written before, or one that differs only in case on a
    /// case-insensitive file system.
    pub fn write(&self, output: &OutputPath, bytes: &[u8]) -> Result<EntryStat, OutputError> {
        let path = self.staged_path(output)?;
        retry_after_creating_folder(&path, || {
            let mut file = File::create_new(&path)?;
            file.write_all(bytes)?;
            EntryStat::from_metadata(&file.metadata()?)
        })
        .inspect(|_| self.add_name(output))
        .map_err(OutputError::while_trying(Action::Write, &self.published_path(output)))
    }

    /// Copies the file `from` of the site. Never a hard link: a later change to one file must not change the other. If
    /// the file system can, the two share their blocks until one changes.
    ///
    /// # Errors
    /// As for [`Stage::write`], and when `from` cannot be read.
    pub fn copy(&self, output: &OutputPath, from: &Path) -> Result<EntryStat, OutputError> {
        self.copy_edited(output, from, |_| Ok(()))
    }

    /// Like [`Stage::copy`], and changes the copy by `edit`.
    ///
    /// # Errors
    /// As for [`Stage::copy`], and the error of `edit`.
    pub fn copy_edited(
        &self,
        output: &OutputPath,
        from: &Path,
        edit: impl Fn(&mut File) -> io::Result<()>,
    ) -> Result<EntryStat, OutputError> {
        let path = self.staged_path(output)?;
        retry_after_creating_folder(&path, || {
            let mut source = source::open_file(from)?;
            let mut target = File::options().read(true).write(true).create_new(true).open(&path)?;
            // On Linux this is `copy_file_range`. `fs::copy` would also copy a read-only flag.
            io::copy(&mut source, &mut target)?;
            edit(&mut target)?;
            EntryStat::from_metadata(&target.metadata()?)
        })
        .inspect(|_| self.add_name(output))
        .map_err(OutputError::while_trying(Action::Copy, &self.published_path(output)))
    }

    /// Replaces the output folder, all files of which are from builds, with the new tree.
    ///
    /// # Errors
    /// As `commit_over`.
    pub fn commit(self) -> Result<Committed, OutputError> {
        self.commit_over(&KnownFiles::default())
    }

    /// Replaces the output folder with the new tree, in one step. Kept files are moved from the old tree to the new one.
    /// The old tree is then beside the folder, for `Committed::remove_old`.
    ///
    /// # Errors
    /// [`OutputError::NotOurs`] and [`OutputError::Foreign`] when files of another origin appeared there during the
    /// build, [`OutputError::Io`] when the folder cannot be replaced, for example because it is a mount point. The output
    /// folder is then unchanged.
    pub(crate) fn commit_over(mut self, known: &KnownFiles<'_>) -> Result<Committed, OutputError> {
        self.lock.target.check_replaceable()?;
        self.lock.check_no_foreign_files(known)?;
        let out = self.lock.target.folder();
        marker::complete(out, &self.folder, NamesDigest(self.names.load(Ordering::Relaxed)))
            .map_err(OutputError::while_trying(Action::Write, &self.folder))?;
        self.keep_permissions(out)?;
        let old = self.exchange()?;
        self.committed = true;
        // If this fails, the next build tries it again.
        self.put_back_kept()?;
        let copy = self.copy.take().filter(|copy| !copy.is_mended.load(Ordering::Relaxed));
        Ok(Committed {
            old,
            folders: copy.map_or_else(Vec::new, |copy| copy.folders),
            has_copied_files: self.has_copied_files.load(Ordering::Relaxed),
            lock: self.lock.hand_over(),
        })
    }

    /// Exchanges the trees while the kept files are beside them. On failure, both trees and the kept files are where they
    /// were.
    fn exchange(&self) -> Result<Option<PathBuf>, OutputError> {
        let out = self.lock.target.folder();
        let taken = kept::take_out(&self.lock.target, &self.holder)
            .map_err(|(path, error)| OutputError::while_trying(Action::Replace, &path)(error));
        let exchanged = taken.and_then(|()| {
            swap::replace(&self.folder, out, &self.aside).map_err(OutputError::while_trying(Action::Replace, out))
        });
        exchanged.inspect_err(|_| {
            // The editor needs the first error. What could not be put back, the next build puts back.
            let _ = self.put_back_kept();
        })
    }

    fn put_back_kept(&self) -> Result<(), OutputError> {
        kept::put_back(&self.holder, self.lock.target.folder())
            .map_err(|(path, error)| OutputError::while_trying(Action::Replace, &path)(error))
    }

    /// Adds a file to the digest of the tree's names.
    fn add_name(&self, output: &OutputPath) {
        self.names
            .fetch_add(NamesDigest::of(output.as_str()).0, Ordering::Relaxed);
    }

    /// Gives the new tree the permissions of the old one, which a web server may rely on.
    fn keep_permissions(&self, out: &Path) -> Result<(), OutputError> {
        match fs::metadata(out) {
            Ok(old) => fs::set_permissions(&self.folder, old.permissions())
                .map_err(OutputError::while_trying(Action::Replace, out)),
            Err(_) => Ok(()),
        }
    }

    /// The path of a file in the staging folder.
    fn staged_path(&self, output: &OutputPath) -> Result<PathBuf, OutputError> {
        check_inside_tree(output)?;
        Ok(self.folder.join(output.as_str()))
    }

    /// The path of a file in the output folder, also for messages: an editor does not know the staging folder.
    fn published_path(&self, output: &OutputPath) -> PathBuf {
        self.lock.target.folder().join(output.as_str())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !self.committed {
            // If this fails, the next build removes the folder, or reports that it cannot.
            let _ = leftovers::remove_tree(&self.folder);
        }
    }
}

impl Committed {
    /// Removes the old tree, on all threads. A failure is a warning, since the new site is in place.
    #[must_use]
    pub fn remove_old(self) -> Option<Diagnostic> {
        remove_old(self.old.as_deref())
    }

    /// Removes the old tree, as [`Self::remove_old`], or keeps it as a copy of the new one, from which it differs in
    /// `changes`. Meanwhile writes the record of the new one.
    #[must_use]
    pub(crate) fn remove_old_and_record(self, record: BuildRecord, mut changes: TreeChanges<'_>) -> Option<Diagnostic> {
        let Self {
            old,
            folders: known_folders,
            has_copied_files,
            lock,
        } = self;
        changes.old = changes.old.filter(|_| !has_copied_files);
        let (files, folders) = (record.files_digest(), record.folders());
        let keep_old = || match &old {
            Some(old) => warn_of(old, spare::keep(&lock.target, old, &changes, files, &folders)),
            None => None,
        };
        let save_record = || {
            let tree = DirHandle::new(lock.target.folder());
            let folder_stats = if known_folders.is_empty() {
                tree.folder_stats(&folders)
            } else {
                tree.folder_stats_knowing(&folders, &known_folders, &changes.touched_folders(&lock.target))
            };
            lock.save_record_with_folders(record, folder_stats);
        };
        rayon::join(keep_old, save_record).0
    }
}

fn remove_old(old: Option<&Path>) -> Option<Diagnostic> {
    warn_of(old?, leftovers::remove_tree(old?))
}

/// The warning about an old tree that could not be removed.
fn warn_of(old: &Path, removed: io::Result<()>) -> Option<Diagnostic> {
    let failure = OutputError::while_trying(Action::Remove, old)(removed.err()?);
    Some(failure.to_diagnostic().with_severity(Severity::Warning))
}

/// Copies a file of the old tree; the copy has the same modification time.
fn copy_with_time(old: &Path, path: &Path) -> io::Result<()> {
    let copied = || {
        let mut source = File::open(old)?;
        let mut target = File::create_new(path)?;
        io::copy(&mut source, &mut target)?;
        target.set_modified(source.metadata()?.modified()?)
    };
    copied().inspect_err(|error| {
        if !matches!(error.kind(), ErrorKind::AlreadyExists) {
            // If this fails, too, making the file fails, which is reported.
            let _ = fs::remove_file(path);
        }
    })
}

/// Runs `task`, and again after making the folder of `path` if it was missing.
fn retry_after_creating_folder<T>(path: &Path, task: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match (task(), path.parent()) {
        (Err(error), Some(folder)) if error.kind() == ErrorKind::NotFound && !folder.exists() => {
            fs::create_dir_all(folder)?;
            task()
        }
        (result, _) => result,
    }
}

/// Refuses outputs that would be outside the tree, whatever path front matter or a theme gives them.
fn check_inside_tree(output: &OutputPath) -> Result<(), OutputError> {
    let text = output.as_str();
    if is_inside_tree(text) {
        return Ok(());
    }
    let error = Error::new(ErrorKind::InvalidInput, "not a path inside the output folder");
    Err(OutputError::while_trying(Action::Write, Path::new(text))(error))
}
