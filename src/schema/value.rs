//! Typed values of fields.

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A day, with a time of day if the editor gave one. Orders by day, then by time; no time counts as midnight and comes
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of day, if given.
    pub time: Option<Time>,
}

/// A value that was checked against its field's type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FieldValue {
    /// `string`, `text`, `url`: the text unchanged.
    Text(String),
    /// `date`, `date-time`.
    Moment(Moment),
    /// `integer`.
    Integer(i64),
    /// `decimal`, exact as written.
    #[serde(with = "decimal_bytes")]
    Decimal(Decimal),
    /// `duration`, in seconds.
    Duration(u32),
    /// `boolean`.
    Boolean(bool),
    /// `enum`: the id of the value.
    Enum(String),
    /// `author` with a share: the name, and the part of the whole, from 0 to 1. Without a share it is a text.
    Share(String, #[serde(with = "decimal_bytes")] Decimal),
    /// `list`.
    List(Vec<FieldValue>),
    /// `roster`: the id of the row.
    Reference(String),
    /// `asset`: the path or address as the editor wrote it.
    Asset(String),
}

impl FieldValue {
    /// The value as text. Equal values of one field have equal texts. Metrics group and compare posts by it.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Text(text) | Self::Enum(text) | Self::Reference(text) | Self::Asset(text) | Self::Share(text, _) => {
                text.clone()
            }
            Self::Moment(moment) => moment.date.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => number.normalize().to_string(),
            Self::Duration(seconds) => seconds.to_string(),
            Self::Boolean(yes) => yes.to_string(),
            Self::List(items) => items.iter().map(Self::key).collect::<Vec<_>>().join("\u{1f}"),
        }
    }
}

/// Stores a decimal number with its scale.
mod decimal_bytes {
    use rust_decimal::Decimal;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        number.serialize().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        Ok(Decimal::deserialize(<[u8; 16]>::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_keys() {
        let decimal = |text: &str| FieldValue::Decimal(text.parse().expect("a decimal number"));
        assert_eq!(decimal("1.50").key(), decimal("1.5").key());
        let list = FieldValue::List(vec![FieldValue::Enum("a".to_owned()), FieldValue::Integer(7)]);
        assert_eq!(list.key(), "a\u{1f}7");
    }
}
