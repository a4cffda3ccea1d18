//! Template values that many pages show, such as the card of a post. Each is hashed once.

use super::hasher::FingerprintHasher;
use rustc_hash::FxHashMap;
use std::hash::Hasher as _;
use std::sync::{PoisonError, RwLock};
use tera::Value;

/// The maps that many pages show, with their digests.
///
/// A digest covers the content of its map. So it is the same in every build, and it may stand for the map wherever the
/// content is hashed.
#[derive(Debug, Default)]
pub(crate) struct SharedValues(RwLock<SharedDigests>);

/// The digest of each shared map, by the map's address. The map is kept with it, so that no other map gets its address.
#[derive(Debug, Default)]
struct SharedDigests(FxHashMap<usize, (u64, Value)>);

impl SharedValues {
    /// Makes `value` known, and returns it. All copies of the returned value share its map. Call this before the value
    /// is shown anywhere: a map must be hashed in the same way in every build.
    pub(crate) fn share(&self, value: Value) -> Value {
        if let Some(address) = map_address(&value) {
            let digest = self.hash(&value);
            let mut digests = self.0.write().unwrap_or_else(PoisonError::into_inner);
            digests.0.insert(address, (digest, value.clone()));
        }
        value
    }

    /// The hash of a value. A shared map in it is not hashed again.
    pub(crate) fn hash(&self, value: &Value) -> u64 {
        let mut hasher = FingerprintHasher::default();
        self.hash_into(value, &mut hasher);
        hasher.finish()
    }

    /// Takes a value into `hasher` as [`Self::hash`] does.
    pub(crate) fn hash_into(&self, value: &Value, hasher: &mut FingerprintHasher) {
        let digests = self.0.read().unwrap_or_else(PoisonError::into_inner);
        hasher.value_with(value, &|value| digests.digest(value));
    }
}

impl SharedDigests {
    /// The digest of a value. `None` when it is not a shared map.
    fn digest(&self, value: &Value) -> Option<u64> {
        if self.0.is_empty() {
            return None;
        }
        let (digest, _) = self.0.get(&map_address(value)?)?;
        Some(*digest)
    }
}

/// Where the map of a value is in memory. `None` for a value that is not a map.
fn map_address(value: &Value) -> Option<usize> {
    value.as_map().map(|map| std::ptr::from_ref(map).addr())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn card(title: &str) -> Value {
        Value::from(BTreeMap::from([("title", Value::from(title))]))
    }

    #[test]
    fn a_shared_map_counts_with_its_content_wherever_it_stands() {
        let (here, there) = (SharedValues::default(), SharedValues::default());
        let list = |values: &SharedValues, titles: [&str; 2]| {
            Value::from(titles.map(|title| values.share(card(title))).to_vec())
        };
        let first = list(&here, ["甲", "乙"]);
        assert_eq!(here.hash(&first), there.hash(&list(&there, ["甲", "乙"])));
        for other in [["乙", "甲"], ["甲", "甲"], ["甲", "丙"]] {
            assert_ne!(here.hash(&first), there.hash(&list(&there, other)), "{other:?}");
        }
        assert_ne!(here.hash(&first), here.hash(&Value::from(vec![card("甲"), card("乙")])));
    }
}
