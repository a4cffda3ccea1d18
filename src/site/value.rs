//! Helpers that build template values.

use std::collections::BTreeMap;
use tera::Value;
use tera::value::Key;

/// A template map from keys and values.
macro_rules! map {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::site::value::from_pairs([$(($key, tera::Value::from($value)),)*])
    };
}
pub(crate) use map;

/// The function behind [`map!`]. It builds a sorted map: the engine hashes every key anyway when it converts a map.
pub(crate) fn from_pairs<const N: usize>(pairs: [(&'static str, Value); N]) -> Value {
    Value::from(BTreeMap::from(pairs))
}

/// `map` with `pairs` added. A pair replaces an entry with the same key.
pub(crate) fn with_pairs<const N: usize>(map: &Value, pairs: [(&'static str, Value); N]) -> Value {
    let mut map = map.as_map().cloned().unwrap_or_default();
    for (key, value) in pairs {
        map.insert(Key::Str(key), value);
    }
    Value::from(map)
}

/// HTML that templates print without escaping.
pub(crate) fn safe(html: &str) -> Value {
    Value::safe_string(html)
}
