//! The postings of the index: which documents contain which n-grams. They are gathered from all texts on all threads
//! and written by shards.
//!
//! A **key** is a pair of neighbouring characters or a single character; for ASCII also a triple, because two letters
//! or digits are hardly selective. An **entry** is one number of 64 bits: key (two characters of 21 bits, the second 0
//! for a single one), document (20 bits), and two flags. Entries sorted as numbers are therefore in order of key and
//! document. Entries are gathered in several passes, each for a part of the shards, which bounds the memory.

use super::SearchLayout;
use super::digits;
use super::fold::{BREAK, fold, is_searchable};
use super::script::push_quoted;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The text of a document as it is indexed: in NFC, with the title apart.
#[derive(Debug, Clone)]
pub(super) struct DocumentText {
    pub(super) title: String,
    pub(super) text: String,
}

/// The most documents that entries can number. With more, the oldest are not indexed.
pub(super) const MAX_DOCUMENTS: usize = 1 << 20;
/// A key is frequent in a document when it occurs at least this many times.
const FREQUENT_COUNT: Occurrences = 3;
/// Documents that a thread reads at a time.
const DOCUMENTS_PER_BLOCK: usize = 512;
/// Documents per pass. The entries of a pass take about 110 MB with texts of a thousand characters.
const DOCUMENTS_PER_PASS: usize = 24_000;

const TITLE_FLAG: u64 = 1;
const FREQUENT_FLAG: u64 = 2;
const DOCUMENT_SHIFT: u32 = 2;
const KEY_SHIFT: u32 = 22;
const CHARACTER_BITS: u32 = 21;
/// All bits of one character.
const CHARACTER_MASK: u64 = (1 << CHARACTER_BITS) - 1;
/// Takes the place of the second character in the key of a triple. No character has this number.
const TRIPLE: u64 = CHARACTER_MASK;

/// The shard of a key; `search.js` computes the same. The mixing comes from `MurmurHash3`
/// (Austin Appleby, public domain).
fn shard_of(key: u64, shards: usize) -> usize {
    let (first, second) = ((key >> CHARACTER_BITS) as u32, (key & CHARACTER_MASK) as u32);
    let mut hash = first.wrapping_mul(0x9E37_79B1).wrapping_add(second);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    hash ^= hash >> 13;
    hash as usize % shards
}

/// The entries of every shard of `layout`, each as an object literal. `text_of` returns the text of a document. No text
/// is kept: those of all documents take as much memory as the records.
pub(super) fn build_shards(layout: SearchLayout, text_of: impl Fn(usize) -> DocumentText + Sync) -> Vec<String> {
    let passes = layout.documents.div_ceil(DOCUMENTS_PER_PASS).max(1);
    let mut shards = vec![String::new(); layout.shard_count()];
    for pass in 0..passes {
        let pass = Pass { layout, passes, pass };
        let blocks = layout.documents.div_ceil(DOCUMENTS_PER_BLOCK);
        let gathered: Vec<PostingBlock> = (0..blocks)
            .into_par_iter()
            .map(|block| pass.gather(block * DOCUMENTS_PER_BLOCK, &text_of))
            .collect();
        shards.par_iter_mut().enumerate().for_each(|(index, shard)| {
            if pass.has_shard(index) {
                let mut entries: Vec<u64> = Vec::new();
                gathered
                    .iter()
                    .for_each(|block| block.add_shard_entries(index, &mut entries));
                // Those of each block are in order.
                entries.sort();
                *shard = shard_object(&entries);
            }
        });
    }
    shards
}

struct Pass {
    layout: SearchLayout,
    passes: usize,
    pass: usize,
}

impl Pass {
    const fn has_shard(&self, shard: usize) -> bool {
        shard % self.passes == self.pass
    }

    /// The entries of a block of documents, from document `first` on.
    fn gather(&self, first: usize, text_of: &impl Fn(usize) -> DocumentText) -> PostingBlock {
        let (mut shards, mut entries) = (Vec::new(), Vec::new());
        let mut keys = KeyCollector::default();
        for document in first..(first + DOCUMENTS_PER_BLOCK).min(self.layout.documents) {
            if self.layout.documents - document > MAX_DOCUMENTS {
                continue;
            }
            keys.for_each_key(&text_of(document), |kind, key, flags| {
                let shard = kind.shard(key, self.layout);
                if self.has_shard(shard) {
                    shards.push(shard as u32);
                    entries.push(entry(key, document, flags));
                }
            });
        }
        PostingBlock::new(self.layout.shard_count(), &shards, &entries)
    }
}

const fn entry(key: u64, document: usize, flags: u64) -> u64 {
    key << KEY_SHIFT | (document as u64) << DOCUMENT_SHIFT | flags
}

