//! What is known of the tree in the output folder: what it was built from, and how each of its files looked when it
//! was put there.
//!
//! The manifest lies beside the folder, `.public.xiangyin-manifest`, never in it: it names drafts, and two builds of one
//! site must be equal to the byte. It is written last of all; a build killed before that leaves an older one, whose
//! stamps then differ from those of whatever was made anew. So a manifest is never believed without a look at the
//! disk, and one that is missing, damaged or another program's only costs a build from nothing.
//!
//! Its two parts are read apart: to see that nothing changed, no fingerprint is needed.

mod findings;

use super::stat::EntryStat;
use super::target::OutputTarget;
use crate::diag::Diagnostic;
use crate::fingerprint::{self, Fingerprint, FingerprintPart};
use crate::source::Input;
use findings::StoredFinding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// How the file starts: its sort and the number of its format.
const MAGIC: &[u8; 8] = b"XYMAN\x00\x00\x01";
/// What a manifest is called among the companions of an output folder until it is whole.
pub(super) const TEMPORARY_NAME: &str = "manifest-new";
/// Behind the magic: the checksum of the rest, and the length of its first part.
const HEADER_SIZE: usize = 8 + 8 + 8;

/// What a build was asked for, as far as another request makes another site of the same files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildOptions {
    /// The program that built: its version, and what tells one build of it from another.
    pub program: String,
    /// The base address that replaced the settings' own.
    pub base_url: Option<String>,
    /// Whether drafts were built.
    pub drafts: bool,
    /// Whether posts of the future were built.
    pub future: bool,
    /// The day that counted as today, `2026-03-05`.
    pub today: String,
}

/// Why nothing of an earlier build is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FullRebuildReason {
    /// It was asked for.
    Forced,
    /// There is no manifest.
    NoManifest,
    /// The manifest cannot be read, or is not what was written.
    Damaged,
    /// Another program, or another version of this one, built the tree.
    OtherProgram,
    /// The tree was built with another base address, or with or without drafts or posts of the future.
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

/// What is needed to see that there is nothing to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// What was asked for.
    pub options: BuildOptions,
    /// Everything that was read or copied, in order of path.
    pub inputs: Vec<Input>,
    findings: Vec<StoredFinding>,
    /// HTML pages of the tree.
    pub pages: usize,
    /// The hash of all that figures are made from: while it stays, so does every page that shows figures and no text.
    pub figures_hash: u64,
    /// The files of the tree without the marker, in order of path.
    pub(super) files: Vec<(String, EntryStat)>,
    /// Its folders, its top (an empty path) and its marker, in order of path.
    pub(super) folders: Vec<(String, EntryStat)>,
}

/// The fingerprints of the files, in their order. What many files have in common is kept once.
#[derive(Debug, Default, Serialize, Deserialize)]
struct FingerprintTable {
    shared: Vec<Vec<FingerprintPart>>,
    files: Vec<(u32, Vec<FingerprintPart>)>,
}

/// A manifest as it lies on the disk, checked and read as far as is needed.
#[derive(Debug)]
pub struct Manifest {
    /// Its first part.
    pub snapshot: Snapshot,
    /// The bytes of its second part.
    fingerprint_bytes: Vec<u8>,
}

/// One file of a tree that was built: its fingerprint, and how it looked when it was put there.
#[derive(Debug, Clone)]
pub struct BuiltFile {
    /// What it was made from.
    pub fingerprint: Fingerprint,
    /// How it looked.
    pub stat: EntryStat,
}

impl Snapshot {
    /// What is to be known of a tree of `files` and `others` (its folders and its marker), built from `inputs`.
    pub(super) fn new(
        asked: BuildOptions,
        inputs: Vec<Input>,
        findings: &[Diagnostic],
        (pages, figures): (usize, u64),
        files: Vec<(String, EntryStat)>,
        others: Vec<(String, EntryStat)>,
    ) -> Self {
        Self {
            options: asked,
            inputs,
            findings: findings.iter().map(StoredFinding::from_diagnostic).collect(),
            pages,
            figures_hash: figures,
            files,
            folders: others,
        }
    }

    /// How many files the tree has, without the marker.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// What was found when the tree was built; none when that cannot be told in this program's words.
    #[must_use]
    pub fn findings(&self) -> Option<Vec<Diagnostic>> {
        findings::to_diagnostics(&self.findings)
    }
}

