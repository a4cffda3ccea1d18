//! Which documents have which pairs of characters: gathered from all texts on all threads, and written by shards.
//!
//! A **key** is two neighbouring characters, or a single one; of ASCII also three, because two letters or digits tell
//! little. An **entry** is one number of 64 bits: key (two characters of 21 bits, the second 0 for a single one), document
//! (20 bits), and two signs; so entries sorted as numbers are in order of key and document. They are gathered in as many
//! passes as keep them within bounded memory, each pass for a part of the shards.

use super::digits;
use super::fold::{BREAK, fold, is_sign};
use super::script::quoted;
use crate::plan::SearchLayout;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The text of a document, as it is indexed: composed, the title apart.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) text: String,
}

/// More documents than this cannot be numbered; the oldest ones are left out then.
pub(super) const MOST_DOCUMENTS: usize = 1 << 20;
/// A text has a key often when it stands there so many times.
const OFTEN: Seen = 3;
/// Documents that one thread reads at a time.
const BLOCK: usize = 512;
/// Documents whose entries are held at a time; with texts of a thousand characters about 250 MB.
const AT_A_TIME: usize = 24_000;

const IN_TITLE: u64 = 1;
const IS_OFTEN: u64 = 2;
const DOCUMENT: u32 = 2;
const KEY: u32 = 22;
const CHARACTER: u32 = 21;
/// All bits of one character.
const ONE: u64 = (1 << CHARACTER) - 1;
/// Stands for the second character in the key of three; no character has this number.
const TRIPLE: u64 = ONE;

/// The shard of a key; `search.js` computes the same. The mixing is that of `MurmurHash3`
/// (Austin Appleby, public domain).
fn shard_of(key: u64, shards: usize) -> usize {
    let (first, second) = ((key >> CHARACTER) as u32, (key & ONE) as u32);
    let mut hash = first.wrapping_mul(0x9E37_79B1).wrapping_add(second);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    hash ^= hash >> 13;
    hash as usize % shards
}

