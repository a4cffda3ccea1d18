//! YAML as editors write it: parsed, with places, and recovered where it is broken.
//!
//! Role: the only module that names a YAML library (held by `tests/integration/layers.rs`). `serde_yaml` reads and
//! writes, because it is the fastest library that could be found. It is archived, so other modules depend only on its
//! value types, which this module re-exports. It gives no places, so [`YamlSpans`] parses the text again when there is
//! something to report. [`YamlDocument`] combines both with fixes for the typos that Chinese input methods cause. Does
//! not know what any key means.

mod controls;
mod depth;
mod document;
mod embedded;
mod line_starts;
mod lost_texts;
mod path_map;
mod spans;
mod typos;
mod value_reader;
mod write;

use depth::find_too_deep;
pub(crate) use document::{ParsedYaml, YamlDocument, certain_typos};
pub(crate) use embedded::{EmbeddedMap, from_embedded};
use line_starts::LineStarts;
pub(crate) use path_map::PathMap;
pub use serde_yaml::Mapping;
pub(crate) use serde_yaml::Value;
pub(crate) use spans::YamlSpans;
use std::ops::Range;
pub(crate) use typos::{TextEdit, Typo, apply_edits};
pub(crate) use write::{write_flow_item, write_map, write_scalar};

/// The maximum number of values that a text may expand to through aliases, so that a few lines cannot fill the memory.
const MAX_VALUES: usize = 20_000;

/// Why a text is not valid YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// What is wrong.
    pub kind: YamlErrorKind,
    /// Where, in bytes of the text. May be empty.
    pub range: Range<usize>,
}

/// What is wrong with a YAML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum YamlErrorKind {
    /// A key that occurs twice in one map.
    DuplicateKey(String),
    /// Any other error: the id of its message in `locales/words.yml`.
    Syntax(&'static str),
}

/// Reads one YAML document; an empty text is `Null`.
///
/// # Errors
/// The first error: a syntax error, a duplicate key, or nesting or aliases beyond the limits.
pub(crate) fn read(text: &str) -> Result<Value, YamlError> {
    if let Some(at) = find_too_deep(text) {
        return Err(YamlError {
            kind: YamlErrorKind::Syntax("yaml-too-deep"),
            range: at..at + 1,
        });
    }
    if text.contains('*') && text.contains('&') && YamlSpans::of(text).expanded_size() > MAX_VALUES {
        return Err(YamlError {
            kind: YamlErrorKind::Syntax("yaml-alias"),
            range: 0..0,
        });
    }
    serde_yaml::from_str(text)
        .or_else(|error| {
            // The library has no integers of more than 64 bits, such as an id of twenty digits.
            let is_long_integer = error.to_string().contains("28, expected any YAML value");
            if is_long_integer {
                value_reader::read_with_long_integers(text)
            } else {
                Err(error)
            }
        })
        .map_err(|error| to_yaml_error(text, &error))
}

fn to_yaml_error(text: &str, error: &serde_yaml::Error) -> YamlError {
    let words = error.to_string();
    if words.contains("duplicate entry")
        && let Some((key, range)) = YamlSpans::of(text).duplicates().into_iter().next()
    {
        return YamlError {
            kind: YamlErrorKind::DuplicateKey(key),
            range,
        };
    }
    let at = error.location().map_or(0, |location| {
        LineStarts::of(text).offset(text, location.line(), location.column().saturating_sub(1))
    });
    YamlError {
        kind: YamlErrorKind::Syntax(reason_id(&words)),
        range: at..at,
    }
}

/// The id of the message for one of `serde_yaml`'s messages.
fn reason_id(words: &str) -> &'static str {
    const REASONS: &[(&str, &str)] = &[
        ("quoted scalar", "yaml-unclosed-quote"),
        ("mapping values are not allowed", "yaml-colon-in-value"),
        ("could not find expected ':'", "yaml-no-colon"),
        ("did not find expected key", "yaml-indent"),
        ("did not find expected '-'", "yaml-indent"),
        ("block sequence entries are not allowed", "yaml-indent"),
        ("did not find expected ',' or", "yaml-unclosed-bracket"),
        ("cannot start any token", "yaml-reserved"),
        ("alphabetic or numeric character", "yaml-reserved"),
        ("unknown anchor", "yaml-reserved"),
        ("escape", "yaml-escape"),
        ("limit exceeded", "yaml-too-deep"),
        ("more than one document", "yaml-two-documents"),
        ("control characters", "yaml-control"),
    ];
    REASONS
        .iter()
        .find(|(part, _)| words.contains(part))
        .map_or("yaml-other", |(_, id)| id)
}

#[cfg(test)]
mod tests;
