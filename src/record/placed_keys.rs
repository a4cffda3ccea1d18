//! The keys of front matter whose places a record keeps.

use crate::diag::Place;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

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

/// Stores the places of front matter's values, by their keys.
pub(super) fn serialize<S: Serializer>(
    places: &BTreeMap<&'static str, Place>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    places.serialize(serializer)
}

/// Reads such places; the keys are those of [`PLACED_KEYS`].
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<&'static str, Place>, D::Error> {
    let places: Vec<(Cow<'de, str>, Place)> = Vec::deserialize(deserializer)?;
    places
        .into_iter()
        .map(|(key, place)| {
            let known = PLACED_KEYS.iter().find(|known| **known == key);
            Ok((*known.ok_or_else(|| D::Error::custom("an unknown key"))?, place))
        })
        .collect()
}
