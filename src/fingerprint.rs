//! Fingerprints of output files: the hash function, and how it takes in values.
//!
//! Role: below all stages. If everything that a file can show is equal, two fingerprints of the file are equal; the
//! reverse holds in practice. `pipeline` assembles a fingerprint from named parts, so that a difference has a name.
//! Hashes are compared only between runs of the same program, which the manifest names, so the hash function may change
//! from version to version. This module does not know pages or files.

mod hasher;
mod shared;

pub(crate) use hasher::FingerprintHasher;
pub(crate) use shared::SharedValues;

use std::borrow::Cow;
use std::hash::Hasher as _;
use std::sync::Arc;
use tera::Value;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// One part of a fingerprint: its name (`template`, `site.nav`, `post`) and its hash.
pub(crate) type FingerprintPart = (Cow<'static, str>, u64);

/// The fingerprint of one output file: the hashes of everything that it can show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// The parts that many files share, stored once for all of them.
    pub shared: Arc<[FingerprintPart]>,
    /// The parts of this file only.
    pub own: Vec<FingerprintPart>,
    /// The hash of everything that its view, or the download, is made from. While it is the same, so are the parts of this
    /// file only, and neither need be made. `None` when that is not known. It is not a part: two keys may differ for equal views.
    pub view_key: Option<u64>,
}

impl Fingerprint {
    /// A fingerprint with one part.
    #[must_use]
    pub fn single(name: &'static str, hash: u64) -> Self {
        Self {
            shared: Arc::default(),
            own: vec![(Cow::Borrowed(name), hash)],
            view_key: None,
        }
    }

    /// Whether all parts are equal.
    #[must_use]
    pub fn has_same_parts(&self, other: &Self) -> bool {
        self.shared == other.shared && self.own == other.own
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
