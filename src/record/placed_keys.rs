//! The keys of front matter whose places a record keeps, and these places.

use super::stored_values::{bytes, only_empty};
use crate::diag::Place;
use crate::paths::SourcePath;
use serde::{Deserialize, Serialize};

/// The keys whose places later stages need.
pub(super) const PLACED_KEYS: [&str; 27] = [
    "title",
    "date",
    "cover",
    "video",
    "poster",
    "captions",
    "aliases",
    "slug",
    "event",
    "piece",
    "consent",
    "review",
    "ai",
    "village",
    "kind",
    "source",
    "period",
    "updated",
    "received",
    "answered",
    "submitted",
    "adopted",
    "awarded",
    "counted_on",
    "level",
    "outlet",
    "tags",
];

/// Places of values by their keys, each one of [`PLACED_KEYS`].
///
/// A record has some ten of them, and hardly one is ever reported. So they are kept in their stored form, and a place is
/// made when it is asked for: as values they would take as much memory as the record's text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPlaces {
    /// The file that all places are in. Not stored: whoever reads stored places knows it.
    #[serde(skip)]
    file: SourcePath,
    /// The stored form of each key's index and its place, in the order in which they were added.
    #[serde(with = "bytes")]
    stored: Vec<u8>,
    /// Places in lines with personal numbers, which have no stored form.
    #[serde(with = "only_empty")]
    private: Vec<(usize, Place)>,
}

impl KeyPlaces {
    /// No places in `file`.
    pub(crate) fn in_file(file: &SourcePath) -> Self {
        Self {
            file: file.clone(),
            ..Self::default()
        }
    }

    /// Says which file stored places are in.
    pub(super) fn set_file(&mut self, file: &SourcePath) {
        self.file = file.clone();
    }

    /// Adds the place of a key's value. Of several for one key, the last counts. Keys that are none of [`PLACED_KEYS`] are
    /// left out.
    pub(crate) fn insert(&mut self, key: &str, place: Place) {
        let Some(index) = PLACED_KEYS.iter().position(|placed| *placed == key) else {
            return;
        };
        self.private.retain(|(other, _)| *other != index);
        match postcard::to_stdvec(&(index, &place)) {
            Ok(stored) => self.stored.extend(stored),
            Err(_) => self.private.push((index, place)),
        }
    }

    /// The place of a key's value.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<Place> {
        let private = self.private.iter().find(|(index, _)| PLACED_KEYS[*index] == key);
        match private {
            Some((_, place)) => Some(place.clone()),
            None => self
                .stored_places()
                .filter(|(placed, _)| *placed == key)
                .last()
                .map(|(_, place)| place),
        }
    }

    fn stored_places(&self) -> impl Iterator<Item = (&'static str, Place)> {
        let mut rest = self.stored.as_slice();
        std::iter::from_fn(move || {
            let ((index, mut place), after): ((usize, Place), _) = postcard::take_from_bytes(rest).ok()?;
            rest = after;
            self.file.as_str().clone_into(&mut place.file);
            Some((*PLACED_KEYS.get(index)?, place))
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        Place::in_text("a.md", text, 7..text.len())
    }

    #[test]
    fn the_last_place_of_a_key_counts() {
        let mut places = KeyPlaces::in_file(&SourcePath::new("a.md"));
        assert_eq!(places.get("title"), None);
        let texts = ["title: a", "title: 13812345678", "title: b", "event: c"];
        for text in texts {
            let key = text.split(':').next().unwrap();
            places.insert(key, place(text));
            assert_eq!(places.get(key), Some(place(text)), "{text}");
        }
        assert_eq!(places.get("title"), Some(place("title: b")));
        places.insert("no-key", place("title: a"));
        assert_eq!(places.get("no-key"), None);
    }

    #[test]
    fn lines_with_personal_numbers_are_not_stored() {
        let mut places = KeyPlaces::in_file(&SourcePath::new("a.md"));
        places.insert("title", place("title: a"));
        assert!(postcard::to_stdvec(&places).is_ok());
        places.insert("event", place("event: 13812345678"));
        assert!(postcard::to_stdvec(&places).is_err());
        assert_eq!(places.get("event").unwrap().written_excerpt(), "event: 13812345678");
    }
}
