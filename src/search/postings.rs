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
const OFTEN: usize = 3;
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
        let gathered: Vec<Vec<Vec<u64>>> = (0..blocks)
            .into_par_iter()
            .map(|block| pass.gather(block * BLOCK, words))
            .collect();
        shards.par_iter_mut().enumerate().for_each(|(at, shard)| {
            if pass.has(at) {
                let mut entries: Vec<u64> = gathered.iter().flat_map(|block| &block[at]).copied().collect();
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

    /// The entries of a block of documents, by shard.
    fn gather(&self, first: usize, words: &[Words]) -> Vec<Vec<u64>> {
        let mut shards = vec![Vec::new(); self.layout.shards()];
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
                    shards[shard].push(entry(key, signs));
                }
            });
        }
        shards
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

/// The keys of one document; the room for them is used again for the next.
#[derive(Default)]
struct Keys {
    parts: FxHashMap<u64, Seen>,
    singles: FxHashMap<u64, Seen>,
    folded: Vec<char>,
}

/// How a key stands in a document.
#[derive(Default)]
struct Seen {
    times: usize,
    title: u64,
}

impl Keys {
    /// Calls `put` with each key of a document once, in no order, and its signs.
    fn of(&mut self, words: &Words, mut put: impl FnMut(Sort, u64, u64)) {
        self.add(&words.title, IN_TITLE);
        self.add(&words.text, 0);
        let signs = |seen: Seen| seen.title | if seen.times >= OFTEN { IS_OFTEN } else { 0 };
        // In any order: a shard's entries are sorted in the end.
        self.parts
            .drain()
            .for_each(|(key, seen)| put(Sort::Part, key, signs(seen)));
        let singles = self.singles.drain();
        singles.for_each(|(key, seen)| put(Sort::Single, key, signs(seen)));
    }

    fn add(&mut self, text: &str, title: u64) {
        self.folded.clear();
        fold(text, &mut self.folded);
        let (mut first, mut second) = (BREAK, BREAK);
        for &third in &self.folded {
            if is_sign(third) {
                note(&mut self.singles, u64::from(third) << CHARACTER, title);
                if is_sign(second) {
                    note(
                        &mut self.parts,
                        u64::from(second) << CHARACTER | u64::from(third),
                        title,
                    );
                    if is_sign(first) && [first, second, third].iter().all(char::is_ascii) {
                        note(&mut self.parts, triple(first, second, third), title);
                    }
                }
            }
            (first, second) = (second, third);
        }
    }
}

fn note(keys: &mut FxHashMap<u64, Seen>, key: u64, title: u64) {
    let seen = keys.entry(key).or_default();
    seen.times += 1;
    seen.title |= title;
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
