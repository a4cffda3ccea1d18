//! The manifest of the tree in the output folder: what the tree was built from, and the stat of each of its files after
//! the build.
//!
//! The manifest lies in the site's cache (`cache`), never in the output folder: it names drafts, and two builds of one
//! site must be equal to the byte. It is written last; a build killed before that, or a build from another computer,
//! leaves an older manifest, whose stats then differ from those of the files that were made again. So a manifest is
//! never trusted without a check of the disk, and a manifest that is missing, damaged or of another program costs a full
//! rebuild and does no other harm.
//!
//! Its two parts are parsed separately: no fingerprint is needed to see that nothing changed.

mod findings;

use super::stat::EntryStat;
#[cfg(unix)]
use super::stat::nanoseconds;
use super::target::OutputTarget;
use crate::diag::Diagnostic;
use crate::fingerprint::{self, Fingerprint, FingerprintHasher, FingerprintPart};
use crate::source::Input;
#[cfg(unix)]
use crate::source::MIN_AGE;
use findings::StoredFinding;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::io;
use std::sync::Arc;
#[cfg(unix)]
use std::time::SystemTime;
use unicode_normalization::UnicodeNormalization as _;

/// The first bytes of the file: its type and the number of its format.
const MAGIC: &[u8; 8] = b"XYMAN\x00\x00\x02";
/// The name of the file in the cache.
const NAME: &str = "manifest";
/// Its name while it is written.
const TEMPORARY_NAME: &str = "manifest-new";
/// The magic, then the checksum of everything after it, then the length of the first part.
const HEADER_SIZE: usize = 8 + 8 + 8;

/// The parts of a request that change the site made from the same files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildOptions {
    /// The program that built: its version, and what distinguishes one build of it from another.
    pub program: String,
    /// The base address that replaced the settings' own.
    pub base_url: Option<String>,
    /// Whether drafts were built.
    pub drafts: bool,
    /// Whether future posts were built.
    pub future: bool,
    /// Whether what is internal was built.
    pub internal: bool,
    /// The day that counted as today, `2026-03-05`.
    pub today: String,
}

/// Why the previous build is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FullRebuildReason {
    /// The request asks for it.
    Forced,
    /// There is no manifest.
    NoManifest,
    /// The manifest cannot be read, or its checksum is wrong.
    Damaged,
    /// Another program, or another version of this one, built the tree.
    OtherProgram,
    /// The tree was built with another base address, or with another choice of drafts or future posts.
    OtherRequest,
}

impl FullRebuildReason {
    /// Its name in JSON, and the last part of the key of its words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forced => "forced",
            Self::NoManifest => "no-manifest",
            Self::Damaged => "damaged-manifest",
            Self::OtherProgram => "other-program",
            Self::OtherRequest => "other-request",
        }
    }
}

/// What is needed to see that the tree is up to date.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The options of the build.
    pub options: BuildOptions,
    /// Every file that was read or copied, sorted by path.
    pub inputs: Vec<Input>,
    findings: Vec<StoredFinding>,
    /// The number of HTML pages in the tree.
    pub pages: usize,
    /// What the tree was made from, by kinds of files.
    pub digests: SiteDigests,
    /// The files of the tree without the marker, sorted by path.
    pub(super) files: Vec<(String, EntryStat)>,
    /// Its folders, its top (an empty path) and its marker, sorted by path.
    pub(super) folders: Vec<(String, EntryStat)>,
    /// Folders that changed before this time, in nanoseconds since 1970, would have another stat if they had changed again
    /// since.
    pub(super) settled_before: i64,
}

/// Digests of what many files are made from. While one is the same as in the build before, so are these files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteDigests {
    /// The hash of the inputs of all figures: of every page that shows figures and no text.
    pub figures: u64,
    /// The hash of everything except the texts of posts: of every page that shows no text of a post.
    pub frame: u64,
    /// The hash of everything except the titles, summaries and texts of posts: of every page that shows none of them.
    pub structure: u64,
    /// The hash of what the search page knows of each document, in the order of their numbers.
    pub documents: Vec<u64>,
}