/// The entries of one document, each with its shard.
pub(super) fn document_entries(layout: SearchLayout, document: usize, text: &DocumentText) -> BTreeSet<(usize, u64)> {
    let mut entries = BTreeSet::new();
    KeyCollector::default().for_each_key(text, |kind, key, flags| {
        entries.insert((kind.shard(key, layout), entry(key, document, flags)));
    });
    entries
}

/// The entries of a block of documents, grouped by shard, those of a shard in order. Each is stored as its difference from
/// the one before, in as few bytes as it needs: most differ in the document only.
struct PostingBlock {
    /// Where the bytes of each shard start, then the end of the last ones.
    starts: Vec<usize>,
    bytes: Vec<u8>,
}

impl PostingBlock {
    /// Sorts entries by shard; `count` is the number of shards.
    fn new(count: usize, shards: &[u32], entries: &[u64]) -> Self {
        let mut starts = vec![0; count + 1];
        for &shard in shards {
            starts[shard as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut sorted = vec![0; entries.len()];
        for (&shard, &entry) in shards.iter().zip(entries) {
            let place = &mut next[shard as usize];
            sorted[*place] = entry;
            *place += 1;
        }
        let mut bytes = Vec::new();
        for shard in 0..count {
            let entries = &mut sorted[starts[shard]..starts[shard + 1]];
            entries.sort_unstable();
            // The start of the entries is not needed any more.
            starts[shard] = bytes.len();
            let mut last = 0;
            for &mut entry in entries {
                push_number(entry - last, &mut bytes);
                last = entry;
            }
        }
        starts[count] = bytes.len();
        bytes.shrink_to_fit();
        Self { starts, bytes }
    }

    /// Adds the entries of a shard to `entries`, in order.
    fn add_shard_entries(&self, shard: usize, entries: &mut Vec<u64>) {
        let mut bytes = self.bytes[self.starts[shard]..self.starts[shard + 1]].iter();
        let mut last = 0;
        while let Some(difference) = take_number(&mut bytes) {
            last += difference;
            entries.push(last);
        }
    }
}

/// Adds a number in groups of seven bits, the lowest first; each byte but the last has its highest bit set.
fn push_number(mut number: u64, bytes: &mut Vec<u8>) {
    while number > 0x7F {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number that [`push_number`] wrote. `None` at the end.
fn take_number<'b>(bytes: &mut impl Iterator<Item = &'b u8>) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = *bytes.next()?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
        shift += 7;
    }
}

/// What a key stands for.
#[derive(Clone, Copy)]
enum KeyKind {
    /// Two neighbouring characters, or three of ASCII.
    Ngram,
    /// One character.
    Single,
}

impl KeyKind {
    /// The shard of a key of this kind.
    fn shard(self, key: u64, layout: SearchLayout) -> usize {
        match self {
            Self::Ngram => shard_of(key, layout.pair_shards),
            Self::Single => layout.pair_shards + shard_of(key, layout.single_shards),
        }
    }
}

/// How a key occurs in a document: the lowest bit says whether in the title, the other bits how many times.
type Occurrences = u32;
const ONE_OCCURRENCE: Occurrences = 2;

/// Collects the keys of one document. Its buffers are reused for the next document.
struct KeyCollector {
    ngrams: FxHashMap<u64, Occurrences>,
    /// By character; 0 for characters that the document does not contain.
    singles: Vec<Occurrences>,
    /// The characters that the document contains.
    present: Vec<char>,
    folded: Vec<char>,
}

impl Default for KeyCollector {
    fn default() -> Self {
        Self {
            ngrams: FxHashMap::default(),
            // The operating system provides only those pages of this memory that characters of a text touch.
            singles: vec![0; char::MAX as usize + 1],
            present: Vec::new(),
            folded: Vec::new(),
        }
    }
}

impl KeyCollector {
    /// Calls `put` once for each key of a document, with its flags, in no particular order.
    fn for_each_key(&mut self, document: &DocumentText, mut put: impl FnMut(KeyKind, u64, u64)) {
        self.add_text(&document.title, TITLE_FLAG as Occurrences);
        self.add_text(&document.text, 0);
        let flags = |occurrences: Occurrences| {
            let often = if occurrences / ONE_OCCURRENCE >= FREQUENT_COUNT {
                FREQUENT_FLAG
            } else {
                0
            };
            u64::from(occurrences) & TITLE_FLAG | often
        };
        // The order does not matter: the entries of a shard are sorted later.
        self.ngrams
            .drain()
            .for_each(|(key, occurrences)| put(KeyKind::Ngram, key, flags(occurrences)));
        for c in self.present.drain(..) {
            let occurrences = std::mem::take(&mut self.singles[c as usize]);
            put(KeyKind::Single, u64::from(c) << CHARACTER_BITS, flags(occurrences));
        }
    }