/// The entries of every shard of `layout` as the object of a script; `words` are the texts of all documents.
pub(super) fn shards(layout: SearchLayout, words: &[Words]) -> Vec<String> {
    let passes = layout.documents.div_ceil(AT_A_TIME).max(1);
    let mut shards = vec![String::new(); layout.shards()];
    for pass in 0..passes {
        let pass = Pass { layout, passes, pass };
        let blocks = layout.documents.div_ceil(BLOCK);
        let gathered: Vec<Block> = (0..blocks)
            .into_par_iter()
            .map(|block| pass.gather(block * BLOCK, words))
            .collect();
        shards.par_iter_mut().enumerate().for_each(|(at, shard)| {
            if pass.has(at) {
                let mut entries: Vec<u64> = gathered.iter().flat_map(|block| block.of(at)).copied().collect();
                entries.sort_unstable();
                *shard = object(&entries);
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
    const fn has(&self, shard: usize) -> bool {
        shard % self.passes == self.pass
    }

    /// The entries of a block of documents.
    fn gather(&self, first: usize, words: &[Words]) -> Block {
        let (mut shards, mut entries) = (Vec::new(), Vec::new());
        let mut keys = Keys::default();
        for (document, words) in words.iter().enumerate().skip(first).take(BLOCK) {
            if self.layout.documents - document > MOST_DOCUMENTS {
                continue;
            }
            let entry = |key: u64, signs: u64| key << KEY | (document as u64) << DOCUMENT | signs;
            keys.of(words, |sort, key, signs| {
                let shard = match sort {
                    Sort::Part => shard_of(key, self.layout.pairs),
                    Sort::Single => self.layout.pairs + shard_of(key, self.layout.singles),
                };
                if self.has(shard) {
                    shards.push(shard as u32);
                    entries.push(entry(key, signs));
                }
            });
        }
        Block::new(self.layout.shards(), &shards, &entries)
    }
}

/// Entries of a few documents, those of one shard side by side.
struct Block {
    /// Where each shard begins, and at last where all end.
    starts: Vec<usize>,
    entries: Vec<u64>,
}

impl Block {
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

    fn of(&self, shard: usize) -> &[u64] {
        &self.entries[self.starts[shard]..self.starts[shard + 1]]
    }
}

/// What a key stands for.
#[derive(Clone, Copy)]
enum Sort {
    /// Two neighbouring characters, or three of ASCII.
    Part,
    /// One character.
    Single,
}

/// How a key stands in a document: the lowest bit says whether in the title, the others how many times.
type Seen = u32;
const ONCE: Seen = 2;

/// The keys of one document; the room for them is used again for the next.
struct Keys {
    parts: FxHashMap<u64, Seen>,
    /// By character; 0 for those that the document does not have.
    singles: Vec<Seen>,
    /// The characters that it has.
    has: Vec<char>,
    folded: Vec<char>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            parts: FxHashMap::default(),
            // Of the pages of this memory only those are ever used that a text's characters fall into.
            singles: vec![0; char::MAX as usize + 1],
            has: Vec::new(),
            folded: Vec::new(),
        }
    }
}

impl Keys {
    /// Calls `put` with each key of a document once, in no order, and its signs.
    fn of(&mut self, words: &Words, mut put: impl FnMut(Sort, u64, u64)) {
        self.add(&words.title, IN_TITLE as Seen);
        self.add(&words.text, 0);
        let signs = |seen: Seen| {
            let often = if seen / ONCE >= OFTEN { IS_OFTEN } else { 0 };
            u64::from(seen) & IN_TITLE | often
        };
        // In any order: a shard's entries are sorted in the end.
        self.parts
            .drain()
            .for_each(|(key, seen)| put(Sort::Part, key, signs(seen)));
        for c in self.has.drain(..) {
            let seen = std::mem::take(&mut self.singles[c as usize]);
            put(Sort::Single, u64::from(c) << CHARACTER, signs(seen));
        }
    }

    fn add(&mut self, text: &str, title: Seen) {
        self.folded.clear();
        fold(text, &mut self.folded);
        let (mut first, mut second) = (BREAK, BREAK);
        for &third in &self.folded {
            if is_sign(third) {
                let single = &mut self.singles[third as usize];
                if *single == 0 {
                    self.has.push(third);
                }
                note(single, title);
                if is_sign(second) {
                    let pair = u64::from(second) << CHARACTER | u64::from(third);
                    note(self.parts.entry(pair).or_default(), title);
                    if is_sign(first) && [first, second, third].iter().all(char::is_ascii) {
                        note(self.parts.entry(triple(first, second, third)).or_default(), title);
                    }
                }
            }
            (first, second) = (second, third);
        }
    }
}

fn note(seen: &mut Seen, title: Seen) {
    *seen = seen.saturating_add(ONCE) | title;
}

/// The key of three characters of ASCII: of 7 bits each, in the place of the first one, with [`TRIPLE`] for the second.
fn triple(first: char, second: char, third: char) -> u64 {
    let packed = u64::from(first) << 14 | u64::from(second) << 7 | u64::from(third);
    packed << CHARACTER | TRIPLE
}

/// The entries of a shard: `{"志愿":"all title often",…}`, lists at the end left out when they are empty.
fn object(entries: &[u64]) -> String {
    let mut out = String::from("{");
    let (mut all, mut title, mut often) = (Vec::new(), Vec::new(), Vec::new());
    for same in entries.chunk_by(|a, b| a >> KEY == b >> KEY) {
        for list in [&mut all, &mut title, &mut often] {
            list.clear();
        }
        for entry in same {
            let document = (entry >> DOCUMENT) as u32 & ((1 << (KEY - DOCUMENT)) - 1);
            all.push(document);
            if entry & IN_TITLE != 0 {
                title.push(document);
            }
            if entry & IS_OFTEN != 0 {
                often.push(document);
            }
        }
        if out.len() > 1 {
            out.push(',');
        }
        quoted(&text_of(same[0] >> KEY), &mut out);
        out.push_str(":\"");
        lists([&all, &title, &often], &mut out);
        out.push('"');
    }
    out.push('}');
    out
}

fn lists(lists: [&[u32]; 3], out: &mut String) {
    for list in lists {
        digits::list(list, out);
        out.push(' ');
    }
    out.truncate(out.trim_end_matches(' ').len());
}

/// The characters of a key.
fn text_of(key: u64) -> String {
    let (first, second) = (key >> CHARACTER, key & ONE);
    let characters = match second {
        TRIPLE => [first >> 14, first >> 7 & 0x7F, first & 0x7F],
        0 => [first, 0, 0],
        second => [first, second, 0],
    };
    let characters = characters.into_iter().filter(|&c| c != 0);
    characters.filter_map(|c| char::from_u32(c as u32)).collect()
}
