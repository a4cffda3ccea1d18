//! Fingerprints of output files: the hash function, and how it takes in values.
//!
//! Role: below all stages. If everything that a file can show is equal, two fingerprints of the file are equal; the
//! reverse holds in practice. `pipeline` assembles a fingerprint from named parts, so that a difference has a name.
//! Hashes are compared only between runs of the same program, which the manifest names, so the hash function may change
//! from version to version. This module does not know pages or files.

use std::borrow::Cow;
use std::hash::Hasher;
use std::sync::Arc;
use tera::value::ValueKind;
use tera::{Map, Value};
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

/// One part of a fingerprint: its name (`template`, `site.nav`, `post`) and its hash.
pub(crate) type FingerprintPart = (Cow<'static, str>, u64);

/// The fingerprint of one output file: the hashes of everything that it can show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// The parts that many files share, stored once for all of them.
    pub shared: Arc<[FingerprintPart]>,
    /// The parts of this file only.
    pub own: Vec<FingerprintPart>,
}

impl Fingerprint {
    /// A fingerprint with one part.
    #[must_use]
    pub fn single(name: &'static str, hash: u64) -> Self {
        Self {
            shared: Arc::default(),
            own: vec![(Cow::Borrowed(name), hash)],
        }
    }

    /// All parts, the shared ones first.
    pub fn parts(&self) -> impl Iterator<Item = &FingerprintPart> {
        self.shared.iter().chain(&self.own)
    }
}

/// The hash of a file's bytes. With 128 bits, two different files will not have the same hash by chance.
#[must_use]
pub(crate) fn hash_content(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// The hash of bytes for a part of a fingerprint. Published addresses contain it, too, so that it may not change.
#[must_use]
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The hash of a template value.
#[must_use]
pub(crate) fn hash_value(value: &Value) -> u64 {
    let mut hasher = FingerprintHasher::default();
    hasher.value(value);
    hasher.finish()
}

/// The number of bytes that are buffered before they are hashed. Most values have only a few bytes.
const BUFFER_SIZE: usize = 4096;

/// Takes in values and returns their hash. It is a [`Hasher`], so it also takes in types that derive `Hash`.
///
/// A value is preceded by its length or by a tag of its type, so that different sequences of values never give the same
/// bytes.
#[derive(Clone, Default)]
pub(crate) struct FingerprintHasher {
    buffer: Vec<u8>,
    // Boxed because it is large and needed only when the values exceed the buffer.
    state: Option<Box<Xxh3>>,
}

impl std::fmt::Debug for FingerprintHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FingerprintHasher").finish_non_exhaustive()
    }
}

impl FingerprintHasher {
    /// Takes in a text, preceded by its length.
    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.write(text.as_bytes());
    }

    /// Takes in a number.
    pub(crate) fn number(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    /// Takes in the `Debug` output of a value, for the few types without `Hash`.
    pub(crate) fn debug(&mut self, value: &dyn std::fmt::Debug) {
        self.text(&format!("{value:?}"));
    }

    /// Takes in a template value: a tag of its type, then its content. A map is taken in its own order.
    pub(crate) fn value(&mut self, value: &Value) {
        match value.kind() {
            ValueKind::Undefined => self.tag(0),
            ValueKind::None => self.tag(1),
            ValueKind::Bool => self.tag(if value.as_bool() == Some(true) { 3 } else { 2 }),
            ValueKind::String => {
                // Whether the text is escaped in output is part of the value.
                self.tag(if value.is_safe() { 5 } else { 4 });
                self.text(value.as_str().unwrap_or_default());
            }
            ValueKind::Array => {
                let items = value.as_array().unwrap_or_default();
                self.tag(6);
                self.number(items.len() as u64);
                items.iter().for_each(|item| self.value(item));
            }
            ValueKind::Map => self.map(value.as_map()),
            ValueKind::F64 => {
                self.tag(8);
                self.number(value.as_f64().unwrap_or_default().to_bits());
            }
            ValueKind::U64 | ValueKind::I64 => {
                self.tag(9);
                self.write(&value.as_i128().unwrap_or_default().to_le_bytes());
            }
            // Views contain no numbers beyond 64 bits and no bytes. If one ever does, its text stands for it.
            _ => {
                self.tag(10);
                self.text(&value.to_string());
            }
        }
    }

    fn map(&mut self, map: Option<&Map>) {
        self.tag(7);
        self.number(map.map_or(0, Map::len) as u64);
        for (key, value) in map.into_iter().flatten() {
            match key.as_str() {
                Some(key) => self.text(key),
                None => self.value(&key.as_value()),
            }
            self.value(value);
        }
    }

    fn tag(&mut self, tag: u8) {
        self.write(&[tag]);
    }
}

impl Hasher for FingerprintHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_SIZE {
            self.state.get_or_insert_default().update(&self.buffer);
            self.buffer.clear();
        }
    }

    fn finish(&self) -> u64 {
        match &self.state {
            None => xxh3_64(&self.buffer),
            Some(state) => {
                let mut state = state.clone();
                state.update(&self.buffer);
                state.digest()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn map(pairs: &[(&'static str, Value)]) -> Value {
        Value::from(pairs.iter().cloned().collect::<BTreeMap<&str, Value>>())
    }

    #[test]
    fn different_values_have_different_hashes() {
        let values = [
            Value::undefined(),
            Value::none(),
            Value::from(false),
            Value::from(true),
            Value::from(0),
            Value::from(1),
            Value::from(-1),
            Value::from(1.0),
            Value::from(1.5),
            Value::from(""),
            Value::from("1"),
            Value::from("<b>"),
            Value::safe_string("<b>"),
            Value::from(Vec::<Value>::new()),
            Value::from(vec![Value::from("ab"), Value::from("c")]),
            Value::from(vec![Value::from("a"), Value::from("bc")]),
            Value::from(vec![Value::from(vec![Value::from("a")]), Value::from("bc")]),
            map(&[]),
            map(&[("a", Value::from(1))]),
            map(&[("a", Value::from(1)), ("b", Value::none())]),
            map(&[("a", map(&[("b", Value::none())]))]),
        ];
        let hashes: std::collections::BTreeSet<u64> = values.iter().map(hash_value).collect();
        assert_eq!(hashes.len(), values.len());
    }

    #[test]
    fn hash_is_independent_of_write_chunking() {
        let long = "乡音".repeat(5000);
        let mut whole = FingerprintHasher::default();
        let mut chunked = FingerprintHasher::default();
        whole.write(long.as_bytes());
        long.as_bytes().chunks(7).for_each(|part| chunked.write(part));
        assert_eq!(whole.finish(), chunked.finish());
        chunked.write(b".");
        assert_ne!(whole.finish(), chunked.finish());
    }

    #[test]
    fn equal_values_have_equal_hashes() {
        let make = || map(&[("title", Value::from("标题")), ("n", Value::from(7_usize))]);
        assert_eq!(hash_value(&make()), hash_value(&make()));
    }
}
