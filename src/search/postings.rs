//! Which documents have which pairs of characters: gathered from all texts on all threads, and written by shards.
//!
//! A **key** is two neighbouring characters, or a single one; of ASCII also three, because two letters or digits tell
//! little. An **entry** is one number of 64 bits: key (two characters of 21 bits, the second 0 for a single one), document
//! (20 bits), and two signs; so entries sorted as numbers are in order of key and document. They are gathered in as many
//! passes as keep them within bounded memory, each pass for a part of the shards.

use super::SearchLayout;
use super::digits;
use super::fold::{BREAK, fold, is_searchable};
use super::script::push_quoted;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The text of a document, as it is indexed: composed, the title apart.
#[derive(Debug, Clone)]
pub(super) struct DocumentText {
    pub(super) title: String,
    pub(super) text: String,
}

/// More documents than this cannot be numbered; the oldest ones are left out then.
pub(super) const MAX_DOCUMENTS: usize = 1 << 20;
/// A text has a key often when it stands there so many times.
const FREQUENT_COUNT: Occurrences = 3;
/// Documents that one thread reads at a time.
const DOCUMENTS_PER_BLOCK: usize = 512;
/// Documents whose entries are held at a time; with texts of a thousand characters about 250 MB.
const DOCUMENTS_PER_PASS: usize = 24_000;

const TITLE_FLAG: u64 = 1;
const FREQUENT_FLAG: u64 = 2;
const DOCUMENT_SHIFT: u32 = 2;
const KEY_SHIFT: u32 = 22;
const CHARACTER_BITS: u32 = 21;
/// All bits of one character.
const CHARACTER_MASK: u64 = (1 << CHARACTER_BITS) - 1;
/// Stands for the second character in the key of three; no character has this number.
const TRIPLE: u64 = CHARACTER_MASK;

/// The shard of a key; `search.js` computes the same. The mixing is that of `MurmurHash3`
/// (Austin Appleby, public domain).
fn shard_of(key: u64, shards: usize) -> usize {
    let (first, second) = ((key >> CHARACTER_BITS) as u32, (key & CHARACTER_MASK) as u32);
    let mut hash = first.wrapping_mul(0x9E37_79B1).wrapping_add(second);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    hash ^= hash >> 13;
    hash as usize % shards
}

/// The entries of every shard of `layout` as the object of a script; `words` are the texts of all documents.
pub(super) fn build_shards(layout: SearchLayout, words: &[DocumentText]) -> Vec<String> {
    let passes = layout.documents.div_ceil(DOCUMENTS_PER_PASS).max(1);
    let mut shards = vec![String::new(); layout.shard_count()];
    for pass in 0..passes {
        let pass = Pass { layout, passes, pass };
        let blocks = layout.documents.div_ceil(DOCUMENTS_PER_BLOCK);
        let gathered: Vec<PostingBlock> = (0..blocks)
            .into_par_iter()
            .map(|block| pass.gather(block * DOCUMENTS_PER_BLOCK, words))
            .collect();
        shards.par_iter_mut().enumerate().for_each(|(at, shard)| {
            if pass.has_shard(at) {
                let mut entries: Vec<u64> = gathered
                    .iter()
                    .flat_map(|block| block.shard_entries(at))
                    .copied()
                    .collect();
                entries.sort_unstable();
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

    /// The entries of a block of documents.
    fn gather(&self, first: usize, words: &[DocumentText]) -> PostingBlock {
        let (mut shards, mut entries) = (Vec::new(), Vec::new());
        let mut keys = KeyCollector::default();
        for (document, words) in words.iter().enumerate().skip(first).take(DOCUMENTS_PER_BLOCK) {
            if self.layout.documents - document > MAX_DOCUMENTS {
                continue;
            }
            let entry = |key: u64, signs: u64| key << KEY_SHIFT | (document as u64) << DOCUMENT_SHIFT | signs;
            keys.for_each_key(words, |sort, key, signs| {
                let shard = match sort {
                    KeyKind::Ngram => shard_of(key, self.layout.pair_shards),
                    KeyKind::Single => self.layout.pair_shards + shard_of(key, self.layout.single_shards),
                };
                if self.has_shard(shard) {
                    shards.push(shard as u32);
                    entries.push(entry(key, signs));
                }
            });
        }
        PostingBlock::new(self.layout.shard_count(), &shards, &entries)
    }
}

/// Entries of a few documents, those of one shard side by side.
struct PostingBlock {
    /// Where each shard begins, and at last where all end.
    starts: Vec<usize>,
    entries: Vec<u64>,
}

impl PostingBlock {
    /// Puts entries in order of their shards, of which there are `count`. The order within a shard stays.
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
        Self {
            starts,
            entries: sorted,
        }
    }

    fn shard_entries(&self, shard: usize) -> &[u64] {
        &self.entries[self.starts[shard]..self.starts[shard + 1]]
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

/// How a key stands in a document: the lowest bit says whether in the title, the others how many times.
type Occurrences = u32;
const ONE_OCCURRENCE: Occurrences = 2;

/// The keys of one document; the room for them is used again for the next.
struct KeyCollector {
    ngrams: FxHashMap<u64, Occurrences>,
    /// By character; 0 for those that the document does not have.
    singles: Vec<Occurrences>,
    /// The characters that it has.
    present: Vec<char>,
    folded: Vec<char>,
}

impl Default for KeyCollector {
    fn default() -> Self {
        Self {
            ngrams: FxHashMap::default(),
            // Of the pages of this memory only those are ever used that a text's characters fall into.
            singles: vec![0; char::MAX as usize + 1],
            present: Vec::new(),
            folded: Vec::new(),
        }
    }
}

impl KeyCollector {
    /// Calls `put` with each key of a document once, in no order, and its signs.
    fn for_each_key(&mut self, words: &DocumentText, mut put: impl FnMut(KeyKind, u64, u64)) {
        self.add_text(&words.title, TITLE_FLAG as Occurrences);
        self.add_text(&words.text, 0);
        let signs = |seen: Occurrences| {
            let often = if seen / ONE_OCCURRENCE >= FREQUENT_COUNT {
                FREQUENT_FLAG
            } else {
                0
            };
            u64::from(seen) & TITLE_FLAG | often
        };
        // In any order: a shard's entries are sorted in the end.
        self.ngrams
            .drain()
            .for_each(|(key, seen)| put(KeyKind::Ngram, key, signs(seen)));
        for c in self.present.drain(..) {
            let seen = std::mem::take(&mut self.singles[c as usize]);
            put(KeyKind::Single, u64::from(c) << CHARACTER_BITS, signs(seen));
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

fn count_occurrence(seen: &mut Occurrences, title: Occurrences) {
    *seen = seen.saturating_add(ONE_OCCURRENCE) | title;
}

/// The key of three characters of ASCII: of 7 bits each, in the place of the first one, with [`TRIPLE`] for the second.
fn triple_key(first: char, second: char, third: char) -> u64 {
    let packed = u64::from(first) << 14 | u64::from(second) << 7 | u64::from(third);
    packed << CHARACTER_BITS | TRIPLE
}

/// The entries of a shard: `{"志愿":"all title often",…}`, lists at the end left out when they are empty.
fn shard_object(entries: &[u64]) -> String {
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
