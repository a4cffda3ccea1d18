//! The hasher of fingerprints, and how it takes in template values.

use std::hash::Hasher;
use tera::value::ValueKind;
use tera::{Map, Value};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Returns the digest of a map that was hashed before; `None` for any other value.
type DigestFn<'d> = &'d dyn Fn(&Value) -> Option<u64>;

/// The number of bytes that are buffered before they are hashed. Most values have only a few bytes; a longer one is hashed
/// where it is.
const BUFFER_SIZE: usize = 1024;

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
        self.value_with(value, &|_| None);
    }

    /// Takes in a template value. Of each map in it for which `digest_of` returns a digest, takes in only that.
    pub(super) fn value_with(&mut self, value: &Value, digest_of: DigestFn<'_>) {
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
                items.iter().for_each(|item| self.value_with(item, digest_of));
            }
            ValueKind::Map => match digest_of(value) {
                Some(digest) => {
                    self.tag(11);
                    self.number(digest);
                }
                None => self.map(value.as_map(), digest_of),
            },
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

    fn map(&mut self, map: Option<&Map>, digest_of: DigestFn<'_>) {
        self.tag(7);
        self.number(map.map_or(0, Map::len) as u64);
        for (key, value) in map.into_iter().flatten() {
            match key.as_str() {
                Some(key) => self.text(key),
                None => self.value(&key.as_value()),
            }
            self.value_with(value, digest_of);
        }
    }

    fn tag(&mut self, tag: u8) {
        self.write(&[tag]);
    }
}

impl Hasher for FingerprintHasher {
    fn write(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() <= BUFFER_SIZE {
            // One allocation, and none for a hasher that takes in nothing.
            self.buffer.reserve_exact(BUFFER_SIZE - self.buffer.len());
            self.buffer.extend_from_slice(bytes);
            return;
        }
        let state = self.state.get_or_insert_default();
        state.update(&self.buffer);
        self.buffer.clear();
        if bytes.len() <= BUFFER_SIZE {
            self.buffer.extend_from_slice(bytes);
        } else {
            state.update(bytes);
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
