//! Which documents have which pairs of characters: gathered from all texts on all threads, and written by shards.
//!
//! An **entry** is one number of 64 bits: key (two characters of 21 bits; the second is 0 for a single one), document
//! (20 bits), and two signs; so entries sorted as numbers are in order of key and document. They are gathered in as many
//! passes as keep them within bounded memory, each pass for a part of the shards.

use super::digits;
use super::fold::{BREAK, fold, is_sign};
use super::script::quoted;
use crate::plan::SearchLayout;
use rayon::prelude::*;

/// The text of a document, as it is indexed: composed, the title apart.
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

/// The shard of two characters, or of one and 0; `search.js` computes the same. The mixing is that of `MurmurHash3`
/// (Austin Appleby, public domain).
fn shard_of(key: u64, shards: usize) -> usize {
    let (first, second) = ((key >> CHARACTER) as u32, (key & ((1 << CHARACTER) - 1)) as u32);
    let mut hash = first.wrapping_mul(0x9E37_79B1).wrapping_add(second);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    hash ^= hash >> 13;
    hash as usize % shards
}

/// The entries of every shard of `layout` as the object of a script; `words` gives a document's text by its number.
pub(super) fn shards(layout: SearchLayout, words: &(dyn Fn(usize) -> Words + Sync)) -> Vec<String> {
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
    fn gather(&self, first: usize, words: &dyn Fn(usize) -> Words) -> Vec<Vec<u64>> {
        let mut shards = vec![Vec::new(); self.layout.shards()];
        let mut keys = Keys::default();
        for document in first..(first + BLOCK).min(self.layout.documents) {
            if self.layout.documents - document > MOST_DOCUMENTS {
                continue;
            }
            keys.of(&words(document));
            let entry = |key: u64, signs: u64| key << KEY | (document as u64) << DOCUMENT | signs;
            each(&mut keys.pairs, |key, signs| {
                let shard = shard_of(key, self.layout.pairs);
                if self.has(shard) {
                    shards[shard].push(entry(key, signs));
                }
            });
            each(&mut keys.singles, |key, signs| {
                let shard = self.layout.pairs + shard_of(key, self.layout.singles);
                if self.has(shard) {
                    shards[shard].push(entry(key, signs));
                }
            });
        }
        shards
    }
}

/// The keys of one document as often as they stand there, each with a bit for the title.
#[derive(Default)]
struct Keys {
    pairs: Vec<u64>,
    singles: Vec<u64>,
    folded: Vec<char>,
}

impl Keys {
    fn of(&mut self, words: &Words) {
        self.pairs.clear();
        self.singles.clear();
        self.add(&words.title, IN_TITLE);
        self.add(&words.text, 0);
    }

    fn add(&mut self, text: &str, title: u64) {
        self.folded.clear();
        fold(text, &mut self.folded);
        let mut before = BREAK;
        for &c in &self.folded {
            if is_sign(c) {
                self.singles.push((u64::from(c) << CHARACTER) << 1 | title);
                if is_sign(before) {
                    self.pairs
                        .push((u64::from(before) << CHARACTER | u64::from(c)) << 1 | title);
                }
            }
            before = c;
        }
    }
}

/// Calls `put` with each key once, and its signs.
fn each(keys: &mut [u64], mut put: impl FnMut(u64, u64)) {
    keys.sort_unstable();
    for same in keys.chunk_by(|a, b| a >> 1 == b >> 1) {
        let often = if same.len() >= OFTEN { IS_OFTEN } else { 0 };
        // The title's come last.
        let title = same.last().map_or(0, |key| key & 1);
        put(same[0] >> 1, title | often);
    }
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
    [key >> CHARACTER, key & ((1 << CHARACTER) - 1)]
        .into_iter()
        .filter_map(|c| char::from_u32(c as u32).filter(|&c| c != '\0'))
        .collect()
}
