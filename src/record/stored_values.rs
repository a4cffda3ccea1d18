//! Forms in which values of records are stored between runs, where serde's own would not do.

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
