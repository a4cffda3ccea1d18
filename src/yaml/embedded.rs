//! Files of the binary with many entries, of which one run of the program reads a few.

use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Reads a whole file that is part of the binary.
///
/// # Panics
/// Panics when the text does not have the shape of `T`. Each such file is read by a unit test of the module that
/// contains it.
#[must_use]
pub(crate) fn from_embedded<T: DeserializeOwned>(file: &str, text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("the embedded file {file} is malformed: {error}"))
}

/// The entries of a file that is part of the binary, by key. Each is parsed when it is first asked for: of some hundred
/// sentences, a run shows ten.
///
/// The file is a map in block style. A key is alone in its column, the first, and has no quotation marks.
#[derive(Debug)]
pub(crate) struct EmbeddedMap<T> {
    file: &'static str,
    entries: BTreeMap<&'static str, Entry<T>>,
}

#[derive(Debug)]
struct Entry<T> {
    /// The lines of the entry, from its key on.
    text: &'static str,
    value: OnceLock<T>,
}

impl<T: DeserializeOwned> EmbeddedMap<T> {
    /// Looks for the keys in `text`; `file` is its name for messages.
    ///
    /// # Panics
    /// Panics when a key is there twice.
    #[must_use]
    pub(crate) fn new(file: &'static str, text: &'static str) -> Self {
        let mut entries = BTreeMap::new();
        let mut rest = text;
        while let Some(start) = first_key(rest) {
            rest = &rest[start..];
            let line_end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let end = first_key(&rest[line_end..]).map_or(rest.len(), |next| line_end + next);
            let (entry, after) = rest.split_at(end);
            if let Some((key, _)) = entry.split_once(':') {
                let value = OnceLock::new();
                let former = entries.insert(key, Entry { text: entry, value });
                assert!(former.is_none(), "the embedded file {file} has {key} twice");
            }
            rest = after;
        }
        Self { file, entries }
    }

    /// The value of a key.
    ///
    /// # Panics
    /// Panics when the value does not have the shape of `T`. Each such file is read by a unit test of the module that
    /// contains it.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.entries.get(key).map(|entry| self.value(entry))
    }

    /// All keys and values, ordered by key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &T)> {
        self.entries.iter().map(|(key, entry)| (*key, self.value(entry)))
    }

    fn value<'m>(&'m self, entry: &'m Entry<T>) -> &'m T {
        entry.value.get_or_init(|| {
            let parsed: BTreeMap<String, T> = from_embedded(self.file, entry.text);
            let value = parsed.into_values().next();
            value.unwrap_or_else(|| panic!("the embedded file {} is malformed: {}", self.file, entry.text))
        })
    }
}

/// The offset of the first line that starts with a key.
fn first_key(text: &str) -> Option<usize> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Some(offset);
        }
        offset += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_those_of_the_whole_file() {
        let text = "# First: a comment.\n\none: {a: 1}\n# About two.\ntwo:\n  a: 2\n\n  b: 3\nthree-3: {a: ':'}";
        let map: EmbeddedMap<BTreeMap<String, serde_yaml::Value>> = EmbeddedMap::new("x.yml", text);
        let whole: BTreeMap<String, BTreeMap<String, serde_yaml::Value>> = from_embedded("x.yml", text);
        let entries: Vec<_> = map.iter().map(|(key, value)| (key.to_owned(), value.clone())).collect();
        assert_eq!(entries, whole.into_iter().collect::<Vec<_>>());
        assert_eq!(map.get("one").map(BTreeMap::len), Some(1));
        assert!(map.get("four").is_none() && map.get("a").is_none());
    }
}
