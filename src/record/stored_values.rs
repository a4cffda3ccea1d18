//! Forms in which values of records are stored between runs, where serde's own would not do.

/// A long text. It is stored as any text is, and checked for UTF-8 by a faster function than the standard library's: to
/// check all texts of a large site takes a third of the time that it takes to read them.
pub(super) mod long_text {
    use encoding_rs::UTF_8;
    use serde::Deserializer;
    use serde::de::{Error, Visitor};
    use std::fmt;

    struct TextVisitor;

    impl Visitor<'_> for TextVisitor {
        type Value = String;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("text in UTF-8")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<String, E> {
            let text = UTF_8.decode_without_bom_handling_and_without_replacement(bytes);
            text.map(Into::into).ok_or_else(|| E::custom("not UTF-8"))
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_bytes(TextVisitor)
    }
}

/// Bytes. They are copied as a whole; serde's own form for them is a list of numbers, which is read one by one.
pub(super) mod bytes {
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};
    use std::fmt;

    struct BytesVisitor;

    impl Visitor<'_> for BytesVisitor {
        type Value = Vec<u8>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
    }

    pub(in super::super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

/// A value that is stored only when it is empty.
pub(super) mod only_empty {
    use serde::ser::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(in super::super) fn serialize<T: Default + PartialEq, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if *value == T::default() {
            ().serialize(serializer)
        } else {
            Err(S::Error::custom("not stored"))
        }
    }

    pub(in super::super) fn deserialize<'de, T: Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        <()>::deserialize(deserializer).map(|()| T::default())
    }
}