    fn add_text(&mut self, text: &str, title: Occurrences) {
        self.folded.clear();
        fold(text, &mut self.folded);
        let (mut first, mut second) = (BREAK, BREAK);
        for &third in &self.folded {
            if is_searchable(third) {
                let single = &mut self.singles[third as usize];
                if *single == 0 {
                    self.present.push(third);
                }
                count_occurrence(single, title);
                if is_searchable(second) {
                    let pair = u64::from(second) << CHARACTER_BITS | u64::from(third);
                    count_occurrence(self.ngrams.entry(pair).or_default(), title);
                    if is_searchable(first) && [first, second, third].iter().all(char::is_ascii) {
                        count_occurrence(self.ngrams.entry(triple_key(first, second, third)).or_default(), title);
                    }
                }
            }
            (first, second) = (second, third);
        }
    }
}

fn count_occurrence(occurrences: &mut Occurrences, title: Occurrences) {
    *occurrences = occurrences.saturating_add(ONE_OCCURRENCE) | title;
}

/// The key of three ASCII characters: 7 bits each in place of the first character, and [`TRIPLE`] as the second.
fn triple_key(first: char, second: char, third: char) -> u64 {
    let packed = u64::from(first) << 14 | u64::from(second) << 7 | u64::from(third);
    packed << CHARACTER_BITS | TRIPLE
}

/// The entries of a shard: `{"志愿":"all title often",…}`. Empty lists at the end are omitted.
pub(super) fn shard_object(entries: &[u64]) -> String {
    let mut out = String::from("{");
    let (mut all, mut title, mut often) = (Vec::new(), Vec::new(), Vec::new());
    for same in entries.chunk_by(|a, b| a >> KEY_SHIFT == b >> KEY_SHIFT) {
        for list in [&mut all, &mut title, &mut often] {
            list.clear();
        }
        for entry in same {
            let document = (entry >> DOCUMENT_SHIFT) as u32 & ((1 << (KEY_SHIFT - DOCUMENT_SHIFT)) - 1);
            all.push(document);
            if entry & TITLE_FLAG != 0 {
                title.push(document);
            }
            if entry & FREQUENT_FLAG != 0 {
                often.push(document);
            }
        }
        if out.len() > 1 {
            out.push(',');
        }
        push_quoted(&key_text(same[0] >> KEY_SHIFT), &mut out);
        out.push_str(":\"");
        push_lists([&all, &title, &often], &mut out);
        out.push('"');
    }
    out.push('}');
    out
}

/// The entries of a shard, in the order of the text, which is that of the numbers. `documents` is the number of all
/// documents. `None` when the text is not one that [`shard_object`] writes.
pub(super) fn read_shard_object(text: &str, documents: usize) -> Option<Vec<u64>> {
    let shard: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let mut entries = Vec::new();
    for (name, lists) in &shard {
        let key = read_key(name)?;
        let mut lists = lists.as_str()?.split(' ');
        let mut list = || digits::read_list(lists.next().unwrap_or_default(), documents as u32);
        let (all, title, often) = (list()?, list()?, list()?);
        let flag = |among: &[u32], document: &u32, flag: u64| match among.binary_search(document) {
            Ok(_) => flag,
            Err(_) => 0,
        };
        entries.extend(all.iter().map(|document| {
            let flags = flag(&title, document, TITLE_FLAG) | flag(&often, document, FREQUENT_FLAG);
            entry(key, *document as usize, flags)
        }));
    }
    Some(entries)
}

/// The key with these characters.
fn read_key(name: &str) -> Option<u64> {
    let mut characters = name.chars();
    let first = characters.next()?;
    Some(match (characters.next(), characters.next(), characters.next()) {
        (None, ..) => u64::from(first) << CHARACTER_BITS,
        (Some(second), None, _) => u64::from(first) << CHARACTER_BITS | u64::from(second),
        (Some(second), Some(third), None) => triple_key(first, second, third),
        _ => return None,
    })
}

fn push_lists(lists: [&[u32]; 3], out: &mut String) {
    for list in lists {
        digits::push_list(list, out);
        out.push(' ');
    }
    out.truncate(out.trim_end_matches(' ').len());
}

/// The characters of a key.
fn key_text(key: u64) -> String {
    let (first, second) = (key >> CHARACTER_BITS, key & CHARACTER_MASK);
    let characters = match second {
        TRIPLE => [first >> 14, first >> 7 & 0x7F, first & 0x7F],
        0 => [first, 0, 0],
        second => [first, second, 0],
    };
    let characters = characters.into_iter().filter(|&c| c != 0);
    characters.filter_map(|c| char::from_u32(c as u32)).collect()
}
