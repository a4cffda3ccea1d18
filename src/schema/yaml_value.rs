//! Helpers for reading YAML values in checks.

use crate::yaml::Value;
use std::borrow::Cow;

/// The text of a scalar; empty for null and collections.
pub(crate) fn scalar(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Tagged(tagged) => scalar(&tagged.value),
        _ => Cow::Borrowed(""),
    }
}

/// The value without its `!tag`, which is ignored.
pub(crate) fn untagged(value: &Value) -> &Value {
    let mut value = value;
    while let Value::Tagged(tagged) = value {
        value = &tagged.value;
    }
    value
}

/// Whether the value is null, an empty text or an empty list.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Sequence(items) => items.iter().all(is_empty),
        _ => false,
    }
}
