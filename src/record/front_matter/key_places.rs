//! The places of values that later stages may report, found from the lines without parsing YAML.

use super::super::names::key_for_word;
use super::fences::common_indent;
use crate::diag::Place;
use std::collections::BTreeMap;
use std::ops::Range;

/// The keys whose places later stages need.
pub(crate) const PLACED_KEYS: [&str; 16] = [
    "title", "date", "cover", "video", "poster", "captions", "aliases", "slug", "event", "consent", "review",
    "village", "kind", "source", "period", "tags",
];

/// Scans the lines for the places of the keys in [`PLACED_KEYS`], without parsing YAML. The place is that of the value
/// if it is on the key's line, otherwise that of the key.
pub(super) fn find_key_places(file: &str, text: &str, yaml: Range<usize>) -> BTreeMap<&'static str, Place> {
    let mut found = BTreeMap::new();
    // Front matter starts on the second line. Counting lines from the top for every key would cost more than reading.
    let first_line = text[..yaml.start].matches('\n').count() + 1;
    let indent = common_indent(&text[yaml.clone()]);
    for (number, whole) in text[yaml].split_inclusive('\n').enumerate() {
        let line = whole.trim_end();
        if let Some((key, rest)) = line.strip_prefix(indent).and_then(|line| line.split_once(':'))
            && let Some(placed) = placed_key(key)
        {
            let value = rest.trim_start();
            let from = if value.is_empty() || value.starts_with(['|', '>', '#']) {
                0
            } else {
                line.len() - value.len()
            };
            let to = if from == 0 {
                indent.len() + key.len()
            } else {
                line.len()
            };
            let mut place = Place::in_text(file, whole, from..to);
            place.line = first_line + number;
            found.insert(placed, place);
        }
    }
    found
}

/// The key of [`PLACED_KEYS`] that `key` is or means.
fn placed_key(key: &str) -> Option<&'static str> {
    let find = |name: &str| PLACED_KEYS.into_iter().find(|placed| placed.eq_ignore_ascii_case(name));
    let is_word = !key.is_ascii() && !key.starts_with(char::is_whitespace);
    find(key).or_else(|| find(is_word.then(|| key_for_word(key))??))
}
