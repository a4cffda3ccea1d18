//! YAML values as the checks look at them.

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

/// A value without its `!tag`, which means nothing here.
pub(crate) fn untagged(value: &Value) -> &Value {
    let mut value = value;
    while let Value::Tagged(tagged) = value {
        value = &tagged.value;
    }
    value
}

/// Whether there is nothing: null, an empty text, an empty list.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Sequence(items) => items.iter().all(is_empty),
        _ => false,
    }
}