impl Manifest {
    /// The manifest of the tree in `target`, if it is this program's and about the same request.
    ///
    /// The day may be another one: what a page shows of it is in its view.
    pub(super) fn read(target: &OutputTarget, asked: &BuildOptions) -> Result<Self, FullRebuildReason> {
        let bytes = match fs::read(manifest_path(target)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(FullRebuildReason::NoManifest),
            Err(_) => return Err(FullRebuildReason::Damaged),
        };
        let (first, prints) = split_parts(&bytes).ok_or(FullRebuildReason::Damaged)?;
        let snapshot: Snapshot = postcard::from_bytes(first).map_err(|_| FullRebuildReason::Damaged)?;
        if snapshot.options.program != asked.program {
            return Err(FullRebuildReason::OtherProgram);
        }
        let same_day = BuildOptions {
            today: snapshot.options.today.clone(),
            ..asked.clone()
        };
        if snapshot.options != same_day {
            return Err(FullRebuildReason::OtherRequest);
        }
        Ok(Self {
            snapshot,
            fingerprint_bytes: prints.to_vec(),
        })
    }

    /// The files of the tree by path; none when they are not what the first part says.
    #[must_use]
    pub fn built_files(&self) -> Option<BTreeMap<&str, BuiltFile>> {
        let prints: FingerprintTable = postcard::from_bytes(&self.fingerprint_bytes).ok()?;
        let shared: Vec<Arc<[FingerprintPart]>> = prints.shared.into_iter().map(Arc::from).collect();
        if prints.files.len() != self.snapshot.files.len() {
            return None;
        }
        let files = self.snapshot.files.iter().zip(prints.files);
        files
            .map(|((path, stamp), (at, own))| {
                let print = Fingerprint {
                    shared: Arc::clone(shared.get(at as usize)?),
                    own,
                };
                Some((
                    path.as_str(),
                    BuiltFile {
                        fingerprint: print,
                        stat: *stamp,
                    },
                ))
            })
            .collect()
    }
}

/// The two parts of a manifest; none when it is damaged or in another format.
fn split_parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let body = bytes.get(HEADER_SIZE..)?;
    let is_whole = bytes.starts_with(MAGIC) && number(8)? == fingerprint::hash_bytes(&bytes[16..]);
    let first = usize::try_from(number(16)?).ok().filter(|&first| first <= body.len())?;
    is_whole.then(|| body.split_at(first))
}

/// Where the manifest of a tree lies.
fn manifest_path(target: &OutputTarget) -> PathBuf {
    target.companion("manifest")
}

/// Writes the manifest of the tree in `target`: under another name first, so that there is never half of one.
///
/// `prints` are in the order of the snapshot's files.
pub(super) fn write(target: &OutputTarget, snapshot: &Snapshot, prints: &[Fingerprint]) -> io::Result<()> {
    let first = postcard::to_stdvec(snapshot).map_err(io::Error::other)?;
    let second = postcard::to_stdvec(&deduplicate(prints)).map_err(io::Error::other)?;
    let mut checked = (first.len() as u64).to_le_bytes().to_vec();
    checked.extend(first);
    checked.extend(second);
    let mut bytes = MAGIC.to_vec();
    bytes.extend(fingerprint::hash_bytes(&checked).to_le_bytes());
    bytes.extend(checked);
    let passing = target.companion(TEMPORARY_NAME);
    let written = fs::write(&passing, bytes).and_then(|()| fs::rename(&passing, manifest_path(target)));
    written.inspect_err(|_| {
        // What is left of it is written over by the next build.
        let _ = fs::remove_file(&passing);
    })
}

/// Removes the manifest of the tree in `target`, which has become another tree.
pub(super) fn remove(target: &OutputTarget) {
    // One that stays is found out by its stamps.
    let _ = fs::remove_file(manifest_path(target));
}

/// Fingerprints with their common parts kept once.
fn deduplicate(prints: &[Fingerprint]) -> FingerprintTable {
    let mut numbers: BTreeMap<&[FingerprintPart], u32> = BTreeMap::new();
    let mut together = FingerprintTable::default();
    for print in prints {
        let number = *numbers.entry(&print.shared).or_insert_with(|| {
            together.shared.push(print.shared.to_vec());
            (together.shared.len() - 1) as u32
        });
        together.files.push((number, print.own.clone()));
    }
    together
}
