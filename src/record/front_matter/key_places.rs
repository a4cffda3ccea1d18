//! The places of values that later stages may report, found from the lines without parsing YAML.

use super::super::names::key_for_word;
use super::super::placed_keys::{KeyPlaces, PLACED_KEYS};
use super::fences::common_indent;
use super::split::split_front_matter;
use crate::diag::Place;
use crate::paths::SourcePath;
use std::ops::Range;

/// The place of a key's value in the front matter of `text`, or of the key when its value is on other lines. `None` when
/// the front matter does not have the key.
#[must_use]
pub(crate) fn find_key_place(file: &str, text: &str, key: &str) -> Option<Place> {
    let yaml = split_front_matter(file, text).value.yaml?;
    let first_line = line_number(text, &yaml);
    let indent = common_indent(&text[yaml.clone()]);
    let lines = text[yaml].split_inclusive('\n').enumerate();
    lines
        .filter_map(|(number, line)| key_place(file, first_line + number, (line, indent), &[key]))
        .map(|(_, place)| place)
        .last()
}

/// Scans the lines for the places of the keys in [`PLACED_KEYS`], without parsing YAML. The place is that of the value
/// if it is on the key's line, otherwise that of the key.
pub(super) fn find_key_places(file: &SourcePath, text: &str, yaml: Range<usize>) -> KeyPlaces {
    let mut found = KeyPlaces::in_file(file);
    let first_line = line_number(text, &yaml);
    let indent = common_indent(&text[yaml.clone()]);
    for (number, line) in text[yaml].split_inclusive('\n').enumerate() {
        if let Some((key, place)) = key_place(file.as_str(), first_line + number, (line, indent), &PLACED_KEYS) {
            found.insert(key, place);
        }
    }
    found
}

/// The number of the first line of front matter, from 1.
fn line_number(text: &str, yaml: &Range<usize>) -> usize {
    text[..yaml.start].matches('\n').count() + 1
}

/// The key among `keys` that a line of front matter begins with after the indentation of all lines, and its place.
/// `number` is that of the line in the file, counted once for all lines.
fn key_place<'k>(
    file: &str,
    number: usize,
    (whole, indent): (&str, &str),
    keys: &[&'k str],
) -> Option<(&'k str, Place)> {
    let line = whole.trim_end();
    let (key, rest) = line.strip_prefix(indent)?.split_once(':')?;
    let placed = placed_key(key, keys)?;
    let value = rest.trim_start();
    let from = if value.is_empty() || value.starts_with(['|', '>', '#']) {
        indent.len()
    } else {
        line.len() - value.len()
    };
    let to = if from == indent.len() {
        indent.len() + key.len()
    } else {
        line.len()
    };
    let mut place = Place::in_text(file, whole, from..to);
    place.line = number;
    Some((placed, place))
}

/// The key among `keys` that `key` is or means.
fn placed_key<'k>(key: &str, keys: &[&'k str]) -> Option<&'k str> {
    let find = |name: &str| keys.iter().find(|placed| placed.eq_ignore_ascii_case(name)).copied();
    let is_word = !key.is_ascii() && !key.starts_with(char::is_whitespace);
    find(key).or_else(|| find(is_word.then(|| key_for_word(key))??))
}
