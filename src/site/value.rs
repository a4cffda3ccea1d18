//! Small makers of template values.

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

/// See [`map!`]. By way of a sorted map: the engine hashes every key when it takes a map over, whatever map it is.
pub(crate) fn from_pairs<const N: usize>(pairs: [(&'static str, Value); N]) -> Value {
    Value::from(BTreeMap::from(pairs))
}

/// `map` with further pairs, which win.
pub(crate) fn with_pairs<const N: usize>(map: &Value, pairs: [(&'static str, Value); N]) -> Value {
    let mut map = map.as_map().cloned().unwrap_or_default();
    for (key, value) in pairs {
        map.insert(Key::Str(key), value);
    }
    Value::from(map)
}

/// HTML that is printed as it is.
pub(crate) fn safe(html: &str) -> Value {
    Value::safe_string(html)
}
