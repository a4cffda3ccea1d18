//! The places of values that later stages may report, found from the lines without parsing YAML.

use super::split::split_front_matter;
use crate::diag::Place;
use std::collections::BTreeMap;
use std::ops::Range;

/// The keys whose places later stages need.
pub(crate) const PLACED_KEYS: [&str; 16] = [
    "title", "date", "cover", "video", "poster", "captions", "aliases", "slug", "event", "piece", "consent", "review",
    "village", "kind", "source", "period",
];

/// The place of a key's value in the front matter of `text`, or of the key when its value is on other lines. `None` when
/// the front matter does not have the key.
#[must_use]
pub(crate) fn find_key_place(file: &str, text: &str, key: &str) -> Option<Place> {
    let yaml = split_front_matter(file, text).value.yaml?;
    let lines = text[yaml].split_inclusive('\n').enumerate();
    lines
        .filter_map(|(number, line)| key_place(file, number, line, &[key]))
        .map(|(_, place)| place)
        .last()
}

/// Scans the lines for the places of the keys in [`PLACED_KEYS`], without parsing YAML. The place is that of the value
/// if it is on the key's line, otherwise that of the key.
pub(super) fn find_key_places(file: &str, text: &str, yaml: Range<usize>) -> BTreeMap<&'static str, Place> {
    let mut found = BTreeMap::new();
    for (number, line) in text[yaml].split_inclusive('\n').enumerate() {
        found.extend(key_place(file, number, line, &PLACED_KEYS));
    }
    found
}

/// The key among `keys` that a line of front matter begins with, and its place. `number` counts the lines from 0.
fn key_place<'k>(file: &str, number: usize, whole: &str, keys: &[&'k str]) -> Option<(&'k str, Place)> {
    let line = whole.trim_end();
    let (key, rest) = line.split_once(':')?;
    let placed = keys.iter().find(|placed| **placed == key)?;
    let value = rest.trim_start();
    let from = if value.is_empty() || value.starts_with(['|', '>', '#']) {
        0
    } else {
        line.len() - value.len()
    };
    let to = if from == 0 { key.len() } else { line.len() };
    // Front matter starts on the second line. Counting lines from the top for every key would cost more than reading.
    let mut place = Place::in_text(file, whole, from..to);
    place.line = number + 2;
    Some((placed, place))
}