/// The fingerprints of the files, in the snapshot's order. What many files have in common is stored once.
#[derive(Debug, Default, Serialize, Deserialize)]
struct FingerprintTable {
    shared: Vec<Vec<FingerprintPart>>,
    files: Vec<StoredFingerprint>,
}

/// A file's fingerprint: the index of its shared parts, its own parts, and its view's key.
type StoredFingerprint = (u32, Vec<FingerprintPart>, Option<u64>);

/// A manifest from the disk: checked, and parsed as far as needed.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The first part, parsed.
    pub snapshot: Snapshot,
    /// The second part, a [`FingerprintTable`], not yet parsed.
    fingerprint_bytes: Vec<u8>,
}

/// One file of a built tree: its fingerprint, and its stat after the build.
#[derive(Debug, Clone)]
pub struct BuiltFile {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Its stat after the build.
    pub stat: EntryStat,
}

impl Snapshot {
    /// The snapshot of a tree of `files` and `folders` (with its marker), built from `inputs`.
    pub(super) fn new(
        options: BuildOptions,
        inputs: Vec<Input>,
        findings: &[Diagnostic],
        (pages, digests): (usize, SiteDigests),
        files: Vec<(String, EntryStat)>,
        folders: Vec<(String, EntryStat)>,
    ) -> Self {
        Self {
            options,
            inputs,
            findings: findings.iter().map(StoredFinding::from_diagnostic).collect(),
            pages,
            digests,
            settled_before: settled_before(&files, &folders),
            files,
            folders,
        }
    }

    /// How many files the tree has, without the marker.
    #[must_use]
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    /// Whether the tree has a file or folder at `path`.
    pub(super) fn has_entry(&self, path: &str, is_folder: bool) -> bool {
        let entries = if is_folder { &self.folders } else { &self.files };
        entries.binary_search_by(|(known, _)| known.as_str().cmp(path)).is_ok()
    }

    /// The digest of the files of the tree, as [`files_digest`] makes it.
    pub(super) fn files_digest(&self) -> u64 {
        files_digest(self.files.iter().map(|(path, stat)| (path.as_str(), *stat)))
    }

    /// The names of the files of the tree, without the marker, in Unicode's composed form.
    pub(super) fn file_names(&self) -> BTreeSet<String> {
        self.files.iter().map(|(path, _)| path.nfc().collect()).collect()
    }

    /// The findings of the build. `None` when this program does not know the code of one of them.
    #[must_use]
    pub(crate) fn findings(&self) -> Option<Vec<Diagnostic>> {
        findings::to_diagnostics(&self.findings)
    }
}

impl Manifest {
    /// Reads the manifest of the tree in `target`, if it is of this program and of the same request.
    ///
    /// The day may differ: what a page shows of the day is in its view.
    pub(super) fn read(target: &OutputTarget, options: &BuildOptions) -> Result<Self, FullRebuildReason> {
        let bytes = match target.cache().read(NAME) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(FullRebuildReason::NoManifest),
            Err(_) => return Err(FullRebuildReason::Damaged),
        };
        let (first, fingerprints) = split_parts(&bytes).ok_or(FullRebuildReason::Damaged)?;
        let snapshot: Snapshot = postcard::from_bytes(first).map_err(|_| FullRebuildReason::Damaged)?;
        if snapshot.options.program != options.program {
            return Err(FullRebuildReason::OtherProgram);
        }
        let same_day = BuildOptions {
            today: snapshot.options.today.clone(),
            ..options.clone()
        };
        if snapshot.options != same_day {
            return Err(FullRebuildReason::OtherRequest);
        }
        Ok(Self {
            snapshot,
            fingerprint_bytes: fingerprints.to_vec(),
        })
    }

    /// The fingerprints of the files, in the snapshot's order. `None` when the second part is damaged or does not match the
    /// first.
    #[must_use]
    pub(super) fn fingerprints(&self) -> Option<Vec<Fingerprint>> {
        let table: FingerprintTable = postcard::from_bytes(&self.fingerprint_bytes).ok()?;
        let shared: Vec<Arc<[FingerprintPart]>> = table.shared.into_iter().map(Arc::from).collect();
        if table.files.len() != self.snapshot.files.len() {
            return None;
        }
        let fingerprint = |(index, own, view_key): StoredFingerprint| {
            Some(Fingerprint {
                shared: Arc::clone(shared.get(index as usize)?),
                own,
                view_key,
            })
        };
        table.files.into_iter().map(fingerprint).collect()
    }
}

