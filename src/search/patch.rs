//! Brings the files of a former index up to date when few documents changed.
//!
//! An index is a function of the texts of its documents. When the files of a former index are at hand, the entries of the
//! documents that changed are taken out of the shards that have them, and the new ones are put in. The other shards stay.
//! The result has the bytes of an index of all texts: the entries of a shard are read back, changed, and written by the
//! code that writes any shard.
//!
//! Costs: the texts and the shards of the changed documents, whatever the number of all documents.

use super::layout::{SearchFile, SearchLayout};
use super::postings::{DocumentText, MAX_DOCUMENTS, document_entries, read_shard_object, shard_object};
use super::{document_text, part_name, record_index, script, texts_file};
use crate::site::Site;
use std::collections::{BTreeMap, BTreeSet};

/// The most documents that are patched: one in this many. A new index is faster when more of them changed.
const PATCHED_SHARE: usize = 32;
/// A small site is patched up to this many documents.
const PATCHED_MINIMUM: usize = 4;

/// The files of an index that differ from those of a former one, with their bytes.
#[derive(Debug, Default)]
pub(crate) struct SearchPatch {
    files: BTreeMap<SearchFile, Vec<u8>>,
}

impl SearchPatch {
    /// The bytes of a file. `None` when the file is that of the former index.
    #[must_use]
    pub(crate) fn file(&self, file: SearchFile) -> Option<&[u8]> {
        self.files.get(&file).map(Vec::as_slice)
    }

    /// The files that differ from those of an index whose documents had the digests `former`. `digests` are those of the
    /// documents now, and `read` returns the bytes of a file of the former index.
    ///
    /// `None` when a new index is faster or the only way: many documents changed, the number of files changed, or a
    /// former file is missing or is not what an index writes.
    #[must_use]
    pub(crate) fn new(
        site: &Site<'_>,
        former: &[u64],
        digests: &[u64],
        read: &dyn Fn(SearchFile) -> Option<Vec<u8>>,
    ) -> Option<Self> {
        let layout = super::layout(site);
        let former_layout = SearchLayout::for_documents(former.len());
        if former.len() > layout.documents
            || layout.documents > MAX_DOCUMENTS
            || (former_layout.pair_shards, former_layout.single_shards) != (layout.pair_shards, layout.single_shards)
        {
            return None;
        }
        let changed: Vec<usize> = (0..layout.documents)
            .filter(|&document| former.get(document) != digests.get(document))
            .collect();
        if changed.len() > (layout.documents / PATCHED_SHARE).max(PATCHED_MINIMUM) {
            return None;
        }
        let mut files = BTreeMap::new();
        let mut shards: BTreeMap<usize, ShardChange> = BTreeMap::new();
        for &document in &changed {
            let now = document_entries(layout, document, &document_text(site, record_index(site, document)));
            let before = if document < former.len() {
                let text = former_text(document, layout, read)?;
                document_entries(layout, document, &text)
            } else {
                BTreeSet::new()
            };
            for &(shard, entry) in before.difference(&now) {
                shards.entry(shard).or_default().removed.insert(entry);
            }
            for &(shard, entry) in now.difference(&before) {
                shards.entry(shard).or_default().added.insert(entry);
            }
        }
        for (shard, change) in shards {
            let file = SearchFile::Shard(shard);
            let bytes = read(file)?;
            let payload = script::payload(&part_name(file), &bytes)?;
            let payload = shard_object(&change.apply(read_shard_object(payload, former.len())?)?);
            files.insert(file, script::script_file(&part_name(file), &payload));
        }
        for part in changed.iter().map(|document| document / layout.texts_per_file) {
            let file = SearchFile::Texts(part);
            files.entry(file).or_insert_with(|| texts_file(site, part));
        }
        Some(Self { files })
    }
}

/// The entries that leave a shard, and those that come into it.
#[derive(Default)]
struct ShardChange {
    removed: BTreeSet<u64>,
    added: BTreeSet<u64>,
}

impl ShardChange {
    /// The entries of a shard after the change, sorted. `None` when one that leaves was not in it, or when one that comes
    /// was.
    fn apply(&self, mut entries: Vec<u64>) -> Option<Vec<u64>> {
        let before = entries.len();
        entries.retain(|entry| !self.removed.contains(entry));
        if entries.len() + self.removed.len() != before {
            return None;
        }
        entries.extend(&self.added);
        entries.sort_unstable();
        let count = entries.len();
        entries.dedup();
        (entries.len() == count).then_some(entries)
    }
}

/// The text of a document in a former file of texts.
fn former_text(
    document: usize,
    layout: SearchLayout,
    read: &dyn Fn(SearchFile) -> Option<Vec<u8>>,
) -> Option<DocumentText> {
    let file = SearchFile::Texts(document / layout.texts_per_file);
    let bytes = read(file)?;
    let documents: Vec<[String; 4]> = serde_json::from_str(script::payload(&part_name(file), &bytes)?).ok()?;
    let [_, title, _, text] = documents.into_iter().nth(document % layout.texts_per_file)?;
    Some(DocumentText { title, text })
}
