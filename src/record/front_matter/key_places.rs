//! The places of values that later stages may report, found from the lines without parsing YAML.

use crate::diag::Place;
use std::collections::BTreeMap;
use std::ops::Range;

/// The keys whose places later stages need.
pub(crate) const PLACED_KEYS: [&str; 15] = [
    "title", "date", "cover", "video", "poster", "captions", "aliases", "slug", "event", "consent", "review",
    "village", "kind", "source", "period",
];

/// Scans the lines for the places of the keys in [`PLACED_KEYS`], without parsing YAML. The place is that of the value
/// if it is on the key's line, otherwise that of the key.
pub(super) fn find_key_places(file: &str, text: &str, yaml: Range<usize>) -> BTreeMap<&'static str, Place> {
    let mut found = BTreeMap::new();
    for (number, whole) in text[yaml].split_inclusive('\n').enumerate() {
        let line = whole.trim_end();
        if let Some((key, rest)) = line.split_once(':')
            && let Some(placed) = PLACED_KEYS.into_iter().find(|placed| *placed == key)
        {
            let value = rest.trim_start();
            let from = if value.is_empty() || value.starts_with(['|', '>', '#']) {
                0
            } else {
                line.len() - value.len()
            };
            let to = if from == 0 { key.len() } else { line.len() };
            // Front matter starts on the second line. Counting lines from the top for every key would cost more than
            // reading.
            let mut place = Place::in_text(file, whole, from..to);
            place.line = number + 2;
            found.insert(placed, place);
        }
    }
    found
}
