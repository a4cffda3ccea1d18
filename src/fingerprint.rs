//! What a file of the output was made from, as a few numbers: the hash, and how values enter it.
//!
//! Role: below all stages. Two fingerprints of one output are equal when, and in practice only when, everything that
//! the file can show is equal; what that is, `pipeline` puts together part by part, so that a difference has a name.
//! Hashes are kept between runs of one program and no longer (the manifest names the program), so nothing here needs
//! to stay as it is from version to version. Knows neither pages nor files.

use std::borrow::Cow;
use std::hash::Hasher;
use std::sync::Arc;
use tera::value::ValueKind;
use tera::{Map, Value};
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

/// One part of a fingerprint: its name (`template`, `site.nav`, `post`) and the hash of what it stands for.
pub type FingerprintPart = (Cow<'static, str>, u64);

/// What one file of the output was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// The parts that it has in common with many others; kept once for all of them.
    pub shared: Arc<[FingerprintPart]>,
    /// The parts of its own.
    pub own: Vec<FingerprintPart>,
}

impl Fingerprint {
    /// A fingerprint of one part.
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

/// The hash of a file's bytes. Wide enough that no two different files will ever share one by chance.
#[must_use]
pub fn hash_content(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// The hash of bytes that are at hand, for a part of a fingerprint.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The hash of a template value.
#[must_use]
pub fn hash_value(value: &Value) -> u64 {
    let mut ink = FingerprintHasher::default();
    ink.value(value);
    ink.finish()
}

/// Bytes gathered before they are hashed: values come in pieces of a few bytes.
const BUFFER_SIZE: usize = 4096;

/// Takes values in and gives their hash. As a [`Hasher`] it takes in whatever derives `Hash`.
///
/// Everything goes in with its length or its sort before it, so that no two sequences of values read the same.
#[derive(Clone, Default)]
pub struct FingerprintHasher {
    buffer: Vec<u8>,
    // Large, and needed only for what does not fit into one gathering.
    state: Option<Box<Xxh3>>,
}

impl std::fmt::Debug for FingerprintHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FingerprintHasher").finish_non_exhaustive()
    }
}

impl FingerprintHasher {
    /// Takes in a text with its length.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.write(text.as_bytes());
    }

    /// Takes in a number.
    pub fn number(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    /// Takes in what `Debug` says of a value: for the few types without `Hash`.
    pub fn debug(&mut self, value: &dyn std::fmt::Debug) {
        self.text(&format!("{value:?}"));
    }

    /// Takes in a template value: its sort, then what is in it, maps in their own order.
    pub fn value(&mut self, value: &Value) {
        match value.kind() {
            ValueKind::Undefined => self.tag(0),
            ValueKind::None => self.tag(1),
            ValueKind::Bool => self.tag(if value.as_bool() == Some(true) { 3 } else { 2 }),
            ValueKind::String => {
                // Whether it is escaped when printed is a part of what it is.
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
            // Numbers beyond 64 bits and bytes are in no view; should one ever be, its text says what it is.
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

    fn tag(&mut self, sort: u8) {
        self.write(&[sort]);
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
            Some(hashed) => {
                let mut hashed = hashed.clone();
                hashed.update(&self.buffer);
                hashed.digest()
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
    fn values_that_differ_have_different_hashes() {
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
        let mut ink = FingerprintHasher::default();
        let mut again = FingerprintHasher::default();
        ink.write(long.as_bytes());
        long.as_bytes().chunks(7).for_each(|part| again.write(part));
        assert_eq!(ink.finish(), again.finish());
        again.write(b".");
        assert_ne!(ink.finish(), again.finish());
    }

    #[test]
    fn equal_values_made_twice_have_equal_hashes() {
        let make = || map(&[("title", Value::from("标题")), ("n", Value::from(7_usize))]);
        assert_eq!(hash_value(&make()), hash_value(&make()));
    }
}