/// The digest of the names and stats of the files of a tree, which are in order of path. No two trees have the same.
pub(super) fn files_digest<'f>(files: impl IntoIterator<Item = (&'f str, EntryStat)>) -> u64 {
    let mut hasher = FingerprintHasher::default();
    for (path, stat) in files {
        hasher.text(path);
        hasher.number(stat.size);
        hasher.number(stat.modified.cast_unsigned());
    }
    hasher.finish()
}

/// The two parts of a manifest. `None` when it is damaged or in another format.
fn split_parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let number = |offset: usize| Some(u64::from_le_bytes(bytes.get(offset..offset + 8)?.try_into().ok()?));
    let body = bytes.get(HEADER_SIZE..)?;
    let is_whole = bytes.starts_with(MAGIC) && number(8)? == fingerprint::hash_bytes(&bytes[16..]);
    let first = usize::try_from(number(16)?).ok().filter(|&first| first <= body.len())?;
    is_whole.then(|| body.split_at(first))
}

/// The time before which a folder must have changed, in nanoseconds since 1970, so that a change since now gives it another
/// stat. The newest file tells the time by the disk's own clock. No folder is old enough where the system keeps no time of
/// changes, or where the disk keeps no times of folders: there the newest file is newer than its folder.
#[cfg(unix)]
fn settled_before(files: &[(String, EntryStat)], folders: &[(String, EntryStat)]) -> i64 {
    let min_age = MIN_AGE.as_nanos() as i64;
    let settled = || {
        let (path, newest) = files.iter().max_by_key(|(_, stat)| stat.modified)?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let index = folders.binary_search_by(|(path, _)| path.as_str().cmp(folder)).ok()?;
        let has_times = folders[index].1.modified >= newest.modified.saturating_sub(min_age);
        let now = nanoseconds(SystemTime::now()).min(newest.modified);
        has_times.then(|| now.saturating_sub(min_age))
    };
    settled().unwrap_or(i64::MIN)
}

/// No folder is old enough: this system keeps no `ctime`.
#[cfg(not(unix))]
fn settled_before(_files: &[(String, EntryStat)], _folders: &[(String, EntryStat)]) -> i64 {
    i64::MIN
}

/// Writes the manifest of the tree in `target`.
///
/// `fingerprints` are in the order of the snapshot's files.
pub(super) fn write(target: &OutputTarget, snapshot: &Snapshot, fingerprints: &[Fingerprint]) -> io::Result<()> {
    let (first, second) = rayon::join(
        || postcard::to_stdvec(snapshot),
        || postcard::to_stdvec(&deduplicate(fingerprints)),
    );
    let (first, second) = (first.map_err(io::Error::other)?, second.map_err(io::Error::other)?);
    let mut checked = (first.len() as u64).to_le_bytes().to_vec();
    checked.extend(first);
    checked.extend(second);
    let mut bytes = MAGIC.to_vec();
    bytes.extend(fingerprint::hash_bytes(&checked).to_le_bytes());
    bytes.extend(checked);
    target.cache().write(NAME, TEMPORARY_NAME, &bytes)?;
    target.cache().prune_outputs();
    Ok(())
}

/// Removes the manifest of the tree in `target`, which is out of date.
pub(super) fn remove(target: &OutputTarget) {
    // If this fails, the stats in the manifest show that it is out of date.
    target.cache().remove(NAME);
}

/// Stores the common parts of fingerprints once.
fn deduplicate(fingerprints: &[Fingerprint]) -> FingerprintTable {
    let mut indices: BTreeMap<&[FingerprintPart], u32> = BTreeMap::new();
    let mut table = FingerprintTable::default();
    for fingerprint in fingerprints {
        let index = *indices.entry(&fingerprint.shared).or_insert_with(|| {
            table.shared.push(fingerprint.shared.to_vec());
            (table.shared.len() - 1) as u32
        });
        let own = fingerprint.own.clone();
        table.files.push((index, own, fingerprint.view_key));
    }
    table
}
